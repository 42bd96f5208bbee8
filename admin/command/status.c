/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "admin/store/operator.h"
#include "command/form.h"
#include "command/key_list.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/moment.h"
#include "common/text.h"

static const char TEXT_AWAY[] = N_("The database cannot be used: %s. Check that it runs, and the "
				   "settings in %s.");
static const char TEXT_KEYS[] = N_("The folder key_dir = %s cannot be read: %s.");
static const char TEXT_EMPTY[] = N_("There is no key in %s; seikyo-otp key new makes them.");
static const char TEXT_CLOSED[] =
	N_("The service is closed: the database was restored, or closed by hand. Run seikyo-otp "
	   "recover.");
static const char TEXT_NO_DIR[] =
	N_("key_dir is not set: the keys of this machine are not looked at.");

static const struct seikyo_column status_columns[] = {
	{"reachable", N_("Database reachable"), SEIKYO_KIND_YES_NO},
	{"now", N_("Database's clock"), SEIKYO_KIND_MOMENT},
	{"clock_difference_seconds", N_("This machine's clock is off by"), SEIKYO_KIND_NUMBER},
	{"schema_version", N_("Version of the schema"), SEIKYO_KIND_NUMBER},
	{"service_open", N_("Service open"), SEIKYO_KIND_YES_NO},
	{"contracts", N_("Contracts"), SEIKYO_KIND_NUMBER},
	{"users", N_("Users"), SEIKYO_KIND_NUMBER},
	{"locked_users", N_("Locked users"), SEIKYO_KIND_NUMBER},
	{"live_tokens", N_("Live tokens"), SEIKYO_KIND_NUMBER},
	{"waiting_mails", N_("Waiting mails"), SEIKYO_KIND_NUMBER},
	{"failed_mails", N_("Failed mails"), SEIKYO_KIND_NUMBER},
	{"last_login_at", N_("Last login"), SEIKYO_KIND_MOMENT},
	{"node_state", N_("Cluster node"), SEIKYO_KIND_TEXT},
	{"cluster_size", N_("Cluster size"), SEIKYO_KIND_NUMBER},
};

#define STATUS_COLUMNS (sizeof(status_columns) / sizeof(status_columns[0]))
#define COUNTED_FIRST  3 /* the columns from here on are the procedure's own */

static const struct seikyo_column key_columns[] = {
	{"file", N_("Key file"), SEIKYO_KIND_TEXT},
	{"valid_until", N_("Valid until"), SEIKYO_KIND_MOMENT},
	{"problem", N_("Problem"), SEIKYO_KIND_WORDS},
};

/* What the procedure's row goes into: the counts, and the clock apart, which needs its decimals. */
struct answer {
	struct seikyo_table counts;
	int64_t now; /* microseconds since 1970 */
	bool given;
};

static int take_row(void *context, const struct seikyo_value *values, const char *const *names,
		    size_t count)
{
	struct answer *answer = context;

	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], "now") == 0 && values[i].type == SEIKYO_VALUE_BYTES)
			answer->given = seikyo_moment_parse(values[i].bytes, &answer->now) == 0;
	return answer->given ? seikyo_table_row(&answer->counts, values, names, count) : -1;
}

static int64_t own_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Asks the database and puts what it says into row. */
static enum seikyo_exit ask(struct seikyo_context *context, json_t *row)
{
	struct answer answer = {.counts = {status_columns + COUNTED_FIRST,
					   STATUS_COLUMNS - COUNTED_FIRST, json_array()}};
	const int64_t before = own_clock();
	enum seikyo_exit result = seikyo_session_result(
		context, seikyo_operator_status(context->store, take_row, &answer));
	/* The database read its clock somewhere in between. */
	const int64_t between = before + (own_clock() - before) / 2;
	char iso[SEIKYO_MOMENT_LEN + 1];

	if (result == SEIKYO_EXIT_DONE && answer.given && seikyo_moment_iso(answer.now, iso) == 0) {
		json_object_set_new(row, "reachable", json_true());
		json_object_set_new(row, "now", json_string(iso));
		json_object_set_new(row, "clock_difference_seconds",
				    json_real((double)((between - answer.now) / 1000) / 1e3));
		json_object_update(row, json_array_get(answer.counts.rows, 0));
	} else if (result == SEIKYO_EXIT_DONE) {
		result = SEIKYO_EXIT_AWAY;
	}
	seikyo_table_close(&answer.counts);
	return result;
}

/* A row in which nothing is known yet, so that every name is there whatever happens. */
static json_t *empty_row(void)
{
	json_t *row = json_object();

	for (size_t i = 0; i < STATUS_COLUMNS; i++)
		json_object_set_new(row, status_columns[i].name, json_null());
	json_object_set_new(row, "reachable", json_false());
	return row;
}

static enum seikyo_exit connect_and_ask(struct seikyo_context *context, json_t *row)
{
	char error[SEIKYO_STORE_ERROR_MAX];
	enum seikyo_exit result = seikyo_session_connect(context, SEIKYO_ACCOUNT_OPERATOR, error);

	if (result == SEIKYO_EXIT_DONE)
		return ask(context, row);
	if (result == SEIKYO_EXIT_AWAY)
		seikyo_say_error(_(TEXT_AWAY), error, context->config_file);
	return result;
}

static void list_keys(const struct seikyo_context *context, json_t *keys)
{
	const char *folder = context->config.key_dir;

	if (!*folder)
		seikyo_say(context, "%s", _(TEXT_NO_DIR));
	else if (seikyo_key_list(folder, keys) < 0)
		seikyo_say_error(_(TEXT_KEYS), folder, strerror(errno));
	else if (!json_array_size(keys))
		seikyo_say(context, _(TEXT_EMPTY), folder);
}

static void print(const struct seikyo_context *context, const struct seikyo_table *status,
		  const struct seikyo_table *keys)
{
	if (context->json) {
		json_object_set(json_array_get(status->rows, 0), "keys", keys->rows);
		seikyo_table_print_one(context, status);
		return;
	}
	seikyo_table_print_one(context, status);
	if (!json_array_size(keys->rows))
		return;
	seikyo_say(context, "%s", "");
	seikyo_table_print(context, keys);
}

enum seikyo_exit seikyo_status(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {0};
	struct seikyo_table status = SEIKYO_TABLE(status_columns);
	struct seikyo_table keys = SEIKYO_TABLE(key_columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_configure(context);
	if (result == SEIKYO_EXIT_DONE) {
		json_array_append_new(status.rows, empty_row());
		result = connect_and_ask(context, json_array_get(status.rows, 0));
	}
	if (result == SEIKYO_EXIT_DONE || result == SEIKYO_EXIT_AWAY) {
		list_keys(context, keys.rows);
		print(context, &status, &keys);
	}
	if (result == SEIKYO_EXIT_DONE &&
	    json_is_false(json_object_get(json_array_get(status.rows, 0), "service_open"))) {
		seikyo_say_error("%s", _(TEXT_CLOSED));
		result = SEIKYO_EXIT_REFUSED;
	}
	seikyo_table_close(&status);
	seikyo_table_close(&keys);
	return result;
}
