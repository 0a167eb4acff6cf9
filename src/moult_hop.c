/* SPDX-License-Identifier: MIT */
/*
 * moult_hop.c: the way from one release to the next, to a document, or from nothing, planned and
 * judged without a file.
 */
#include "moult_private.h"
#include "run/probe.h"
#include "trial/planned.h"

void mo_hop_done(struct hop *hop)
{
	mo_plan_free(hop->plan);
	mo_diff_free(hop->diff);
	mo_schema_free(hop->nothing);
	*hop = (struct hop){NULL, NULL, NULL};
}

static int plan(struct hop *hop, moult *m, const struct schema *have, const moult_schema *want,
		const moult_options *options, sqlite3 **made)
{
	struct judged judged = {m, (struct moult_schema *)want};
	const struct wanted wanted = {.schema = mo_as_want(want),
				      .name = want->name,
				      .judge = mo_judge,
				      .context = &judged};
	struct planned planned = {NULL, NULL, NULL, made};
	const int rc = mo_plan_for(&planned, m, NULL, have, NULL, &wanted, options);

	hop->plan = planned.plan;
	hop->diff = planned.diff;
	return rc;
}

int mo_hop_plan(struct hop *hop, moult *m, const moult_schema *have, const moult_schema *want)
{
	const moult_options options = mo_with_defaults(NULL);
	int rc = mo_schema_judge(m, have);

	if (!rc)
		rc = mo_schema_judge(m, want);
	return !rc ? plan(hop, m, mo_as_have(have), want, &options, NULL) : rc;
}

int mo_hop_from_nothing(struct hop *hop, moult *m, const moult_schema *want, sqlite3 **made)
{
	moult_options options = mo_with_defaults(NULL);

	options.way_back = "none";
	hop->nothing = mo_schema_new();
	if (!hop->nothing || mo_schema_seal(hop->nothing) != MOULT_OK)
		return mo_diag_memory(&m->diags);
	return plan(hop, m, hop->nothing, want, &options, made);
}

int mo_hop_judge(struct hop *hop, moult *m, const struct named *from, const struct named *to,
		 bool warns)
{
	int rc = mo_hop_plan(hop, m, from->schema, to->schema);

	if (!rc && (warns || mo_plan_refusals(hop->plan)))
		rc = mo_probe_verdict(hop->plan, &m->diags);
	if (rc != MOULT_REFUSED)
		return rc;
	rc = mo_diag(&m->diags, DIAG_REL015, NULL, to->name,
		     "the way from %s to %s is refused, whatever the rows of a file", from->name,
		     to->name);
	mo_diag_hint(&m->diags, "what is meant is said in the document, by <allow>, was, using or "
				"<dropped>: nobody is there to say it where files are brought up");
	return rc;
}

int mo_hop_judge_version(const struct hop *hop, moult *m, const struct named *from,
			 const struct named *to)
{
	const struct pragmas *before = &mo_as_want(from->schema)->pragmas;
	const struct pragmas *after = &mo_as_want(to->schema)->pragmas;
	int rc;

	if ((!before->has_user_version && !after->has_user_version) || !hop->plan->steps.count ||
	    (after->has_user_version && after->user_version > before->user_version))
		return MOULT_OK;
	rc = mo_diag(&m->diags, DIAG_REL016, NULL, to->name,
		     "user-version is %d in %s and %s%d in %s: an application cannot tell the two "
		     "apart",
		     before->user_version, from->name,
		     after->has_user_version ? "" : "not said, that is ", after->user_version,
		     to->name);
	mo_diag_hint(&m->diags, "write <pragma user-version=\"%d\"/>", before->user_version + 1);
	return rc;
}
