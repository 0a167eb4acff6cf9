/* SPDX-License-Identifier: MIT */
/*
 * sealed.c: whether a folder of releases is what was frozen.
 *
 * The sum is read from top to bottom and held against the files.  Each line is
 * judged by the line that stands before it, so one file that was edited is one
 * finding, whatever comes behind it.
 */
#include <string.h>

#include "backup/file.h"
#include "base/show.h"
#include "base/text.h"
#include "release/releases.h"
#include "release/sum.h"

#define HINT_ORDER \
	"one line for each release, in the order of their names; get %s back from version control"

struct judging {
	const struct releases *releases;
	struct moult *m;
	struct list told; /* of struct release: not listed, and it was said why */
	int findings;
};

static const char *shell(const struct judging *judging, const char *path)
{
	return mo_shell_word(judging->m->diags.arena, path);
}

static void say(struct judging *judging, enum diag_id id, const struct sum_line *line,
		const char *object, const char *message)
{
	struct moult_place place = {judging->releases->sum_path, 1, 1, 1, NULL};

	if (line) {
		place.line = line->number;
		place.source = line->text;
		place.width = (int)strlen(line->text);
	}
	mo_diag(&judging->m->diags, id, line ? &place : NULL, object, "%s", message);
	judging->findings++;
}

static const char *format(const struct judging *judging, const char *text, const char *a,
			  const char *b, const char *c)
{
	return mo_arena_format(judging->m->diags.arena, text, a, b, c);
}

static struct release *release_of(const struct judging *judging, const char *name)
{
	EACH (struct release, release, &judging->releases->list)
		if (mo_same(mo_file_base(release->path), name))
			return release;
	return NULL;
}

static const struct sum_line *line_of(const struct judging *judging, const struct release *release)
{
	EACH (const struct sum_line, line, &judging->releases->lines)
		if (line->kind == SUM_RELEASE && mo_same(line->name, mo_file_base(release->path)))
			return line;
	return NULL;
}

/* What the line of a release must have behind a line. */
static void digest_of(char digest[MO_HASH_TEXT], const char *before, const struct release *release)
{
	mo_sum_digest(digest, before, release->content.text ? release->content.text : "",
		      release->content.size);
}

static bool fits(const struct sum_line *line, const struct sum_line *before,
		 const struct release *release)
{
	char digest[MO_HASH_TEXT];

	digest_of(digest, before ? before->text : NULL, release);
	return mo_same(digest, line->digest);
}

/* ---- a line whose file is not there ------------------------------------------------------------ */

static void say_missing(struct judging *judging, const struct sum_line *line,
			const struct sum_line *before)
{
	EACH (struct release, release, &judging->releases->list) {
		if (line_of(judging, release) || !fits(line, before, release))
			continue;
		mo_list_add(judging->releases->arena, &judging->told, release);
		say(judging, DIAG_REL007, line, release->path,
		    format(judging, "%s was frozen as %s, and is called otherwise now",
			   release->path, line->name, NULL));
		mo_diag_hint(&judging->m->diags, "give it its name back: mv %s %s",
			     shell(judging, release->path),
			     shell(judging, mo_file_join(judging->m->diags.arena,
							 judging->releases->path, line->name)));
		return;
	}
	say(judging, DIAG_REL006, line, line->name,
	    format(judging, "%s is listed in %s, and is not in the folder", line->name, MO_SUM_NAME,
		   NULL));
	mo_diag_hint(&judging->m->diags,
		     "get it back from version control, as in git checkout -- %s: files in the "
		     "field may stand there",
		     shell(judging, mo_file_join(judging->m->diags.arena, judging->releases->path,
						 line->name)));
}

/* ---- a line whose digest is another ------------------------------------------------------------ */

