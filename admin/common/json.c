/* SPDX-License-Identifier: GPL-2.0-only */
#include "common/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/secret.h"

/* Not realloc: it leaves what it moves. */
static bool make_room(struct seikyo_json *json, size_t more)
{
	size_t room = json->room ? json->room : 4096;
	char *text;

	if (json->failed)
		return false;
	if (json->len + more <= json->room)
		return true;
	while (room < json->len + more)
		room *= 2;
	text = malloc(room);
	json->failed = !text;
	if (!text)
		return false;
	if (json->len)
		memcpy(text, json->text, json->len);
	seikyo_secret_wipe(json->text, json->len);
	free(json->text);
	json->text = text;
	json->room = room;
	return true;
}

static void put(struct seikyo_json *json, const char *text, size_t len)
{
	if (!make_room(json, len))
		return;
	memcpy(json->text + json->len, text, len);
	json->len += len;
}

void seikyo_json_put(struct seikyo_json *json, const char *text)
{
	put(json, text, strlen(text));
}

/* A character that a string cannot hold as it is (RFC 8259 section 7). */
static void put_escaped(struct seikyo_json *json, char character)
{
	char escaped[8];

	snprintf(escaped, sizeof(escaped), "\\u%04x", (unsigned)(unsigned char)character);
	seikyo_json_put(json, escaped);
}

void seikyo_json_string(struct seikyo_json *json, const char *text)
{
	if (!text) {
		seikyo_json_put(json, "null");
		return;
	}
	put(json, "\"", 1);
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == '"' || *text == '\\')
			put_escaped(json, *text);
		else
			put(json, text, 1);
	}
	put(json, "\"", 1);
}

void seikyo_json_close(struct seikyo_json *json)
{
	seikyo_secret_wipe(json->text, json->len);
	free(json->text);
	*json = (struct seikyo_json){0};
}
