/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State (RFC 2865 section 5.24): what a login carries from its first packet to its second, through
 * the client and to any of the servers. It holds no secret, but nobody without state.key can make
 * or change one.
 *
 *	"SKY" | version 2 | purpose (1) | stage (1) | user (8) | issued (8) | nonce (16) |
 *	certificate (32) | password (32) | client group (16) | HMAC-SHA-256 (32)
 *
 * Integers are big endian.
 */
#ifndef SEIKYO_STATE_H
#define SEIKYO_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "mac.h"

#define SEIKYO_STATE_LEN	150
#define SEIKYO_STATE_NONCE_LEN	16
#define SEIKYO_DIGEST_LEN	32 /* SHA-256 of a certificate's DER, all zero: none was shown */
#define SEIKYO_GROUP_DIGEST_LEN 16

enum seikyo_stage {
	SEIKYO_STAGE_CODE = 1,	/* a code is asked for: lives state_seconds */
	SEIKYO_STAGE_SETUP = 2, /* the setup is under way: lives setup_minutes */
};

struct seikyo_state {
	uint8_t purpose; /* value of Seikyo-Purpose */
	uint8_t stage;	 /* enum seikyo_stage */
	uint64_t user;
	int64_t issued; /* the database's clock, microseconds since 1970 */
	uint8_t nonce[SEIKYO_STATE_NONCE_LEN];
	uint8_t certificate[SEIKYO_DIGEST_LEN];
	uint8_t password[SEIKYO_DIGEST_LEN]; /* SHA-256 of the hash that it was right for */
	uint8_t group[SEIKYO_GROUP_DIGEST_LEN];
};

/* The zero denies. */
enum seikyo_state_verdict {
	SEIKYO_STATE_BAD = 0, /* our prefix, but not a State that we made */
	SEIKYO_STATE_FOREIGN, /* another module's (EAP): to be treated as absent */
	SEIKYO_STATE_GOOD,
	SEIKYO_STATE_FAILED, /* OpenSSL did: nothing is known of it */
};

/*
 * nonce = HMAC("nonce", client group, Request Authenticator), shortened: a repeated first packet
 * gives the same one. Gives 0 or -1.
 */
int seikyo_state_nonce(const struct seikyo_mac *mac, struct seikyo_bytes client_group,
		       const uint8_t authenticator[static 16],
		       uint8_t nonce[static SEIKYO_STATE_NONCE_LEN]);

/* The first 16 bytes of SHA-256 over the client group's name. Gives 0 or -1. */
int seikyo_state_group(struct seikyo_bytes client_group,
		       uint8_t digest[static SEIKYO_GROUP_DIGEST_LEN]);

/* Gives 0, or -1 with out wiped. */
int seikyo_state_encode(const struct seikyo_state *state, const struct seikyo_mac *mac,
			uint8_t out[static SEIKYO_STATE_LEN]);

/*
 * FOREIGN if data does not begin with "SKY"; GOOD with *state filled in if length, version and MAC
 * are right; FAILED if that could not be found out; else BAD. Age, user and client are the
 * caller's to judge.
 */
enum seikyo_state_verdict seikyo_state_decode(const uint8_t *data, size_t len,
					      const struct seikyo_mac *mac,
					      struct seikyo_state *state);

#endif
