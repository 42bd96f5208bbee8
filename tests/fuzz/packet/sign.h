/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MD5 and HMAC-MD5 under a shared secret: what hides passwords (RFC 2865 section 5.2) and signs
 * packets (RFC 2869 section 5.14).
 */
#ifndef TESTS_FUZZ_PACKET_SIGN_H
#define TESTS_FUZZ_PACKET_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIGN_LEN 16

struct sign;

/* For one secret; it ends the program if there is no memory. */
struct sign *sign_new(const char *secret);
void sign_free(struct sign *sign);

/* HMAC-MD5 over len bytes. */
void sign_bytes(struct sign *sign, const uint8_t *bytes, size_t len, uint8_t out[static SIGN_LEN]);

/* Hides len bytes, whole blocks of 16, in place. */
void sign_hide(struct sign *sign, const uint8_t authenticator[static SIGN_LEN], uint8_t *bytes,
	       size_t len);

/*
 * True if reply, of at least 20 bytes, is one to a request with this authenticator: its own
 * authenticator, and exactly one right Message-Authenticator.
 */
bool sign_reply_right(struct sign *sign, const uint8_t authenticator[static SIGN_LEN],
		      const uint8_t *reply, size_t len);

#endif
