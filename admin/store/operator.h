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

/* A user's newest login events, newest first. */
enum seikyo_call_result seikyo_operator_list_logins(struct seikyo_store *store,
						    const char *login_id, seikyo_row_fn row,
						    void *context);

/* The login events that a request id (16 hexadecimal digits) belongs to; none: it left none. */
enum seikyo_call_result seikyo_operator_find_request(struct seikyo_store *store,
						     const char *request_id, seikyo_row_fn row,
						     void *context);

/* One row: what bears on a user's next login. */
enum seikyo_call_result seikyo_operator_show_user(struct seikyo_store *store, const char *login_id,
						  seikyo_row_fn row, void *context);

/* Rows of name and value. */
enum seikyo_call_result seikyo_operator_metrics(struct seikyo_store *store, seikyo_row_fn row,
						void *context);

/* One row. */
enum seikyo_call_result seikyo_operator_status(struct seikyo_store *store, seikyo_row_fn row,
					       void *context);

/* One row: users and bytes that one import may hold. */
enum seikyo_call_result seikyo_operator_import_bounds(struct seikyo_store *store, seikyo_row_fn row,
						      void *context);

/*
 * users is a JSON array of objects, as the procedure says. A row for each bad one: line, its place
 * in the array from 1, and problem, a word; nothing is registered then. No row: done.
 */
enum seikyo_call_result seikyo_operator_import_users(struct seikyo_store *store, const char *users,
						     size_t len, bool dry_run, seikyo_row_fn row,
						     void *context);

/* A row for each chain that is broken: contract_id, contract_number, number, problem. */
enum seikyo_call_result seikyo_operator_verify_audit(struct seikyo_store *store, seikyo_row_fn row,
						     void *context);

enum seikyo_call_result seikyo_operator_list_audit_heads(struct seikyo_store *store,
							 seikyo_row_fn row, void *context);

/* contract_number NULL: all chains; "-": the service's own. At most `most` rows. */
enum seikyo_call_result seikyo_operator_list_audit(struct seikyo_store *store,
						   const char *contract_number, uint32_t after,
						   uint32_t most, seikyo_row_fn row, void *context);

/* One row: what one batch took. */
enum seikyo_call_result seikyo_operator_prune(struct seikyo_store *store, seikyo_row_fn row,
					      void *context);

/* One row: what seikyo_operator_prune would take, in all. */
enum seikyo_call_result seikyo_operator_count_prunable(struct seikyo_store *store,
						       seikyo_row_fn row, void *context);

#endif
