/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The procedures with which the RADIUS servers' keys are rolled (keys_*), one function each. What a
 * procedure gives goes row by row to row with context, as seikyo_call says.
 */
#ifndef SEIKYO_ADMIN_KEYS_H
#define SEIKYO_ADMIN_KEYS_H

#include "core/seal.h"
#include "store/call.h"

#define SEIKYO_KEYS_BATCH     1000 /* safes that keys_list_safes gives at most */
#define SEIKYO_KEYS_SAFE_MAX  122  /* bytes of the column */
#define SEIKYO_KEYS_LOGIN_MAX 128

/* A token's secret as the database holds it. */
struct seikyo_keys_safe {
	struct seikyo_owner owner;
	uint8_t bytes[SEIKYO_KEYS_SAFE_MAX];
	size_t len;
	char login_id[SEIKYO_KEYS_LOGIN_MAX + 1]; /* bytes; whose token it is */
};

struct seikyo_keys_batch {
	struct seikyo_keys_safe safes[SEIKYO_KEYS_BATCH];
	size_t count;
};

/* Every safe key: where it is loaded, what needs it. */
enum seikyo_call_result seikyo_keys_list(struct seikyo_store *store, seikyo_row_fn row,
					 void *context);

/* Every RADIUS server, with its keys. */
enum seikyo_call_result seikyo_keys_list_servers(struct seikyo_store *store, seikyo_row_fn row,
						 void *context);

/* One row: what is sealed to the envelope keys. */
enum seikyo_call_result seikyo_keys_count_envelopes(struct seikyo_store *store, seikyo_row_fn row,
						    void *context);

enum seikyo_call_result seikyo_keys_forget_server(struct seikyo_store *store, const char *name);
enum seikyo_call_result seikyo_keys_activate(struct seikyo_store *store, const char *id);
enum seikyo_call_result seikyo_keys_retire(struct seikyo_store *store, const char *id);

/* The first safes, by token, beyond the token after that are not sealed under the active key. */
enum seikyo_call_result seikyo_keys_list_safes(struct seikyo_store *store, uint64_t after,
					       struct seikyo_keys_batch *batch);

/* Puts the safe of len bytes in the place of old; refused (changed) if that is not there now. */
enum seikyo_call_result seikyo_keys_reseal(struct seikyo_store *store,
					   const struct seikyo_keys_safe *old, const uint8_t *safe,
					   size_t len);

#endif
