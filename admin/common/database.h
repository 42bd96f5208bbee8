/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The database servers that the settings file names, the nodes of a cluster, in order: a program
 * goes to the first that answers.
 */
#ifndef SEIKYO_ADMIN_DATABASE_H
#define SEIKYO_ADMIN_DATABASE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/config.h"
#include "store/connection.h"
#include "store/node.h"

#define SEIKYO_DATABASE_RETRY 60 /* seconds for which a node that is away is left alone */

/* What a program keeps in mind from one connection to the next. All zero: nothing yet. */
struct seikyo_database {
	struct seikyo_nodes nodes;
	unsigned node; /* of the connection that was opened last */
	unsigned generation;
	int64_t opened_ms; /* CLOCK_MONOTONIC */
	char name[SEIKYO_CONFIG_VALUE_MAX + 1];
	/* Told once when a node goes away, and why; and, with NULL, when it is back. NULL: nobody.
	 */
	void (*say)(const char *name, const char *why);
};

/* Who connects, and the seconds for connecting and for each answer. */
struct seikyo_database_account {
	const char *user;
	const char *password;
	unsigned connect_timeout;
	unsigned read_timeout;
};

/*
 * Connects to the first node that does a query. Gives 0 and *store, to be closed by
 * seikyo_database_close; or -1 with a sentence in error on the last node that was tried.
 */
int seikyo_database_open(struct seikyo_database *database, const struct seikyo_config *config,
			 const struct seikyo_database_account *account, struct seikyo_store **store,
			 char error[static SEIKYO_STORE_ERROR_MAX]);

/*
 * False once the connection opened last should be given up between two uses: a call was lost, or it
 * is to another node than the first, which may be back.
 */
bool seikyo_database_keeps(const struct seikyo_database *database,
			   const struct seikyo_store *store);

/* Closes, and takes the node for away if the connection was lost. store may be NULL. */
void seikyo_database_close(struct seikyo_database *database, struct seikyo_store *store);

#endif
