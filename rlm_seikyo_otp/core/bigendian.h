/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 64-bit integers as they stand in State, safes and MACs: eight bytes, the highest first.
 */
#ifndef SEIKYO_BIGENDIAN_H
#define SEIKYO_BIGENDIAN_H

#include <stdint.h>

static inline void seikyo_bigendian_put(uint8_t out[static 8], uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		out[i] = (uint8_t)(value >> (56 - 8 * i));
}

static inline uint64_t seikyo_bigendian_get(const uint8_t in[static 8])
{
	uint64_t value = 0;

	for (unsigned i = 0; i < 8; i++)
		value = value << 8 | in[i];
	return value;
}

#endif
