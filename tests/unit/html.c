/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include <stdlib.h>

#include "common/text.h"
#include "console/html.h"

static void check(struct seikyo_buffer *out, const char *wanted)
{
	assert_false(out->failed);
	seikyo_buffer_add(out, "", 1);
	assert_string_equal(out->text, wanted);
	seikyo_buffer_close(out);
}

static void markup_is_written_as_it_is(void **state)
{
	struct seikyo_buffer out = {0};

	(void)state;
	html(&out, "<p class=\"a\">&amp;</p>\n");
	check(&out, "<p class=\"a\">&amp;</p>\n");
}

static void text_cannot_become_markup(void **state)
{
	struct seikyo_buffer out = {0};

	(void)state;
	html_txt(&out, "<script>alert('1') && \"2\"</script>&lt;");
	check(&out, "&lt;script&gt;alert(&#39;1&#39;) &amp;&amp; &quot;2&quot;&lt;/script&gt;"
		    "&amp;lt;");
}

static void an_attribute_cannot_end_its_quotes(void **state)
{
	struct seikyo_buffer out = {0};

	(void)state;
	html_attr(&out, "\" onload=\"x' y='<>&");
	check(&out, "&quot; onload=&quot;x&#39; y=&#39;&lt;&gt;&amp;");
}

/* What no character of HTML stands for must not come out raw: none of ASCII but those here. */
static void every_ascii_character_is_itself_escaped_or_replaced(void **state)
{
	(void)state;
	for (int character = 1; character < 128; character++) {
		const char text[2] = {(char)character, '\0'};
		const bool is_special = strchr("&<>\"'", character) != NULL;
		const bool is_control = (character < 0x20 || character == 0x7f) &&
					character != '\n' && character != '\t';
		struct seikyo_buffer out = {0};

		html_txt(&out, text);
		assert_false(out.failed);
		if (is_control)
			assert_memory_equal(out.text, "\xef\xbf\xbd", out.len);
		else if (is_special)
			assert_true(out.len > 1 && out.text[0] == '&');
		else
			assert_true(out.len == 1 && out.text[0] == text[0]);
		seikyo_buffer_close(&out);
	}
}

/* U+202A to U+202E, U+2066 to U+2069: what stands behind them in a line would be read backwards. */
static void text_cannot_turn_the_direction_of_writing(void **state)
{
	(void)state;
	for (unsigned code = 0x2020; code <= 0x2070; code++) {
		const bool turns =
			(code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
		const char text[] = {'a',
				     (char)0xe2,
				     (char)(0x80 | (code >> 6 & 63)),
				     (char)(0x80 | (code & 63)),
				     'b',
				     '\0'};
		struct seikyo_buffer out = {0};

		assert_int_equal(seikyo_html_turns(text + 1), turns);
		html_txt(&out, text);
		check(&out, turns ? "a\xef\xbf\xbd"
				    "b"
				  : text);
	}
	assert_false(seikyo_html_turns(""));
	assert_false(seikyo_html_turns("\xe2"));
	assert_false(seikyo_html_turns("\xe2\x80"));
}

static void japanese_comes_out_as_it_was(void **state)
{
	struct seikyo_buffer out = {0};

	(void)state;
	html_txt(&out, "契約 株式会社見本 𠮷");
	check(&out, "契約 株式会社見本 𠮷");
}

static void a_value_in_an_address_cannot_end_there(void **state)
{
	struct seikyo_buffer out = {0};

	(void)state;
	html_url_arg(&out, "a-._~Z9&x=\"<' +%#?/ユ\r\n");
	check(&out, "a-._~Z9%26x%3D%22%3C%27%20%2B%25%23%3F%2F%E3%83%A6%0D%0A");
}

static void bytes_are_two_lower_case_digits_each(void **state)
{
	static const uint8_t bytes[] = {0x00, 0x0f, 0xa0, 0xff};
	struct seikyo_buffer out = {0};

	(void)state;
	html_hex(&out, bytes, sizeof(bytes));
	check(&out, "000fa0ff");
}

static void numbers_are_decimal(void **state)
{
	struct seikyo_buffer out = {0};

	(void)state;
	html_number(&out, 0);
	html_number(&out, -7);
	html_number(&out, INT64_MAX);
	check(&out, "0-79223372036854775807");
}

static void a_moment_is_japan_time_to_the_minute(void **state)
{
	struct seikyo_buffer out = {0};
	char text[SEIKYO_HTML_MOMENT_MAX + 1];

	(void)state;
	seikyo_text_language("en");
	/* 2026-11-22 11:50:59 UTC */
	assert_int_equal(seikyo_html_moment_text(1795348259, text), 0);
	assert_string_equal(text, "2026-11-22 20:50");
	html_moment(&out, 1795348259);
	assert_false(out.failed);
	seikyo_buffer_add(&out, "", 1);
	assert_non_null(strstr(out.text, "<time datetime=\"2026-11-22T"));
	assert_non_null(strstr(out.text, "\">2026-11-22 20:50</time>"));
	seikyo_buffer_close(&out);
}

static void no_moment_leaves_nothing(void **state)
{
	struct seikyo_buffer out = {0};
	char text[SEIKYO_HTML_MOMENT_MAX + 1];

	(void)state;
	assert_int_equal(seikyo_html_moment_text(INT64_C(1) << 50, text), -1);
	html_moment(&out, INT64_C(1) << 50);
	assert_int_equal(out.len, 0);
	seikyo_buffer_close(&out);
}

static void an_element_escapes_its_text(void **state)
{
	struct seikyo_buffer out = {0};

	(void)state;
	html_element(&out, "dd", "<b>&");
	check(&out, "<dd>&lt;b&gt;&amp;</dd>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(markup_is_written_as_it_is),
		UNIT(text_cannot_become_markup),
		UNIT(an_attribute_cannot_end_its_quotes),
		UNIT(every_ascii_character_is_itself_escaped_or_replaced),
		UNIT(text_cannot_turn_the_direction_of_writing),
		UNIT(japanese_comes_out_as_it_was),
		UNIT(a_value_in_an_address_cannot_end_there),
		UNIT(bytes_are_two_lower_case_digits_each),
		UNIT(numbers_are_decimal),
		UNIT(a_moment_is_japan_time_to_the_minute),
		UNIT(no_moment_leaves_nothing),
		UNIT(an_element_escapes_its_text),
	};

	return UNIT_RUN(tests);
}
