/* SPDX-License-Identifier: MIT */
/*
 * scenario.h: what is done while the power is cut: migrations and ways back,
 * on the disk in memory.
 */
#ifndef MOULT_TESTS_TORTURE_SCENARIO_H
#define MOULT_TESTS_TORTURE_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "disk.h"
#include "moult.h"

#define DATABASE DISK_FOLDER "/app.db"

/*
 * All but the first are done on a file that was migrated, and written to since; the last three with its values
 * kept.  DEED_RETURN is the migration once more, of a file that went back and parked rows by that.
 */
enum deed { DEED_MIGRATION, DEED_ROLLBACK, DEED_DOWNGRADE, DEED_FINISH, DEED_RETURN };

struct scenario {
	const char *name;
	const char *have; /* SQL; it may read the table n(n, r), of a number and something random */
	const char *want; /* the document */
	const char *
		then; /* SQL, once it is migrated, whose rows are parked by going back; NULL: none */
	const char *since;	      /* the same, once it went back, for DEED_RETURN */
	enum deed deed;		      /* what is done */
	bool is_new;		      /* there is no file before */
	const char *needs;	      /* a compile-time option of SQLite, or NULL */
	const char *begin;	      /* pragmas of a new file, or NULL */
	const moult_options *options; /* what changes the plan; NULL: the usual */
	/* in many transactions: between them the file has a way on, and a way back */
	bool is_gradual;
	const char *mode;	/* the only one of the journal; NULL: each */
	const char *short_mode; /* the same, in the short form */
	bool has_steps; /* that may not run twice, and run again where a rollback has undone them */
	/*
	 * What another connection writes at each call of progress, where moult lets it; and what makes all
	 * that it wrote as it was, before a state is compared.
	 */
	const char *writes, *calm;
	bool is_for_long; /* it is much like another: in the short form only where it is named */
};

extern const struct scenario scenarios[];
extern const int scenario_count;

/* A scenario made ready: the disk before, and what its content is before and after. */
struct stage {
	const struct scenario *scenario;
	const char *mode; /* of the journal */
	uint64_t seed;
	int rows;
	int page_size;
	int cache; /* pages; a small one spills in the middle of the transaction */
	moult *m;
	moult_schema *want;
	struct disk *disk;
	uint64_t before;
	uint64_t after;
	long long history_before; /* rows of _moult_history */
	long long history_after;
	long long history_made; /* of the file as it was made: what the backup holds */
	long long changes;	/* of the disk, when nothing goes wrong */
	bool makes_backup;	/* of an empty file there is none */
	sqlite3 *writer;	/* of a scenario with writes */
	sqlite3 *db;		/* the first connection of a call: the one that writes */
	const char *expect;	/* the ID of a plan, or NULL */
	sqlite3 **intruder;	/* is opened right after the library's, and makes a table */
	bool intruder_is_late;	/* it leaves its transaction open */
	int stop_at;		/* the call of progress that interrupts; 0: none */
	int calls;		/* of progress */
};

/* What a file is found to hold. */
struct content {
	bool sound; /* integrity_check says so */
	uint64_t digest;
	long long history;
};

/* What a call came to. */
struct outcome {
	int rc;
	int steps;
	char backup[128]; /* its path, or "" */
	char said[256];	  /* the last diagnostic */
};

bool stage_open(struct stage *stage); /* false where it cannot be: then the reason was printed */
void stage_close(struct stage *stage);

/* The call under test, on whatever the disk holds. */
struct outcome stage_run(struct stage *stage);
struct outcome stage_migrate(struct stage *stage);
struct outcome stage_roll_back(struct stage *stage);
/* What was begun and is not ended is given up. */
struct outcome stage_abandon(struct stage *stage);

/* By integrity_check. */
bool content_is_sound(sqlite3 *db);
/* What a plain SQLite sees of a stage's file; no file is an empty one. */
struct content content_of(const struct stage *stage);

#endif
