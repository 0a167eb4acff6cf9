/* SPDX-License-Identifier: MIT */
/* command_table.c: the commands, with all that --help, the manual and the completions say of them. */
#include <limits.h>

#include "cli/commands.h"

/* clang-format off */
#define EXIT_0 "0  done, or nothing to do\n"
#define EXIT_2 "2  usage, or something that cannot be read or written\n"
#define EXIT_3 "3  refused: a hazard, rows in the way, another plan than expected; nothing changed\n"
#define EXIT_4 "4  failed or interrupted on the way and rolled back; nothing changed\n"
#define EXIT_5 "5  the lock was not to be had, or the deadline passed; nothing changed\n"

const struct command mo_cli_commands[COMMAND_COUNT] = {
	[COMMAND_DUMP] = {
		"dump", "DB|DOC|FILE.sql", 1, 1, true, false, mo_cli_run_dump,
		"write a schema as a document, as SQL, as a picture",
		"Reads the schema of a database, a document or a script of CREATE statements, and "
		"writes the document that declares it: the way to begin with a database that exists. "
		"With --format sql it writes the CREATE statements that make a new database of it; mermaid, "
		"dot, svg and png are pictures, and html is a page to browse.",
		"moult dump app.db -o app.xml\n"
		"moult dump app.db --format html -o schema.html\n"
		"moult dump app.db --format svg --around person -o person.svg\n"
		"moult dump schema.sql | xmllint --format -\n"
		"moult dump app.xml --format sql | sqlite3 new.db\n",
		EXIT_0 EXIT_2
	},
	[COMMAND_CHECK] = {
		"check", "DOC...|DIR [DOC]", 1, INT_MAX, false, false, mo_cli_run_check,
		"say what is wrong with a document",
		"Parses and validates each document, and lets SQLite build it in memory. Every "
		"mistake is shown at its line and column; of what SQLite takes and cannot work, such "
		"as a view that does not compile, it warns, and fails for it with --strict. Of a folder of "
		"releases: what was edited, is gone or out of order, a way from one to the next that is "
		"refused, a user-version that does not rise, a document that is ahead of the newest; with "
		"--compat what code of each release sees in a file of the next, and the reverse.",
		"moult check app.xml\n"
		"moult check releases app.xml --files kept\n"
		"moult check releases --compat --queries app.sql\n"
		"moult check --json schema/*.xml\n",
		"0  all are good\n"
		"1  findings; with --strict: at least one has a warning; with --compat: some statement fails\n"
		"2  at least one is not good\n"
	},
	[COMMAND_DIFF] = {
		"diff", "HAVE WANT", 2, 2, true, false, mo_cli_run_diff,
		"show how two schemas differ",
		"HAVE and WANT are databases, documents or SQL scripts, told apart by content; - is "
		"standard input. Spelling, comments and the order of columns are no difference, and "
		"what a document does not declare is named and none, but with --strict. With --compat: "
		"whether code of one release can read and write a file of the other, tried in memory.",
		"moult diff app.db app.xml\n"
		"moult diff app.db other.db\n"
		"git show v1:app.xml | moult diff - app.xml\n"
		"moult diff v1.xml v2.xml --compat --queries app.sql\n",
		"0  no difference; with --compat: old and new code can do with either file\n"
		"1  they differ; with --compat: some statement fails, or may fail\n" EXIT_2
	},
	[COMMAND_PLAN] = {
		"plan", "HAVE... WANT", 1, INT_MAX, true, false, mo_cli_run_plan,
		"show the statements that lead from one schema to another",
		"Prints the steps that apply would run, what stands in their way and what they cost. "
		"Nothing is written; html and markdown are for a review. The plan has an ID; apply --expect takes it. Scripts and C units "
		"guard themselves and run where moult is not; a C unit, NAME.c with NAME.h, starts from "
		"any of several versions. Statements are a JSON array for a transaction of your own.",
		"moult plan app.db app.xml\n"
		"moult plan app.db app.xml --format html -o plan.html\n"
		"moult plan app.db app.xml --check --quiet\n"
		"moult plan app.db v1.xml --back --park-rows\n"
		"moult plan v1.xml v2.xml --format sql --sqlite 3.22 -o upgrade.sql\n"
		"moult plan v1.xml v2.xml v3.xml --format c -o upgrade.c\n"
		"moult plan dump.sql v2.xml --format statements -o upgrade.json\n",
		"0  there is a plan, also where a hazard would refuse it: it says so\n"
		"1  with --check: there is something to do; with --strict, something undeclared\n" EXIT_2
		"3  with --format c or statements: refused, and nothing written\n"
	},
	[COMMAND_REHEARSE] = {
		"rehearse", "DB... WANT", 2, INT_MAX, true, true, mo_cli_run_rehearse,
		"try a migration on a copy of the data",
		"Copies the database beside it or to --dir, does there what apply would do, and "
		"reports time, rows, space, hazards and the verdict. The database is only read, "
		"the copy is removed. Exits as apply would. With --there-and-back it goes back on the "
		"copy, too, and compares every row.",
		"moult rehearse app.db app.xml\n"
		"moult rehearse app.db app.xml --dir /mnt/large --json\n"
		"moult rehearse app.db app.xml --there-and-back\n"
		"moult rehearse app.db app.xml --format html -o rehearsal.html\n",
		EXIT_0 EXIT_2 EXIT_3 EXIT_4 EXIT_5
	},
	[COMMAND_APPLY] = {
		"apply", "DB... WANT", 2, INT_MAX, true, true, mo_cli_run_apply,
		"make a database what a document says",
		"Changes the database in one transaction, with a verified backup beside it, and "
		"proves before the commit that nothing was lost. A file that does not exist is "
		"created. Where both input and output are a terminal it shows the plan and asks.",
		"moult apply app.db app.xml\n"
		"moult apply app.db app.xml --yes --timeout 30\n"
		"moult apply app.db app.xml --allow MD102:person.nick\n",
		EXIT_0 EXIT_2 EXIT_3 EXIT_4 EXIT_5
	},
	[COMMAND_DOWNGRADE] = {
		"downgrade", "DB [WANT]", 1, 2, true, true, mo_cli_run_downgrade,
		"go back to the older shape, and keep the new rows",
		"Takes a database to the shape before its last migration, by the way back that the "
		"migration left in it, or from one shape to the one before until it is as WANT says. "
		"Rows written since stay. It is planned, backed up and proven as apply is; plan DB --back "
		"shows it.",
		"moult downgrade app.db\n"
		"moult downgrade app.db v1.xml --yes\n"
		"moult downgrade app.db --park-rows --yes\n",
		EXIT_0 EXIT_2 EXIT_3 EXIT_4 EXIT_5
	},
	[COMMAND_ROLLBACK] = {
		"rollback", "DB [BACKUP]", 1, 2, true, true, mo_cli_run_rollback,
		"put a backup back",
		"Puts back what the last migration found, or the backup that is named. What is there "
		"now is saved first. Rows written since the migration make it refuse.",
		"moult rollback app.db\n"
		"moult rollback app.db --discard-newer --yes\n",
		EXIT_0 EXIT_2 EXIT_3 EXIT_4 EXIT_5
	},
	[COMMAND_FINISH] = {
		"finish", "DB...", 1, INT_MAX, true, true, mo_cli_run_finish,
		"confirm a migration: what is kept for the way back goes",
		"Takes the ways back out of a database, in one transaction: the update is there to "
		"stay, as after RAUC mark-good, Mender commit or a boot counter that is cleared. "
		"Schema, rows and backups stay as they are; downgrade has nowhere to go from then on.",
		"moult finish app.db\n"
		"moult finish --files list --json\n",
		EXIT_0 EXIT_2 EXIT_4 EXIT_5
	},
	[COMMAND_STATUS] = {
		"status", "DB... [WANT]", 1, INT_MAX, true, false, mo_cli_run_status,
		"say where a database stands",
		"Shows version, last migration, ways back and backups, and how far the file has drifted from a "
		"document, if one is given; what the document does not declare is named, and drift with "
		"--strict. In a folder of releases it says at which the file stands, and which are pending.",
		"moult status app.db app.xml\n"
		"moult status app.db schema/releases\n"
		"moult status app.db app.xml --strict\n",
		EXIT_0 "1  the file differs from WANT, releases are pending, or apply would refuse it\n" EXIT_2
	},
	[COMMAND_HISTORY] = {
		"history", "DB [DIR]", 1, 2, true, false, mo_cli_run_history,
		"say what a database has been through",
		"Shows the migrations of a database and its backups, the newest first. With --check "
		"each backup is read through, and one that cannot be put back is said to be so. In a "
		"folder of releases, if one is given, it also shows where the file stands and which "
		"are pending.",
		"moult history app.db\n"
		"moult history app.db schema/releases\n"
		"moult history app.db --check --json\n",
		EXIT_0 EXIT_2
	},
	[COMMAND_VERIFY] = {
		"verify", "DB... [WANT]", 1, INT_MAX, true, false, mo_cli_run_verify,
		"check a database",
		"Checks integrity and foreign keys, and the schema if a document is given.",
		"moult verify app.db app.xml\n",
		"0  all is well\n"
		"1  something is wrong\n" EXIT_2
	},
	[COMMAND_LINT] = {
		"lint", "FILE.sql|DIR... [DB|DOC]", 1, INT_MAX, false, false, mo_cli_run_lint,
		"say what is wrong with migration scripts",
		"Plays hand-written scripts one after the other on a copy of the schema in memory: that "
		"of a database or document named last, else what the earlier scripts made. A folder is "
		"read in the order of its numbers, a down behind its up. Nothing is written; with a "
		"database its rows are asked. A comment allows what is meant: -- moult:allow ID why.",
		"moult lint migrations/\n"
		"moult lint 0042_mail.sql app.db --transaction on\n"
		"moult lint migrations/ --sarif -o lint.sarif --disable LN106\n",
		"0  nothing was found\n"
		"1  findings\n" EXIT_2
	},
	[COMMAND_RELEASE] = {
		"release", "DOC [DIR]", 1, 2, false, false, mo_cli_run_release,
		"freeze a document as the next release",
		"Writes the document, with all that it includes, into the folder of releases (releases, "
		"beside the document) and never changes it again; releases.sum holds the files against "
		"that. Refused where nothing differs from the newest release, or where the way from that "
		"would be. Says what of the document an earlier release has done: it can go.",
		"moult release app.xml --name split_name\n"
		"moult release app.xml releases --name split_name --tidy\n"
		"moult release app.xml --amend\n",
		EXIT_0 EXIT_2
		"3  refused: nothing to release, or no way from the newest release; nothing written\n"
	},
	[COMMAND_HELP] = {
		"help", "[COMMAND|ID]", 0, 1, false, false, mo_cli_run_help,
		"show how a command is used, or what an ID means",
		"Without a command: the list of them.  An ID, such as MD105, is what messages begin with.",
		"moult help apply\n"
		"moult help MD105\n"
		"moult help --completion bash >~/.local/share/bash-completion/completions/moult\n",
		EXIT_0 EXIT_2
	},
};
/* clang-format on */
