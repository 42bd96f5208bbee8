/* SPDX-License-Identifier: GPL-2.0-only */
#include "common/json.h"

#include <stdio.h>

/* A character that a string cannot hold as it is (RFC 8259 section 7). */
static void put_escaped(struct seikyo_buffer *json, char character)
{
	char escaped[8];

	snprintf(escaped, sizeof(escaped), "\\u%04x", (unsigned)(unsigned char)character);
	seikyo_buffer_put(json, escaped);
}

void seikyo_json_string(struct seikyo_buffer *json, const char *text)
{
	if (!text) {
		seikyo_buffer_put(json, "null");
		return;
	}
	seikyo_buffer_put(json, "\"");
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == '"' || *text == '\\')
			put_escaped(json, *text);
		else
			seikyo_buffer_add(json, text, 1);
	}
	seikyo_buffer_put(json, "\"");
}
