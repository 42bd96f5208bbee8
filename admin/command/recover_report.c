/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/recover_report.h"

#include <string.h>

#include "command/say.h"
#include "common/moment.h"
#include "common/text.h"

static const char TEXT_CODES[] = N_("No code that an app shows before %s (Japan time) is taken.");
static const char TEXT_NOTHING_LEFT[] = N_("Nothing more is left to be done.");
static const char TEXT_LEFT[] =
	N_("This is left to people, for a trail does not hold it, or is not believed in it:");

const struct seikyo_column seikyo_recover_columns[SEIKYO_RECOVER_COLUMNS] = {
	{"part", "", SEIKYO_KIND_TEXT},	    {"what", "", SEIKYO_KIND_TEXT},
	{"amount", "", SEIKYO_KIND_NUMBER}, {"contract_number", "", SEIKYO_KIND_TEXT},
	{"login_id", "", SEIKYO_KIND_TEXT}, {"detail", "", SEIKYO_KIND_TEXT},
};

/* What the procedure calls an item, and what a person reads. */
struct item {
	const char *what;
	const char *text;
};

static const struct item done[] = {
	{"sessions", N_("Console sessions ended: %lld. What anybody had proved before is void.")},
	{"mails",
	 N_("Mails given up: %lld. They waited when the backup was made, and may have been "
	    "sent since.")},
	{"rows", N_("Rows of the export appended to the audit trail, and done again: %lld.")},
	{"tokens", N_("Tokens revoked: %lld. Nobody can say which of them were revoked since the "
		      "backup.")},
};

static const struct item left[] = {
	{"later-acts", N_("Do again, by the papers, what was done after this time")},
	{"unlock-user", N_("Unlock again, by the paper")},
	{"register-contract", N_("Register the contract again")},
	{"import-users", N_("Import users again")},
	{"register-user", N_("Register the user again")},
	{"set-password", N_("Set a new login password")},
	{"set-confirmation", N_("Set a new confirmation password")},
	{"add-certificate", N_("Register the certificate again")},
	{"change-user", N_("Change name or mail address again")},
	{"issue-token", N_("The user sets up a new token")},
	{"retire-key", N_("Re-seal, then retire the key again")},
	{"policy", N_("Set the policy again: this version does not take what the export says")},
};

static const char *text_of(const struct item *items, size_t count, const char *what)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].what, what) == 0)
			return items[i].text;
	return NULL;
}

/* The time stands in detail as the database writes it. */
static void say_codes(const struct seikyo_context *context, const char *moment)
{
	char japan[SEIKYO_MOMENT_LEN + 1];
	int64_t at;

	if (seikyo_moment_parse(moment, &at) == 0 && seikyo_moment_japan(at, japan) == 0)
		seikyo_say(context, _(TEXT_CODES), japan);
}

static void say_done(const struct seikyo_context *context, const json_t *row)
{
	const char *what = json_string_value(json_object_get(row, "what"));
	const char *text = text_of(done, sizeof(done) / sizeof(done[0]), what);

	if (text)
		seikyo_say(context, _(text),
			   (long long)json_integer_value(json_object_get(row, "amount")));
	else
		say_codes(context, json_string_value(json_object_get(row, "detail")));
}

/* A line of the list of what is left. */
static void add_left(struct seikyo_table *list, const json_t *row)
{
	const char *what = json_string_value(json_object_get(row, "what"));
	const char *text = text_of(left, sizeof(left) / sizeof(left[0]), what);
	json_t *copy = json_deep_copy(row);

	json_object_set_new(copy, "what", json_string(text ? text : what));
	json_array_append_new(list->rows, copy);
}

static void say_left(const struct seikyo_context *context, const struct seikyo_table *table)
{
	static const struct seikyo_column columns[] = {
		{"what", N_("To be done"), SEIKYO_KIND_WORDS},
		{"contract_number", N_("Contract"), SEIKYO_KIND_TEXT},
		{"login_id", N_("User"), SEIKYO_KIND_TEXT},
		{"detail", N_("Detail"), SEIKYO_KIND_TEXT},
	};
	struct seikyo_table list = SEIKYO_TABLE(columns);
	size_t index;
	json_t *row;

	json_array_foreach(table->rows, index, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "part")), "left") == 0)
			add_left(&list, row);
	}
	if (json_array_size(list.rows)) {
		seikyo_say(context, "%s", _(TEXT_LEFT));
		seikyo_table_print(context, &list);
	} else {
		seikyo_say(context, "%s", _(TEXT_NOTHING_LEFT));
	}
	seikyo_table_close(&list);
}

void seikyo_recover_report(const struct seikyo_context *context, const struct seikyo_table *table)
{
	size_t index;
	json_t *row;

	if (context->json) {
		seikyo_table_print(context, table);
		return;
	}
	json_array_foreach(table->rows, index, row)
	{
		if (strcmp(json_string_value(json_object_get(row, "part")), "done") == 0)
			say_done(context, row);
	}
	say_left(context, table);
}
