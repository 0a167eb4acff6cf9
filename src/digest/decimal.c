/* SPDX-License-Identifier: MIT */
/* decimal.c: see decimal.h. */
#include "digest/decimal.h"

#include <float.h>
#include <string.h>

#define SPLIT 134217729.0 /* 2^27 + 1: half of the digits of a real */
#define BEYOND_DIGITS 1e15
#define LEAST 1e-4 /* what is less is written with an exponent */
#define MOST_BEHIND 18
/* Without them SQLite, until 3.42, writes a real digit by digit with the bits that the real has. */
#define HAS_MORE_BITS (LDBL_MANT_DIG > DBL_MANT_DIG)

/* ---- division ------------------------------------------------------------------------------ */

/* What a product lacks to be exact, by halves of its factors (Dekker, 1971). */
static double lack_of_product(double a, double b, double product)
{
	const double a_by = a * SPLIT, b_by = b * SPLIT;
	const double a_high = a_by - (a_by - a), b_high = b_by - (b_by - b);
	const double a_low = a - a_high, b_low = b - b_high;

	return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low);
}

static double next_real(double real)
{
	sqlite3_uint64 bits;

	memcpy(&bits, &real, sizeof(bits));
	bits++;
	memcpy(&real, &bits, sizeof(bits));
	return real;
}

/*
 * Whether the quotient is the real next to that of digits and power, so clearly that whoever divides
 * finds it.  SQLite divides with more bits than a real has, as many as the machine offers, and
 * rounds once more: what is in the middle between two reals may become the other one.  Eleven bits
 * more leave a thousandth of the way there.
 */
static bool is_clear(double quotient, double digits, double power)
{
	const double product = quotient * power;
	const double rest = digits - product - lack_of_product(quotient, power, product);
	const double most = 0.499 * (next_real(quotient) - quotient) * power;

	return rest >= -most && rest <= most;
}

/* ---- reals --------------------------------------------------------------------------------- */

bool mo_decimal_find(struct decimal *decimal, double real)
{
	const double size = real < 0 ? -real : real;
	double power = 1;

	if (FLT_EVAL_METHOD != 0 || !HAS_MORE_BITS || !(size < BEYOND_DIGITS) ||
	    (size < LEAST && size != 0))
		return false;
	for (int behind = 0; behind <= MOST_BEHIND; behind++, power *= 10) {
		const double scaled = size * power + 0.5;
		double digits;

		if (scaled >= BEYOND_DIGITS)
			return false;
		*decimal = (struct decimal){real < 0, (sqlite3_int64)scaled, behind};
		digits = (double)decimal->digits;
		if (digits / power == size)
			return is_clear(size, digits, power);
	}
	return false;
}

bool mo_decimal_read(double *real, const char *text, size_t size)
{
	const bool is_negative = size && *text == '-';
	const char *end = text + size;
	const char *first = text + (size && (*text == '-' || *text == '+'));
	double digits = 0, power = 1, quotient;
	bool is_behind = false;

	if (FLT_EVAL_METHOD != 0 || end - first > 16)
		return false;
	for (const char *at = first; at < end; at++) {
		if (*at >= '0' && *at <= '9') {
			digits = digits * 10 + (*at - '0');
			power *= is_behind ? 10 : 1;
		} else if (*at != '.') {
			return false;
		}
		is_behind |= *at == '.';
	}
	quotient = digits / power;
	if (!is_behind || !is_clear(quotient, digits, power))
		return false;
	*real = is_negative ? -quotient : quotient;
	return true;
}

/* ---- texts --------------------------------------------------------------------------------- */

/* At least so many digits of a number, zeros first. */
static char *put_digits(char *to, sqlite3_uint64 number, int least)
{
	char digits[20];
	int count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while ((number /= 10) || count < least);
	while (count)
		*to++ = digits[--count];
	return to;
}

size_t mo_decimal_write(char text[MO_NUMBER_TEXT], const struct decimal *decimal)
{
	const sqlite3_uint64 digits = (sqlite3_uint64)decimal->digits;
	sqlite3_uint64 power = 1;
	char *to = text;

	for (int i = 0; i < decimal->behind; i++)
		power *= 10;
	if (decimal->is_negative)
		*to++ = '-';
	to = put_digits(to, digits / power, 1);
	*to++ = '.';
	to = put_digits(to, digits % power, decimal->behind);
	return (size_t)(to - text);
}

size_t mo_integer_write(char text[MO_NUMBER_TEXT], sqlite3_int64 integer)
{
	const sqlite3_uint64 bits = (sqlite3_uint64)integer;
	char *to = text;

	if (integer < 0)
		*to++ = '-';
	return (size_t)(put_digits(to, integer < 0 ? 0 - bits : bits, 1) - text);
}
