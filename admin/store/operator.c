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

enum seikyo_call_result seikyo_operator_list_logins(struct seikyo_store *store,
						    const char *login_id, seikyo_row_fn row,
						    void *context)
{
	static const struct seikyo_procedure procedure = {"operator_list_logins", 1,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(login_id)};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_operator_find_request(struct seikyo_store *store,
						     const char *request_id, seikyo_row_fn row,
						     void *context)
{
	static const struct seikyo_procedure procedure = {"operator_find_request", 1,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(request_id)};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_operator_show_user(struct seikyo_store *store, const char *login_id,
						  seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"operator_show_user", 1,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(login_id)};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_operator_metrics(struct seikyo_store *store, seikyo_row_fn row,
						void *context)
{
	static const struct seikyo_procedure procedure = {"operator_metrics", 0, SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}
