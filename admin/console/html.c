/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/html.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/moment.h"
#include "common/text.h"

#define REPLACEMENT "\xef\xbf\xbd"

void html(struct seikyo_buffer *out, const char *markup)
{
	seikyo_buffer_put(out, markup);
}

/* What stands for a character that means something in HTML, or that a page must not hold. */
static const char *entity(char character)
{
	switch (character) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\n':
	case '\t':
		return NULL;
	default:
		return (unsigned char)character < 0x20 || character == 0x7f ? REPLACEMENT : NULL;
	}
}

bool seikyo_html_turns(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;

	if (bytes[0] != 0xe2)
		return false;
	return (bytes[1] == 0x80 && bytes[2] >= 0xaa && bytes[2] <= 0xae) ||
	       (bytes[1] == 0x81 && bytes[2] >= 0xa6 && bytes[2] <= 0xa9);
}

void html_txt(struct seikyo_buffer *out, const char *text)
{
	for (; *text; text++) {
		const char *escaped = entity(*text);

		if (seikyo_html_turns(text)) {
			seikyo_buffer_put(out, REPLACEMENT);
			text += SEIKYO_HTML_TURN_LEN - 1;
		} else if (escaped) {
			seikyo_buffer_put(out, escaped);
		} else {
			seikyo_buffer_add(out, text, 1);
		}
	}
}

void html_attr(struct seikyo_buffer *out, const char *text)
{
	html_txt(out, text);
}

void html_url_arg(struct seikyo_buffer *out, const char *text)
{
	static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					 "0123456789-._~";

	for (; *text; text++) {
		char escaped[4];

		if (strchr(unreserved, *text)) {
			seikyo_buffer_add(out, text, 1);
			continue;
		}
		snprintf(escaped, sizeof(escaped), "%%%02X", (unsigned)(unsigned char)*text);
		seikyo_buffer_put(out, escaped);
	}
}

void html_hex(struct seikyo_buffer *out, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		const char pair[2] = {digits[bytes[i] >> 4], digits[bytes[i] & 15]};

		seikyo_buffer_add(out, pair, sizeof(pair));
	}
}

void html_number(struct seikyo_buffer *out, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, number);
	seikyo_buffer_put(out, text);
}

void html_moment(struct seikyo_buffer *out, int64_t seconds)
{
	char iso[SEIKYO_MOMENT_LEN + 1];
	char text[SEIKYO_HTML_MOMENT_MAX + 1];

	if (seikyo_html_moment_text(seconds, text) < 0 ||
	    seikyo_moment_iso(seconds * SEIKYO_SECOND, iso) < 0)
		return;
	html(out, "<time datetime=\"");
	html_attr(out, iso);
	html(out, "\">");
	html_txt(out, text);
	html(out, "</time>");
}

void html_moment_from(struct seikyo_buffer *out, int64_t seconds)
{
	html_moment(out, seikyo_html_whole_minute(seconds));
}

int64_t seikyo_html_whole_minute(int64_t seconds)
{
	return seconds % 60 ? seconds + 60 - seconds % 60 : seconds;
}

int seikyo_html_moment_text(int64_t seconds, char text[static SEIKYO_HTML_MOMENT_MAX + 1])
{
	char japan[SEIKYO_MOMENT_LEN + 1];

	if (seconds > INT64_MAX / SEIKYO_SECOND || seconds < INT64_MIN / SEIKYO_SECOND ||
	    seikyo_moment_japan(seconds * SEIKYO_SECOND, japan) < 0)
		return -1;
	/* Year, month, day and time are pieces of 2026-11-22 20:50:00. */
	snprintf(text, SEIKYO_HTML_MOMENT_MAX + 1, _("%1$.4s-%2$.2s-%3$.2s %4$.5s"), japan,
		 japan + 5, japan + 8, japan + 11);
	return 0;
}

void html_element(struct seikyo_buffer *out, const char *name, const char *text)
{
	html(out, "<");
	html(out, name);
	html(out, ">");
	html_txt(out, text);
	html(out, "</");
	html(out, name);
	html(out, ">");
}
