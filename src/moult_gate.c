/* SPDX-License-Identifier: MIT */
/*
 * moult_gate.c: moult check DIR [DOC]: what a build asks before a release is shipped.
 *
 *	the folder	is it what was frozen?
 *	each hop	from a release to the next: not refused, and user-version rises
 *	DOC		has it work that no release has?
 *	kept files	rehearsed up to the newest
 *
 * A way from any release to the newest is made of hops, so each hop is judged once.
 */
#include <stdlib.h>
#include <string.h>

#include "backup/file.h"
#include "base/show.h"
#include "base/text.h"
#include "moult_private.h"
#include "report/release_words.h"

struct gate {
	moult *m;
	struct arena *arena;
	struct releases *releases;
	moult_options options;
	struct gate_report report;
};

/* A finding is said, and the rest is judged all the same; other results end it. */
static int take(struct gate *gate, int rc)
{
	if (rc != MOULT_REFUSED && rc != MOULT_FAILED)
		return rc;
	gate->report.findings++;
	return MOULT_OK;
}

static struct named named_of(const struct release *release)
{
	return (struct named){release->name, release->schema};
}

static void note_release(struct gate *gate, const struct release *release, int steps)
{
	struct gate_release *line = mo_arena_make(gate->arena, struct gate_release);

	if (!line)
		return;
	*line = (struct gate_release){release->name, release->path, steps};
	mo_list_add(gate->arena, &gate->report.releases, line);
}

static int judge_hop(struct gate *gate, const struct release *before, const struct release *release)
{
	const struct named from = named_of(before), to = named_of(release);
	struct hop hop = {NULL, NULL, NULL};
	int rc = mo_hop_judge(&hop, gate->m, &from, &to, false);

	if (!rc)
		rc = mo_hop_judge_version(&hop, gate->m, &from, &to);
	note_release(gate, release, hop.plan ? hop.plan->steps.count : -1);
	mo_hop_done(&hop);
	return take(gate, rc);
}

static int judge_hops(struct gate *gate)
{
	const struct release *before = NULL;
	int rc = MOULT_OK;

	EACH (const struct release, release, &gate->releases->list) {
		if (!before) {
			note_release(gate, release, -1);
			rc = mo_schema_judge(gate->m, release->schema);
		} else if (!rc) {
			rc = judge_hop(gate, before, release);
		}
		before = release;
	}
	return rc;
}

/* ---- the document -------------------------------------------------------------------------- */

static int say_ahead(const struct gate *gate, const struct named *from, const struct named *to,
		     int steps)
{
	struct diags *diags = &gate->m->diags;
	const int rc = mo_diag(diags, DIAG_REL014, NULL, to->name,
			       "%s is ahead of %s: %d step%s that no release has", to->name,
			       from->name, steps, steps == 1 ? "" : "s");

	mo_diag_hint(diags, "freeze it: moult release %s %s --name NAME",
		     mo_shell_word(diags->arena, to->name),
		     mo_shell_word(diags->arena, gate->releases->path));
	return rc;
}

/* What a folder of releases is held against is what can be frozen next. */
static int refuse_document(const struct gate *gate, const char *path)
{
	struct diags *diags = &gate->m->diags;
	const int rc = mo_diag(diags, DIAG_RUN002, NULL, path, "%s is no document", path);

	mo_diag_hint(diags, "moult diff %s %s says how it and the newest release differ",
		     mo_shell_word(diags->arena, path),
		     mo_shell_word(diags->arena, gate->releases->path));
	return rc;
}

static int judge_document(struct gate *gate, const char *document)
{
	const struct named from = named_of(mo_releases_newest(gate->releases));
	moult_schema *schema = NULL;
	struct hop hop = {NULL, NULL, NULL};
	struct named to;
	int rc = moult_schema_read(&schema, gate->m, document);

	to = (struct named){document, schema};
	gate->report.document = document;
	if (!rc && !schema->document)
		rc = refuse_document(gate, document);
	if (!rc)
		rc = mo_hop_judge(&hop, gate->m, &from, &to, false);
	if (!rc && hop.plan->steps.count)
		rc = say_ahead(gate, &from, &to, hop.plan->steps.count);
	mo_hop_done(&hop);
	moult_schema_free(schema);
	return take(gate, rc);
}

/* ---- kept files ------------------------------------------------------------------------------ */

static int drop(void *context, const char *text, size_t size)
{
	(void)context;
	(void)text;
	(void)size;
	return 0;
}

static int rehearse(struct gate *gate, const moult_schema *want, const char *path)
{
	struct gate_file *file = mo_arena_make(gate->arena, struct gate_file);
	int rc;

	if (!file)
		return mo_diag_memory(&gate->m->diags);
	rc = moult_rehearse_file(gate->m, path, want, NULL, &gate->options, MOULT_TEXT, drop, NULL);
	*file = (struct gate_file){path, rc};
	mo_list_add(gate->arena, &gate->report.files, file);
	return take(gate, rc);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int rehearse_files(struct gate *gate, const char *directory)
{
	moult *m = gate->m;
	struct list names = {0};
	moult_schema *want = NULL;
	int rc = mo_file_list(&names, gate->arena, directory, "", &m->diags, DIAG_RUN001);

	if (!rc && names.count)
		qsort(names.items, (size_t)names.count, sizeof(*names.items), compare_texts);
	if (!rc)
		rc = moult_schema_read(&want, m, gate->releases->path);
	EACH (const char, name, &names) {
		const char *path = mo_file_join(gate->arena, directory, name);

		if (!rc && path && mo_source_is_database(path))
			rc = rehearse(gate, want, path);
	}
	moult_schema_free(want);
	return rc;
}

/* ---- all of it ---------------------------------------------------------------------------------- */

static int judge_all(struct gate *gate, const char *document, const char *files)
{
	int rc = mo_releases_judge(gate->releases, gate->m);

	/* What was tampered with is not read. */
	if (rc) {
		gate->report.findings += mo_diag_errors(&gate->m->diags, 0);
		return gate->m->diags.starved ? rc : MOULT_OK;
	}
	rc = mo_folder_fill(gate->releases, gate->m);
	if (!rc)
		rc = judge_hops(gate);
	if (!rc && document)
		rc = judge_document(gate, document);
	if (!rc && files)
		rc = rehearse_files(gate, files);
	return !rc && mo_arena_rc(gate->arena) ? mo_diag_memory(&gate->m->diags) : rc;
}

int moult_releases_check(moult *m, const char *folder, const char *document, const char *files,
			 const moult_options *options, int *findings, enum moult_format format,
			 moult_write *write, void *context)
{
	struct gate gate = {.m = m,
			    .arena = mo_arena_new(),
			    .options = mo_with_defaults(options),
			    .report = {.folder = folder}};
	int rc = gate.arena ? mo_releases_read(&gate.releases, m, folder)
			    : mo_diag_memory(&m->diags);

	if (!rc)
		rc = judge_all(&gate, document, files);
	if (!rc) {
		sqlite3_str *out = sqlite3_str_new(NULL);

		mo_report_gate(out, &gate.report, &m->diags, mo_page(m, format));
		rc = mo_deliver(m, out, write, context);
	}
	if (!rc && findings)
		*findings = gate.report.findings;
	mo_folder_free(gate.releases);
	mo_arena_free(gate.arena);
	return rc;
}
