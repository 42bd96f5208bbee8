/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HTML leaves only through these: each name says the escaping. What they write goes to a buffer;
 * where memory runs out it is marked, and the page is not sent.
 */
#ifndef SEIKYO_CONSOLE_HTML_H
#define SEIKYO_CONSOLE_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/buffer.h"

/* Markup as it is: literals only. */
void html(struct seikyo_buffer *out, const char *markup);

/*
 * Text between tags, and the value of an attribute in double quotes: & < > " ' escaped, control
 * characters and those that turn the direction of writing replaced by U+FFFD.
 */
void html_txt(struct seikyo_buffer *out, const char *text);
void html_attr(struct seikyo_buffer *out, const char *text);

#define SEIKYO_HTML_TURN_LEN 3 /* bytes of one of these */

/*
 * True if text begins with a character that turns the direction of what follows (U+202A..U+202E,
 * U+2066..U+2069): in a name it would change how the rest of the line reads.
 */
bool seikyo_html_turns(const char *text);

/* A value in the query of an address, also inside an attribute (RFC 3986 section 2.3). */
void html_url_arg(struct seikyo_buffer *out, const char *text);

/* Bytes as lower-case hexadecimal digits. */
void html_hex(struct seikyo_buffer *out, const uint8_t *bytes, size_t len);

void html_number(struct seikyo_buffer *out, int64_t number);

#define SEIKYO_HTML_MOMENT_MAX 63 /* bytes */

/* Seconds since 1970 in Japan time, to the minute, in the page's language. 0, or -1: no such time.
 */
int seikyo_html_moment_text(int64_t seconds, char text[static SEIKYO_HTML_MOMENT_MAX + 1]);

/* The first whole minute that is not before it. */
int64_t seikyo_html_whole_minute(int64_t seconds);

/* Seconds since 1970 as a <time> in Japan time, to the minute. Nothing if it is no such time. */
void html_moment(struct seikyo_buffer *out, int64_t seconds);

/* The same for the end of a wait: a moment within a minute is shown as the next one. */
void html_moment_from(struct seikyo_buffer *out, int64_t seconds);

/* <NAME>text</NAME>, for th, td, dt, dd, p, h2, ... */
void html_element(struct seikyo_buffer *out, const char *name, const char *text);

#endif
