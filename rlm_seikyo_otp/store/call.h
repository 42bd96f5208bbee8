/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calling a stored procedure: prepared CALL, binary protocol, one result set at most, always
 * drained, unless it can't be read: the connection is of no use then.
 */
#ifndef SEIKYO_CALL_H
#define SEIKYO_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection.h"

#define SEIKYO_CALL_VALUES_MAX	20
#define SEIKYO_CALL_COLUMNS_MAX 64
#define SEIKYO_REFUSAL_TEXT_MAX 512

/* The zero denies. */
enum seikyo_call_result {
	SEIKYO_CALL_FAILED = 0, /* outcome unknown, or nothing done: see seikyo_store_error */
	SEIKYO_CALL_REFUSED,	/* a rule said no: see seikyo_call_refusal */
	SEIKYO_CALL_DONE,	/* committed */
};

enum seikyo_value_type {
	SEIKYO_VALUE_NULL = 0,
	SEIKYO_VALUE_INTEGER,
	SEIKYO_VALUE_BYTES,
};

/* One argument, or one column of a row. The bytes are not the value's own. */
struct seikyo_value {
	enum seikyo_value_type type;
	int64_t integer;
	const void *bytes;
	size_t len;
};

struct seikyo_value seikyo_null(void);
struct seikyo_value seikyo_integer(int64_t integer);
struct seikyo_value seikyo_text(const char *text);		/* NULL gives NULL */
struct seikyo_value seikyo_blob(const void *bytes, size_t len); /* NULL bytes give NULL */

/* A procedure: its number of arguments, and a slot for its statement in each connection. */
struct seikyo_procedure {
	const char *name; /* as in "radius_find" */
	unsigned arguments;
	unsigned slot; /* 0 .. SEIKYO_SLOTS-1: stays prepared; SEIKYO_SLOT_NONE: used once */
};

#define SEIKYO_SLOTS	 8
#define SEIKYO_SLOT_NONE UINT32_MAX

/*
 * One row of the result. Integer columns come as INTEGER, and so do DATETIME columns whose name
 * ends in _us: microseconds since 1970 (UTC). All others come as BYTES, which are NUL-terminated
 * and last until the function returns. names are the columns'. Giving anything but 0 ends the
 * reading, the call counts as failed, and the connection is no longer usable.
 */
typedef int (*seikyo_row_fn)(void *context, const struct seikyo_value *columns,
			     const char *const *names, size_t count);

/*
 * Calls the procedure with exactly its number of arguments. row may be NULL. A deadlock or a lock
 * wait that ran out (1213, 1205) is tried again, six times, with jitter, as long as no row was
 * given out; after any other error the outcome is unknown, the call is not repeated and the
 * connection is no longer usable. Nor is it after the seventh lock wait that ran out.
 */
enum seikyo_call_result seikyo_call(struct seikyo_store *store,
				    const struct seikyo_procedure *procedure,
				    const struct seikyo_value *arguments, seikyo_row_fn row,
				    void *context);

/*
 * The last refusal: its number (31000 .. 31999, seikyo_refusals.h) and text. 0 and "" if the last
 * call was not refused.
 */
int seikyo_call_refusal(const struct seikyo_store *store, const char **text);

#endif
