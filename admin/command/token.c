/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/branch.h"
#include "command/form.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"

enum seikyo_exit seikyo_token_show(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.operands = "LOGIN-ID", .operand_count = 1};
	static const struct seikyo_column columns[] = {
		{"state", N_("State"), SEIKYO_KIND_TEXT},
		{"service_id", N_("Service ID"), SEIKYO_KIND_TEXT},
		{"app_user_id", N_("User ID"), SEIKYO_KIND_TEXT},
		{"mail_address", N_("Mail address"), SEIKYO_KIND_TEXT},
		{"algorithm", N_("Algorithm"), SEIKYO_KIND_TEXT},
		{"digits", N_("Digits"), SEIKYO_KIND_NUMBER},
		{"issued_at", N_("Issued"), SEIKYO_KIND_MOMENT},
		{"installed_at", N_("Installed"), SEIKYO_KIND_MOMENT},
		{"activated_at", N_("Activated"), SEIKYO_KIND_MOMENT},
		{"revoked_at", N_("Revoked"), SEIKYO_KIND_MOMENT},
		{"reissue_at", N_("New token from"), SEIKYO_KIND_MOMENT},
		{"revoked_by", N_("Revoked by"), SEIKYO_KIND_TEXT},
		{"reason", N_("Reason"), SEIKYO_KIND_TEXT},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_branch_show_token(context->store, filled.operand[0],
							  seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_table_print(context, &table);
	seikyo_table_close(&table);
	return result;
}

enum seikyo_exit seikyo_token_list(struct seikyo_context *context, int argc, char **argv)
{
	enum { STATE };
	static const struct seikyo_form form = {
		.operands = "[CONTRACT]",
		.operand_count = 1,
		.operands_optional = 1,
		.options = {[STATE] = {"state", "STATE",
				       N_("Only those in this state: issued, installed or active"),
				       true}},
	};
	static const struct seikyo_column columns[] = {
		{"contract_number", N_("Contract"), SEIKYO_KIND_TEXT},
		{"login_id", N_("Login ID"), SEIKYO_KIND_TEXT},
		{"state", N_("State"), SEIKYO_KIND_TEXT},
		{"service_id", N_("Service ID"), SEIKYO_KIND_TEXT},
		{"app_user_id", N_("User ID"), SEIKYO_KIND_TEXT},
		{"issued_at", N_("Issued"), SEIKYO_KIND_MOMENT},
		{"installed_at", N_("Installed"), SEIKYO_KIND_MOMENT},
		{"activated_at", N_("Activated"), SEIKYO_KIND_MOMENT},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context,
			seikyo_branch_list_tokens(context->store, filled.operand[0],
						  filled.option[STATE], seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_table_print(context, &table);
	seikyo_table_close(&table);
	return result;
}