/* The lines that are gone from in front of one, as they must have been: it was written behind them. */
static bool find_lost(struct list *lost, struct list *lines, const struct judging *judging, int at)
{
	const struct list *all = &judging->releases->lines;
	const struct sum_line *line = all->items[at];
	const char *first = at ? ((const struct sum_line *)all->items[at - 1])->name : "";
	const char *before = at ? ((const struct sum_line *)all->items[at - 1])->text : NULL;
	struct arena *arena = judging->releases->arena;
	char digest[MO_HASH_TEXT];

	EACH (struct release, release, &judging->releases->list) {
		const char *name = mo_file_base(release->path);

		if (line_of(judging, release) || strcmp(name, first) <= 0 ||
		    strcmp(name, line->name) >= 0)
			continue;
		digest_of(digest, before, release);
		before = mo_sum_line(arena, digest, name);
		mo_list_add(arena, lost, release);
		mo_list_add(arena, lines, before);
	}
	digest_of(digest, before, release_of(judging, line->name));
	return lost->count && !mo_arena_rc(arena) && mo_same(digest, line->digest);
}

static bool say_lost_before(struct judging *judging, int at)
{
	const struct sum_line *line = judging->releases->lines.items[at];
	struct list lost = {0}, lines = {0};

	if (!find_lost(&lost, &lines, judging, at))
		return false;
	for (int i = 0; i < lost.count; i++) {
		struct release *release = lost.items[i];

		mo_list_add(judging->releases->arena, &judging->told, release);
		say(judging, DIAG_REL021, line, release->path,
		    format(judging, "the line of %s is gone from in front of this one",
			   release->path, NULL, NULL));
		mo_diag_hint(&judging->m->diags, "write it there again: %s",
			     (const char *)lines.items[i]);
	}
	return true;
}

/* The line behind which a release was frozen, as its own line says; false where it is none of these. */
static bool find_before(const struct sum_line **before, const struct judging *judging,
			const struct sum_line *line, const struct release *release)
{
	const struct list *lines = &judging->releases->lines;

	for (int i = -1; i < lines->count; i++) {
		*before = i < 0 ? NULL : lines->items[i];
		if (*before != line && fits(line, *before, release))
			return true;
	}
	return false;
}

/* Another line that was written behind the same one, and stands there: there were two branches. */
static const struct sum_line *other_head(const struct judging *judging,
					 const struct sum_line *before)
{
	const struct list *lines = &judging->releases->lines;
	const struct sum_line *last = NULL;

	EACH (const struct sum_line, line, lines) {
		const struct release *release = release_of(judging, line->name);

		if (last == before)
			return release && fits(line, before, release) ? line : NULL;
		last = line;
	}
	return NULL;
}

static bool say_moved(struct judging *judging, const struct sum_line *line,
		      const struct release *release)
{
	const struct sum_line *before, *head;
	const char *name;

	if (!find_before(&before, judging, line, release))
		return false;
	head = other_head(judging, before);
	name = before ? before->name : "nothing";
	if (!head || head == line) {
		say(judging, DIAG_REL009, line, line->name,
		    format(judging, "%s was frozen behind %s, and stands elsewhere in %s",
			   line->name, name, MO_SUM_NAME));
		mo_diag_hint(&judging->m->diags, HINT_ORDER, judging->releases->sum_path);
		return true;
	}
	say(judging, DIAG_REL004, line, release->path,
	    format(judging, "%s and %s were both frozen behind %s: two branches met", head->name,
		   line->name, name));
	mo_diag_hint(&judging->m->diags,
		     "if the later one has not been shipped: moult release DOC %s --amend freezes "
		     "it again, from the merged document; else delete the one that was not, its "
		     "file and its line, and freeze it anew under --name",
		     shell(judging, judging->releases->path));
	return true;
}

static void say_edited(struct judging *judging, int at, const struct release *release)
{
	const struct list *lines = &judging->releases->lines;
	const bool is_newest = at == lines->count - 1;
	const char *folder = shell(judging, judging->releases->path);

	if (say_lost_before(judging, at) || say_moved(judging, lines->items[at], release))
		return;
	say(judging, DIAG_REL005, lines->items[at], release->path,
	    format(judging,
		   at ? "%s is not what was frozen, or the line before it in %s is another"
		      : "%s is not what was frozen by %s",
		   release->path, MO_SUM_NAME, NULL));
	mo_diag_hint(&judging->m->diags,
		     "get both back from version control, as in git checkout -- %s; a change "
		     "belongs into the document, and into the next release%s",
		     folder,
		     is_newest ? format(judging,
					", or, if this one was not shipped: moult release DOC %s "
					"--amend",
					folder, NULL, NULL)
			       : "");
}

