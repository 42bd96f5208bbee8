/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a login is run on: a private stack's database, whose address and accounts stand in the
 * environment (DIR/env), and a host that lends one connection. All of it outside of the faults,
 * except for what the login does through the host.
 */
#ifndef INJECT_STAGE_H
#define INJECT_STAGE_H

#include <mariadb/mysql.h>

#include "login.h"

#define STAGE_TOLD_MAX 4096

struct stage {
	MYSQL *root;
	struct seikyo_store_settings settings;
	struct seikyo_keyring keyring;
	struct seikyo_login_host host;
	struct seikyo_seat seat; /* store NULL: closed */
	const char *between;	 /* SQL run as the second seat is lent; NULL: nothing */
	bool fresh;		 /* the idle connection passes for one just opened */
	unsigned lendings;
	unsigned lent;	  /* seats out */
	unsigned hashing; /* hashes begun and not ended */
};

/* What a login has left in the database. */
struct stage_rows {
	char told[STAGE_TOLD_MAX];
	int accepted; /* login events */
};

/* An environment variable that must be there. */
const char *stage_word(const char *name);

void stage_open(struct stage *stage);
void stage_close(struct stage *stage);

/* The database as it was, `before` in it (may be NULL), and one connection that lay idle. */
void stage_reset(struct stage *stage, const char *before);

/* Runs a statement as root. */
void stage_change(struct stage *stage, const char *statement);

/* From the next reset on: fresh connections, and clocks that are not compared; or not. */
void stage_refresh(struct stage *stage, bool fresh);

/* A new connection, as at another server. */
void stage_reconnect(struct stage *stage);

void stage_tell(struct stage *stage, struct stage_rows *rows);

/* Opens a connection as the module does. 0 or -1. */
int stage_connect(struct stage *stage, struct seikyo_store **store);

/* Ends the program with a sentence. */
__attribute__((noreturn, format(printf, 1, 2))) void stage_die(const char *format, ...);

#endif
