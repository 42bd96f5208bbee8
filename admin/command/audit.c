/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "admin/store/operator.h"
#include "command/audit_chain.h"
#include "command/audit_file.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"

#define PATIENCE 600 /* seconds: the database's own check looks at every row */

static const char TEXT_VERIFY[] =
	N_("Every hash is made anew by this command and by the database. Each broken chain is "
	   "named with its "
	   "first bad row; exit code 1. Whoever rules over the database can make a whole chain "
	   "anew, or cut its "
	   "end off: that is seen with --heads and an export kept elsewhere.");
static const char TEXT_EXPORT[] =
	N_("JSON lines: one for each row, then the newest row of each chain. The file gets its "
	   "name when all "
	   "of it is on the disk, and never takes the place of another one.");
static const char TEXT_NUMBER[] = N_("'%s' is no number of a row.");
static const char TEXT_WHOLE[] = N_("Every chain is whole: %zu chains.");
static const char TEXT_BROKEN[] =
	N_("The audit trail is broken. Of each broken chain, the first bad "
	   "row:");
static const char TEXT_BLIND[] = N_("The database's own check does not see all of this: its "
				    "procedures may have been changed.");
static const char TEXT_EXPORTED[] = N_("%s holds %zu chains up to their newest rows. Keep it in a "
				       "place that this database's administrators cannot change.");
static const char TEXT_EXPORTED_BROKEN[] =
	N_("The audit trail is broken, and was exported as it is; see seikyo-otp audit verify.");
static const char TEXT_MEMORY[] = N_("There is no memory left.");

static const struct seikyo_column break_columns[] = {
	{"contract_number", N_("Contract"), SEIKYO_KIND_TEXT},
	{"number", N_("Row"), SEIKYO_KIND_NUMBER},
	{"problem", N_("What is wrong"), SEIKYO_KIND_WORDS},
	{"seen_by", N_("Seen by"), SEIKYO_KIND_TEXT},
};

/* NULL: from the first row on. Gives 0, or -1 after saying what is wrong. */
static int read_after(const char *text, uint32_t *after)
{
	unsigned long number;
	char *end;

	*after = 0;
	if (!text)
		return 0;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (*text >= '0' && *text <= '9' && !*end && !errno && number <= UINT32_MAX) {
		*after = (uint32_t)number;
		return 0;
	}
	seikyo_say_error(_(TEXT_NUMBER), text);
	return -1;
}

