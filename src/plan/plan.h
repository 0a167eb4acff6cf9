/* SPDX-License-Identifier: MIT */
/*
 * plan.h: from changes to statements.
 *
 *	diff --strategy--> moves --steps--> steps      what runs, in order
 *	             |
 *	             `-----------> hazards             what could go wrong, and the question to ask the rows
 *
 * A move is what happens to one table: nothing, native ALTERs, an edit of its
 * text, or one copy of it, whatever the number of changes.  The passes are functions over the plan
 * that can be read alone: strategy.c, source.c, steps.c, hazards.c.
 *
 * A plan has no rows of its own; hazards that depend on rows carry the query
 * that counts them, and run/probe.c asks it.
 */
#ifndef MOULT_PLAN_PLAN_H
#define MOULT_PLAN_PLAN_H

#include "base/handle.h"
#include "diff/diff.h"
#include "sql/shape.h"

/* What is known of the place where the plan will run. */
struct facts {
	int sqlite;	/* version number of the SQLite that runs it */
	bool has_stat1; /* sqlite_stat1 is there */
	bool has_stat4;
	bool script;   /* moult will not be there: see plan->shapes */
	bool in_order; /* the order of columns is a difference */
	/*
	 * only statements that any SQLite of that version runs for anybody: no text
	 * edits of the stored schema, no exchange of root pages, whatever the SQLite at
	 * hand can do
	 */
	bool classic;
	/*
	 * the stored text of a table: by moult itself, in a file, with SQLite 3.33 or
	 * later
	 */
	bool can_edit;
	long long schema_version; /* of the file, where it can be edited */
	const char *exact;	  /* exact fingerprint of the file; "" where have is no file */
	/* why the file is newer than the document, a clause; NULL: it is not known to be */
	const char *newer;
	/* of char *: tables for which a native way was tried in memory and failed */
	struct list rebuilds;
	struct list reasons; /* of char *: what it said, one for each */
};

/* Where a column of a table that is written anew gets its values. */
struct source {
	const struct column *want;
	const struct column *have; /* after the renames; NULL where it is added */
	const char *copy;	   /* expression of the copy; NULL: left to the DEFAULT */
	/* the same over the file as it is before the renames, by its former names */
	const char *raw;
	const char *expected; /* that, as the column will store it */
	bool is_using;	      /* by the document's expression */
	bool fills_nulls;     /* by it where the row has NULL, and only there */
	bool repairs; /* by it where a new constraint has something against the row, and only there */
	/* it reads tables: its values are set aside before the first step (aside.c) */
	bool is_aside;
	bool is_generated;  /* not copied */
	bool is_recomputed; /* a generated column of which a value may be another than it was */
	/* cannot be digested: random(), the clock, keys that SQLite assigns */
	bool is_unpredictable;
};

enum way {
	WAY_NOTHING,
	WAY_NATIVE,
	WAY_EDIT,
	WAY_EXCHANGE, /* a copy that takes the place of the table under the indexes that stay */
	WAY_REBUILD,
	WAY_CREATE,
	WAY_DROP
};

/*
 * What happens to one table. One that keeps no column is two moves: it goes, and another comes
 * under its name.
 */
struct move {
	enum way way;
	bool replaced;		  /* WAY_DROP: at once, since the name is wanted */
	const struct table *have; /* after the renames; NULL for WAY_CREATE */
	const struct table *want; /* of the goal; NULL for WAY_DROP */
	struct list changes;	  /* of struct change */
	struct list reasons;	  /* of char *: why ALTER does not do, or no edit */
	struct list sources;	  /* of struct source, for each column of want; not for WAY_DROP */
	/* WAY_EDIT: as SQLite stores it when columns come; NULL: as we write it */
	const char *text;
	const char *former; /* name in the file before the renames */
	const char *work;   /* name of the table under way, where it is copied */
	const char *aside;  /* name of the table with the values set aside; or NULL */
	/*
	 * of char *: what finds a row of the file again, in its names: its rowid, or its primary
	 * key; empty: nothing
	 */
	struct list key;
	bool key_is_rowid;
	struct list stays;	/* of char *: for WAY_EXCHANGE, indexes that are not touched */
	struct list remade;	/* of char *: and the same ones that are not sure to be right */
	const char *rowid_name; /* a name of have's rowid that is no column's; or NULL */
	/* How to name the rowid on each side; NULL where it has none that is copied. */
	const char *rowid_have;
	const char *rowid_want;
	bool has_old_names;    /* the copy reads a row with the names before the renames */
	const char *copy_from; /* what the copy reads, where it is copied */
	/* a query over the file as it is that yields the rows as they will be */
	const char *expected;
	/*
	 * The same without expressions that repair and without what affinity does, and with the key
	 * as _moult_key_0, ...; or NULL
	 */
	const char *given;
};

