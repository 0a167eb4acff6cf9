/* SPDX-License-Identifier: MIT */
/* moult_lint.c: the linter's public functions. */
#include "lint/lint.h"
#include "moult_private.h"
#include "report/findings.h"

struct moult_lint {
	struct lint *lint;
};

static moult_lint_options with_defaults(const moult_lint_options *given)
{
	moult_lint_options options = MOULT_LINT_OPTIONS_INIT;

	mo_take_options(&options, sizeof(options), given);
	return options;
}

static struct moult_lint *begin(moult *m, const moult_lint_options *given)
{
	const moult_lint_options options = with_defaults(given);
	struct moult_lint *lint = sqlite3_malloc64(sizeof(*lint));

	if (!lint) {
		mo_diag_memory(&m->diags);
		return NULL;
	}
	lint->lint = mo_lint_new(m, &options);
	if (lint->lint)
		return lint;
	sqlite3_free(lint);
	return NULL;
}

static int give(moult_lint **out, struct moult_lint *lint, int rc)
{
	if (!rc)
		*out = lint;
	else
		moult_lint_free(lint);
	return rc;
}

int moult_lint_paths(moult_lint **out, moult *m, const char *const *paths, int count,
		     const moult_lint_options *options)
{
	struct moult_lint *lint = begin(m, options);

	return lint ? give(out, lint, mo_lint_paths(lint->lint, paths, count)) : MOULT_TROUBLE;
}

int moult_lint_text(moult_lint **out, moult *m, const char *text, size_t size, const char *name,
		    const moult_schema *have, const moult_lint_options *options)
{
	struct moult_lint *lint = begin(m, options);
	const char *copy;

	if (!lint)
		return MOULT_TROUBLE;
	copy = mo_arena_slice(lint->lint->arena, text, size);
	if (!copy)
		return give(out, lint, mo_diag_memory(&m->diags));
	return give(out, lint,
		    mo_lint_text(lint->lint, copy, name, have ? have->db : NULL,
				 have ? mo_as_want(have) : NULL));
}

void moult_lint_free(moult_lint *lint)
{
	if (!lint)
		return;
	mo_lint_free(lint->lint);
	sqlite3_free(lint);
}

int moult_lint_count(const moult_lint *lint)
{
	return mo_lint_count(lint->lint);
}

const moult_diagnostic *moult_lint_at(const moult_lint *lint, size_t i)
{
	const struct list *findings = &lint->lint->findings.list;

	return i < (size_t)findings->count ? findings->items[i] : NULL;
}

int moult_lint_report(moult *m, const moult_lint *lint, enum moult_format format,
		      moult_write *write, void *context)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_lint(out, lint->lint, mo_page(m, format));
	return mo_deliver(m, out, write, context);
}
