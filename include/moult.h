/* SPDX-License-Identifier: MIT */
/*
 * moult.h: keep a SQLite file in the shape that an XML document declares.
 *
 * The easy call is moult_migrate(): it takes a database connection that the
 * application has opened and a document, and makes the file what the document
 * says, in one transaction, with a verified backup behind it.
 *
 *	moult *m;
 *	moult_schema *want;
 *	int rc = moult_new(&m);
 *
 *	if (!rc)
 *		rc = moult_schema_parse(&want, m, document, strlen(document), "app.xml");
 *	if (!rc)
 *		rc = moult_migrate(m, db, want, NULL, NULL);
 *	if (rc)
 *		moult_report_diagnostics(m, MOULT_TEXT, print, stderr);
 *
 * The parts that it is made of stand alone below: schemas, differences, plans,
 * the run, the way back.
 *
 * Conventions.  A function that can fail returns MOULT_OK or one of the
 * negative results; what went wrong, where and how to fix it hangs on the
 * handle as a list of diagnostics.  Outputs come first and are not touched on
 * failure.  What a function gives out through an output is freed by the call
 * named for it.  Texts are UTF-8.  The library never prints, never exits and
 * has no state of its own outside its handles; a handle is used by one thread
 * at a time.  A caller's sqlite3 * is only borrowed and given back as it was.
 *
 * Each of these is since version 0.1 unless it says otherwise.
 */
#ifndef MOULT_H
#define MOULT_H

#include <stddef.h>
#include <sqlite3.h>

