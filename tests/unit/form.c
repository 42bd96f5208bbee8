/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include <stdlib.h>

#include "common/text.h"
#include "console/form.h"

#define CHARACTERS 300 /* of any text */
#define ALL	   ((UINT32_C(1) << SEIKYO_FIELDS) - 1)

/* Those that hold no text. */
#define NUMBER_FIELDS SEIKYO_FIELD_BIT(PAGE)

static struct seikyo_form form;

/* The text is on the heap, without a NUL: a read beyond its end is found. */
static int read_bytes(const char *text, size_t len, uint32_t allowed)
{
	char *copy = malloc(len ? len : 1);
	int result;

	assert_non_null(copy);
	memcpy(copy, text, len);
	seikyo_form_wipe(&form);
	result = seikyo_form_read(&form, copy, len, allowed);
	free(copy);
	return result;
}

static int read_text(const char *text)
{
	return read_bytes(text, strlen(text), ALL);
}

static int wipe(void **state)
{
	seikyo_form_wipe(&form);
	assert_true(unit_wiped(&form, sizeof(form)));
	return unit_no_errors_left(state);
}

static void fields_are_read_by_their_names(void **state)
{
	(void)state;
	assert_int_equal(read_text("login_id=a&password=b+c%2B&code=%EF%BC%91"), 0);
	assert_string_equal(seikyo_form_text(&form, SEIKYO_FIELD_LOGIN_ID), "a");
	assert_string_equal(seikyo_form_text(&form, SEIKYO_FIELD_PASSWORD), "b c+");
	assert_string_equal(seikyo_form_text(&form, SEIKYO_FIELD_CODE), "１");
	assert_null(form.values[SEIKYO_FIELD_MAIL]);
	assert_string_equal(seikyo_form_text(&form, SEIKYO_FIELD_MAIL), "");
}

static void a_name_in_escapes_is_the_same_name(void **state)
{
	(void)state;
	assert_int_equal(read_text("%63ode=1"), 0);
	assert_string_equal(seikyo_form_text(&form, SEIKYO_FIELD_CODE), "1");
	assert_int_equal(read_text("code=1&%63ode=1"), -1);
}

static void nothing_sent_is_no_error(void **state)
{
	(void)state;
	assert_int_equal(read_text(""), 0);
	for (size_t i = 0; i < SEIKYO_FIELDS; i++)
		assert_null(form.values[i]);
	assert_int_equal(form.user_count, 0);
	assert_int_equal(seikyo_form_page(&form), 1);
}

static void an_escaped_ampersand_parts_no_fields(void **state)
{
	(void)state;
	assert_int_equal(read_text("mail=a%26code%3D1"), 0);
	assert_string_equal(seikyo_form_text(&form, SEIKYO_FIELD_MAIL), "a&code=1");
	assert_null(form.values[SEIKYO_FIELD_CODE]);
}

static void only_the_first_equals_sign_ends_the_name(void **state)
{
	(void)state;
	assert_int_equal(read_text("mail=a=b="), 0);
	assert_string_equal(seikyo_form_text(&form, SEIKYO_FIELD_MAIL), "a=b=");
}

static void what_is_no_pair_is_refused(void **state)
{
	static const char *const texts[] = {"code",	      "&", "code=1&", "&code=1",
					    "code=1&&mail=a", "=", "=1",      "code=1&mail",
					    "code;mail=a"};

	(void)state;
	/* Browsers send no ampersand at the end; one that comes all the same adds nothing. */
	for (size_t i = 0; i < COUNT(texts); i++)
		if (strcmp(texts[i], "code=1&") != 0)
			assert_int_equal(read_text(texts[i]), -1);
	assert_int_equal(read_text("code=1&"), 0);
}

