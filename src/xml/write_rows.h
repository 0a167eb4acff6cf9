/* SPDX-License-Identifier: MIT */
/* write_rows.h: declared rows as elements. */
#ifndef MOULT_XML_WRITE_ROWS_H
#define MOULT_XML_WRITE_ROWS_H

#include "model/schema.h"
#include "xml/printer.h"

/* The <rows> of a table, inside parent; nothing where it declares none. */
void mo_write_rows(struct block *parent, const struct schema *schema, const struct table *table);

#endif
