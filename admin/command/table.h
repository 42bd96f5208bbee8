/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a procedure gives, kept as JSON and printed as such or as a table for people. Columns are
 * found by their names, so that a procedure may give more of them later.
 */
#ifndef SEIKYO_COMMAND_TABLE_H
#define SEIKYO_COMMAND_TABLE_H

#include <stddef.h>

#include <jansson.h>

#include "command/command.h"
#include "store/call.h"

enum seikyo_kind {
	SEIKYO_KIND_TEXT,
	SEIKYO_KIND_WORDS, /* of ours: English in JSON, in the person's language in a table */
	SEIKYO_KIND_NUMBER,
	SEIKYO_KIND_YES_NO,
	SEIKYO_KIND_MOMENT, /* UTC; shown in Japan time, and the heading says so */
	SEIKYO_KIND_HEX,    /* bytes */
};

struct seikyo_column {
	const char *name; /* the procedure's, and JSON's */
	const char *heading;
	enum seikyo_kind kind;
};

/* Open one with SEIKYO_TABLE, close it with seikyo_table_close. */
struct seikyo_table {
	const struct seikyo_column *columns;
	size_t count;
	json_t *rows; /* array of objects */
};

/* A table over an array of at most SEIKYO_CALL_COLUMNS_MAX columns. */
#define SEIKYO_TABLE(array)                                                                        \
	{                                                                                          \
		(array), sizeof(array) / sizeof((array)[0]), json_array()                          \
	}

/* A seikyo_row_fn whose context is the table. Fails if a column is missing or of another kind. */
int seikyo_table_row(void *table, const struct seikyo_value *values, const char *const *names,
		     size_t count);

/* Prints all rows: an array, or a table with headings. */
void seikyo_table_print(const struct seikyo_context *context, const struct seikyo_table *table);

/* Prints the first row, if there is one: an object, or a line for each column. */
void seikyo_table_print_one(const struct seikyo_context *context, const struct seikyo_table *table);

/* Frees the rows. */
void seikyo_table_close(struct seikyo_table *table);

#endif
