/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include "core/secret.h"

static void wiping_leaves_zeros(void **state)
{
	uint8_t bytes[32];

	(void)state;
	unit_count_up(bytes, sizeof(bytes), 1);
	seikyo_secret_wipe(bytes, sizeof(bytes));
	assert_true(unit_wiped(bytes, sizeof(bytes)));
}

static void wiping_touches_nothing_beyond(void **state)
{
	uint8_t bytes[32];

	(void)state;
	unit_count_up(bytes, sizeof(bytes), 1);
	seikyo_secret_wipe(bytes, 16);
	assert_true(unit_wiped(bytes, 16));
	assert_int_equal(bytes[16], 17);
	assert_int_equal(bytes[31], 32);
}

static void wiping_takes_null(void **state)
{
	(void)state;
	seikyo_secret_wipe(NULL, 5);
}

static void equal_bytes_are_equal(void **state)
{
	(void)state;
	assert_true(seikyo_secret_equal("abc\0d", "abc\0d", 5));
	assert_true(seikyo_secret_equal("abc", "xyz", 0));
}

static void any_changed_bit_makes_unequal(void **state)
{
	uint8_t a[32], b[32];

	(void)state;
	unit_count_up(a, sizeof(a), 7);
	for (size_t bit = 0; bit < 8 * sizeof(a); bit++) {
		memcpy(b, a, sizeof(a));
		b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (seikyo_secret_equal(a, b, sizeof(a)))
			fail_msg("bit %zu was not seen", bit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(wiping_leaves_zeros),
		UNIT(wiping_touches_nothing_beyond),
		UNIT(wiping_takes_null),
		UNIT(equal_bytes_are_equal),
		UNIT(any_changed_bit_makes_unequal),
	};

	return UNIT_RUN(tests);
}
