/* SPDX-License-Identifier: GPL-2.0-only */
#include "store/store.h"

#include <mariadb/errmsg.h>
#include <mariadb/mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TRIES	    7 /* the first and six more */
#define REFUSAL_MIN 31000
#define REFUSAL_MAX 31999
/* A column longer than this is a mistake: envelopes are the longest. */
#define COLUMN_MAX   (64 * 1024)
#define COLUMN_SPACE 256 /* bytes bound for each column; what is longer is fetched on its own */

/* The outcomes of one execution. */
enum outcome { OUTCOME_FAILED = 0, OUTCOME_AGAIN, OUTCOME_REFUSED, OUTCOME_DONE };

/* The result set of one call, bound to buffers. */
struct rows {
	MYSQL_STMT *statement;
	unsigned count;
	MYSQL_BIND binds[SEIKYO_CALL_COLUMNS_MAX];
	my_bool nulls[SEIKYO_CALL_COLUMNS_MAX];
	my_bool cut[SEIKYO_CALL_COLUMNS_MAX];
	unsigned long lengths[SEIKYO_CALL_COLUMNS_MAX];
	int64_t integers[SEIKYO_CALL_COLUMNS_MAX];
	MYSQL_TIME times[SEIKYO_CALL_COLUMNS_MAX];
	char space[SEIKYO_CALL_COLUMNS_MAX][COLUMN_SPACE];
	char *longer[SEIKYO_CALL_COLUMNS_MAX];
	const char *names[SEIKYO_CALL_COLUMNS_MAX];
};

struct seikyo_value seikyo_null(void)
{
	return (struct seikyo_value){.type = SEIKYO_VALUE_NULL};
}

struct seikyo_value seikyo_integer(int64_t integer)
{
	return (struct seikyo_value){.type = SEIKYO_VALUE_INTEGER, .integer = integer};
}

struct seikyo_value seikyo_blob(const void *bytes, size_t len)
{
	if (bytes == NULL)
		return seikyo_null();
	return (struct seikyo_value){.type = SEIKYO_VALUE_BYTES, .bytes = bytes, .len = len};
}

struct seikyo_value seikyo_text(const char *text)
{
	return seikyo_blob(text, text == NULL ? 0 : strlen(text));
}

static void note_error(struct seikyo_store *store, unsigned number, const char *text)
{
	snprintf(store->error, sizeof(store->error), "database error %u: %s", number, text);
}

/*
 * Takes the connection out of use. An error that speaks of the statement (data, constraint, right
 * or syntax: SQLSTATE classes 22, 23 and 42) says nothing against the server; every other does.
 */
static void give_up(struct seikyo_store *store, const char *sqlstate)
{
	store->unusable = true;
	store->lost = strncmp(sqlstate, "22", 2) != 0 && strncmp(sqlstate, "23", 2) != 0 &&
		      strncmp(sqlstate, "42", 2) != 0;
}

/* What a failed statement means: a refusal, a lost race, or an unknown outcome. */
static enum outcome judge_error(struct seikyo_store *store, MYSQL_STMT *statement)
{
	unsigned number = mysql_stmt_errno(statement);

	if (number >= REFUSAL_MIN && number <= REFUSAL_MAX &&
	    strcmp(mysql_stmt_sqlstate(statement), "45000") == 0) {
		store->refusal = (int)number;
		snprintf(store->refusal_text, sizeof(store->refusal_text), "%s",
			 mysql_stmt_error(statement));
		snprintf(store->error, sizeof(store->error), "refused (%u): %.200s", number,
			 store->refusal_text);
		return OUTCOME_REFUSED;
	}
	note_error(store, number, mysql_stmt_error(statement));
	if (number == ER_LOCK_DEADLOCK || number == ER_LOCK_WAIT_TIMEOUT)
		return OUTCOME_AGAIN;
	give_up(store, mysql_stmt_sqlstate(statement));
	return OUTCOME_FAILED;
}

