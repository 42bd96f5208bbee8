/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include <pthread.h>

#include "store/node.h"

#define RETRY	 10
#define RETRY_MS 10000
#define NOW	 1000000
#define THREADS	 8
#define ROUNDS	 200

static struct seikyo_nodes make(unsigned count)
{
	struct seikyo_nodes nodes;

	memset(&nodes, 0xff, sizeof(nodes));
	seikyo_nodes_init(&nodes, count, RETRY);
	return nodes;
}

static bool away(struct seikyo_nodes *nodes, unsigned node, int64_t now_ms)
{
	return seikyo_node_away(nodes, node, seikyo_node_generation(nodes, node), now_ms);
}

static bool back(struct seikyo_nodes *nodes, unsigned node)
{
	return seikyo_node_back(nodes, node, seikyo_node_generation(nodes, node));
}

static void doubt(struct seikyo_nodes *nodes, unsigned node, int64_t now_ms)
{
	seikyo_node_doubt(nodes, node, seikyo_node_generation(nodes, node), now_ms);
}

/* The order in which one caller is given all nodes, as in "120". */
static void expect_order(struct seikyo_nodes *nodes, int64_t now_ms, const char *order)
{
	uint32_t tried = 0;

	for (; *order != '\0'; order++)
		assert_int_equal(seikyo_node_next(nodes, &tried, now_ms), *order - '0');
	assert_int_equal(seikyo_node_next(nodes, &tried, now_ms), -1);
	assert_int_equal(seikyo_node_next(nodes, &tried, now_ms), -1);
}

static void nodes_that_answer_are_tried_in_their_order(void **state)
{
	struct seikyo_nodes nodes = make(3);

	(void)state;
	expect_order(&nodes, NOW, "012");
	assert_int_equal(seikyo_node_first(&nodes), 0);
	assert_int_equal(seikyo_node_due(&nodes, NOW), -1);
}

static void as_many_nodes_as_there_may_be(void **state)
{
	struct seikyo_nodes nodes = make(SEIKYO_NODES_MAX);

	(void)state;
	expect_order(&nodes, NOW, "01234567");
	for (unsigned i = 0; i < SEIKYO_NODES_MAX; i++)
		assert_true(away(&nodes, i, NOW));
	expect_order(&nodes, NOW, "01234567");
}

static void a_node_that_is_away_is_tried_last(void **state)
{
	struct seikyo_nodes nodes = make(3);

	(void)state;
	assert_true(away(&nodes, 0, NOW));
	assert_int_equal(seikyo_node_first(&nodes), 1);
	expect_order(&nodes, NOW, "120");
	assert_true(away(&nodes, 1, NOW));
	assert_int_equal(seikyo_node_first(&nodes), 2);
	expect_order(&nodes, NOW, "201");
}

static void when_all_are_away_all_are_tried_in_order(void **state)
{
	struct seikyo_nodes nodes = make(3);

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_true(away(&nodes, i, NOW));
	assert_int_equal(seikyo_node_first(&nodes), 3);
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS), -1);
	expect_order(&nodes, NOW, "012");
}

static void when_all_are_away_the_one_that_answers_is_back(void **state)
{
	struct seikyo_nodes nodes = make(3);
	const unsigned generation = seikyo_node_generation(&nodes, 2) + 1;

	(void)state;
	for (unsigned i = 0; i < 3; i++)
		assert_true(away(&nodes, i, NOW));
	assert_true(back(&nodes, 2));
	assert_int_equal(seikyo_node_first(&nodes), 2);
	assert_true(seikyo_node_fits(&nodes, 2, generation));
	expect_order(&nodes, NOW, "201");
}

static void a_single_node_is_never_left_alone(void **state)
{
	struct seikyo_nodes nodes = make(1);

	(void)state;
	assert_false(away(&nodes, 0, NOW));
	doubt(&nodes, 0, NOW);
	assert_int_equal(seikyo_node_first(&nodes), 0);
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS), -1);
	assert_true(seikyo_node_fits(&nodes, 0, 0));
	expect_order(&nodes, NOW, "0");
	assert_false(back(&nodes, 0));
}

