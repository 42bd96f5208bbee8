/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include "core/typed.h"

#define TEXT(literal)                                                                              \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

struct text {
	const char *bytes;
	size_t len;
};

static void check(const struct text *texts, size_t count, bool expected)
{
	for (size_t i = 0; i < count; i++) {
		if (seikyo_typed_valid(texts[i].bytes, texts[i].len) != expected)
			fail_msg("text %zu was %s", i, expected ? "refused" : "taken");
	}
}

static void ascii_japanese_and_the_edges_of_utf8_are_taken(void **state)
{
	static const struct text texts[] = {
		TEXT("a"),
		TEXT("\x01"),
		TEXT("\x7f"),
		TEXT("tanaka01 "),
		TEXT("パスワード"),
		TEXT("\xc2\x80"),
		TEXT("\xdf\xbf"),
		TEXT("\xe0\xa0\x80"),
		TEXT("\xed\x9f\xbf"),
		TEXT("\xee\x80\x80"),
		TEXT("\xef\xbf\xbf"),
		TEXT("\xf0\x90\x80\x80"),
		TEXT("\xf4\x8f\xbf\xbf"),
		TEXT("x\xf0\x9f\x94\x91y"),
	};

	(void)state;
	check(texts, COUNT(texts), true);
}

static void overlong_forms_are_refused(void **state)
{
	static const struct text texts[] = {
		TEXT("\xc0\x80"),	  TEXT("\xc0\xaf"),
		TEXT("\xc1\xbf"),	  TEXT("\xe0\x80\x80"),
		TEXT("\xe0\x9f\xbf"),	  TEXT("\xf0\x80\x80\x80"),
		TEXT("\xf0\x8f\xbf\xbf"), TEXT("\xf8\x88\x80\x80\x80"),
	};

	(void)state;
	check(texts, COUNT(texts), false);
}

static void surrogates_are_refused(void **state)
{
	static const struct text texts[] = {
		TEXT("\xed\xa0\x80"),
		TEXT("\xed\xbf\xbf"),
		TEXT("\xed\xa0\xbd\xed\xb4\x91"),
	};

	(void)state;
	check(texts, COUNT(texts), false);
}

static void what_lies_beyond_unicode_is_refused(void **state)
{
	static const struct text texts[] = {
		TEXT("\xf4\x90\x80\x80"),
		TEXT("\xf5\x80\x80\x80"),
		TEXT("\xfe"),
		TEXT("\xff"),
	};

	(void)state;
	check(texts, COUNT(texts), false);
}

static void broken_sequences_are_refused(void **state)
{
	static const struct text texts[] = {
		TEXT("\x80"),	       TEXT("a\xbf"),
		TEXT("\xc2"),	       TEXT("\xc2 "),
		TEXT("\xe3\x81"),      TEXT("\xe3\x81z"),
		TEXT("\xe3z\x82"),     TEXT("\xf0\x9f\x94"),
		TEXT("\xf0\x9f\x94z"), TEXT("\xf0\x9f\xc0\x91"),
		TEXT("\x83p\x83X"), /* Shift_JIS */
	};

	(void)state;
	check(texts, COUNT(texts), false);
}

static void nul_is_refused_wherever_it_stands(void **state)
{
	static const struct text texts[] = {TEXT("\0"), TEXT("\0a"), TEXT("a\0b"), TEXT("ab\0")};

	(void)state;
	check(texts, COUNT(texts), false);
}

static void one_to_128_bytes_are_taken_and_no_others(void **state)
{
	char text[130];

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_false(seikyo_typed_valid(text, 0));
	assert_false(seikyo_typed_valid(NULL, 0));
	assert_true(seikyo_typed_valid(text, 1));
	assert_true(seikyo_typed_valid(text, 128));
	assert_false(seikyo_typed_valid(text, 129));
	assert_false(seikyo_typed_valid(text, 130));
}

static void a_character_cut_at_byte_128_is_refused(void **state)
{
	char text[130];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text + 126, "\xe3\x81\x82", 3);
	assert_false(seikyo_typed_valid(text, 128));
	memcpy(text + 125, "\xe3\x81\x82", 3);
	assert_true(seikyo_typed_valid(text, 128));
}

static void where_nothing_is_there_is_no_character(void **state)
{
	(void)state;
	assert_int_equal(seikyo_typed_character("a", 1), 1);
	assert_int_equal(seikyo_typed_character("a", 0), 0);
}

static void the_code_is_split_from_the_end(void **state)
{
	(void)state;
	assert_int_equal(seikyo_typed_split("secret123456", 12, 6), 6);
	assert_int_equal(seikyo_typed_split("secret12345678", 14, 8), 6);
	assert_int_equal(seikyo_typed_split("secret12345678", 14, 6), 8);
	assert_int_equal(seikyo_typed_split("x123456", 7, 6), 1);
	assert_int_equal(seikyo_typed_split("1234567", 7, 6), 1);
	assert_int_equal(seikyo_typed_split("\xe3\x81\x82"
					    "123456",
					    9, 6),
			 3);
}

static void without_a_code_or_a_password_there_is_no_split(void **state)
{
	(void)state;
	assert_int_equal(seikyo_typed_split("123456", 6, 6), 0);
	assert_int_equal(seikyo_typed_split("12345", 5, 6), 0);
	assert_int_equal(seikyo_typed_split("", 0, 6), 0);
	assert_int_equal(seikyo_typed_split("secret12345", 11, 6), 0);
	assert_int_equal(seikyo_typed_split("secret12345x", 12, 6), 0);
	assert_int_equal(seikyo_typed_split("secretx12345", 12, 6), 0);
	assert_int_equal(seikyo_typed_split("secret123456 ", 13, 6), 0);
	assert_int_equal(seikyo_typed_split("secret12345\0", 12, 6), 0);
	assert_int_equal(seikyo_typed_split("secret12345\xef\xbc\x96", 14, 6), 0);
	assert_int_equal(seikyo_typed_split("secret", 6, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(ascii_japanese_and_the_edges_of_utf8_are_taken),
		UNIT(overlong_forms_are_refused),
		UNIT(surrogates_are_refused),
		UNIT(what_lies_beyond_unicode_is_refused),
		UNIT(broken_sequences_are_refused),
		UNIT(nul_is_refused_wherever_it_stands),
		UNIT(one_to_128_bytes_are_taken_and_no_others),
		UNIT(a_character_cut_at_byte_128_is_refused),
		UNIT(where_nothing_is_there_is_no_character),
		UNIT(the_code_is_split_from_the_end),
		UNIT(without_a_code_or_a_password_there_is_no_split),
	};

	return UNIT_RUN(tests);
}
