/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/store.h"

#include <time.h>

#include "console/log.h"

#define IDLE_MAX 5 /* seconds */

static time_t seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static void say_node(const char *name, const char *why)
{
	if (why)
		seikyo_log("the database server %s is away: %s; another one is asked", name, why);
	else
		seikyo_log("the database server %s answers again", name);
}

static void connect_store(struct seikyo_console *console)
{
	const struct seikyo_config *config = &console->config;
	const struct seikyo_database_account account = {
		.user = config->console_user,
		.password = config->console_password,
		.connect_timeout = config->timeout,
		.read_timeout = config->timeout,
	};
	char error[SEIKYO_STORE_ERROR_MAX];

	console->database.say = say_node;
	if (seikyo_database_open(&console->database, config, &account, &console->store, error) < 0)
		seikyo_log("the database cannot be used: %s", error);
}

struct seikyo_store *seikyo_console_store(struct seikyo_console *console)
{
	const time_t now = seconds_now();

	if (console->store && (!seikyo_database_keeps(&console->database, console->store) ||
			       now - console->store_used_at > IDLE_MAX)) {
		seikyo_database_close(&console->database, console->store);
		console->store = NULL;
	}
	if (!console->store)
		connect_store(console);
	console->store_used_at = now;
	return console->store;
}
