/* SPDX-License-Identifier: MIT */
/*
 * options.c: the table of options, and the reader of argv that goes by it.
 *
 * Help, messages and the reader know an option only as a row of this table.
 * Options may stand anywhere, before the command and after operands; "--" ends
 * them; "-" is an operand.  The command may come late, so which options it
 * takes is asked at the end.
 */
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "cli/cli.h"

#define ON(command) (1U << COMMAND_##command)
#define EVERYWHERE (~0U)
#define PLANNED (ON(DIFF) | ON(PLAN) | ON(REHEARSE) | ON(APPLY))
#define RUNS (ON(APPLY) | ON(DOWNGRADE) | ON(ROLLBACK))
#define ACTS (ON(REHEARSE) | RUNS)
#define LOOKS (ON(DUMP) | ON(DIFF) | ON(PLAN) | ON(HISTORY) | ON(STATUS) | ON(VERIFY) | ON(LINT))
#define MANY \
	(ON(PLAN) | ON(REHEARSE) | ON(APPLY) | ON(FINISH) | ON(STATUS) | ON(VERIFY)) /* files */
#define AT(member) offsetof(struct call, member)

static const char *const format_words[] = {"",	   "xml",	 "text",    "json", "sql", "shell",
					   "c",	   "statements", "mermaid", "dot",  "svg", "png",
					   "html", "markdown",	 NULL}; /* enum format */
static const char *const setting_words[] = {"unknown", "on", "off",
					    NULL}; /* enum moult_runner_setting */
static const char *const verify_words[] = {"full", "quick", "every", NULL};
static const char *const shell_words[] = {"", "bash", "fish", "zsh", NULL}; /* enum shell */
static const char *const color_words[] = {"auto", "always", "never", NULL};

