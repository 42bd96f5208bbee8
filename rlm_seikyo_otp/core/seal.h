/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The two forms in which a token's secret is stored (DESIGN section 4). Neither opens when it is
 * copied to another row.
 *
 * Envelope: CMS AuthEnvelopedData (RFC 5083, RFC 5084; DER), AES-256-GCM, to one or more EC P-256
 * certificates with ECDH and KDF SHA-256. Its content is
 *
 *	"SKE1" | length, service id | length, app user id | length, secret	(lengths: 1 byte)
 *
 * Safe: AES-256-GCM (NIST SP 800-38D) under the RADIUS servers' own key:
 *
 *	0x01 | length of key id, key id | nonce (12) | ciphertext | tag (16)
 *
 * with "seikyo-safe" | key id | token (8, big endian) | user (8, big endian) as associated data.
 */
#ifndef SEIKYO_SEAL_H
#define SEIKYO_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <openssl/types.h>

#include "mac.h"
#include "totp.h"

#define SEIKYO_KEY_ID_MAX      16 /* [A-Za-z0-9_-], the ID in safe-ID.key and envelope-ID.key */
#define SEIKYO_SERVICE_ID_MAX  20
#define SEIKYO_APP_USER_ID_LEN 10
#define SEIKYO_NONCE_LEN       12
#define SEIKYO_TAG_LEN	       16
#define SEIKYO_SAFE_MAX                                                                            \
	(2 + SEIKYO_KEY_ID_MAX + SEIKYO_NONCE_LEN + SEIKYO_TOTP_SECRET_MAX + SEIKYO_TAG_LEN)
#define SEIKYO_ENVELOPE_MAX 8000

/* A token's secret in the clear; the holder wipes it. */
struct seikyo_token_secret {
	uint8_t bytes[SEIKYO_TOTP_SECRET_MAX];
	size_t len;
};

/* Whose secret it is: what a safe is bound to. */
struct seikyo_owner {
	uint64_t token;
	uint64_t user;
};

struct seikyo_safe_key {
	char id[SEIKYO_KEY_ID_MAX + 1];
	uint8_t key[SEIKYO_KEY_LEN];
};

/* One private key with its certificate; both are OpenSSL's, freed by whoever loaded them. */
struct seikyo_envelope_key {
	char id[SEIKYO_KEY_ID_MAX + 1];
	EVP_PKEY *key;
	X509 *certificate;
};

/* True if id is 1 to 16 characters of [A-Za-z0-9_-]. */
bool seikyo_key_id_valid(const char *id);

/*
 * Seals secret to every certificate. service_id: 1 to 20 printable ASCII characters; app_user_id:
 * 10 digits. Gives the DER's length, or -1 (bad parameter, size too small, a failure of OpenSSL).
 */
ssize_t seikyo_envelope_seal(const struct seikyo_token_secret *secret, const char *service_id,
			     const char *app_user_id, X509 *const *certificates, size_t count,
			     uint8_t *out, size_t size);

/*
 * Opens an envelope with the first of keys that can, and demands that it names service_id and
 * app_user_id. Gives 0, or -1 with secret wiped: no key fits, damaged, other ids, a secret shorter
 * than SEIKYO_TOTP_SECRET_MIN, trailing bytes, not AES-256-GCM. OpenSSL's error queue is left
 * empty.
 */
int seikyo_envelope_open(const uint8_t *envelope, size_t len, const char *service_id,
			 const char *app_user_id, const struct seikyo_envelope_key *keys,
			 size_t count, struct seikyo_token_secret *secret);

/* Seals secret for owner under key with a nonce that must never come again. Gives the length or -1.
 */
ssize_t seikyo_safe_seal(const struct seikyo_token_secret *secret, struct seikyo_owner owner,
			 const struct seikyo_safe_key *key,
			 const uint8_t nonce[static SEIKYO_NONCE_LEN],
			 uint8_t out[static SEIKYO_SAFE_MAX]);

/* The key id in front of a safe, not yet authenticated. Gives 0, or -1 for what is no safe. */
int seikyo_safe_key_id(const uint8_t *safe, size_t len, char id[static SEIKYO_KEY_ID_MAX + 1]);

/*
 * Opens a safe of owner's with the one of keys that it names. Gives 0, or -1 with secret wiped: key
 * not among keys, damaged, another owner's.
 */
int seikyo_safe_open(const uint8_t *safe, size_t len, struct seikyo_owner owner,
		     const struct seikyo_safe_key *keys, size_t count,
		     struct seikyo_token_secret *secret);

#endif
