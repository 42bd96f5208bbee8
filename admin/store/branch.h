/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The branch's procedures (branch_*), one function each. Texts are UTF-8; what a procedure gives
 * goes row by row to row with context, as seikyo_call says.
 */
#ifndef SEIKYO_ADMIN_BRANCH_H
#define SEIKYO_ADMIN_BRANCH_H

#include <stdint.h>

#include "core/password.h"
#include "store/call.h"

#define SEIKYO_SHA256_LEN 32

struct seikyo_branch_contract {
	const char *number;
	const char *name;
	const char *mail_address;
};

struct seikyo_branch_user {
	const char *contract_number;
	const char *login_id;
	const char *role; /* "master" or "general" */
	const char *display_name;
	const char *mail_address;
	const char *password_hash;
};

/* How new password hashes are made. */
struct seikyo_branch_hash_policy {
	char prefix[SEIKYO_HASH_FORMAT_MAX + 1];
	unsigned long cost;
};

enum seikyo_call_result seikyo_branch_add_contract(struct seikyo_store *store,
						   const struct seikyo_branch_contract *contract);

enum seikyo_call_result seikyo_branch_list_contracts(struct seikyo_store *store, seikyo_row_fn row,
						     void *context);

/* One row. */
enum seikyo_call_result seikyo_branch_show_contract(struct seikyo_store *store, const char *number,
						    seikyo_row_fn row, void *context);

/* Closes its users too. */
enum seikyo_call_result seikyo_branch_close_contract(struct seikyo_store *store, const char *number,
						     const char *paper_number);

/* date is YYYY-MM-DD, Japan time. */
enum seikyo_call_result seikyo_branch_start_contract(struct seikyo_store *store, const char *number,
						     const char *date);

/* FAILED too if the database gives no policy that makes sense. */
enum seikyo_call_result seikyo_branch_hash_policy(struct seikyo_store *store,
						  struct seikyo_branch_hash_policy *policy);

enum seikyo_call_result seikyo_branch_add_user(struct seikyo_store *store,
					       const struct seikyo_branch_user *user);

/* One row. */
enum seikyo_call_result seikyo_branch_show_user(struct seikyo_store *store, const char *login_id,
						seikyo_row_fn row, void *context);

/* contract_number NULL: of all contracts. which: "all", "locked" or "waiting". */
enum seikyo_call_result seikyo_branch_list_users(struct seikyo_store *store,
						 const char *contract_number, const char *which,
						 seikyo_row_fn row, void *context);

/* Live tokens; NULL: of every contract, in every state. */
enum seikyo_call_result seikyo_branch_list_tokens(struct seikyo_store *store,
						  const char *contract_number, const char *state,
						  seikyo_row_fn row, void *context);

/* NULL: stays as it is. */
enum seikyo_call_result seikyo_branch_change_user(struct seikyo_store *store, const char *login_id,
						  const char *display_name,
						  const char *mail_address);

enum seikyo_call_result seikyo_branch_close_user(struct seikyo_store *store, const char *login_id,
						 const char *paper_number);

enum seikyo_call_result seikyo_branch_unlock(struct seikyo_store *store, const char *login_id,
					     const char *paper_number);

enum seikyo_call_result seikyo_branch_set_password(struct seikyo_store *store, const char *login_id,
						   const char *hash);

enum seikyo_call_result seikyo_branch_set_confirmation_password(struct seikyo_store *store,
								const char *login_id,
								const char *hash);

/* sha256 is the digest of the certificate's DER; valid_until is 'YYYY-MM-DD HH:MM:SS', UTC. */
enum seikyo_call_result
seikyo_branch_add_certificate(struct seikyo_store *store, const char *login_id,
			      const uint8_t sha256[static SEIKYO_SHA256_LEN],
			      const char *valid_until);

enum seikyo_call_result seikyo_branch_list_certificates(struct seikyo_store *store,
							const char *login_id, seikyo_row_fn row,
							void *context);

enum seikyo_call_result
seikyo_branch_remove_certificate(struct seikyo_store *store, const char *login_id,
				 const uint8_t sha256[static SEIKYO_SHA256_LEN]);

/* A row for each token, the newest first. */
enum seikyo_call_result seikyo_branch_show_token(struct seikyo_store *store, const char *login_id,
						 seikyo_row_fn row, void *context);

/* One row: reissue_at. */
enum seikyo_call_result seikyo_branch_revoke(struct seikyo_store *store, const char *login_id,
					     const char *reason, const char *paper_number,
					     seikyo_row_fn row, void *context);

enum seikyo_call_result seikyo_branch_list_mail_domains(struct seikyo_store *store,
							seikyo_row_fn row, void *context);

enum seikyo_call_result seikyo_branch_add_mail_domain(struct seikyo_store *store,
						      const char *domain);

enum seikyo_call_result seikyo_branch_remove_mail_domain(struct seikyo_store *store,
							 const char *domain);

#endif
