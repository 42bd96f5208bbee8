/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include <stdlib.h>

#include "console/escape.h"

struct example {
	const char *text;
	const char *decoded;
};

/* On the heap, and not a byte longer: a read beyond its end is found. */
static int decode(const char *text, bool in_form, char out[64])
{
	char *copy = strdup(text);
	int result;

	assert_non_null(copy);
	result = seikyo_escape_decode(copy, in_form);
	assert_true(strlen(copy) < 64);
	strcpy(out, copy);
	free(copy);
	return result;
}

static void escapes_are_decoded(void **state)
{
	static const struct example examples[] = {
		{"", ""},
		{"abc", "abc"},
		{"%41%6a%6A", "Ajj"},
		{"%2541", "%41"},
		{"a%26b%3Dc", "a&b=c"},
		{"%e3%83%A6", "ユ"},
		{"%ff%01", "\xff\x01"},
		{"%0d%0a", "\r\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(examples); i++) {
		char out[64];

		assert_int_equal(decode(examples[i].text, true, out), 0);
		assert_string_equal(out, examples[i].decoded);
		assert_int_equal(decode(examples[i].text, false, out), 0);
		assert_string_equal(out, examples[i].decoded);
	}
}

static void a_plus_is_a_blank_in_forms_only(void **state)
{
	char out[64];

	(void)state;
	assert_int_equal(decode("a+b%2B+", true, out), 0);
	assert_string_equal(out, "a b+ ");
	assert_int_equal(decode("a+b%2B+", false, out), 0);
	assert_string_equal(out, "a+b++");
}

static void a_percent_sign_without_two_digits_is_refused(void **state)
{
	static const char *const texts[] = {"%",   "a%",  "%4",	 "a%4", "%g1", "%1g",	 "%%41",
					    "%4%", "% 1", "%+1", "%-1", "%0x", "%u0041", "ab%4"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		char out[64];

		if (decode(texts[i], true, out) == 0)
			fail_msg("'%s' was taken for '%s'", texts[i], out);
	}
}

static void a_nul_is_refused(void **state)
{
	static const char *const texts[] = {"%00", "a%00b", "%41%00"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		char out[64];

		assert_int_equal(decode(texts[i], true, out), -1);
		assert_int_equal(decode(texts[i], false, out), -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(escapes_are_decoded),
		UNIT(a_plus_is_a_blank_in_forms_only),
		UNIT(a_percent_sign_without_two_digits_is_refused),
		UNIT(a_nul_is_refused),
	};

	return UNIT_RUN(tests);
}