/*
 * What fills a virtual table that is made: a statement of its <populate>, or moult itself where
 * its content is carried over.
 */
struct fill {
	const struct virtual_table *table;
	const char *sql; /* as it runs */
	const char *why;
	/*
	 * the table with the rows that it inserts, set aside before the first step; or
	 * NULL
	 */
	const char *work;
	struct list names; /* of char *: columns of that */
	const char *query; /* the rows, over the file as it is */
};

/* What a step may write; the guard holds it to that. */
struct writes {
	struct list tables;
	struct list altered; /* of char *: tables whose text ALTER changes, and no row */
	struct list virtuals;
	bool schema;
	bool sequence;
	bool statistics;
	bool text;  /* sqlite_master itself: one row of it for each table that is edited */
	bool roots; /* and two for each that is exchanged, with the pages where they begin */
	const char *pragma;
};

/* What something takes, by estimate: run/cost.h. */
struct cost {
	long long rows;	 /* that are gone through or written */
	long long bytes; /* that are written */
	long long ms;
};

struct estimate {
	bool is_known; /* there was a file to ask */
	struct cost all;
	long long disk; /* the most that is taken while it runs, with the backup */
};

enum step_kind { STEP_SCHEMA, STEP_MARK, STEP_ASIDE, STEP_COPY, STEP_INDEX, STEP_EDIT, STEP_OTHER };

/* What a statement does to all of its move's table, beyond what its kind says. */
enum toll { TOLL_NONE, TOLL_REWRITE /* its rows, in place */, TOLL_FREE /* its pages */ };

struct step {
	enum step_kind kind;
	enum toll toll;
	const char *sql;	   /* without its semicolon */
	const char *object;	   /* "table t": what it is done for */
	const char *why;	   /* NULL where the object says it */
	const struct move *move;   /* of the table that it serves; NULL for other objects */
	const struct index *index; /* that it makes, or makes again; else NULL */
	const char *needs;	   /* a condition that a script asks before it; or NULL */
	const char *leaves;	   /* one that it asks after it; or NULL */
	struct writes writes;
	struct cost cost;
};

/* A danger, and the question that tells whether it holds. */
struct hazard {
	enum diag_id id;
	const char *object; /* "column t.a" */
	const char *target; /* "t.a": as --allow names it */
	const char *message;
	const char *hint; /* or NULL */
	struct moult_place place;
	const char *count_sql; /* rows in the way; NULL: it holds whatever the rows */
	/*
	 * Where that is no more than to count rows of a table of the goal as it will be, on a
	 * condition.
	 */
	const struct table *table;
	const char *condition;
	const char *sample_sql; /* the first keys and values of them, one text a row; or NULL */
	bool is_trial;		/* it tries one row that is not there: no rows are counted, and
				   it can stay without an answer */
	/* an error of the query on a row is a finding (MF112), said so; or NULL */
	const char *raises;
	/* count_sql is a query of many rows, and asked is whether each can be computed */
	bool by_rows;
	const struct column *column; /* MF112: whose values they are; or NULL */
	/* MF112: the same in the file: who raised before is not blamed */
	const char *raised_before;
	bool consented; /* by a tombstone or an option */
	bool asked;	/* the rows have been asked */
	/* why they could not be: a function or collation is missing; or NULL */
	const char *lacks;
	long long count;     /* of rows in the way; -1 where not asked */
	const char *samples; /* or NULL */
};

/* What a script asks a file for, to know where it stands (sql/shape.h). */
struct shapes {
	struct nobodys nobodys; /* what it does not ask for */
	const char *query;
	const char *have;  /* before the steps */
	const char *want;  /* after them */
	const char *fresh; /* of a new file: what is kept though undeclared is not in it */
};

