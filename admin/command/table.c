/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/moment.h"
#include "common/text.h"

static const char TEXT_YES[] = N_("yes");
static const char TEXT_NO[] = N_("no");
static const char TEXT_NULL[] = "-";
static const char TEXT_ZONE[] = N_(" (JST)");
static const char TEXT_SECONDS[] = N_("%+.3f s");

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define CELL_MAX    128		   /* bytes of a cell that is not a text of its own */

/* A login id is stored as bytes; in the rare case that they are no UTF-8, JSON cannot hold them. */
static json_t *replaced_text(const char *bytes, size_t len)
{
	char *text = malloc(len * strlen(REPLACEMENT) + 1);
	size_t used = 0;
	json_t *json;

	if (!text)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)bytes[i] < 0x80) {
			text[used++] = bytes[i];
			continue;
		}
		memcpy(text + used, REPLACEMENT, strlen(REPLACEMENT));
		used += strlen(REPLACEMENT);
	}
	json = json_stringn(text, used);
	free(text);
	return json;
}

static json_t *json_from_text(const struct seikyo_value *value)
{
	char digits[24];
	json_t *json;

	if (value->type == SEIKYO_VALUE_INTEGER) {
		snprintf(digits, sizeof(digits), "%" PRId64, value->integer);
		return json_string(digits);
	}
	json = json_stringn(value->bytes, value->len);
	return json ? json : replaced_text(value->bytes, value->len);
}

/* Counts may come as DECIMAL, which is text. Gives 0 or -1. */
static int number_of(const struct seikyo_value *value, int64_t *number)
{
	char *end;

	*number = value->integer;
	if (value->type == SEIKYO_VALUE_INTEGER)
		return 0;
	errno = 0;
	*number = strtoll(value->bytes, &end, 10);
	return errno || end == value->bytes || *end ? -1 : 0;
}

static json_t *json_from_moment(const struct seikyo_value *value)
{
	char iso[SEIKYO_MOMENT_LEN + 1];
	int64_t microseconds;

	if (value->type != SEIKYO_VALUE_BYTES ||
	    seikyo_moment_parse(value->bytes, &microseconds) < 0 ||
	    seikyo_moment_iso(microseconds, iso) < 0)
		return NULL;
	return json_string(iso);
}

static json_t *json_from_bytes(const struct seikyo_value *value)
{
	char hex[2 * 64 + 1];

	if (value->type != SEIKYO_VALUE_BYTES || value->len > 64)
		return NULL;
	seikyo_text_hex(value->bytes, value->len, hex);
	return json_string(hex);
}

static json_t *json_from(const struct seikyo_value *value, enum seikyo_kind kind)
{
	int64_t number;

	if (value->type == SEIKYO_VALUE_NULL)
		return json_null();
	switch (kind) {
	case SEIKYO_KIND_TEXT:
	case SEIKYO_KIND_WORDS:
		return json_from_text(value);
	case SEIKYO_KIND_NUMBER:
		return number_of(value, &number) < 0 ? NULL : json_integer(number);
	case SEIKYO_KIND_YES_NO:
		return number_of(value, &number) < 0 ? NULL : json_boolean(number != 0);
	case SEIKYO_KIND_MOMENT:
		return json_from_moment(value);
	case SEIKYO_KIND_HEX:
		return json_from_bytes(value);
	}
	return NULL;
}

static const struct seikyo_value *find_value(const char *name, const struct seikyo_value *values,
					     const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return &values[i];
	return NULL;
}

int seikyo_table_row(void *context, const struct seikyo_value *values, const char *const *names,
		     size_t count)
{
	struct seikyo_table *table = context;
	json_t *row = json_object();

	for (size_t i = 0; i < table->count; i++) {
		const struct seikyo_column *column = &table->columns[i];
		const struct seikyo_value *value = find_value(column->name, values, names, count);

		/* Takes NULL for a value that could not be made, and fails then. */
		if (!value ||
		    json_object_set_new(row, column->name, json_from(value, column->kind)) < 0) {
			json_decref(row);
			return -1;
		}
	}
	return json_array_append_new(table->rows, row);
}

