/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text that grows, in one piece of memory that leaves no copies behind: it may hold secrets.
 */
#ifndef SEIKYO_ADMIN_BUFFER_H
#define SEIKYO_ADMIN_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* Begin with {0}, end with seikyo_buffer_close. */
struct seikyo_buffer {
	char *text; /* not NUL-terminated; NULL while empty */
	size_t len;
	size_t room;
	bool failed; /* there was no memory: text is not all of it */
};

/* Appends text, or len bytes of it. */
void seikyo_buffer_put(struct seikyo_buffer *buffer, const char *text);
void seikyo_buffer_add(struct seikyo_buffer *buffer, const char *text, size_t len);

/* Wipes and frees. */
void seikyo_buffer_close(struct seikyo_buffer *buffer);

#endif