static MYSQL_STMT *prepare(struct seikyo_store *store, const struct seikyo_procedure *procedure)
{
	MYSQL_STMT *statement = mysql_stmt_init(&store->mysql);
	char text[128];
	int len = snprintf(text, sizeof(text), "CALL %s(", procedure->name);

	for (unsigned i = 0; i < procedure->arguments; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len, i == 0 ? "?" : ",?");
	len += snprintf(text + len, sizeof(text) - (size_t)len, ")");
	if (statement == NULL) {
		note_error(store, CR_OUT_OF_MEMORY, "out of memory");
		store->unusable = true;
		return NULL;
	}
	if (mysql_stmt_prepare(statement, text, (unsigned long)len) != 0 ||
	    mysql_stmt_param_count(statement) != procedure->arguments) {
		note_error(store, mysql_stmt_errno(statement), mysql_stmt_error(statement));
		give_up(store, mysql_stmt_errno(statement) != 0 ? mysql_stmt_sqlstate(statement)
								: "42000");
		mysql_stmt_close(statement);
		return NULL;
	}
	return statement;
}

static MYSQL_STMT *statement_of(struct seikyo_store *store,
				const struct seikyo_procedure *procedure)
{
	if (procedure->slot >= SEIKYO_SLOTS)
		return prepare(store, procedure);
	if (store->statements[procedure->slot] == NULL)
		store->statements[procedure->slot] = prepare(store, procedure);
	return store->statements[procedure->slot];
}

static int bind_arguments(MYSQL_STMT *statement, const struct seikyo_value *arguments, size_t count)
{
	MYSQL_BIND binds[SEIKYO_CALL_VALUES_MAX] = {0};

	for (size_t i = 0; i < count; i++) {
		switch (arguments[i].type) {
		case SEIKYO_VALUE_INTEGER:
			binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
			binds[i].buffer = (void *)(uintptr_t)&arguments[i].integer;
			break;
		case SEIKYO_VALUE_BYTES:
			binds[i].buffer_type = MYSQL_TYPE_STRING;
			binds[i].buffer = (void *)(uintptr_t)arguments[i].bytes;
			binds[i].buffer_length = (unsigned long)arguments[i].len;
			break;
		case SEIKYO_VALUE_NULL:
		default:
			binds[i].buffer_type = MYSQL_TYPE_NULL;
			break;
		}
	}
	return mysql_stmt_bind_param(statement, binds) == 0 ? 0 : -1;
}

static bool is_integer(enum enum_field_types type)
{
	return type == MYSQL_TYPE_TINY || type == MYSQL_TYPE_SHORT || type == MYSQL_TYPE_INT24 ||
	       type == MYSQL_TYPE_LONG || type == MYSQL_TYPE_LONGLONG;
}

/* As its name says. */
static bool is_wanted_in_us(const MYSQL_FIELD *field)
{
	return field->name_length > 3 && strcmp(field->name + field->name_length - 3, "_us") == 0;
}

static void bind_column(struct rows *rows, unsigned i, const MYSQL_FIELD *field)
{
	MYSQL_BIND *bind = &rows->binds[i];

	rows->names[i] = field->name;
	bind->is_null = &rows->nulls[i];
	bind->error = &rows->cut[i];
	bind->length = &rows->lengths[i];
	if (is_integer(field->type)) {
		bind->buffer_type = MYSQL_TYPE_LONGLONG;
		bind->buffer = &rows->integers[i];
		return;
	}
	if (field->type == MYSQL_TYPE_DATETIME && is_wanted_in_us(field)) {
		bind->buffer_type = MYSQL_TYPE_DATETIME;
		bind->buffer = &rows->times[i];
		return;
	}
	bind->buffer_type = MYSQL_TYPE_STRING;
	bind->buffer = rows->space[i];
	bind->buffer_length = COLUMN_SPACE - 1;
}

/* Gives 0 with every column bound, or -1. metadata must outlive the rows: it holds the names. */
static int bind_rows(struct rows *rows, MYSQL_STMT *statement, MYSQL_RES *metadata)
{
	memset(rows, 0, offsetof(struct rows, space));
	memset(rows->longer, 0, sizeof(rows->longer));
	rows->statement = statement;
	rows->count = mysql_stmt_field_count(statement);
	if (metadata == NULL || rows->count > SEIKYO_CALL_COLUMNS_MAX)
		return -1;
	for (unsigned i = 0; i < rows->count; i++)
		bind_column(rows, i, mysql_fetch_field_direct(metadata, i));
	return mysql_stmt_bind_result(statement, rows->binds) == 0 ? 0 : -1;
}