struct plan {
	struct arena *arena;
	const struct diff *diff;
	struct facts facts;
	struct list moves;   /* of struct move: every table that changes, is made or dropped */
	struct list fills;   /* of struct fill, in the order in which they run */
	struct list work;    /* of char *: names of work tables that are taken */
	struct list steps;   /* of struct step */
	struct list hazards; /* of struct hazard */
	const char *by_copy; /* why renames are made by rebuilds; NULL where SQLite makes them */
	/* foreign keys cannot be judged: one of have's cannot work, or have is empty */
	bool is_blind;
	struct shapes shapes; /* where facts.script */
	struct estimate estimate;
	char id[33];
};

int mo_plan(struct plan **plan, struct moult *m, const struct diff *diff, const struct facts *facts,
	    const struct moult_options *options);
void mo_plan_free(struct plan *plan);

/* Whether a step writes rows of a table, or makes an index on it. */
bool mo_plan_writes(const struct plan *plan, const char *table);
/* Whether a step changes the text of a table by ALTER, and no row. */
bool mo_plan_alters(const struct plan *plan, const char *table);
/*
 * Whether a move leaves every row as it is, and as it is read: it changes nothing, or only what is
 * asked of the rows (CHECK, NOT NULL, keys to other tables), or what a type of the same affinity
 * is called.
 */
bool mo_move_keeps_rows(const struct move *move);
/*
 * Whether it writes no record: the same, but columns may come, in which all rows read the DEFAULT.
 */
bool mo_move_keeps_records(const struct move *move);
/* Whether all rows of a table are written anew. */
bool mo_move_copies(const struct move *move);
/* Whether values of a column may be others than before; where only NULL is filled they are not. */
bool mo_source_is_new(const struct source *source);
/* Whether a plan edits the stored schema: an edit or an exchange is in it. */
bool mo_plan_is_clever(const struct plan *plan);
/* The move of a table of the goal, or NULL where nothing happens to it. */
const struct move *mo_plan_move(const struct plan *plan, const char *table);
/* Whether the plan makes a virtual table of the goal, anew or again. */
bool mo_plan_makes(const struct plan *plan, const struct virtual_table *table);
/*
 * Whether a full-text table that is made again has its content carried over; the columns (char *)
 * that stay and go (either list may be NULL).
 */
bool mo_plan_carried(struct list *stay, struct list *go, const struct plan *plan,
		     const struct virtual_table *table);
/* Whether anything fills a virtual table that the plan makes. */
bool mo_plan_is_filled(const struct plan *plan, const struct virtual_table *table);
/*
 * A name for a table under way ("new") or of what is set aside ("old"): nothing is ever dropped
 * for its name.
 */
const char *mo_plan_work_name(struct plan *plan, const char *what, const char *table);
/* Whether a change brings a constraint. */
bool mo_move_adds(const struct move *move, const struct constraint *constraint);
/*
 * Whether a full-text table, where the plan makes it, is filled from the table or view that has
 * its content: otherwise it would find nothing, and take a DELETE for damage.
 */
bool mo_plan_fills(const struct plan *plan, const struct virtual_table *table);
/*
 * The rows of a table of the goal that is written anew, once the hazards have asked them; else -1.
 */
long long mo_plan_rows(const struct plan *plan, const char *table);
/* Whether a plan has a hazard of that kind. */
bool mo_plan_says(const struct plan *plan, enum diag_id id);
/* What happens to an object, by its name after the renames; NULL where nothing does. */
const struct change *mo_plan_change(const struct plan *plan, enum kind kind, const char *name);
/*
 * Whether a hazard stops the plan: an error that holds, has no consent, and could be consented to
 * or not.
 */
bool mo_hazard_refuses(const struct hazard *hazard);
bool mo_hazard_holds(const struct hazard *hazard);
/* How many hazards of a plan do; none where there is no plan. */
int mo_plan_refusals(const struct plan *plan);
/*
 * Whether its hint is worth saying though nothing is refused: a rule that goes with a column can
 * be declared anew.
 */
bool mo_hazard_shows_hint(const struct hazard *hazard);
/* How many rows are in the way; -1 where none were counted. */
long long mo_hazard_rows(const struct hazard *hazard);
/* Whether consent can lift it: what SQLite itself would refuse cannot be allowed. */
bool mo_hazard_can_be_allowed(const struct hazard *hazard);

/*
 * What --allow takes to consent to it: "MD102:t.a", with an odd name in double quotes; in the
 * arena.
 */
char *mo_hazard_consent_words(struct arena *arena, const struct hazard *hazard);

