/* SPDX-License-Identifier: MIT */
/* diag.c: see diag.h. */
#include "base/diag.h"

#include <errno.h>
#include <string.h>

const struct diag_kind mo_diag_kinds[DIAG_COUNT] = {
#define DIAGNOSTIC(id, severity, result, title) \
	[DIAG_##id] = {#id, MOULT_##severity, MOULT_##result, title},
#include "base/diagnostics.def"
#undef DIAGNOSTIC
};

int mo_diags_init(struct diags *diags)
{
	*diags = (struct diags){.arena = mo_arena_new()};
	return diags->arena ? MOULT_OK : MOULT_TROUBLE;
}

void mo_diags_done(struct diags *diags)
{
	mo_arena_free(diags->arena);
	*diags = (struct diags){0};
}

void mo_diags_clear(struct diags *diags)
{
	struct arena *fresh = mo_arena_new();

	diags->list = (struct list){0};
	diags->starved = false;
	if (fresh) {
		mo_arena_free(diags->arena);
		diags->arena = fresh;
	}
}

static struct moult_place copy_place(struct arena *arena, const struct moult_place *place)
{
	struct moult_place copy = *place;

	copy.file = mo_arena_text(arena, place->file);
	copy.source = mo_arena_text(arena, place->source);
	return copy;
}

static int add(struct diags *diags, enum diag_id id, const struct moult_place *place,
	       const char *object, const char *message)
{
	const struct diag_kind *kind = &mo_diag_kinds[id];
	moult_diagnostic *diagnostic = mo_arena_make(diags->arena, moult_diagnostic);

	if (!diagnostic) {
		diags->starved = true;
		return kind->result;
	}
	diagnostic->severity = kind->severity;
	diagnostic->id = kind->id;
	diagnostic->object = mo_arena_text(diags->arena, object);
	diagnostic->message = message ? message : kind->title;
	diagnostic->count = -1;
	if (place)
		diagnostic->want = copy_place(diags->arena, place);
	mo_list_add(diags->arena, &diags->list, diagnostic);
	return kind->result;
}

int mo_diag(struct diags *diags, enum diag_id id, const struct moult_place *place,
	    const char *object, const char *format, ...)
{
	va_list args;
	char *message;

	if (diags->stop == STOP_DEADLINE && (id == DIAG_RUN004 || id == DIAG_RUN014))
		return add(diags, DIAG_RUN015, NULL, NULL,
			   mo_arena_format(diags->arena,
					   "the deadline of %d ms passed; nothing is changed",
					   diags->deadline_ms));
	if (diags->stop == STOP_WISH && id == DIAG_RUN004)
		return add(diags, DIAG_RUN014, NULL, object, "interrupted; nothing is changed");
	va_start(args, format);
	message = mo_arena_vformat(diags->arena, format, args);
	va_end(args);
	return add(diags, id, place, object, message);
}

moult_diagnostic *mo_diag_last(struct diags *diags)
{
	return diags->list.count ? diags->list.items[diags->list.count - 1] : NULL;
}

static bool says_memory(struct diags *diags)
{
	const moult_diagnostic *last = mo_diag_last(diags);

	return last && strcmp(last->id, mo_diag_kinds[DIAG_RUN023].id) == 0;
}

int mo_diag_memory(struct diags *diags)
{
	return says_memory(diags)
		       ? MOULT_TROUBLE
		       : mo_diag(diags, DIAG_RUN023, NULL, NULL, "there is not enough memory");
}

bool mo_diag_is_starved(struct diags *diags)
{
	return diags->starved || says_memory(diags);
}

void mo_diag_have(struct diags *diags, const struct moult_place *place)
{
	moult_diagnostic *last = mo_diag_last(diags);

	if (last && place->file)
		last->have = copy_place(diags->arena, place);
}

void mo_diag_withdraw(struct diags *diags, const moult_diagnostic *diagnostic)
{
	for (int i = diags->list.count - 1; i >= 0; i--)
		if (diags->list.items[i] == diagnostic)
			mo_list_remove(&diags->list, i);
}

static void set_hint(struct diags *diags, const char *format, va_list args)
{
	moult_diagnostic *last = mo_diag_last(diags);

	last->hint = mo_arena_vformat(diags->arena, format, args);
	diags->starved = diags->starved || !last->hint;
}

void mo_diag_hint(struct diags *diags, const char *format, ...)
{
	va_list args;

	if (!mo_diag_last(diags))
		return;
	va_start(args, format);
	set_hint(diags, format, args);
	va_end(args);
}

void mo_diag_hint_of(struct diags *diags, enum diag_id id, const char *format, ...)
{
	const moult_diagnostic *last = mo_diag_last(diags);
	va_list args;

	if (!last || last->hint || strcmp(last->id, mo_diag_kinds[id].id) != 0)
		return;
	va_start(args, format);
	set_hint(diags, format, args);
	va_end(args);
}

int mo_diag_errno(struct diags *diags, enum diag_id id, const char *path, const char *doing)
{
	const int code = errno;
	char reason[128] = "";

	if (strerror_r(code, reason, sizeof(reason)) != 0)
		sqlite3_snprintf(sizeof(reason), reason, "error %d", code);
	return mo_diag(diags, id, NULL, path, "could not %s %s: %s", doing, path, reason);
}

int mo_diag_errors(const struct diags *diags, int from)
{
	int errors = 0;

	for (int i = from; i < diags->list.count; i++) {
		const moult_diagnostic *diagnostic = diags->list.items[i];

		errors += diagnostic->severity == MOULT_ERROR;
	}
	return errors;
}