/* A column that was longer than its space. Gives its bytes, freed by release_row, or NULL. */
static char *fetch_longer(struct rows *rows, unsigned i)
{
	MYSQL_BIND bind = rows->binds[i];

	if (rows->lengths[i] > COLUMN_MAX)
		return NULL;
	rows->longer[i] = calloc(1, rows->lengths[i] + 1);
	if (rows->longer[i] == NULL)
		return NULL;
	bind.buffer = rows->longer[i];
	bind.buffer_length = rows->lengths[i];
	if (mysql_stmt_fetch_column(rows->statement, &bind, i, 0) != 0)
		return NULL;
	return rows->longer[i];
}

/* Of a time in UTC. */
static int64_t us_since_1970(const MYSQL_TIME *time)
{
	struct tm tm = {
		.tm_year = (int)time->year - 1900,
		.tm_mon = (int)time->month - 1,
		.tm_mday = (int)time->day,
		.tm_hour = (int)time->hour,
		.tm_min = (int)time->minute,
		.tm_sec = (int)time->second,
	};

	return (int64_t)timegm(&tm) * 1000000 + (int64_t)time->second_part;
}

static int read_column(struct rows *rows, unsigned i, struct seikyo_value *value)
{
	char *bytes = rows->space[i];

	if (rows->nulls[i]) {
		*value = seikyo_null();
		return 0;
	}
	if (rows->binds[i].buffer_type == MYSQL_TYPE_LONGLONG) {
		*value = seikyo_integer(rows->integers[i]);
		return 0;
	}
	if (rows->binds[i].buffer_type == MYSQL_TYPE_DATETIME) {
		*value = seikyo_integer(us_since_1970(&rows->times[i]));
		return 0;
	}
	if (rows->lengths[i] >= COLUMN_SPACE)
		bytes = fetch_longer(rows, i);
	if (bytes == NULL)
		return -1;
	bytes[rows->lengths[i]] = '\0';
	*value = seikyo_blob(bytes, rows->lengths[i]);
	return 0;
}

static void release_row(struct rows *rows)
{
	for (unsigned i = 0; i < rows->count; i++) {
		free(rows->longer[i]);
		rows->longer[i] = NULL;
	}
}

static int give_row(struct rows *rows, seikyo_row_fn row, void *context)
{
	struct seikyo_value values[SEIKYO_CALL_COLUMNS_MAX];
	int result = 0;

	for (unsigned i = 0; i < rows->count && result == 0; i++)
		result = read_column(rows, i, &values[i]);
	if (result == 0 && row != NULL)
		result = row(context, values, rows->names, rows->count);
	release_row(rows);
	return result;
}

/*
 * Reads one result set. Gives what came of it; *given counts the rows handed out. A row that
 * cannot be taken ends the reading, and the connection.
 */
static enum outcome read_rows(struct seikyo_store *store, MYSQL_STMT *statement, seikyo_row_fn row,
			      void *context, size_t *given)
{
	MYSQL_RES *metadata = mysql_stmt_result_metadata(statement);
	enum outcome outcome = OUTCOME_DONE;
	struct rows rows;
	int status = 1;

	if (bind_rows(&rows, statement, metadata) == 0) {
		while ((status = mysql_stmt_fetch(statement)) == 0 ||
		       status == MYSQL_DATA_TRUNCATED) {
			*given += 1;
			if (give_row(&rows, row, context) != 0)
				break;
		}
	}
	if (status == 1)
		outcome = judge_error(store, statement);
	else if (status != MYSQL_NO_DATA)
		outcome = OUTCOME_FAILED;
	if (outcome == OUTCOME_FAILED && !store->unusable) {
		note_error(store, 0, "a row could not be read");
		store->unusable = true;
	}
	mysql_free_result(metadata);
	return outcome;
}

