/* SPDX-License-Identifier: GPL-2.0-only */
#include "store/store.h"

#include <errno.h>
#include <mariadb/mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>

int seikyo_store_init(void)
{
	return mysql_library_init(0, NULL, NULL) == 0 ? 0 : -1;
}

/*
 * On a node of a Galera cluster what was committed at another may not be there yet: a code would be
 * asked of a user who was revoked a moment ago. With wsrep_sync_wait a read, or a transaction's
 * begin, waits for it (1) and so does a writing statement outside of one (2, 4). Elsewhere this has
 * no effect.
 */
static const char init_command[] = "SET SESSION time_zone = '+00:00', wsrep_sync_wait = 7";

static int set_options(MYSQL *mysql, const struct seikyo_store_settings *settings)
{
	const my_bool on = 1;
	const unsigned off = 0;
	int bad = 0;

	bad |= mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &settings->connect_timeout);
	bad |= mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &settings->read_timeout);
	bad |= mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &settings->read_timeout);
	bad |= mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &off);
	bad |= mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	bad |= mysql_options(mysql, MYSQL_INIT_COMMAND, init_command);
	if (settings->tls_ca != NULL && settings->tls_ca[0] != '\0') {
		bad |= mysql_ssl_set(mysql, NULL, NULL, settings->tls_ca, NULL, NULL);
		bad |= mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &on);
		bad |= mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &on);
	}
	return bad == 0 ? 0 : -1;
}

static bool given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* A socket goes before a host; libmariadb would try TCP, or its own default socket, otherwise. */
static int connect_to(MYSQL *mysql, const struct seikyo_store_settings *settings)
{
	const char *socket = given(settings->socket) ? settings->socket : NULL;
	const char *host = socket != NULL ? "localhost" : settings->host;

	if (mysql_real_connect(mysql, host, settings->user, settings->password, settings->database,
			       settings->port, socket,
			       CLIENT_MULTI_RESULTS | CLIENT_REMEMBER_OPTIONS) == NULL)
		return -1;
	return 0;
}

int seikyo_store_open(struct seikyo_store **store, const struct seikyo_store_settings *settings,
		      char error[static SEIKYO_STORE_ERROR_MAX])
{
	struct seikyo_store *new = NULL;

	*store = NULL;
	new = calloc(1, sizeof(*new));
	if (new == NULL || mysql_init(&new->mysql) == NULL) {
		snprintf(error, SEIKYO_STORE_ERROR_MAX, "out of memory");
		free(new);
		return -1;
	}
	new->jitter = (unsigned)(uintptr_t) new;
	if (set_options(&new->mysql, settings) < 0 || connect_to(&new->mysql, settings) < 0) {
		snprintf(error, SEIKYO_STORE_ERROR_MAX,
			 "cannot connect to the database at %s: %u %s",
			 given(settings->socket) ? settings->socket : settings->host,
			 mysql_errno(&new->mysql), mysql_error(&new->mysql));
		seikyo_store_close(new);
		return -1;
	}
	*store = new;
	return 0;
}

void seikyo_store_close(struct seikyo_store *store)
{
	if (store == NULL)
		return;
	for (size_t i = 0; i < SEIKYO_SLOTS; i++) {
		if (store->statements[i] != NULL)
			mysql_stmt_close(store->statements[i]);
	}
	mysql_close(&store->mysql);
	free(store);
}

bool seikyo_store_usable(const struct seikyo_store *store)
{
	return !store->unusable;
}

bool seikyo_store_lost(const struct seikyo_store *store)
{
	return store->lost;
}

const char *seikyo_store_error(const struct seikyo_store *store)
{
	return store->error;
}
