/* SPDX-License-Identifier: GPL-2.0-only */
#include "seal.h"

static struct seikyo_safe_key safe_key_of(const char *id, uint8_t start)
{
	struct seikyo_safe_key key;

	memset(&key, 0, sizeof(key));
	snprintf(key.id, sizeof(key.id), "%s", id);
	unit_count_up(key.key, sizeof(key.key), start);
	return key;
}

static const struct seikyo_owner owner = {0x0102030405060708ULL, 42};

static struct seikyo_token_secret secret_of(size_t len)
{
	struct seikyo_token_secret secret = {.len = len};

	unit_count_up(secret.bytes, len, 50);
	return secret;
}

static size_t safe_of(const struct seikyo_safe_key *key, size_t secret_len,
		      uint8_t out[static SEIKYO_SAFE_MAX])
{
	const struct seikyo_token_secret secret = secret_of(secret_len);
	uint8_t nonce[SEIKYO_NONCE_LEN];
	ssize_t len;

	unit_count_up(nonce, sizeof(nonce), 9);
	len = seikyo_safe_seal(&secret, owner, key, nonce, out);
	assert_true(len > 0 && len <= SEIKYO_SAFE_MAX);
	return (size_t)len;
}

static void check_safe_refused(const uint8_t *safe, size_t len, struct seikyo_owner whose,
			       const struct seikyo_safe_key *keys, size_t count)
{
	struct seikyo_token_secret got;

	memset(&got, 0xaa, sizeof(got));
	assert_int_equal(seikyo_safe_open(safe, len, whose, keys, count, &got), -1);
	assert_true(unit_wiped(&got, sizeof(got)));
	assert_int_equal(ERR_peek_error(), 0);
}

static void a_safe_comes_back_at_every_length(void **state)
{
	const struct seikyo_safe_key keys[] = {safe_key_of("old", 1),
					       safe_key_of("abcdefghijklmn_-", 2)};
	struct seikyo_token_secret got;
	uint8_t safe[SEIKYO_SAFE_MAX];

	(void)state;
	for (size_t len = SEIKYO_TOTP_SECRET_MIN; len <= SEIKYO_TOTP_SECRET_MAX; len++) {
		const struct seikyo_token_secret secret = secret_of(len);
		size_t sealed = safe_of(&keys[len % 2], len, safe);

		assert_int_equal(seikyo_safe_open(safe, sealed, owner, keys, 2, &got), 0);
		check_same(&got, &secret);
	}
	assert_int_equal(safe_of(&keys[1], SEIKYO_TOTP_SECRET_MAX, safe), SEIKYO_SAFE_MAX);
}

static void a_safe_is_laid_out_as_the_header_says(void **state)
{
	const struct seikyo_safe_key key = safe_key_of("2026a", 1);
	uint8_t safe[SEIKYO_SAFE_MAX], nonce[SEIKYO_NONCE_LEN];
	char id[SEIKYO_KEY_ID_MAX + 1];
	size_t len = safe_of(&key, 32, safe);

	(void)state;
	unit_count_up(nonce, sizeof(nonce), 9);
	assert_int_equal(len, 2 + 5 + 12 + 32 + 16);
	assert_memory_equal(safe,
			    "\1\5"
			    "2026a",
			    7);
	assert_memory_equal(safe + 7, nonce, sizeof(nonce));
	assert_int_equal(seikyo_safe_key_id(safe, len, id), 0);
	assert_string_equal(id, "2026a");
}

