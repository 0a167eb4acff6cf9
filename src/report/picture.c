/* SPDX-License-Identifier: MIT */
/* picture.c: see picture.h. */
#include "report/picture.h"

#include "base/text.h"
#include "diff/describe.h"
#include "sql/token.h"

const char *mo_seen(const char *name)
{
	return *name ? name : "\"\"";
}

/* ---- what becomes of it ---- */

/* Of a table or column by its name on this side; the later of two is the one to show. */
static void note(const struct picture *picture, enum mark *mark, const char **note, enum mark is,
		 const char *format, const char *name)
{
	*mark = *mark == MARK_NONE || is != MARK_CHANGE ? is : *mark;
	if (format)
		*note = mo_arena_format(picture->arena, format, name);
}

/* The name that a table or a column of have has after the renames; on the other side it has it. */
static const char *table_after(const struct picture *picture, const char *name)
{
	return picture->is_have ? mo_diff_present_table(picture->diff, name) : name;
}

static void mark_rename(const struct picture *picture, const struct rename *rename,
			const char *name, enum mark *mark, const char **words)
{
	if (mo_same_name(picture->is_have ? rename->have : rename->want, name))
		note(picture, mark, words, MARK_CHANGE, picture->is_have ? "becomes %s" : "was %s",
		     picture->is_have ? rename->want : rename->have);
}

static enum mark mark_of(const struct picture *picture, const struct change *change)
{
	if (change->verb == VERB_CHANGE)
		return MARK_CHANGE;
	if (change->verb == VERB_ADD)
		return picture->is_have ? MARK_NONE : MARK_ADD;
	return picture->is_have ? MARK_DROP : MARK_NONE;
}

static void mark_box(const struct picture *picture, struct box *box)
{
	const char *after = table_after(picture, box->name);

	EACH (const struct rename, rename, &picture->diff->renames) {
		if (!rename->table)
			mark_rename(picture, rename, box->name, &box->mark, &box->note);
		else if (mo_same_name(rename->table, after))
			note(picture, &box->mark, &box->note, MARK_CHANGE, NULL, NULL);
	}
	EACH (const struct change, change, &picture->diff->changes) {
		const struct object *object = mo_change_object(change);

		if (!object || object->kind != box->object->kind ||
		    !mo_same_name(object->name, after))
			continue;
		if (change->part != PART_OBJECT)
			note(picture, &box->mark, &box->note, MARK_CHANGE, NULL, NULL);
		else if (mark_of(picture, change))
			note(picture, &box->mark, &box->note, mark_of(picture, change), NULL, NULL);
	}
}

static bool is_in(const struct constraint *constraint, const char *column)
{
	return constraint && (mo_names_have(&constraint->columns, column) ||
			      mo_terms_have(&constraint->terms, column));
}

static void mark_line(const struct picture *picture, const char *table, struct box_line *line)
{
	const char *after = line->name;

	EACH (const struct rename, rename, &picture->diff->renames) {
		if (!rename->table || !mo_same_name(rename->table, table))
			continue;
		mark_rename(picture, rename, line->name, &line->mark, &line->note);
		if (picture->is_have && mo_same_name(rename->have, line->name))
			after = rename->want;
	}
	EACH (const struct change, change, &picture->diff->changes) {
		const struct object *object = mo_change_object(change);
		const struct column *column =
			change->want_column ? change->want_column : change->have_column;
		const struct constraint *constraint =
			picture->is_have ? change->have_constraint : change->want_constraint;

		if (!object || object->kind != KIND_TABLE || !mo_same_name(object->name, table))
			continue;
		if (change->part == PART_COLUMN && mo_same_name(column->object.name, after))
			note(picture, &line->mark, &line->note, mark_of(picture, change),
			     change->verb == VERB_CHANGE && !picture->is_have ? "%s" : NULL,
			     mo_change_text(picture->arena, picture->diff, change));
		else if (change->part == PART_CONSTRAINT && is_in(constraint, after))
			note(picture, &line->mark, &line->note, MARK_CHANGE, NULL, NULL);
	}
}

/* ---- boxes ---- */

/* Whether a key or an index is about that column alone. */
static bool is_alone(const struct list *terms, const char *column)
{
	return terms->count == 1 && mo_terms_have(terms, column);
}

static bool is_unique_by_index(const struct table *table, const char *column)
{
	EACH (const struct index, index, &table->object.indexes)
		if (index->unique && !index->where.text && is_alone(&index->terms, column))
			return true;
	return false;
}

