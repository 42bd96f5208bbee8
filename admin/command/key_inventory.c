/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/keys.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"

/* Counting what is sealed under which key reads every token. */
#define PATIENCE 600

static const char TEXT_NO_KEY[] = N_("No RADIUS server has said which keys it has: none has "
				     "connected to this database yet.");
static const char TEXT_MORE[] = N_(
	"Three lists: the safe keys, with the number of tokens sealed under each; the RADIUS "
	"servers, with the keys that each had loaded when it last connected to the database; and "
	"the tokens that are still sealed to the envelope keys, since they wait for their first "
	"code. How keys are rolled: key activate --help.");

static const struct seikyo_column key_columns[] = {
	{"id", N_("Safe key"), SEIKYO_KIND_TEXT},
	{"active", N_("Active"), SEIKYO_KIND_YES_NO},
	{"tokens", N_("Tokens"), SEIKYO_KIND_NUMBER},
	{"loaded_on", N_("Loaded on"), SEIKYO_KIND_NUMBER},
	{"servers", N_("of servers"), SEIKYO_KIND_NUMBER},
	{"retired_at", N_("Retired"), SEIKYO_KIND_MOMENT},
};

static const struct seikyo_column server_columns[] = {
	{"name", N_("RADIUS server"), SEIKYO_KIND_TEXT},
	{"seen_at", N_("Last connected"), SEIKYO_KIND_MOMENT},
	{"safe_keys", N_("Safe keys"), SEIKYO_KIND_TEXT},
	{"envelope_keys", N_("Envelope keys"), SEIKYO_KIND_TEXT},
};

static const struct seikyo_column envelope_columns[] = {
	{"tokens", N_("Installed tokens without first code"), SEIKYO_KIND_NUMBER},
	{"oldest_at", N_("The oldest installed"), SEIKYO_KIND_MOMENT},
};

struct inventory {
	struct seikyo_table keys;
	struct seikyo_table servers;
	struct seikyo_table envelopes;
};

static enum seikyo_exit ask(struct seikyo_context *context, struct inventory *inventory)
{
	struct seikyo_store *store = context->store;
	enum seikyo_call_result called;

	called = seikyo_keys_list(store, seikyo_table_row, &inventory->keys);
	if (called == SEIKYO_CALL_DONE)
		called = seikyo_keys_list_servers(store, seikyo_table_row, &inventory->servers);
	if (called == SEIKYO_CALL_DONE)
		called =
			seikyo_keys_count_envelopes(store, seikyo_table_row, &inventory->envelopes);
	return seikyo_session_result(context, called);
}

static void print_json(const struct seikyo_context *context, const struct inventory *inventory)
{
	struct seikyo_table all = {NULL, 0, json_array()};

	json_array_append_new(all.rows, json_pack("{s:O, s:O, s:O}", "keys", inventory->keys.rows,
						  "servers", inventory->servers.rows, "envelopes",
						  json_array_get(inventory->envelopes.rows, 0)));
	seikyo_table_print_one(context, &all);
	seikyo_table_close(&all);
}

static void print(const struct seikyo_context *context, const struct inventory *inventory)
{
	if (context->json) {
		print_json(context, inventory);
		return;
	}
	if (!json_array_size(inventory->servers.rows))
		seikyo_say(context, "%s", _(TEXT_NO_KEY));
	seikyo_table_print(context, &inventory->keys);
	seikyo_say(context, "%s", "");
	seikyo_table_print(context, &inventory->servers);
	seikyo_say(context, "%s", "");
	seikyo_table_print_one(context, &inventory->envelopes);
}

enum seikyo_exit seikyo_key_inventory(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.more = TEXT_MORE};
	struct inventory inventory = {SEIKYO_TABLE(key_columns), SEIKYO_TABLE(server_columns),
				      SEIKYO_TABLE(envelope_columns)};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	context->patience = PATIENCE;
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_KEYS);
	if (result == SEIKYO_EXIT_DONE)
		result = ask(context, &inventory);
	if (result == SEIKYO_EXIT_DONE)
		print(context, &inventory);
	seikyo_table_close(&inventory.keys);
	seikyo_table_close(&inventory.servers);
	seikyo_table_close(&inventory.envelopes);
	return result;
}
