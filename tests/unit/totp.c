/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include <limits.h>
#include <stdlib.h>

#include "core/totp.h"

/* The secrets of RFC 6238 appendix B (and its errata): as long as the digest. */
static const char digits64[] = "1234567890123456789012345678901234567890123456789012345678901234";

static const size_t secret_lens[] = {
	[SEIKYO_TOTP_SHA1] = 20,
	[SEIKYO_TOTP_SHA256] = 32,
	[SEIKYO_TOTP_SHA512] = 64,
};

static struct seikyo_totp totp_of(enum seikyo_totp_algorithm algorithm, unsigned digits)
{
	return (struct seikyo_totp){algorithm, digits, (const uint8_t *)digits64,
				    secret_lens[algorithm]};
}

static void check_code(const struct seikyo_totp *totp, int64_t step, const char *expected)
{
	char code[SEIKYO_TOTP_DIGITS_MAX + 1];

	assert_int_equal(seikyo_totp_code(totp, step, code), 0);
	assert_string_equal(code, expected);
}

static void codes_are_those_of_rfc_4226_appendix_d(void **state)
{
	static const char *const codes[] = {"755224", "287082", "359152", "969429", "338314",
					    "254676", "287922", "162583", "399871", "520489"};
	const struct seikyo_totp totp = totp_of(SEIKYO_TOTP_SHA1, 6);

	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++)
		check_code(&totp, (int64_t)i, codes[i]);
}

static void codes_are_those_of_rfc_6238_appendix_b(void **state)
{
	static const struct {
		int64_t time;
		const char *sha1, *sha256, *sha512;
	} rows[] = {
		{59, "94287082", "46119246", "90693936"},
		{1111111109, "07081804", "68084774", "25091201"},
		{1111111111, "14050471", "67062674", "99943326"},
		{1234567890, "89005924", "91819424", "93441116"},
		{2000000000, "69279037", "90698825", "38618901"},
		{20000000000, "65353130", "77737706", "47863826"},
	};
	const struct seikyo_totp sha1 = totp_of(SEIKYO_TOTP_SHA1, 8);
	const struct seikyo_totp sha256 = totp_of(SEIKYO_TOTP_SHA256, 8);
	const struct seikyo_totp sha512 = totp_of(SEIKYO_TOTP_SHA512, 8);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t step = seikyo_totp_step(rows[i].time, 30);

		check_code(&sha1, step, rows[i].sha1);
		check_code(&sha256, step, rows[i].sha256);
		check_code(&sha512, step, rows[i].sha512);
	}
}

/*
 * From oathtool 2.6.7, KEY being the hexadecimal form of the secrets above:
 *	oathtool --totp=SHA256 -s 60s -d 6 -N '2026-11-22 11:50:00 UTC' KEY
 */
static void codes_of_sixty_seconds_are_those_of_oathtool(void **state)
{
	static const struct {
		enum seikyo_totp_algorithm algorithm;
		unsigned digits;
		const char *codes[3]; /* at the times below */
	} rows[] = {
		{SEIKYO_TOTP_SHA1, 6, {"755224", "360094", "458004"}},
		{SEIKYO_TOTP_SHA1, 7, {"4755224", "9360094", "8458004"}},
		{SEIKYO_TOTP_SHA1, 8, {"84755224", "19360094", "78458004"}},
		{SEIKYO_TOTP_SHA256, 6, {"920136", "857319", "819373"}},
		{SEIKYO_TOTP_SHA256, 7, {"8920136", "0857319", "8819373"}},
		{SEIKYO_TOTP_SHA256, 8, {"18920136", "40857319", "78819373"}},
		{SEIKYO_TOTP_SHA512, 6, {"550594", "023009", "946966"}},
		{SEIKYO_TOTP_SHA512, 7, {"3550594", "7023009", "6946966"}},
		{SEIKYO_TOTP_SHA512, 8, {"53550594", "37023009", "06946966"}},
	};
	static const int64_t times[3] = {59, 1111111109, 1795348200};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct seikyo_totp totp = totp_of(rows[i].algorithm, rows[i].digits);

		for (size_t j = 0; j < COUNT(times); j++)
			check_code(&totp, seikyo_totp_step(times[j], SEIKYO_TOTP_PERIOD),
				   rows[i].codes[j]);
	}
}

