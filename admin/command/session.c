/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/session.h"

#include "command/say.h"
#include "common/text.h"

static const char TEXT_AWAY[] = N_("The database cannot be used: %s. Check that it runs, and the "
				   "settings in %s.");
static const char TEXT_SETTING[] =
	N_("%s is not set in %s; `%s` needs this account of the database.");
static const char TEXT_REFUSED[] = N_("Refused (%d): %s");
static const char TEXT_FAILED[] =
	N_("The database failed: %s. If something was to be changed, look "
	   "whether it was before you try again.");

static const char TEXT_NODE_AWAY[] =
	N_("The database server %s is away (%s); another one is asked.");
static const char TEXT_NODE_BACK[] = N_("The database server %s answers again.");

/* The settings that hold an account. */
struct account {
	const char *user_name;
	const char *password_name;
	const char *user;
	const char *password;
};

static struct account account_of(const struct seikyo_config *config, enum seikyo_account account)
{
	if (account == SEIKYO_ACCOUNT_BRANCH)
		return (struct account){"branch_user", "branch_password", config->branch_user,
					config->branch_password};
	if (account == SEIKYO_ACCOUNT_KEYS)
		return (struct account){"keys_user", "keys_password", config->keys_user,
					config->keys_password};
	if (account == SEIKYO_ACCOUNT_MAILER)
		return (struct account){"mailer_user", "mailer_password", config->mailer_user,
					config->mailer_password};
	return (struct account){"operator_user", "operator_password", config->operator_user,
				config->operator_password};
}

enum seikyo_exit seikyo_session_configure(struct seikyo_context *context)
{
	char error[SEIKYO_CONFIG_ERROR_MAX];

	if (seikyo_config_read(&context->config, context->config_file, error) == 0)
		return SEIKYO_EXIT_DONE;
	seikyo_say_error("%s", error);
	return SEIKYO_EXIT_USAGE;
}

static void say_node(const char *name, const char *why)
{
	if (why)
		seikyo_say_error(_(TEXT_NODE_AWAY), name, why);
	else
		seikyo_say_error(_(TEXT_NODE_BACK), name);
}

enum seikyo_exit seikyo_session_connect(struct seikyo_context *context, enum seikyo_account account,
					char error[static SEIKYO_STORE_ERROR_MAX])
{
	const struct seikyo_config *config = &context->config;
	const struct account who = account_of(config, account);
	const struct seikyo_database_account settings = {
		.user = who.user,
		.password = who.password,
		.connect_timeout = config->timeout,
		.read_timeout =
			context->patience > config->timeout ? context->patience : config->timeout,
	};

	if (!*who.user || !*who.password) {
		seikyo_say_error(_(TEXT_SETTING), *who.user ? who.password_name : who.user_name,
				 context->config_file, context->command->name);
		return SEIKYO_EXIT_USAGE;
	}
	context->database.say = say_node;
	return seikyo_database_open(&context->database, config, &settings, &context->store, error)
		       ? SEIKYO_EXIT_AWAY
		       : SEIKYO_EXIT_DONE;
}

bool seikyo_session_keeps(const struct seikyo_context *context)
{
	return context->store && seikyo_database_keeps(&context->database, context->store);
}

void seikyo_session_close(struct seikyo_context *context)
{
	seikyo_database_close(&context->database, context->store);
	context->store = NULL;
}

enum seikyo_exit seikyo_session_open(struct seikyo_context *context, enum seikyo_account account)
{
	char error[SEIKYO_STORE_ERROR_MAX];
	enum seikyo_exit result = seikyo_session_configure(context);

	if (result != SEIKYO_EXIT_DONE)
		return result;
	result = seikyo_session_connect(context, account, error);
	if (result == SEIKYO_EXIT_AWAY)
		seikyo_say_error(_(TEXT_AWAY), error, context->config_file);
	return result;
}

enum seikyo_exit seikyo_session_result(const struct seikyo_context *context,
				       enum seikyo_call_result result)
{
	const char *text;
	int number;

	switch (result) {
	case SEIKYO_CALL_DONE:
		return SEIKYO_EXIT_DONE;
	case SEIKYO_CALL_REFUSED:
		number = seikyo_call_refusal(context->store, &text);
		seikyo_say_error(_(TEXT_REFUSED), number, seikyo_text_known(text));
		return SEIKYO_EXIT_REFUSED;
	case SEIKYO_CALL_FAILED:
		break;
	}
	seikyo_say_error(_(TEXT_FAILED), seikyo_store_error(context->store));
	return SEIKYO_EXIT_AWAY;
}
