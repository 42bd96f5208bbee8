/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers that look random and are the same whenever they are asked for with the same seed
 * (SplitMix64; Steele, Lea and Flood, 2014).
 */
#ifndef TESTS_FUZZ_PACKET_CHANCE_H
#define TESTS_FUZZ_PACKET_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chance {
	uint64_t at;
};

/* Those of packet number of a run with this seed: no packet depends on the numbers of another. */
struct chance chance_of(uint64_t seed, uint64_t number);

uint64_t chance_next(struct chance *chance);

/* A number from 0 to count - 1; count is not 0. */
size_t chance_below(struct chance *chance, size_t count);

/* True once in so many times. */
bool chance_one_in(struct chance *chance, size_t count);

void chance_fill(struct chance *chance, uint8_t *bytes, size_t len);

#endif