/*
 * done.c: an expression that has run by the plan, and that a schema does not remember, in words;
 * NULL where there is none.
 */
const char *mo_plan_forgotten(const struct plan *plan, const struct schema *schema);
/* MD122: a table of the application's that a virtual one takes; how is what becomes of it. */
void mo_plan_add_prey(struct plan *plan, const struct prey *prey, const char *how);

/* The passes. */
void mo_plan_moves(struct plan *plan, const struct moult_options *options); /* strategy.c */
char *mo_plan_edited_text(struct plan *plan, const struct move *move);	    /* edit.c */
char *mo_plan_exchanged_text(struct plan *plan, const struct move *move);   /* edit.c */
char *mo_plan_bare_table(struct plan *plan, const struct move *move);	    /* exchange.c */
void mo_plan_sources(struct plan *plan, struct move *move);		    /* source.c */
/*
 * The query of the expected rows, of those alone for which a condition holds in the file as it is.
 */
char *mo_plan_expected_where(struct plan *plan, const struct move *move, const char *condition);
char *mo_plan_copy_from(struct plan *plan, const struct move *move);
/* What the copy calls the row that it reads. */
const char *mo_plan_copy_alias(const struct plan *plan, const struct move *move);
void mo_plan_repair(struct plan *plan); /* source.c: expressions that repair rows */
/* The rows of a table of the goal as they are given: move->given, or the table itself. */
const char *mo_plan_given(struct plan *plan, const struct table *table);
/* in_the_way.c: whether a constraint that is new or tighter concerns a column, NOT NULL aside. */
bool mo_plan_is_tighter(const struct plan *plan, const struct move *move,
			const struct column *column);
/* Whether the keys of an index, or which rows it has, depend on a column. */
bool mo_index_concerns(const struct index *index, const struct column *column);
/*
 * Queries (of char *) over move->given for the keys of rows that such constraints have something
 * against.
 */
void mo_plan_in_the_way(struct list *queries, struct plan *plan, const struct move *move,
			const struct column *column);
int mo_plan_aside(struct plan *plan, struct moult *m);			/* aside.c */
void mo_plan_steps(struct plan *plan);					/* steps.c */
void mo_plan_hazards(struct plan *plan);				/* hazards.c */
void mo_plan_row_hazards(struct plan *plan, const struct move *move);	/* hazard_rows.c */
void mo_plan_lost_hazards(struct plan *plan);				/* hazard_lost.c */
void mo_plan_raise_hazards(struct plan *plan, const struct move *move); /* hazard_raise.c */
void mo_plan_fill_hazards(struct plan *plan);				/* hazard_raise.c */
void mo_plan_index_hazards(struct plan *plan);				/* hazard_rows.c */
void mo_plan_key_hazards(struct plan *plan);				/* hazard_keys.c */
void mo_plan_version_hazards(struct plan *plan);			/* hazard_version.c */
void mo_plan_kept_hazards(struct plan *plan);				/* hazard_fill.c */
void mo_plan_rename_hazards(struct plan *plan);				/* hazard_rename.c */
/*
 * Adds MD103 where something is made that looks like a table or column that goes, or stays
 * undeclared.
 */
bool mo_plan_renamed_table(struct plan *plan, const struct object *former, bool stays);
bool mo_plan_renamed_column(struct plan *plan, const struct move *move, const struct column *former,
			    bool stays);
int mo_plan_consent(struct plan *plan, const char *allow, struct diags *diags); /* consent.c */

/*
 * What was decided of something that the document does not declare, or of a column of it; NULL
 * where nothing.
 */
const struct leftover *mo_plan_leftover(const struct plan *plan, const struct object *object,
					const struct column *column);
#define MO_HINT_RAISING                                                                \
	"correct these rows first, or have the expression pass over them with CASE WHEN " \
	"... THEN ... END"

/* A key whose expressions are computed for the rows of a table. */
struct key_asked {
	const char *label;
	const char *target;
	const struct list *terms;
	const char *where; /* of a partial index, or NULL */
	const struct moult_place *place;
};
void mo_plan_raise_key(struct plan *plan, const struct table *table, const struct key_asked *key);

/* Adds a hazard; NULL without memory.  The texts are the caller's, in the plan's arena. */
struct hazard *mo_plan_add_hazard(struct plan *plan, enum diag_id id, const char *object,
				  const char *target, const char *message);

#endif
