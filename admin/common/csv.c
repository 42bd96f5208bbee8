/* SPDX-License-Identifier: GPL-2.0-only */
#include "common/csv.h"

#include <stdbool.h>
#include <string.h>

#include "core/typed.h"

static const char byte_order_mark[] = "\xef\xbb\xbf";

void seikyo_csv_open(struct seikyo_csv *csv, char *text, size_t len)
{
	const size_t mark = sizeof(byte_order_mark) - 1;

	*csv = (struct seikyo_csv){.at = text, .end = text + len, .line = 1};
	if (len >= mark && memcmp(text, byte_order_mark, mark) == 0)
		csv->at += mark;
}

static void note(struct seikyo_csv_row *row, enum seikyo_csv_problem problem)
{
	if (row->problem == SEIKYO_CSV_FINE)
		row->problem = problem;
}

/* Length of the line's end that stands here, 0 if none does. */
static size_t line_end(const struct seikyo_csv *csv)
{
	if (csv->at < csv->end && csv->at[0] == '\n')
		return 1;
	return csv->end - csv->at >= 2 && csv->at[0] == '\r' && csv->at[1] == '\n' ? 2 : 0;
}

static bool field_ended(const struct seikyo_csv *csv)
{
	return csv->at == csv->end || *csv->at == ',' || line_end(csv) > 0;
}

/* Moves the bytes up to the field's end down to out. Gives where they end. */
static char *take_plain(struct seikyo_csv *csv, struct seikyo_csv_row *row, char *out)
{
	for (; !field_ended(csv); csv->at++) {
		if (*csv->at == '"')
			note(row, SEIKYO_CSV_QUOTE);
		else if (*csv->at == '\r')
			note(row, SEIKYO_CSV_RETURN);
		*out++ = *csv->at;
	}
	return out;
}

/* The same for a field between quotation marks, in which two of them stand for one. */
static char *take_quoted(struct seikyo_csv *csv, struct seikyo_csv_row *row, char *out)
{
	while (++csv->at < csv->end) {
		if (*csv->at == '"') {
			csv->at++;
			if (csv->at == csv->end || *csv->at != '"')
				return out;
		}
		csv->line += *csv->at == '\n';
		*out++ = *csv->at;
	}
	note(row, SEIKYO_CSV_UNTERMINATED);
	return out;
}

static void check_text(struct seikyo_csv_row *row, const char *field, size_t len)
{
	size_t step;

	if (len > SEIKYO_CSV_FIELD_MAX)
		note(row, SEIKYO_CSV_LONG);
	if (memchr(field, '\0', len))
		note(row, SEIKYO_CSV_NUL);
	for (size_t at = 0; at < len; at += step) {
		step = seikyo_typed_character(field + at, len - at);
		if (step == 0) {
			note(row, SEIKYO_CSV_UTF8);
			return;
		}
	}
}

/* Takes one field, and what ends it. True if another one follows in this row. */
static bool take_field(struct seikyo_csv *csv, struct seikyo_csv_row *row)
{
	const bool quoted = csv->at < csv->end && *csv->at == '"';
	char *field = csv->at;
	char *out = field;
	bool more;
	size_t end;

	if (quoted)
		out = take_quoted(csv, row, out);
	if (quoted && !field_ended(csv))
		note(row, SEIKYO_CSV_QUOTE);
	out = take_plain(csv, row, out);
	check_text(row, field, (size_t)(out - field));
	if (row->count < SEIKYO_CSV_FIELDS)
		row->fields[row->count++] = field;
	else
		note(row, SEIKYO_CSV_MANY);
	more = csv->at < csv->end && *csv->at == ',';
	end = more ? 1 : line_end(csv);
	csv->line += !more && end > 0;
	csv->at += end;
	/* Only now: it may stand where the comma stood. */
	*out = '\0';
	return more;
}

enum seikyo_csv_result seikyo_csv_next(struct seikyo_csv *csv, struct seikyo_csv_row *row)
{
	size_t empty;

	for (; (empty = line_end(csv)) > 0; csv->line++)
		csv->at += empty;
	*row = (struct seikyo_csv_row){.line = csv->line};
	if (csv->at == csv->end)
		return SEIKYO_CSV_END;
	while (take_field(csv, row))
		;
	return row->problem == SEIKYO_CSV_FINE ? SEIKYO_CSV_ROW : SEIKYO_CSV_BAD;
}