static void every_changed_bit_of_a_safe_is_refused(void **state)
{
	/* The second is the key whose id differs from the first's in one bit. */
	const struct seikyo_safe_key keys[] = {safe_key_of("a", 1), safe_key_of("c", 1)};
	uint8_t safe[SEIKYO_SAFE_MAX];
	size_t len = safe_of(&keys[0], 32, safe);

	(void)state;
	for (size_t bit = 0; bit < 8 * len; bit++) {
		safe[bit / 8] ^= (uint8_t)(1 << bit % 8);
		check_safe_refused(safe, len, owner, keys, 2);
		safe[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void every_cut_or_longer_safe_is_refused(void **state)
{
	const struct seikyo_safe_key key = safe_key_of("a", 1);
	uint8_t safe[SEIKYO_SAFE_MAX + 100];
	size_t len;

	(void)state;
	memset(safe, 0, sizeof(safe));
	len = safe_of(&key, 32, safe);
	for (size_t other = 0; other < sizeof(safe); other++) {
		if (other != len)
			check_safe_refused(safe, other, owner, &key, 1);
	}
}

static void another_tokens_or_users_safe_is_refused(void **state)
{
	const struct seikyo_safe_key key = safe_key_of("a", 1);
	const struct seikyo_owner token = {owner.token + 1, owner.user};
	const struct seikyo_owner user = {owner.token, owner.user + 1};
	const struct seikyo_owner swapped = {owner.user, owner.token};
	uint8_t safe[SEIKYO_SAFE_MAX];
	size_t len = safe_of(&key, 32, safe);

	(void)state;
	check_safe_refused(safe, len, token, &key, 1);
	check_safe_refused(safe, len, user, &key, 1);
	check_safe_refused(safe, len, swapped, &key, 1);
}

static void an_unknown_key_id_is_refused(void **state)
{
	const struct seikyo_safe_key key = safe_key_of("a", 1), renamed = safe_key_of("b", 1);
	const struct seikyo_safe_key changed = safe_key_of("a", 2);
	uint8_t safe[SEIKYO_SAFE_MAX];
	size_t len = safe_of(&key, 32, safe);

	(void)state;
	check_safe_refused(safe, len, owner, &renamed, 1);
	check_safe_refused(safe, len, owner, &changed, 1);
	check_safe_refused(safe, len, owner, NULL, 0);
}

static void what_is_no_safe_has_no_key_id(void **state)
{
	const struct seikyo_safe_key key = safe_key_of("ab", 1);
	char id[SEIKYO_KEY_ID_MAX + 1];
	uint8_t safe[SEIKYO_SAFE_MAX];
	size_t len = safe_of(&key, 32, safe);

	(void)state;
	safe[3] = '\0';
	assert_int_equal(seikyo_safe_key_id(safe, len, id), -1);
	assert_true(unit_wiped(id, sizeof(id)));
	safe[3] = '/';
	assert_int_equal(seikyo_safe_key_id(safe, len, id), -1);
	safe[3] = 'b';
	assert_int_equal(seikyo_safe_key_id(safe, len, id), 0);
	safe[0] = 2;
	assert_int_equal(seikyo_safe_key_id(safe, len, id), -1);
	assert_int_equal(seikyo_safe_key_id(safe, 0, id), -1);
}

static void what_cannot_be_put_in_a_safe_is_refused(void **state)
{
	struct seikyo_safe_key key = safe_key_of("a", 1);
	const struct seikyo_token_secret shorter = secret_of(SEIKYO_TOTP_SECRET_MIN - 1);
	struct seikyo_token_secret longer = secret_of(SEIKYO_TOTP_SECRET_MAX);
	const uint8_t nonce[SEIKYO_NONCE_LEN] = {0};
	uint8_t out[SEIKYO_SAFE_MAX];

	(void)state;
	longer.len++;
	assert_int_equal(seikyo_safe_seal(&shorter, owner, &key, nonce, out), -1);
	assert_int_equal(seikyo_safe_seal(&longer, owner, &key, nonce, out), -1);
	longer.len--;
	assert_true(seikyo_safe_seal(&longer, owner, &key, nonce, out) > 0);
	key.id[0] = '\0';
	assert_int_equal(seikyo_safe_seal(&longer, owner, &key, nonce, out), -1);
}

static void key_ids_are_one_to_sixteen_plain_characters(void **state)
{
	static const char *const good[] = {
		"a", "Z", "0", "_", "-", "2026-11_a", "0123456789abcdef"};
	static const char *const bad[] = {"",	 "0123456789abcdefg", "a b", "a/b", "../a", "a.b",
					  "a\n", "\xe3\x81\x82"};

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(seikyo_key_id_valid(good[i]));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(seikyo_key_id_valid(bad[i]));
	assert_false(seikyo_key_id_valid(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_safe_comes_back_at_every_length),
		UNIT(a_safe_is_laid_out_as_the_header_says),
		UNIT(every_changed_bit_of_a_safe_is_refused),
		UNIT(every_cut_or_longer_safe_is_refused),
		UNIT(another_tokens_or_users_safe_is_refused),
		UNIT(an_unknown_key_id_is_refused),
		UNIT(what_is_no_safe_has_no_key_id),
		UNIT(what_cannot_be_put_in_a_safe_is_refused),
		UNIT(key_ids_are_one_to_sixteen_plain_characters),
	};

	return UNIT_RUN(tests);
}
