/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every unit test needs: cmocka in TAP form, and fixed keys that are nobody's.
 */
#ifndef SEIKYO_UNIT_H
#define SEIKYO_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/err.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Runs a program's tests. */
#define UNIT_RUN(tests)                                                                            \
	(cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests(tests, NULL, NULL))

/* A test after which OpenSSL's queue of errors must be empty. */
#define UNIT(test) cmocka_unit_test_teardown(test, unit_no_errors_left)

static inline int unit_no_errors_left(void **state)
{
	unsigned long error = ERR_peek_error();

	(void)state;
	if (error != 0)
		print_error("OpenSSL's queue holds %s\n", ERR_error_string(error, NULL));
	ERR_clear_error();
	return error == 0 ? 0 : -1;
}

/* True if the len bytes at data are all zero. */
static inline int unit_wiped(const void *data, size_t len)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != 0)
			return 0;
	}
	return 1;
}

/* Fills out with start, start + 1, ... */
static inline void unit_count_up(uint8_t *out, size_t len, uint8_t start)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(start + i);
}

#endif
