/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/branch.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/moment.h"
#include "common/text.h"

#define PATIENCE 600 /* seconds: a contract closes with all of its users */

static const char TEXT_ADDED[] =
	N_("Contract %s is registered. It is not under OTP until `seikyo-otp "
	   "contract start` sets the day.");
static const char TEXT_STARTS[] = N_("Contract %s is under OTP from %s (Japan time).");
static const char TEXT_CLOSED[] = N_("Contract %s and its users are closed, for good.");
static const char TEXT_DATE[] = N_("'%s' is no day of the calendar; write it as 2026-12-01.");

enum seikyo_exit seikyo_contract_add(struct seikyo_context *context, int argc, char **argv)
{
	enum { NAME, MAIL };
	static const struct seikyo_form form = {
		.operands = "NUMBER",
		.operand_count = 1,
		.options = {[NAME] = {"name", "NAME", N_("The company's name"), false},
			    [MAIL] = {"mail", "ADDRESS", N_("The company's mail address"), false}},
	};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);

	const struct seikyo_branch_contract contract = {filled.operand[0], filled.option[NAME],
							filled.option[MAIL]};

	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_branch_add_contract(context->store, &contract));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_ADDED), contract.number);
	return result;
}

enum seikyo_exit seikyo_contract_list(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {0};
	static const struct seikyo_column columns[] = {
		{"number", N_("Number"), SEIKYO_KIND_TEXT},
		{"name", N_("Name"), SEIKYO_KIND_TEXT},
		{"mail_address", N_("Mail address"), SEIKYO_KIND_TEXT},
		{"otp_starts_on", N_("OTP from"), SEIKYO_KIND_TEXT},
		{"closed_at", N_("Closed"), SEIKYO_KIND_MOMENT},
		{"users", N_("Users"), SEIKYO_KIND_NUMBER},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context,
			seikyo_branch_list_contracts(context->store, seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_table_print(context, &table);
	seikyo_table_close(&table);
	return result;
}

enum seikyo_exit seikyo_contract_start(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.operands = "NUMBER DATE", .operand_count = 2};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);

	const char *number = filled.operand[0];
	const char *date = filled.operand[1];

	if (!seikyo_moment_is_date(date)) {
		seikyo_say_error(_(TEXT_DATE), date);
		return SEIKYO_EXIT_USAGE;
	}
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_branch_start_contract(context->store, number, date));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_STARTS), number, date);
	return result;
}

enum seikyo_exit seikyo_contract_show(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.operands = "NUMBER", .operand_count = 1};
	static const struct seikyo_column columns[] = {
		{"number", N_("Number"), SEIKYO_KIND_TEXT},
		{"name", N_("Name"), SEIKYO_KIND_TEXT},
		{"mail_address", N_("Mail address"), SEIKYO_KIND_TEXT},
		{"created_at", N_("Registered"), SEIKYO_KIND_MOMENT},
		{"otp_starts_on", N_("OTP from"), SEIKYO_KIND_TEXT},
		{"started", N_("Under OTP today"), SEIKYO_KIND_YES_NO},
		{"closed_at", N_("Closed"), SEIKYO_KIND_MOMENT},
		{"users", N_("Users"), SEIKYO_KIND_NUMBER},
		{"masters", N_("Master users among them"), SEIKYO_KIND_NUMBER},
		{"tokens_active", N_("With an active token"), SEIKYO_KIND_NUMBER},
		{"setups_begun", N_("With a setup begun"), SEIKYO_KIND_NUMBER},
		{"without_token", N_("Without a token"), SEIKYO_KIND_NUMBER},
		{"waiting", N_("Waiting for re-issue"), SEIKYO_KIND_NUMBER},
		{"locked", N_("Codes locked"), SEIKYO_KIND_NUMBER},
		{"closed_users", N_("Closed users"), SEIKYO_KIND_NUMBER},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_branch_show_contract(context->store, filled.operand[0],
							     seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_table_print_one(context, &table);
	seikyo_table_close(&table);
	return result;
}

enum seikyo_exit seikyo_contract_close(struct seikyo_context *context, int argc, char **argv)
{
	enum { PAPER };
	static const struct seikyo_form form = {
		.operands = "NUMBER",
		.operand_count = 1,
		.options = {[PAPER] = {"paper", "NUMBER", N_("Number of the paper request"),
				       false}},
	};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	context->patience = PATIENCE;
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_branch_close_contract(context->store, filled.operand[0],
							      filled.option[PAPER]));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_CLOSED), filled.operand[0]);
	return result;
}
