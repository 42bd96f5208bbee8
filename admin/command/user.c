/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/branch.h"
#include "command/form.h"
#include "command/password.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"
#include "core/secret.h"

static const char TEXT_ADDED[] = N_("User %s of contract %s is registered.");
static const char TEXT_PASSWORD[] = N_("The login password of %s is set.");
static const char TEXT_CONFIRMATION[] = N_("The confirmation password of %s is set.");
static const char TEXT_CHANGED[] = N_("The entry of %s is changed.");
static const char TEXT_CLOSED[] = N_("User %s is closed, for good.");
static const char TEXT_NO_CHANGE[] = N_("Nothing is to be changed; give --name, --mail or both.");
static const char TEXT_ONE_LIST[] = N_("--locked and --waiting are two lists; give one of them.");
static const char TEXT_NOBODY[] = N_("There is no user %s.");
static const char TEXT_LOGIN_PASSWORD[] = N_("login password");
static const char TEXT_CONFIRMATION_PASSWORD[] = N_("confirmation password");

enum seikyo_exit seikyo_user_add(struct seikyo_context *context, int argc, char **argv)
{
	enum { ROLE, NAME, MAIL };
	static const struct seikyo_form form = {
		.operands = "CONTRACT LOGIN-ID",
		.operand_count = 2,
		.options = {[ROLE] = {"role", "master|general", N_("What the user may do"), false},
			    [NAME] = {"name", "NAME", N_("The user's name"), false},
			    [MAIL] = {"mail", "ADDRESS", N_("The user's mail address"), false}},
	};
	char hash[SEIKYO_HASH_MAX + 1] = "";
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);

	const struct seikyo_branch_user user = {
		.contract_number = filled.operand[0],
		.login_id = filled.operand[1],
		.role = filled.option[ROLE],
		.display_name = filled.option[NAME],
		.mail_address = filled.option[MAIL],
		.password_hash = hash,
	};

	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_password_hash_typed(context, _(TEXT_LOGIN_PASSWORD), hash);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(context,
					       seikyo_branch_add_user(context->store, &user));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_ADDED), user.login_id, user.contract_number);
	seikyo_secret_wipe(hash, sizeof(hash));
	return result;
}

enum seikyo_exit seikyo_user_show(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.operands = "LOGIN-ID", .operand_count = 1};
	static const struct seikyo_column columns[] = {
		{"login_id", N_("Login ID"), SEIKYO_KIND_TEXT},
		{"contract_number", N_("Contract"), SEIKYO_KIND_TEXT},
		{"contract_name", N_("Contract's name"), SEIKYO_KIND_TEXT},
		{"role", N_("Role"), SEIKYO_KIND_TEXT},
		{"display_name", N_("Name"), SEIKYO_KIND_TEXT},
		{"mail_address", N_("Mail address"), SEIKYO_KIND_TEXT},
		{"created_at", N_("Registered"), SEIKYO_KIND_MOMENT},
		{"closed_at", N_("Closed"), SEIKYO_KIND_MOMENT},
		{"password_failures", N_("Wrong passwords in a row"), SEIKYO_KIND_NUMBER},
		{"password_locked_until", N_("Password locked until"), SEIKYO_KIND_MOMENT},
		{"otp_failures", N_("Wrong codes in a row"), SEIKYO_KIND_NUMBER},
		{"otp_locked_at", N_("Codes locked since"), SEIKYO_KIND_MOMENT},
		{"confirmation_set", N_("Confirmation password set"), SEIKYO_KIND_YES_NO},
		{"confirmation_failures", N_("Wrong confirmations in a row"), SEIKYO_KIND_NUMBER},
		{"confirmation_locked_until", N_("Confirmation locked until"), SEIKYO_KIND_MOMENT},
		{"certificates", N_("Client certificates"), SEIKYO_KIND_NUMBER},
		{"token_state", N_("Token"), SEIKYO_KIND_TEXT},
		{"reissue_at", N_("New token from"), SEIKYO_KIND_MOMENT},
		{"last_login_1", N_("Last login"), SEIKYO_KIND_MOMENT},
		{"last_login_2", N_("The one before"), SEIKYO_KIND_MOMENT},
		{"last_login_3", N_("The one before that"), SEIKYO_KIND_MOMENT},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_branch_show_user(context->store, filled.operand[0],
							 seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE && json_array_size(table.rows) != 1) {
		seikyo_say_error(_(TEXT_NOBODY), filled.operand[0]);
		result = SEIKYO_EXIT_REFUSED;
	}
	if (result == SEIKYO_EXIT_DONE)
		seikyo_table_print_one(context, &table);
	seikyo_table_close(&table);
	return result;
}

