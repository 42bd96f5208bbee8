/* SPDX-License-Identifier: GPL-2.0-only */
#include "core/state.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "core/bigendian.h"

/* Where each field stands. */
enum {
	AT_VERSION = 3,
	AT_PURPOSE = 4,
	AT_STAGE = 5,
	AT_USER = 6,
	AT_ISSUED = 14,
	AT_NONCE = 22,
	AT_CERTIFICATE = AT_NONCE + SEIKYO_STATE_NONCE_LEN,
	AT_PASSWORD = AT_CERTIFICATE + SEIKYO_DIGEST_LEN,
	AT_GROUP = AT_PASSWORD + SEIKYO_DIGEST_LEN,
	AT_MAC = AT_GROUP + SEIKYO_GROUP_DIGEST_LEN,
};

_Static_assert(AT_MAC + SEIKYO_MAC_LEN == SEIKYO_STATE_LEN, "the fields fill a State");

static const uint8_t prefix[] = {'S', 'K', 'Y'};
static const uint8_t version = 2;

int seikyo_state_nonce(const struct seikyo_mac *mac, struct seikyo_bytes client_group,
		       const uint8_t authenticator[static 16],
		       uint8_t nonce[static SEIKYO_STATE_NONCE_LEN])
{
	const struct seikyo_bytes parts[] = {client_group, {authenticator, 16}};
	uint8_t whole[SEIKYO_MAC_LEN];
	int result = seikyo_mac_compute(mac, "nonce", parts, 2, whole);

	memcpy(nonce, whole, SEIKYO_STATE_NONCE_LEN);
	seikyo_secret_wipe(whole, sizeof(whole));
	return result;
}

int seikyo_state_group(struct seikyo_bytes client_group,
		       uint8_t digest[static SEIKYO_GROUP_DIGEST_LEN])
{
	uint8_t whole[EVP_MAX_MD_SIZE] = {0};
	const void *name = client_group.len > 0 ? client_group.data : "";
	int done = EVP_Digest(name, client_group.len, whole, NULL, EVP_sha256(), NULL);

	memcpy(digest, whole, SEIKYO_GROUP_DIGEST_LEN);
	if (done == 1)
		return 0;
	ERR_clear_error();
	return -1;
}

static int state_mac(const uint8_t *state, const struct seikyo_mac *mac,
		     uint8_t out[static SEIKYO_MAC_LEN])
{
	const struct seikyo_bytes covered = {state, AT_MAC};

	return seikyo_mac_compute(mac, "state", &covered, 1, out);
}

int seikyo_state_encode(const struct seikyo_state *state, const struct seikyo_mac *mac,
			uint8_t out[static SEIKYO_STATE_LEN])
{
	memcpy(out, prefix, sizeof(prefix));
	out[AT_VERSION] = version;
	out[AT_PURPOSE] = state->purpose;
	out[AT_STAGE] = state->stage;
	seikyo_bigendian_put(out + AT_USER, state->user);
	seikyo_bigendian_put(out + AT_ISSUED, (uint64_t)state->issued);
	memcpy(out + AT_NONCE, state->nonce, SEIKYO_STATE_NONCE_LEN);
	memcpy(out + AT_CERTIFICATE, state->certificate, SEIKYO_DIGEST_LEN);
	memcpy(out + AT_PASSWORD, state->password, SEIKYO_DIGEST_LEN);
	memcpy(out + AT_GROUP, state->group, SEIKYO_GROUP_DIGEST_LEN);
	if (state_mac(out, mac, out + AT_MAC) == 0)
		return 0;
	seikyo_secret_wipe(out, SEIKYO_STATE_LEN);
	return -1;
}

/* Who made this State: GOOD, if we did. */
static enum seikyo_state_verdict judge(const uint8_t *data, const struct seikyo_mac *mac)
{
	enum seikyo_state_verdict verdict = SEIKYO_STATE_FAILED;
	uint8_t expected[SEIKYO_MAC_LEN];

	if (state_mac(data, mac, expected) == 0)
		verdict = seikyo_secret_equal(data + AT_MAC, expected, SEIKYO_MAC_LEN) &&
					  data[AT_VERSION] == version
				  ? SEIKYO_STATE_GOOD
				  : SEIKYO_STATE_BAD;
	seikyo_secret_wipe(expected, sizeof(expected));
	return verdict;
}

enum seikyo_state_verdict seikyo_state_decode(const uint8_t *data, size_t len,
					      const struct seikyo_mac *mac,
					      struct seikyo_state *state)
{
	enum seikyo_state_verdict verdict;

	memset(state, 0, sizeof(*state));
	if (len < sizeof(prefix) || memcmp(data, prefix, sizeof(prefix)) != 0)
		return SEIKYO_STATE_FOREIGN;
	if (len != SEIKYO_STATE_LEN)
		return SEIKYO_STATE_BAD;
	verdict = judge(data, mac);
	if (verdict != SEIKYO_STATE_GOOD)
		return verdict;
	state->purpose = data[AT_PURPOSE];
	state->stage = data[AT_STAGE];
	state->user = seikyo_bigendian_get(data + AT_USER);
	state->issued = (int64_t)seikyo_bigendian_get(data + AT_ISSUED);
	memcpy(state->nonce, data + AT_NONCE, SEIKYO_STATE_NONCE_LEN);
	memcpy(state->certificate, data + AT_CERTIFICATE, SEIKYO_DIGEST_LEN);
	memcpy(state->password, data + AT_PASSWORD, SEIKYO_DIGEST_LEN);
	memcpy(state->group, data + AT_GROUP, SEIKYO_GROUP_DIGEST_LEN);
	return SEIKYO_STATE_GOOD;
}
