/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The operator's procedures (operator_*), one function each. What a procedure gives goes row by
 * row to row with context, as seikyo_call says.
 */
#ifndef SEIKYO_ADMIN_OPERATOR_H
#define SEIKYO_ADMIN_OPERATOR_H

#include "store/call.h"

enum seikyo_call_result seikyo_operator_list_policy(struct seikyo_store *store, seikyo_row_fn row,
						    void *context);

enum seikyo_call_result seikyo_operator_set_policy(struct seikyo_store *store, const char *name,
						   const char *value);

/* One row. */
enum seikyo_call_result seikyo_operator_status(struct seikyo_store *store, seikyo_row_fn row,
					       void *context);

#endif
