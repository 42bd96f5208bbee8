/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Percent-encoding (RFC 3986 section 2.1; forms: the URL standard's urlencoded parser).
 */
#ifndef SEIKYO_CONSOLE_ESCAPE_H
#define SEIKYO_CONSOLE_ESCAPE_H

#include <stdbool.h>

/*
 * Decodes text in place; in_form: '+' is a blank. Gives 0, or -1: a '%' without two digits, or a
 * NUL.
 */
int seikyo_escape_decode(char *text, bool in_form);

#endif
