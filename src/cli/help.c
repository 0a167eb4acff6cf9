/* SPDX-License-Identifier: MIT */
/*
 * help.c: the tables of commands and options as a page, and what an ID means.
 */
#include <string.h>

#include "cli/cli.h"

#define WIDTH 80
#define INDENT 2
#define COLUMN 26 /* where the text of an option begins */

static void pad(sqlite3_str *out, int width)
{
	if (width > 0)
		sqlite3_str_appendchar(out, width, ' ');
}

/* Words, broken at WIDTH; the first line is set in already. */
static void wrap(sqlite3_str *out, int indent, const char *text)
{
	int column = indent;

	while (*text) {
		int length = (int)strcspn(text, " ");

		if (column > indent && column + 1 + length > WIDTH) {
			sqlite3_str_appendchar(out, 1, '\n');
			pad(out, indent);
			column = indent;
		} else if (column > indent) {
			sqlite3_str_appendchar(out, 1, ' ');
			column++;
		}
		sqlite3_str_append(out, text, length);
		column += length;
		text += length;
		text += *text == ' ';
	}
	sqlite3_str_appendchar(out, 1, '\n');
}

/* A term on the left, its text on the right, or below where the term is long. */
static void print_row(sqlite3_str *out, const char *term, int column, const char *text)
{
	int width = (int)strlen(term) + INDENT;

	pad(out, INDENT);
	sqlite3_str_appendall(out, term);
	if (width + 2 > column) {
		sqlite3_str_appendchar(out, 1, '\n');
		width = 0;
	}
	pad(out, column - width);
	wrap(out, column, text);
}

static void print_option(sqlite3_str *out, const struct option *option)
{
	char letter[5] = "    ", term[64];

	if (option->letter)
		sqlite3_snprintf(sizeof(letter), letter, "-%c, ", option->letter);
	sqlite3_snprintf(sizeof(term), term, "%s--%s%s%s", letter, option->name,
			 option->argument ? " " : "", option->argument ? option->argument : "");
	print_row(out, term, COLUMN, option->help);
}

/* Options of one command, or those of all. */
static void print_options(sqlite3_str *out, const struct command *command)
{
	int i;

	for (i = 0; i < mo_cli_option_count; i++) {
		const struct option *option = &mo_cli_options[i];
		bool everywhere = option->commands == ~0U;

		if (command ? !everywhere && mo_cli_takes(command, option) : everywhere)
			print_option(out, option);
	}
}

static bool has_options(const struct command *command)
{
	int i;

	for (i = 0; i < mo_cli_option_count; i++)
		if (mo_cli_options[i].commands != ~0U && mo_cli_takes(command, &mo_cli_options[i]))
			return true;
	return false;
}

/* Lines, each set in. */
static void print_lines(sqlite3_str *out, const char *lines)
{
	while (*lines) {
		int length = (int)strcspn(lines, "\n");

		pad(out, INDENT);
		sqlite3_str_append(out, lines, length);
		sqlite3_str_appendchar(out, 1, '\n');
		lines += length + (lines[length] == '\n');
	}
}

/* "0  done": the status, then its meaning, wrapped. */
static void print_exits(sqlite3_str *out, const char *lines)
{
	while (*lines) {
		int length = (int)strcspn(lines, "\n");
		char text[128];

		sqlite3_snprintf(sizeof(text), text, "%.*s", length - 3, lines + 3);
		pad(out, INDENT);
		sqlite3_str_append(out, lines, 3);
		wrap(out, INDENT + 3, text);
		lines += length + (lines[length] == '\n');
	}
}

