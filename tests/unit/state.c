/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include "core/mac.h"
#include "core/state.h"

static struct seikyo_mac open_with(uint8_t start)
{
	struct seikyo_mac mac = {NULL};
	uint8_t key[SEIKYO_KEY_LEN];

	unit_count_up(key, sizeof(key), start);
	assert_int_equal(seikyo_mac_open(&mac, key), 0);
	return mac;
}

static struct seikyo_state example(void)
{
	struct seikyo_state state;

	memset(&state, 0, sizeof(state));
	state.purpose = 2;
	state.stage = SEIKYO_STAGE_SETUP;
	state.user = 0x0123456789abcdefULL;
	state.issued = 1795348200123456LL;
	unit_count_up(state.nonce, sizeof(state.nonce), 10);
	unit_count_up(state.certificate, sizeof(state.certificate), 100);
	unit_count_up(state.password, sizeof(state.password), 150);
	unit_count_up(state.group, sizeof(state.group), 200);
	return state;
}

static void encode(const struct seikyo_state *fields, uint8_t out[static SEIKYO_STATE_LEN])
{
	struct seikyo_mac mac = open_with(1);

	assert_int_equal(seikyo_state_encode(fields, &mac, out), 0);
	seikyo_mac_close(&mac);
}

static void a_state_comes_back_as_it_went(void **state)
{
	const struct seikyo_state fields = example();
	struct seikyo_mac mac = open_with(1);
	struct seikyo_state back;
	uint8_t data[SEIKYO_STATE_LEN];

	(void)state;
	encode(&fields, data);
	assert_int_equal(seikyo_state_decode(data, sizeof(data), &mac, &back), SEIKYO_STATE_GOOD);
	assert_int_equal(back.purpose, fields.purpose);
	assert_int_equal(back.stage, fields.stage);
	assert_true(back.user == fields.user);
	assert_true(back.issued == fields.issued);
	assert_memory_equal(back.nonce, fields.nonce, sizeof(back.nonce));
	assert_memory_equal(back.certificate, fields.certificate, sizeof(back.certificate));
	assert_memory_equal(back.password, fields.password, sizeof(back.password));
	assert_memory_equal(back.group, fields.group, sizeof(back.group));
	seikyo_mac_close(&mac);
}

static void the_fields_stand_where_the_header_says(void **state)
{
	const struct seikyo_state fields = example();
	uint8_t data[SEIKYO_STATE_LEN];

	(void)state;
	encode(&fields, data);
	assert_memory_equal(data, "SKY\2\2\2\x01\x23\x45\x67\x89\xab\xcd\xef", 14);
	assert_memory_equal(data + 22, fields.nonce, 16);
	assert_memory_equal(data + 38, fields.certificate, 32);
	assert_memory_equal(data + 70, fields.password, 32);
	assert_memory_equal(data + 102, fields.group, 16);
}

static void the_largest_and_smallest_numbers_come_back(void **state)
{
	struct seikyo_state fields = example(), back;
	struct seikyo_mac mac = open_with(1);
	uint8_t data[SEIKYO_STATE_LEN];

	(void)state;
	fields.user = UINT64_MAX;
	fields.issued = INT64_MIN;
	encode(&fields, data);
	assert_int_equal(seikyo_state_decode(data, sizeof(data), &mac, &back), SEIKYO_STATE_GOOD);
	assert_true(back.user == UINT64_MAX);
	assert_true(back.issued == INT64_MIN);
	seikyo_mac_close(&mac);
}

/* What was refused leaves nothing that could be used by mistake. */
static void check(const uint8_t *data, size_t len, enum seikyo_state_verdict expected,
		  const char *what, size_t which)
{
	struct seikyo_mac mac = open_with(1);
	struct seikyo_state back;
	enum seikyo_state_verdict got;

	memset(&back, 0xaa, sizeof(back));
	got = seikyo_state_decode(data, len, &mac, &back);
	if (got != expected)
		fail_msg("%s %zu gave %d", what, which, (int)got);
	assert_true(unit_wiped(&back, sizeof(back)));
	seikyo_mac_close(&mac);
}

