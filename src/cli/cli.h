/* SPDX-License-Identifier: MIT */
/*
 * cli.h: the program, between its files.
 *
 *	argv --options.c--> struct call --commands.c--> moult.h
 *	                        |                         |
 *	               help.c, completion.c            output.c --> stdout, FILE, stderr
 *	                        '----------------------->-'
 *
 * The program knows of the library what moult.h says and nothing else.  What
 * it prints is gathered in call->out and leaves at the end, all of it or, when
 * the command fails, none: so --json is JSON alone, and FILE is never half.
 *
 * A result is that of the library where negative; 0 and 1 are exit statuses.
 */
#ifndef MOULT_CLI_CLI_H
#define MOULT_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "moult.h"

#define MOULT_TEXTS_MAX 64
#define MOULT_FINDINGS 1 /* exit status: differences or findings */

enum command_id {
	COMMAND_DUMP,
	COMMAND_CHECK,
	COMMAND_DIFF,
	COMMAND_PLAN,
	COMMAND_REHEARSE,
	COMMAND_APPLY,
	COMMAND_DOWNGRADE,
	COMMAND_ROLLBACK,
	COMMAND_FINISH,
	COMMAND_STATUS,
	COMMAND_HISTORY,
	COMMAND_VERIFY,
	COMMAND_LINT,
	COMMAND_RELEASE,
	COMMAND_HELP,
	COMMAND_COUNT
};

struct call;

struct command {
	const char *name;
	const char *operands;
	int least; /* operands */
	int most;
	bool database; /* the first operand is one: its directory takes the temporary files */
	bool changes;  /* takes signals as a wish to roll back */
	int (*run)(struct call *call);
	const char *purpose; /* what it does, in a line */
	const char *about;
	const char *examples;
	const char *exits;
};

/* What --format says; the first is what a command writes without it. */
enum format {
	FORMAT_USUAL,
	FORMAT_XML,
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_SQL,
	FORMAT_SHELL,
	FORMAT_C,
	FORMAT_STATEMENTS,
	FORMAT_MERMAID,
	FORMAT_DOT,
	FORMAT_SVG,
	FORMAT_PNG,
	FORMAT_HTML,
	FORMAT_MARKDOWN
};

enum option_type {
	OPTION_FLAG,	/* int */
	OPTION_TEXT,	/* const char * */
	OPTION_TEXTS,	/* struct texts; may be given more than once */
	OPTION_COUNT,	/* int, 0 or more */
	OPTION_TIME,	/* int, milliseconds */
	OPTION_SIZE,	/* long long, bytes */
	OPTION_RELEASE, /* int, 3035005 for 3.35.5 */
	OPTION_LIMIT,	/* struct limit: a number, or a share of all, 10% */
	OPTION_CHOICE	/* int, the index of a word */
};

struct option {
	const char *name; /* without its hyphens */
	char letter;	  /* or 0 */
	const char *argument;
	enum option_type type;
	size_t offset;		  /* of its value in struct call */
	const char *const *words; /* of a choice */
	unsigned commands;	  /* bits of enum command_id */
	const char *help;
};

struct texts {
	const char *items[MOULT_TEXTS_MAX];
	int count;
};

struct limit {
	bool is_set;
	bool is_percent;
	int count;
};

/* What was asked for, and what is at hand to do it. */
struct call {
	const struct command *command; /* NULL: none was named */
	char **operands;
	int operand_count;
	moult_options options;
	moult_lint_options lint;
	moult_picture picture;
	const char *with; /* "views,triggers": what else a picture shows */
	struct texts allow;
	struct texts disable; /* rules */
	struct texts enable;
	struct texts extensions; /* FILE[:ENTRY] */
	const char *output;	 /* FILE of -o */
	const char *rows;	 /* tables whose rows are dumped */
	const char *dir;	 /* of the copy that is rehearsed on */
	moult_release_options release;
	const char *queries; /* FILE of the application's statements */
	int compat;
	int verify;	/* index of full, quick, every */
	int format;	/* enum format */
	int completion; /* enum shell */
	int check;
	int back;  /* what is wanted is the way back in the file */
	int color; /* index of auto, always, never */
	int json;
	int sarif; /* of lint */
	int quiet;
	int verbose;
	int yes;
	int help;
	int version;

	/* of many files */
	bool is_fleet;
	const char *
		files; /* a list of them, or "-"; of check a directory of databases that were kept */
	int is_null;   /* the names in it end with a NUL */
	int jobs;      /* processes; 0: as many as there are processors */
	int canary;    /* so many files go first */
	struct limit most_failures;
	const char *journal;

