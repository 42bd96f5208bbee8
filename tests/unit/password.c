/* SPDX-License-Identifier: GPL-2.0-only */
#include "dummy.h"

#include <stdlib.h>

#include "core/password.h"

/*
 * The first two come from "openssl passwd -5 -salt saltstring" and -6, the next two are the
 * published tests of crypt_blowfish and of scrypt's crypt form, the others come from libcrypt's
 * crypt() called from another language (Python, ctypes).
 */
static const struct vector {
	const char *password, *hash, *format;
} vectors[] = {
	{"Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", "$5$"},
	{"Hello world!",
	 "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
	 "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
	 "$6$"},
	{"U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "$2a$05$"},
	{"pleaseletmein",
	 "$7$C6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
	 "$7$C6..../...."},
	{"パスワード1", "$y$j9T$abcdefghijklmnopqrstu.$gzPyj2.9atG...c.OYlDnahEeR/kVjRzJstaxx.ojN0",
	 "$y$j9T$"},
	{"パスワード1", "$y$j75$abcdefghijklmnopqrstu.$eE64fPxvhyU0399w0uFROnA4ElQQ9I9b1qub78WX727",
	 "$y$j75$"},
	{"パスワード1",
	 "$gy$j75$abcdefghijklmnopqrstu.$Rm2Zw8qXsesG7rmDnQqrRqgmR3DhAga0yZXADz6.vO2", "$gy$j75$"},
	{"パスワード1",
	 "$6$rounds=1000$salt+string$xwFtZedxVNDCCwLxLWxYZ34uA/"
	 "OFkXgO9vR8YHlVegU.vYz6Qo7OC261ZA84K1bGCdn.fRtC7qdwiy6I7L2IL.",
	 "$6$rounds=1000$"},
	{"パスワード1",
	 "$5$rounds=10000$saltstringsaltst$Jetkzi9akTU7gauMCSaYU6opZezuvisP9xfyniykz.D",
	 "$5$rounds=10000$"},
	{"パスワード1", "$2b$04$abcdefghijklmnopqrstuuVD.kxzKWWP6uqZl8zZQx6FX4VTuRlT.", "$2b$04$"},
	{"パスワード1", "$2y$04$abcdefghijklmnopqrstuuVD.kxzKWWP6uqZl8zZQx6FX4VTuRlT.", "$2y$04$"},
};

static struct crypt_data work;

static void check_verdict(const char *password, const char *hash,
			  enum seikyo_password_verdict expected)
{
	enum seikyo_password_verdict verdict = (enum seikyo_password_verdict)2;

	memset(&work, 0xaa, sizeof(work));
	if (seikyo_password_verify(password, hash, &work, &verdict) != 0)
		fail_msg("%s could not be verified", hash);
	if (verdict != expected)
		fail_msg("%s: verdict %d", hash, (int)verdict);
	assert_true(unit_wiped(&work, sizeof(work)));
}

static void known_hashes_of_every_prefix_are_verified(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		assert_true(seikyo_password_hash_known(vectors[i].hash));
		check_verdict(vectors[i].password, vectors[i].hash, SEIKYO_PASSWORD_RIGHT);
	}
}

static void another_password_is_wrong_with_every_prefix(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		check_verdict("hello world!", vectors[i].hash, SEIKYO_PASSWORD_WRONG);
		check_verdict("", vectors[i].hash, SEIKYO_PASSWORD_WRONG);
	}
}

/* Only the digest is changed, so that libcrypt takes the setting as it is. */
static void a_hash_with_another_digest_is_wrong(void **state)
{
	char changed[SEIKYO_HASH_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		char *last = strcpy(changed, vectors[i].hash) + strlen(changed) - 1;
		*last = *last == '.' ? '/' : '.';
		check_verdict(vectors[i].password, changed, SEIKYO_PASSWORD_WRONG);
	}
}

static void check_unknown(const char *hash)
{
	enum seikyo_password_verdict verdict = SEIKYO_PASSWORD_RIGHT;
	char format[SEIKYO_HASH_FORMAT_MAX + 1] = "x";

	if (seikyo_password_hash_known(hash))
		fail_msg("\"%s\" was taken for a hash", hash);
	assert_int_equal(seikyo_password_verify("password", hash, &work, &verdict), -1);
	assert_int_equal(verdict, SEIKYO_PASSWORD_WRONG);
	assert_int_equal(seikyo_password_hash_format(hash, format), -1);
	assert_string_equal(format, "");
	assert_false(seikyo_password_hash_weaker(hash, "$y$", 11));
}

