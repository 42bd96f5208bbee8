/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/operator.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"

static const char TEXT_SET[] = N_("%s is %s from now on.");

enum seikyo_exit seikyo_policy_list(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {0};
	static const struct seikyo_column columns[] = {
		{"name", N_("Name"), SEIKYO_KIND_TEXT},
		{"value", N_("Value"), SEIKYO_KIND_TEXT},
		{"default_value", N_("Default"), SEIKYO_KIND_TEXT},
		{"unit", N_("Unit"), SEIKYO_KIND_WORDS},
		{"bounds", N_("Bounds"), SEIKYO_KIND_WORDS},
		{"meaning", N_("Meaning"), SEIKYO_KIND_WORDS},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_OPERATOR);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context,
			seikyo_operator_list_policy(context->store, seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_table_print(context, &table);
	seikyo_table_close(&table);
	return result;
}

enum seikyo_exit seikyo_policy_set(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.operands = "NAME VALUE", .operand_count = 2};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_OPERATOR);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_operator_set_policy(context->store, filled.operand[0],
							    filled.operand[1]));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_SET), filled.operand[0], filled.operand[1]);
	return result;
}
