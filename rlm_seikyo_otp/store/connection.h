/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One connection to MariaDB, used by one thread at a time.
 */
#ifndef SEIKYO_CONNECTION_H
#define SEIKYO_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEIKYO_STORE_ERROR_MAX 256

/* Strings are the caller's and outlive the connection. NULL or 0: not set. */
struct seikyo_store_settings {
	const char *socket; /* path of the server's unix socket; goes before host */
	const char *host;
	unsigned port;
	const char *tls_ca; /* PEM: demand TLS of host, with a certificate under this CA */
	const char *user;
	const char *password;
	const char *database;
	unsigned connect_timeout; /* seconds, at least 1 */
	unsigned read_timeout;	  /* seconds, for every reply of the server, at least 1 */
};

struct seikyo_store;

/* Readies the client library; once, before the first thread opens a connection. Gives 0 or -1. */
int seikyo_store_init(void);

/*
 * Connects and sets the session up: utf8mb4, UTC; and on a node of a Galera cluster a transaction
 * begins only when all is applied there that was committed anywhere. Gives 0 and *store, to be
 * closed by seikyo_store_close; or -1 with a sentence in error that names server and cause, never
 * the password.
 */
int seikyo_store_open(struct seikyo_store **store, const struct seikyo_store_settings *settings,
		      char error[static SEIKYO_STORE_ERROR_MAX]);

/* Closes and frees. Takes NULL. */
void seikyo_store_close(struct seikyo_store *store);

/* False once a call's outcome was unknown: the connection is of no more use, close it. */
bool seikyo_store_usable(const struct seikyo_store *store);

/* True if it is of no more use by the connection's or the server's doing: another may do better. */
bool seikyo_store_lost(const struct seikyo_store *store);

/* Why the last call failed: number and text as the server or the library gave them. */
const char *seikyo_store_error(const struct seikyo_store *store);

#endif