static void a_node_is_left_alone_for_its_time_and_not_longer(void **state)
{
	struct seikyo_nodes nodes = make(2);

	(void)state;
	assert_true(away(&nodes, 0, NOW));
	assert_int_equal(seikyo_node_due(&nodes, NOW), -1);
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS - 1), -1);
	expect_order(&nodes, NOW + RETRY_MS - 1, "10");
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS), 0);
}

static void one_caller_tries_it_again_the_others_go_on(void **state)
{
	struct seikyo_nodes nodes = make(2);
	uint32_t tried = 0;

	(void)state;
	assert_true(away(&nodes, 0, NOW));
	assert_int_equal(seikyo_node_next(&nodes, &tried, NOW + RETRY_MS), 0);
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS), -1);
	expect_order(&nodes, NOW + RETRY_MS, "10");
	/* If the first never says what he found, another is sent. */
	assert_int_equal(seikyo_node_due(&nodes, NOW + 2 * RETRY_MS), 0);
}

static void a_node_that_fails_again_is_left_alone_again_without_news(void **state)
{
	struct seikyo_nodes nodes = make(2);

	(void)state;
	assert_true(away(&nodes, 0, NOW));
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS), 0);
	assert_false(away(&nodes, 0, NOW + RETRY_MS + 5));
	assert_int_equal(seikyo_node_due(&nodes, NOW + 2 * RETRY_MS + 4), -1);
	assert_int_equal(seikyo_node_due(&nodes, NOW + 2 * RETRY_MS + 5), 0);
}

static void a_node_that_is_back_comes_first_again(void **state)
{
	struct seikyo_nodes nodes = make(3);

	(void)state;
	assert_true(away(&nodes, 0, NOW));
	assert_true(back(&nodes, 0));
	assert_int_equal(seikyo_node_first(&nodes), 0);
	expect_order(&nodes, NOW, "012");
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS), -1);
}

static void each_change_is_news_once(void **state)
{
	struct seikyo_nodes nodes = make(2);

	(void)state;
	assert_false(back(&nodes, 0));
	assert_true(away(&nodes, 0, NOW));
	assert_false(away(&nodes, 0, NOW));
	assert_true(back(&nodes, 0));
	assert_false(back(&nodes, 0));
	assert_true(away(&nodes, 0, NOW));
}

static void only_nodes_before_the_one_in_use_are_looked_after(void **state)
{
	struct seikyo_nodes nodes = make(4);

	(void)state;
	assert_true(away(&nodes, 1, NOW));
	assert_true(away(&nodes, 3, NOW));
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS), -1);
	assert_true(away(&nodes, 0, NOW));
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS), 0);
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS), 1);
	assert_int_equal(seikyo_node_due(&nodes, NOW + RETRY_MS), -1);
}

static void a_connection_fits_until_a_fault_is_found(void **state)
{
	struct seikyo_nodes nodes = make(2);
	const unsigned generation = seikyo_node_generation(&nodes, 0);

	(void)state;
	assert_true(seikyo_node_fits(&nodes, 0, generation));
	assert_true(away(&nodes, 0, NOW));
	assert_false(seikyo_node_fits(&nodes, 0, generation));
	/* Also when the node is back: the connection is from before. */
	assert_true(back(&nodes, 0));
	assert_false(seikyo_node_fits(&nodes, 0, generation));
	assert_true(seikyo_node_fits(&nodes, 0, seikyo_node_generation(&nodes, 0)));
}

static void a_connection_fits_as_long_as_no_node_before_it_answers(void **state)
{
	struct seikyo_nodes nodes = make(2);
	const unsigned generation = seikyo_node_generation(&nodes, 1);

	(void)state;
	assert_false(seikyo_node_fits(&nodes, 1, generation));
	assert_true(away(&nodes, 0, NOW));
	assert_true(seikyo_node_fits(&nodes, 1, generation));
	assert_true(back(&nodes, 0));
	assert_false(seikyo_node_fits(&nodes, 1, generation));
}

static void a_doubtful_node_is_tried_at_once_by_one_caller(void **state)
{
	struct seikyo_nodes nodes = make(2);
	const unsigned generation = seikyo_node_generation(&nodes, 0);

	(void)state;
	doubt(&nodes, 0, NOW);
	assert_false(seikyo_node_fits(&nodes, 0, generation));
	assert_int_equal(seikyo_node_due(&nodes, NOW), 0);
	assert_int_equal(seikyo_node_due(&nodes, NOW), -1);
	expect_order(&nodes, NOW, "10");
}

