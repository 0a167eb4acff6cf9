/* SPDX-License-Identifier: MIT */
/*
 * moult_release.c: a document frozen as the next release of a folder.
 *
 *	document --read--> want --write--> frozen --read back--> the same?
 *	folder ----------> before ---plan---> want: something to do, and not refused?
 *	                                   `--consumed--> what can go from the document
 *
 * Everything is known and judged before the first file is written: the release, then the sum,
 * then the document.  Each is there whole or not at all, and a release that does not get into the sum
 * is taken away; one that is left by a power cut is said by name when the folder is read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "backup/file.h"
#include "base/show.h"
#include "base/text.h"
#include "moult_private.h"
#include "release/consumed.h"
#include "release/sum.h"
#include "release/turn.h"
#include "report/release_words.h"
#include "xml/document.h"

#define STAMP 14    /* digits of the time in a name */
#define LONGEST 200 /* bytes of a name; a file's may have 255, and something stands around it */

struct freezing {
	moult *m;
	struct arena *arena;
	const char *document; /* its path */
	const char *folder;
	moult_release_options options;
	struct releases *releases;
	struct turn turn;
	const char *last_line; /* of the sum as it was read */
	struct release *again; /* the release that is frozen again; or NULL */
	struct moult_schema *want;
	struct content text;	/* of the document */
	struct release *before; /* NULL: this is the first */
	struct hop hop;		/* from before to want */
	sqlite3_str *frozen;
	struct list consumed;
	sqlite3_str *tidied; /* the document without these; NULL: it stays as it is */
	struct frozen report;
};

static moult_release_options with_defaults(const moult_release_options *given)
{
	moult_release_options options = MOULT_RELEASE_OPTIONS_INIT;

	mo_take_options(&options, sizeof(options), given);
	return options;
}

/* ---- reading ------------------------------------------------------------------------------------- */

static int read_document(struct freezing *freezing)
{
	moult *m = freezing->m;
	struct content content;
	int rc;

	if (mo_same(freezing->document, "-"))
		return mo_diag(&m->diags, DIAG_RUN022, NULL, "-",
			       "a release is made of a document in a file, not of standard input");
	rc = mo_content_read(&content, m, freezing->document);
	if (!rc && content.source != MOULT_DOCUMENT)
		rc = mo_diag(&m->diags, DIAG_RUN002, NULL, freezing->document, "%s is no document",
			     freezing->document);
	if (!rc)
		rc = mo_content_copy(&freezing->text, m, content.text, content.size,
				     freezing->document);
	if (!rc)
		return mo_schema_load(&freezing->want, m, &content, freezing->document,
				      freezing->document);
	mo_content_done(&content);
	return rc;
}

static int read_folder(struct freezing *freezing)
{
	moult *m = freezing->m;
	int rc = mo_file_is_folder(freezing->folder)
			 ? mo_turn_begin(&freezing->turn, freezing->arena, m, freezing->folder)
			 : MOULT_OK;

	if (!rc)
		rc = mo_releases_read(&freezing->releases, m, freezing->folder);
	if (!rc)
		freezing->last_line = mo_releases_last_line(freezing->releases);
	if (!rc && freezing->options.amend) {
		freezing->again = mo_releases_take_newest(freezing->releases);
		if (!freezing->again)
			return mo_diag(&m->diags, DIAG_REL012, NULL, freezing->folder,
				       "there is no release in %s to freeze again",
				       freezing->folder);
		rc = freezing->again->is_unread ? MOULT_TROUBLE : MOULT_OK;
	}
	if (!rc)
		rc = mo_releases_judge(freezing->releases, m);
	if (rc)
		return rc;
	freezing->before = mo_releases_newest(freezing->releases);
	return freezing->before ? mo_folder_fill_one(freezing->before, freezing->releases, m)
				: MOULT_OK;
}

/* ---- the name -------------------------------------------------------------------------------- */

static int refuse_name(moult *m, const char *name)
{
	mo_diag(&m->diags, DIAG_RUN022, NULL, "name",
		name ? "\"%s\" cannot be the name of a release: up to %d bytes of UTF-8, and none "
		       "that a file on some system cannot be named with: no space and none of "
		       "\\ / : * ? \" < > |"
		     : "a release needs a name",
		name, LONGEST);
	mo_diag_hint(&m->diags, "moult release DOC --name split_name");
	return MOULT_TROUBLE;
}

