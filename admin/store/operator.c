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

enum seikyo_call_result seikyo_operator_import_bounds(struct seikyo_store *store, seikyo_row_fn row,
						      void *context)
{
	static const struct seikyo_procedure procedure = {"operator_import_bounds", 0,
							  SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}

enum seikyo_call_result seikyo_operator_import_users(struct seikyo_store *store, const char *users,
						     size_t len, bool dry_run, seikyo_row_fn row,
						     void *context)
{
	static const struct seikyo_procedure procedure = {"operator_import_users", 2,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_blob(users, len), seikyo_integer(dry_run)};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_operator_verify_audit(struct seikyo_store *store, seikyo_row_fn row,
						     void *context)
{
	static const struct seikyo_procedure procedure = {"operator_verify_audit", 1,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_null()};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_operator_list_audit_heads(struct seikyo_store *store,
							 seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"operator_list_audit_heads", 0,
							  SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}

enum seikyo_call_result seikyo_operator_list_audit(struct seikyo_store *store,
						   const char *contract_number, uint32_t after,
						   uint32_t most, seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"operator_list_audit", 3,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {
		seikyo_text(contract_number),
		seikyo_integer(after),
		seikyo_integer(most),
	};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_operator_prune(struct seikyo_store *store, seikyo_row_fn row,
					      void *context)
{
	static const struct seikyo_procedure procedure = {"operator_prune", 0, SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}

enum seikyo_call_result seikyo_operator_count_prunable(struct seikyo_store *store,
						       seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"operator_count_prunable", 0,
							  SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}
