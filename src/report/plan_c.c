/* SPDX-License-Identifier: MIT */
/*
 * plan_c.c: plans to one schema, or a chain of them, as a C unit for programs without moult.
 *
 *	shape	 the query that says where a file stands
 *	lines_N	 the guards and steps from the N-th start (script.h)
 *	rows	 the question whether declared rows were written, where the shape does not tell; of a
 *		 chain, whether all was done that the last plan does
 *	starts	 each version that is in the field, by the hash of its shape; of a chain the newest
 *		 first, so that each leads to the one before it in the list
 *	since_N	 of a chain: the question whether the N-th start is reached, where its shape is that
 *		 of the version before: the work between the two has its marks
 *	present	 what they all become, and what a new file is
 *	own_ways, park_triggers, kept
 *		 with a way back: what is asked of the file for it
 *	code	 frame.c, and with a way back frame_back.c
 *
 * A unit does what a script cannot: it picks the way by where the file stands,
 * switches foreign_keys off and back, and rolls back whatever fails.  Shapes
 * are kept as hashes, so it needs a few kilobytes and its statements.
 */
#include "report/plan_c.h"

#include <string.h>

#include "base/show.h"
#include "base/text.h"
#include "plan/done.h"
#include "plan/row_plan.h"
#include "report/plan_words.h"
#include "report/script_lines.h"
#include "report/style.h"
#include "sql/done_table.h"
#include "sql/guard_statements.h"
#include "sql/parked_table.h"
#include "sql/way_back_table.h"
#include "trial/chain.h"

#define LINE 96	   /* of a C literal, before it is broken */
#define PIECE 4000 /* of a text: C99 asks compilers for literals of 4,095 characters */

/* ---- C ---- */