static void unknown_names_are_refused(void **state)
{
	static const char *const texts[] = {"x=1",  "Code=1",  "code =1",
					    "co=1", "codes=1", " code=1"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(read_text(texts[i]), -1);
}

static void a_field_that_the_page_does_not_take_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < SEIKYO_FIELDS; i++) {
		const uint32_t bit = UINT32_C(1) << i;
		const char *value = "aa";
		char text[128];

		if (bit & NUMBER_FIELDS)
			value = "1";
		else if (i == SEIKYO_FIELD_CSRF)
			value = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
		else if (i == SEIKYO_FIELD_ATTEMPT || i == SEIKYO_FIELD_TICKET)
			value = "0123456789abcdef0123456789abcdef";
		else if (i == SEIKYO_FIELD_APP_USER_ID)
			value = "0123456789";
		snprintf(text, sizeof(text), "%s=%s", seikyo_form_name((enum seikyo_field)i),
			 value);
		if (read_bytes(text, strlen(text), bit) != 0)
			fail_msg("'%s' is refused where it may be", text);
		if (read_bytes(text, strlen(text), ALL & ~bit) == 0)
			fail_msg("'%s' is taken where it may not be", text);
	}
}

static void a_field_sent_twice_is_refused(void **state)
{
	(void)state;
	assert_int_equal(read_text("code=1&code=1"), -1);
	assert_int_equal(read_text("code=1&mail=a&code=2"), -1);
	assert_int_equal(read_text("code=&code=1"), -1);
	assert_int_equal(read_text("user=a&user=b"), 0);
}

static void a_hundred_users_can_be_named_and_no_more(void **state)
{
	char text[SEIKYO_FORM_USERS_MAX * 12 + 12] = "";

	(void)state;
	for (size_t i = 0; i < SEIKYO_FORM_USERS_MAX; i++)
		sprintf(text + strlen(text), "%suser=u%zu", i ? "&" : "", i);
	assert_int_equal(read_text(text), 0);
	assert_int_equal(form.user_count, SEIKYO_FORM_USERS_MAX);
	assert_string_equal(form.users[0], "u0");
	assert_string_equal(form.users[SEIKYO_FORM_USERS_MAX - 1], "u99");
	assert_null(form.values[SEIKYO_FIELD_USER]);
	strcat(text, "&user=u100");
	assert_int_equal(read_text(text), -1);
}

static void bad_escapes_and_nul_are_refused(void **state)
{
	static const char *const texts[] = {"code=%",	 "code=%4",   "code=%g0", "code=%00",
					    "code=1%00", "%00code=1", "code%=1",  "co%de=1"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(read_text(texts[i]), -1);
	assert_int_equal(read_bytes("code=1\0", 7, ALL), -1);
	assert_int_equal(read_bytes("code=1\0&mail=a", 14, ALL), -1);
	assert_int_equal(read_bytes("\0", 1, ALL), -1);
}

static void control_characters_are_refused(void **state)
{
	(void)state;
	for (unsigned byte = 1; byte < 128; byte++) {
		const bool is_control = byte < 0x20 || byte == 0x7f;
		char text[16];

		snprintf(text, sizeof(text), "mail=a%%%02xb", byte);
		if (read_text(text) != (is_control ? -1 : 0))
			fail_msg("'%s' is %s", text, is_control ? "taken" : "refused");
	}
	assert_int_equal(read_text("mail=a\r\nb"), -1);
	assert_int_equal(read_text("mail=a\tb"), -1);
}

static void what_is_no_utf_8_is_refused(void **state)
{
	static const char *const values[] = {
		"%80",
		"%e9",
		"%c0%80",
		"%c1%bf",
		"%e0%80%af",
		"%e3%81",
		"%ed%a0%80",
		"%ed%bf%bf",
		"%ed%a0%bd%ed%b8%80",
		"%f0%80%80%af",
		"%f4%90%80%80",
		"%fe",
		"%ff",
		"%f8%88%80%80%80",
		"\xe9",
		"\x8e\xa9",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++) {
		char text[64];

		snprintf(text, sizeof(text), "mail=a%sb", values[i]);
		if (read_text(text) == 0)
			fail_msg("'%s' is taken", text);
	}
	assert_int_equal(read_text("mail=%e3%83%a6%f0%a0%ae%b7"), 0);
	assert_string_equal(seikyo_form_text(&form, SEIKYO_FIELD_MAIL), "ユ𠮷");
}

/* Those whose greatest length only text of several bytes a character reaches. */
static bool is_text(size_t field)
{
	return seikyo_form_max((enum seikyo_field)field) > CHARACTERS &&
	       field != SEIKYO_FIELD_STATE;
}

/* Reads a field of len bytes of its kind. */
static int read_long(size_t field, size_t len)
{
	char *text = malloc(len + 64);
	size_t at;
	size_t end;
	int result;

	assert_non_null(text);
	at = (size_t)sprintf(text, "%s=", seikyo_form_name((enum seikyo_field)field));
	end = at + len;
	for (; is_text(field) && at + 4 <= end; at += 4)
		memcpy(text + at, "𠮷", 4);
	memset(text + at, '1', end - at);
	text[end] = '\0';
	result = read_text(text);
	free(text);
	return result;
}

static void every_field_has_its_greatest_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < SEIKYO_FIELDS; i++) {
		const size_t max = seikyo_form_max((enum seikyo_field)i);

		if (read_long(i, max) != ((UINT32_C(1) << i) & NUMBER_FIELDS ? -1 : 0))
			fail_msg("%s: its greatest length", seikyo_form_name((enum seikyo_field)i));
		assert_int_equal(read_long(i, max + 1), -1);
		assert_int_equal(read_long(i, max + 2), -1);
		assert_int_equal(read_long(i, 60000), -1);
	}
}