static void another_secret_algorithm_or_step_gives_another_code(void **state)
{
	struct seikyo_totp totp = totp_of(SEIKYO_TOTP_SHA256, 6);
	char code[SEIKYO_TOTP_DIGITS_MAX + 1], other[SEIKYO_TOTP_DIGITS_MAX + 1];

	(void)state;
	assert_int_equal(seikyo_totp_code(&totp, 1000, code), 0);
	assert_int_equal(seikyo_totp_code(&totp, 1001, other), 0);
	assert_string_not_equal(code, other);
	totp.secret_len--;
	assert_int_equal(seikyo_totp_code(&totp, 1000, other), 0);
	assert_string_not_equal(code, other);
	totp = totp_of(SEIKYO_TOTP_SHA512, 6);
	assert_int_equal(seikyo_totp_code(&totp, 1000, other), 0);
	assert_string_not_equal(code, other);
}

static void check_impossible(struct seikyo_totp totp, int64_t step)
{
	char code[SEIKYO_TOTP_DIGITS_MAX + 1];
	struct seikyo_totp_match match;

	memset(code, 'x', sizeof(code));
	assert_int_equal(seikyo_totp_code(&totp, step, code), -1);
	assert_true(unit_wiped(code, sizeof(code)));
	memset(&match, 0xaa, sizeof(match));
	assert_int_equal(seikyo_totp_search(&totp, step, 0, 3, "123456", 6, &match), -1);
	assert_true(unit_wiped(&match, sizeof(match)));
}

static void impossible_parameters_give_no_code_and_no_match(void **state)
{
	struct seikyo_totp totp = totp_of(SEIKYO_TOTP_SHA256, 6);

	(void)state;
	check_impossible(totp, -1);
	totp.algorithm = SEIKYO_TOTP_NONE;
	check_impossible(totp, 1000);
	totp.algorithm = (enum seikyo_totp_algorithm)4;
	check_impossible(totp, 1000);
	totp = totp_of(SEIKYO_TOTP_SHA256, 5);
	check_impossible(totp, 1000);
	totp.digits = 9;
	check_impossible(totp, 1000);
	totp = totp_of(SEIKYO_TOTP_SHA256, 6);
	totp.secret_len = SEIKYO_TOTP_SECRET_MIN - 1;
	check_impossible(totp, 1000);
	totp.secret_len = SEIKYO_TOTP_SECRET_MAX + 1;
	check_impossible(totp, 1000);
	totp.secret_len = 32;
	totp.secret = NULL;
	check_impossible(totp, 1000);
}

static void algorithms_are_known_by_their_names_only(void **state)
{
	static const char *const unknown[] = {"", "SHA256", "sha-256", "sha2566", "sha", "md5"};

	(void)state;
	assert_int_equal(seikyo_totp_algorithm_from("sha1"), SEIKYO_TOTP_SHA1);
	assert_int_equal(seikyo_totp_algorithm_from("sha256"), SEIKYO_TOTP_SHA256);
	assert_int_equal(seikyo_totp_algorithm_from("sha512"), SEIKYO_TOTP_SHA512);
	for (size_t i = 0; i < COUNT(unknown); i++)
		assert_int_equal(seikyo_totp_algorithm_from(unknown[i]), SEIKYO_TOTP_NONE);
}

static void a_step_is_the_floor_also_before_1970(void **state)
{
	(void)state;
	assert_int_equal(seikyo_totp_step(0, 60), 0);
	assert_int_equal(seikyo_totp_step(59, 60), 0);
	assert_int_equal(seikyo_totp_step(60, 60), 1);
	assert_int_equal(seikyo_totp_step(1795348200, 60), 29922470);
	assert_int_equal(seikyo_totp_step(1795348199, 60), 29922469);
	assert_int_equal(seikyo_totp_step(-1, 60), -1);
	assert_int_equal(seikyo_totp_step(-60, 60), -1);
	assert_int_equal(seikyo_totp_step(-61, 60), -2);
}

static void a_code_is_exactly_digits_ascii_digits(void **state)
{
	(void)state;
	assert_true(seikyo_totp_well_formed("123456", 6, 6));
	assert_true(seikyo_totp_well_formed("000000", 6, 6));
	assert_true(seikyo_totp_well_formed("1234567", 7, 7));
	assert_true(seikyo_totp_well_formed("12345678", 8, 8));
}

