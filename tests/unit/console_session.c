/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include <openssl/evp.h>

#include "console/session.h"

static uint8_t cookie[SEIKYO_COOKIE_LEN];
static uint8_t ticket[SEIKYO_TICKET_LEN];

static int fill(void **state)
{
	(void)state;
	unit_count_up(cookie, sizeof(cookie), 1);
	unit_count_up(ticket, sizeof(ticket), 101);
	return 0;
}

static void make(uint8_t session[static SEIKYO_COOKIE_LEN])
{
	assert_int_equal(seikyo_session_make(cookie, ticket, session), 0);
}

static void a_repetition_gives_the_same_session(void **state)
{
	uint8_t first[SEIKYO_COOKIE_LEN];
	uint8_t second[SEIKYO_COOKIE_LEN];

	(void)state;
	make(first);
	make(second);
	assert_memory_equal(first, second, sizeof(first));
}

static void another_cookie_or_ticket_gives_another_session(void **state)
{
	uint8_t session[SEIKYO_COOKIE_LEN];
	uint8_t other[SEIKYO_COOKIE_LEN];

	(void)state;
	make(session);
	for (size_t bit = 0; bit < 8 * sizeof(cookie); bit++) {
		cookie[bit / 8] ^= (uint8_t)(1u << bit % 8);
		make(other);
		assert_memory_not_equal(session, other, sizeof(session));
		cookie[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * sizeof(ticket); bit++) {
		ticket[bit / 8] ^= (uint8_t)(1u << bit % 8);
		make(other);
		assert_memory_not_equal(session, other, sizeof(session));
		ticket[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

/* Whoever reads the token in a page, or the session's digest in the database, has not the cookie.
 */
static void cookie_session_token_and_digest_all_differ(void **state)
{
	uint8_t derived[4][SEIKYO_COOKIE_LEN];

	(void)state;
	memcpy(derived[0], cookie, sizeof(cookie));
	make(derived[1]);
	assert_int_equal(seikyo_session_csrf(cookie, derived[2]), 0);
	assert_int_equal(seikyo_session_digest(cookie, derived[3]), 0);
	for (size_t i = 0; i < COUNT(derived); i++)
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(derived[i], derived[j], sizeof(derived[i]));
}

static void the_token_is_the_cookies(void **state)
{
	uint8_t token[SEIKYO_COOKIE_LEN];
	uint8_t other[SEIKYO_COOKIE_LEN];

	(void)state;
	assert_int_equal(seikyo_session_csrf(cookie, token), 0);
	assert_int_equal(seikyo_session_csrf(cookie, other), 0);
	assert_memory_equal(token, other, sizeof(token));
	for (size_t bit = 0; bit < 8 * sizeof(cookie); bit++) {
		cookie[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(seikyo_session_csrf(cookie, other), 0);
		assert_memory_not_equal(token, other, sizeof(token));
		cookie[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void the_digest_is_sha_256(void **state)
{
	uint8_t digest[SEIKYO_DIGEST_LEN];
	uint8_t wanted[EVP_MAX_MD_SIZE];
	unsigned len;

	(void)state;
	assert_int_equal(seikyo_session_digest(cookie, digest), 0);
	assert_int_equal(EVP_Digest(cookie, sizeof(cookie), wanted, &len, EVP_sha256(), NULL), 1);
	assert_int_equal(len, sizeof(digest));
	assert_memory_equal(digest, wanted, len);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, fill, unit_no_errors_left)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_repetition_gives_the_same_session),
		TEST(another_cookie_or_ticket_gives_another_session),
		TEST(cookie_session_token_and_digest_all_differ),
		TEST(the_token_is_the_cookies),
		TEST(the_digest_is_sha_256),
	};

	return UNIT_RUN(tests);
}