/* unit_ and UNIT_ become the name, in small letters and in capitals. */
static const char *write_word(sqlite3_str *out, const char *text, const char *name)
{
	const bool is_small = !strncmp(text, "unit_", 5);
	const bool is_capital = !strncmp(text, "UNIT_", 5);

	if (is_small)
		sqlite3_str_appendall(out, name);
	for (const char *c = is_capital ? name : ""; *c; c++)
		sqlite3_str_appendchar(out, 1,
				       *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
	text += is_small || is_capital ? 4 : 0;
	sqlite3_str_append(out, text, 1);
	return text + 1;
}

/* What stands between these lines is of units with a way back; the lines are of none. */
#define BLOCK_BEGINS "#ifdef UNIT_WAY_BACK\n"
#define BLOCK_ENDS "#endif /* UNIT_WAY_BACK */\n"

static void write_template(sqlite3_str *out, const char *text, const char *name, bool has_way)
{
	while (*text) {
		if (!strncmp(text, BLOCK_BEGINS, strlen(BLOCK_BEGINS)))
			text = has_way ? text + strlen(BLOCK_BEGINS) : strstr(text, BLOCK_ENDS);
		if (!strncmp(text, BLOCK_ENDS, strlen(BLOCK_ENDS)))
			text += strlen(BLOCK_ENDS);
		else
			text = write_word(out, text, name);
	}
}

/* One character of a literal; a question mark could begin a trigraph. */
static void write_character(sqlite3_str *out, unsigned char c)
{
	if (c == '\n')
		sqlite3_str_appendall(out, "\\n");
	else if (c == '"' || c == '\\' || c == '?')
		sqlite3_str_appendf(out, "\\%c", c);
	else if (c < 0x20 || c > 0x7e)
		sqlite3_str_appendf(out, "\\%c%c%c", '0' + (c >> 6), '0' + (c >> 3 & 7),
				    '0' + (c & 7));
	else
		sqlite3_str_appendchar(out, 1, (char)c);
}

/*
 * Where the piece ends that begins here. The next one does not begin with a +, which would be
 * taken for a mark.
 */
static const char *end_of_piece(const char *text)
{
	const char *end = text + (strlen(text) > PIECE ? PIECE : strlen(text));

	while (*end == '+')
		end++;
	return end;
}

/* As much of a text as one literal takes; where the rest begins. */
static const char *write_piece(sqlite3_str *out, const char *text)
{
	const char *const begin = text;
	const char *const end = end_of_piece(text);
	int column = 0;

	sqlite3_str_appendall(out, "\t\"");
	if (*end)
		sqlite3_str_appendchar(out, 1, '+');
	for (; text < end; text++) {
		if (text > begin && (text[-1] == '\n' || (column >= LINE && text[-1] == ' '))) {
			sqlite3_str_appendall(out, "\"\n\t\"");
			column = 0;
		}
		write_character(out, (unsigned char)*text);
		column++;
	}
	sqlite3_str_appendall(out, "\",\n");
	return text;
}

/* A statement in pieces: all but the last have a + before, with which no statement begins. */
static void write_statement(sqlite3_str *out, const char *text)
{
	while (text && *text)
		text = write_piece(out, text);
}

/*
 * Whether two characters must not stand together in a comment: its end, its beginning, a
 * trigraph's.
 */
static bool is_sign(char first, char second)
{
	return (first == '*' && second == '/') || (first == '/' && second == '*') ||
	       (first == '?' && second == '?');
}

/* The words of others in a comment, on one line, which they cannot end or begin. */
static void write_comment(const struct style *style, const char *text)
{
	sqlite3_str *shown = sqlite3_str_new(NULL);
	char before = ' ';

	mo_show_line(shown, text, strlen(text));
	text = mo_arena_take(style->arena, shown);
	for (; text && *text; before = *text++) {
		if (is_sign(before, *text))
			sqlite3_str_appendchar(style->out, 1, ' ');
		sqlite3_str_appendchar(style->out, 1, *text);
	}
	/* A backslash at the end of a line would join it with the next. */
	sqlite3_str_appendall(style->out, before == '\\' ? "." : "");
}

/* ---- states ---- */

/* The sum of the hashes of the lines: FNV-1a, as the unit does it. */
static sqlite3_uint64 hash_shape(const char *shape)
{
	const sqlite3_uint64 basis = 0xcbf29ce484222325ULL;
	sqlite3_uint64 sum = 0;
	sqlite3_uint64 line = basis;

	for (; shape && *shape; shape++) {
		if (*shape != '\n') {
			line = (line ^ (unsigned char)*shape) * 0x100000001b3ULL;
			continue;
		}
		sum += line;
		line = basis;
	}
	return line == basis ? sum : sum + line;
}

static void write_state(sqlite3_str *out, const char *shape, bool has_version, int version)
{
	sqlite3_str_appendf(out, "{ 0x%08x%08xULL, %d, %d, 0 }",
			    (unsigned)(hash_shape(shape) >> 32), (unsigned)hash_shape(shape),
			    has_version, has_version ? version : 0);
}

static bool has_versions(const struct plan *plan)
{
	return plan->diff->have->pragmas.has_user_version &&
	       plan->diff->want->pragmas.has_user_version;
}

static void write_hazard(const struct style *style, const struct hazard *hazard)
{
	if (mo_hazard_is_over(hazard))
		return;
	sqlite3_str_appendf(style->out, " * %s %s ", mo_hazard_word(hazard),
			    mo_diag_kinds[hazard->id].id);
	write_comment(style, hazard->object);
	sqlite3_str_appendall(style->out, ": ");
	write_comment(style, hazard->message);
	sqlite3_str_appendchar(style->out, 1, '\n');
}

static void write_lines(const struct style *style, const struct plan *plan, int number)
{
	sqlite3_str *const out = style->out;
	struct list lines = {0};

	mo_script_lines(&lines, style->arena, plan, RUNNER_IN_C);
	sqlite3_str_appendf(out, "\n/*\n * plan %s\n", plan->id);
	for (int i = 0; i < plan->hazards.count; i++)
		write_hazard(style, plan->hazards.items[i]);
	sqlite3_str_appendf(out, " */\nstatic const char *const lines_%d[] = {\n", number);
	EACH (const struct script_line, line, &lines)
		write_statement(out, line->sql);
	sqlite3_str_appendall(out, "\t0\n};\n");
}

/* Of a plan between two versions of one shape: whether the declared rows were written. */
static char *ask_rows(const struct style *style, const struct list *plans)
{
	EACH (const struct plan, plan, plans)
		if (mo_plan_writes_rows(plan) && mo_same(plan->shapes.have, plan->shapes.want))
			return mo_arena_format(style->arena, "SELECT %s",
					       mo_plan_rows_are_remembered(style->arena, plan));
	return NULL;
}

/* Whether a file is at a version of a chain, and no more at the one before, which looks alike. */
static char *since(const struct style *style, const struct list *plans, int i)
{
	const char *condition = i > 0 && mo_chain_alike(plans, i - 1, i)
					? mo_plan_is_marked(style->arena, plans->items[i - 1])
					: NULL;

	return condition ? mo_arena_format(style->arena, "SELECT %s", condition) : NULL;
}

static void write_rows(const struct style *style, const struct list *plans, bool is_chain)
{
	sqlite3_str_appendall(style->out,
			      "\n/* Whether the last was done, where the shape does not tell. */\n"
			      "static const char *const rows[] = {\n");
	write_statement(style->out,
			is_chain ? since(style, plans, plans->count) : ask_rows(style, plans));
	sqlite3_str_appendall(style->out, "\t0\n};\n");
}

static void write_since(const struct style *style, const struct list *plans)
{
	for (int i = 1; i < plans->count; i++) {
		const char *question = since(style, plans, i);

		if (!question)
			continue;
		sqlite3_str_appendf(style->out, "\nstatic const char *const since_%d[] = {\n",
				    i + 1);
		write_statement(style->out, question);
		sqlite3_str_appendall(style->out, "\t0\n};\n");
	}
}

static void write_start(const struct style *style, const struct list *plans, bool is_chain, int i)
{
	const struct plan *plan = plans->items[i];

	sqlite3_str_appendall(style->out, "\t{ ");
	write_state(style->out, plan->shapes.have, has_versions(plan),
		    plan->diff->have->pragmas.user_version);
	sqlite3_str_appendf(style->out, ", lines_%d, ", i + 1);
	if (is_chain && since(style, plans, i))
		sqlite3_str_appendf(style->out, "since_%d },\n", i + 1);
	else
		sqlite3_str_appendall(style->out, "0 },\n");
}

static void write_starts(const struct style *style, const struct list *plans, bool is_chain)
{
	if (is_chain)
		write_since(style, plans);
	sqlite3_str_appendf(style->out,
			    "\n/* The versions that are in the field%s */\n"
			    "#define IS_CHAIN %d\n"
			    "static const struct {\n"
			    "\tstruct state state;\n"
			    "\tconst char *const *lines;\n"
			    "\tconst char *const *since;\n"
			    "} starts[] = {\n",
			    is_chain ? ": each becomes the one before it in this list." : ".",
			    is_chain);
	for (int i = 0; i < plans->count; i++)
		write_start(style, plans, is_chain, is_chain ? plans->count - 1 - i : i);
	sqlite3_str_appendall(style->out, "};\n");
}

static void write_present(sqlite3_str *out, const struct list *plans)
{
	sqlite3_str_appendall(out, "\n/* What they become, and what a new file is. */\n"
				   "static const struct state present[] = {\n");
	for (int i = 0; i <= plans->count; i++) {
		const struct plan *plan = plans->items[i < plans->count ? i : 0];
		const struct pragmas *want = &plan->diff->want->pragmas;

		sqlite3_str_appendall(out, "\t");
		write_state(out, i < plans->count ? plan->shapes.want : plan->shapes.fresh,
			    want->has_user_version, want->user_version);
		sqlite3_str_appendall(out, ",\n");
	}
	sqlite3_str_appendall(out, "};\n");
}

/* These may fire triggers. */
static bool have_steps(const struct list *plans)
{
	EACH (const struct plan, plan, plans)
		if (plan->diff->want->data_steps.count)
			return true;
	return false;
}

/* Steps of which a present file has the marks: in a chain rows asks for them. */
static void write_marks(const struct style *style, const struct list *plans, bool is_chain)
{
	const struct plan *first = plans->items[0];
	const struct list none = {0};
	const struct list *steps = is_chain ? &none : &first->diff->want->data_steps;

	sqlite3_str_appendf(
		style->out,
		"\n/* How many of its steps the file remembers, of so many. */\n"
		"#define MARKS %d\n#define FIRES %d\nstatic const char *const marks[] = {\n",
		steps->count, have_steps(plans));
	write_statement(style->out, mo_sql_done_count_steps(style->arena, steps));
	sqlite3_str_appendall(style->out, "\t0\n};\n");
}

/* ---- the unit ---- */

static int least_version(const struct list *plans)
{
	int least = 0;

	EACH (const struct plan, plan, plans)
		least = plan->facts.sqlite > least ? plan->facts.sqlite : least;
	return least;
}

static void write_cleaning(sqlite3_str *out)
{
	sqlite3_str_appendall(out, "\nstatic const char *const cleaning[] = {\n");
	for (int i = 0; i < 3; i++)
		write_statement(out, mo_sql_guard_drops[i]);
	sqlite3_str_appendall(out, "\t0\n};\n");
}

/* Where any of them has one, all of the unit does. */
static bool has_way(const struct list *plans)
{
	EACH (const struct plan, plan, plans)
		if (plan->stores_way)
			return true;
	return false;
}

static void write_ways(const struct style *style)
{
	sqlite3_str_appendall(
		style->out, "\n/* Whether the table of ways back is there, and nobody else's. */\n"
			    "static const char *const own_ways[] = {\n");
	write_statement(style->out, mo_sql_way_back_is_whole(style->arena));
	sqlite3_str_appendall(style->out,
			      "\t0\n};\n\n/* What takes away what would fire for the steps. */\n"
			      "static const char *const park_triggers[] = {\n");
	write_statement(style->out, mo_sql_park_triggers_away(style->arena));
	sqlite3_str_appendall(style->out, "\t0\n};\n\n/* And all that is kept for going back. */\n"
					  "static const char *const kept[] = {\n");
	write_statement(style->out, mo_sql_kept_away(style->arena));
	sqlite3_str_appendall(style->out, "\t0\n};\n");
}

void mo_report_unit_header(sqlite3_str *out, const struct list *plans, const char *name)
{
	sqlite3_str_appendf(out, "/* %s.h: made by moult %s; what is written in here is lost. */\n",
			    name, MOULT_VERSION);
	write_template(out, "#ifndef UNIT_H\n#define UNIT_H\n\n", name, false);
	write_template(out, mo_unit_header, name, has_way(plans));
	sqlite3_str_appendall(out, "\n#endif\n");
}

void mo_report_unit_source(sqlite3_str *out, const struct list *plans, bool is_chain,
			   const char *name)
{
	const struct plan *first = plans->items[0];
	void **last = &plans->items[plans->count - 1];
	const struct list ends = is_chain ? (struct list){last, 1, 1} : *plans;
	struct style style;

	if (!mo_style_begin(&style, out, (struct page){MOULT_TEXT, 0}))
		return;
	sqlite3_str_appendf(out, "/* %s.c: made by moult %s; what is written in here is lost. */\n",
			    name, MOULT_VERSION);
	sqlite3_str_appendf(out, "#include \"%s.h\"\n\n#include <stddef.h>\n\n#define LEAST %d\n\n",
			    name, least_version(plans));
	sqlite3_str_appendall(
		out,
		"struct state {\n\tsqlite3_uint64 shape;\n\tint has_version;\n\tint version;\n\tint lacks_rows;\n};\n\n");
	sqlite3_str_appendall(
		out,
		"/*\n"
		" * Statements.  One that is longer than C99 lets a literal be stands in several\n"
		" * pieces, all but the last with a + before.\n"
		" */\n\n"
		"/* What a file is asked for its shape, one line for each thing in its schema. */\n"
		"static const char *const shape[] = {\n");
	write_statement(out, first->shapes.query);
	sqlite3_str_appendall(out, "\t0\n};\n");
	for (int i = 0; i < plans->count; i++)
		write_lines(&style, plans->items[i], i + 1);
	write_rows(&style, plans, is_chain);
	write_starts(&style, plans, is_chain);
	write_present(out, &ends);
	write_marks(&style, plans, is_chain);
	write_cleaning(out);
	if (has_way(plans))
		write_ways(&style);
	sqlite3_str_appendchar(out, 1, '\n');
	write_template(out, mo_unit_source, name, has_way(plans));
	if (has_way(plans))
		write_template(out, mo_unit_way_back, name, true);
	mo_style_end(&style);
}
