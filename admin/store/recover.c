/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/recover.h"

enum seikyo_call_result seikyo_operator_show_service(struct seikyo_store *store, seikyo_row_fn row,
						     void *context)
{
	static const struct seikyo_procedure procedure = {"operator_show_service", 0,
							  SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}

enum seikyo_call_result seikyo_operator_close_service(struct seikyo_store *store)
{
	static const struct seikyo_procedure procedure = {"operator_close_service", 0,
							  SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, NULL, NULL);
}

enum seikyo_call_result seikyo_operator_recover_begin(struct seikyo_store *store)
{
	static const struct seikyo_procedure procedure = {"operator_recover_begin", 0,
							  SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, NULL, NULL);
}

enum seikyo_call_result seikyo_operator_recover_take(struct seikyo_store *store, const char *lines,
						     size_t len)
{
	static const struct seikyo_procedure procedure = {"operator_recover_take", 1,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_blob(lines, len)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_operator_recover(struct seikyo_store *store, const char *mode,
						bool check, seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"operator_recover", 2, SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(mode), seikyo_integer(check)};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_operator_show_recovery(struct seikyo_store *store, seikyo_row_fn row,
						      void *context)
{
	static const struct seikyo_procedure procedure = {"operator_show_recovery", 0,
							  SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}