static void anything_else_is_no_code(void **state)
{
	static const struct {
		const char *code;
		size_t len;
	} rows[] = {
		{"", 0},
		{"12345", 5},
		{"1234567", 7},
		{"12345a", 6},
		{"a23456", 6},
		{"12 456", 6},
		{"123456 ", 7},
		{" 12345", 6},
		{"+12345", 6},
		{"-12345", 6},
		{"12345/", 6},
		{"12345:", 6},
		{"123456\n", 7},
		{"\xef\xbc\x91\xef\xbc\x92", 6}, /* 12 in full width */
		{"\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93\xef\xbc\x94\xef\xbc\x95\xef\xbc\x96",
		 18}, /* 6 */
		{"123\0"
		 "56",
		 6},
		{"12345\0", 6},
		{"123456\0", 7},
		{"\0"
		 "12345",
		 6},
	};
	const struct seikyo_totp totp = totp_of(SEIKYO_TOTP_SHA256, 6);
	struct seikyo_totp_match match;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (seikyo_totp_well_formed(rows[i].code, rows[i].len, 6))
			fail_msg("row %zu was taken for a code", i);
		memset(&match, 0xaa, sizeof(match));
		assert_int_equal(
			seikyo_totp_search(&totp, 1000, 0, 3, rows[i].code, rows[i].len, &match),
			0);
		assert_false(match.matched);
	}
	assert_false(seikyo_totp_well_formed(NULL, 6, 6));
	assert_false(seikyo_totp_well_formed("12345", 5, 5));
	assert_false(seikyo_totp_well_formed("123456789", 9, 9));
}

/* The code of a phone that is off by phone steps, looked for with the stored drift. */
static struct seikyo_totp_match find(int64_t now, int drift, int limit, int phone)
{
	const struct seikyo_totp totp = totp_of(SEIKYO_TOTP_SHA256, 8);
	struct seikyo_totp_match match;
	char code[SEIKYO_TOTP_DIGITS_MAX + 1];

	assert_int_equal(seikyo_totp_code(&totp, now + phone, code), 0);
	assert_int_equal(seikyo_totp_search(&totp, now, drift, limit, code, 8, &match), 0);
	if (!match.matched && (match.step != 0 || match.drift != 0))
		fail_msg("no match, and yet step %lld, drift %d", (long long)match.step,
			 match.drift);
	return match;
}

static void check_found(int64_t now, int drift, int limit, int phone)
{
	struct seikyo_totp_match match = find(now, drift, limit, phone);

	if (!match.matched || match.step != now + phone || match.drift != phone)
		fail_msg("drift %d, limit %d, phone %d: matched %d, step %+lld, drift %d", drift,
			 limit, phone, match.matched, (long long)(match.step - now), match.drift);
}

static void check_missed(int64_t now, int drift, int limit, int phone)
{
	if (find(now, drift, limit, phone).matched)
		fail_msg("drift %d, limit %d, phone %d: found", drift, limit, phone);
}

static const int64_t now = 29922470;

/* Steps of the 32-byte secret that have, with 6 digits, the code of an earlier one: by trying. */
static const int64_t adjacent = 30337982;   /* the code of the step before */
static const int64_t four_apart = 31515728; /* the code of the fourth step before */

static void one_step_early_and_one_late_are_found(void **state)
{
	(void)state;
	for (int phone = -1; phone <= 1; phone++)
		check_found(now, 0, 3, phone);
}

static void two_steps_early_or_late_are_not_found_without_drift(void **state)
{
	(void)state;
	for (int phone = 2; phone <= 12; phone++) {
		check_missed(now, 0, 3, phone);
		check_missed(now, 0, 3, -phone);
	}
}

/* Each login finds the phone one step further off and stores that as the new drift. */
static void a_slow_drift_is_followed_both_ways_up_to_the_limit(void **state)
{
	(void)state;
	for (int limit = 1; limit <= SEIKYO_TOTP_DRIFT_MAX; limit++) {
		for (int sign = -1; sign <= 1; sign += 2) {
			int drift = 0;

			for (int phone = 1; phone <= limit; phone++) {
				check_found(now, drift, limit, sign * phone);
				drift = sign * phone;
			}
			check_found(now, drift, limit, drift);
			check_missed(now, drift, limit, sign * (limit + 1));
		}
	}
}

/* Every drift, limit and phone: found exactly if near now or near the drift, and in the limit. */
static void what_is_found_is_what_the_rule_says(void **state)
{
	(void)state;
	for (int limit = 0; limit <= SEIKYO_TOTP_DRIFT_MAX; limit++) {
		for (int drift = -7; drift <= 7; drift++) {
			for (int phone = -9; phone <= 9; phone++) {
				if (abs(phone) <= limit &&
				    (abs(phone) <= 1 || abs(phone - drift) <= 1))
					check_found(now, drift, limit, phone);
				else
					check_missed(now, drift, limit, phone);
			}
		}
	}
}

static void with_limit_zero_only_the_step_itself_is_found(void **state)
{
	(void)state;
	check_found(now, 0, 0, 0);
	check_found(now, 5, 0, 0);
	check_missed(now, 0, 0, 1);
	check_missed(now, 0, 0, -1);
	check_missed(now, 1, 0, 1);
}

