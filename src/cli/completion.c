/* SPDX-License-Identifier: MIT */
/*
 * completion.c: the tables of commands and options as scripts that complete the command line.
 *
 * What an option takes is told by its row of the table: a choice has its words, FILE and DIR are
 * completed as names of files, and nothing is offered for what is counted or named.
 */
#include <string.h>

#include "cli/cli.h"

/* How the value of an option is completed. */
enum value_kind { VALUE_NONE, VALUE_WORD, VALUE_FILE, VALUE_FOLDER, VALUE_OTHER };

static enum value_kind kind_of(const struct option *option)
{
	if (!option->argument)
		return VALUE_NONE;
	if (option->words)
		return VALUE_WORD;
	if (!strcmp(option->argument, "DIR"))
		return VALUE_FOLDER;
	return !strncmp(option->argument, "FILE", 4) ? VALUE_FILE : VALUE_OTHER;
}

/* The words of a choice with blanks between; an empty one is what stands without the option. */
static void write_words(sqlite3_str *out, const struct option *option)
{
	const char *before = "";

	for (int i = 0; option->words[i]; i++) {
		if (!*option->words[i])
			continue;
		sqlite3_str_appendf(out, "%s%s", before, option->words[i]);
		before = " ";
	}
}

/* ---- bash ------------------------------------------------------------------------------- */

static void write_bash_values(sqlite3_str *out)
{
	for (int i = 0; i < mo_cli_option_count; i++) {
		const struct option *option = &mo_cli_options[i];
		const enum value_kind kind = kind_of(option);

		if (kind == VALUE_NONE)
			continue;
		sqlite3_str_appendf(out, "\t--%s", option->name);
		if (option->letter)
			sqlite3_str_appendf(out, " | -%c", option->letter);
		sqlite3_str_appendall(out, ") ");
		if (kind == VALUE_WORD) {
			sqlite3_str_appendall(out, "words='");
			write_words(out, option);
			sqlite3_str_appendall(out, "' ;;\n");
		} else if (kind == VALUE_FILE) {
			sqlite3_str_appendall(
				out,
				"mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;\n");
		} else if (kind == VALUE_FOLDER) {
			sqlite3_str_appendall(
				out,
				"mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return ;;\n");
		} else {
			sqlite3_str_appendall(out, "return ;;\n");
		}
	}
}

static void write_bash_options(sqlite3_str *out, const struct command *command)
{
	for (int i = 0; i < mo_cli_option_count; i++)
		if (mo_cli_takes(command, &mo_cli_options[i]))
			sqlite3_str_appendf(out, " --%s", mo_cli_options[i].name);
}

static void write_commands(sqlite3_str *out)
{
	for (int i = 0; i < COMMAND_COUNT; i++)
		sqlite3_str_appendf(out, "%s%s", i ? " " : "", mo_cli_commands[i].name);
}

static void write_bash(sqlite3_str *out)
{
	sqlite3_str_appendall(
		out, "# bash completion for moult\n"
		     "_moult() {\n"
		     "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		     "\tlocal words='' command='' word\n"
		     "\tCOMPREPLY=()\n"
		     "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
		     "\t\tcase $word in -*) ;; *) command=$word; break ;; esac\n"
		     "\tdone\n"
		     "\tcase $prev in\n");
	write_bash_values(out);
	sqlite3_str_appendall(out, "\t*)\n\t\tcase $command in\n\t\t'') words='");
	write_commands(out);
	sqlite3_str_appendall(out, "' ;;\n");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		sqlite3_str_appendf(out, "\t\t%s) words='", mo_cli_commands[i].name);
		if (i == COMMAND_HELP)
			write_commands(out);
		write_bash_options(out, &mo_cli_commands[i]);
		sqlite3_str_appendall(out, "' ;;\n");
	}
	sqlite3_str_appendall(out,
			      "\t\tesac\n"
			      "\t\tcase $cur:$command in\n"
			      "\t\t-*:* | *: | *:help) ;;\n"
			      "\t\t*) mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return ;;\n"
			      "\t\tesac ;;\n"
			      "\tesac\n"
			      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
			      "}\n"
			      "complete -o filenames -F _moult moult\n");
}

/* ---- fish ------------------------------------------------------------------------------- */

/* A text in single quotes. */
static void write_quoted(sqlite3_str *out, const char *text)
{
	sqlite3_str_appendchar(out, 1, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			sqlite3_str_appendchar(out, 1, '\\');
		sqlite3_str_appendchar(out, 1, *text);
	}
	sqlite3_str_appendchar(out, 1, '\'');
}

