/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reply-Message: what the person is told, in Japanese or English.
 */
#ifndef SEIKYO_MESSAGE_H
#define SEIKYO_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "login.h"

#define SEIKYO_MESSAGE_MAX 253 /* bytes of an attribute's value (RFC 2865 section 5) */

/* Writes the reply's message as UTF-8, at most SEIKYO_MESSAGE_MAX bytes and a NUL. */
void seikyo_message_write(const struct seikyo_login_reply *reply, bool english,
			  char out[static SEIKYO_MESSAGE_MAX + 1]);

/* Shortens text to at most max bytes without cutting a character in two. Gives its length. */
size_t seikyo_message_fit(const char *text, size_t max);

#endif