typedef enum seikyo_call_result (*set_fn)(struct seikyo_store *store, const char *login_id,
					  const char *hash);

/* Both passwords are set alike: read, hash, hand over, say so. */
static enum seikyo_exit set_secret(struct seikyo_context *context, const char *login_id,
				   const char *what, set_fn set_it)
{
	char hash[SEIKYO_HASH_MAX + 1] = "";
	enum seikyo_exit result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);

	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_password_hash_typed(context, what, hash);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(context, set_it(context->store, login_id, hash));
	seikyo_secret_wipe(hash, sizeof(hash));
	return result;
}

enum seikyo_exit seikyo_user_password(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.operands = "LOGIN-ID", .operand_count = 1};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = set_secret(context, filled.operand[0], _(TEXT_LOGIN_PASSWORD),
			    seikyo_branch_set_password);
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_PASSWORD), filled.operand[0]);
	return result;
}

enum seikyo_exit seikyo_user_confirmation_password(struct seikyo_context *context, int argc,
						   char **argv)
{
	static const struct seikyo_form form = {.operands = "LOGIN-ID", .operand_count = 1};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = set_secret(context, filled.operand[0], _(TEXT_CONFIRMATION_PASSWORD),
			    seikyo_branch_set_confirmation_password);
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_CONFIRMATION), filled.operand[0]);
	return result;
}

/* Which list is wanted; NULL after saying that one must be chosen. */
static const char *which_list(const char *locked, const char *waiting)
{
	if (locked && waiting) {
		seikyo_say_error("%s", _(TEXT_ONE_LIST));
		return NULL;
	}
	if (locked)
		return "locked";
	return waiting ? "waiting" : "all";
}

enum seikyo_exit seikyo_user_list(struct seikyo_context *context, int argc, char **argv)
{
	enum { LOCKED, WAITING };
	static const struct seikyo_form form = {
		.operands = "[CONTRACT]",
		.operand_count = 1,
		.operands_optional = 1,
		.options = {[LOCKED] = {"locked", NULL, N_("Only those whose codes are locked"),
					true},
			    [WAITING] = {"waiting", NULL, N_("Only those who wait for a re-issue"),
					 true}},
	};
	static const struct seikyo_column columns[] = {
		{"contract_number", N_("Contract"), SEIKYO_KIND_TEXT},
		{"login_id", N_("Login ID"), SEIKYO_KIND_TEXT},
		{"role", N_("Role"), SEIKYO_KIND_TEXT},
		{"display_name", N_("Name"), SEIKYO_KIND_TEXT},
		{"token_state", N_("Token"), SEIKYO_KIND_TEXT},
		{"reissue_at", N_("New token from"), SEIKYO_KIND_MOMENT},
		{"otp_locked_at", N_("Codes locked since"), SEIKYO_KIND_MOMENT},
		{"last_login_1", N_("Last login"), SEIKYO_KIND_MOMENT},
		{"closed_at", N_("Closed"), SEIKYO_KIND_MOMENT},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	struct seikyo_filled filled;
	enum seikyo_exit result = SEIKYO_EXIT_USAGE;
	const char *which;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	which = which_list(filled.option[LOCKED], filled.option[WAITING]);
	if (which)
		result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_branch_list_users(context->store, filled.operand[0], which,
							  seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_table_print(context, &table);
	seikyo_table_close(&table);
	return result;
}

enum seikyo_exit seikyo_user_change(struct seikyo_context *context, int argc, char **argv)
{
	enum { NAME, MAIL };
	static const struct seikyo_form form = {
		.operands = "LOGIN-ID",
		.operand_count = 1,
		.options = {[NAME] = {"name", "NAME", N_("The user's new name"), true},
			    [MAIL] = {"mail", "ADDRESS", N_("The user's new mail address"), true}},
	};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	if (!filled.option[NAME] && !filled.option[MAIL]) {
		seikyo_say_error("%s", _(TEXT_NO_CHANGE));
		return SEIKYO_EXIT_USAGE;
	}
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context,
			seikyo_branch_change_user(context->store, filled.operand[0],
						  filled.option[NAME], filled.option[MAIL]));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_CHANGED), filled.operand[0]);
	return result;
}

enum seikyo_exit seikyo_user_close(struct seikyo_context *context, int argc, char **argv)
{
	enum { PAPER };
	static const struct seikyo_form form = {
		.operands = "LOGIN-ID",
		.operand_count = 1,
		.options = {[PAPER] = {"paper", "NUMBER", N_("Number of the paper request"),
				       false}},
	};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_branch_close_user(context->store, filled.operand[0],
							  filled.option[PAPER]));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_CLOSED), filled.operand[0]);
	return result;
}