static void write_fish_option(sqlite3_str *out, const struct option *option)
{
	const enum value_kind kind = kind_of(option);

	sqlite3_str_appendall(out, "complete -c moult");
	if (option->commands != ~0U) {
		sqlite3_str_appendall(out, " -n '__fish_seen_subcommand_from");
		for (int i = 0; i < COMMAND_COUNT; i++)
			if (mo_cli_takes(&mo_cli_commands[i], option))
				sqlite3_str_appendf(out, " %s", mo_cli_commands[i].name);
		sqlite3_str_appendall(out, "'");
	}
	sqlite3_str_appendf(out, " -l %s", option->name);
	if (option->letter)
		sqlite3_str_appendf(out, " -s %c", option->letter);
	if (kind == VALUE_FILE)
		sqlite3_str_appendall(out, " -rF");
	else if (kind == VALUE_FOLDER)
		sqlite3_str_appendall(out, " -xa '(__fish_complete_directories)'");
	else if (kind != VALUE_NONE)
		sqlite3_str_appendall(out, " -x");
	if (kind == VALUE_WORD) {
		sqlite3_str_appendall(out, " -a '");
		write_words(out, option);
		sqlite3_str_appendall(out, "'");
	}
	sqlite3_str_appendall(out, " -d ");
	write_quoted(out, option->help);
	sqlite3_str_appendall(out, "\n");
}

static void write_fish(sqlite3_str *out)
{
	sqlite3_str_appendall(out, "# fish completion for moult\n");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		sqlite3_str_appendf(out, "complete -c moult -n __fish_use_subcommand -f -a %s -d ",
				    mo_cli_commands[i].name);
		write_quoted(out, mo_cli_commands[i].purpose);
		sqlite3_str_appendall(out, "\n");
	}
	for (int i = 0; i < mo_cli_option_count; i++)
		write_fish_option(out, &mo_cli_options[i]);
}

/* ---- zsh -------------------------------------------------------------------------------- */

/* Inside single quotes and inside an option's brackets. */
static void write_zsh_text(sqlite3_str *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			sqlite3_str_appendall(out, "'\\''");
		else if (strchr("[]:\\", *text))
			sqlite3_str_appendf(out, "\\%c", *text);
		else
			sqlite3_str_appendchar(out, 1, *text);
	}
}

static void write_zsh_option(sqlite3_str *out, const struct option *option)
{
	const enum value_kind kind = kind_of(option);

	sqlite3_str_appendf(out, "\t\t'%s--%s[", option->type == OPTION_TEXTS ? "*" : "",
			    option->name);
	write_zsh_text(out, option->help);
	sqlite3_str_appendall(out, "]");
	if (kind != VALUE_NONE) {
		sqlite3_str_appendall(out, ":");
		write_zsh_text(out, option->argument);
		sqlite3_str_appendall(out, ":");
	}
	if (kind == VALUE_WORD) {
		sqlite3_str_appendall(out, "(");
		write_words(out, option);
		sqlite3_str_appendall(out, ")");
	} else if (kind == VALUE_FILE) {
		sqlite3_str_appendall(out, "_files");
	} else if (kind == VALUE_FOLDER) {
		sqlite3_str_appendall(out, "_files -/");
	}
	sqlite3_str_appendall(out, "' \\\n");
}

static void write_zsh(sqlite3_str *out)
{
	sqlite3_str_appendall(out, "#compdef moult\n"
				   "local -a commands\n"
				   "commands=(\n");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		sqlite3_str_appendf(out, "\t'%s:", mo_cli_commands[i].name);
		write_zsh_text(out, mo_cli_commands[i].purpose);
		sqlite3_str_appendall(out, "'\n");
	}
	sqlite3_str_appendall(out, ")\n"
				   "if (( CURRENT == 2 )); then\n"
				   "\t_describe command commands\n"
				   "\treturn\n"
				   "fi\n"
				   "local command=$words[2]\n"
				   "shift words\n"
				   "(( CURRENT-- ))\n"
				   "case $command in\n");
	for (int i = 0; i < COMMAND_COUNT; i++) {
		const struct command *command = &mo_cli_commands[i];

		sqlite3_str_appendf(out, "%s)\n\t_arguments \\\n", command->name);
		for (int j = 0; j < mo_cli_option_count; j++)
			if (mo_cli_takes(command, &mo_cli_options[j]))
				write_zsh_option(out, &mo_cli_options[j]);
		sqlite3_str_appendall(out, i == COMMAND_HELP
						   ? "\t\t'1: :_describe command commands' ;;\n"
						   : "\t\t'*:file:_files' ;;\n");
	}
	sqlite3_str_appendall(out, "esac\n");
}

void mo_cli_completion(sqlite3_str *out, enum shell shell)
{
	if (shell == SHELL_BASH)
		write_bash(out);
	else if (shell == SHELL_FISH)
		write_fish(out);
	else if (shell == SHELL_ZSH)
		write_zsh(out);
}