/* clang-format off */
const struct option mo_cli_options[] = {
	{"output", 'o', "FILE", OPTION_TEXT, AT(output), NULL,
	 ON(DUMP) | ON(DIFF) | ON(PLAN) | ON(REHEARSE) | ON(LINT),
	 "write to FILE, all of it or nothing, instead of standard output"},
	{"format", 0, "FORMAT", OPTION_CHOICE, AT(format), format_words,
	 ON(DUMP) | ON(PLAN) | ON(REHEARSE),
	 "dump: xml or sql, mermaid, dot, svg, png or html to look at (xml); plan: text, html or markdown "
	 "to read, json, or to run elsewhere: sql, shell for the sqlite3 program, c, statements (text); rehearse: "
	 "text, html or json (text)"},
	{"around", 0, "TABLE", OPTION_TEXT, AT(picture.around), NULL, ON(DUMP),
	 "the picture shows this table and what is near"},
	{"depth", 0, "N", OPTION_COUNT, AT(picture.depth), NULL, ON(DUMP),
	 "how many foreign keys away from --around it ends (1)"},
	{"with", 0, "KIND,...", OPTION_TEXT, AT(with), NULL, ON(DUMP),
	 "what the picture shows beside tables: views, triggers"},
	{"rows", 0, "TABLE,...", OPTION_TEXT, AT(rows), NULL, ON(DUMP),
	 "declare the rows of these tables, too"},
	{"sarif", 0, NULL, OPTION_FLAG, AT(sarif), NULL, ON(LINT),
	 "SARIF 2.1.0 on standard output, for what shows findings beside the code"},
	{"foreign-keys", 0, "HOW", OPTION_CHOICE, AT(lint.foreign_keys), setting_words, ON(LINT),
	 "on, off or unknown: PRAGMA foreign_keys of whatever runs the scripts (unknown)"},
	{"transaction", 0, "HOW", OPTION_CHOICE, AT(lint.transaction), setting_words, ON(LINT),
	 "on, off or unknown: whether the runner begins a transaction around each script (unknown)"},
	{"disable", 0, "ID,...", OPTION_TEXTS, AT(disable), NULL, ON(LINT), "rules that are off, or all"},
	{"enable", 0, "ID,...", OPTION_TEXTS, AT(enable), NULL, ON(LINT),
	 "rules that are on all the same"},
	{"name", 0, "NAME", OPTION_TEXT, AT(release.name), NULL, ON(RELEASE),
	 "what the release is called, behind the time that is put before it"},
	{"amend", 0, NULL, OPTION_FLAG, AT(release.amend), NULL, ON(RELEASE),
	 "freeze the newest release again: it has not been shipped, or branches were merged"},
	{"tidy", 0, NULL, OPTION_FLAG, AT(release.tidy), NULL, ON(RELEASE),
	 "take out of the document what an earlier release has done, and leave the rest as it is"},
	{"compat", 0, NULL, OPTION_FLAG, AT(compat), NULL, ON(DIFF) | ON(CHECK),
	 "what code written for HAVE sees in a file like WANT, and the reverse; check: of each release and the next; exit 0 if all of it works"},
	{"queries", 0, "FILE", OPTION_TEXT, AT(queries), NULL, ON(DIFF) | ON(CHECK),
	 "with --compat: the application's own statements, compiled against both, and none is run"},
	{"check", 0, NULL, OPTION_FLAG, AT(check), NULL, ON(PLAN) | ON(HISTORY),
	 "plan: exit 1 if there is anything to do; history: read each backup through"},
	{"back", 0, NULL, OPTION_FLAG, AT(back), NULL, ON(DUMP) | ON(PLAN),
	 "the way back that migrations left in DB: dump: that of the last as a document; plan: as downgrade would go it, to WANT where there is one"},
	{"way-back", 0, "HOW", OPTION_TEXT, AT(options.way_back), NULL,
	 ON(PLAN) | ON(REHEARSE) | ON(APPLY) | ON(DOWNGRADE),
	 "shape, data or none: what is left in the file for downgrade; data: values that go or are converted, too (as the document says; of scripts and units none)"},
	{"park-rows", 0, NULL, OPTION_FLAG, AT(options.park_rows), NULL, ON(PLAN) | ON(DOWNGRADE),
	 "rows that the older shape does not take, and what refers to them, are parked in DB until a newer one comes; of plan, with --back"},
	{"there-and-back", 0, NULL, OPTION_FLAG, AT(options.there_and_back), NULL, ON(REHEARSE),
	 "go back on the copy, too, and compare every row with what it was"},
	{"side-by-side", 0, NULL, OPTION_FLAG, AT(options.side_by_side), NULL, ON(PLAN) | ON(APPLY),
	 "keep old columns beside the new ones, in step both ways, until moult finish: old and new code can run"},
	{"prune", 0, NULL, OPTION_FLAG, AT(options.prune), NULL, PLANNED,
	 "drop what the document does not declare; rows and values that would go still need --allow"},
	{"allow", 0, "ID[:OBJECT],...", OPTION_TEXTS, AT(allow), NULL, PLANNED | ON(DOWNGRADE),
	 "consent to a hazard, everywhere or for one object (MD102:person.nick), or to all"},
	{"strict", 0, NULL, OPTION_FLAG, AT(options.strict), NULL,
	 ON(CHECK) | ON(DIFF) | ON(PLAN) | ON(STATUS) | ON(VERIFY),
	 "what the document does not declare, and does not ignore, is a difference; of plan, with --check; "
	 "check: a warning fails, too"},
	{"column-order", 0, NULL, OPTION_FLAG, AT(options.column_order), NULL, PLANNED,
	 "a different order of columns is a difference"},
	{"strategy", 0, "STRATEGY", OPTION_TEXT, AT(options.strategy), NULL,
	 ON(PLAN) | ON(REHEARSE) | ON(APPLY) | ON(DOWNGRADE),
	 "auto takes the cheapest safe way, rebuild copies every table that changes; alter,edit,exchange"
	 " or some of them allow just that beside it (auto)"},
	{"steps", 0, "HOW", OPTION_TEXT, AT(options.steps), NULL, ON(PLAN) | ON(REHEARSE) | ON(APPLY),
	 "run or done: whether steps of the document that the file has no mark of run, or have been done"},
	{"to", 0, "RELEASE", OPTION_TEXT, AT(options.to), NULL,
	 PLANNED | ON(DOWNGRADE) | ON(STATUS) | ON(HISTORY) | ON(VERIFY),
	 "the release of the folder that is wanted, or a beginning of its name (the newest)"},
	{"from", 0, "RELEASE", OPTION_TEXT, AT(options.from), NULL, PLANNED,
	 "the release at which the file stands; where there is a folder instead of a file, the one to "
	 "start from"},
	{"sqlite", 0, "X.Y.Z", OPTION_RELEASE, AT(options.sqlite), NULL, PLANNED | ON(DOWNGRADE) | ON(LINT),
	 "the oldest SQLite that must run the plan and read the file, X.Y.Z as in 3.35.5 (the one in use)"},
	{"dir", 0, "DIR", OPTION_TEXT, AT(dir), NULL, ON(REHEARSE),
	 "where to make the copy (beside the database)"},
	{"expect", 0, "PLAN-ID", OPTION_TEXT, AT(options.expect), NULL, ON(REHEARSE) | ON(APPLY) | ON(DOWNGRADE),
	 "refuse any plan but the one that was reviewed"},
	{"no-backup", 0, NULL, OPTION_FLAG, AT(options.no_backup), NULL, ON(REHEARSE) | ON(APPLY) | ON(DOWNGRADE),
	 "make no backup; there is then no rollback"},
	{"backup-dir", 0, "DIR", OPTION_TEXT, AT(options.backup_dir), NULL,
	 ACTS | ON(HISTORY) | ON(STATUS), "where the backups are (beside the database)"},
	{"keep", 0, "N", OPTION_COUNT, AT(options.keep), NULL, ON(APPLY) | ON(DOWNGRADE),
	 "how many backups stay after a success, 0 for all of them (3)"},
	{"discard-newer", 0, NULL, OPTION_FLAG, AT(options.discard_newer), NULL, ON(ROLLBACK),
	 "go back even if rows were written since; they are saved in a backup of their own"},
	{"online", 0, NULL, OPTION_FLAG, AT(options.online), NULL, ON(PLAN) | ON(APPLY),
	 "copy tables in many short transactions, beside those who write them"},
	{"max-lock", 0, "TIME", OPTION_TIME, AT(options.max_lock_ms), NULL, ON(PLAN) | ON(APPLY),
	 "the longest that a lock is to last, in seconds or 20ms (50ms with --online or --side-by-side); without them refuse what would take longer"},
	{"duty", 0, "PERCENT", OPTION_COUNT, AT(options.duty), NULL, ON(PLAN) | ON(APPLY),
	 "with --online or --side-by-side: how much of the time may be under a lock, 1 to 100 (50)"},
	{"max-wal", 0, "SIZE", OPTION_SIZE, AT(options.max_wal), NULL, ON(APPLY),
	 "with --online or --side-by-side: pause where a reader keeps more than that in the WAL; 0: never (1G)"},
	{"timeout", 0, "TIME", OPTION_TIME, AT(options.timeout_ms), NULL, ACTS | ON(FINISH),
	 "wait so long for the lock: seconds, or 500ms, 2m (5)"},
	{"deadline", 0, "TIME", OPTION_TIME, AT(options.deadline_ms), NULL, ACTS | ON(FINISH) | LOOKS,
	 "end with nothing changed if the whole run takes longer"},
	{"memory", 0, "SIZE", OPTION_SIZE, AT(options.memory), NULL, ACTS,
	 "bytes for page cache and sorter, or 64K, 256M, 1G (32M)"},
	{"verify", 0, "HOW", OPTION_CHOICE, AT(verify), verify_words,
	 ON(REHEARSE) | ON(APPLY) | ON(DOWNGRADE),
	 "how the result is proved: full, quick for large files, or every for every row of every "
	 "table (full)"},
	{"files", 0, "LIST|DIR", OPTION_TEXT, AT(files), NULL, MANY | ON(CHECK),
	 "also the databases that LIST names, a line each; - is standard input; WANT is then the last operand; "
	 "check, of a folder of releases: rehearse the way to the newest on each database in DIR"},
	{"null", '0', NULL, OPTION_FLAG, AT(is_null), NULL, MANY,
	 "names in LIST end with a NUL, as from find -print0"},
	{"jobs", 'j', "N", OPTION_COUNT, AT(jobs), NULL, MANY,
	 "so many files at once (as many as there are processors)"},
	{"canary", 0, "K", OPTION_COUNT, AT(canary), NULL, ON(REHEARSE) | ON(APPLY),
	 "the first K files go first, one after the other; where one fails, no other file is begun"},
	{"max-failures", 0, "N|P%", OPTION_LIMIT, AT(most_failures), NULL, ON(REHEARSE) | ON(APPLY),
	 "begin no other file once more than N, or more than that share of all, have failed"},
	{"journal", 0, "FILE", OPTION_TEXT, AT(journal), NULL, ON(REHEARSE) | ON(APPLY),
	 "note there what is done, and leave out what is noted: run again, it does what is missing"},
	{"yes", 'y', NULL, OPTION_FLAG, AT(yes), NULL, RUNS, "do not ask"},
	{"load-extension", 0, "FILE[:ENTRY]", OPTION_TEXTS, AT(extensions), NULL, EVERYWHERE,
	 "load an extension into every connection that is opened"},
	{"json", 0, NULL, OPTION_FLAG, AT(json), NULL, EVERYWHERE,
	 "JSON, and nothing else, on standard output; failures too"},
	{"quiet", 'q', NULL, OPTION_FLAG, AT(quiet), NULL, EVERYWHERE,
	 "no progress, no warnings, no summary"},
	{"verbose", 'v', NULL, OPTION_FLAG, AT(verbose), NULL, EVERYWHERE,
	 "say more: the plan before it runs, its ID after"},
	{"completion", 0, "SHELL", OPTION_CHOICE, AT(completion), shell_words, ON(HELP),
	 "bash, fish or zsh: print a script that completes the command line"},
	{"color", 0, "WHEN", OPTION_CHOICE, AT(color), color_words, EVERYWHERE,
	 "auto, always or never (auto: on a terminal, unless NO_COLOR is set)"},
	{"help", 'h', NULL, OPTION_FLAG, AT(help), NULL, EVERYWHERE, "show how a command is used"},
	{"version", 0, NULL, OPTION_FLAG, AT(version), NULL, EVERYWHERE, "show the version"},
};
/* clang-format on */
const int mo_cli_option_count = sizeof(mo_cli_options) / sizeof(mo_cli_options[0]);