/* Whether a folder with this name in it can be checked out everywhere, and told in JSON. */
static bool is_portable(const char *name)
{
	return strlen(name) <= LONGEST && !strpbrk(name, "\\/:*?\"<>|") && mo_utf8_is_valid(name);
}

/* Now, as UTC; but always behind the newest, whatever the clocks of those who made it. */
static const char *stamp_of(const struct freezing *freezing)
{
	const time_t now = time(NULL);
	char text[STAMP + 1] = "";
	struct tm utc;

	if (freezing->again)
		return mo_arena_slice(freezing->arena, freezing->again->name, STAMP);
	if (gmtime_r(&now, &utc))
		strftime(text, sizeof(text), "%Y%m%d%H%M%S", &utc);
	if (freezing->before && strncmp(text, freezing->before->name, STAMP) <= 0)
		return mo_arena_format(
			freezing->arena, "%014lld",
			strtoll(mo_arena_slice(freezing->arena, freezing->before->name, STAMP),
				NULL, 10) +
				1);
	return mo_arena_text(freezing->arena, text);
}

/* --to and --from tell releases by their names. */
static int refuse_same_name(const struct freezing *freezing, const char *name)
{
	struct diags *diags = &freezing->m->diags;

	EACH (const struct release, release, &freezing->releases->list) {
		if (!mo_same_name(release->name + STAMP + 1, name))
			continue;
		mo_diag(diags, DIAG_REL019, NULL, name, "%s has a release %s already: %s",
			freezing->folder, name, release->name);
		mo_diag_hint(diags, "take another name: moult release DOC --name NAME");
		return mo_diag_kinds[DIAG_REL019].result;
	}
	return MOULT_OK;
}

static int find_name(struct freezing *freezing)
{
	const char *name = freezing->options.name;
	const char *file;

	if (!name && freezing->again)
		name = freezing->again->name + STAMP + 1;
	if (!name)
		return refuse_name(freezing->m, NULL);
	freezing->report.name = mo_arena_format(freezing->arena, "%s_%s", stamp_of(freezing), name);
	file = mo_arena_format(freezing->arena, "%s.xml", freezing->report.name);
	freezing->report.path =
		file ? mo_file_join(freezing->arena, freezing->releases->path, file) : NULL;
	if (mo_arena_rc(freezing->arena))
		return mo_diag_memory(&freezing->m->diags);
	return mo_sum_is_name(file) && is_portable(name) ? refuse_same_name(freezing, name)
							 : refuse_name(freezing->m, name);
}

/* ---- judging ------------------------------------------------------------------------------------- */

static int say_nothing(const struct freezing *freezing)
{
	struct diags *diags = &freezing->m->diags;
	const int rc = mo_diag(diags, DIAG_REL012, NULL, freezing->document,
			       "from %s to %s there is nothing to do", freezing->before->name,
			       freezing->document);

	if (freezing->hop.diff->leftovers.count)
		mo_diag_hint(diags, "what is merely left out of a document stays in the files: "
				    "<dropped> says that it goes");
	return rc;
}

static int judge(struct freezing *freezing)
{
	moult *m = freezing->m;
	const struct release *before = freezing->before;
	const struct named to = {freezing->report.name, freezing->want};
	struct named from;
	int rc;

	if (!before)
		return moult_schema_check(m, freezing->want);
	from = (struct named){before->name, before->schema};
	rc = mo_hop_judge(&freezing->hop, m, &from, &to, true);
	if (!rc && !freezing->hop.plan->steps.count)
		rc = say_nothing(freezing);
	if (!rc)
		rc = mo_hop_judge_version(&freezing->hop, m, &from, &to);
	if (rc)
		return rc;
	freezing->report.before = before->name;
	freezing->report.steps = freezing->hop.plan->steps.count;
	return MOULT_OK;
}

/* ---- freezing ------------------------------------------------------------------------------------ */

/* Whether another document leads the same way from the release before. */
static int goes_the_same_way(bool *same, const struct freezing *freezing, const moult_schema *other)
{
	struct list changes = {0};
	struct hop hop = {NULL, NULL, NULL};
	int rc = mo_compare(&changes, freezing->arena, freezing->want->document, other->document,
			    true);

	if (!rc && freezing->before)
		rc = mo_hop_plan(&hop, freezing->m, freezing->before->schema, other);
	if (!rc)
		*same = !changes.count &&
			(!hop.plan || mo_same(hop.plan->id, freezing->hop.plan->id));
	mo_hop_done(&hop);
	return rc;
}

