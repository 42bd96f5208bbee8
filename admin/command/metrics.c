/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <string.h>

#include "admin/store/operator.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "common/text.h"

static const char TEXT_AWAY[] = N_("The database cannot be used: %s.");

/* What each of the procedure's values means. Prometheus reads names and types, people the help. */
static const struct {
	const char *name;
	const char *type;
	const char *help;
} known[] = {
	{"contracts", "gauge", "Contracts that are open."},
	{"users", "gauge", "Users who are open."},
	{"users_locked", "gauge", "Users whose one-time password is locked."},
	{"tokens_issued", "gauge", "Tokens that wait to be installed on a phone."},
	{"tokens_installed", "gauge", "Tokens that wait for their first code."},
	{"tokens_active", "gauge", "Tokens in use."},
	{"mails_waiting", "gauge", "Mails not sent yet."},
	{"mails_failed", "gauge", "Mails that the mail server refused for good."},
	{"sessions_open", "gauge", "Sessions of the console."},
	{"login_events_newest_id", "counter", "Login events written since the service began."},
	{"last_login_seconds", "gauge", "Time of the newest login, seconds since 1970."},
};

static void print_metric(const char *name, const char *type, const char *help, long long value)
{
	printf("# HELP seikyo_%s %s\n# TYPE seikyo_%s %s\nseikyo_%s %lld\n", name, help, name, type,
	       name, value);
}

/* A name that is not known here is a newer schema's, and is left out. */
static int print_row(void *context, const struct seikyo_value *columns, const char *const *names,
		     size_t count)
{
	(void)context;
	(void)names;
	if (count < 2 || columns[0].type != SEIKYO_VALUE_BYTES ||
	    columns[1].type != SEIKYO_VALUE_INTEGER)
		return -1;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(known[i].name, columns[0].bytes) == 0)
			print_metric(known[i].name, known[i].type, known[i].help,
				     (long long)columns[1].integer);
	}
	return 0;
}

/* The text format has one form for people and machines: --json changes nothing. */
enum seikyo_exit seikyo_metrics(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {0};
	char error[SEIKYO_STORE_ERROR_MAX];
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_configure(context);
	if (result != SEIKYO_EXIT_DONE)
		return result;
	result = seikyo_session_connect(context, SEIKYO_ACCOUNT_OPERATOR, error);
	if (result == SEIKYO_EXIT_AWAY)
		seikyo_say_error(_(TEXT_AWAY), error);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_operator_metrics(context->store, print_row, NULL));
	if (result == SEIKYO_EXIT_DONE || result == SEIKYO_EXIT_AWAY)
		print_metric("database_up", "gauge", "1 if the database answered.",
			     result == SEIKYO_EXIT_DONE);
	return result;
}