static void text_has_300_characters_at_most(void **state)
{
	char text[CHARACTERS + 8] = "mail=";

	(void)state;
	memset(text + 5, 'a', CHARACTERS);
	assert_int_equal(read_text(text), 0);
	strcat(text, "a");
	assert_int_equal(read_text(text), -1);
}

static void a_hidden_value_is_lower_case_digits_of_its_length(void **state)
{
	static const char *const bad[] = {
		"attempt=",
		"attempt=0123456789abcdef0123456789abcde",
		"attempt=0123456789abcdef0123456789abcdef0",
		"attempt=0123456789abcdef0123456789abcdeF",
		"attempt=0123456789abcdef0123456789abcde+",
		"attempt=01:3456789abcdef0123456789abcdef",
		"state=a",
		"state=abc",
		"state=zz",
		"csrf=00",
	};
	uint8_t bytes[16];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (read_text(bad[i]) == 0)
			fail_msg("'%s' is taken", bad[i]);
	assert_int_equal(read_text("attempt=0123456789abcdef0123456789abcdef"), 0);
	assert_int_equal(seikyo_form_bytes(&form, SEIKYO_FIELD_ATTEMPT, bytes, sizeof(bytes)), 16);
	assert_memory_equal(bytes,
			    "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef", 16);
}

static void bytes_that_have_no_room_are_not_given(void **state)
{
	uint8_t bytes[4] = {0};

	(void)state;
	assert_int_equal(read_text("state=0102030405"), 0);
	assert_int_equal(seikyo_form_bytes(&form, SEIKYO_FIELD_STATE, bytes, sizeof(bytes)), 0);
	assert_true(unit_wiped(bytes, sizeof(bytes)));
	assert_int_equal(read_text("state=01020304"), 0);
	assert_int_equal(seikyo_form_bytes(&form, SEIKYO_FIELD_STATE, bytes, sizeof(bytes)), 4);
	assert_int_equal(seikyo_form_bytes(&form, SEIKYO_FIELD_TICKET, bytes, sizeof(bytes)), 0);
}

static void a_page_is_a_number_from_1_to_a_million(void **state)
{
	static const char *const bad[] = {
		"page=",	"page=0",   "page=-1",	 "page=1.5", "page=+1",
		"page=1000001", "page=0x1", "page=1%20", "page=１",  "page=99999999999999999999"};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (read_text(bad[i]) == 0)
			fail_msg("'%s' is taken", bad[i]);
	assert_int_equal(read_text("page=1000000"), 0);
	assert_int_equal(seikyo_form_page(&form), 1000000);
	assert_int_equal(read_text("page=7"), 0);
	assert_int_equal(seikyo_form_page(&form), 7);
}

static void an_empty_user_is_none(void **state)
{
	(void)state;
	assert_int_equal(read_text("user="), -1);
	assert_int_equal(read_text("user=a&user="), -1);
}

struct width {
	const char *typed;
	const char *taken;
};