static int say_otherwise(const struct freezing *freezing, const char *what)
{
	mo_diag(&freezing->m->diags, DIAG_REL013, NULL, freezing->document,
		"%s would mean something else than %s does; nothing is written", what,
		freezing->document);
	mo_diag_hint(&freezing->m->diags, "this is a mistake of moult: please report it");
	return MOULT_TROUBLE;
}

/* What is frozen is read back: it is written the same again, and leads the same way. */
static int freeze(struct freezing *freezing)
{
	moult *m = freezing->m;
	struct moult_schema *back = NULL;
	sqlite3_str *again = sqlite3_str_new(NULL);
	bool same = false;
	int rc = mo_document_write(freezing->frozen, freezing->want->document, &m->diags);

	if (!rc)
		rc = mo_schema_load_text(&back, m, freezing->frozen, freezing->report.path, NULL);
	if (!rc)
		rc = mo_document_write(again, back->document, &m->diags);
	if (!rc && sqlite3_str_errcode(again))
		rc = mo_diag_memory(&m->diags);
	if (!rc)
		rc = goes_the_same_way(&same, freezing, back);
	if (!rc &&
	    (!same || !mo_same(sqlite3_str_value(again), sqlite3_str_value(freezing->frozen))))
		rc = say_otherwise(freezing, freezing->report.path);
	sqlite3_free(sqlite3_str_finish(again));
	moult_schema_free(back);
	return rc;
}

static void note_consumed(const struct freezing *freezing)
{
	struct diags *diags = &freezing->m->diags;

	EACH (const struct consumed, consumed, &freezing->consumed) {
		const bool goes =
			freezing->options.tidy && mo_same(consumed->place.file, freezing->document);

		mo_diag(diags, DIAG_REL017, &consumed->place, consumed->what,
			goes ? "%s: an earlier release has done it, and it is taken out"
			     : "%s: an earlier release has done it",
			consumed->what);
		if (!goes)
			mo_diag_hint(diags, freezing->options.tidy
						    ? "take it out"
						    : "take it out, or have --tidy do so");
	}
}

static int tidy(struct freezing *freezing)
{
	moult *m = freezing->m;
	struct moult_schema *tidied = NULL;
	bool same = false;
	int rc;

	if (!freezing->before)
		return MOULT_OK;
	mo_consumed(&freezing->consumed, freezing->arena, freezing->hop.plan,
		    freezing->before->schema->document);
	if (mo_arena_rc(freezing->arena))
		return mo_diag_memory(&m->diags);
	note_consumed(freezing);
	if (!freezing->options.tidy || !freezing->consumed.count)
		return MOULT_OK;
	freezing->tidied = sqlite3_str_new(NULL);
	rc = mo_consumed_cut(freezing->tidied, &freezing->report.cut, &freezing->consumed,
			     freezing->document, freezing->text.text, freezing->text.size,
			     &m->diags);
	if (!rc)
		rc = mo_schema_load_text(&tidied, m, freezing->tidied, freezing->document,
					 freezing->document);
	if (!rc)
		rc = goes_the_same_way(&same, freezing, tidied);
	if (!rc && !same)
		rc = say_otherwise(freezing, "what --tidy leaves");
	moult_schema_free(tidied);
	return rc;
}

/* ---- writing ------------------------------------------------------------------------------------- */

static int put(const struct freezing *freezing, const char *path, const char *bytes, size_t size)
{
	const char *temporary = mo_arena_format(freezing->arena, "%s-new", path);

	if (!temporary)
		return mo_diag_memory(&freezing->m->diags);
	return mo_file_replace(path, temporary, freezing->document, bytes, size,
			       &freezing->m->diags, DIAG_RUN028);
}

static int put_text(const struct freezing *freezing, const char *path, sqlite3_str *text)
{
	if (sqlite3_str_errcode(text))
		return mo_diag_memory(&freezing->m->diags);
	return put(freezing, path, sqlite3_str_value(text), (size_t)sqlite3_str_length(text));
}

