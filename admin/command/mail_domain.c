/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/branch.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"

static const char TEXT_ADDED[] = N_("Addresses of %s, and of the domains below it, are mobile "
				    "ones from now on.");
static const char TEXT_REMOVED[] = N_("%s is no longer on the list of mobile mail domains; "
				      "addresses in use stay.");

enum seikyo_exit seikyo_mail_domain_list(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {0};
	static const struct seikyo_column columns[] = {
		{"domain", N_("Domain"), SEIKYO_KIND_TEXT},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context,
			seikyo_branch_list_mail_domains(context->store, seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_table_print(context, &table);
	seikyo_table_close(&table);
	return result;
}

typedef enum seikyo_call_result (*edit_fn)(struct seikyo_store *store, const char *domain);

static enum seikyo_exit edit(struct seikyo_context *context, int argc, char **argv, edit_fn edit_it,
			     const char *text)
{
	static const struct seikyo_form form = {.operands = "DOMAIN", .operand_count = 1};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(context, edit_it(context->store, filled.operand[0]));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, text, filled.operand[0]);
	return result;
}

enum seikyo_exit seikyo_mail_domain_add(struct seikyo_context *context, int argc, char **argv)
{
	return edit(context, argc, argv, seikyo_branch_add_mail_domain, _(TEXT_ADDED));
}

enum seikyo_exit seikyo_mail_domain_remove(struct seikyo_context *context, int argc, char **argv)
{
	return edit(context, argc, argv, seikyo_branch_remove_mail_domain, _(TEXT_REMOVED));
}