/* Reads and drops whatever is left, so that the connection can be used again. */
static enum outcome drain(struct seikyo_store *store, MYSQL_STMT *statement)
{
	int status;

	mysql_stmt_free_result(statement);
	while ((status = mysql_stmt_next_result(statement)) == 0)
		mysql_stmt_free_result(statement);
	return status > 0 ? judge_error(store, statement) : OUTCOME_DONE;
}

static enum outcome run_once(struct seikyo_store *store, MYSQL_STMT *statement, seikyo_row_fn row,
			     void *context)
{
	enum outcome outcome = OUTCOME_DONE;
	enum outcome rest;
	size_t given = 0;

	if (mysql_stmt_execute(statement) != 0)
		return judge_error(store, statement);
	/* The OK packet that closes a CALL has no columns; anything in front of it is the result
	 * set. */
	if (mysql_stmt_field_count(statement) > 0)
		outcome = read_rows(store, statement, row, context, &given);
	if (outcome == OUTCOME_FAILED)
		return outcome;
	rest = outcome == OUTCOME_DONE ? drain(store, statement) : OUTCOME_DONE;
	if (rest != OUTCOME_DONE)
		outcome = rest;
	if (outcome == OUTCOME_AGAIN && given > 0) {
		store->unusable = true;
		outcome = OUTCOME_FAILED;
	}
	return outcome;
}

/* Waits 1 to 2 ms for the first retry, twice as long for each further one. */
static void wait_before_retry(struct seikyo_store *store, unsigned tried)
{
	struct timespec pause = {0};

	store->jitter = store->jitter * 1103515245u + 12345u;
	pause.tv_nsec = (long)((1000000u + (store->jitter >> 8) % 1000000u) << (tried - 1));
	nanosleep(&pause, NULL);
}

static enum outcome run(struct seikyo_store *store, MYSQL_STMT *statement,
			const struct seikyo_value *arguments, size_t count, seikyo_row_fn row,
			void *context)
{
	enum outcome outcome = OUTCOME_AGAIN;

	if (bind_arguments(statement, arguments, count) < 0) {
		store->unusable = true;
		note_error(store, mysql_stmt_errno(statement), mysql_stmt_error(statement));
		return OUTCOME_FAILED;
	}
	for (unsigned tried = 0; tried < TRIES && outcome == OUTCOME_AGAIN; tried++) {
		if (tried > 0)
			wait_before_retry(store, tried);
		outcome = run_once(store, statement, row, context);
	}
	/* Also what a Galera node says that waits in vain for the others (wsrep_sync_wait). */
	if (outcome == OUTCOME_AGAIN && mysql_stmt_errno(statement) == ER_LOCK_WAIT_TIMEOUT) {
		note_error(store, ER_LOCK_WAIT_TIMEOUT,
			   "waited in vain for a row, or for the majority of the cluster");
		give_up(store, mysql_stmt_sqlstate(statement));
	}
	return outcome;
}

enum seikyo_call_result seikyo_call(struct seikyo_store *store,
				    const struct seikyo_procedure *procedure,
				    const struct seikyo_value *arguments, seikyo_row_fn row,
				    void *context)
{
	enum outcome outcome = OUTCOME_FAILED;
	MYSQL_STMT *statement;

	store->refusal = 0;
	store->refusal_text[0] = '\0';
	if (store->unusable)
		return SEIKYO_CALL_FAILED;
	statement = statement_of(store, procedure);
	if (statement == NULL)
		return SEIKYO_CALL_FAILED;
	outcome = run(store, statement, arguments, procedure->arguments, row, context);
	if (procedure->slot >= SEIKYO_SLOTS)
		mysql_stmt_close(statement);
	switch (outcome) {
	case OUTCOME_DONE:
		return SEIKYO_CALL_DONE;
	case OUTCOME_REFUSED:
		return SEIKYO_CALL_REFUSED;
	case OUTCOME_AGAIN:
	case OUTCOME_FAILED:
	default:
		return SEIKYO_CALL_FAILED;
	}
}

int seikyo_call_refusal(const struct seikyo_store *store, const char **text)
{
	if (text != NULL)
		*text = store->refusal_text;
	return store->refusal;
}
