/* SPDX-License-Identifier: GPL-2.0-only */
#include "chance.h"

static uint64_t mix(uint64_t value)
{
	value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
	return value ^ (value >> 31);
}

struct chance chance_of(uint64_t seed, uint64_t number)
{
	return (struct chance){mix(mix(seed) + number)};
}

uint64_t chance_next(struct chance *chance)
{
	chance->at += UINT64_C(0x9e3779b97f4a7c15);
	return mix(chance->at);
}

size_t chance_below(struct chance *chance, size_t count)
{
	return (size_t)(chance_next(chance) % count);
}

bool chance_one_in(struct chance *chance, size_t count)
{
	return chance_below(chance, count) == 0;
}

void chance_fill(struct chance *chance, uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)chance_next(chance);
}
