/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include "core/base32.h"

/* RFC 4648 section 10 */
static const struct {
	const char *data, *bare, *padded;
} vectors[] = {
	{"", "", ""},
	{"f", "MY", "MY======"},
	{"fo", "MZXQ", "MZXQ===="},
	{"foo", "MZXW6", "MZXW6==="},
	{"foob", "MZXW6YQ", "MZXW6YQ="},
	{"fooba", "MZXW6YTB", "MZXW6YTB"},
	{"foobar", "MZXW6YTBOI", "MZXW6YTBOI======"},
};

static void encoding_gives_the_vectors_of_rfc_4648(void **state)
{
	char out[32];

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		size_t len = strlen(vectors[i].data);
		const uint8_t *data = (const uint8_t *)vectors[i].data;

		assert_int_equal(seikyo_base32_encode(data, len, out, sizeof(out)),
				 strlen(vectors[i].bare));
		assert_string_equal(out, vectors[i].bare);
		assert_int_equal(SEIKYO_BASE32_LEN(len), strlen(vectors[i].bare));
	}
}

static void encoding_needs_room_for_the_nul(void **state)
{
	const uint8_t data[] = "foobar";
	char out[11];

	(void)state;
	assert_int_equal(seikyo_base32_encode(data, 6, out, 11), 10);
	assert_int_equal(seikyo_base32_encode(data, 6, out, 10), -1);
	assert_int_equal(seikyo_base32_encode(data, 0, out, 0), -1);
}

/* The bytes are never read, so they need not exist. */
static void encoding_refuses_what_no_text_can_hold(void **state)
{
	uint8_t data[1] = {0};
	char text[8] = "x";

	(void)state;
	assert_int_equal(seikyo_base32_encode(data, SIZE_MAX / 4, text, sizeof(text)), -1);
	assert_string_equal(text, "x");
}

static void check_decoding(const char *text, const char *expected)
{
	uint8_t out[32];
	ssize_t len = seikyo_base32_decode(text, strlen(text), out, sizeof(out));

	if (len != (ssize_t)strlen(expected))
		fail_msg("%s gave %zd bytes", text, len);
	assert_memory_equal(out, expected, (size_t)len);
}

static void decoding_gives_the_vectors_of_rfc_4648(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		check_decoding(vectors[i].bare, vectors[i].data);
		check_decoding(vectors[i].padded, vectors[i].data);
	}
}

static void decoding_takes_small_letters(void **state)
{
	(void)state;
	check_decoding("mzxw6ytboi", "foobar");
	check_decoding("MzXw6yTbOi", "foobar");
}

static void check_refusal(const char *text, size_t len)
{
	uint8_t out[32];
	ssize_t got;

	memset(out, 0xaa, sizeof(out));
	got = seikyo_base32_decode(text, len, out, sizeof(out));
	if (got != -1)
		fail_msg("\"%s\" gave %zd", text, got);
	assert_true(unit_wiped(out, sizeof(out)));
}

static void decoding_refuses_other_characters(void **state)
{
	static const char *const texts[] = {"MZXW6YT0",
					    "MZXW6YT1",
					    "MZXW6YT8",
					    "MZXW6YT9",
					    "MZXW 6YT",
					    "MZXW-6YT",
					    "MZXW6YT\n",
					    "MZXW6YT/",
					    "MZXW6YT[",
					    "MZXW6YT`",
					    "MZXW6YT{",
					    "\xef\xbc\xad"
					    "ZXW6"};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		check_refusal(texts[i], strlen(texts[i]));
	check_refusal("MZX\0MZXW", 8);
}

static void decoding_refuses_impossible_lengths(void **state)
{
	(void)state;
	check_refusal("M", 1);
	check_refusal("MZX", 3);
	check_refusal("MZXW6Y", 6);
	check_refusal("MZXW6YTBO", 9);
}

static void decoding_refuses_incomplete_or_misplaced_padding(void **state)
{
	static const char *const texts[] = {
		"MY=", "MY=====",  "MY=======",	       "MZXW6=",   "MZXW6YTB=", "MZXW6YTB========",
		"=",   "========", "MY======MY======", "=MY=====", "M=Y=====",	"M======="};

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		check_refusal(texts[i], strlen(texts[i]));
}

static void decoding_refuses_trailing_bits(void **state)
{
	(void)state;
	check_refusal("MZ", 2);
	check_refusal("MZXR", 4);
	check_refusal("MZXW7", 5);
	check_refusal("MZXW6YR", 7);
}

static void decoding_never_writes_beyond_the_buffer(void **state)
{
	uint8_t out[8];

	(void)state;
	memset(out, 0xaa, sizeof(out));
	assert_int_equal(seikyo_base32_decode("MZXW6YTBOI", 10, out, 6), 6);
	assert_int_equal(out[6], 0xaa);
	assert_int_equal(seikyo_base32_decode("MZXW6YTBOI", 10, out, 5), -1);
	assert_true(unit_wiped(out, 5));
	assert_int_equal(out[6], 0xaa);
}

static void every_length_comes_back(void **state)
{
	uint8_t data[64], back[64];
	char text[SEIKYO_BASE32_LEN(64) + 1];

	(void)state;
	unit_count_up(data, sizeof(data), 0xe0);
	for (size_t len = 0; len <= sizeof(data); len++) {
		ssize_t written = seikyo_base32_encode(data, len, text, sizeof(text));

		assert_int_equal(written, SEIKYO_BASE32_LEN(len));
		assert_int_equal(seikyo_base32_decode(text, (size_t)written, back, len), len);
		assert_memory_equal(data, back, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(encoding_gives_the_vectors_of_rfc_4648),
		UNIT(encoding_needs_room_for_the_nul),
		UNIT(encoding_refuses_what_no_text_can_hold),
		UNIT(decoding_gives_the_vectors_of_rfc_4648),
		UNIT(decoding_takes_small_letters),
		UNIT(decoding_refuses_other_characters),
		UNIT(decoding_refuses_impossible_lengths),
		UNIT(decoding_refuses_incomplete_or_misplaced_padding),
		UNIT(decoding_refuses_trailing_bits),
		UNIT(decoding_never_writes_beyond_the_buffer),
		UNIT(every_length_comes_back),
	};

	return UNIT_RUN(tests);
}