_Static_assert(sizeof(mo_cli_options) / sizeof(mo_cli_options[0]) <= 64,
	       "struct reader has 64 bits");

/* argv as it is read. */
struct reader {
	struct call *call;
	char **argv;
	int argc;
	int next;      /* index in argv */
	uint64_t seen; /* bits of options */
	bool ended;    /* past "--" */
};

bool mo_cli_takes(const struct command *command, const struct option *option)
{
	return (option->commands >> (command - mo_cli_commands)) & 1;
}

bool mo_cli_has_want(const struct command *command)
{
	return strstr(command->operands, "WANT") != NULL;
}

/* A beginning counts as near, and so does a slip. */
static const char *nearest(const char *name, const char *const *names, int count)
{
	int i;

	for (i = 0; i < count; i++)
		if (strlen(name) > 1 && !strncmp(names[i], name, strlen(name)))
			return names[i];
	return moult_nearest(name, names, count);
}

static const char *nearest_command(const char *name)
{
	const char *names[COMMAND_COUNT];
	int i;

	for (i = 0; i < COMMAND_COUNT; i++)
		names[i] = mo_cli_commands[i].name;
	return nearest(name, names, COMMAND_COUNT);
}

int mo_cli_find_command(const struct command **command, struct call *call, const char *name)
{
	static const char *const former[][2] = {{"sql", "moult dump DOC --format sql"},
						{"backups", "moult history DB --check"}};
	const char *meant;
	int i;

	for (i = 0; i < COMMAND_COUNT; i++)
		if (!strcmp(mo_cli_commands[i].name, name)) {
			*command = &mo_cli_commands[i];
			return MOULT_OK;
		}
	for (i = 0; i < (int)(sizeof(former) / sizeof(*former)); i++)
		if (!strcmp(former[i][0], name))
			return mo_cli_fail(call, "RUN022", former[i][1],
					   "there is no command %s any more", name);
	meant = nearest_command(name);
	if (meant)
		return mo_cli_fail(call, "RUN022", NULL, "unknown command %s; did you mean %s?",
				   name, meant);
	return mo_cli_fail(call, "RUN022", "moult --help lists the commands", "unknown command %s",
			   name);
}

