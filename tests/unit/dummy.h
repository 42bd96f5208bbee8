/* SPDX-License-Identifier: GPL-2.0-only */
/* A hash for the tests that look at its format. */
#ifndef SEIKYO_UNIT_DUMMY_H
#define SEIKYO_UNIT_DUMMY_H

#include "unit.h"

#include "core/password.h"

/* A hash of any password: only its format matters. */
static inline const char *dummy_of(const char *format)
{
	static char hash[SEIKYO_HASH_MAX + 1];
	const uint8_t seed[32] = {0};

	if (seikyo_password_dummy(format, seed, hash) != 0)
		fail_msg("%s gave no dummy", format);
	return hash;
}

#endif
