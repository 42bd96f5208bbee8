/* SPDX-License-Identifier: GPL-2.0-only */
/* The hashes that unknown names are looked at against. */
#include "dummy.h"

#include "core/password.h"

static struct crypt_data work;

static void check_wrong(const char *password, const char *hash)
{
	enum seikyo_password_verdict verdict = SEIKYO_PASSWORD_RIGHT;

	assert_int_equal(seikyo_password_verify(password, hash, &work, &verdict), 0);
	if (verdict != SEIKYO_PASSWORD_WRONG)
		fail_msg("%s: verdict %d", hash, (int)verdict);
}

static const char *const cheap_formats[] = {
	"$y$j75$", "$gy$j75$",	      "$7$66..../....", "$6$",	   "$6$rounds=1000$",
	"$5$",	   "$5$rounds=1000$", "$2b$04$",	"$2a$04$", "$2y$04$",
};

static void a_dummy_is_hashed_in_its_format_and_never_matches(void **state)
{
	static const char *const passwords[] = {"", "password", "Hello world!", "パスワード"};
	char hash[SEIKYO_HASH_MAX + 1], format[SEIKYO_HASH_FORMAT_MAX + 1];
	uint8_t seed[32];

	(void)state;
	for (size_t i = 0; i < COUNT(cheap_formats); i++) {
		for (unsigned start = 0; start < 256; start += 15) {
			unit_count_up(seed, sizeof(seed), (uint8_t)start);
			assert_int_equal(seikyo_password_dummy(cheap_formats[i], seed, hash), 0);
			assert_true(seikyo_password_hash_known(hash));
			assert_true(seikyo_password_hash_format(hash, format) > 0);
			assert_string_equal(format, cheap_formats[i]);
			check_wrong(passwords[start % COUNT(passwords)], hash);
		}
	}
}

/*
 * Not even the digest of a right guess can equal a dummy's: its last character holds bits that a
 * digest never has. Of the 64 characters a digest may end in 4 or 16.
 */
static void no_digest_ends_as_a_dummy_does(void **state)
{
	const uint8_t salt[32] = {0};
	char password[8], hash[SEIKYO_HASH_MAX + 1];

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		snprintf(password, sizeof(password), "%u", i);
		assert_int_equal(seikyo_password_hash(password, "$6$", 1000, salt, &work, hash), 0);
		assert_non_null(strchr("./01", hash[strlen(hash) - 1]));
		if (i >= 40)
			continue;
		assert_int_equal(seikyo_password_hash(password, "$2b$", 4, salt, &work, hash), 0);
		assert_non_null(strchr(".CGKOSWaeimquy26", hash[strlen(hash) - 1]));
		assert_int_equal(seikyo_password_hash(password, "$y$", 1, salt, &work, hash), 0);
		assert_non_null(strchr("./0123456789ABCD", hash[strlen(hash) - 1]));
	}
	assert_int_equal(dummy_of("$6$")[strlen(dummy_of("$6$")) - 1], 'z');
	assert_int_equal(dummy_of("$y$j75$")[strlen(dummy_of("$y$j75$")) - 1], 'z');
	assert_int_equal(dummy_of("$2b$04$")[strlen(dummy_of("$2b$04$")) - 1], '9');
}

static void another_seed_gives_another_dummy(void **state)
{
	char a[SEIKYO_HASH_MAX + 1], b[SEIKYO_HASH_MAX + 1];
	uint8_t seed[32] = {0};

	(void)state;
	for (size_t i = 0; i < COUNT(cheap_formats); i++) {
		seed[3] = 0;
		assert_int_equal(seikyo_password_dummy(cheap_formats[i], seed, a), 0);
		assert_int_equal(seikyo_password_dummy(cheap_formats[i], seed, b), 0);
		assert_string_equal(a, b);
		seed[3] = 1;
		assert_int_equal(seikyo_password_dummy(cheap_formats[i], seed, b), 0);
		assert_string_not_equal(a, b);
	}
}

static void there_is_no_dummy_in_what_is_no_format(void **state)
{
	static const char *const formats[] = {
		"",
		"garbage",
		"*0",
		"$1$",
		"$2x$05$",
		"$y$",
		"$y$j9T",
		"$y$j9T$ab",
		"$2b$5$",
		"$2b$",
		"$6$rounds=$",
		"$6$rounds=5000",
		"$6$x",
		"$7$C6...",
		"$7$C6..../....x",
		"$6$rounds=99999999999999999999999999$",
	};
	const uint8_t seed[32] = {0};
	char hash[SEIKYO_HASH_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		strcpy(hash, "x");
		if (seikyo_password_dummy(formats[i], seed, hash) != -1)
			fail_msg("%s gave a dummy", formats[i]);
		assert_string_equal(hash, "");
	}
	assert_int_equal(seikyo_password_dummy(NULL, seed, hash), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_dummy_is_hashed_in_its_format_and_never_matches),
		UNIT(no_digest_ends_as_a_dummy_does),
		UNIT(another_seed_gives_another_dummy),
		UNIT(there_is_no_dummy_in_what_is_no_format),
	};

	return UNIT_RUN(tests);
}
