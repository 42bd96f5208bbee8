/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Long text in lines, Japanese and English: a line ends at a blank, or between two characters of
 * which one is a wide one, but not in front of a full stop or behind an opening bracket.
 */
#ifndef SEIKYO_ADMIN_WRAP_H
#define SEIKYO_ADMIN_WRAP_H

#include <stddef.h>
#include <stdio.h>

/*
 * Writes text, which is valid UTF-8 of our own, in lines of at most width columns; a word that is
 * longer stays whole. The first line goes on at column indent, the others begin there. A newline
 * in text begins a new line, with the blanks that stand behind it. None is written at the end.
 */
void seikyo_wrap_put(FILE *out, const char *text, size_t indent, size_t width);

#endif