static const char *nearest_option(const char *arg, size_t length)
{
	const char *names[sizeof(mo_cli_options) / sizeof(mo_cli_options[0])];
	char name[32] = "";
	int i;

	if (length < sizeof(name))
		memcpy(name, arg, length);
	for (i = 0; i < mo_cli_option_count; i++)
		names[i] = mo_cli_options[i].name;
	return nearest(name, names, mo_cli_option_count);
}

static const struct option *find_option(const char *name, size_t length)
{
	int i;

	for (i = 0; i < mo_cli_option_count; i++)
		if (strlen(mo_cli_options[i].name) == length &&
		    !strncmp(mo_cli_options[i].name, name, length))
			return &mo_cli_options[i];
	return NULL;
}

static const struct option *find_letter(char letter)
{
	int i;

	for (i = 0; i < mo_cli_option_count; i++)
		if (mo_cli_options[i].letter == letter)
			return &mo_cli_options[i];
	return NULL;
}

static bool set_choice(int *index, const char *const *words, const char *value)
{
	int i;

	for (i = 0; words[i]; i++) {
		if (*value && !strcmp(words[i], value)) {
			*index = i;
			return true;
		}
	}
	return false;
}

static bool add_text(struct texts *texts, const char *value)
{
	if (texts->count == MOULT_TEXTS_MAX)
		return false;
	texts->items[texts->count++] = value;
	return true;
}