static void add_line(const struct picture *picture, struct box *box, const struct table *table,
		     const struct column *column)
{
	struct box_line *line = mo_arena_make(picture->arena, struct box_line);
	const char *name = column->object.name;

	if (!line)
		return;
	*line = (struct box_line){.name = name,
				  .type = column->type.text ? column->type.text : "",
				  .is_not_null = mo_column_not_null(table, column) ||
						 column == mo_table_rowid_column(table),
				  .is_unique = is_unique_by_index(table, name)};
	EACH (const struct constraint, constraint, &table->constraints) {
		line->is_primary |= constraint->kind == CONSTRAINT_PRIMARY_KEY &&
				    mo_terms_have(&constraint->terms, name);
		line->is_unique |=
			constraint->kind == CONSTRAINT_UNIQUE && is_alone(&constraint->terms, name);
		line->is_foreign |= constraint->kind == CONSTRAINT_FOREIGN_KEY &&
				    mo_names_have(&constraint->columns, name);
	}
	if (box->mark == MARK_CHANGE)
		mark_line(picture, table_after(picture, box->name), line);
	mo_list_add(picture->arena, &box->lines, line);
}

static struct box *add_box(struct picture *picture, struct list *list, const struct object *object,
			   const char *name)
{
	struct box *box = mo_arena_make(picture->arena, struct box);

	if (!box)
		return NULL;
	*box = (struct box){.object = object, .name = name, .distance = -1};
	box->what = !object			 ? "not there"
		    : object->kind == KIND_TABLE ? NULL
						 : mo_kind_names[object->kind];
	if (object && picture->diff)
		mark_box(picture, box);
	mo_list_add(picture->arena, list, box);
	return box;
}

static void add_boxes(struct picture *picture, enum kind kind)
{
	EACH (const struct object, object, &picture->schema->sorted[kind]) {
		struct box *box = add_box(picture, &picture->of[kind], object, object->name);

		if (!box)
			return;
		if (kind != KIND_TABLE)
			continue;
		EACH (const struct column, column, &((const struct table *)object)->columns)
			add_line(picture, box, (const struct table *)object, column);
	}
}

static struct box *box_of(const struct picture *picture, const char *name)
{
	static const enum kind kinds[] = {KIND_TABLE, KIND_VIRTUAL, KIND_VIEW};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const int place = mo_schema_place(picture->schema, kinds[i], name);

		if (place >= 0 && place < picture->of[kinds[i]].count)
			return picture->of[kinds[i]].items[place];
	}
	return NULL;
}

/* Boxes of tables that are not there have the place of indexes, which have none. */
static struct box *parent_of(struct picture *picture, const char *name)
{
	struct box *box = box_of(picture, name);

	if (box)
		return box;
	EACH (struct box, missing, &picture->of[KIND_INDEX])
		if (mo_same_name(missing->name, name))
			return missing;
	return add_box(picture, &picture->of[KIND_INDEX], NULL, name);
}

/* ---- relations ---- */

static const struct box_line *line_of(const struct box *box, const char *name)
{
	EACH (const struct box_line, line, &box->lines)
		if (mo_same_name(line->name, name))
			return line;
	return NULL;
}

/* Whether no two rows agree in these columns. */
static bool covers(const struct list *terms, const struct list *columns)
{
	EACH (const struct term, term, terms)
		if (!term->column || !mo_names_have(columns, term->column))
			return false;
	return true;
}

static bool are_unique(const struct table *table, const struct list *columns)
{
	EACH (const struct index, index, &table->object.indexes)
		if (index->unique && !index->where.text && covers(&index->terms, columns))
			return true;
	EACH (const struct constraint, constraint, &table->constraints)
		if ((constraint->kind == CONSTRAINT_PRIMARY_KEY ||
		     constraint->kind == CONSTRAINT_UNIQUE) &&
		    covers(&constraint->terms, columns))
			return true;
	return false;
}

/* The first column that a foreign key refers to. */
static const struct box_line *key_of(const struct box *parent, const struct reference *reference)
{
	if (reference->columns.count)
		return line_of(parent, reference->columns.items[0]);
	EACH (const struct box_line, line, &parent->lines)
		if (line->is_primary)
			return line;
	return NULL;
}

static void add_relation(struct picture *picture, struct box *child,
			 const struct constraint *constraint)
{
	struct relation *relation = mo_arena_make(picture->arena, struct relation);
	struct box *parent = parent_of(picture, constraint->reference.table);
	const struct table *table = (const struct table *)child->object;

	if (!relation || !parent)
		return;
	*relation = (struct relation){.parent = parent,
				      .child = child,
				      .key = key_of(parent, &constraint->reference),
				      .is_single = are_unique(table, &constraint->columns),
				      .label = "",
				      .constraint = constraint};
	EACH (const char, name, &constraint->columns) {
		const struct box_line *line = line_of(child, name);

		relation->foreign = relation->foreign ? relation->foreign : line;
		relation->is_optional |= !line || !line->is_not_null;
		relation->label = mo_arena_format(picture->arena, "%s%s%s", relation->label,
						  name_at ? ", " : "", mo_seen(name));
	}
	mo_list_add(picture->arena, &picture->relations, relation);
}

static void add_readings(struct picture *picture, struct box *view)
{
	struct list reads = {0};

	mo_view_reads(&reads, picture->arena, picture->schema, (const struct view *)view->object);
	EACH (const struct object, object, &reads) {
		struct relation *relation = mo_arena_make(picture->arena, struct relation);

		if (!relation)
			return;
		*relation = (struct relation){
			.parent = box_of(picture, object->name), .child = view, .label = ""};
		mo_list_add(picture->arena, &picture->relations, relation);
	}
}

