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

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static void connect_store(struct seikyo_console *console)
{
	const struct seikyo_config *config = &console->config;
	const struct seikyo_store_settings settings = {
		.socket = or_null(config->socket),
		.host = or_null(config->host),
		.port = config->port,
		.tls_ca = or_null(config->tls_ca),
		.user = config->console_user,
		.password = config->console_password,
		.database = config->database,
		.connect_timeout = config->timeout,
		.read_timeout = config->timeout,
	};
	char error[SEIKYO_STORE_ERROR_MAX];

	if (seikyo_store_open(&console->store, &settings, error) < 0) {
		console->store = NULL;
		seikyo_log("the database cannot be used: %s", error);
	}
}

struct seikyo_store *seikyo_console_store(struct seikyo_console *console)
{
	const time_t now = seconds_now();

	if (console->store &&
	    (!seikyo_store_usable(console->store) || now - console->store_used_at > IDLE_MAX)) {
		seikyo_store_close(console->store);
		console->store = NULL;
	}
	if (!console->store)
		connect_store(console);
	console->store_used_at = now;
	return console->store;
}