static bool set_value(struct call *call, const struct option *option, const char *value)
{
	void *at = (char *)call + option->offset;

	switch (option->type) {
	case OPTION_FLAG:
		*(int *)at = 1;
		return true;
	case OPTION_TEXT:
		*(const char **)at = value;
		return *value != '\0';
	case OPTION_TEXTS:
		return *value != '\0' && add_text(at, value);
	case OPTION_COUNT:
		return mo_cli_count(at, value);
	case OPTION_TIME:
		return mo_cli_time(at, value);
	case OPTION_SIZE:
		return mo_cli_size(at, value);
	case OPTION_RELEASE:
		return mo_cli_release(at, value);
	case OPTION_LIMIT:
		return mo_cli_limit(at, value);
	case OPTION_CHOICE:
		return set_choice(at, option->words, value);
	}
	return false;
}

static int take_option(struct reader *reader, const struct option *option, const char *value)
{
	if (option->argument && !value) {
		if (reader->next == reader->argc)
			return mo_cli_fail(reader->call, "RUN022", NULL, "--%s needs %s",
					   option->name, option->argument);
		value = reader->argv[reader->next++];
	}
	if (!option->argument && value)
		return mo_cli_fail(reader->call, "RUN022", NULL, "--%s takes no value",
				   option->name);
	if (!set_value(reader->call, option, value ? value : ""))
		return mo_cli_fail(reader->call, "RUN022", option->help,
				   "wrong value for --%s: \"%s\"", option->name, value);
	reader->seen |= (uint64_t)1 << (option - mo_cli_options);
	return MOULT_OK;
}

/* What people know from other programs, and what serves here; NULL: nothing known. */
static const char *known_elsewhere(const char *name, size_t length)
{
	static const char *const words[][2] = {
		{"dry-run",
		 "moult plan shows what apply would do, moult rehearse does it on a copy"},
		{"force", "--yes does not ask; --allow consents to a hazard that moult names"},
		{"werror", "moult check --strict fails for a warning, too"},
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strlen(words[i][0]) == length && !strncmp(words[i][0], name, length))
			return words[i][1];
	return NULL;
}

/* --name, --name=value, --name value */
static int read_long(struct reader *reader, const char *arg)
{
	size_t length = strcspn(arg, "=");
	const struct option *option = find_option(arg, length);
	const char *hint = known_elsewhere(arg, length);
	const char *meant;

	if (option)
		return take_option(reader, option, arg[length] ? arg + length + 1 : NULL);
	meant = hint ? NULL : nearest_option(arg, length);
	if (meant)
		return mo_cli_fail(reader->call, "RUN022", NULL,
				   "unknown option --%.*s; did you mean --%s?", (int)length, arg,
				   meant);
	return mo_cli_fail(reader->call, "RUN022",
			   hint ? hint : "moult help COMMAND lists the options of a command",
			   "unknown option --%.*s", (int)length, arg);
}

