/* SPDX-License-Identifier: GPL-2.0-only */
#include "stage.h"
#include "fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEN_YEARS_US (10 * 366 * (int64_t)86400 * 1000000)

void stage_die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(2);
}

const char *stage_word(const char *name)
{
	const char *value = getenv(name);

	if (value == NULL)
		stage_die("%s is not set", name);
	return value;
}

void stage_change(struct stage *stage, const char *statement)
{
	MYSQL_RES *rows;

	if (mysql_query(stage->root, statement) != 0)
		stage_die("%s: %s", statement, mysql_error(stage->root));
	do {
		rows = mysql_store_result(stage->root);
		mysql_free_result(rows);
	} while (mysql_next_result(stage->root) == 0);
}

/* As pool.c opens one: it counts only when a real call has come back over it. */
int stage_connect(struct stage *stage, struct seikyo_store **store)
{
	char error[SEIKYO_STORE_ERROR_MAX];

	if (seikyo_store_open(store, &stage->settings, error) < 0)
		return -1;
	if (seikyo_radius_hello(*store) == SEIKYO_CALL_DONE &&
	    seikyo_radius_report_keys(*store, "inject", &stage->keyring) == SEIKYO_CALL_DONE)
		return 0;
	seikyo_store_close(*store);
	*store = NULL;
	return -1;
}

static struct seikyo_seat *borrow(void *context)
{
	struct stage *stage = context;

	if (fault_strikes("borrow"))
		return NULL;
	if (++stage->lendings == 2 && stage->between != NULL)
		stage_change(stage, stage->between);
	if (stage->seat.store == NULL) {
		if (stage_connect(stage, &stage->seat.store) < 0)
			return NULL;
		stage->seat.opened_ms = seikyo_monotonic_ms();
	}
	stage->lent++;
	return &stage->seat;
}

static void hang_up(struct stage *stage)
{
	seikyo_store_close(stage->seat.store);
	stage->seat.store = NULL;
}

static void give_back(void *context, struct seikyo_seat *seat)
{
	struct stage *stage = context;

	stage->lent--;
	if (!seikyo_store_usable(seat->store))
		hang_up(stage);
}

static void hash_begin(void *context)
{
	struct stage *stage = context;

	stage->hashing++;
}

static void hash_end(void *context)
{
	struct stage *stage = context;

	stage->hashing--;
}

static void open_root(struct stage *stage)
{
	stage->root = mysql_init(NULL);
	if (stage->root == NULL ||
	    mysql_real_connect(stage->root, "localhost", stage_word("SEIKYO_DB_ROOT"), NULL,
			       stage_word("SEIKYO_DB_NAME"), 0, stage_word("SEIKYO_DB_SOCKET"),
			       CLIENT_MULTI_RESULTS | CLIENT_MULTI_STATEMENTS) == NULL)
		stage_die("no way into the database as root");
}

void stage_open(struct stage *stage)
{
	char error[SEIKYO_KEYRING_ERROR_MAX];

	memset(stage, 0, sizeof(*stage));
	if (seikyo_store_init() < 0)
		stage_die("libmariadb does not start");
	if (seikyo_keyring_load(&stage->keyring, stage_word("SEIKYO_KEY_DIR"), error) < 0)
		stage_die("%s", error);
	stage->settings = (struct seikyo_store_settings){
		.socket = stage_word("SEIKYO_DB_SOCKET"),
		.user = "seikyo_radius",
		.password = stage_word("SEIKYO_RADIUS_DB_PASSWORD"),
		.database = stage_word("SEIKYO_DB_NAME"),
		.connect_timeout = 5,
		.read_timeout = 5,
	};
	stage->host = (struct seikyo_login_host){
		.context = stage,
		.borrow = borrow,
		.give_back = give_back,
		.hash_begin = hash_begin,
		.hash_end = hash_end,
		.keyring = &stage->keyring,
	};
	stage_refresh(stage, false);
	open_root(stage);
}

/* The database's clock stands still; the difference is looked at all the same. */
void stage_refresh(struct stage *stage, bool fresh)
{
	stage->fresh = fresh;
	stage->host.max_clock_difference_us = fresh ? 0 : TEN_YEARS_US;
}

void stage_close(struct stage *stage)
{
	hang_up(stage);
	mysql_close(stage->root);
	seikyo_keyring_close(&stage->keyring);
	mysql_thread_end();
	mysql_library_end();
}

void stage_reconnect(struct stage *stage)
{
	hang_up(stage);
	if (stage_connect(stage, &stage->seat.store) < 0)
		stage_die("no connection to the database");
}

void stage_reset(struct stage *stage, const char *before)
{
	char error[SEIKYO_STORE_ERROR_MAX];

	stage_change(stage, "CALL inject.reset()");
	if (before != NULL)
		stage_change(stage, before);
	hang_up(stage);
	if (seikyo_store_open(&stage->seat.store, &stage->settings, error) < 0)
		stage_die("%s", error);
	stage->seat.opened_ms = stage->fresh ? INT64_MAX : 0;
	stage->lendings = 0;
}

void stage_tell(struct stage *stage, struct stage_rows *rows)
{
	MYSQL_RES *result;
	MYSQL_ROW row;

	if (mysql_query(stage->root, "CALL inject.told()") != 0)
		stage_die("%s", mysql_error(stage->root));
	result = mysql_store_result(stage->root);
	row = result == NULL ? NULL : mysql_fetch_row(result);
	if (row == NULL)
		stage_die("nothing is told");
	snprintf(rows->told, sizeof(rows->told), "%s", row[0]);
	rows->accepted = atoi(row[1]);
	mysql_free_result(result);
	while (mysql_next_result(stage->root) == 0)
		mysql_free_result(mysql_store_result(stage->root));
}