/* "2026-11-22T11:50:00Z", which we made ourselves, as Japan time. */
static void japan_from_iso(const char *iso, char cell[static CELL_MAX])
{
	char utc[SEIKYO_MOMENT_LEN + 1];
	int64_t microseconds;

	snprintf(utc, sizeof(utc), "%.10s %.8s", iso, iso + 11);
	if (seikyo_moment_parse(utc, &microseconds) < 0 ||
	    seikyo_moment_japan(microseconds, cell) < 0)
		snprintf(cell, CELL_MAX, "%s", iso);
}

/* The cell's text: the row's own, or made in cell. */
static const char *cell_text(const json_t *row, const struct seikyo_column *column,
			     char cell[static CELL_MAX])
{
	const json_t *value = json_object_get(row, column->name);

	if (json_is_boolean(value))
		return json_is_true(value) ? _(TEXT_YES) : _(TEXT_NO);
	if (json_is_string(value) && column->kind == SEIKYO_KIND_WORDS)
		return seikyo_text_known(json_string_value(value));
	if (json_is_string(value) && column->kind != SEIKYO_KIND_MOMENT)
		return json_string_value(value);
	if (json_is_string(value))
		japan_from_iso(json_string_value(value), cell);
	else if (json_is_integer(value))
		snprintf(cell, CELL_MAX, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		snprintf(cell, CELL_MAX, _(TEXT_SECONDS), json_real_value(value));
	else
		return TEXT_NULL;
	return cell;
}

static const char *heading_text(const struct seikyo_column *column, char cell[static CELL_MAX])
{
	snprintf(cell, CELL_MAX, "%s%s", _(column->heading),
		 column->kind == SEIKYO_KIND_MOMENT ? _(TEXT_ZONE) : "");
	return cell;
}

static size_t column_width(const struct seikyo_table *table, size_t i)
{
	char cell[CELL_MAX];
	size_t width = seikyo_text_width(heading_text(&table->columns[i], cell));
	size_t index;
	json_t *row;

	json_array_foreach(table->rows, index, row)
	{
		const size_t taken = seikyo_text_width(cell_text(row, &table->columns[i], cell));

		width = taken > width ? taken : width;
	}
	return width;
}

/* Numbers stand at the right, texts at the left; nothing is put behind the last column. */
static void print_cell(const struct seikyo_table *table, size_t i, size_t width, const char *text)
{
	const bool right = table->columns[i].kind == SEIKYO_KIND_NUMBER;
	const bool last = i + 1 == table->count;

	if (right)
		printf("%*s", (int)(width - seikyo_text_width(text)), "");
	seikyo_text_put(stdout, text, right || last ? 0 : width);
	fputs(last ? "\n" : "  ", stdout);
}

static void print_json(const json_t *json)
{
	json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
	putchar('\n');
}

static void print_rows(const struct seikyo_table *table)
{
	size_t widths[SEIKYO_CALL_COLUMNS_MAX];
	char cell[CELL_MAX];
	size_t index;
	json_t *row;

	for (size_t i = 0; i < table->count; i++)
		widths[i] = column_width(table, i);
	for (size_t i = 0; i < table->count; i++)
		print_cell(table, i, widths[i], heading_text(&table->columns[i], cell));
	json_array_foreach(table->rows, index, row)
	{
		for (size_t i = 0; i < table->count; i++)
			print_cell(table, i, widths[i], cell_text(row, &table->columns[i], cell));
	}
}

void seikyo_table_print(const struct seikyo_context *context, const struct seikyo_table *table)
{
	if (context->json)
		print_json(table->rows);
	else
		print_rows(table);
}

static void print_fields(const struct seikyo_table *table, const json_t *row)
{
	char cell[CELL_MAX];
	size_t width = 0;

	for (size_t i = 0; i < table->count; i++) {
		const size_t taken = seikyo_text_width(heading_text(&table->columns[i], cell));

		width = taken > width ? taken : width;
	}
	for (size_t i = 0; i < table->count; i++) {
		seikyo_text_put(stdout, heading_text(&table->columns[i], cell), width + 2);
		seikyo_text_put(stdout, cell_text(row, &table->columns[i], cell), 0);
		putchar('\n');
	}
}

void seikyo_table_print_one(const struct seikyo_context *context, const struct seikyo_table *table)
{
	const json_t *row = json_array_get(table->rows, 0);

	if (row && context->json)
		print_json(row);
	else if (row)
		print_fields(table, row);
}

void seikyo_table_close(struct seikyo_table *table)
{
	json_decref(table->rows);
	table->rows = NULL;
}