static void add_relations(struct picture *picture, bool with_views)
{
	EACH (struct box, box, &picture->of[KIND_TABLE]) {
		EACH (const struct constraint, constraint,
		      &((const struct table *)box->object)->constraints)
			if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
				add_relation(picture, box, constraint);
	}
	if (with_views)
		EACH (struct box, view, &picture->of[KIND_VIEW])
			add_readings(picture, view);
}

/* ---- what is shown ---- */

/* Whoever stands in a relation to what is shown is one further away. */
static void widen(const struct picture *picture, int distance)
{
	EACH (const struct relation, relation, &picture->relations) {
		struct box *a = relation->parent, *b = relation->child;

		if (a->distance == distance && b->distance < 0)
			b->distance = distance + 1;
		else if (b->distance == distance && a->distance < 0)
			a->distance = distance + 1;
	}
}

static void gather(struct picture *picture, int depth)
{
	static const enum kind order[] = {KIND_TABLE, KIND_VIRTUAL, KIND_INDEX, KIND_VIEW};
	struct list relations = picture->relations;

	for (int i = 0; i < depth && i < relations.count; i++)
		widen(picture, i);
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		EACH (struct box, box, &picture->of[order[i]])
			if (box->distance >= 0)
				mo_list_add(picture->arena, &picture->boxes, box);
	picture->relations = (struct list){0};
	EACH (struct relation, relation, &relations) {
		struct box *parent = relation->parent, *child = relation->child;

		if (parent->distance < 0 || child->distance < 0)
			continue;
		mo_list_add(picture->arena, &picture->relations, relation);
		mo_list_add(picture->arena, &parent->relations, relation);
		if (child != parent)
			mo_list_add(picture->arena, &child->relations, relation);
	}
}

/* The boxes of a kind from which the picture goes out. */
static void begin_with(struct list *boxes, bool marked_only)
{
	EACH (struct box, box, boxes)
		if (!marked_only || box->mark)
			box->distance = 0;
}

static void fill(struct picture *picture, bool with_views)
{
	add_boxes(picture, KIND_TABLE);
	add_boxes(picture, KIND_VIRTUAL);
	add_boxes(picture, KIND_VIEW);
	if (!mo_arena_rc(picture->arena))
		add_relations(picture, with_views);
}

void mo_picture_make(struct picture *picture, struct arena *arena, const struct schema *schema,
		     const moult_picture *options)
{
	struct box *start;

	*picture = (struct picture){
		.arena = arena, .schema = schema, .has_triggers = options->triggers};
	fill(picture, options->views);
	start = options->around ? box_of(picture, options->around) : NULL;
	if (start)
		start->distance = 0;
	if (options->around) {
		gather(picture, options->depth);
		return;
	}
	begin_with(&picture->of[KIND_TABLE], false);
	begin_with(&picture->of[KIND_VIRTUAL], false);
	begin_with(&picture->of[KIND_INDEX], false);
	if (options->views)
		begin_with(&picture->of[KIND_VIEW], false);
	gather(picture, 0);
}

void mo_picture_of_side(struct picture *picture, struct arena *arena, const struct diff *diff,
			bool is_have)
{
	*picture = (struct picture){.arena = arena,
				    .schema = is_have ? diff->have : diff->goal,
				    .diff = diff,
				    .is_have = is_have};
	fill(picture, false);
	begin_with(&picture->of[KIND_TABLE], true);
	begin_with(&picture->of[KIND_VIRTUAL], true);
	gather(picture, 1);
}

/* ---- words ---- */

const char *mo_trigger_words(struct arena *arena, const struct trigger *trigger)
{
	static const char *const timings[] = {[TIMING_BEFORE] = "BEFORE",
					      [TIMING_AFTER] = "AFTER",
					      [TIMING_INSTEAD_OF] = "INSTEAD OF"};
	static const char *const events[] = {
		[EVENT_INSERT] = "INSERT", [EVENT_DELETE] = "DELETE", [EVENT_UPDATE] = "UPDATE"};
	const char *words =
		mo_arena_format(arena, "%s %s", timings[trigger->timing], events[trigger->event]);

	EACH (const char, column, &trigger->columns)
		words = mo_arena_format(arena, "%s%s%s", words, column_at ? ", " : " OF ",
					mo_seen(column));
	return words;
}

void mo_view_reads(struct list *objects, struct arena *arena, const struct schema *schema,
		   const struct view *view)
{
	struct token token = mo_token_next(view->select.text);

	for (; token.kind != TOKEN_END && !mo_arena_rc(arena);
	     token = mo_token_next(token.text + token.length)) {
		const bool is_name = token.kind == TOKEN_WORD || token.kind == TOKEN_NAME;
		const char *name = is_name ? mo_token_unquote(arena, &token) : NULL;
		const struct object *object = name ? mo_schema_find_relation(schema, name) : NULL;

		if (object && object != &view->object && !mo_list_has(objects, object))
			mo_list_add(arena, objects, object);
	}
}