static void what_is_no_hash_of_the_list_is_never_verified(void **state)
{
	static const char *const hashes[] = {
		"",
		"garbage",
		"plain-text",
		"password",
		"*",
		"*0",
		"*1",
		"!",
		"x",
		"ab6Xp/YiMYOIk",			/* DES */
		"_J9..CCCCXBrJUJV154M",			/* BSDi */
		"$1$saltstri$qLfpSmQCUSPCE5Wn1GQrI0",	/* MD5 */
		"$3$$8846f7eaee8fb117ad06bdd830b7586c", /* NT */
		"$2$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"$md5$",
		"$sha1$",
		"{SSHA}",
		" $6$saltstring$",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(hashes); i++)
		check_unknown(hashes[i]);
	check_unknown(NULL);
}

/* A cut hash must never become a shorter one that is easier to meet. */
static void every_cut_hash_is_refused(void **state)
{
	char cut[SEIKYO_HASH_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		for (size_t len = 0; len < strlen(vectors[i].hash); len++) {
			snprintf(cut, len + 1, "%s", vectors[i].hash);
			check_unknown(cut);
		}
	}
}

static void a_longer_hash_is_refused(void **state)
{
	char longer[600];

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		for (const char *more = ".$ :*\n"; *more; more++) {
			snprintf(longer, sizeof(longer), "%s%c", vectors[i].hash, *more);
			check_unknown(longer);
		}
	}
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	memcpy(longer, "$6$", 3);
	check_unknown(longer);
	longer[512 - 87] = '$';
	longer[512] = '\0';
	check_unknown(longer);
}

static void a_hash_with_a_broken_cost_is_refused(void **state)
{
	static const char *const hashes[] = {
		"$2b$5$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeWW",
		"$2b$0x$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
		"$6$rounds=$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/"
		"O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
		"$6$rounds=9999999999$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/"
		"O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
		"$y$$abcdefghijklmnopqrstu.$gzPyj2.9atG...c.OYlDnahEeR/kVjRzJstaxx.ojN0",
		"$y$j$abcdefghijklmnopqrstu.$gzPyj2.9atG...c.OYlDnahEeR/kVjRzJstaxx.ojN0",
		"$y$j9$abcdefghijklmnopqrstu.$gzPyj2.9atG...c.OYlDnahEeR/kVjRzJstaxx.ojN0",
		"$y$!9T$abcdefghijklmnopqrstu.$gzPyj2.9atG...c.OYlDnahEeR/kVjRzJstaxx.ojN0",
		"$7$C6...$SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
		"$7$C........../SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
		"$7$!6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
		"$7$C!..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
		"$7$C6....!....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
		"$7$C6.........SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
		/* N = 2^63 with r = 8; yescrypt's numbers of two characters: broken, N = 2^64, and
		   N = 2^63 with r = 2 */
		"$7$z6..../....SodiumChloride$kBGj9fHznVYFQMEn/qDCfrDevf9YDtcDdKvEqHJLV8D",
		"$y$j9k!$abcdefghijklmnopqrstu.$gzPyj2.9atG...c.OYlDnahEeR/kVjRzJstaxx.ojN0",
		"$y$jkD5$abcdefghijklmnopqrstu.$gzPyj2.9atG...c.OYlDnahEeR/kVjRzJstaxx.ojN0",
		"$y$jkC/$abcdefghijklmnopqrstu.$gzPyj2.9atG...c.OYlDnahEeR/kVjRzJstaxx.ojN0",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(hashes); i++)
		check_unknown(hashes[i]);
}

static void a_salt_with_a_character_that_cannot_be_printed_is_refused(void **state)
{
	(void)state;
	check_unknown("$6$salt\x7f"
		      "string$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
		      "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1");
}

/* libcrypt takes the first 16 characters of it: what it gives is another hash, and a shorter one.
 */
static void a_salt_that_libcrypt_cuts_matches_nothing(void **state)
{
	char hash[SEIKYO_HASH_MAX + 1], longer[SEIKYO_HASH_MAX + 1];
	const uint8_t salt[32] = {0};

	(void)state;
	assert_int_equal(seikyo_password_hash("password", "$6$", 1000, salt, &work, hash), 0);
	check_verdict("password", hash, SEIKYO_PASSWORD_RIGHT);
	snprintf(longer, sizeof(longer), "%.*sabcd%s", (int)(strrchr(hash, '$') - hash), hash,
		 strrchr(hash, '$'));
	assert_true(seikyo_password_hash_known(longer));
	check_verdict("password", longer, SEIKYO_PASSWORD_WRONG);
}

