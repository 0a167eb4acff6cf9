/* SPDX-License-Identifier: MIT */
/*
 * handle.h: the moult * of the public interface: diagnostics and callbacks.
 * All floors may look at it; only src/moult.c makes one.
 */
#ifndef MOULT_BASE_HANDLE_H
#define MOULT_BASE_HANDLE_H

#include "base/diag.h"
#include "moult.h"

struct moult {
	struct diags diags;
	moult_on_progress *on_progress;
	void *progress_context;
	moult_on_open *on_open;
	void *open_context;
	moult_on_confirm *on_confirm;
	void *confirm_context;
	moult_on_draw *on_draw;
	void *draw_context;
	struct arena *memory; /* of inputs; NULL: nothing was read yet */
	struct list inputs;   /* of char *: the files that were read (live/input.h) */
	int width; /* columns of a line of a report in text */
	int deadline_ms;      /* that the run may take (live/watch.h); 0: as long as it needs */
	sqlite3_int64 until;  /* when that is over */
	/* when the callback was asked last, by a connection that nobody watches otherwise */
	sqlite3_int64 asked;
	struct buffered *buffered; /* live/buffered.h; NULL: not yet needed */
	struct neighbours *neighbours; /* backup/neighbours.h; NULL: nobody asked yet */
	bool settled; /* what is left to do is not broken off any more */
};

#endif
