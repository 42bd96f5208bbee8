/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include "admin/store/operator.h"
#include "command/form.h"
#include "command/import_file.h"
#include "command/progress.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"

#define PATIENCE 600 /* seconds: everything is one call */

static const char TEXT_MORE[] = N_("FILE is CSV (RFC 4180) in UTF-8, - for standard input. Its "
				   "first line names the columns, in any "
				   "order: contract, login_id, role (master or general), name, "
				   "mail, password_hash (crypt(5)) and, if "
				   "wanted, confirmation_hash, which is empty for those who have "
				   "none. Every bad line is named with its "
				   "number and the reason, and then nobody is registered.");
static const char TEXT_FAULT[] = N_("%s, line %u: %s.");
static const char TEXT_NOTHING[] = N_("Nothing was registered: %zu of %zu lines are bad.");
static const char TEXT_DONE[] = N_("%zu users are registered.");
static const char TEXT_WOULD[] = N_("%zu users can be registered. Nothing was, in this dry run.");
static const char TEXT_CALL[] = N_("The database checks and registers %zu users");
static const char TEXT_MANY[] =
	N_("%s holds %zu users; the database takes %lld at once. Divide the "
	   "file.");
static const char TEXT_LARGE[] =
	N_("The users of %s make %zu bytes; the database takes %lld at once "
	   "(its setting max_allowed_packet). Divide the file, or raise the "
	   "setting.");

/* What the database takes at once. */
struct bounds {
	int64_t users;
	int64_t bytes;
};

static int read_bounds(void *context, const struct seikyo_value *values, const char *const *names,
		       size_t count)
{
	struct bounds *bounds = context;

	(void)names;
	if (count != 2 || values[0].type != SEIKYO_VALUE_INTEGER ||
	    values[1].type != SEIKYO_VALUE_INTEGER)
		return -1;
	bounds->users = values[0].integer;
	bounds->bytes = values[1].integer;
	return 0;
}

/* Says so if the database would not take the users in one call. */
static enum seikyo_exit check_bounds(struct seikyo_context *context,
				     const struct seikyo_import *import, const char *file)
{
	struct bounds bounds = {0};
	const enum seikyo_exit result = seikyo_session_result(
		context, seikyo_operator_import_bounds(context->store, read_bounds, &bounds));

	if (result != SEIKYO_EXIT_DONE)
		return result;
	if (import->count > (uint64_t)bounds.users)
		seikyo_say_error(_(TEXT_MANY), file, import->count, (long long)bounds.users);
	else if (import->users.len > (uint64_t)bounds.bytes)
		seikyo_say_error(_(TEXT_LARGE), file, import->users.len, (long long)bounds.bytes);
	else
		return SEIKYO_EXIT_DONE;
	return SEIKYO_EXIT_USAGE;
}

/* The database names a bad user by his place; the words it uses are those of its refusals. */
static const char *const problems[] = {
	"contract-unknown", "closed", "login-id",  "twice",	 "exists", "role", "name",
	"mail-address",	    "hash",   "hash-cost", "not-master",
};

static int take_fault(void *context, const struct seikyo_value *values, const char *const *names,
		      size_t count)
{
	struct seikyo_import *import = context;
	const char *problem = "hash";

	(void)names;
	if (count != 2 || values[0].type != SEIKYO_VALUE_INTEGER ||
	    values[1].type != SEIKYO_VALUE_BYTES || values[0].integer < 1 ||
	    (uint64_t)values[0].integer > import->count)
		return -1;
	for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++)
		if (strcmp(problems[i], values[1].bytes) == 0)
			problem = problems[i];
	return seikyo_import_fault_add(import, import->lines[values[0].integer - 1], problem);
}

/* Has the good lines checked, and registered if all lines are good and it is no dry run. */
static enum seikyo_exit register_users(struct seikyo_context *context, struct seikyo_import *import,
				       const char *file, bool dry_run)
{
	const bool only_check = dry_run || import->fault_count > 0;
	enum seikyo_exit result = SEIKYO_EXIT_DONE;

	if (import->count == 0)
		return result;
	result = check_bounds(context, import, file);
	if (result != SEIKYO_EXIT_DONE)
		return result;
	seikyo_progress(_(TEXT_CALL), import->count);
	result = seikyo_session_result(
		context,
		seikyo_operator_import_users(context->store, import->users.text, import->users.len,
					     only_check, take_fault, import));
	seikyo_progress_end();
	return result;
}

static int by_line(const void *a, const void *b)
{
	const struct seikyo_import_fault *left = a, *right = b;

	return (left->line > right->line) - (left->line < right->line);
}

static void print_json(const struct seikyo_context *context, const struct seikyo_import *import)
{
	struct seikyo_table table = {NULL, 0, json_array()};

	for (size_t i = 0; i < import->fault_count; i++) {
		const struct seikyo_import_fault *fault = &import->faults[i];

		json_array_append_new(table.rows,
				      json_pack("{s:I, s:s, s:s}", "line", (json_int_t)fault->line,
						"problem", fault->problem, "reason",
						seikyo_import_reason(fault->problem)));
	}
	seikyo_table_print(context, &table);
	seikyo_table_close(&table);
}

/* Names every bad line. DONE if there is none. */
static enum seikyo_exit report(const struct seikyo_context *context, struct seikyo_import *import,
			       const char *file)
{
	if (import->fault_count)
		qsort(import->faults, import->fault_count, sizeof(*import->faults), by_line);
	for (size_t i = 0; i < import->fault_count; i++)
		seikyo_say_error(
			_(TEXT_FAULT), file, import->faults[i].line,
			seikyo_text_known(seikyo_import_reason(import->faults[i].problem)));
	if (context->json)
		print_json(context, import);
	return import->fault_count ? SEIKYO_EXIT_REFUSED : SEIKYO_EXIT_DONE;
}

enum seikyo_exit seikyo_user_import(struct seikyo_context *context, int argc, char **argv)
{
	enum { DRY_RUN };
	static const struct seikyo_form form = {
		.operands = "FILE.csv|-",
		.operand_count = 1,
		.options = {[DRY_RUN] = {"dry-run", NULL,
					 N_("Check every line, and register nobody"), true}},
		.more = TEXT_MORE,
	};
	struct seikyo_import import = {0};
	struct seikyo_filled filled;
	enum seikyo_exit result;
	size_t lines;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	context->patience = PATIENCE;

	const char *file = filled.operand[0];
	const bool dry_run = filled.option[DRY_RUN] != NULL;

	result = seikyo_import_read(&import, file);
	lines = import.count + import.fault_count;
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_open(context, SEIKYO_ACCOUNT_OPERATOR);
	if (result == SEIKYO_EXIT_DONE)
		result = register_users(context, &import, file, dry_run);
	if (result == SEIKYO_EXIT_DONE && report(context, &import, file) != SEIKYO_EXIT_DONE) {
		seikyo_say_error(_(TEXT_NOTHING), import.fault_count, lines);
		result = SEIKYO_EXIT_REFUSED;
	}
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, dry_run ? _(TEXT_WOULD) : _(TEXT_DONE), import.count);
	seikyo_import_close(&import);
	return result;
}
