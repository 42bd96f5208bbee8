/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/session.h"

#include <openssl/evp.h>

#include "core/mac.h"

/* HMAC under the cookie, over a label and up to one part. */
static int derive(const uint8_t cookie[static SEIKYO_COOKIE_LEN], const char *label,
		  const struct seikyo_bytes *parts, size_t count,
		  uint8_t out[static SEIKYO_COOKIE_LEN])
{
	struct seikyo_mac mac = {0};
	int result;

	_Static_assert(SEIKYO_COOKIE_LEN == SEIKYO_KEY_LEN && SEIKYO_COOKIE_LEN == SEIKYO_MAC_LEN,
		       "a cookie is a key, and a MAC a cookie");
	if (seikyo_mac_open(&mac, cookie) < 0)
		return -1;
	result = seikyo_mac_compute(&mac, label, parts, count, out);
	seikyo_mac_close(&mac);
	return result;
}

int seikyo_session_make(const uint8_t cookie[static SEIKYO_COOKIE_LEN],
			const uint8_t ticket[static SEIKYO_TICKET_LEN],
			uint8_t session[static SEIKYO_COOKIE_LEN])
{
	const struct seikyo_bytes part = {ticket, SEIKYO_TICKET_LEN};

	return derive(cookie, "seikyo-console session", &part, 1, session);
}

int seikyo_session_csrf(const uint8_t cookie[static SEIKYO_COOKIE_LEN],
			uint8_t token[static SEIKYO_COOKIE_LEN])
{
	return derive(cookie, "seikyo-console csrf", NULL, 0, token);
}

int seikyo_session_digest(const uint8_t session[static SEIKYO_COOKIE_LEN],
			  uint8_t digest[static SEIKYO_DIGEST_LEN])
{
	unsigned len = 0;

	return EVP_Digest(session, SEIKYO_COOKIE_LEN, digest, &len, EVP_sha256(), NULL) == 1 ? 0
											     : -1;
}
