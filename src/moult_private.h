/* SPDX-License-Identifier: MIT */
/*
 * moult_private.h: what is behind the opaque handles of moult.h, for the
 * files that serve it: moult.c and those beside it.
 *
 * A schema has up to two models.  A document's own has what only documents can
 * say (former names, expressions, tombstones, places); SQLite's is what a
 * database in memory gave back after it was made of it.  As want the first
 * counts, as have the second.  SQLite is asked only when it matters: a document
 * that differs in nothing from a file is one that SQLite has accepted.
 */
#ifndef MOULT_PRIVATE_H
#define MOULT_PRIVATE_H

#include "base/handle.h"
#include "live/input.h"
#include "plan/plan.h"
#include "release/releases.h"
#include "report/standing.h"
#include "report/style.h"
#include "run/route.h"
#include "run/stand.h"

#define READ_TIMEOUT_MS 5000 /* for a file that is only read */

struct moult_schema {
	enum moult_source source;
	struct schema *document;
	struct schema *stored;
	sqlite3 *db; /* of a database; NULL for the others */
	bool owns_db;
	/* Of scripts: the database in memory that they made; NULL for the others. */
	sqlite3 *played;
	bool is_folder_of_scripts;
	const char *
		release; /* its name where it is one of a folder, and never edited again; or NULL */
	char *name;
	/*
	 * Of a folder: its releases, of which this schema is the newest's; it owns the schemas of
	 * the others.  NULL for everything else.
	 */
	struct releases *releases;
};

/* A document that SQLite may still have to judge. */
struct judged {
	moult *m;
	struct moult_schema *schema;
};

struct moult_diff {
	struct diff *diff;
};

struct moult_plan {
	struct route route;
	moult_options options;
	/* What it was made of, to be told by: a chain of plans is one where these meet. */
	const moult_schema *have;
	const moult_schema *want;
	moult_schema *both; /* with options.side_by_side: what it leads to; else NULL */
	/* Back: of struct moult_schema, the newest first, which it owns; in an arena of its own. */
	struct list ways;
	struct arena *arena;
};

const struct schema *mo_as_have(const moult_schema *schema);
const struct schema *mo_as_want(const moult_schema *schema);

/* Has SQLite judge a document, once; context is a struct judged. */
int mo_judge(void *context, const struct schema *have);
int mo_schema_judge(moult *m, const moult_schema *schema);

/* An empty one; NULL without memory, which is said. */
struct moult_schema *mo_schema_begin(moult *m, const char *name, enum moult_source source);
/* What a script has not set, it does not want. */
void mo_schema_leave_unsaid(struct moult_schema *schema);
/* From a content, which is taken; name is for messages, path (or NULL) is where includes begin. */
int mo_schema_load(moult_schema **out, moult *m, struct content *content, const char *name,
		   const char *path);
/* From a text of which a copy is read. */
int mo_schema_load_text(moult_schema **out, moult *m, sqlite3_str *text, const char *name,
			const char *path);
/* Reads the schemas of a folder that has been judged. */
int mo_folder_fill(struct releases *releases, moult *m);
/* The same of one; REL022 where what was frozen cannot be read. */
int mo_folder_fill_one(struct release *release, const struct releases *releases, moult *m);
/* From a folder, and what it has beside the newest given back. */
int mo_folder_load(moult_schema **out, moult *m, const char *path);
/* Says in which tables a folder of scripts leaves rows, which are not carried over (SQL003). */
int mo_folder_say_rows(moult *m, const moult_schema *scripts);
void mo_folder_unload(struct moult_schema *schema);
/* With the schemas that were read of them; NULL is allowed. */
void mo_folder_free(struct releases *releases);

/* The way from one release to the next, or to a document: planned without a file. */
struct hop {
	struct plan *plan;
	struct diff *diff;
	struct schema *nothing; /* what a way from nothing begins with; else NULL */
};

