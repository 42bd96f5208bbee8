/* SPDX-License-Identifier: GPL-2.0-only */
#include "core/password.h"

#include <string.h>

#include "core/secret.h"

/* Methods whose costs can be compared with each other. */
enum method {
	SHA256 = 1,
	SHA512,
	BCRYPT,
	SCRYPT,
	YESCRYPT,
};

struct family {
	const char *prefix;
	enum method method;
	int rank;	   /* an older family has a lower one */
	bool made;	   /* new hashes may be made in it */
	size_t salt_len;   /* characters of a dummy's salt; 24 are 18 whole bytes to yescrypt */
	size_t digest_len; /* characters */
};

static const struct family families[] = {
	{"$y$", YESCRYPT, 4, true, 24, 43},   /* yescrypt */
	{"$gy$", YESCRYPT, 4, false, 24, 43}, /* yescrypt within GOST R 34.11-2012 */
	{"$7$", SCRYPT, 4, false, 24, 43},    /* scrypt */
	{"$2b$", BCRYPT, 3, true, 22, 31},    /* bcrypt */
	{"$2a$", BCRYPT, 3, false, 22, 31},   /* bcrypt, with a countermeasure for an old fault */
	{"$2y$", BCRYPT, 3, false, 22, 31},   /* bcrypt, the name that PHP gave it */
	{"$6$", SHA512, 2, true, 16, 86},     /* SHA-crypt */
	{"$5$", SHA256, 1, false, 16, 43},    /* SHA-crypt */
};

static const char alphabet[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* bcrypt's salt and digest together, in characters */
static const size_t bcrypt_tail = 22 + 31;

/* What a hash is, as far as it decides strength and time. */
struct format {
	const struct family *family;
	size_t len;    /* characters of prefix and cost */
	uint64_t work; /* comparable within a method */
};

static const struct family *family_of(const char *hash)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		if (strncmp(hash, families[i].prefix, strlen(families[i].prefix)) == 0)
			return &families[i];
	}
	return NULL;
}

/* The number that a character of libcrypt's Base64 stands for, -1 if none. */
static int digit64(char c)
{
	const char *at = c ? strchr(alphabet, c) : NULL;

	return at ? (int)(at - alphabet) : -1;
}

/* Reads len digits of base 64, the lowest first. */
static int number64(const char *text, size_t len, uint64_t *number)
{
	*number = 0;
	for (size_t i = 0; i < len; i++) {
		int digit = digit64(text[i]);

		if (digit < 0)
			return -1;
		*number |= (uint64_t)digit << (6 * i);
	}
	return 0;
}

/* Reads decimal digits up to end; 1 to 9 of them, so that the number fits. Gives how many. */
static size_t decimal(const char *text, char end, uint64_t *number)
{
	size_t len = strspn(text, "0123456789");

	if (len < 1 || len > 9 || text[len] != end)
		return 0;
	*number = 0;
	for (size_t i = 0; i < len; i++)
		*number = *number * 10 + (uint64_t)(text[i] - '0');
	return len;
}

/*
 * yescrypt's numbers of variable length (encode64_uint32 in its yescrypt-common.c): the first
 * character tells how many follow. Gives the number of characters, 0 for what is none.
 */
static size_t variable64(const char *text, uint32_t least, uint32_t *number)
{
	uint32_t start = 0, end = 47, bits = 0;
	size_t len = 1;
	int digit = digit64(text[0]);

	if (digit < 0)
		return 0;
	*number = least;
	while ((uint32_t)digit > end) {
		*number += (end + 1 - start) << bits;
		start = end + 1;
		end = start + (62 - end) / 2;
		len++;
		bits += 6;
	}
	*number += ((uint32_t)digit - start) << bits;
	for (size_t i = 1; i < len; i++) {
		digit = digit64(text[i]);
		if (digit < 0)
			return 0;
		bits -= 6;
		*number += (uint32_t)digit << bits;
	}
	return len;
}

