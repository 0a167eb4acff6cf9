/* SPDX-License-Identifier: MIT */
/*
 * standing.h: where a file stands in a folder of releases, and what is before it, for the reports
 * of status and of history.
 *
 *	"folder": {
 *	  "path": "releases",
 *	  "found": true,                false: it stands nowhere there; a diagnostic says why
 *	  "release": "1_first",         null: before the first, or nowhere
 *	  "pending": [                  what apply would go through, the oldest first
 *	    {"release": "2_second", "steps": ["fold_mail"]}
 *	  ]
 *	}                               null: no folder was given
 */
#ifndef MOULT_REPORT_STANDING_H
#define MOULT_REPORT_STANDING_H

#include "report/style.h"

struct pending {
	const char *release;
	struct list steps; /* of char *: those that the file has no mark of */
};

struct standing {
	const char *folder; /* NULL: none was given */
	bool is_found;
	int at;		     /* the number of the release; MO_STANDS_BEFORE: before the first */
	const char *release; /* that; or NULL */
	struct list pending; /* of struct pending */
};

/* Nothing where there is no folder. */
void mo_say_standing(const struct style *style, const struct standing *standing);
void mo_json_standing(struct json *json, const struct standing *standing);

#endif