/* ---- all lines, all files ------------------------------------------------------------------------ */

static void judge_line(struct judging *judging, int at)
{
	const struct list *lines = &judging->releases->lines;
	const struct sum_line *line = lines->items[at];
	const struct sum_line *before = at ? lines->items[at - 1] : NULL;
	const struct release *release = release_of(judging, line->name);

	if (before && mo_same(before->name, line->name)) {
		say(judging, DIAG_REL009, line, line->name,
		    format(judging, "%s stands there twice", line->name, NULL, NULL));
		mo_diag_hint(&judging->m->diags, HINT_ORDER, judging->releases->sum_path);
	} else if (!release) {
		say_missing(judging, line, before);
	} else if (release->is_unread) {
		judging->findings++;
	} else if (!fits(line, before, release)) {
		say_edited(judging, at, release);
	} else if (before && strcmp(before->name, line->name) > 0) {
		say(judging, DIAG_REL009, line, line->name,
		    format(judging, "%s does not come after %s", line->name, before->name, NULL));
		mo_diag_hint(&judging->m->diags, HINT_ORDER, judging->releases->sum_path);
	}
}

/* How many lines are there up to one that is none, which makes a reading of the rest worthless. */
static int count_readable(struct judging *judging)
{
	const struct list *lines = &judging->releases->lines;

	for (int i = 0; i < lines->count; i++) {
		const struct sum_line *line = lines->items[i];

		if (line->kind == SUM_RELEASE)
			continue;
		if (line->kind == SUM_MARKER) {
			say(judging, DIAG_REL003, line, judging->releases->sum_path,
			    "version control could not merge this, and left its marks: two "
			    "branches added a release each");
			mo_diag_hint(&judging->m->diags,
				     "merge the document, then freeze the later of the two again, "
				     "if it has not been shipped: moult release DOC %s --amend "
				     "writes the sum, too",
				     shell(judging, judging->releases->path));
		} else {
			say(judging, DIAG_REL002, line, judging->releases->sum_path,
			    "this is no line of a sum: 32 digits, two spaces and the name of a "
			    "release");
			mo_diag_hint(&judging->m->diags, "get %s back from version control",
				     judging->releases->sum_path);
		}
		return i;
	}
	return lines->count;
}

static void judge_unlisted(struct judging *judging, const struct release *release)
{
	if (line_of(judging, release) || mo_list_has(&judging->told, release))
		return;
	say(judging, DIAG_REL008, NULL, release->path,
	    format(judging, "%s is in the folder, and not in %s", release->path, MO_SUM_NAME,
		   NULL));
	mo_diag_hint(&judging->m->diags,
		     "if it was shipped, get %s back from version control; if not, move it "
		     "elsewhere, and freeze its document: moult release DOC %s --name NAME",
		     judging->releases->sum_path, shell(judging, judging->releases->path));
}

int mo_releases_judge(const struct releases *releases, struct moult *m)
{
	struct judging judging = {releases, m, {0}, 0};
	const int count = count_readable(&judging);

	if (releases->is_sum_unread)
		return MOULT_TROUBLE;
	if (!releases->lines.count && releases->list.count) {
		mo_diag(&m->diags, DIAG_REL001, NULL, releases->path,
			releases->has_sum ? "%s has releases, and " MO_SUM_NAME " is empty"
					  : "%s has releases and no " MO_SUM_NAME,
			releases->path);
		mo_diag_hint(&m->diags,
			     "get it back from version control; it is committed with the releases");
		return MOULT_TROUBLE;
	}
	for (int i = 0; i < count; i++)
		judge_line(&judging, i);
	if (count == releases->lines.count)
		EACH (const struct release, release, &releases->list)
			judge_unlisted(&judging, release);
	if (mo_arena_rc(releases->arena))
		return mo_diag_memory(&m->diags);
	return judging.findings ? MOULT_TROUBLE : MOULT_OK;
}
