/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tables that become cards on a narrow screen, and the way from page to page of a long list.
 */
#ifndef SEIKYO_CONSOLE_TABLE_H
#define SEIKYO_CONSOLE_TABLE_H

#include <stdint.h>

#include "console/console.h"

#define SEIKYO_TABLE_PAGE 50 /* rows */

/* Opens a table; names, translated, are those of its columns. */
void seikyo_table_begin(struct seikyo_buffer *out, const char *label, const char *const *names,
			size_t count);
void seikyo_table_end(struct seikyo_buffer *out);

/* Cells: the one that names the row, others, and opened ones, for html of one's own. */
void seikyo_table_name(struct seikyo_buffer *out, const char *text);
void seikyo_table_cell(struct seikyo_buffer *out, const char *label, const char *text);
void seikyo_table_open(struct seikyo_buffer *out, const char *label);

/* A word in colour: kind is "good", "warn", "bad" or "off". Words alone say all. */
void seikyo_table_state(struct seikyo_buffer *out, const char *kind, const char *text);

/* "1 to 50 of 1,234", and links to the other pages with the query's search and which kept. */
void seikyo_table_count(struct seikyo_visit *visit, uint32_t total, uint32_t shown);
void seikyo_table_pages(struct seikyo_visit *visit, uint32_t total);

/* Rows before the page that is asked for. */
uint32_t seikyo_table_from(const struct seikyo_visit *visit);

/* Appends "&name=value" of a field, escaped for an address; nothing if it was not sent. */
void seikyo_table_query(struct seikyo_visit *visit, enum seikyo_field field);

#endif