static void help_command(sqlite3_str *out, const struct command *command)
{
	sqlite3_str_appendf(out, "moult %s: %s\n\n", command->name, command->purpose);
	sqlite3_str_appendf(out, "Usage: moult %s [OPTION]... %s\n\n", command->name,
			    command->operands);
	wrap(out, 0, command->about);
	if (has_options(command)) {
		sqlite3_str_appendall(out, "\nOptions:\n");
		print_options(out, command);
	}
	sqlite3_str_appendall(out, "\nEverywhere:\n");
	print_options(out, NULL);
	sqlite3_str_appendall(out, "\nExamples:\n");
	print_lines(out, command->examples);
	sqlite3_str_appendall(out, "\nExit status:\n");
	print_exits(out, command->exits);
}

static void help_program(sqlite3_str *out)
{
	int i;

	sqlite3_str_appendf(
		out,
		"moult %s: keeps a SQLite file in the shape that an XML document declares\n\n"
		"Usage: moult COMMAND [OPTION]... OPERAND...\n\nCommands:\n",
		moult_version());
	for (i = 0; i < COMMAND_COUNT; i++)
		print_row(out, mo_cli_commands[i].name, 14, mo_cli_commands[i].purpose);
	sqlite3_str_appendall(out, "\nOptions of every command:\n");
	print_options(out, NULL);
	sqlite3_str_appendall(out,
			      "\nA first migration:\n"
			      "  moult dump app.db -o app.xml     the document of what is there\n"
			      "  (edit app.xml)\n"
			      "  moult plan app.db app.xml        what would be done\n"
			      "  moult rehearse app.db app.xml    do it on a copy\n"
			      "  moult apply app.db app.xml       do it, with a backup\n"
			      "  moult downgrade app.db           the way back, with the new rows\n"
			      "  moult rollback app.db            the way back, without them\n"
			      "  moult finish app.db              it stays: no way back any more\n"
			      "\nExit status:\n");
	print_exits(
		out,
		"0  done, or nothing to do\n"
		"1  differences or findings (diff, lint, status, verify; with an option check, plan)\n"
		"2  trouble: usage, or something that cannot be read or written\n"
		"3  refused; nothing changed\n"
		"4  failed or interrupted and rolled back; nothing changed\n"
		"5  try later; nothing changed\n");
	sqlite3_str_appendall(
		out,
		"\n\"moult help COMMAND\" says more about a command, \"moult help MD105\" about an ID.\n");
}

/* ---- an ID ------------------------------------------------------------------------------- */

extern const char mo_cli_ids[]; /* made by ids.awk, which says its form */

/* The entry of an ID, from its title on; NULL where there is none. */
static const char *find_id(const char *id)
{
	const size_t length = strlen(id);
	const char *entry = mo_cli_ids;

	while ((entry = strchr(entry, '\f')) != NULL) {
		entry++;
		if (!sqlite3_strnicmp(entry, id, (int)length) && entry[length] == '\n')
			return entry + length + 1;
	}
	return NULL;
}

/* A line that begins with a blank stands as it is. */
static void print_line(sqlite3_str *out, const char *line, size_t length)
{
	char *text = sqlite3_mprintf("%.*s", (int)length, line);

	if (text && *text != ' ')
		wrap(out, 0, text);
	else if (text)
		sqlite3_str_appendf(out, "%s\n", text);
	sqlite3_free(text);
}

bool mo_cli_help_id(struct call *call, const char *id)
{
	const char *line = find_id(id);
	size_t length;

	if (!line)
		return false;
	for (; *id; id++)
		sqlite3_str_appendchar(call->out, 1,
				       *id >= 'a' && *id <= 'z' ? (char)(*id - 'a' + 'A') : *id);
	length = strcspn(line, "\n");
	sqlite3_str_appendf(call->out, ": %.*s\n", (int)length, line);
	for (line += length + 1; *line && *line != '\f'; line += length + (line[length] == '\n')) {
		length = strcspn(line, "\n");
		print_line(call->out, line, length);
	}
	if (call->json)
		mo_cli_enclose(call, "help");
	return true;
}

int mo_cli_help(struct call *call, const struct command *command)
{
	if (command)
		help_command(call->out, command);
	else
		help_program(call->out);
	if (call->json)
		mo_cli_enclose(call, "help");
	return MOULT_OK;
}
