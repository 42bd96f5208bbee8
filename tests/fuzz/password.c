/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Password hashes, of the accepted prefixes and hostile ones: one password and no other is right,
 * and what is no hash of a known format never is. Input: the password, a line feed, the hash.
 */
#include "fuzz.h"

#include "core/password.h"

static const char right[] = "right horse"; /* of the hashes in the corpus */

/* The formats that take a millisecond or so; the others are read, but not computed. */
static const char *const cheap[] = {"$y$j75$", "$gy$j75$",	  "$2b$04$",	    "$2a$04$",
				    "$2y$04$", "$5$rounds=1000$", "$6$rounds=1000$"};

static struct crypt_data work;

static bool is_cheap(const char *format)
{
	for (size_t i = 0; i < sizeof(cheap) / sizeof(cheap[0]); i++) {
		if (strcmp(format, cheap[i]) == 0)
			return true;
	}
	return false;
}

static enum seikyo_password_verdict verify(const char *password, const char *hash, int *result)
{
	enum seikyo_password_verdict verdict = SEIKYO_PASSWORD_RIGHT;

	memset(&work, 0xaa, sizeof(work));
	*result = seikyo_password_verify(password, hash, &work, &verdict);
	demand(*result == 0 || verdict == SEIKYO_PASSWORD_WRONG, "a failure is never right");
	return verdict;
}

static void check_unknown(const char *password, const char *hash)
{
	char format[SEIKYO_HASH_FORMAT_MAX + 1] = "x";
	int result;

	demand(seikyo_password_hash_format(hash, format) == -1 && !*format,
	       "what is no hash has no format");
	demand(!seikyo_password_hash_weaker(hash, "$y$", 5), "nor is it weaker");
	verify(password, hash, &result);
	demand(result == -1, "nor is a password right for it");
}

/* The dummy that is shown to unknown names: of the same format, and nothing is right for it. */
static void check_dummy(const char *password, const char *format, size_t len)
{
	static const uint8_t seed[32] = {1, 2, 3};
	char dummy[SEIKYO_HASH_MAX + 1], again[SEIKYO_HASH_FORMAT_MAX + 1];
	int result;

	demand(seikyo_password_dummy(format, seed, dummy) == 0, "a format has a dummy");
	demand(seikyo_password_hash_known(dummy) &&
		       seikyo_password_hash_format(dummy, again) == (int)len &&
		       strcmp(again, format) == 0,
	       "which is of the same format");
	if (is_cheap(format))
		demand(verify(password, dummy, &result) == SEIKYO_PASSWORD_WRONG,
		       "no password is right for a dummy");
}

static void check_known(const char *password, const char *hash)
{
	char format[SEIKYO_HASH_FORMAT_MAX + 1];
	const int len = seikyo_password_hash_format(hash, format);
	int result;

	demand(strlen(hash) <= SEIKYO_HASH_MAX, "a hash has its greatest length");
	if (len < 0)
		return;
	demand(len <= SEIKYO_HASH_FORMAT_MAX && strlen(format) == (size_t)len &&
		       strncmp(hash, format, (size_t)len) == 0,
	       "a format is what a hash begins with");
	seikyo_password_hash_weaker(hash, "$6$", 5000);
	check_dummy(password, format, (size_t)len);
	if (is_cheap(format) && verify(password, hash, &result) == SEIKYO_PASSWORD_RIGHT)
		demand(strcmp(password, right) == 0, "one password is right");
}

/* As a format in the database, from which a dummy is made: anything might stand there. */
static void check_format(const char *format)
{
	static const uint8_t seed[32];
	char dummy[SEIKYO_HASH_MAX + 1] = "x";

	if (seikyo_password_dummy(format, seed, dummy) == 0)
		demand(seikyo_password_hash_known(dummy), "a dummy is of a known format");
	else
		demand(!*dummy, "without a format there is no dummy");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *password = fuzz_copy(data, size, true);
	char *end = strchr(password, '\n');
	char *hash = fuzz_copy(end ? end + 1 : "", end ? strlen(end + 1) : 0, true);

	if (end)
		*end = '\0';
	if (seikyo_password_hash_known(hash))
		check_known(password, hash);
	else
		check_unknown(password, hash);
	check_format(hash);
	free(hash);
	free(password);
	return 0;
}
