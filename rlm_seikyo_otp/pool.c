/* SPDX-License-Identifier: GPL-2.0-only */
#include "pool.h"

#define WHY_MAX (SEIKYO_STORE_ERROR_MAX + 64)

static char const clock_differs[] =
	"its clock and this machine's differ by more than max_clock_difference";

static bool several(rlm_seikyo_otp_t const *inst)
{
	return inst->nodes.count > 1;
}

static int seat_free(struct seikyo_seat *seat)
{
	seikyo_store_close(seat->store);
	return 0;
}

/* Of one node every fault is said, of several only what is news. */
static void say_away(rlm_seikyo_otp_t const *inst, unsigned node, char const *why)
{
	const unsigned next = seikyo_node_first(&inst->nodes);

	if (!several(inst))
		ERROR("%s: %s", inst->name, why);
	else if (next < inst->nodes.count)
		ERROR("%s: database node %u (%s) is away: %s; going on with node %u (%s), trying "
		      "again every %u seconds",
		      inst->name, node + 1, inst->databases[node].address, why, next + 1,
		      inst->databases[next].address, inst->node_retry);
	else
		ERROR("%s: database node %u (%s) is away: %s; no node is left", inst->name,
		      node + 1, inst->databases[node].address, why);
}

static void leave(rlm_seikyo_otp_t *inst, struct seikyo_seat const *seat, char const *why)
{
	if (seikyo_node_away(&inst->nodes, seat->node, seat->generation, seikyo_monotonic_ms()) ||
	    !several(inst))
		say_away(inst, seat->node, why);
}

static void come_back(rlm_seikyo_otp_t *inst, struct seikyo_seat const *seat)
{
	if (seikyo_node_back(&inst->nodes, seat->node, seat->generation))
		INFO("%s: database node %u (%s) answers again", inst->name, seat->node + 1,
		     inst->databases[seat->node].address);
}

/*
 * A connection counts only when real calls have come back over it, one of which writes: a Galera
 * node outside of the primary component takes logins and prepares statements, and fails the first
 * query; one that has come to a halt may still read. By the writing call the server says which keys
 * it has, so that none is made active or given up without it.
 */
static int connect_seat(rlm_seikyo_otp_t *inst, struct seikyo_seat *seat,
			struct seikyo_store_settings const *settings, char why[static WHY_MAX])
{
	char error[SEIKYO_STORE_ERROR_MAX];
	int64_t now_us;

	if (seikyo_store_open(&seat->store, settings, error) < 0) {
		snprintf(why, WHY_MAX, "%s", error);
		return -1;
	}
	talloc_set_destructor(seat, seat_free);
	if (seikyo_radius_now(seat->store, &now_us) != SEIKYO_CALL_DONE ||
	    seikyo_radius_report_keys(seat->store, inst->reported_name, &inst->keyring) !=
		    SEIKYO_CALL_DONE) {
		snprintf(why, WHY_MAX, "%s", seikyo_store_error(seat->store));
		return -1;
	}
	if (several(inst) && !seikyo_login_clocks_agree(&inst->login, now_us)) {
		snprintf(why, WHY_MAX, "%s", clock_differs);
		return -1;
	}
	return 0;
}

/* A connection to this node, or NULL; notes what was found. */
static struct seikyo_seat *open_at(rlm_seikyo_otp_t *inst, TALLOC_CTX *ctx, unsigned node,
				   struct seikyo_store_settings const *settings)
{
	struct seikyo_seat *seat = talloc_zero(ctx, struct seikyo_seat);
	char why[WHY_MAX];

	if (!seat)
		return NULL;
	seat->node = node;
	seat->generation = seikyo_node_generation(&inst->nodes, node);
	if (connect_seat(inst, seat, settings, why) < 0) {
		leave(inst, seat, why);
		talloc_free(seat);
		return NULL;
	}
	come_back(inst, seat);
	seat->opened_ms = seikyo_monotonic_ms();
	return seat;
}

static void *seat_create(TALLOC_CTX *ctx, void *opaque)
{
	rlm_seikyo_otp_t *inst = opaque;
	struct seikyo_seat *seat = NULL;
	uint32_t tried = 0;
	int node;

	while (!seat && (node = seikyo_node_next(&inst->nodes, &tried, seikyo_monotonic_ms())) >= 0)
		seat = open_at(inst, ctx, (unsigned)node, &inst->databases[node].store);
	return seat;
}

int seikyo_pool_open(rlm_seikyo_otp_t *inst, CONF_SECTION *conf)
{
	inst->pool = fr_connection_pool_module_init(conf, inst, seat_create, NULL, NULL);
	return inst->pool ? 0 : -1;
}

/*
 * Looks whether a node that was left alone, and comes before the one in use, answers again. A login
 * waits for that: not long.
 */
static void look_after(rlm_seikyo_otp_t *inst)
{
	const int node = seikyo_node_due(&inst->nodes, seikyo_monotonic_ms());
	struct seikyo_store_settings settings;

	if (node < 0)
		return;
	settings = inst->databases[node].store;
	settings.connect_timeout = settings.read_timeout = 1;
	talloc_free(open_at(inst, NULL, (unsigned)node, &settings));
}

/* A connection opened just now is taken as it is: what it was found to be holds for this call. */
struct seikyo_seat *seikyo_pool_borrow(void *context)
{
	rlm_seikyo_otp_t *inst = context;
	const int64_t began = seikyo_monotonic_ms();
	struct seikyo_seat *seat;

	look_after(inst);
	while ((seat = fr_connection_get(inst->pool)) != NULL) {
		if (seat->opened_ms >= began ||
		    seikyo_node_fits(&inst->nodes, seat->node, seat->generation))
			break;
		fr_connection_close(inst->pool, seat, "another database node comes first now");
	}
	return seat;
}

/* Never fr_connection_reconnect: it connects while it holds the pool's mutex. */
void seikyo_pool_give_back(void *context, struct seikyo_seat *seat)
{
	rlm_seikyo_otp_t *inst = context;

	if (seikyo_store_lost(seat->store))
		seikyo_node_doubt(&inst->nodes, seat->node, seat->generation,
				  seikyo_monotonic_ms());
	if (!seikyo_store_usable(seat->store)) {
		fr_connection_close(inst->pool, seat, "the outcome of a call is unknown");
	} else if (seat->clock_differs && several(inst)) {
		leave(inst, seat, clock_differs);
		fr_connection_close(inst->pool, seat, "its clock is wrong");
	} else {
		fr_connection_release(inst->pool, seat);
	}
}
