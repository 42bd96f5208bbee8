/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CSV as RFC 4180 has it, in UTF-8: fields parted by commas, rows ended by CRLF or LF, quotation
 * marks around fields that hold any of these. Reads in place and allocates nothing.
 */
#ifndef SEIKYO_ADMIN_CSV_H
#define SEIKYO_ADMIN_CSV_H

#include <stddef.h>

#define SEIKYO_CSV_FIELDS    16
#define SEIKYO_CSV_FIELD_MAX 1000 /* bytes */

/* The zero denies. */
enum seikyo_csv_result {
	SEIKYO_CSV_BAD = 0,
	SEIKYO_CSV_ROW,
	SEIKYO_CSV_END,
};

enum seikyo_csv_problem {
	SEIKYO_CSV_FINE = 0,
	SEIKYO_CSV_QUOTE,	 /* a quotation mark where none may stand */
	SEIKYO_CSV_UNTERMINATED, /* one that is opened and never closed */
	SEIKYO_CSV_RETURN,	 /* a carriage return without a line feed, outside of quotes */
	SEIKYO_CSV_NUL,
	SEIKYO_CSV_UTF8,
	SEIKYO_CSV_LONG, /* a field of more than SEIKYO_CSV_FIELD_MAX bytes */
	SEIKYO_CSV_MANY, /* more than SEIKYO_CSV_FIELDS fields */
};

/* Where the reading stands; the text is the caller's. */
struct seikyo_csv {
	char *at;
	char *end;
	unsigned line; /* of the file, from 1 */
};

/* One row. The fields are NUL-terminated and stand in the caller's text. */
struct seikyo_csv_row {
	unsigned line; /* on which it begins */
	size_t count;
	const char *fields[SEIKYO_CSV_FIELDS];
	enum seikyo_csv_problem problem; /* the first one */
};

/* Begins to read len bytes, behind which a NUL stands. A byte order mark in front is passed over.
 */
void seikyo_csv_open(struct seikyo_csv *csv, char *text, size_t len);

/*
 * Reads the next row that is not empty, overwriting the text it stands in. ROW; BAD with its
 * problem, and the reading goes on with the next row; or END.
 */
enum seikyo_csv_result seikyo_csv_next(struct seikyo_csv *csv, struct seikyo_csv_row *row);

#endif