/* "$y$" flags, log2 of N, r, further parameters, "$": memory and time go with N times r. */
static int cost_of_yescrypt(const char *cost, struct format *format)
{
	uint32_t flags, log2_n, r;
	const char *at = cost;
	const char *end = strchr(cost, '$');
	size_t len = variable64(at, 0, &flags);

	if (!end || len == 0)
		return -1;
	at += len;
	len = variable64(at, 1, &log2_n);
	if (len == 0 || log2_n > 63)
		return -1;
	at += len;
	len = variable64(at, 1, &r);
	if (len == 0 || at + len > end || r > UINT64_MAX >> log2_n)
		return -1;
	format->work = (uint64_t)r << log2_n;
	format->len += (size_t)(end + 1 - cost);
	return 0;
}

/* "$7$" log2 of N (1 character), r (5), p (5): time goes with all three. */
static int cost_of_scrypt(const char *cost, struct format *format)
{
	uint64_t log2_n, r, p;

	if (strnlen(cost, 11) < 11 || number64(cost, 1, &log2_n) < 0 ||
	    number64(cost + 1, 5, &r) < 0 || number64(cost + 6, 5, &p) < 0)
		return -1;
	if (r == 0 || p == 0 || r > UINT32_MAX || p > UINT32_MAX || r * p > UINT64_MAX >> log2_n)
		return -1;
	format->work = r * p << log2_n;
	format->len += 11;
	return 0;
}

/* "$2b$" two digits "$": each step doubles the time. */
static int cost_of_bcrypt(const char *cost, struct format *format)
{
	uint64_t doublings;

	if (decimal(cost, '$', &doublings) != 2)
		return -1;
	format->work = doublings;
	format->len += 3;
	return 0;
}

/* "$6$" or "$6$rounds=N$"; 5,000 rounds are what libcrypt does without a word. */
static int cost_of_sha(const char *cost, struct format *format)
{
	static const char word[] = "rounds=";
	size_t len;

	format->work = 5000;
	if (strncmp(cost, word, sizeof(word) - 1) != 0)
		return 0;
	len = decimal(cost + sizeof(word) - 1, '$', &format->work);
	format->len += sizeof(word) - 1 + len + 1;
	return len > 0 ? 0 : -1;
}

static int format_of(const char *hash, struct format *format)
{
	const char *cost;

	format->family = family_of(hash);
	if (!format->family)
		return -1;
	format->len = strlen(format->family->prefix);
	cost = hash + format->len;
	switch (format->family->method) {
	case YESCRYPT:
		return cost_of_yescrypt(cost, format);
	case SCRYPT:
		return cost_of_scrypt(cost, format);
	case BCRYPT:
		return cost_of_bcrypt(cost, format);
	case SHA512:
	case SHA256:
		return cost_of_sha(cost, format);
	}
	return -1;
}

/*
 * The salt's length. SHA-crypt and scrypt take nearly any characters for it, and an import may
 * bring them; the other methods decode it.
 */
static size_t salt_of(const char *tail, const struct family *family)
{
	size_t len = 0;

	if (family->method == BCRYPT || family->method == YESCRYPT)
		return strspn(tail, alphabet);
	while (tail[len] > ' ' && tail[len] <= '~' && !strchr("$*!:;\\", tail[len]))
		len++;
	return len;
}

/* Salt and digest behind the format, complete and of libcrypt's characters. */
static bool tail_complete(const char *tail, const struct family *family)
{
	size_t salt = salt_of(tail, family);

	if (family->method == BCRYPT)
		return salt == bcrypt_tail && tail[salt] == '\0';
	return salt > 0 && tail[salt] == '$' &&
	       strspn(tail + salt + 1, alphabet) == family->digest_len &&
	       tail[salt + 1 + family->digest_len] == '\0';
}

static int format_of_whole(const char *hash, struct format *format)
{
	if (!hash || strnlen(hash, SEIKYO_HASH_MAX + 1) > SEIKYO_HASH_MAX ||
	    format_of(hash, format) < 0 || !tail_complete(hash + format->len, format->family))
		return -1;
	return 0;
}

bool seikyo_password_hash_known(const char *hash)
{
	struct format format;

	return format_of_whole(hash, &format) == 0;
}

/* bcrypt takes the first 72 bytes and drops the rest: such a password would match in part. */
static bool cut_by_bcrypt(const char *password, const char *hash)
{
	return strncmp(hash, "$2", 2) == 0 && strlen(password) > 72;
}

