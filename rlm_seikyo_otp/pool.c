/* SPDX-License-Identifier: GPL-2.0-only */
#include "pool.h"

static int seat_free(struct seikyo_seat *seat)
{
	seikyo_store_close(seat->store);
	return 0;
}

/*
 * A connection counts only when a real call has come back over it: a Galera node outside of the
 * primary component takes logins and prepares statements, and fails the first query. Over each the
 * server says which keys it has, so that none is made active or given up without it.
 */
static void *seat_create(TALLOC_CTX *ctx, void *opaque)
{
	rlm_seikyo_otp_t *inst = opaque;
	struct seikyo_seat *seat = talloc_zero(ctx, struct seikyo_seat);
	char error[SEIKYO_STORE_ERROR_MAX];

	if (!seat)
		return NULL;
	if (seikyo_store_open(&seat->store, &inst->store, error) < 0) {
		ERROR("%s: %s", inst->name, error);
		talloc_free(seat);
		return NULL;
	}
	talloc_set_destructor(seat, seat_free);
	if (seikyo_radius_hello(seat->store) != SEIKYO_CALL_DONE ||
	    seikyo_radius_report_keys(seat->store, inst->reported_name, &inst->keyring) !=
		    SEIKYO_CALL_DONE) {
		ERROR("%s: %s", inst->name, seikyo_store_error(seat->store));
		talloc_free(seat);
		return NULL;
	}
	seat->opened_ms = seikyo_monotonic_ms();
	return seat;
}

int seikyo_pool_open(rlm_seikyo_otp_t *inst, CONF_SECTION *conf)
{
	inst->pool = fr_connection_pool_module_init(conf, inst, seat_create, NULL, NULL);
	return inst->pool ? 0 : -1;
}

struct seikyo_seat *seikyo_pool_borrow(void *context)
{
	rlm_seikyo_otp_t *inst = context;

	return fr_connection_get(inst->pool);
}

/* Never fr_connection_reconnect: it connects while it holds the pool's mutex. */
void seikyo_pool_give_back(void *context, struct seikyo_seat *seat)
{
	rlm_seikyo_otp_t *inst = context;

	if (seikyo_store_usable(seat->store))
		fr_connection_release(inst->pool, seat);
	else
		fr_connection_close(inst->pool, seat, "the outcome of a call is unknown");
}
