/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What connection.c and call.c share; nobody else includes this.
 */
#ifndef SEIKYO_STORE_H
#define SEIKYO_STORE_H

#include <mariadb/mysql.h>

#include "store/call.h"
#include "store/connection.h"

struct seikyo_store {
	MYSQL mysql;
	MYSQL_STMT *statements[SEIKYO_SLOTS];
	bool unusable;
	bool lost;	 /* unusable, and not by what was asked */
	unsigned jitter; /* state of the waits between retries; needs no secrecy */
	int refusal;
	char refusal_text[SEIKYO_REFUSAL_TEXT_MAX];
	char error[SEIKYO_STORE_ERROR_MAX];
};

#endif
