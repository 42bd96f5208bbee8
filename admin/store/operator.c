/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/operator.h"

enum seikyo_call_result seikyo_operator_list_policy(struct seikyo_store *store, seikyo_row_fn row,
						    void *context)
{
	static const struct seikyo_procedure procedure = {"operator_list_policy", 0,
							  SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}

enum seikyo_call_result seikyo_operator_set_policy(struct seikyo_store *store, const char *name,
						   const char *value)
{
	static const struct seikyo_procedure procedure = {"operator_set_policy", 2,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(name), seikyo_text(value)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_operator_status(struct seikyo_store *store, seikyo_row_fn row,
					       void *context)
{
	static const struct seikyo_procedure procedure = {"operator_status", 0, SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}
