/* SPDX-License-Identifier: MIT */
/*
 * decimal.h: reals that are next to a decimal number of 15 digits or fewer.
 *
 *	real   5.1               the binary number next to 5.1
 *	text  '5.1'              what SQLite makes of it, and what it reads as that real
 *
 * One real is next to such a number, and no other number of so few digits is as near to that real.  So
 * where the quotient of digits and power is the real, both ways are known without SQLite, which
 * takes a thousand instructions for one of them.  Only numbers that SQLite writes without an
 * exponent are told here.
 */
#ifndef MOULT_DIGEST_DECIMAL_H
#define MOULT_DIGEST_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sqlite3.h>

#define MO_NUMBER_TEXT 32 /* bytes of any number as SQLite writes it, and the end */

struct decimal {
	bool is_negative;
	sqlite3_int64 digits; /* less than 10^15; the last is no 0 behind the point */
	int behind;	      /* of them behind the point */
};

/* The number that a real is next to; false where there is none, or whoever reads it may differ. */
bool mo_decimal_find(struct decimal *decimal, double real);
/* The real that a text of digits and a point, with a sign or without, is next to; false likewise. */
bool mo_decimal_read(double *real, const char *text, size_t size);

/* As "%!.15g" and "%lld" write them; without an end.  How many bytes that are. */
size_t mo_decimal_write(char text[MO_NUMBER_TEXT], const struct decimal *decimal);
size_t mo_integer_write(char text[MO_NUMBER_TEXT], sqlite3_int64 integer);

#endif
