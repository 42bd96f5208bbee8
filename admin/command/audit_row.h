/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A row of the audit trail, taken out of what the procedures give.
 */
#ifndef SEIKYO_COMMAND_AUDIT_ROW_H
#define SEIKYO_COMMAND_AUDIT_ROW_H

#include "command/audit_chain.h"

/* The columns of one row, as a seikyo_row_fn has them. */
struct seikyo_columns {
	const struct seikyo_value *values;
	const char *const *names;
	size_t count;
};

/* The column of this name: 0, or -1 if there is none, or it is of another kind or NULL. */
int seikyo_columns_integer(const struct seikyo_columns *columns, const char *name,
			   int64_t *integer);

/* The same for a text, which may be NULL. It lasts as long as the row. */
int seikyo_columns_text(const struct seikyo_columns *columns, const char *name, const char **text);

/* Takes a row of operator_list_audit. Gives 0 or -1. */
int seikyo_audit_row_take(const struct seikyo_columns *columns, struct seikyo_audit_row *row);

#endif
