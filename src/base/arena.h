/* SPDX-License-Identifier: MIT */
/*
 * arena.h: memory that is given back all at once.
 *
 * There is one arena for each schema and each plan.  It stands on
 * sqlite3_malloc64, so that one hook fails the n-th allocation of everything.
 *
 * A failure is sticky: the call that fails returns NULL and so does every
 * later one, and mo_arena_rc() then says MOULT_TROUBLE.  Code that only
 * stores texts and lists may therefore run on and ask once at its end; a
 * struct that is written into is checked where it is made.
 */
#ifndef MOULT_BASE_ARENA_H
#define MOULT_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sqlite3.h>

struct arena;

struct arena *mo_arena_new(void); /* NULL without memory */
void mo_arena_free(struct arena *arena);
int mo_arena_rc(const struct arena *arena); /* 0, or MOULT_TROUBLE once an allocation has failed */

void *mo_arena_alloc(struct arena *arena, size_t size); /* zeroed */
#define mo_arena_make(arena, type) ((type *)mo_arena_alloc((arena), sizeof(type)))

char *mo_arena_text(struct arena *arena, const char *text); /* a copy; NULL gives NULL */
char *mo_arena_slice(struct arena *arena, const char *text, size_t length);
char *mo_arena_format(struct arena *arena, const char *format, ...); /* as sqlite3_mprintf */
char *mo_arena_vformat(struct arena *arena, const char *format, va_list args);
/* Finishes and frees a string builder (NULL counts as failed); an empty one gives "". */
char *mo_arena_take(struct arena *arena, sqlite3_str *text);

/* A growable array of pointers, in an arena. */
struct list {
	void **items;
	int count;
	int capacity;
};

void mo_list_add(struct arena *arena, struct list *list,
		 const void *item); /* failure is sticky in the arena */
void mo_list_remove(struct list *list, int index);
bool mo_list_has(const struct list *list, const void *item); /* the pointer itself */

/*
 * EACH (const struct column, column, &table->columns) ...: a loop over a list, with each item in
 * turn as a pointer of the type that is named.  break and continue do what they say.  The inner
 * loop is there for the declaration, and runs once.  The list is an expression without effects.
 */
#define EACH(type, item, list)                                                                 \
	for (int item##_at = 0, item##_is_due = 1; item##_is_due && item##_at < (list)->count; \
	     item##_at++, item##_is_due = !item##_is_due)                                      \
		for (type *item = (list)->items[item##_at]; item##_is_due; item##_is_due = 0)

#endif