#ifdef __cplusplus
extern "C" {
#endif

#define MOULT_VERSION "0.2.0"
#define MOULT_VERSION_NUMBER 2000 /* major * 1000000 + minor * 1000 + patch */

/* The version of the library that is linked, "0.2.0".  Static text. */
const char *moult_version(void);

/* ---- results ----------------------------------------------------------- */

/* What a call came to.  The program's exit status is the same number without its sign. */
enum moult_result {
	MOULT_OK = 0,
	MOULT_TROUBLE =
		-2, /* usage, unreadable, corrupt or encrypted input, wrong document, no memory, I/O before the first write */
	MOULT_REFUSED =
		-3, /* a hazard, rows in the way, a stale plan, newer rows: nothing changed */
	MOULT_FAILED = -4, /* failed or interrupted on the way and rolled back: nothing changed */
	MOULT_BUSY = -5	   /* the lock was not to be had, or the deadline passed: nothing changed */
};

/* ---- handle and diagnostics -------------------------------------------- */

/*
 * What diagnostics and callbacks hang on. Everything made with a handle is freed before the
 * handle.
 */
typedef struct moult moult;

int moult_new(moult **m);
void moult_free(moult *m); /* NULL is allowed */

enum moult_severity { MOULT_NOTE, MOULT_WARNING, MOULT_ERROR };

/*
 * A place in a text. Lines and columns count from 1, columns in bytes; file is NULL where there is
 * no place.
 */
typedef struct moult_place {
	const char *file; /* as it was named to the library */
	int line;
	int column;
	int width;	    /* bytes to underline, at least 1 */
	const char *source; /* the line itself, without its end; or NULL */
} moult_place;

/*
 * One thing to say. Everything in it belongs to the handle and lives until the handle is cleared
 * or freed.
 */
typedef struct moult_diagnostic {
	enum moult_severity severity;
	const char *id;	     /* "DOC004", "MD101": never renumbered, see moult-hazards(7) */
	const char *object;  /* "table t", "column t.a", or NULL */
	const char *message; /* one sentence */
	const char *hint;    /* what to write or do, or NULL */
	moult_place want;    /* where in the document */
	moult_place have;    /* where in the other text, if there is one */
	long long count;     /* rows in the way, or -1 */
} moult_diagnostic;

size_t moult_diagnostic_count(const moult *m);
/* The i-th diagnostic, from 0; NULL past the last. */
const moult_diagnostic *moult_diagnostic_at(const moult *m, size_t i);
void moult_diagnostics_clear(moult *m);

/* ---- callbacks ---------------------------------------------------------- */

/* Takes size bytes of a report.  Not 0 stops the report, which then returns MOULT_TROUBLE. */
typedef int moult_write(void *context, const char *text, size_t size);

enum moult_format {
	MOULT_TEXT,
	MOULT_SQL,
	MOULT_JSON,
	MOULT_COLOR,	/* text with colour */
	MOULT_SHELL,	/* of a plan: as MOULT_SQL, for the sqlite3 program */
	MOULT_SARIF,	/* of the linter: SARIF 2.1.0 */
	MOULT_MERMAID,	/* of a schema: a picture in the language of Mermaid; since 0.2 */
	MOULT_DOT,	/* of a schema: in that of Graphviz; since 0.2 */
	MOULT_HTML,	/* of a schema, a plan, a rehearsal: a page that is one file; since 0.2 */
	MOULT_MARKDOWN, /* of a plan: for a review; since 0.2 */
	/* of a plan made with options->statements: a JSON array of strings; since 0.2 */
	MOULT_STATEMENTS
};

/*
 * How far the work has come.  Of a copy, a digest and a probe the rows are told,
 * of a backup and a restore the pages; of an index and of SQLite's own checks
 * only that they are under way: done stays 0.
 */
typedef struct moult_progress {
	/* "lock", "probe", "backup", "check", "digest", "copy", "index", "verify", "restore", ... */
	const char *phase;
	const char *object; /* what is worked on, or NULL */
	const char *unit;   /* "rows", "pages", "tables" or "bytes" */
	long long done;
	long long total; /* -1 where not known */
	/* of short transactions beside writers: milliseconds under the last lock, the longest; since 0.2 */
	long long lock_ms;
	long long longest_lock_ms;
} moult_progress;

/*
 * Called some times a second while work goes on. Not 0 interrupts: the run rolls back and returns
 * MOULT_FAILED.
 */
typedef int moult_on_progress(void *context, const moult_progress *progress);
void moult_set_progress(moult *m, moult_on_progress *callback, void *context);

/*
 * Called for every connection that the library opens by itself, right after
 * opening: the place for keys of encrypted files, application-defined
 * collations and functions, extensions.  Not SQLITE_OK refuses the connection.
 */
typedef int moult_on_open(void *context, sqlite3 *db);
void moult_set_open(moult *m, moult_on_open *callback, void *context);

/*
 * Draws a graph, a text in the language of Graphviz, and writes it as SVG.  Not 0: there is no
 * picture, and the page does without.  Asked for the pictures in MOULT_HTML; where nobody is set there
 * are none.  Since 0.2.
 */
typedef int moult_on_draw(void *context, const char *graph, moult_write *write, void *to);
void moult_set_draw(moult *m, moult_on_draw *callback, void *context);

/* ---- options ------------------------------------------------------------ */

/* Start from MOULT_OPTIONS_INIT, so that later versions can add to it. */
typedef struct moult_options {
	size_t size; /* of this struct */

	/* what changes the plan */
	int prune;	   /* plan drops of what is undeclared */
	const char *allow; /* consent: "ID[:OBJECT],..." or "all"; NULL */
	int column_order;  /* a different order of columns is a difference */
	/* "auto" (NULL), "rebuild", or what may be done beside it: "alter,edit,exchange" */
	const char *strategy;
	/* the SQLite that must run the plan, 3035005 for 3.35.5; 0: the one that is linked */
	int sqlite;

	/* how it is run */
	const char *expect; /* the ID of the plan that was reviewed; NULL */
	int no_backup;
	const char *backup_dir; /* NULL: the directory of the database */
	int keep;		/* backups to keep after success; 0: all */
	int timeout_ms;		/* wait for the lock */
	int deadline_ms;	/* of the whole run; 0: none */
	long long memory;	/* the most bytes for the page cache */
	int quick; /* verify with quick_check and digests of index keys, never with integrity_check */
	int discard_newer; /* rollback: rows written since the migration may go */
	int every_row;	   /* verify by digest also the tables that the plan does not touch */

	/* what the plan is for */
	int script; /* to run where moult is not: plan only what any runner of SQL can run, and make its guards */

	/* how files are looked at */
	int strict; /* what a document does not declare, and does not ignore, is a difference */
	int check;  /* history: read each backup through */

	/*
	 * steps of the document: "run", or "done", which marks them; NULL: they run, and a file that
	 * is as the document says and that moult does not know is refused
	 */
	const char *steps;

	/*
	 * what a migration leaves in the file for moult_downgrade(): "shape", the way back as a
	 * document, "data", with the values that would be lost, or "none"; NULL: what the way-back of the
	 * document says, or else "shape", of scripts and units "none".  Those bring statements and
	 * functions for going back.  Of moult_downgrade(): "data" keeps what the older shape has no place
	 * for, for whoever goes there again; NULL: as the migration did; since 0.2
	 */
	const char *way_back;

	/*
	 * as script, and for one transaction of the caller's, in which foreign keys are in force, as they
	 * are where SQLite is distributed; since 0.2
	 */
	int statements;

	/*
	 * of a folder of releases, each by its name or a beginning of it (since 0.2): which is wanted,
	 * NULL: the newest; and at which the file stands, NULL: that is found out
	 */
	const char *to;
	const char *from;

	/* a rehearsal goes back, too, and compares every row (since 0.2) */
	int there_and_back;

	/* history: the folder of releases (a moult_schema) in which it shows what is pending; since 0.2 */
	const struct moult_schema *folder;

	/*
	 * plan, apply: tables are copied in many short transactions beside those who write them; so long
	 * at most, in milliseconds, is a lock to last (0: 50), and that percentage of the time may be
	 * under one.  Without online the change is refused where its one transaction would, by estimate,
	 * last for longer than max_lock_ms (0: any time).  Since 0.2.
	 */
	int online;
	int max_lock_ms;
	int duty;

	/*
	 * columns that come stand beside those that go, and triggers keep them in step, until
	 * moult_finish(); since 0.2
	 */
	int side_by_side;

	/* with either: bytes that the WAL may have while a reader keeps it, 0: any number; since 0.2 */
	long long max_wal;

	/*
	 * moult_downgrade(): rows that the older shape does not take are parked in the file, and what
	 * refers to them, instead of refusing; since 0.2
	 */
	int park_rows;
} moult_options;

#define MOULT_OPTIONS_INIT                                                                         \
	{                                                                                          \
		sizeof(moult_options), 0, NULL, 0, NULL, 0, NULL, 0, NULL, 3, 5000, 0, 32LL << 20, \
			0, 0, 0, 0, 0, 0, NULL, NULL, 0, NULL, NULL, 0, NULL, 0, 0, 50, 0,         \
			1LL << 30, 0                                                               \
	}

/* ---- schemas ------------------------------------------------------------ */

typedef struct moult_schema moult_schema;

enum moult_source { MOULT_DOCUMENT, MOULT_SCRIPT, MOULT_DATABASE };

/*
 * Reads a schema from a file, told apart by content: an XML document, SQL text
 * or a SQLite database.  "-" reads a document or SQL from standard input.  A
 * folder of releases is its newest, and knows the others; a folder of scripts
 * is what they make, one after the other (both since 0.2).  A document is
 * validated; whether SQLite accepts it is asked when it is used, or by
 * moult_schema_check().  A database stays open, for reading only, until the
 * schema is freed.
 */
int moult_schema_read(moult_schema **schema, moult *m, const char *path);

/*
 * The same from size bytes of memory, a document or SQL. name is what messages call it; included
 * documents are not read.
 */
int moult_schema_parse(moult_schema **schema, moult *m, const char *text, size_t size,
		       const char *name);

/* The schema of the main database of a borrowed connection, which must outlive it. */
int moult_schema_from_db(moult_schema **schema, moult *m, sqlite3 *db);

/*
 * Whether SQLite accepts a document: it is built in memory and read back, and
 * what a new file would be warned of is a warning here.  Databases and scripts
 * were judged when they were read.
 */
int moult_schema_check(moult *m, const moult_schema *schema);

void moult_schema_free(moult_schema *schema); /* NULL is allowed */
enum moult_source moult_schema_source(const moult_schema *schema);

/*
 * Has the schema of a database, or of scripts, declare the rows of tables, "a, b", as they are now:
 * both functions below write them.  A document has none (MOULT_TROUBLE).
 */
int moult_schema_take_rows(moult *m, moult_schema *schema, const char *tables);
/* Writes the schema as a document. */
int moult_schema_dump(moult *m, const moult_schema *schema, moult_write *write, void *context);
/*
 * Writes the schema as SQL for an empty file: CREATE statements; and of a document, all that
 * moult_migrate_file() runs on one, rows included.
 */
int moult_schema_sql(moult *m, const moult_schema *schema, moult_write *write, void *context);

/* 32 hexadecimal digits and the end.  Since 0.2. */
#define MOULT_DIGEST_SIZE 33

/*
 * Whether two readings found the same: a digest of the text of a document or script and of all
 * files that it includes, or of the shape of a database.  Since 0.2.
 */
int moult_schema_digest(char digest[MOULT_DIGEST_SIZE], moult *m, const moult_schema *schema);
/*
 * What a picture shows.  Start from MOULT_PICTURE_INIT, so that later versions can add to it.
 * Since 0.2.
 */
typedef struct moult_picture {
	size_t size;	    /* of this struct */
	const char *around; /* the table or view in its middle; NULL: it shows all */
	int depth;	    /* how many foreign keys away from that it ends */
	int views;	    /* with views, and what they read */
	int triggers;	    /* with triggers, in their tables */
} moult_picture;

#define MOULT_PICTURE_INIT                           \
	{                                            \
		sizeof(moult_picture), NULL, 1, 0, 0 \
	}

/*
 * A schema to look at: its tables with columns, keys and relations, as MOULT_MERMAID or MOULT_DOT;
 * or as MOULT_HTML, a page with all there is in it, and the picture where moult_set_draw() has it
 * drawn.  picture may be NULL.  Since 0.2.
 */
int moult_schema_report(moult *m, const moult_schema *schema, const moult_picture *picture,
			enum moult_format format, moult_write *write, void *context);

/* ---- differences and plans ---------------------------------------------- */

typedef struct moult_diff moult_diff;

/*
 * What must change so that have becomes want; both must outlive the result.  options may be NULL.
 * What a document does not declare is named, and a difference only with options->strict or where
 * the document allows none.  Where want is a database or a script all that one side has alone is
 * one.
 */
int moult_diff_new(moult_diff **diff, moult *m, const moult_schema *have, const moult_schema *want,
		   const moult_options *options);
void moult_diff_free(moult_diff *diff);
int moult_diff_count(const moult_diff *diff); /* 0: there is no difference */
int moult_diff_report(moult *m, const moult_diff *diff, enum moult_format format,
		      moult_write *write, void *context);

/* ---- two releases ------------------------------------------------------- */

typedef struct moult_compat moult_compat;

/*
 * What code that was written for have sees in a file of want's shape, and the reverse.  The
 * statements that such code can write are tried on both shapes, in memory; where have is a database
 * its rows are asked for what the change will cost.  Nothing is written.  Both schemas must outlive
 * the result; options may be NULL.  Since 0.2.
 */
int moult_compat_new(moult_compat **compat, moult *m, const moult_schema *have,
		     const moult_schema *want, const moult_options *options);
void moult_compat_free(moult_compat *compat); /* NULL is allowed */
/*
 * Asks about the application's own statements, too: a file of SQL, "-" for standard input.  They
 * are compiled against both shapes, and none is run.  Once for a comparison.  Since 0.2.
 */
int moult_compat_queries(moult *m, moult_compat *compat, const char *path);
/* 1 where all that was found works both ways, else 0.  Since 0.2. */
int moult_compat_fits(const moult_compat *compat);
/* MOULT_TEXT, MOULT_COLOR or MOULT_JSON, whose shape moult-formats(5) describes.  Since 0.2. */
int moult_compat_report(moult *m, const moult_compat *compat, enum moult_format format,
			moult_write *write, void *context);

/* ---- plans --------------------------------------------------------------- */

typedef struct moult_plan moult_plan;

/*
 * The steps from have to want, tried on an empty copy in memory.  Where have
 * is a database its rows are asked for the hazards that depend on them;
 * nothing is written.
 */
int moult_plan_new(moult_plan **plan, moult *m, const moult_schema *have, const moult_schema *want,
		   const moult_options *options);
/*
 * The way back that the migrations of a database left in it, as moult_downgrade_file() goes it: to want, by as
 * many of them as it takes, or where that is NULL by one.  MOULT_REFUSED where none leads there; since 0.2.
 */
int moult_plan_back(moult_plan **plan, moult *m, const moult_schema *have, const moult_schema *want,
		    const moult_options *options);
void moult_plan_free(moult_plan *plan);
int moult_plan_step_count(const moult_plan *plan); /* 0: nothing to do */
/* The statement of a step, from 0, without its semicolon; NULL past the last. */
const char *moult_plan_step_sql(const moult_plan *plan, int step);
int moult_plan_refused(const moult_plan *plan); /* how many hazards stand without consent */
/* The digest of the statements and of the file's exact fingerprint: 32 hexadecimal digits. */
const char *moult_plan_id(const moult_plan *plan);
/*
 * MOULT_TEXT, MOULT_COLOR, MOULT_JSON, whose shape moult-formats(5) describes, MOULT_HTML or
 * MOULT_MARKDOWN for a review, or MOULT_SQL and MOULT_SHELL: scripts that guard themselves, of a plan
 * that was made with options->script.
 */
int moult_plan_report(moult *m, const moult_plan *plan, enum moult_format format,
		      moult_write *write, void *context);

/* A C source and its header, which need sqlite3 and nothing else. */
enum moult_unit { MOULT_UNIT_HEADER, MOULT_UNIT_SOURCE };

/*
 * Writes NAME.h or NAME.c, whose function NAME_upgrade(sqlite3 *) finds out
 * where a file stands and brings it to the present version in one transaction.
 * The plans were made with options->script, each from one version in the field
 * and all to the same schema; none may be refused.  Or they are a chain (since
 * 0.2): the oldest first, each to the very schema that the next begins with.
 * Then a file goes from version to version, all in the one transaction.  name
 * is a name in C.
 */
int moult_unit_report(moult *m, const moult_plan *const *plans, size_t count, const char *name,
		      enum moult_unit part, moult_write *write, void *context);

/* ---- releases (since 0.2) ------------------------------------------------ */

/* Start from MOULT_RELEASE_OPTIONS_INIT. */
typedef struct moult_release_options {
	size_t size;	  /* of this struct */
	const char *name; /* behind the time; NULL: that of the release that is frozen again */
	int amend;	  /* freeze the newest again */
	int tidy; /* take out of the document what an earlier release has done and it no longer needs */
} moult_release_options;

#define MOULT_RELEASE_OPTIONS_INIT                        \
	{                                                 \
		sizeof(moult_release_options), NULL, 0, 0 \
	}

/*
 * Freezes the document at a path as the next release of a folder (NULL: "releases" beside it),
 * which is made where it does not exist: one file, with what the document includes, and a line in
 * releases.sum.  What an earlier release has done of the document is a note.  MOULT_REFUSED where
 * nothing differs from the newest release, or where the way from that is refused; nothing is
 * written then.
 */
int moult_release(moult *m, const char *document, const char *folder,
		  const moult_release_options *options, enum moult_format format,
		  moult_write *write, void *context);

/*
 * What a build asks of a folder of releases: whether it is what was frozen; whether the way from
 * each release to the next is refused, or user-version does not rise; with a document (or NULL)
 * whether it has work that no release has; with a directory of files (or NULL) whether each
 * database in it can be brought to the newest, rehearsed on a copy.  Each finding is a diagnostic
 * that is an error; *findings says how many there were.
 */
int moult_releases_check(moult *m, const char *folder, const char *document, const char *files,
			 const moult_options *options, int *findings, enum moult_format format,
			 moult_write *write, void *context);

/*
 * A release of a schema that was read from a folder, by its name or a beginning of it, with its time or
 * without; it belongs to the folder's.  NULL is the newest.
 */
int moult_schema_release(const moult_schema **release, moult *m, const moult_schema *folder,
			 const char *name);
/*
 * Release number at of a folder, from 0, the oldest; NULL past the newest, and of a schema that is no
 * folder of releases.
 */
const moult_schema *moult_schema_release_at(const moult_schema *folder, int at);
/* Its name, the file's without .xml, which lives as long as the folder's schema; NULL likewise. */
const char *moult_schema_release_name(const moult_schema *folder, int at);

/*
 * Where a file stands in a schema that was read from a folder of releases: *at is the number of
 * its release, or -1 before the first.  It is found out as moult_migrate() does, and nothing is
 * written.  MOULT_REFUSED, with *at untouched, where the file stands at none of them (RUN052), could
 * stand at several (RUN054), or is ahead of the folder (RUN053).
 */
int moult_stand(int *at, moult *m, const char *path, const moult_schema *folder);

/* ---- the run ------------------------------------------------------------ */

/*
 * Asked with the plan, what the rows say to it included, while nothing is locked.  0 goes on,
 * anything else refuses.  If the schema has changed by the time that the lock is taken, or the rows
 * hold a danger that the plan did not speak of, the callback is asked again, with another plan. 
 * The time that it takes counts neither in the outcome nor towards the deadline.
 */
typedef int moult_on_confirm(void *context, const moult_plan *plan);
void moult_set_confirm(moult *m, moult_on_confirm *callback, void *context);

enum moult_deed {
	MOULT_NOTHING,
	MOULT_CREATED,
	MOULT_MIGRATED,
	MOULT_PUT_BACK,
	MOULT_FINISHED,
	MOULT_ABANDONED, /* what was under way; since 0.2 */
	MOULT_SHARED	 /* old and new code can run on it; since 0.2 */
};

/* What a run came to.  Start from MOULT_OUTCOME_INIT; moult_outcome_done() frees the texts. */
typedef struct moult_outcome {
	size_t size;
	char *plan_id;	/* sqlite3_malloc'ed, as backup is */
	char *backup;	/* path of the backup made, or NULL */
	int steps;	/* statements run; 0: there was nothing to do */
	long long rows; /* rows copied */
	long long elapsed_ms;
	enum moult_deed deed;
	/* rows that the document declares */
	long long inserted;
	long long updated;
	long long deleted;
	int ways; /* back that moult_finish() took out of the file; since 0.2 */
	/* online: transactions that wrote, and the milliseconds of the longest; since 0.2 */
	long long locks;
	long long longest_lock_ms;
	/* all of them together, and the time that they paused since a reader kept the WAL; since 0.2 */
	long long locked_ms;
	long long paused_ms;
	/*
	 * rows that were parked on the way back; that came back; and that stay parked, since they do
	 * not fit, or since moult_finish() leaves them; since 0.2
	 */
	long long parked;
	long long unparked;
	long long still_parked;
} moult_outcome;

#define MOULT_OUTCOME_INIT                                                                         \
	{                                                                                          \
		sizeof(moult_outcome), NULL, NULL, 0, 0, 0, MOULT_NOTHING, 0, 0, 0, 0, 0, 0, 0, 0, \
			0, 0, 0                                                                    \
	}

void moult_outcome_done(moult_outcome *outcome);

/*
 * What a run on the file at path came to, and, as JSON, what there was to say on the way.
 */
int moult_outcome_report(moult *m, const char *path, const moult_outcome *outcome,
			 enum moult_format format, moult_write *write, void *context);

/*
 * Makes the database of a borrowed connection what the document says.  The
 * connection must have no open transaction.  outcome and options may be NULL.
 */
int moult_migrate(moult *m, sqlite3 *db, const moult_schema *want, const moult_options *options,
		  moult_outcome *outcome);

/* The same for a file, which is created where it does not exist. */
int moult_migrate_file(moult *m, const char *path, const moult_schema *want,
		       const moult_options *options, moult_outcome *outcome);

/*
 * The same on a copy of the file, with its data, in directory (NULL: beside
 * the file): the verdict, the time and the space before they matter.  The file
 * is only read, and the copy is gone when the call returns.  There is no
 * confirmation and no backup; else it is the same run.  Returns what
 * moult_migrate_file() would; the report is written whenever the run came to a
 * verdict, good or bad.
 */
int moult_rehearse_file(moult *m, const char *path, const moult_schema *want, const char *directory,
			const moult_options *options, enum moult_format format, moult_write *write,
			void *context);

/* ---- the way back ------------------------------------------------------- */

/*
 * Puts a backup back into the file: the named one, or, where backup is NULL,
 * the newest made before a migration that is not yet undone.  The present
 * state is saved as a backup of its own first, and named in the outcome.
 */
int moult_rollback(moult *m, const char *path, const char *backup, const moult_options *options,
		   moult_outcome *outcome);

/*
 * The way back that the newest migration of a database left in it, as a document: what
 * moult_downgrade() would migrate to.  MOULT_REFUSED where there is none; since 0.2.
 */
int moult_schema_way_back(moult_schema **schema, moult *m, const moult_schema *have);

/*
 * Takes the database of a borrowed connection back to the shape before its newest migration, with
 * the rows that were written since: a migration to the document that moult_schema_way_back() gives,
 * which goes from the file with it.  outcome and options may be NULL; since 0.2.
 */
int moult_downgrade(moult *m, sqlite3 *db, const moult_options *options, moult_outcome *outcome);

/*
 * The same for a file; where want is not NULL, from one shape to the one before until there is no
 * difference from it, all of them in one transaction, and MOULT_REFUSED where no way back in the
 * file leads on.
 */
int moult_downgrade_file(moult *m, const char *path, const moult_schema *want,
			 const moult_options *options, moult_outcome *outcome);

/*
 * The update is confirmed: what the database of a borrowed connection keeps for moult_downgrade()
 * goes, in one transaction, and schema and rows stay as they are.  Where there is nothing the outcome
 * is MOULT_NOTHING, and nothing is written.  outcome and options may be NULL; since 0.2.
 */
int moult_finish(moult *m, sqlite3 *db, const moult_options *options, moult_outcome *outcome);
/* The same for a file. */
int moult_finish_file(moult *m, const char *path, const moult_options *options,
		      moult_outcome *outcome);

/*
 * What a file has been through: its migrations and its backups, both newest first.  With
 * options->check each backup is read through: checksum and quick_check.
 */
int moult_history_report(moult *m, const char *path, const moult_options *options,
			 enum moult_format format, moult_write *write, void *context);

/*
 * Where a file stands: version, last migration, backups, drift.  findings (may be NULL) counts
 * drift, and what moult_migrate() would refuse whatever there is to do; want may be NULL.
 */
int moult_status_report(moult *m, const char *path, const moult_schema *want,
			const moult_options *options, int *findings, enum moult_format format,
			moult_write *write, void *context);

/*
 * Integrity, foreign keys, and the schema if one is given. findings (may be NULL) counts what is
 * wrong.
 */
int moult_verify_report(moult *m, const char *path, const moult_schema *want,
			const moult_options *options, int *findings, enum moult_format format,
			moult_write *write, void *context);

/* ---- the linter ----------------------------------------------------------- */

/* What is known of whatever runs the scripts. */
enum moult_runner_setting { MOULT_UNKNOWN, MOULT_ON, MOULT_OFF };

/* Start from MOULT_LINT_OPTIONS_INIT, so that later versions can add to it. */
typedef struct moult_lint_options {
	size_t size;				/* of this struct */
	enum moult_runner_setting foreign_keys; /* PRAGMA foreign_keys of its connection */
	enum moult_runner_setting
		transaction; /* whether it runs each script inside a transaction of its own */
	int sqlite; /* the oldest SQLite that must run the scripts, 3035005 for 3.35.5; 0: do not ask */
	const char *disable; /* rules that are off: "LN106,LN114" or "all"; NULL */
	const char *enable;  /* rules that are on all the same; NULL */
} moult_lint_options;

#define MOULT_LINT_OPTIONS_INIT                                                         \
	{                                                                               \
		sizeof(moult_lint_options), MOULT_UNKNOWN, MOULT_UNKNOWN, 0, NULL, NULL \
	}

typedef struct moult_lint moult_lint;

/*
 * Plays migration scripts, one after the other, on a copy of a schema in
 * memory, and gathers what is wrong with them.  A path is a script, "-", or a
 * folder of scripts; the last may be a database or a document, whose schema is
 * the one that they begin with, else they begin with nothing.  The rows of a
 * database are asked where a finding depends on them; nothing is written.
 */
int moult_lint_paths(moult_lint **lint, moult *m, const char *const *paths, int count,
		     const moult_lint_options *options);

/*
 * The same for one script in memory; name is what findings call it, have (may be NULL) the schema
 * it begins with.
 */
int moult_lint_text(moult_lint **lint, moult *m, const char *text, size_t size, const char *name,
		    const moult_schema *have, const moult_lint_options *options);

void moult_lint_free(moult_lint *lint);	      /* NULL is allowed */
int moult_lint_count(const moult_lint *lint); /* of findings; notes are none */
/*
 * The i-th finding or note, from 0, in the order of the scripts; NULL past the last. It lives as
 * long as lint.
 */
const moult_diagnostic *moult_lint_at(const moult_lint *lint, size_t i);
/*
 * MOULT_TEXT, MOULT_COLOR, MOULT_JSON, whose shape moult-formats(5) describes, or MOULT_SARIF: SARIF
 * 2.1.0.
 */
int moult_lint_report(moult *m, const moult_lint *lint, enum moult_format format,
		      moult_write *write, void *context);

/*
 * Whether a report may be written to a file: not over one that was read with
 * the handle, nor over a database, a file that SQLite keeps beside one, or a
 * backup (RUN038).  Ask it after the reading and before the writing.  Nothing
 * is opened for writing.
 */
int moult_output_check(moult *m, const char *path);

/*
 * Adds a text of others, such as the name of a table or a file, as a person may
 * be shown it: what a terminal would obey (control characters, and those that
 * turn the direction of writing) by its number, "<U+202E>", and a byte that is
 * no UTF-8 as U+FFFD.  Of a text line ends and tabs stay, in a line they are
 * spaces.  Reports do so themselves; documents, SQL and C are exact.
 */
void moult_show_text(sqlite3_str *out, const char *text);
void moult_show_line(sqlite3_str *out, const char *text);
/* The nearest of count candidates by edits, near enough for a "did you mean"; else NULL. */
const char *moult_nearest(const char *name, const char *const *candidates, int count);
/* Adds a text as a string of JSON, with its quotes. */
void moult_json_string(sqlite3_str *out, const char *text);

/* Whether diagnostics in text are the errors alone. */
void moult_set_quiet(moult *m, int quiet);
/* The columns that a line of a report in text may take, 100 where nothing is said; at least 40. */
void moult_set_width(moult *m, int columns);

/* Writes the diagnostics of the handle, each with its place, the line and a caret. */
int moult_report_diagnostics(const moult *m, enum moult_format format, moult_write *write,
			     void *context);

#ifdef __cplusplus
}
#endif

#endif