/* A schema by the name that messages call it. */
struct named {
	const char *name;
	const moult_schema *schema;
};

int mo_hop_plan(struct hop *hop, moult *m, const moult_schema *have, const moult_schema *want);
/* What makes a new file; made as in trial/planned.h.  No way back is left in one. */
int mo_hop_from_nothing(struct hop *hop, moult *m, const moult_schema *want, sqlite3 **made);
void mo_hop_done(struct hop *hop);
/*
 * Plans it, and says what refuses it, whatever the rows (REL015, behind the hazards); with warns
 * also what does not.
 */
int mo_hop_judge(struct hop *hop, moult *m, const struct named *from, const struct named *to,
		 bool warns);
/* Whether user-version rises where something is to be done (REL016). */
int mo_hop_judge_version(const struct hop *hop, moult *m, const struct named *from,
			 const struct named *to);

/* What is wanted, as the run knows it; it refers to the schema that it was made from. */
struct aim {
	struct arena *arena;
	struct destination destination;
};

/* By --to and --from, which RUN022, REL010 and REL011 refuse; mo_aim_done() also after a failure. */
int mo_aim(struct aim *aim, moult *m, const moult_schema *want, const moult_options *options);
/*
 * The ways back to what is wanted (struct moult_schema, freed by the caller), the newest first, or where
 * that is NULL the newest alone.  None where the database is so; RUN056 where they do not lead there.
 */
int mo_ways_back_read(struct list *ways, struct arena *arena, moult *m, const moult_schema *have,
		      const moult_schema *want);
/* By ways back (struct moult_schema), the newest first, through all of them. */
int mo_aim_back(struct aim *aim, moult *m, const struct list *ways);
/* A release of the folder that is wanted stands where it is; on the way to a document it has its name. */
void mo_aim_begin(struct aim *aim, const moult_schema *have, const moult_schema *want);
void mo_aim_done(struct aim *aim);
/* The schema that a file is held against: of the release that --to names, or want itself, NULL too. */
int mo_wanted_release(const moult_schema **wanted, moult *m, const moult_schema *want,
		      const moult_options *options);
/*
 * Fills in where the file stands in a folder, and what is pending up to options->to.  That it stands
 * nowhere there is said by a diagnostic, and is no failure: is_found tells.
 */
int mo_standing_find(struct standing *standing, struct arena *arena, moult *m, sqlite3 *db,
		     const struct schema *have, const moult_schema *folder,
		     const moult_options *options);

/* RUN022 where a schema is no folder of releases. */
int mo_folder_require(moult *m, const moult_schema *folder);

/* The schema that something starts from: of the release that --from names, or have itself. */
int mo_release_had(const moult_schema **had, moult *m, const moult_schema *have,
		   const moult_schema *want, moult_options *options);

/*
 * Options of an older caller end earlier; what it does not know keeps its default.  options,
 * of this size, has the defaults; both begin with their size.
 */
void mo_take_options(void *options, size_t size, const void *given);
moult_options mo_with_defaults(const moult_options *given);

/*
 * The members that the caller has room for, whole. Texts that are given away are NULL in outcome
 * afterwards.
 */
void mo_outcome_give(moult_outcome *out, moult_outcome *outcome);

/* Refuses an option that no table of words has seen. */
int mo_options_check(moult *m, const moult_options *options);

/*
 * The difference as those see it who only look: what is undeclared is one where that is asked for.
 */
int mo_look(struct diff **diff, moult *m, const struct schema *have, const moult_schema *want,
	    const moult_options *options);

/* The way back with that number in the file, 0 for the newest: back/way_row.h. */
int mo_schema_way_back(moult_schema **schema, moult *m, const moult_schema *have, int number);

/* Hands a text to the caller and frees it. */
int mo_deliver(moult *m, sqlite3_str *text, moult_write *write, void *context);

/* How a report of that format is written. */
struct page mo_page(const moult *m, enum moult_format format);

#endif