enum seikyo_exit seikyo_audit_list(struct seikyo_context *context, int argc, char **argv)
{
	enum { AFTER };
	static const struct seikyo_form form = {
		.operands = "[CONTRACT|-]",
		.operand_count = 1,
		.operands_optional = 1,
		.options = {[AFTER] = {"after", "ROW", N_("Only what stands behind this row"),
				       true}},
	};
	static const struct seikyo_column columns[] = {
		{"contract_number", N_("Contract"), SEIKYO_KIND_TEXT},
		{"number", N_("Row"), SEIKYO_KIND_NUMBER},
		{"at", N_("Time"), SEIKYO_KIND_MOMENT},
		{"act", N_("Act"), SEIKYO_KIND_TEXT},
		{"by_login_id", N_("By user"), SEIKYO_KIND_TEXT},
		{"on_login_id", N_("On user"), SEIKYO_KIND_TEXT},
		{"origin", N_("Where"), SEIKYO_KIND_TEXT},
		{"actor", N_("Account"), SEIKYO_KIND_TEXT},
		{"paper", N_("Paper"), SEIKYO_KIND_TEXT},
		{"detail", N_("Detail"), SEIKYO_KIND_TEXT},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	enum seikyo_exit result = SEIKYO_EXIT_USAGE;
	struct seikyo_filled filled;
	uint32_t after;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	if (read_after(filled.option[AFTER], &after) == 0)
		result = seikyo_session_open(context, SEIKYO_ACCOUNT_OPERATOR);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context,
			seikyo_operator_list_audit(context->store, filled.operand[0], after,
						   UINT32_MAX, seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_table_print(context, &table);
	seikyo_table_close(&table);
	return result;
}

/* Reads heads, rows and heads again, and compares: all that the check needs to know. */
static enum seikyo_exit read_chains(struct seikyo_context *context,
				    struct seikyo_audit_check *check)
{
	struct seikyo_store *store = context->store;
	enum seikyo_call_result result;

	result = seikyo_operator_list_audit_heads(store, seikyo_audit_heads_row, &check->before);
	seikyo_audit_heads_sort(&check->before);
	if (result == SEIKYO_CALL_DONE)
		result = seikyo_operator_list_audit(store, NULL, 0, UINT32_MAX,
						    seikyo_audit_check_row, check);
	if (result == SEIKYO_CALL_DONE)
		result = seikyo_operator_list_audit_heads(store, seikyo_audit_heads_row,
							  &check->after);
	seikyo_audit_heads_sort(&check->after);
	if (result != SEIKYO_CALL_DONE)
		return seikyo_session_result(context, result);
	if (seikyo_audit_check_end(check) == 0)
		return SEIKYO_EXIT_DONE;
	seikyo_say_error("%s", _(TEXT_MEMORY));
	return SEIKYO_EXIT_USAGE;
}

/* The command's own look at the chains, and the database's. */
static enum seikyo_exit check_chains(struct seikyo_context *context,
				     struct seikyo_audit_check *check)
{
	enum seikyo_exit result = read_chains(context, check);

	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_operator_verify_audit(context->store,
							      seikyo_audit_check_verified, check));
	return result;
}

static bool seen_by_command_alone(const struct seikyo_audit_check *check)
{
	size_t index;
	json_t *found;

	json_array_foreach(check->breaks, index, found)
	{
		const char *kind = json_string_value(json_object_get(found, "kind"));
		const char *seen_by = json_string_value(json_object_get(found, "seen_by"));

		/* Of an export the database knows nothing. */
		if (strcmp(seen_by, "command") == 0 && strcmp(kind, "shorter") != 0 &&
		    strcmp(kind, "differs") != 0)
			return true;
	}
	return false;
}

/* Says what was found. DONE if nothing was. */
static enum seikyo_exit report(const struct seikyo_context *context,
			       const struct seikyo_audit_check *check)
{
	const struct seikyo_table table = {
		break_columns, sizeof(break_columns) / sizeof(break_columns[0]), check->breaks};
	const bool whole = json_array_size(check->breaks) == 0;

	if (whole)
		seikyo_say(context, _(TEXT_WHOLE), check->chains.count);
	else
		seikyo_say_error("%s", _(TEXT_BROKEN));
	if (!whole || context->json)
		seikyo_table_print(context, &table);
	if (seen_by_command_alone(check))
		seikyo_say_error("%s", _(TEXT_BLIND));
	return whole ? SEIKYO_EXIT_DONE : SEIKYO_EXIT_REFUSED;
}

enum seikyo_exit seikyo_audit_verify(struct seikyo_context *context, int argc, char **argv)
{
	enum { HEADS };
	static const struct seikyo_form form = {
		.options = {[HEADS] = {"heads", "FILE",
				       N_("Compare with an earlier export, so that rows missing at "
					  "the end are found"),
				       true}},
		.more = TEXT_VERIFY,
	};
	struct seikyo_audit_check check = {.breaks = json_array()};
	enum seikyo_exit result = SEIKYO_EXIT_DONE;
	struct seikyo_filled filled;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	context->patience = PATIENCE;
	if (filled.option[HEADS])
		result = seikyo_audit_file_heads(filled.option[HEADS], &check.exported);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_open(context, SEIKYO_ACCOUNT_OPERATOR);
	if (result == SEIKYO_EXIT_DONE)
		result = check_chains(context, &check);
	if (result == SEIKYO_EXIT_DONE)
		result = report(context, &check);
	seikyo_audit_check_close(&check);
	return result;
}

/* A broken trail is exported too, and said to be broken: what is left of it is evidence. */
static enum seikyo_exit report_export(const struct seikyo_context *context,
				      const struct seikyo_audit_check *check, const char *name)
{
	if (json_array_size(check->breaks) > 0) {
		seikyo_say_error("%s", _(TEXT_EXPORTED_BROKEN));
		return SEIKYO_EXIT_REFUSED;
	}
	if (strcmp(name, "-") != 0)
		seikyo_say(context, _(TEXT_EXPORTED), name, check->chains.count);
	return SEIKYO_EXIT_DONE;
}

enum seikyo_exit seikyo_audit_export(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {
		.operands = "FILE|-",
		.operand_count = 1,
		.more = TEXT_EXPORT,
	};
	struct seikyo_audit_file file = {0};
	struct seikyo_audit_check check = {
		.breaks = json_array(), .each = seikyo_audit_file_row, .each_context = &file};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	context->patience = PATIENCE;
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_OPERATOR);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_audit_file_open(&file, filled.operand[0]);
	if (result == SEIKYO_EXIT_DONE)
		result = read_chains(context, &check);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_audit_file_finish(&file, &check.chains);
	if (result == SEIKYO_EXIT_DONE)
		result = report_export(context, &check, filled.operand[0]);
	seikyo_audit_file_close(&file);
	seikyo_audit_check_close(&check);
	return result;
}