static void full_width_characters_are_taken_as_half_width(void **state)
{
	static const struct width widths[] = {
		{"123456", "123456"},
		{"１２３４５６", "123456"},
		{"　１２３456　", "123456"},
		{"  123456  ", "123456"},
		{"１２３ ４５６", "123 456"},
		{"ａＺ！～", "aZ!~"},
		{"一二三", "一二三"},
		{"①１", "①1"},
		{"｡１", "｡1"},	    /* U+FF61: behind the last of them */
		{"＀１", "＀1"}, /* U+FF00: before the first */
		{"", ""},
		{"　 ", ""},
		{"𝟏1", "𝟏1"},
	};
	char out[65];

	(void)state;
	for (size_t i = 0; i < COUNT(widths); i++) {
		char text[128];

		snprintf(text, sizeof(text), "code=%s", widths[i].typed);
		for (char *blank = strchr(text, ' '); blank; blank = strchr(text, ' '))
			*blank = '+';
		assert_int_equal(read_text(text), 0);
		seikyo_form_half_width(&form, SEIKYO_FIELD_CODE, out);
		assert_string_equal(out, widths[i].taken);
	}
}

static void digits_are_ascii_digits_in_their_number(void **state)
{
	(void)state;
	assert_true(seikyo_form_is_digits("1234", 4, 8));
	assert_true(seikyo_form_is_digits("00000000", 4, 8));
	assert_false(seikyo_form_is_digits("123", 4, 8));
	assert_false(seikyo_form_is_digits("123456789", 4, 8));
	assert_false(seikyo_form_is_digits("", 4, 8));
	assert_false(seikyo_form_is_digits("12a4", 4, 8));
	assert_false(seikyo_form_is_digits("12 4", 4, 8));
	assert_false(seikyo_form_is_digits("-1234", 4, 8));
	assert_false(seikyo_form_is_digits("１２", 4, 8));
}

/* Whatever comes: it is read or refused, and what is read keeps to the rules. */
static void no_bytes_get_past_the_rules(void **state)
{
	static const char bytes[] = "code=user&page%0123456789abcdef+\0\xe3\x81\x82\xff;";
	unsigned random = 1;
	size_t read = 0;

	(void)state;
	for (unsigned run = 0; run < 20000; run++) {
		char text[24];
		int at = 0;

		if (run % 2)
			at = sprintf(text, "code=");
		for (size_t i = (size_t)at; i < sizeof(text); i++) {
			random = random * 1103515245u + 12345u;
			text[i] = bytes[(random >> 16) % (sizeof(bytes) - 1)];
		}
		if (read_bytes(text, 8 + run % 16, ALL) != 0)
			continue;
		read++;
		assert_null(strpbrk(seikyo_form_text(&form, SEIKYO_FIELD_CODE), "\n\r\t"));
		assert_true(seikyo_text_valid(seikyo_form_text(&form, SEIKYO_FIELD_CODE)));
	}
	assert_true(read > 100);
}

#define TEST(test) cmocka_unit_test_teardown(test, wipe)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fields_are_read_by_their_names),
		TEST(a_name_in_escapes_is_the_same_name),
		TEST(nothing_sent_is_no_error),
		TEST(an_escaped_ampersand_parts_no_fields),
		TEST(only_the_first_equals_sign_ends_the_name),
		TEST(what_is_no_pair_is_refused),
		TEST(unknown_names_are_refused),
		TEST(a_field_that_the_page_does_not_take_is_refused),
		TEST(a_field_sent_twice_is_refused),
		TEST(a_hundred_users_can_be_named_and_no_more),
		TEST(bad_escapes_and_nul_are_refused),
		TEST(control_characters_are_refused),
		TEST(what_is_no_utf_8_is_refused),
		TEST(every_field_has_its_greatest_length),
		TEST(text_has_300_characters_at_most),
		TEST(a_hidden_value_is_lower_case_digits_of_its_length),
		TEST(bytes_that_have_no_room_are_not_given),
		TEST(a_page_is_a_number_from_1_to_a_million),
		TEST(an_empty_user_is_none),
		TEST(full_width_characters_are_taken_as_half_width),
		TEST(digits_are_ascii_digits_in_their_number),
		TEST(no_bytes_get_past_the_rules),
	};

	if (seikyo_text_locale() < 0)
		return 1;
	return UNIT_RUN(tests);
}
