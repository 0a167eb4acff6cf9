/* SPDX-License-Identifier: MIT */
/*
 * marks.c: comments that mean something: the marks with which tools part the
 * way there from the way back, and what a script allows itself.
 *
 *	-- +goose Up			goose
 *	-- +migrate Down		sql-migrate
 *	-- migrate:up			dbmate
 *	-- Down Migration		node-pg-migrate and others
 *	-- Down				node-sqlite
 *	--> statement-breakpoint	Drizzle
 *	-- RedefineTables		Prisma, which begins no transaction
 *	-- moult:allow LN112:i the index is of no use any more
 *	-- moult:allow-script LN106 the runner wraps it
 */
#include <string.h>

#include "base/text.h"
#include "lint/find.h"
#include "lint/marks.h"

#define ALLOW "moult:allow"
#define ALLOW_SCRIPT "moult:allow-script"

struct mark {
	const char *text;
	bool is_whole; /* nothing follows it */
	bool is_down;
	bool wraps; /* the tool runs each script in a transaction unless it is told not to */
};

static const struct mark marks[] = {
	{"+goose Up", true, false, true},
	{"+goose Down", true, true, true},
	{"+migrate Up", false, false, true},
	{"+migrate Down", false, true, true},
	{"migrate:up", false, false, true},
	{"migrate:down", false, true, true},
	{"Up Migration", true, false, false},
	{"Down Migration", true, true, false},
	{"Up", true, false, true},
	{"Down", true, true, true},
	{"> statement-breakpoint", true, false, true},
};

static const char *const marks_of_prisma[] = {"CreateTable", "AlterTable",     "DropTable",
					      "CreateIndex", "RedefineTables", "RedefineIndex",
					      "DropIndex"};

/* With which a tool is told to begin no transaction. */
static const char *const unwrapping[] = {"+goose NO TRANSACTION", "notransaction",
					 "transaction:false"};

static bool begins(const char *text, const char *prefix)
{
	return sqlite3_strnicmp(text, prefix, (int)strlen(prefix)) == 0;
}

static const struct mark *mark_of(const char *text)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (begins(text, marks[i].text) &&
		    (!marks[i].is_whole || !text[strlen(marks[i].text)]))
			return &marks[i];
	return NULL;
}

static bool unwraps(const char *text)
{
	for (size_t i = 0; i < sizeof(unwrapping) / sizeof(*unwrapping); i++)
		for (const char *at = text; *at; at++)
			if (begins(at, unwrapping[i]))
				return true;
	return false;
}

static void read_mark(struct script *script, const struct remark *remark)
{
	const struct mark *mark = mark_of(remark->text);

	for (size_t i = 0; i < sizeof(marks_of_prisma) / sizeof(*marks_of_prisma); i++)
		if (mo_same(remark->text, marks_of_prisma[i]) && script->wrap == WRAP_UNKNOWN)
			script->wrap = WRAP_NO;
	if (mark && mark->wraps && script->wrap == WRAP_UNKNOWN)
		script->wrap = WRAP_YES;
	if ((mark || begins(remark->text, "+goose")) && unwraps(remark->text))
		script->wrap = WRAP_NO;
	if (mark && mark->is_down && script->down < 0)
		script->down = remark->statement;
}

static void read_allow(struct script *script, struct arena *arena, const struct remark *remark)
{
	const bool whole = begins(remark->text, ALLOW_SCRIPT);
	const char *ids = remark->text + strlen(whole ? ALLOW_SCRIPT : ALLOW);
	struct allow *allow;

	if (!begins(remark->text, ALLOW))
		return;
	allow = mo_arena_make(arena, struct allow);
	if (!allow)
		return;
	ids += strspn(ids, " \t");
	allow->ids = mo_arena_slice(arena, ids, mo_lint_word(ids, " \t\r\n"));
	allow->statement = whole ? -1 : remark->statement;
	if (allow->ids)
		mo_list_add(arena, &script->allows, allow);
}

void mo_marks_read(struct script *script, struct arena *arena)
{
	for (int i = 0; i < script->remarks.count; i++) {
		read_mark(script, script->remarks.items[i]);
		read_allow(script, arena, script->remarks.items[i]);
	}
}

/* ---- whether what is allowed is said well ---------------------------------------------------- */

static const struct statement *statement_at(const struct work *work, int index)
{
	const struct list *statements = &work->script->statements;

	return index < statements->count ? statements->items[index] : NULL;
}

static void judge_allow(struct work *work, const struct remark *remark)
{
	const char *ids = remark->text + strcspn(remark->text, " \t");
	struct lint_spot spot = {statement_at(work, remark->statement), remark->at,
				 (int)strcspn(remark->at, "\r\n")};
	const char *reason;

	ids += strspn(ids, " \t");
	reason = ids + mo_lint_word(ids, " \t\r\n");
	for (const char *at = ids; at < reason;) {
		const size_t length = mo_lint_word(at, ", \t\r\n");
		const size_t id = strcspn(at, ":, \t\r\n");

		if (!mo_lint_is_known(at, id) &&
		    mo_find(work, DIAG_LN142, spot, NULL, "there is no rule %.*s", (int)id, at))
			mo_find_hint(work, "write the ID as findings show it");
		at += length + (at[length] == ',');
	}
	if (ids == reason &&
	    mo_find(work, DIAG_LN142, spot, NULL, "the comment allows, but not which rule"))
		mo_find_hint(work, "-- moult:allow ID[:OBJECT] reason");
	if (ids < reason && mo_is_blank(reason) &&
	    mo_find(work, DIAG_LN141, spot, NULL, "a rule is allowed, and nobody will know why"))
		mo_find_hint(work, "write the reason behind the ID");
}

void mo_marks_judge(struct work *work)
{
	EACH (const struct remark, remark, &work->script->remarks) {
		if (begins(remark->text, ALLOW) && remark->statement >= work->from &&
		    (remark->statement < work->to || work->to == work->script->statements.count))
			judge_allow(work, remark);
	}
}
