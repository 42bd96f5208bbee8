/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include <pthread.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/mac.h"

static struct seikyo_mac open_with(uint8_t start)
{
	struct seikyo_mac mac = {NULL};
	uint8_t key[SEIKYO_KEY_LEN];

	unit_count_up(key, sizeof(key), start);
	assert_int_equal(seikyo_mac_open(&mac, key), 0);
	return mac;
}

static void the_mac_is_hmac_sha_256_over_lengths_and_parts(void **state)
{
	static const uint8_t input[] = "\0\0\0\5label\0\0\0\3abc\0\0\0\0\0\0\0\1d";
	const struct seikyo_bytes parts[] = {{"abc", 3}, {NULL, 0}, {"d", 1}};
	struct seikyo_mac mac = open_with(1);
	uint8_t key[SEIKYO_KEY_LEN], out[SEIKYO_MAC_LEN], expected[SEIKYO_MAC_LEN];

	(void)state;
	unit_count_up(key, sizeof(key), 1);
	assert_non_null(
		HMAC(EVP_sha256(), key, sizeof(key), input, sizeof(input) - 1, expected, NULL));
	assert_int_equal(seikyo_mac_compute(&mac, "label", parts, 3, out), 0);
	assert_memory_equal(out, expected, sizeof(out));
	seikyo_mac_close(&mac);
}

static void the_same_input_gives_the_same_mac(void **state)
{
	const struct seikyo_bytes part = {"abc", 3};
	struct seikyo_mac mac = open_with(1), again = open_with(1);
	uint8_t a[SEIKYO_MAC_LEN], b[SEIKYO_MAC_LEN];

	(void)state;
	assert_int_equal(seikyo_mac_compute(&mac, "label", &part, 1, a), 0);
	assert_int_equal(seikyo_mac_compute(&mac, "label", &part, 1, b), 0);
	assert_memory_equal(a, b, sizeof(a));
	assert_int_equal(seikyo_mac_compute(&again, "label", &part, 1, b), 0);
	assert_memory_equal(a, b, sizeof(a));
	seikyo_mac_close(&mac);
	seikyo_mac_close(&again);
}

/* Lists of parts that hold the same bytes when they are run together. */
static void differently_cut_parts_give_different_macs(void **state)
{
	static const struct {
		const char *label;
		struct seikyo_bytes parts[3];
		size_t count;
	} lists[] = {
		{"label", {{"abc", 3}}, 1},	     {"label", {{"ab", 2}, {"c", 1}}, 2},
		{"label", {{"a", 1}, {"bc", 2}}, 2}, {"label", {{"", 0}, {"abc", 3}}, 2},
		{"label", {{"abc", 3}, {"", 0}}, 2}, {"label", {{"a", 1}, {"b", 1}, {"c", 1}}, 3},
		{"labela", {{"bc", 2}}, 1},	     {"labe", {{"labc", 4}}, 1},
		{"labelabc", {{NULL, 0}}, 0},	     {"label", {{"\0\0\0\1b", 5}}, 1},
	};
	struct seikyo_mac mac = open_with(1);
	uint8_t out[COUNT(lists)][SEIKYO_MAC_LEN];

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		assert_int_equal(seikyo_mac_compute(&mac, lists[i].label, lists[i].parts,
						    lists[i].count, out[i]),
				 0);
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(out[i], out[j], SEIKYO_MAC_LEN);
	}
	seikyo_mac_close(&mac);
}

static void another_key_gives_another_mac(void **state)
{
	const struct seikyo_bytes part = {"abc", 3};
	struct seikyo_mac mac = open_with(1), other = open_with(2);
	uint8_t a[SEIKYO_MAC_LEN], b[SEIKYO_MAC_LEN];

	(void)state;
	assert_int_equal(seikyo_mac_compute(&mac, "label", &part, 1, a), 0);
	assert_int_equal(seikyo_mac_compute(&other, "label", &part, 1, b), 0);
	assert_memory_not_equal(a, b, sizeof(a));
	seikyo_mac_close(&mac);
	seikyo_mac_close(&other);
}

static void a_closed_template_fails_and_leaves_nothing(void **state)
{
	const struct seikyo_bytes part = {"abc", 3};
	struct seikyo_mac mac = open_with(1), never_opened = {NULL};
	uint8_t out[SEIKYO_MAC_LEN];

	(void)state;
	seikyo_mac_close(&mac);
	seikyo_mac_close(&mac);
	seikyo_mac_close(&never_opened);
	memset(out, 0xaa, sizeof(out));
	assert_int_equal(seikyo_mac_compute(&mac, "label", &part, 1, out), -1);
	assert_true(unit_wiped(out, sizeof(out)));
}

/* The length of a part stands in 4 bytes; the part is never read, so it need not exist. */
static void a_part_too_long_for_its_length_fails(void **state)
{
	const struct seikyo_bytes part = {"abc", (size_t)UINT32_MAX + 1};
	struct seikyo_mac mac = open_with(1);
	uint8_t out[SEIKYO_MAC_LEN];

	(void)state;
	memset(out, 0xaa, sizeof(out));
	assert_int_equal(seikyo_mac_compute(&mac, "label", &part, 1, out), -1);
	assert_true(unit_wiped(out, sizeof(out)));
	seikyo_mac_close(&mac);
}

struct shared {
	const struct seikyo_mac *mac;
	const uint8_t *expected;
	unsigned wrong;
};

static void *compute_often(void *argument)
{
	const struct seikyo_bytes part = {"abc", 3};
	struct shared *shared = argument;
	uint8_t out[SEIKYO_MAC_LEN];

	for (unsigned i = 0; i < 2000; i++) {
		if (seikyo_mac_compute(shared->mac, "label", &part, 1, out) != 0 ||
		    memcmp(out, shared->expected, sizeof(out)) != 0)
			shared->wrong++;
	}
	return NULL;
}

static void threads_share_one_template(void **state)
{
	const struct seikyo_bytes part = {"abc", 3};
	struct seikyo_mac mac = open_with(1);
	uint8_t expected[SEIKYO_MAC_LEN];
	struct shared shared[4];
	pthread_t threads[4];

	(void)state;
	assert_int_equal(seikyo_mac_compute(&mac, "label", &part, 1, expected), 0);
	for (size_t i = 0; i < COUNT(threads); i++) {
		shared[i] = (struct shared){&mac, expected, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, compute_often, &shared[i]), 0);
	}
	for (size_t i = 0; i < COUNT(threads); i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(shared[i].wrong, 0);
	}
	seikyo_mac_close(&mac);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_mac_is_hmac_sha_256_over_lengths_and_parts),
		UNIT(the_same_input_gives_the_same_mac),
		UNIT(differently_cut_parts_give_different_macs),
		UNIT(another_key_gives_another_mac),
		UNIT(a_closed_template_fails_and_leaves_nothing),
		UNIT(a_part_too_long_for_its_length_fails),
		UNIT(threads_share_one_template),
	};

	return UNIT_RUN(tests);
}
