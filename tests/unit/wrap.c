/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/wrap.h"

static void check(const char *text, size_t indent, size_t width, const char *wanted)
{
	char *lines = NULL;
	size_t len;
	FILE *out = open_memstream(&lines, &len);

	assert_non_null(out);
	seikyo_wrap_put(out, text, indent, width);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(lines, wanted);
	free(lines);
}

static void a_line_ends_at_a_blank(void **state)
{
	(void)state;
	check("one two three", 0, 7, "one two\nthree");
	check("one two three", 0, 6, "one\ntwo\nthree");
	check("one two three", 0, 13, "one two three");
	check("", 0, 10, "");
}

static void a_long_word_stays_whole(void **state)
{
	(void)state;
	check("a incomprehensible b", 0, 5, "a\nincomprehensible\nb");
	check("incomprehensible", 0, 5, "incomprehensible");
}

static void further_lines_begin_at_the_indent(void **state)
{
	(void)state;
	check("one two three", 4, 11, "one two\n    three");
}

static void a_newline_keeps_what_stands_behind_it(void **state)
{
	(void)state;
	check("one\n\n  two three", 0, 11, "one\n\n  two three");
	check("one\n  two three", 0, 10, "one\n  two\nthree");
	check("one\ntwo", 2, 10, "one\n  two");
}

static void wide_characters_part_anywhere_and_take_two_columns(void **state)
{
	(void)state;
	check("利用停止解除", 0, 8, "利用停止\n解除");
	check("利用停止解除", 0, 9, "利用停止\n解除");
	check("利用OTP停止", 0, 7, "利用OTP\n停止");
	check("利用OTP停止", 0, 6, "利用\nOTP停\n止");
}

static void no_line_begins_with_a_full_stop(void **state)
{
	(void)state;
	check("利用停止。解除", 0, 8, "利用停\n止。解除");
	check("利用（停止）解除", 0, 6, "利用\n（停\n止）解\n除");
	check("A社（B）です", 0, 4, "A社\n（B）\nです");
}

static void invalid_bytes_end(void **state)
{
	(void)state;
	check("caf\xe9 x", 0, 4, "caf\xe9\nx");
	check("\xe5\x88", 0, 4, "\xe5\x88");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_line_ends_at_a_blank),
		UNIT(a_long_word_stays_whole),
		UNIT(further_lines_begin_at_the_indent),
		UNIT(a_newline_keeps_what_stands_behind_it),
		UNIT(wide_characters_part_anywhere_and_take_two_columns),
		UNIT(no_line_begins_with_a_full_stop),
		UNIT(invalid_bytes_end),
	};

	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		return 1;
	return UNIT_RUN(tests);
}
