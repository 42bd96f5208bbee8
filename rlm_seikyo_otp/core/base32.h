/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Base32 (RFC 4648 section 6), as authenticator apps and oathtool write token secrets.
 */
#ifndef SEIKYO_BASE32_H
#define SEIKYO_BASE32_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Characters that len bytes take, without padding and without the final NUL. */
#define SEIKYO_BASE32_LEN(len) (((len)*8 + 4) / 5)

/*
 * Writes len bytes as upper-case Base32 without padding, NUL-terminated. Gives the number of
 * characters, or -1 if size (which includes the NUL) is too small.
 */
ssize_t seikyo_base32_encode(const uint8_t *data, size_t len, char *out, size_t size);

/*
 * Reads text (either case; padding allowed at the end only, and complete if present). Gives
 * the number of bytes, or -1: another character, an impossible length, trailing bits that are
 * not zero, or more than size bytes. On -1 out is wiped.
 */
ssize_t seikyo_base32_decode(const char *text, size_t len, uint8_t *out, size_t size);

#endif