/* -q, -qv, -oFILE, -o FILE */
static int read_short(struct reader *reader, const char *arg)
{
	int rc = MOULT_OK;

	for (; *arg && !rc; arg++) {
		const struct option *option = find_letter(*arg);

		if (!option)
			return mo_cli_fail(reader->call, "RUN022", NULL, "unknown option -%c",
					   *arg);
		if (option->argument)
			return take_option(reader, option, arg[1] ? arg + 1 : NULL);
		rc = take_option(reader, option, NULL);
	}
	return rc;
}

static int read_operand(struct reader *reader, char *arg)
{
	struct call *call = reader->call;

	if (!call->command)
		return mo_cli_find_command(&call->command, call, arg);
	call->operands[call->operand_count++] = arg;
	return MOULT_OK;
}

static int read_argument(struct reader *reader)
{
	char *arg = reader->argv[reader->next++];

	if (reader->ended || arg[0] != '-' || !arg[1])
		return read_operand(reader, arg);
	if (arg[1] != '-')
		return read_short(reader, arg + 1);
	if (arg[2])
		return read_long(reader, arg + 2);
	reader->ended = true;
	return MOULT_OK;
}

/* Whether all options that were given belong to the command. */
static int check_options(const struct reader *reader)
{
	const struct command *command = reader->call->command;
	int i;

	for (i = 0; i < mo_cli_option_count; i++)
		if ((reader->seen >> i) & 1 && !mo_cli_takes(command, &mo_cli_options[i]))
			return mo_cli_fail(reader->call, "RUN022", NULL,
					   "moult %s does not take --%s", command->name,
					   mo_cli_options[i].name);
	return MOULT_OK;
}

/* The formats of a command, with the one that it has without the option. */
struct formats {
	enum command_id command;
	unsigned formats; /* bits of enum format */
	const char *words;
};

#define AS(format) (1U << FORMAT_##format)

static const struct formats formats_of[] = {
	{COMMAND_DUMP, AS(XML) | AS(SQL) | AS(MERMAID) | AS(DOT) | AS(SVG) | AS(PNG) | AS(HTML),
	 "use xml, sql, mermaid, dot, svg, png or html"},
	{COMMAND_PLAN,
	 AS(TEXT) | AS(JSON) | AS(HTML) | AS(MARKDOWN) | AS(SQL) | AS(SHELL) | AS(C) |
		 AS(STATEMENTS),
	 "use text, json, html, markdown, sql, shell, c or statements"},
	{COMMAND_REHEARSE, AS(TEXT) | AS(JSON) | AS(HTML), "use text, json or html"},
};

static int check_format(struct call *call)
{
	size_t i;

	for (i = 0; i < sizeof(formats_of) / sizeof(*formats_of) && call->format; i++)
		if (call->command == &mo_cli_commands[formats_of[i].command] &&
		    !((formats_of[i].formats >> call->format) & 1))
			return mo_cli_fail(call, "RUN022", formats_of[i].words,
					   "moult %s has no format %s", call->command->name,
					   format_words[call->format]);
	return MOULT_OK;
}

/* What a picture shows: --around, --depth and --with. */
static int check_picture(struct call *call)
{
	const bool is_picture = call->format >= FORMAT_MERMAID;
	const char *word = call->with;

	if ((word || call->picture.around) && !is_picture)
		return mo_cli_fail(call, "RUN022", "use --format mermaid, dot, svg, png or html",
				   "--%s is for pictures", word ? "with" : "around");
	if (call->picture.depth != 1 && !call->picture.around)
		return mo_cli_fail(call, "RUN022", "moult dump DB --format svg --around TABLE",
				   "--depth is for --around");
	while (word && *word) {
		const size_t length = strcspn(word, ",");

		if (length == 5 && !strncmp(word, "views", length))
			call->picture.views = 1;
		else if (length == 8 && !strncmp(word, "triggers", length))
			call->picture.triggers = 1;
		else
			return mo_cli_fail(call, "RUN022", "use views, triggers or both",
					   "--with: a picture has no \"%.*s\"", (int)length, word);
		word += length + (word[length] == ',');
	}
	return MOULT_OK;
}