/* bcrypt looks at 72 bytes: a longer password would match by its beginning. */
static void bcrypt_does_not_match_by_the_first_72_bytes(void **state)
{
	char password[SEIKYO_PASSWORD_MAX + 1], hash[SEIKYO_HASH_MAX + 1];
	const uint8_t salt[32] = {0};

	(void)state;
	memset(password, 'a', sizeof(password));
	password[72] = '\0';
	assert_int_equal(seikyo_password_hash(password, "$2b$", 4, salt, &work, hash), 0);
	check_verdict(password, hash, SEIKYO_PASSWORD_RIGHT);
	password[72] = 'a';
	password[73] = '\0';
	check_verdict(password, hash, SEIKYO_PASSWORD_WRONG);
}

static void the_format_is_prefix_and_cost(void **state)
{
	char format[SEIKYO_HASH_FORMAT_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		assert_int_equal(seikyo_password_hash_format(vectors[i].hash, format),
				 strlen(vectors[i].format));
		assert_string_equal(format, vectors[i].format);
	}
}

static void a_format_longer_than_its_room_is_none(void **state)
{
	static const char hash[] = "$y$j9T00000000000000000000000000$abcdefghijklmnopqrstu."
				   "$gzPyj2.9atG...c.OYlDnahEeR/kVjRzJstaxx.ojN0";
	char format[SEIKYO_HASH_FORMAT_MAX + 1] = "x";

	(void)state;
	assert_true(seikyo_password_hash_known(hash));
	assert_int_equal(seikyo_password_hash_format(hash, format), -1);
	assert_string_equal(format, "");
}

static void a_new_hash_is_verified_by_its_password_only(void **state)
{
	static const struct {
		const char *prefix;
		unsigned long cost;
		const char *format;
	} rows[] = {
		{"$y$", 1, "$y$j75$"},	{"$y$", 0, "$y$j9T$"},
		{"$2b$", 4, "$2b$04$"}, {"$6$", 1000, "$6$rounds=1000$"},
		{"$6$", 0, "$6$"},
	};
	char hash[SEIKYO_HASH_MAX + 1], format[SEIKYO_HASH_FORMAT_MAX + 1];
	uint8_t salt[32];

	(void)state;
	unit_count_up(salt, sizeof(salt), 77);
	for (size_t i = 0; i < COUNT(rows); i++) {
		memset(&work, 0xaa, sizeof(work));
		assert_int_equal(seikyo_password_hash("パスワード", rows[i].prefix, rows[i].cost,
						      salt, &work, hash),
				 0);
		assert_true(unit_wiped(&work, sizeof(work)));
		assert_true(seikyo_password_hash_format(hash, format) > 0);
		assert_string_equal(format, rows[i].format);
		check_verdict("パスワード", hash, SEIKYO_PASSWORD_RIGHT);
		check_verdict("パスワー", hash, SEIKYO_PASSWORD_WRONG);
	}
}

static void another_salt_gives_another_hash(void **state)
{
	char a[SEIKYO_HASH_MAX + 1], b[SEIKYO_HASH_MAX + 1];
	uint8_t salt[32];

	(void)state;
	unit_count_up(salt, sizeof(salt), 1);
	assert_int_equal(seikyo_password_hash("x", "$y$", 1, salt, &work, a), 0);
	assert_int_equal(seikyo_password_hash("x", "$y$", 1, salt, &work, b), 0);
	assert_string_equal(a, b);
	salt[0] ^= 1;
	assert_int_equal(seikyo_password_hash("x", "$y$", 1, salt, &work, b), 0);
	assert_string_not_equal(a, b);
}

static void no_new_hash_is_made_in_another_family_or_at_an_impossible_cost(void **state)
{
	static const struct {
		const char *prefix;
		unsigned long cost;
	} rows[] = {
		{"$1$", 0},  {"$5$", 0}, {"$7$", 0},  {"$gy$", 0},    {"$2a$", 4},
		{"$2y$", 4}, {"", 0},	 {"$y", 0},   {"$y$j9T$", 0}, {"garbage", 0},
		{"_", 0},    {NULL, 0},	 {"$y$", 12}, {"$2b$", 3},    {"$2b$", 32},
	};
	const uint8_t salt[32] = {0};
	char hash[SEIKYO_HASH_MAX + 1];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		strcpy(hash, "x");
		memset(&work, 0xaa, sizeof(work));
		if (seikyo_password_hash("password", rows[i].prefix, rows[i].cost, salt, &work,
					 hash) != -1)
			fail_msg("row %zu gave a hash", i);
		assert_string_equal(hash, "");
		assert_true(unit_wiped(&work, sizeof(work)));
	}
}

