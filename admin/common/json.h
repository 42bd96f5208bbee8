/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON text in one buffer that leaves no copies behind: for what holds password hashes.
 */
#ifndef SEIKYO_ADMIN_JSON_H
#define SEIKYO_ADMIN_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* Begin with {0}, end with seikyo_json_close. */
struct seikyo_json {
	char *text; /* not NUL-terminated */
	size_t len;
	size_t room;
	bool failed; /* there was no memory: text is not all of it */
};

/* Puts text as it is: brackets, commas, names. */
void seikyo_json_put(struct seikyo_json *json, const char *text);

/* Puts text, valid UTF-8, as a string; NULL as null. */
void seikyo_json_string(struct seikyo_json *json, const char *text);

/* Wipes and frees. */
void seikyo_json_close(struct seikyo_json *json);

#endif
