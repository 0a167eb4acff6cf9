/* SPDX-License-Identifier: MIT */
/*
 * brought.h: words that people bring from SQL and from other schema languages, and what to write here.
 *
 *	pk="true"		another name for what there is: did you mean primary-key?
 *	nullable="false"	the same in other words: write not-null="true"
 *	<drop table="t"/>	an element that is called otherwise: write <dropped table="t"/>
 *	<index><column/></index>	what stands in another place: write columns="a" in <index>
 *
 * Every hint can be followed to the letter.
 */
#ifndef MOULT_XML_BROUGHT_H
#define MOULT_XML_BROUGHT_H

#include "xml/reader.h"

/* Whether a text is another word for true or false, and for which. */
bool mo_word_is_flag(const char *text, bool *value);

/* The attribute of the element that is meant by a word from elsewhere; else NULL. */
const char *mo_word_means(enum element element, const char *word);

/*
 * What to write for an attribute that its element does not have, and for an element that its parent
 * does not take; NULL where the word is none of these.
 */
const char *mo_word_attribute(struct reader *r, const xmlNode *node, const xmlAttr *attribute);
const char *mo_word_element(struct reader *r, const xmlNode *parent, const xmlNode *node);
/* Whether the hint for an element before it in its parent was for this one too. */
bool mo_word_is_said(const xmlNode *node);

/* Whether a word from elsewhere stands for the attribute, or for the "text", that is missing. */
bool mo_word_stands_for(const xmlNode *node, const char *missing);

/* A value as it stands in the document, so that it can stand in double quotes; "..." for a long one. */
void mo_word_append(sqlite3_str *out, const char *raw, size_t length);

#endif
