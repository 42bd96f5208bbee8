/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text for people: UTF-8 whatever the terminal's locale says, with the width that it takes there.
 */
#ifndef SEIKYO_ADMIN_TEXT_H
#define SEIKYO_ADMIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <libintl.h>

/* A sentence in the person's language, and one that is only marked for it (in a constant). */
#define _(sentence)  gettext(sentence)
#define N_(sentence) sentence

/*
 * Sets the character type to the locale of the environment if that is UTF-8, or else to C.UTF-8:
 * the database's text is UTF-8. Gives 0, or -1 if the machine has neither. The functions below
 * need it. The language is that of LC_ALL, LC_MESSAGES or LANG, in this order; not of LANGUAGE.
 */
int seikyo_text_locale(void);

/* Takes the translations from another folder than the built-in one. */
void seikyo_text_folder(const char *folder);

/* Turns to another language, "ja" or "en", whatever the environment says. */
void seikyo_text_language(const char *language);

/*
 * A text that came as data, such as a refusal's or a policy's meaning: in the person's language if
 * it is one of ours, or else as it is.
 */
const char *seikyo_text_known(const char *text);

/* True if text is valid UTF-8. */
bool seikyo_text_valid(const char *text);

/* Columns that seikyo_text_put takes for text; a Japanese character takes two. */
size_t seikyo_text_width(const char *text);

/*
 * Writes text with blanks behind it up to width columns. What a terminal would act upon (control
 * characters) or cannot show comes out as U+FFFD, so that a name cannot move the cursor.
 */
void seikyo_text_put(FILE *out, const char *text, size_t width);

/* Writes len bytes as lower-case hex digits and a NUL; out holds 2 * len + 1. */
void seikyo_text_hex(const uint8_t *bytes, size_t len, char *out);

/*
 * Reads exactly len bytes from hex digits of either case; colons between the bytes are taken, as
 * openssl prints them. Gives 0 or -1.
 */
int seikyo_text_unhex(const char *text, uint8_t *bytes, size_t len);

#endif
