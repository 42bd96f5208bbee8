/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/branch.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "common/text.h"

static const char TEXT_UNLOCKED[] = N_("%s is unlocked: the next code counts from the first.");

enum seikyo_exit seikyo_unlock(struct seikyo_context *context, int argc, char **argv)
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
		result = seikyo_session_result(context, seikyo_branch_unlock(context->store,
									     filled.operand[0],
									     filled.option[PAPER]));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_UNLOCKED), filled.operand[0]);
	return result;
}
