/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/operator.h"
#include "command/form.h"
#include "command/progress.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"

#define PATIENCE 600 /* seconds: counting looks at every event */

static const char TEXT_WOULD[] = N_("Nothing was deleted. This is what would be:");
static const char TEXT_BATCH[] = N_("%lld login events deleted");

/* The columns that are counts; a batch gives its own, the end gives the sums. */
static const char *const counts[] = {"events", "tickets", "sessions"};

#define COUNTS (sizeof(counts) / sizeof(counts[0]))

/* Adds what the only row of a batch tells. Gives how many rows went. */
static json_int_t add_batch(const struct seikyo_table *table, json_int_t sums[static COUNTS])
{
	const json_t *row = json_array_get(table->rows, 0);
	json_int_t went = 0;

	for (size_t i = 0; i < COUNTS; i++) {
		const json_int_t count = json_integer_value(json_object_get(row, counts[i]));

		sums[i] += count;
		went += count;
	}
	return went;
}

static void put_sums(const struct seikyo_table *table, const json_int_t sums[static COUNTS])
{
	json_t *row = json_array_get(table->rows, 0);

	for (size_t i = 0; i < COUNTS; i++)
		json_object_set_new(row, counts[i], json_integer(sums[i]));
}

/* Batch after batch, each a transaction of its own, so that logins go on in between. */
static enum seikyo_exit prune_all(struct seikyo_context *context, struct seikyo_table *table)
{
	json_int_t sums[COUNTS] = {0};
	enum seikyo_exit result;
	json_int_t went = 0;

	do {
		json_array_clear(table->rows);
		result = seikyo_session_result(
			context, seikyo_operator_prune(context->store, seikyo_table_row, table));
		if (result == SEIKYO_EXIT_DONE) {
			went = add_batch(table, sums);
			seikyo_progress(_(TEXT_BATCH), (long long)sums[0]);
		}
	} while (result == SEIKYO_EXIT_DONE && went > 0);
	seikyo_progress_end();
	put_sums(table, sums);
	return result;
}

static enum seikyo_exit count_all(struct seikyo_context *context, struct seikyo_table *table)
{
	const enum seikyo_exit result = seikyo_session_result(
		context, seikyo_operator_count_prunable(context->store, seikyo_table_row, table));

	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, "%s", _(TEXT_WOULD));
	return result;
}

enum seikyo_exit seikyo_prune(struct seikyo_context *context, int argc, char **argv)
{
	enum { DRY_RUN };
	static const struct seikyo_form form = {
		.options = {[DRY_RUN] = {"dry-run", NULL,
					 N_("Say what would be deleted, and delete nothing"),
					 true}},
	};
	static const struct seikyo_column columns[] = {
		{"events", N_("Login events"), SEIKYO_KIND_NUMBER},
		{"tickets", N_("Tickets"), SEIKYO_KIND_NUMBER},
		{"sessions", N_("Console sessions"), SEIKYO_KIND_NUMBER},
		{"retained_from", N_("Login events are kept from"), SEIKYO_KIND_MOMENT},
		{"oldest", N_("The oldest login event there is"), SEIKYO_KIND_MOMENT},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	context->patience = PATIENCE;
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_OPERATOR);
	if (result == SEIKYO_EXIT_DONE)
		result = filled.option[DRY_RUN] ? count_all(context, &table)
						: prune_all(context, &table);
	if (result == SEIKYO_EXIT_DONE)
		seikyo_table_print_one(context, &table);
	seikyo_table_close(&table);
	return result;
}
