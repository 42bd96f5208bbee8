/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/branch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum seikyo_call_result seikyo_branch_add_contract(struct seikyo_store *store,
						   const struct seikyo_branch_contract *contract)
{
	static const struct seikyo_procedure procedure = {"branch_add_contract", 3,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {
		seikyo_text(contract->number),
		seikyo_text(contract->name),
		seikyo_text(contract->mail_address),
	};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_branch_list_contracts(struct seikyo_store *store, seikyo_row_fn row,
						     void *context)
{
	static const struct seikyo_procedure procedure = {"branch_list_contracts", 0,
							  SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}

enum seikyo_call_result seikyo_branch_start_contract(struct seikyo_store *store, const char *number,
						     const char *date)
{
	static const struct seikyo_procedure procedure = {"branch_start_contract", 2,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(number), seikyo_text(date)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

/* A policy value is kept as text; a procedure may give it as a number all the same. */
static int read_cost(const struct seikyo_value *value, unsigned long *cost)
{
	const char *text = value->bytes;
	char *end;

	if (value->type == SEIKYO_VALUE_INTEGER && value->integer >= 0) {
		*cost = (unsigned long)value->integer;
		return 0;
	}
	if (value->type != SEIKYO_VALUE_BYTES || *text < '0' || *text > '9')
		return -1;
	errno = 0;
	*cost = strtoul(text, &end, 10);
	return errno || *end ? -1 : 0;
}

static int read_hash_policy(void *context, const struct seikyo_value *columns,
			    const char *const *names, size_t count)
{
	struct seikyo_branch_hash_policy *policy = context;

	(void)names;
	if (count != 2 || columns[0].type != SEIKYO_VALUE_BYTES || !columns[0].len ||
	    columns[0].len >= sizeof(policy->prefix))
		return -1;
	memcpy(policy->prefix, columns[0].bytes, columns[0].len);
	policy->prefix[columns[0].len] = '\0';
	return read_cost(&columns[1], &policy->cost);
}

enum seikyo_call_result seikyo_branch_hash_policy(struct seikyo_store *store,
						  struct seikyo_branch_hash_policy *policy)
{
	static const struct seikyo_procedure procedure = {"branch_hash_policy", 0,
							  SEIKYO_SLOT_NONE};
	enum seikyo_call_result result;

	memset(policy, 0, sizeof(*policy));
	result = seikyo_call(store, &procedure, NULL, read_hash_policy, policy);
	return result == SEIKYO_CALL_DONE && !*policy->prefix ? SEIKYO_CALL_FAILED : result;
}

enum seikyo_call_result seikyo_branch_add_user(struct seikyo_store *store,
					       const struct seikyo_branch_user *user)
{
	static const struct seikyo_procedure procedure = {"branch_add_user", 6, SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {
		seikyo_text(user->contract_number),
		seikyo_text(user->login_id),
		seikyo_text(user->role),
		seikyo_text(user->display_name),
		seikyo_text(user->mail_address),
		seikyo_text(user->password_hash),
	};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_branch_show_user(struct seikyo_store *store, const char *login_id,
						seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"branch_show_user", 1, SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(login_id)};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_branch_set_password(struct seikyo_store *store, const char *login_id,
						   const char *hash)
{
	static const struct seikyo_procedure procedure = {"branch_set_password", 2,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(login_id), seikyo_text(hash)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_branch_set_confirmation_password(struct seikyo_store *store,
								const char *login_id,
								const char *hash)
{
	static const struct seikyo_procedure procedure = {"branch_set_confirmation_password", 2,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(login_id), seikyo_text(hash)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result
seikyo_branch_add_certificate(struct seikyo_store *store, const char *login_id,
			      const uint8_t sha256[static SEIKYO_SHA256_LEN],
			      const char *valid_until)
{
	static const struct seikyo_procedure procedure = {"branch_add_certificate", 3,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {
		seikyo_text(login_id),
		seikyo_blob(sha256, SEIKYO_SHA256_LEN),
		seikyo_text(valid_until),
	};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_branch_list_certificates(struct seikyo_store *store,
							const char *login_id, seikyo_row_fn row,
							void *context)
{
	static const struct seikyo_procedure procedure = {"branch_list_certificates", 1,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(login_id)};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result
seikyo_branch_remove_certificate(struct seikyo_store *store, const char *login_id,
				 const uint8_t sha256[static SEIKYO_SHA256_LEN])
{
	static const struct seikyo_procedure procedure = {"branch_remove_certificate", 2,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {
		seikyo_text(login_id),
		seikyo_blob(sha256, SEIKYO_SHA256_LEN),
	};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_branch_show_token(struct seikyo_store *store, const char *login_id,
						 seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"branch_show_token", 1, SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(login_id)};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_branch_revoke(struct seikyo_store *store, const char *login_id,
					     const char *reason, const char *paper_number,
					     seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"branch_revoke", 3, SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {
		seikyo_text(login_id),
		seikyo_text(reason),
		seikyo_text(paper_number),
	};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_branch_show_contract(struct seikyo_store *store, const char *number,
						    seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"branch_show_contract", 1,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(number)};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_branch_close_contract(struct seikyo_store *store, const char *number,
						     const char *paper_number)
{
	static const struct seikyo_procedure procedure = {"branch_close_contract", 2,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(number), seikyo_text(paper_number)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_branch_list_users(struct seikyo_store *store,
						 const char *contract_number, const char *which,
						 seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"branch_list_users", 2, SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(contract_number), seikyo_text(which)};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_branch_list_tokens(struct seikyo_store *store,
						  const char *contract_number, const char *state,
						  seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"branch_list_tokens", 2,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(contract_number), seikyo_text(state)};

	return seikyo_call(store, &procedure, arguments, row, context);
}

enum seikyo_call_result seikyo_branch_change_user(struct seikyo_store *store, const char *login_id,
						  const char *display_name,
						  const char *mail_address)
{
	static const struct seikyo_procedure procedure = {"branch_change_user", 3,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {
		seikyo_text(login_id),
		seikyo_text(display_name),
		seikyo_text(mail_address),
	};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_branch_close_user(struct seikyo_store *store, const char *login_id,
						 const char *paper_number)
{
	static const struct seikyo_procedure procedure = {"branch_close_user", 2, SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(login_id), seikyo_text(paper_number)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_branch_unlock(struct seikyo_store *store, const char *login_id,
					     const char *paper_number)
{
	static const struct seikyo_procedure procedure = {"branch_unlock", 2, SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(login_id), seikyo_text(paper_number)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_branch_list_mail_domains(struct seikyo_store *store,
							seikyo_row_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"branch_list_mail_domains", 0,
							  SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}

enum seikyo_call_result seikyo_branch_add_mail_domain(struct seikyo_store *store,
						      const char *domain)
{
	static const struct seikyo_procedure procedure = {"branch_add_mail_domain", 1,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(domain)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_branch_remove_mail_domain(struct seikyo_store *store,
							 const char *domain)
{
	static const struct seikyo_procedure procedure = {"branch_remove_mail_domain", 1,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(domain)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}
