/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Takes a procedure's row into a struct, by a table that says which column goes where.
 */
#ifndef SEIKYO_ADMIN_ROW_H
#define SEIKYO_ADMIN_ROW_H

#include <stddef.h>

#include "store/call.h"

enum seikyo_field_kind {
	SEIKYO_FIELD_TEXT,   /* char[], NUL-terminated; NULL gives "", a NUL inside becomes \1 */
	SEIKYO_FIELD_MOMENT, /* int64_t, microseconds since 1970; NULL gives 0 */
	SEIKYO_FIELD_NUMBER, /* uint32_t */
	SEIKYO_FIELD_TRUTH,  /* bool, from 0 or 1 */
	SEIKYO_FIELD_CHOICE, /* an enum, from its word or number; NULL and anything else: zero */
};

struct seikyo_field {
	const char *column;
	enum seikyo_field_kind kind;
	size_t offset;
	size_t size;
	const char *const *words; /* of a choice: those of 1, 2, ..., then NULL */
};

#define SEIKYO_FIELD_WORDS(type, member, column, kind, words)                                      \
	{                                                                                          \
		column, kind, offsetof(type, member), sizeof(((type *)0)->member), words           \
	}
#define SEIKYO_FIELD(type, member, kind)                                                           \
	SEIKYO_FIELD_WORDS(type, member, #member, SEIKYO_FIELD_##kind, NULL)

/*
 * Fills every field of the struct at out from its column; columns without a field are left out.
 * Gives 0, or -1: a column is missing, of another type, or does not fit.
 */
int seikyo_row_take(void *out, const struct seikyo_field *fields, size_t fields_count,
		    const struct seikyo_value *columns, const char *const *names, size_t count);

#endif