static void every_changed_bit_is_refused(void **state)
{
	const struct seikyo_state fields = example();
	uint8_t data[SEIKYO_STATE_LEN];

	(void)state;
	encode(&fields, data);
	for (size_t bit = 0; bit < 8 * sizeof(data); bit++) {
		data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		check(data, sizeof(data), bit < 24 ? SEIKYO_STATE_FOREIGN : SEIKYO_STATE_BAD, "bit",
		      bit);
		data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void every_truncation_is_refused(void **state)
{
	const struct seikyo_state fields = example();
	uint8_t data[SEIKYO_STATE_LEN];

	(void)state;
	encode(&fields, data);
	for (size_t len = 0; len < sizeof(data); len++)
		check(data, len, len < 3 ? SEIKYO_STATE_FOREIGN : SEIKYO_STATE_BAD, "length", len);
	check(NULL, 0, SEIKYO_STATE_FOREIGN, "length", 0);
}

static void every_extension_is_refused(void **state)
{
	const struct seikyo_state fields = example();
	uint8_t data[253];

	(void)state;
	memset(data, 0, sizeof(data));
	encode(&fields, data);
	for (size_t len = SEIKYO_STATE_LEN + 1; len <= sizeof(data); len++)
		check(data, len, SEIKYO_STATE_BAD, "length", len);
}

static void another_modules_state_is_foreign(void **state)
{
	uint8_t data[SEIKYO_STATE_LEN];

	(void)state;
	unit_count_up(data, sizeof(data), 0);
	check(data, 16, SEIKYO_STATE_FOREIGN, "an EAP State of length", 16);
	check(data, sizeof(data), SEIKYO_STATE_FOREIGN, "a State of length", sizeof(data));
}

static void another_keys_state_is_refused(void **state)
{
	const struct seikyo_state fields = example();
	struct seikyo_mac other = open_with(2);
	uint8_t data[SEIKYO_STATE_LEN];

	(void)state;
	assert_int_equal(seikyo_state_encode(&fields, &other, data), 0);
	check(data, sizeof(data), SEIKYO_STATE_BAD, "another key's, length", sizeof(data));
	seikyo_mac_close(&other);
}

/* The version is part of what is signed; one that we signed but do not know is refused too. */
static void another_version_is_refused_though_signed(void **state)
{
	const struct seikyo_state fields = example();
	struct seikyo_mac mac = open_with(1);
	uint8_t data[SEIKYO_STATE_LEN];
	const struct seikyo_bytes covered = {data, SEIKYO_STATE_LEN - SEIKYO_MAC_LEN};

	(void)state;
	encode(&fields, data);
	data[3] = 1;
	assert_int_equal(seikyo_mac_compute(&mac, "state", &covered, 1,
					    data + SEIKYO_STATE_LEN - SEIKYO_MAC_LEN),
			 0);
	check(data, sizeof(data), SEIKYO_STATE_BAD, "version", 1);
	seikyo_mac_close(&mac);
}

static void without_a_key_nothing_is_made_and_everything_fails(void **state)
{
	const struct seikyo_state fields = example();
	const struct seikyo_mac none = {NULL};
	struct seikyo_state back;
	uint8_t data[SEIKYO_STATE_LEN];

	(void)state;
	encode(&fields, data);
	assert_int_equal(seikyo_state_decode(data, sizeof(data), &none, &back),
			 SEIKYO_STATE_FAILED);
	assert_int_equal(seikyo_state_encode(&fields, &none, data), -1);
	assert_true(unit_wiped(data, sizeof(data)));
}

static void nonce_of(const char *group, uint8_t authenticator_start, uint8_t key_start,
		     uint8_t nonce[static SEIKYO_STATE_NONCE_LEN])
{
	const struct seikyo_bytes name = {group, strlen(group)};
	struct seikyo_mac mac = open_with(key_start);
	uint8_t authenticator[16];

	unit_count_up(authenticator, sizeof(authenticator), authenticator_start);
	assert_int_equal(seikyo_state_nonce(&mac, name, authenticator, nonce), 0);
	seikyo_mac_close(&mac);
}

static void a_repeated_packet_gives_the_same_nonce(void **state)
{
	uint8_t a[SEIKYO_STATE_NONCE_LEN], b[SEIKYO_STATE_NONCE_LEN];

	(void)state;
	nonce_of("gateway", 1, 1, a);
	nonce_of("gateway", 1, 1, b);
	assert_memory_equal(a, b, sizeof(a));
}

static void another_packet_client_or_key_gives_another_nonce(void **state)
{
	uint8_t a[SEIKYO_STATE_NONCE_LEN], b[SEIKYO_STATE_NONCE_LEN];

	(void)state;
	nonce_of("gateway", 1, 1, a);
	nonce_of("gateway", 2, 1, b);
	assert_memory_not_equal(a, b, sizeof(a));
	nonce_of("console", 1, 1, b);
	assert_memory_not_equal(a, b, sizeof(a));
	nonce_of("gateway", 1, 2, b);
	assert_memory_not_equal(a, b, sizeof(a));
}

/* From: printf gateway | sha256sum */
static void a_group_is_the_beginning_of_its_sha_256(void **state)
{
	const uint8_t expected[SEIKYO_GROUP_DIGEST_LEN] = {0x4e, 0xa5, 0xee, 0x68, 0xfe, 0xa0,
							   0x55, 0x86, 0x10, 0x68, 0x90, 0xde,
							   0xd5, 0x73, 0x38, 0x20};
	uint8_t digest[SEIKYO_GROUP_DIGEST_LEN];

	(void)state;
	assert_int_equal(seikyo_state_group((struct seikyo_bytes){"gateway", 7}, digest), 0);
	assert_memory_equal(digest, expected, sizeof(digest));
	assert_int_equal(seikyo_state_group((struct seikyo_bytes){"gateway2", 8}, digest), 0);
	assert_memory_not_equal(digest, expected, sizeof(digest));
	assert_int_equal(seikyo_state_group((struct seikyo_bytes){NULL, 0}, digest), 0);
	assert_memory_not_equal(digest, expected, sizeof(digest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_state_comes_back_as_it_went),
		UNIT(the_fields_stand_where_the_header_says),
		UNIT(the_largest_and_smallest_numbers_come_back),
		UNIT(every_changed_bit_is_refused),
		UNIT(every_truncation_is_refused),
		UNIT(every_extension_is_refused),
		UNIT(another_modules_state_is_foreign),
		UNIT(another_keys_state_is_refused),
		UNIT(another_version_is_refused_though_signed),
		UNIT(without_a_key_nothing_is_made_and_everything_fails),
		UNIT(a_repeated_packet_gives_the_same_nonce),
		UNIT(another_packet_client_or_key_gives_another_nonce),
		UNIT(a_group_is_the_beginning_of_its_sha_256),
	};

	return UNIT_RUN(tests);
}
