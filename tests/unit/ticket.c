/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include "core/ticket.h"

static struct seikyo_mac open_with(uint8_t start)
{
	struct seikyo_mac mac = {NULL};
	uint8_t key[SEIKYO_KEY_LEN];

	unit_count_up(key, sizeof(key), start);
	assert_int_equal(seikyo_mac_open(&mac, key), 0);
	return mac;
}

static struct seikyo_attempt example(void)
{
	return (struct seikyo_attempt){
		.leg = "code",
		.user = 42,
		.name = {"tanaka", 6},
		.client_group = {"gateway", 7},
		.state_nonce = {"0123456789abcdef", 16},
		.typed = {"123456", 6},
		.token = {"fedcba9876543210", 16},
	};
}

static void id_of(struct seikyo_attempt attempt, uint8_t id[static SEIKYO_ATTEMPT_LEN])
{
	struct seikyo_mac mac = open_with(1);

	assert_int_equal(seikyo_attempt_id(&mac, &attempt, id), 0);
	seikyo_mac_close(&mac);
}

static void a_repeated_attempt_has_the_same_id(void **state)
{
	uint8_t a[SEIKYO_ATTEMPT_LEN], b[SEIKYO_ATTEMPT_LEN];

	(void)state;
	id_of(example(), a);
	id_of(example(), b);
	assert_memory_equal(a, b, sizeof(a));
}

static void check_differs(struct seikyo_attempt a, struct seikyo_attempt b, const char *what)
{
	uint8_t id_a[SEIKYO_ATTEMPT_LEN], id_b[SEIKYO_ATTEMPT_LEN];

	id_of(a, id_a);
	id_of(b, id_b);
	if (memcmp(id_a, id_b, sizeof(id_a)) == 0)
		fail_msg("another %s gave the same id", what);
}

static void each_field_changes_the_id(void **state)
{
	const struct seikyo_bytes other = {"other", 5};
	struct seikyo_attempt changed = example();

	(void)state;
	changed.leg = "password";
	check_differs(example(), changed, "leg");
	changed = example();
	changed.user = 43;
	check_differs(example(), changed, "user");
	changed.user = 42ULL << 56;
	check_differs(example(), changed, "user");
	changed = example();
	changed.name = other;
	check_differs(example(), changed, "name");
	changed = example();
	changed.client_group = other;
	check_differs(example(), changed, "client group");
	changed = example();
	changed.state_nonce = (struct seikyo_bytes){NULL, 0};
	check_differs(example(), changed, "nonce");
	changed = example();
	changed.typed = (struct seikyo_bytes){"123457", 6};
	check_differs(example(), changed, "code");
	changed = example();
	changed.token = other;
	check_differs(example(), changed, "token");
}

/* What moves from the end of one field to the beginning of the next is another attempt. */
static void fields_do_not_run_together(void **state)
{
	struct seikyo_attempt a = example(), b = example();

	(void)state;
	a.name = (struct seikyo_bytes){"tanakag", 7};
	a.client_group = (struct seikyo_bytes){"ateway", 6};
	check_differs(example(), a, "cut of name and client group");
	a = example();
	a.client_group = (struct seikyo_bytes){"gateway0", 8};
	a.state_nonce = (struct seikyo_bytes){"123456789abcdef", 15};
	check_differs(example(), a, "cut of client group and nonce");
	a = example();
	a.state_nonce = (struct seikyo_bytes){"0123456789abcdef1", 17};
	a.typed = (struct seikyo_bytes){"23456", 5};
	check_differs(example(), a, "cut of nonce and code");
	a = example();
	a.typed = (struct seikyo_bytes){"123456f", 7};
	a.token = (struct seikyo_bytes){"edcba9876543210", 15};
	check_differs(example(), a, "cut of code and token");
	a = example();
	a.typed = (struct seikyo_bytes){"x", 1};
	a.token = (struct seikyo_bytes){NULL, 0};
	b.typed = (struct seikyo_bytes){NULL, 0};
	b.token = (struct seikyo_bytes){"x", 1};
	check_differs(a, b, "place of the same bytes");
}

static void another_key_gives_another_id(void **state)
{
	const struct seikyo_attempt attempt = example();
	struct seikyo_mac other = open_with(2);
	uint8_t a[SEIKYO_ATTEMPT_LEN], b[SEIKYO_ATTEMPT_LEN];

	(void)state;
	id_of(attempt, a);
	assert_int_equal(seikyo_attempt_id(&other, &attempt, b), 0);
	assert_memory_not_equal(a, b, sizeof(a));
	seikyo_mac_close(&other);
}

static void without_a_key_there_is_no_id_and_no_ticket(void **state)
{
	const struct seikyo_attempt attempt = example();
	const struct seikyo_mac none = {NULL};
	uint8_t id[SEIKYO_ATTEMPT_LEN], ticket[SEIKYO_TICKET_LEN];

	(void)state;
	memset(id, 0xaa, sizeof(id));
	assert_int_equal(seikyo_attempt_id(&none, &attempt, id), -1);
	assert_true(unit_wiped(id, sizeof(id)));
	memset(ticket, 0xaa, sizeof(ticket));
	assert_int_equal(seikyo_ticket_make(&none, SEIKYO_TICKET_SETUP, id, ticket), -1);
	assert_true(unit_wiped(ticket, sizeof(ticket)));
}

