/* SPDX-License-Identifier: GPL-2.0-only */
/* Safes: only what was sealed under one of our keys, for this token and user, opens. */
#include "fuzz.h"

#include "core/seal.h"

static const struct seikyo_safe_key ours[] = {{"1", "the key of the fuzz corpus"},
					      {"2026-b_C", "the other one"}};
static const struct seikyo_safe_key others[] = {{"1", "no key of ours"}, {"2026-b_C", "nor this"}};
static const struct seikyo_owner owner = {.token = 7, .user = 11};

static void check_refused(const uint8_t *safe, size_t len, struct seikyo_owner whose,
			  const struct seikyo_safe_key *keys, const char *what)
{
	struct seikyo_token_secret secret;

	memset(&secret, 0xaa, sizeof(secret));
	demand(seikyo_safe_open(safe, len, whose, keys, 2, &secret) == -1, what);
	demand(fuzz_all_zero(&secret, sizeof(secret)), "nothing is left of what does not open");
}

static void check_key_id(const uint8_t *safe, size_t len)
{
	char id[SEIKYO_KEY_ID_MAX + 1];

	if (seikyo_safe_key_id(safe, len, id) == 0)
		demand(seikyo_key_id_valid(id) && memcmp(safe + 2, id, strlen(id)) == 0 &&
			       safe[1] == strlen(id),
		       "a key id is what stands in front");
	else
		demand(!*id, "no key id comes out of what is no safe");
}

static const struct seikyo_safe_key *key_of(const uint8_t *safe)
{
	return safe[1] == strlen(ours[0].id) ? &ours[0] : &ours[1];
}

/* Anything: what opens is one that we make, to the last bit. */
static void check_bytes(const uint8_t *data, size_t size)
{
	struct seikyo_token_secret secret;
	uint8_t again[SEIKYO_SAFE_MAX];

	check_key_id(data, size);
	check_refused(data, size, owner, others, "no safe opens under other keys");
	check_refused(data, size, (struct seikyo_owner){7, 12}, ours, "nor for another user");
	check_refused(data, size, (struct seikyo_owner){8, 11}, ours, "nor for another token");
	if (seikyo_safe_open(data, size, owner, ours, 2, &secret) < 0)
		return;
	demand(seikyo_safe_seal(&secret, owner, key_of(data), data + 2 + data[1], again) ==
			       (ssize_t)size &&
		       memcmp(again, data, size) == 0,
	       "what opens is a safe of ours");
}

/* A safe of ours opens, and changed or cut it does not. */
static void check_sealed(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	const size_t place = fuzz_byte(&input);
	const uint8_t change = fuzz_byte(&input);
	const struct seikyo_safe_key *key = &ours[fuzz_byte(&input) % 2];
	struct seikyo_token_secret secret = {.len = fuzz_byte(&input)}, back;
	uint8_t nonce[SEIKYO_NONCE_LEN], safe[SEIKYO_SAFE_MAX], *copy;
	const bool fits =
		secret.len >= SEIKYO_TOTP_SECRET_MIN && secret.len <= SEIKYO_TOTP_SECRET_MAX;
	ssize_t len;

	fuzz_take(&input, nonce, sizeof(nonce));
	fuzz_take(&input, secret.bytes, sizeof(secret.bytes));
	len = seikyo_safe_seal(&secret, owner, key, nonce, safe);
	demand((len > 0) == fits, "16 to 64 bytes are sealed");
	if (len < 0)
		return;
	demand(seikyo_safe_open(safe, (size_t)len, owner, ours, 2, &back) == 0 &&
		       back.len == secret.len && memcmp(back.bytes, secret.bytes, back.len) == 0,
	       "what was sealed opens");
	copy = fuzz_copy(safe, place % (size_t)len, false);
	check_refused(copy, place % (size_t)len, owner, ours, "cut it does not open");
	free(copy);
	safe[place % (size_t)len] ^= change;
	if (change)
		check_refused(safe, (size_t)len, owner, ours, "changed it does not open");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_bytes(data, size);
	check_sealed(data, size);
	return 0;
}
