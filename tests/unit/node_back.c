/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A fault that another thread finds just while seikyo_node_back is at work: atomic_store, which it
 * calls once, lets the other one go first, or after itself.
 */
#include "unit.h"

#include <stdatomic.h>

static void other_thread(void);

#undef atomic_store
#define atomic_store(object, value)                                                                \
	(other_thread(), atomic_store_explicit(object, value, memory_order_seq_cst), other_thread())

#include "store/node.c"

#define RETRY	 10
#define RETRY_MS 10000
#define NOW	 1000000

static struct seikyo_nodes nodes;
static int until_other; /* calls of other_thread until it acts; 0: it does not */
static void (*finds)(struct seikyo_nodes *nodes, unsigned generation);

static void other_thread(void)
{
	if (until_other > 0 && --until_other == 0)
		finds(&nodes, seikyo_node_generation(&nodes, 0));
}

static void finds_it_away(struct seikyo_nodes *seen, unsigned generation)
{
	seikyo_node_away(seen, 0, generation, NOW);
}

static void finds_a_doubt(struct seikyo_nodes *seen, unsigned generation)
{
	seikyo_node_doubt(seen, 0, generation, NOW);
}

static void finds_nothing(struct seikyo_nodes *seen, unsigned generation)
{
	(void)seen;
	(void)generation;
}

/* What seikyo_node_back says of a node that was away, another thread acting at this call. */
static bool back_while(void (*other)(struct seikyo_nodes *, unsigned), int call)
{
	until_other = 0;
	seikyo_nodes_init(&nodes, 2, RETRY);
	assert_true(seikyo_node_away(&nodes, 0, seikyo_node_generation(&nodes, 0), NOW));
	finds = other;
	until_other = call;
	return seikyo_node_back(&nodes, 0, seikyo_node_generation(&nodes, 0));
}

static void a_node_that_nobody_finds_away_is_back(void **state)
{
	(void)state;
	for (int call = 1; call <= 2; call++) {
		assert_true(back_while(finds_nothing, call));
		assert_int_equal(until_other, 0);
		assert_int_equal(seikyo_node_first(&nodes), 0);
	}
}

static void a_fault_found_meanwhile_is_kept(void **state)
{
	void (*const faults[])(struct seikyo_nodes *, unsigned) = {finds_it_away, finds_a_doubt};

	(void)state;
	for (size_t i = 0; i < COUNT(faults); i++) {
		for (int call = 1; call <= 2; call++) {
			assert_false(back_while(faults[i], call));
			assert_int_equal(until_other, 0);
			assert_int_equal(seikyo_node_first(&nodes), 1);
		}
	}
}

static void such_a_node_is_tried_again_by_one(void **state)
{
	(void)state;
	back_while(finds_it_away, 1);
	assert_int_equal(seikyo_node_due(&nodes, NOW), 0);
	assert_int_equal(seikyo_node_due(&nodes, NOW), -1);
	assert_true(seikyo_node_back(&nodes, 0, seikyo_node_generation(&nodes, 0)));
	assert_int_equal(seikyo_node_first(&nodes), 0);
}

static void the_time_of_a_fault_found_after_is_kept(void **state)
{
	(void)state;
	back_while(finds_it_away, 2);
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS - 1), -1);
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_node_that_nobody_finds_away_is_back),
		UNIT(a_fault_found_meanwhile_is_kept),
		UNIT(such_a_node_is_tried_again_by_one),
		UNIT(the_time_of_a_fault_found_after_is_kept),
	};

	return UNIT_RUN(tests);
}
