/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/branch.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"

static const char TEXT_REVOKED[] = N_("The token of %s is revoked.");

enum seikyo_exit seikyo_revoke(struct seikyo_context *context, int argc, char **argv)
{
	enum { REASON, PAPER };
	static const struct seikyo_form form = {
		.operands = "LOGIN-ID",
		.operand_count = 1,
		.options = {[REASON] = {"reason", "TEXT", N_("Why, as the paper says"), false},
			    [PAPER] = {"paper", "NUMBER", N_("Number of the paper request"),
				       false}},
	};
	static const struct seikyo_column columns[] = {
		{"reissue_at", N_("A new one can be issued from"), SEIKYO_KIND_MOMENT},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_branch_revoke(context->store, filled.operand[0],
						      filled.option[REASON], filled.option[PAPER],
						      seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE) {
		seikyo_say(context, _(TEXT_REVOKED), filled.operand[0]);
		seikyo_table_print_one(context, &table);
	}
	seikyo_table_close(&table);
	return result;
}
