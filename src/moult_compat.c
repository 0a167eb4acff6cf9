/* SPDX-License-Identifier: MIT */
/* moult_compat.c: what code of one release sees in a file of the other: the public functions. */
#include "compat/compat.h"
#include "compat/queries.h"
#include "live/input.h"
#include "live/watch.h"
#include "moult_private.h"
#include "report/meetings.h"

struct moult_compat {
	struct moult_diff *diff;
	struct moult_plan *plan; /* NULL: there is nothing to do */
	struct compat *compat;
	struct content queries; /* the text that is asked about */
};

/* Of several releases in a row each has a plan of its own, and none is that of the whole. */
static const struct plan *plan_of(const struct moult_compat *compat)
{
	if (!compat->plan || compat->plan->route.legs.count != 1)
		return NULL;
	return mo_route_first(&compat->plan->route);
}

static int begin(struct moult_compat *compat, moult *m, const moult_schema *have,
		 const moult_schema *want, const moult_options *options)
{
	int rc = moult_diff_new(&compat->diff, m, have, want, options);

	if (!rc && moult_diff_count(compat->diff))
		rc = moult_plan_new(&compat->plan, m, have, want, options);
	if (rc)
		return rc;
	mo_deadline_begin(m, mo_with_defaults(options).deadline_ms);
	rc = mo_compat_new(&compat->compat, m, compat->diff->diff, plan_of(compat));
	mo_deadline_end(m);
	return rc;
}

int moult_compat_new(moult_compat **out, moult *m, const moult_schema *have,
		     const moult_schema *want, const moult_options *options)
{
	struct moult_compat *compat = sqlite3_malloc64(sizeof(*compat));
	int rc;

	if (!compat)
		return mo_diag_memory(&m->diags);
	*compat = (struct moult_compat){.diff = NULL};
	rc = begin(compat, m, have, want, options);
	if (!rc)
		*out = compat;
	else
		moult_compat_free(compat);
	return rc;
}

void moult_compat_free(moult_compat *compat)
{
	if (!compat)
		return;
	mo_compat_free(compat->compat);
	mo_content_done(&compat->queries);
	moult_plan_free(compat->plan);
	moult_diff_free(compat->diff);
	sqlite3_free(compat);
}

int moult_compat_queries(moult *m, moult_compat *compat, const char *path)
{
	int rc;

	if (compat->queries.text)
		return mo_diag(&m->diags, DIAG_RUN022, NULL, path,
			       "the queries of this comparison are read already");
	rc = mo_content_read(&compat->queries, m, path);
	if (!rc && compat->queries.source != MOULT_SCRIPT)
		rc = mo_diag(&m->diags, DIAG_RUN002, NULL, path, "%s has no statements of SQL",
			     path);
	return rc ? rc : mo_compat_queries(compat->compat, compat->queries.text, path);
}

int moult_compat_fits(const moult_compat *compat)
{
	return mo_compat_fits(compat->compat);
}

int moult_compat_report(moult *m, const moult_compat *compat, enum moult_format format,
			moult_write *write, void *context)
{
	sqlite3_str *out = sqlite3_str_new(NULL);

	mo_report_compat(out, compat->compat, mo_page(m, format));
	return mo_deliver(m, out, write, context);
}
