/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of both sealed forms share (core/seal.h).
 */
#ifndef SEIKYO_UNIT_SEAL_H
#define SEIKYO_UNIT_SEAL_H

#include "unit.h"

#include "core/seal.h"

static inline void check_same(const struct seikyo_token_secret *a,
			      const struct seikyo_token_secret *b)
{
	assert_int_equal(a->len, b->len);
	assert_memory_equal(a->bytes, b->bytes, b->len);
}

#endif