static void ticket_of(enum seikyo_ticket_purpose purpose, uint8_t attempt_start,
		      uint8_t ticket[static SEIKYO_TICKET_LEN])
{
	struct seikyo_mac mac = open_with(1);
	uint8_t attempt[SEIKYO_ATTEMPT_LEN];

	unit_count_up(attempt, sizeof(attempt), attempt_start);
	assert_int_equal(seikyo_ticket_make(&mac, purpose, attempt, ticket), 0);
	seikyo_mac_close(&mac);
}

static void a_repeated_attempt_has_the_same_ticket(void **state)
{
	uint8_t a[SEIKYO_TICKET_LEN], b[SEIKYO_TICKET_LEN];

	(void)state;
	ticket_of(SEIKYO_TICKET_SESSION, 1, a);
	ticket_of(SEIKYO_TICKET_SESSION, 1, b);
	assert_memory_equal(a, b, sizeof(a));
}

static void tickets_differ_by_purpose_and_attempt(void **state)
{
	uint8_t tickets[4][SEIKYO_TICKET_LEN];

	(void)state;
	ticket_of(SEIKYO_TICKET_SESSION, 1, tickets[0]);
	ticket_of(SEIKYO_TICKET_SETUP, 1, tickets[1]);
	ticket_of(SEIKYO_TICKET_CONFIRM, 1, tickets[2]);
	ticket_of(SEIKYO_TICKET_SESSION, 2, tickets[3]);
	for (size_t i = 0; i < COUNT(tickets); i++) {
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(tickets[i], tickets[j], SEIKYO_TICKET_LEN);
	}
}

/* Who reads an attempt id in the database cannot use it as a ticket. */
static void a_ticket_is_not_its_attempt(void **state)
{
	uint8_t attempt[SEIKYO_ATTEMPT_LEN], ticket[SEIKYO_TICKET_LEN];

	(void)state;
	unit_count_up(attempt, sizeof(attempt), 1);
	ticket_of(SEIKYO_TICKET_SESSION, 1, ticket);
	assert_memory_not_equal(attempt, ticket, sizeof(ticket));
}

static void an_unknown_purpose_gets_no_ticket(void **state)
{
	struct seikyo_mac mac = open_with(1);
	uint8_t attempt[SEIKYO_ATTEMPT_LEN] = {0}, ticket[SEIKYO_TICKET_LEN];

	(void)state;
	memset(ticket, 0xaa, sizeof(ticket));
	assert_int_equal(seikyo_ticket_make(&mac, (enum seikyo_ticket_purpose)0, attempt, ticket),
			 -1);
	assert_true(unit_wiped(ticket, sizeof(ticket)));
	assert_int_equal(seikyo_ticket_make(&mac, (enum seikyo_ticket_purpose)4, attempt, ticket),
			 -1);
	seikyo_mac_close(&mac);
}

/* From: printf 0123456789abcdef | sha256sum */
static void the_database_keeps_a_tickets_sha_256(void **state)
{
	const uint8_t expected[SEIKYO_TICKET_DIGEST_LEN] = {
		0x9f, 0x9f, 0x51, 0x11, 0xf7, 0xb2, 0x7a, 0x78, 0x1f, 0x1f, 0x1d,
		0xdd, 0xe5, 0xeb, 0xc2, 0xdd, 0x2b, 0x79, 0x6b, 0xfc, 0x73, 0x65,
		0xc9, 0xc2, 0x8b, 0x54, 0x8e, 0x56, 0x41, 0x76, 0x92, 0x9f};
	const uint8_t *ticket = (const uint8_t *)"0123456789abcdef";
	const uint8_t *other = (const uint8_t *)"0123456789abcdeg";
	uint8_t digest[SEIKYO_TICKET_DIGEST_LEN];

	(void)state;
	assert_int_equal(seikyo_ticket_digest(ticket, digest), 0);
	assert_memory_equal(digest, expected, sizeof(digest));
	assert_int_equal(seikyo_ticket_digest(other, digest), 0);
	assert_memory_not_equal(digest, expected, sizeof(digest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_repeated_attempt_has_the_same_id),
		UNIT(each_field_changes_the_id),
		UNIT(fields_do_not_run_together),
		UNIT(another_key_gives_another_id),
		UNIT(without_a_key_there_is_no_id_and_no_ticket),
		UNIT(a_repeated_attempt_has_the_same_ticket),
		UNIT(tickets_differ_by_purpose_and_attempt),
		UNIT(a_ticket_is_not_its_attempt),
		UNIT(an_unknown_purpose_gets_no_ticket),
		UNIT(the_database_keeps_a_tickets_sha_256),
	};

	return UNIT_RUN(tests);
}