	moult *m;
	moult_schema *want; /* where it was read for many files */
	sqlite3_str *out;
	/* what was gathered is a document or code, in which names stand as they are */
	bool exact;
	bool failed;	   /* mo_cli_fail() has said why */
	bool has_refused;  /* a connection, for want of an extension: that is why, and it is said */
	bool judged;	   /* what was gathered is a verdict: it leaves though the command fails */
	bool asked;	   /* whether to go ahead */
	bool terminal;	   /* standard error can draw a line over itself */
	bool drawn;	   /* a line of progress is there */
	long long next_ms; /* when there may be another */
	char phase[32];	   /* what it was about, */
	char object[128];  /* the beginning of it, */
	long long alarm_ms;   /* from when on a question is the deadline heard; 0: there is none */
	long long phase_ms;   /* since when, */
	long long phase_done; /* from where, */
	long long last_done;  /* and how far it had come */
};

extern const struct command mo_cli_commands[COMMAND_COUNT];
extern const struct option mo_cli_options[];
extern const int mo_cli_option_count;

/* ---- options.c ---- */

int mo_cli_parse(struct call *call, int argc, char **argv); /* call is all zero before */
/* One that is unknown is said to be so, with the nearest name that is known. */
int mo_cli_find_command(const struct command **command, struct call *call, const char *name);
bool mo_cli_takes(const struct command *command, const struct option *option);
/* Whether the last of its operands may be WANT, by their text. */
bool mo_cli_has_want(const struct command *command);

/* ---- values.c: what the text of an option means; false where it is none ---- */

bool mo_cli_count(int *value, const char *text);
bool mo_cli_time(int *milliseconds, const char *text);	  /* 5, 0.5, 500ms, 2m */
bool mo_cli_limit(struct limit *limit, const char *text); /* 3, 10% */
bool mo_cli_size(long long *bytes, const char *text);	  /* 4096, 64K, 32M, 1G */
bool mo_cli_release(int *number, const char *text);	  /* 3.35.5, 3.35 */

/* ---- help.c ---- */

int mo_cli_help(struct call *call, const struct command *command); /* NULL: of the program */
/* What moult-hazards(7) says of an ID; whether it is one. */
bool mo_cli_help_id(struct call *call, const char *id);

/* ---- completion.c ---- */

enum shell { SHELL_NONE, SHELL_BASH, SHELL_FISH, SHELL_ZSH };

void mo_cli_completion(sqlite3_str *out, enum shell shell);

/* ---- main.c ---- */

/*
 * The command of many files on one of them, in a process that fleet_pool.c has made; gives the exit
 * status.  The call stays as it is, for the next.
 */
int mo_cli_work(const struct call *fleet, char *name);

/* ---- fleet.c ---- */

int mo_cli_fleet(struct call *call);

/* ---- unit.c ---- */

int mo_cli_unit(struct call *call); /* plan --format c */

/* ---- graphviz.c ---- */

/* A moult_on_draw, by Graphviz where it is installed. */
int mo_cli_on_draw(void *context, const char *graph, moult_write *write, void *to);
/* What was gathered, a graph, becomes its picture: "svg" or "png". */
int mo_cli_draw(struct call *call, const char *type);

/* ---- output.c ---- */

/* A moult_write; context is the call. */
int mo_cli_write(void *context, const char *text, size_t size);
void mo_cli_print(struct call *call, const char *format, ...); /* as sqlite3_mprintf */
/* "name":"value" with a comma before it where one belongs; NULL is null. */
void mo_cli_json_text(sqlite3_str *out, const char *name, const char *value);
/* What was gathered becomes {"moult":1,"NAME":"the text"}. */
void mo_cli_enclose(struct call *call, const char *name);
/* Says what is wrong with the call or the output; gives MOULT_TROUBLE. */
int mo_cli_fail(struct call *call, const char *id, const char *hint, const char *format, ...);
/* Sends a text to a descriptor, and frees it; gives errno. */
int mo_cli_send(int descriptor, sqlite3_str *text);
/* Says something on stderr that is no failure. */
void mo_cli_note(const char *format, ...);
/* Sends what was gathered and what there is to say on their way; gives the exit status. */
int mo_cli_finish(struct call *call, int rc);
enum moult_format mo_cli_format(const struct call *call, int descriptor);
/* Writes a file, all of it or nothing. */
int mo_cli_save(struct call *call, const char *path, const char *text, size_t size);

/* ---- progress.c ---- */

int mo_cli_width(int descriptor); /* columns of a terminal, 80 where it does not say */
void mo_cli_show_begin(struct call *call);
void mo_cli_show(struct call *call, const moult_progress *progress);
void mo_cli_wipe(struct call *call); /* takes the line of progress away */

/* ---- stop.c ---- */

/* Signals, and the end that a deadline makes where nobody asks. */
void mo_cli_stop_begin(struct call *call);
void mo_cli_stop_end(void); /* of one call, before another */
/* Asked by the progress callback: whether a signal came. */
bool mo_cli_must_stop(struct call *call, const char *phase);

/* ---- terminal.c ---- */

void mo_cli_watch(struct call *call); /* interrupts, confirmation and opening; signals */
bool mo_cli_can_ask(const struct call *call);
/* Whether the user agrees, where one can be asked; true where none can. */
bool mo_cli_agree(struct call *call, const char *question);

#endif
