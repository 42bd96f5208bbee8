/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HMAC-SHA-256 (RFC 2104) under the RADIUS servers' common key, state.key. One key serves
 * several ends, told apart by a label; parts are length-prefixed, so that no two lists of
 * parts give the same input.
 */
#ifndef SEIKYO_MAC_H
#define SEIKYO_MAC_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "secret.h"

#define SEIKYO_KEY_LEN 32
#define SEIKYO_MAC_LEN 32

/* A keyed template; every use works on a copy, so any number of threads may share it. */
struct seikyo_mac {
	EVP_MAC_CTX *keyed;
};

/* Gives 0 and a template to be closed by seikyo_mac_close, or -1 (out of memory). */
int seikyo_mac_open(struct seikyo_mac *mac, const uint8_t key[static SEIKYO_KEY_LEN]);

/* Frees the template and its key. Takes one that was never opened (all zero). */
void seikyo_mac_close(struct seikyo_mac *mac);

/*
 * HMAC over label and parts, each with its length (4 bytes, big endian) in front.
 * Gives 0, or -1 with out wiped.
 */
int seikyo_mac_compute(const struct seikyo_mac *mac, const char *label,
		       const struct seikyo_bytes *parts, size_t count,
		       uint8_t out[static SEIKYO_MAC_LEN]);

#endif