/* Each is weaker than the rows of a later rank, and of its own rank only by cost. */
static const struct {
	const char *format;
	const char *prefix; /* NULL: no new hash can be made so */
	unsigned long cost;
	int rank, method, cost_order;
} strengths[] = {
	{"$5$rounds=1000$", NULL, 0, 1, 1, 0},
	{"$5$rounds=999999$", NULL, 0, 1, 1, 1},
	{"$6$rounds=1000$", "$6$", 1000, 2, 2, 0},
	{"$6$", "$6$", 5000, 2, 2, 1},
	{"$6$rounds=5000$", "$6$", 0, 2, 2, 1},
	{"$6$rounds=500000$", "$6$", 500000, 2, 2, 2},
	{"$2b$04$", "$2b$", 4, 3, 3, 0},
	{"$2y$05$", NULL, 0, 3, 3, 1},
	{"$2a$12$", NULL, 0, 3, 3, 3},
	{"$2b$10$", "$2b$", 10, 3, 3, 2},
	{"$7$66..../....", NULL, 0, 4, 5, 0},
	{"$7$C6..../....", NULL, 0, 4, 5, 1},
	{"$y$j75$", "$y$", 1, 4, 4, 1},
	{"$y$j85$", "$y$", 2, 4, 4, 2},
	{"$y$j7T$", "$y$", 3, 4, 4, 3},
	{"$y$j8T$", "$y$", 4, 4, 4, 4},
	{"$y$j9T$", "$y$", 5, 4, 4, 5},
	{"$y$j9T$", "$y$", 0, 4, 4, 5},
	{"$gy$j8T$", NULL, 0, 4, 4, 4},
	{"$y$jFT$", "$y$", 11, 4, 4, 11},
};

static void a_hash_is_weaker_by_family_or_by_cost(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(strengths); i++) {
		for (size_t j = 0; j < COUNT(strengths); j++) {
			bool expected = strengths[i].rank < strengths[j].rank ||
					(strengths[i].method == strengths[j].method &&
					 strengths[i].cost_order < strengths[j].cost_order);

			if (strengths[j].prefix &&
			    seikyo_password_hash_weaker(dummy_of(strengths[i].format),
							strengths[j].prefix,
							strengths[j].cost) != expected)
				fail_msg("%s against %s cost %lu", strengths[i].format,
					 strengths[j].prefix, strengths[j].cost);
		}
	}
}

/* r = 49 takes two characters, "k.": N times r is between those of the costs 3 and 4. */
static void a_cost_of_two_characters_is_read(void **state)
{
	(void)state;
	assert_false(seikyo_password_hash_weaker(dummy_of("$y$j7k.$"), "$y$", 3));
	assert_true(seikyo_password_hash_weaker(dummy_of("$y$j7k.$"), "$y$", 4));
}

static void nothing_is_weaker_than_a_policy_that_cannot_be(void **state)
{
	(void)state;
	assert_true(seikyo_password_hash_weaker(dummy_of("$6$"), "$y$", 5));
	assert_false(seikyo_password_hash_weaker(dummy_of("$6$"), "$y$", 12));
	assert_false(seikyo_password_hash_weaker(dummy_of("$6$"), "$7$", 7));
	assert_false(seikyo_password_hash_weaker(dummy_of("$6$"), "garbage", 5));
	assert_false(seikyo_password_hash_weaker(dummy_of("$6$"), NULL, 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(known_hashes_of_every_prefix_are_verified),
		UNIT(another_password_is_wrong_with_every_prefix),
		UNIT(a_hash_with_another_digest_is_wrong),
		UNIT(what_is_no_hash_of_the_list_is_never_verified),
		UNIT(every_cut_hash_is_refused),
		UNIT(a_longer_hash_is_refused),
		UNIT(a_hash_with_a_broken_cost_is_refused),
		UNIT(a_salt_with_a_character_that_cannot_be_printed_is_refused),
		UNIT(a_salt_that_libcrypt_cuts_matches_nothing),
		UNIT(bcrypt_does_not_match_by_the_first_72_bytes),
		UNIT(the_format_is_prefix_and_cost),
		UNIT(a_format_longer_than_its_room_is_none),
		UNIT(a_new_hash_is_verified_by_its_password_only),
		UNIT(another_salt_gives_another_hash),
		UNIT(no_new_hash_is_made_in_another_family_or_at_an_impossible_cost),
		UNIT(a_hash_is_weaker_by_family_or_by_cost),
		UNIT(a_cost_of_two_characters_is_read),
		UNIT(nothing_is_weaker_than_a_policy_that_cannot_be),
	};

	return UNIT_RUN(tests);
}
