/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Password hashes in crypt(5) form, by libcrypt. Hashes that an import brings along are verified
 * in their own format ($y$ $gy$ $7$ $6$ $5$ $2b$ $2a$ $2y$, no other), new ones are made in the
 * policy's.
 */
#ifndef SEIKYO_PASSWORD_H
#define SEIKYO_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <crypt.h>

#define SEIKYO_PASSWORD_MAX    128 /* bytes that a person may type (RFC 2865 section 5.2) */
#define SEIKYO_HASH_MAX	       255 /* characters of a hash, without the NUL */
#define SEIKYO_HASH_FORMAT_MAX 31  /* characters of a format: prefix and cost, without the salt */

/* The zero denies. */
enum seikyo_password_verdict {
	SEIKYO_PASSWORD_WRONG = 0,
	SEIKYO_PASSWORD_RIGHT,
};

/* True if hash begins with a prefix of the list above and is long enough to hold salt and hash. */
bool seikyo_password_hash_known(const char *hash);

/*
 * Hashes password with hash's own setting and compares in constant time. Against bcrypt ($2?$) more
 * than 72 bytes are wrong, since it would look at no more. work is scratch of the
 * caller's (32 KiB) and wiped. Gives 0 with *verdict, or -1: hash is of no known format, or
 * libcrypt failed; *verdict is WRONG then.
 */
int seikyo_password_verify(const char *password, const char *hash, struct crypt_data *work,
			   enum seikyo_password_verdict *verdict);

/*
 * A new hash with prefix ("$y$", "$2b$", "$6$") and libcrypt's cost number (0: its default), salted
 * from the caller's random bytes. Gives 0, or -1 with out empty.
 */
int seikyo_password_hash(const char *password, const char *prefix, unsigned long cost,
			 const uint8_t random[static 32], struct crypt_data *work,
			 char out[static SEIKYO_HASH_MAX + 1]);

/*
 * True if hash is weaker than one made with prefix and cost: an older family ($5$ < $6$ < $2?$ <
 * $7$ $gy$ $y$), or the same one with a lower cost. Never true for a hash of no known format.
 */
bool seikyo_password_hash_weaker(const char *hash, const char *prefix, unsigned long cost);

/*
 * The format of a hash: what decides how long it takes, without salt and digest ("$y$j9T$",
 * "$6$rounds=5000$", "$2b$12$", "$7$" with its 11 cost characters). Gives its length, or -1.
 */
int seikyo_password_hash_format(const char *hash, char out[static SEIKYO_HASH_FORMAT_MAX + 1]);

/*
 * A hash in the given format that no password matches, for an unknown login id: verifying against
 * it costs what a real hash of that format costs. seed makes the salt. Gives 0, or -1.
 */
int seikyo_password_dummy(const char *format, const uint8_t seed[static 32],
			  char out[static SEIKYO_HASH_MAX + 1]);

#endif