static int put_sum(const struct freezing *freezing)
{
	const struct list *lines = &freezing->releases->lines;
	const struct sum_line *last = lines->count ? lines->items[lines->count - 1] : NULL;
	sqlite3_str *text = sqlite3_str_new(NULL);
	char digest[MO_HASH_TEXT];
	int rc;

	EACH (const struct sum_line, line, lines)
		sqlite3_str_appendf(text, "%s\n", line->text);
	mo_sum_digest(digest, last ? last->text : NULL, sqlite3_str_value(freezing->frozen),
		      (size_t)sqlite3_str_length(freezing->frozen));
	sqlite3_str_appendf(
		text, "%s\n",
		mo_sum_line(freezing->arena, digest, mo_file_base(freezing->report.path)));
	rc = mo_arena_rc(freezing->arena) ? mo_diag_memory(&freezing->m->diags)
					  : put_text(freezing, freezing->releases->sum_path, text);
	sqlite3_free(sqlite3_str_finish(text));
	return rc;
}

static int make_folder(const struct freezing *freezing)
{
	const char *path = freezing->releases->path;

	if (mo_source_exists(path) || mkdir(path, 0777) == 0 || errno == EEXIST)
		return MOULT_OK;
	return mo_diag_errno(&freezing->m->diags, DIAG_RUN028, path, "make");
}

/* A link stays one: what it leads to is replaced. */
static int put_document(const struct freezing *freezing)
{
	char *real = NULL;
	int rc = mo_file_absolute(&real, freezing->arena, freezing->document, &freezing->m->diags,
				  DIAG_RUN028);

	return rc ? rc : put_text(freezing, real, freezing->tidied);
}

/* A folder that was not there when it was read, and that somebody else may have made since. */
static int begin_folder(struct freezing *freezing)
{
	const char *path = freezing->releases->path;
	int rc = make_folder(freezing);

	if (!rc)
		rc = mo_turn_begin(&freezing->turn, freezing->arena, freezing->m, path);
	return rc ? rc : mo_turn_check(freezing->m, path, freezing->last_line);
}

static int put_all(struct freezing *freezing)
{
	int rc = freezing->turn.fd < 0 ? begin_folder(freezing) : MOULT_OK;

	if (!rc)
		rc = put_text(freezing, freezing->report.path, freezing->frozen);
	if (!rc) {
		rc = put_sum(freezing);
		if (rc && !freezing->again)
			mo_file_remove(freezing->report.path, &freezing->m->diags, DIAG_RUN028);
	}
	if (!rc && freezing->again && !mo_same(freezing->again->path, freezing->report.path))
		rc = mo_file_remove(freezing->again->path, &freezing->m->diags, DIAG_RUN028);
	if (!rc && freezing->tidied)
		rc = put_document(freezing);
	return rc;
}

/* ---- all of it ------------------------------------------------------------------------------------- */

static int begin(struct freezing *freezing, const char *folder)
{
	const char *slash = strrchr(freezing->document, '/');

	freezing->arena = mo_arena_new();
	freezing->frozen = sqlite3_str_new(NULL);
	if (freezing->arena)
		freezing->folder =
			folder ? folder
			       : mo_arena_format(freezing->arena, "%.*sreleases",
						 slash ? (int)(slash + 1 - freezing->document) : 0,
						 freezing->document);
	return freezing->folder ? MOULT_OK : mo_diag_memory(&freezing->m->diags);
}

static void end(struct freezing *freezing)
{
	mo_turn_end(&freezing->turn);
	mo_hop_done(&freezing->hop);
	mo_folder_free(freezing->releases);
	moult_schema_free(freezing->want);
	mo_content_done(&freezing->text);
	sqlite3_free(sqlite3_str_finish(freezing->frozen));
	if (freezing->tidied)
		sqlite3_free(sqlite3_str_finish(freezing->tidied));
	mo_arena_free(freezing->arena);
}

int moult_release(moult *m, const char *document, const char *folder,
		  const moult_release_options *given, enum moult_format format, moult_write *write,
		  void *context)
{
	struct freezing freezing = {
		.m = m, .document = document, .options = with_defaults(given), .turn = {.fd = -1}};
	int rc = begin(&freezing, folder);

	freezing.report.document = document;
	if (!rc)
		rc = read_document(&freezing);
	if (!rc)
		rc = read_folder(&freezing);
	if (!rc)
		rc = find_name(&freezing);
	if (!rc)
		rc = judge(&freezing);
	if (!rc)
		rc = freeze(&freezing);
	if (!rc)
		rc = tidy(&freezing);
	if (!rc)
		rc = put_all(&freezing);
	if (!rc) {
		sqlite3_str *out = sqlite3_str_new(NULL);

		freezing.report.is_amended = freezing.again != NULL;
		mo_report_frozen(out, &freezing.report, &m->diags, mo_page(m, format));
		rc = mo_deliver(m, out, write, context);
	}
	end(&freezing);
	return rc;
}
