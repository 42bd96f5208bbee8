/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The console's keys: it can seal to the RADIUS servers, and never open (DESIGN section 4).
 */
#ifndef SEIKYO_SEALING_H
#define SEIKYO_SEALING_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "core/mac.h"

#define SEIKYO_SEALING_MAX	 16 /* certificates */
#define SEIKYO_SEALING_ERROR_MAX 512

struct seikyo_sealing {
	uint8_t start_password_key[SEIKYO_KEY_LEN];
	X509 *certificates[SEIKYO_SEALING_MAX];
	size_t count;
};

/*
 * Reads start-password.key (64 hexadecimal digits, out of others' reach) and every envelope-ID.crt
 * (PEM), of which one must be there. A private key of the RADIUS servers must not be: the folder is
 * refused. Gives 0, to be closed by seikyo_sealing_close; or -1 with a sentence that names the file
 * and what is wrong with it.
 */
int seikyo_sealing_load(struct seikyo_sealing *sealing, const char *folder,
			char error[static SEIKYO_SEALING_ERROR_MAX]);

/* Wipes and frees. Takes one that is all zero. */
void seikyo_sealing_close(struct seikyo_sealing *sealing);

/* HMAC-SHA-256 of a start password, as the database compares it (RFC 2104). Gives 0 or -1. */
int seikyo_sealing_digest(const struct seikyo_sealing *sealing, const char *start_password,
			  uint8_t digest[static SEIKYO_MAC_LEN]);

#endif