int seikyo_password_verify(const char *password, const char *hash, struct crypt_data *work,
			   enum seikyo_password_verdict *verdict)
{
	const char *computed;

	*verdict = SEIKYO_PASSWORD_WRONG;
	if (!seikyo_password_hash_known(hash))
		return -1;
	work->initialized = 0;
	computed = crypt_rn(password, hash, work, (int)sizeof(*work));
	if (computed && strlen(computed) == strlen(hash) &&
	    seikyo_secret_equal(computed, hash, strlen(hash)) && !cut_by_bcrypt(password, hash))
		*verdict = SEIKYO_PASSWORD_RIGHT;
	seikyo_secret_wipe(work, sizeof(*work));
	return computed ? 0 : -1;
}

/* A setting (format and salt) for a new hash, in a family that new hashes are made in. */
static int setting_make(const char *prefix, unsigned long cost, const uint8_t random[static 32],
			char setting[static CRYPT_GENSALT_OUTPUT_SIZE])
{
	const struct family *family = prefix ? family_of(prefix) : NULL;

	if (!family || !family->made || strcmp(prefix, family->prefix) != 0)
		return -1;
	if (!crypt_gensalt_rn(prefix, cost, (const char *)random, 32, setting,
			      CRYPT_GENSALT_OUTPUT_SIZE))
		return -1;
	return 0;
}

int seikyo_password_hash(const char *password, const char *prefix, unsigned long cost,
			 const uint8_t random[static 32], struct crypt_data *work,
			 char out[static SEIKYO_HASH_MAX + 1])
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	const char *computed = NULL;
	int result = -1;

	out[0] = '\0';
	work->initialized = 0;
	if (setting_make(prefix, cost, random, setting) == 0)
		computed = crypt_rn(password, setting, work, (int)sizeof(*work));
	if (computed && seikyo_password_hash_known(computed)) {
		strcpy(out, computed);
		result = 0;
	}
	seikyo_secret_wipe(work, sizeof(*work));
	return result;
}

bool seikyo_password_hash_weaker(const char *hash, const char *prefix, unsigned long cost)
{
	static const uint8_t any_salt[32];
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	struct format has, wanted;

	if (format_of_whole(hash, &has) < 0 || setting_make(prefix, cost, any_salt, setting) < 0 ||
	    format_of(setting, &wanted) < 0)
		return false;
	if (has.family->rank != wanted.family->rank)
		return has.family->rank < wanted.family->rank;
	return has.family->method == wanted.family->method && has.work < wanted.work;
}

int seikyo_password_hash_format(const char *hash, char out[static SEIKYO_HASH_FORMAT_MAX + 1])
{
	struct format format;

	out[0] = '\0';
	if (format_of_whole(hash, &format) < 0 || format.len > SEIKYO_HASH_FORMAT_MAX)
		return -1;
	memcpy(out, hash, format.len);
	out[format.len] = '\0';
	return (int)format.len;
}

/*
 * Every digest's last character carries fewer than six bits, the rest of it zero (in bcrypt's order
 * of the alphabet the low ones). "z", and "9" with bcrypt, has them all set: no password's digest
 * ends in it.
 */
static char never_last(const struct family *family)
{
	return family->method == BCRYPT ? '9' : 'z';
}

int seikyo_password_dummy(const char *format, const uint8_t seed[static 32],
			  char out[static SEIKYO_HASH_MAX + 1])
{
	struct format parsed;
	char *at = out;

	out[0] = '\0';
	if (!format || strnlen(format, SEIKYO_HASH_FORMAT_MAX + 1) > SEIKYO_HASH_FORMAT_MAX ||
	    format_of(format, &parsed) < 0 || format[parsed.len] != '\0')
		return -1;
	at = stpcpy(at, format);
	for (size_t i = 0; i < parsed.family->salt_len; i++)
		*at++ = alphabet[seed[i] & 63];
	if (parsed.family->method != BCRYPT)
		*at++ = '$';
	memset(at, never_last(parsed.family), parsed.family->digest_len);
	at[parsed.family->digest_len] = '\0';
	return 0;
}