/* Whoever gives an option of many files means many, though a pattern of the shell finds one. */
static bool is_fleet(const struct call *call)
{
	const bool is_for_many = (MANY >> (call->command - mo_cli_commands)) & 1;
	const int alone = mo_cli_has_want(call->command) ? 2 : 1;

	return is_for_many &&
	       (call->files || call->jobs || call->canary || call->most_failures.is_set ||
		call->journal || (call->operand_count > alone && call->format != FORMAT_C));
}

/* A plan for many is one text for each, and has no file. */
static int check_fleet(struct call *call)
{
	if (call->output ||
	    (call->format && call->format != FORMAT_TEXT && call->format != FORMAT_JSON))
		return mo_cli_fail(
			call, "RUN022", "moult plan HAVE WANT -o FILE, for each",
			"of many files %s writes no scripts and no -o: it makes one table",
			call->command->name);
	if (call->is_null && !call->files)
		return mo_cli_fail(call, "RUN022", NULL,
				   "--null is of names in a list: --files LIST");
	return MOULT_OK;
}

static int check_operands(struct call *call)
{
	const struct command *command = call->command;
	const bool has_list = call->files != NULL;
	const int wants = has_list && mo_cli_has_want(command); /* that are no file */
	int i, inputs = has_list && !strcmp(call->files, "-");

	if (call->operand_count < command->least - has_list)
		return mo_cli_fail(call, "RUN022", NULL, "usage: moult %s %s", command->name,
				   command->operands);
	if (call->operand_count > command->most)
		return mo_cli_fail(call, "RUN022", NULL,
				   "moult %s takes %s; \"%s\" is one too many", command->name,
				   command->operands, call->operands[command->most]);
	if (call->queries && !strcmp(call->queries, "-"))
		inputs++;
	for (i = 0; i < call->operand_count; i++) {
		if (!*call->operands[i])
			return mo_cli_fail(call, "RUN022", NULL, "an operand is empty");
		if (!strcmp(call->operands[i], "-") && inputs++)
			return mo_cli_fail(call, "RUN022", NULL,
					   "standard input can be read only once");
	}
	if (command->changes && call->operand_count > wants && !strcmp(call->operands[0], "-"))
		return mo_cli_fail(call, "RUN022", "./- is the file of that name",
				   "moult %s needs a file, not standard input", command->name);
	return MOULT_OK;
}

static int check_call(const struct reader *reader)
{
	struct call *call = reader->call;
	int rc;

	if (call->help || call->version)
		return MOULT_OK;
	if (!call->command)
		return mo_cli_fail(call, "RUN022", "moult --help lists the commands",
				   "usage: moult COMMAND [OPTION]... OPERAND...");
	rc = check_options(reader);
	if (!rc)
		rc = check_format(call);
	if (!rc)
		rc = check_picture(call);
	if (!rc && call->json && call->sarif)
		return mo_cli_fail(call, "RUN022", NULL,
				   "--json and --sarif are two formats of one output");
	if (!rc)
		rc = check_operands(call);
	call->is_fleet = is_fleet(call);
	return rc || (!call->is_fleet && !call->is_null) ? rc : check_fleet(call);
}

/* A failure is said as JSON wherever --json stands. */
static int wants_json(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (!strcmp(argv[i], "--json"))
			return 1;
	return 0;
}

int mo_cli_parse(struct call *call, int argc, char **argv)
{
	static const moult_options defaults = MOULT_OPTIONS_INIT;
	static const moult_picture picture = MOULT_PICTURE_INIT;
	struct reader reader = {call, argv, argc, 1, 0, false};
	int rc = MOULT_OK;

	call->options = defaults;
	call->picture = picture;
	call->operands = argv; /* operands move to its front, behind the reader */
	call->json = wants_json(argc, argv);
	while (!rc && reader.next < argc)
		rc = read_argument(&reader);
	if (!rc)
		rc = check_call(&reader);
	if (call->format == FORMAT_JSON)
		call->json = 1;
	call->options.quick = call->verify == 1;
	call->options.every_row = call->verify == 2;
	return rc;
}
