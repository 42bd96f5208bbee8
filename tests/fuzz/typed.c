/* SPDX-License-Identifier: GPL-2.0-only */
/* What a person types: its outer form, the code at a password's end, and the search for a code. */
#include "fuzz.h"

#include "core/totp.h"
#include "core/typed.h"

/* A character decoded the plain way (RFC 3629 section 3): its length, 0 if it is none. */
static size_t character(const uint8_t *text, size_t len)
{
	static const uint32_t least[] = {0, 1, 0x80, 0x800, 0x10000};
	const uint8_t first = len ? text[0] : 0;
	const size_t want = first < 0x80   ? 1
			    : first < 0xc0 ? 0
			    : first < 0xe0 ? 2
			    : first < 0xf0 ? 3
					   : 4;
	uint32_t point = want < 2 ? first : first & (0x7fU >> want);

	if (want == 0 || want > len || first >= 0xf8)
		return 0;
	for (size_t i = 1; i < want; i++) {
		if (text[i] >> 6 != 2)
			return 0;
		point = point << 6 | (text[i] & 0x3f);
	}
	if (point < least[want] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
		return 0;
	return want;
}

static bool valid(const uint8_t *text, size_t len)
{
	for (size_t at = 0, step; at < len; at += step) {
		step = character(text + at, len - at);
		if (step == 0)
			return false;
	}
	return len > 0 && len <= SEIKYO_TYPED_MAX;
}

static bool all_digits(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
	}
	return true;
}

static void check_split(const char *text, size_t len, unsigned digits)
{
	const size_t front = seikyo_typed_split(text, len, digits);
	const bool possible = digits > 0 && len > digits && all_digits(text + len - digits, digits);

	demand(front == (possible ? len - digits : 0),
	       "a code is the last digits, and a password stands in front of it");
	demand(seikyo_totp_well_formed(text, len, digits) ==
		       (digits >= 6 && digits <= 8 && len == digits && all_digits(text, len)),
	       "a code is exactly so many ASCII digits");
}

/* A secret, a time and a code from the input: what matches is the code of the step that is told. */
static void check_search(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	uint8_t secret[SEIKYO_TOTP_SECRET_MAX];
	const struct seikyo_totp totp = {.algorithm = fuzz_byte(&input) % 4,
					 .digits = fuzz_byte(&input) % 11,
					 .secret = secret,
					 .secret_len = fuzz_byte(&input) % (sizeof(secret) + 1)};
	const int drift = (int8_t)fuzz_byte(&input), limit = (int8_t)fuzz_byte(&input) % 8;
	struct seikyo_totp_match match;
	char code[SEIKYO_TOTP_DIGITS_MAX + 1] = "";
	int64_t now;

	fuzz_take(&input, &now, sizeof(now));
	fuzz_take(&input, secret, sizeof(secret));
	if (seikyo_totp_search(&totp, now, drift, limit, (const char *)input.at, input.left,
			       &match) < 0 ||
	    !match.matched) {
		demand(fuzz_all_zero(&match, sizeof(match)), "what does not match tells no step");
		return;
	}
	demand(match.step == now + match.drift && abs(match.drift) <= limit,
	       "a step is within the limit");
	demand(seikyo_totp_code(&totp, match.step, code) == 0 && strlen(code) == input.left &&
		       memcmp(code, input.at, input.left) == 0,
	       "a code that matches is that of its step");
}

/* The right code is found, and no shorter, longer or other one. */
static void check_right(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	uint8_t secret[SEIKYO_TOTP_SECRET_MIN];
	struct seikyo_totp totp = {SEIKYO_TOTP_SHA256, 6, secret, sizeof(secret)};
	struct seikyo_totp_match match;
	uint32_t now;
	char code[SEIKYO_TOTP_DIGITS_MAX + 2] = "";

	fuzz_take(&input, &now, sizeof(now));
	fuzz_take(&input, secret, sizeof(secret));
	demand(seikyo_totp_code(&totp, now, code) == 0, "there is a code");
	demand(seikyo_totp_search(&totp, now, 0, 0, code, 6, &match) == 0 && match.matched,
	       "the right code matches");
	demand(seikyo_totp_search(&totp, now, 0, 0, code, 5, &match) == 0 && !match.matched,
	       "a part of it does not");
	code[6] = '0';
	demand(seikyo_totp_search(&totp, now, 0, 0, code, 7, &match) == 0 && !match.matched,
	       "one with a digit more does not");
	code[fuzz_byte(&input) % 6] ^= (char)(1 + fuzz_byte(&input) % 255);
	demand(seikyo_totp_search(&totp, now, 0, 0, code, 6, &match) == 0 && !match.matched,
	       "another one does not");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	demand(seikyo_typed_character((const char *)data, size) ==
		       (size && data[0] == 0 ? 0 : character(data, size)),
	       "a character is what RFC 3629 says");
	demand(seikyo_typed_valid((const char *)data, size) ==
		       (valid(data, size) && !memchr(data, 0, size)),
	       "typed text is 1 to 128 bytes of UTF-8 without NUL");
	for (unsigned digits = 0; digits < 12; digits++)
		check_split((const char *)data, size, digits);
	check_search(data, size);
	check_right(data, size);
	return 0;
}
