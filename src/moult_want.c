/* SPDX-License-Identifier: MIT */
/*
 * moult_want.c: a schema as something wanted: a document alone, a folder of releases with the way
 * through them, or the ways back that a file carries.
 */
#include "base/show.h"
#include "base/text.h"
#include "moult_private.h"

static int refuse_name(moult *m, const moult_schema *want, const char *option, const char *name)
{
	mo_diag(&m->diags, DIAG_RUN022, NULL, option, "--%s %s names a release, and %s%s", option,
		name, want ? want->name : "no folder is named", want ? " has none" : "");
	mo_diag_hint(&m->diags, "want the folder of the releases");
	return mo_diag_kinds[DIAG_RUN022].result;
}

/* The release that an option names, or NULL.  want may be NULL: there is none. */
static int find_named(struct release **release, moult *m, const moult_schema *want,
		      const char *option, const char *name)
{
	*release = NULL;
	if (!name)
		return MOULT_OK;
	return want && want->releases ? mo_releases_find(release, m, want->releases, name)
				      : refuse_name(m, want, option, name);
}

int mo_wanted_release(const moult_schema **wanted, moult *m, const moult_schema *want,
		      const moult_options *options)
{
	struct release *release = NULL;
	int rc = find_named(&release, m, want, "to", options->to);

	if (!rc && options->from && !(want && want->releases))
		rc = refuse_name(m, want, "from", options->from);
	if (!rc)
		*wanted = release ? release->schema : want;
	return rc;
}

int mo_release_had(const moult_schema **had, moult *m, const moult_schema *have,
		   const moult_schema *want, moult_options *options)
{
	struct release *release = NULL;
	int rc = have->releases ? find_named(&release, m, have, "from", options->from) : MOULT_OK;

	if (!rc)
		*had = release ? release->schema : have;
	if (release && !want->releases)
		options->from = NULL;
	return rc;
}

static void add_wanted(struct aim *aim, moult *m, struct moult_schema *schema, const char *release)
{
	struct judged *judged = mo_arena_make(aim->arena, struct judged);
	struct wanted *wanted = mo_arena_make(aim->arena, struct wanted);

	if (judged && wanted) {
		*judged = (struct judged){m, schema};
		*wanted = (struct wanted){.schema = mo_as_want(schema),
					  .name = schema->name,
					  .judge = mo_judge,
					  .context = judged,
					  .release = release};
	}
	mo_list_add(aim->arena, &aim->destination.wants, wanted);
}

static int add_releases(struct aim *aim, moult *m, const moult_schema *want,
			const moult_options *options)
{
	struct release *to = NULL, *from = NULL;
	int rc = find_named(&to, m, want, "to", options->to);

	if (!rc)
		rc = find_named(&from, m, want, "from", options->from);
	if (rc)
		return rc;
	aim->destination.folder = want->releases->path;
	EACH (struct release, release, &want->releases->list) {
		if (!to || to == release)
			aim->destination.to = release_at;
		if (from == release)
			aim->destination.from = release_at;
		add_wanted(aim, m, release->schema, release->name);
	}
	return MOULT_OK;
}

int mo_aim(struct aim *aim, moult *m, const moult_schema *want, const moult_options *options)
{
	const moult_schema *alone;
	int rc = MOULT_OK;

	*aim = (struct aim){.arena = mo_arena_new(), .destination = {.from = -1}};
	if (!aim->arena)
		return mo_diag_memory(&m->diags);
	if (want->releases) {
		rc = add_releases(aim, m, want, options);
	} else {
		rc = mo_wanted_release(&alone, m, want, options);
		add_wanted(aim, m, (struct moult_schema *)want, want->release);
		if (!rc && want->is_folder_of_scripts)
			rc = mo_folder_say_rows(m, want);
	}
	return !rc && mo_arena_rc(aim->arena) ? mo_diag_memory(&m->diags) : rc;
}

static int is_as_wanted(bool *is, moult *m, const moult_schema *have, const moult_schema *want)
{
	moult_diff *diff = NULL;
	int rc = moult_diff_new(&diff, m, have, want, NULL);

	if (diff)
		*is = !moult_diff_count(diff);
	moult_diff_free(diff);
	return rc;
}

int mo_ways_back_read(struct list *ways, struct arena *arena, moult *m, const moult_schema *have,
		      const moult_schema *want)
{
	bool is = false;
	int rc = want ? is_as_wanted(&is, m, have, want) : MOULT_OK;

	while (!rc && !is) {
		moult_schema *way = NULL;

		rc = mo_schema_way_back(&way, m, have, ways->count);
		if (rc)
			return rc;
		mo_list_add(arena, ways, way);
		if (mo_arena_rc(arena)) {
			moult_schema_free(way);
			return mo_diag_memory(&m->diags);
		}
		is = !want;
		if (want)
			rc = is_as_wanted(&is, m, way, want);
	}
	return rc;
}

int mo_aim_back(struct aim *aim, moult *m, const struct list *ways)
{
	*aim = (struct aim){.arena = mo_arena_new(), .destination = {.from = -1, .is_back = true}};
	if (!aim->arena)
		return mo_diag_memory(&m->diags);
	EACH (struct moult_schema, way, ways)
		add_wanted(aim, m, way, NULL);
	aim->destination.to = ways->count - 1;
	return mo_arena_rc(aim->arena) ? mo_diag_memory(&m->diags) : MOULT_OK;
}

void mo_aim_begin(struct aim *aim, const moult_schema *have, const moult_schema *want)
{
	const struct list none = {0};
	const struct list *releases = want->releases ? &want->releases->list : &none;

	EACH (const struct release, release, releases)
		if (release->schema == have)
			aim->destination.from = release_at;
	if (!want->releases)
		EACH (struct wanted, wanted, &aim->destination.wants)
			wanted->from = have->release;
}

void mo_aim_done(struct aim *aim)
{
	mo_arena_free(aim->arena);
	*aim = (struct aim){.arena = NULL};
}
