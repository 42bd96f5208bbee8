/* SPDX-License-Identifier: GPL-2.0-only */
#include "common/database.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "store/call.h"

static int64_t now_ms(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *list_of(const struct seikyo_config *config)
{
	return *config->socket ? config->socket : config->host;
}

/* Copies one word of the list to database->name. */
static void take_name(struct seikyo_database *database, const struct seikyo_config *config,
		      unsigned node)
{
	const char *word = list_of(config);
	size_t len;

	for (;; node--) {
		word += strspn(word, SEIKYO_CONFIG_BLANKS);
		len = strcspn(word, SEIKYO_CONFIG_BLANKS);
		if (node == 0)
			break;
		word += len;
	}
	memcpy(database->name, word, len);
	database->name[len] = '\0';
}

/*
 * A connection alone says little: a Galera node that has no majority, or lags behind, takes it all
 * the same.
 */
static bool answers(struct seikyo_store *store)
{
	static const struct seikyo_procedure hello = {"service_hello", 0, SEIKYO_SLOT_NONE};

	return seikyo_call(store, &hello, NULL, NULL, NULL) == SEIKYO_CALL_DONE;
}

/* lost: it may be the server's doing; else it answers, and lacks a right or a procedure. */
static int connect_to(const struct seikyo_database *database, const struct seikyo_config *config,
		      const struct seikyo_database_account *account, struct seikyo_store **store,
		      bool *lost, char error[static SEIKYO_STORE_ERROR_MAX])
{
	const struct seikyo_store_settings settings = {
		.socket = *config->socket ? database->name : NULL,
		.host = *config->socket ? NULL : database->name,
		.port = config->port,
		.tls_ca = *config->tls_ca ? config->tls_ca : NULL,
		.user = account->user,
		.password = account->password,
		.database = config->database,
		.connect_timeout = account->connect_timeout,
		.read_timeout = account->read_timeout,
	};

	*lost = true;
	if (seikyo_store_open(store, &settings, error) < 0)
		return -1;
	if (answers(*store))
		return 0;
	*lost = seikyo_store_lost(*store);
	snprintf(error, SEIKYO_STORE_ERROR_MAX, "%s", seikyo_store_error(*store));
	seikyo_store_close(*store);
	*store = NULL;
	return -1;
}

static void say(const struct seikyo_database *database, const char *why)
{
	if (database->say != NULL)
		database->say(database->name, why);
}

/* Tries one node and notes what was found. */
static int try_node(struct seikyo_database *database, const struct seikyo_config *config,
		    const struct seikyo_database_account *account, struct seikyo_store **store,
		    char error[static SEIKYO_STORE_ERROR_MAX])
{
	struct seikyo_nodes *nodes = &database->nodes;
	bool lost;

	database->generation = seikyo_node_generation(nodes, database->node);
	take_name(database, config, database->node);
	if (connect_to(database, config, account, store, &lost, error) < 0) {
		if (lost && seikyo_node_away(nodes, database->node, database->generation, now_ms()))
			say(database, error);
		return -1;
	}
	if (seikyo_node_back(nodes, database->node, database->generation))
		say(database, NULL);
	return 0;
}

int seikyo_database_open(struct seikyo_database *database, const struct seikyo_config *config,
			 const struct seikyo_database_account *account, struct seikyo_store **store,
			 char error[static SEIKYO_STORE_ERROR_MAX])
{
	uint32_t tried = 0;
	int node;

	*store = NULL;
	if (database->nodes.count == 0)
		seikyo_nodes_init(&database->nodes, seikyo_config_words(list_of(config)),
				  SEIKYO_DATABASE_RETRY);
	while ((node = seikyo_node_next(&database->nodes, &tried, now_ms())) >= 0) {
		database->node = (unsigned)node;
		if (try_node(database, config, account, store, error) == 0) {
			database->opened_ms = now_ms();
			return 0;
		}
	}
	return -1;
}

bool seikyo_database_keeps(const struct seikyo_database *database, const struct seikyo_store *store)
{
	return seikyo_store_usable(store) &&
	       (database->node == 0 ||
		now_ms() < database->opened_ms + (int64_t)SEIKYO_DATABASE_RETRY * 1000);
}

/* No doubts here: what is called is not worth a second connection that only looks. */
void seikyo_database_close(struct seikyo_database *database, struct seikyo_store *store)
{
	if (store == NULL)
		return;
	if (seikyo_store_lost(store) &&
	    seikyo_node_away(&database->nodes, database->node, database->generation, now_ms()))
		say(database, seikyo_store_error(store));
	seikyo_store_close(store);
}
