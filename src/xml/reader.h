/* SPDX-License-Identifier: MIT */
/*
 * reader.h: what the parts of the document's reader share.
 *
 * A document goes through them in this order, and a file that it includes
 * goes through the first three at the place of its <include>:
 *
 *	load.c	   text -> tree with places
 *	validate.c names, values and forms, held against the table of language.c
 *	read*.c	   tree -> model; clause.c makes the pieces of SQL
 *	claims.c   over the whole model: what is declared twice, what was what
 *
 * All go on after a mistake, so that one run finds as many as it can.
 */
#ifndef MOULT_XML_READER_H
#define MOULT_XML_READER_H

#include "model/schema.h"
#include "xml/document.h"
#include "xml/language.h"
#include "xml/load.h"

#define MO_MISTAKES_LIMIT 100
#define MO_PRAGMAS 7

struct reader {
	struct schema *schema;
	struct arena *scratch; /* for what is not needed after the run */
	struct diags *diags;
	int first; /* the run's first diagnostic */
	const struct document_source *source;
	struct file *file;			/* the one that is being read */
	struct list files;			/* of struct file, all of them */
	size_t size;				/* bytes of all files */
	struct moult_place pragmas[MO_PRAGMAS]; /* where each attribute of <pragma> was said */
};

/* reader.c: whether there are so many mistakes that more would not help. */
bool mo_reader_is_full(const struct reader *r);

/* "column t.a" for what stands in it; NULL outside of all objects. */
const char *mo_reader_path(struct reader *r, const xmlNode *node);
struct moult_place mo_reader_place(const struct reader *r,
				   const xmlNode *node); /* of an element's tag */
struct moult_place mo_reader_attribute_place(const struct reader *r, const xmlAttr *attribute);
struct moult_place mo_reader_value_place(const struct reader *r, const xmlAttr *attribute);

/* A copy without the space around it. */
char *mo_trim(struct arena *arena, const char *text);

/* validate.c: the tree of r->file; sets the rule of each tag.  False where the root is wrong. */
bool mo_check_tree(struct reader *r);

/* read.c: loads, checks and reads one file into the schema. */
void mo_read_file(struct reader *r, struct file *file, const char *name, const char *text,
		  size_t size);

/* read_table.c */
void mo_read_table_element(struct reader *r, const xmlNode *node);

/* read.c: the parts that stand in tables and at the top. */
void mo_read_index_element(struct reader *r, const xmlNode *node, const char *table);
void mo_read_trigger_element(struct reader *r, const xmlNode *node, const char *table);
void mo_read_dropped_element(struct reader *r, const xmlNode *node, const char *table);

/* read_data.c */
void mo_read_allow_element(struct reader *r, const xmlNode *node);
void mo_read_require_element(struct reader *r, const xmlNode *node);
void mo_read_step_element(struct reader *r, const xmlNode *node);

/* include.c */
void mo_read_include(struct reader *r, const xmlNode *node);
/*
 * The bytes of the file that the href of an element names, by the rules of <include>; NULL, said
 * why, where it cannot be read.  A file may be read more than once.
 */
char *mo_read_beside(struct reader *r, const xmlNode *node, const char **path, size_t *size);

/* read_rows.c */
void mo_read_rows_element(struct reader *r, const xmlNode *node, const char *table);

/* check_rows.c: the rows of all tables, when these are known. */
void mo_check_rows(struct reader *r);

/* claims.c */
void mo_check_claims(struct reader *r);

#endif