static void a_phone_replaced_by_one_without_drift_is_found(void **state)
{
	(void)state;
	check_found(now, 3, 3, 0);
	check_found(now, -3, 3, 0);
	check_found(now, 5, 5, -1);
	check_missed(now, 5, 5, -2);
}

static void an_absurd_stored_drift_finds_only_what_is_near_now(void **state)
{
	static const int drifts[] = {INT_MAX, INT_MIN, INT_MAX - 1, 1000000, -1000000};

	(void)state;
	for (size_t i = 0; i < COUNT(drifts); i++) {
		check_found(now, drifts[i], 5, 1);
		check_missed(now, drifts[i], 5, 2);
	}
}

static void a_limit_out_of_bounds_fails(void **state)
{
	const struct seikyo_totp totp = totp_of(SEIKYO_TOTP_SHA256, 6);
	struct seikyo_totp_match match;

	(void)state;
	assert_int_equal(seikyo_totp_search(&totp, now, 0, -1, "123456", 6, &match), -1);
	assert_int_equal(seikyo_totp_search(&totp, now, 0, 6, "123456", 6, &match), -1);
	assert_int_equal(seikyo_totp_search(&totp, INT64_MAX, 0, 3, "123456", 6, &match), -1);
	assert_false(match.matched);
}

static void nothing_before_1970_is_looked_at(void **state)
{
	(void)state;
	check_found(0, 0, 3, 0);
	check_found(0, 0, 3, 1);
	check_found(1, 0, 3, -1);
	check_missed(1, -3, 5, 4);
}

/* later has the code of later - apart; at step at it is found as the one at + expected. */
static void check_alike(int64_t later, int apart, int64_t at, int drift, int expected)
{
	const struct seikyo_totp totp = totp_of(SEIKYO_TOTP_SHA256, 6);
	char code[SEIKYO_TOTP_DIGITS_MAX + 1], earlier[SEIKYO_TOTP_DIGITS_MAX + 1];
	struct seikyo_totp_match match;

	assert_int_equal(seikyo_totp_code(&totp, later, code), 0);
	assert_int_equal(seikyo_totp_code(&totp, later - apart, earlier), 0);
	assert_string_equal(code, earlier);
	assert_int_equal(seikyo_totp_search(&totp, at, drift, 5, code, 6, &match), 0);
	assert_true(match.matched);
	assert_int_equal(match.drift, expected);
	assert_int_equal(match.step, at + expected);
}

static void of_two_steps_with_the_same_code_the_higher_wins(void **state)
{
	(void)state;
	check_alike(adjacent, 1, adjacent - 1, 0, 1);
	check_alike(adjacent, 1, adjacent, 0, 0);
	check_alike(four_apart, 4, four_apart - 4, 4, 4);
	check_alike(four_apart, 4, four_apart - 4, 3, 4);
	check_alike(four_apart, 4, four_apart, -4, 0);
}

static void the_lower_one_is_found_where_the_higher_is_no_candidate(void **state)
{
	(void)state;
	check_alike(adjacent, 1, adjacent - 2, 0, 1);
	check_alike(four_apart, 4, four_apart - 4, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(codes_are_those_of_rfc_4226_appendix_d),
		UNIT(codes_are_those_of_rfc_6238_appendix_b),
		UNIT(codes_of_sixty_seconds_are_those_of_oathtool),
		UNIT(another_secret_algorithm_or_step_gives_another_code),
		UNIT(impossible_parameters_give_no_code_and_no_match),
		UNIT(algorithms_are_known_by_their_names_only),
		UNIT(a_step_is_the_floor_also_before_1970),
		UNIT(a_code_is_exactly_digits_ascii_digits),
		UNIT(anything_else_is_no_code),
		UNIT(one_step_early_and_one_late_are_found),
		UNIT(two_steps_early_or_late_are_not_found_without_drift),
		UNIT(a_slow_drift_is_followed_both_ways_up_to_the_limit),
		UNIT(what_is_found_is_what_the_rule_says),
		UNIT(with_limit_zero_only_the_step_itself_is_found),
		UNIT(a_phone_replaced_by_one_without_drift_is_found),
		UNIT(an_absurd_stored_drift_finds_only_what_is_near_now),
		UNIT(a_limit_out_of_bounds_fails),
		UNIT(nothing_before_1970_is_looked_at),
		UNIT(of_two_steps_with_the_same_code_the_higher_wins),
		UNIT(the_lower_one_is_found_where_the_higher_is_no_candidate),
	};

	return UNIT_RUN(tests);
}
