/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Secrets in memory: wiping and comparing. Times do not depend on the contents.
 */
#ifndef SEIKYO_SECRET_H
#define SEIKYO_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* A run of bytes that somebody else owns. */
struct seikyo_bytes {
	const void *data;
	size_t len;
};

/* Overwrites len bytes so that no compiler drops the write. NULL is taken. */
void seikyo_secret_wipe(void *secret, size_t len);

/* True if the len bytes at a and b are equal; the time taken depends on len only. */
bool seikyo_secret_equal(const void *a, const void *b, size_t len);

#endif
