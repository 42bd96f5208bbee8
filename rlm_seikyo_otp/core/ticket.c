/* SPDX-License-Identifier: GPL-2.0-only */
#include "core/ticket.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "core/bigendian.h"

/* The first len bytes of a MAC. */
static int shortened(const struct seikyo_mac *mac, const char *label,
		     const struct seikyo_bytes *parts, size_t count, uint8_t *out, size_t len)
{
	uint8_t whole[SEIKYO_MAC_LEN];
	int result = seikyo_mac_compute(mac, label, parts, count, whole);

	memcpy(out, whole, len);
	seikyo_secret_wipe(whole, sizeof(whole));
	return result;
}

int seikyo_attempt_id(const struct seikyo_mac *mac, const struct seikyo_attempt *attempt,
		      uint8_t id[static SEIKYO_ATTEMPT_LEN])
{
	uint8_t user[8];
	const struct seikyo_bytes parts[] = {
		{attempt->leg, strlen(attempt->leg)},
		{user, sizeof(user)},
		attempt->name,
		attempt->client_group,
		attempt->state_nonce,
		attempt->typed,
		attempt->token,
	};

	seikyo_bigendian_put(user, attempt->user);
	return shortened(mac, "attempt", parts, sizeof(parts) / sizeof(parts[0]), id,
			 SEIKYO_ATTEMPT_LEN);
}

int seikyo_ticket_make(const struct seikyo_mac *mac, enum seikyo_ticket_purpose purpose,
		       const uint8_t attempt[static SEIKYO_ATTEMPT_LEN],
		       uint8_t ticket[static SEIKYO_TICKET_LEN])
{
	const uint8_t end = (uint8_t)purpose;
	const struct seikyo_bytes parts[] = {
		{&end, 1},
		{attempt, SEIKYO_ATTEMPT_LEN},
	};

	if (purpose < SEIKYO_TICKET_SESSION || purpose > SEIKYO_TICKET_CONFIRM) {
		seikyo_secret_wipe(ticket, SEIKYO_TICKET_LEN);
		return -1;
	}
	return shortened(mac, "ticket", parts, sizeof(parts) / sizeof(parts[0]), ticket,
			 SEIKYO_TICKET_LEN);
}

int seikyo_ticket_digest(const uint8_t ticket[static SEIKYO_TICKET_LEN],
			 uint8_t digest[static SEIKYO_TICKET_DIGEST_LEN])
{
	if (EVP_Digest(ticket, SEIKYO_TICKET_LEN, digest, NULL, EVP_sha256(), NULL) == 1)
		return 0;
	seikyo_secret_wipe(digest, SEIKYO_TICKET_DIGEST_LEN);
	ERR_clear_error();
	return -1;
}