static void a_doubt_is_no_news_but_what_comes_of_it_may_be(void **state)
{
	struct seikyo_nodes nodes = make(2);

	(void)state;
	doubt(&nodes, 0, NOW);
	assert_false(back(&nodes, 0));
	doubt(&nodes, 0, NOW);
	assert_true(away(&nodes, 0, NOW));
}

static void old_news_change_nothing(void **state)
{
	struct seikyo_nodes nodes = make(2);
	const unsigned old = seikyo_node_generation(&nodes, 0);

	(void)state;
	assert_true(seikyo_node_away(&nodes, 0, old, NOW));
	assert_false(seikyo_node_back(&nodes, 0, old));
	assert_int_equal(seikyo_node_first(&nodes), 1);
	assert_true(back(&nodes, 0));
	assert_false(seikyo_node_away(&nodes, 0, old, NOW));
	seikyo_node_doubt(&nodes, 0, old, NOW);
	assert_int_equal(seikyo_node_first(&nodes), 0);
}

/* What all threads do at the same time, and how many of them were the one. */
struct crowd {
	struct seikyo_nodes nodes;
	unsigned generation;
	pthread_barrier_t start;
	atomic_int chosen;
};

static void *claim_it(void *context)
{
	struct crowd *crowd = context;

	pthread_barrier_wait(&crowd->start);
	if (seikyo_node_due(&crowd->nodes, NOW + RETRY_MS) == 0)
		atomic_fetch_add(&crowd->chosen, 1);
	return NULL;
}

static void *report_it(void *context)
{
	struct crowd *crowd = context;

	pthread_barrier_wait(&crowd->start);
	if (seikyo_node_away(&crowd->nodes, 0, crowd->generation, NOW))
		atomic_fetch_add(&crowd->chosen, 1);
	return NULL;
}

static int chosen_of(struct crowd *crowd, void *(*function)(void *))
{
	pthread_t threads[THREADS];

	atomic_init(&crowd->chosen, 0);
	crowd->generation = seikyo_node_generation(&crowd->nodes, 0);
	assert_int_equal(pthread_barrier_init(&crowd->start, NULL, THREADS), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, function, crowd), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	pthread_barrier_destroy(&crowd->start);
	return atomic_load(&crowd->chosen);
}

static void of_many_threads_one_tries_the_node_again(void **state)
{
	struct crowd crowd;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		crowd.nodes = make(2);
		assert_true(away(&crowd.nodes, 0, NOW));
		assert_int_equal(chosen_of(&crowd, claim_it), 1);
	}
}

static void of_many_threads_that_find_the_same_fault_one_tells(void **state)
{
	struct crowd crowd;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		crowd.nodes = make(2);
		assert_int_equal(chosen_of(&crowd, report_it), 1);
		assert_int_equal(seikyo_node_generation(&crowd.nodes, 0), 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(nodes_that_answer_are_tried_in_their_order),
		UNIT(as_many_nodes_as_there_may_be),
		UNIT(a_node_that_is_away_is_tried_last),
		UNIT(when_all_are_away_all_are_tried_in_order),
		UNIT(when_all_are_away_the_one_that_answers_is_back),
		UNIT(a_single_node_is_never_left_alone),
		UNIT(a_node_is_left_alone_for_its_time_and_not_longer),
		UNIT(one_caller_tries_it_again_the_others_go_on),
		UNIT(a_node_that_fails_again_is_left_alone_again_without_news),
		UNIT(a_node_that_is_back_comes_first_again),
		UNIT(each_change_is_news_once),
		UNIT(only_nodes_before_the_one_in_use_are_looked_after),
		UNIT(a_connection_fits_until_a_fault_is_found),
		UNIT(a_connection_fits_as_long_as_no_node_before_it_answers),
		UNIT(a_doubtful_node_is_tried_at_once_by_one_caller),
		UNIT(a_doubt_is_no_news_but_what_comes_of_it_may_be),
		UNIT(old_news_change_nothing),
		UNIT(of_many_threads_one_tries_the_node_again),
		UNIT(of_many_threads_that_find_the_same_fault_one_tells),
	};

	return UNIT_RUN(tests);
}
