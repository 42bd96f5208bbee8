/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checking the audit chains by their rows, link by link, and against heads: the newest links that
 * the database or an export names. The first break of each chain is kept.
 */
#ifndef SEIKYO_COMMAND_AUDIT_CHAIN_H
#define SEIKYO_COMMAND_AUDIT_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "common/audit.h"
#include "store/call.h"

#define SEIKYO_AUDIT_CONTRACT_MAX 20 /* characters of a contract's number */

struct seikyo_audit_head {
	int64_t contract_id;
	char contract[SEIKYO_AUDIT_CONTRACT_MAX + 1]; /* its number; "-": the service's own chain */
	int64_t number;
	uint8_t hash[SEIKYO_AUDIT_HASH_LEN];
	bool met;    /* a row with its number has come */
	bool same;   /* and has its hash */
	bool broken; /* the chain has a break that is kept already */
};

/* A list by contract id. Begin with {0}, end with seikyo_audit_heads_close. */
struct seikyo_audit_heads {
	struct seikyo_audit_head *items;
	size_t count;
	size_t room;
	size_t at; /* where the rows that come in have got to */
};

/* Puts a copy of head at the end. Gives 0 or -1 (memory). */
int seikyo_audit_heads_add(struct seikyo_audit_heads *heads, const struct seikyo_audit_head *head);

/* A seikyo_row_fn of operator_list_audit_heads; its context is the list. */
int seikyo_audit_heads_row(void *heads, const struct seikyo_value *values, const char *const *names,
			   size_t count);

void seikyo_audit_heads_sort(struct seikyo_audit_heads *heads);

/* The entry of a contract in a sorted list, or NULL. */
struct seikyo_audit_head *seikyo_audit_heads_find(const struct seikyo_audit_heads *heads,
						  int64_t contract_id);

void seikyo_audit_heads_close(struct seikyo_audit_heads *heads);

/* A link with what else its row tells. */
struct seikyo_audit_row {
	struct seikyo_audit_link link;
	const char *contract;
	const char *by_login_id; /* NULL: nobody, or no UTF-8 */
	const char *on_login_id;
};

/* Takes each row that comes in, if there is such a function. Gives 0, or -1 to stop. */
typedef int (*seikyo_audit_each_fn)(void *context, const struct seikyo_audit_row *row);

struct seikyo_audit_check {
	struct seikyo_audit_heads before;   /* the database's heads, asked before the rows */
	struct seikyo_audit_heads after;    /* and after them: work goes on meanwhile */
	struct seikyo_audit_heads exported; /* an earlier export's */
	struct seikyo_audit_heads chains;   /* the last row of each chain, as they came in */
	seikyo_audit_each_fn each;
	void *each_context;
	json_t *breaks; /* an object each: contract_id, contract_number, number, kind, problem,
			   seen_by */
};

/* A seikyo_row_fn of operator_list_audit; its context is the check. */
int seikyo_audit_check_row(void *check, const struct seikyo_value *values, const char *const *names,
			   size_t count);

/* Compares what has come in with the heads. Gives 0 or -1 (memory). */
int seikyo_audit_check_end(struct seikyo_audit_check *check);

/* A seikyo_row_fn of operator_verify_audit: what the database itself finds; after the end. */
int seikyo_audit_check_verified(void *check, const struct seikyo_value *values,
				const char *const *names, size_t count);

void seikyo_audit_check_close(struct seikyo_audit_check *check);

#endif
