/* SPDX-License-Identifier: MIT */
/* test_connect.c: what the lines of integrity_check are about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "live/connect.h"

static void disk_is_told_from_file(void **state)
{
	(void)state;
	/* 266 is SQLITE_IOERR_READ, 7 SQLITE_NOMEM; 11 and 779 are SQLITE_CORRUPT, which is of the file. */
	assert_int_equal(mo_unread_code("*** in database main ***\n"
					"Page 5: unable to get the page. error code=266"),
			 SQLITE_IOERR_READ);
	assert_int_equal(mo_unread_code("Page 5: unable to get the page. error code=7"),
			 SQLITE_NOMEM);
	assert_int_equal(mo_unread_code("Tree 2 page 5: failed to get page 9"), SQLITE_IOERR);
	assert_int_equal(SQLITE_OK,
			 mo_unread_code("Page 5: unable to get the page. error code=11"));
	assert_int_equal(SQLITE_OK,
			 mo_unread_code("Page 5: btreeInitPage() returns error code 11"));
	assert_int_equal(SQLITE_OK,
			 mo_unread_code("Page 5: unable to get the page. error code=779"));
	assert_int_equal(SQLITE_OK, mo_unread_code("row 3 missing from index t_a"));
	assert_int_equal(SQLITE_OK, mo_unread_code("NULL value in t.error code="));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disk_is_told_from_file),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
