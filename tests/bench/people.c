/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Prints the benchmark's users, for whoever is to know them.
 *
 *	people KIND FIRST COUNT SETTING [SAFE-KEY-FILE]
 *
 * KIND is what is printed, a line each: `user`, `token`, `certificate` (columns parted by
 * tabs, for LOAD DATA; binaries in hex), `radcheck` (rlm_sql's, with the code's secret beside
 * the hash), `files` (rlm_files), `oath` (pam_oath's usersfile), `passwd` and `shadow`
 * (pam_unix's), `secret` (login id and secret in base 32). SETTING is a setting of crypt(5) up
 * to the salt, as $y$j0.$: each user's hash has a salt of his own. A token's secret is sealed
 * under the safe key as the RADIUS servers keep it.
 */
#include <crypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "core/base32.h"
#include "core/seal.h"
#include "person.h"

#define SECRET_TEXT_MAX 128
#define ACCOUNTS	100000U /* ids above the system's own */

struct people {
	const char *setting;
	struct seikyo_safe_key key;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "people: %s\n", what);
	exit(2);
}

static void print_hex(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		printf("%02x", bytes[i]);
}

static const char *hash_of(const struct people *people, const struct person *person,
			   struct crypt_data *work)
{
	char setting[64];
	const char *hash;

	snprintf(setting, sizeof(setting), "%ssalt%08u", people->setting, person->number);
	hash = crypt_rn(person->password, setting, work, sizeof(*work));
	if (hash == NULL)
		die("libcrypt does not take this setting");
	return hash;
}

static void base32_of(const struct person *person, char *out, size_t size)
{
	if (seikyo_base32_encode(person->secret, PERSON_SECRET_LEN, out, size) < 0)
		die("base 32");
}

/* Ten users to a contract; the token's id is the user's. */
static void print_user(const struct people *people, const struct person *person)
{
	static struct crypt_data work;

	printf("%u\t%s\t%u\tUser %u\tuser%u@docomo.ne.jp\t%s\n", person->number, person->login,
	       (person->number - 1) / 10 + 1, person->number, person->number,
	       hash_of(people, person, &work));
}

static void print_token(const struct people *people, const struct person *person)
{
	struct seikyo_token_secret secret = {.len = PERSON_SECRET_LEN};
	const struct seikyo_owner owner = {person->number, person->number};
	uint8_t nonce[SEIKYO_NONCE_LEN], safe[SEIKYO_SAFE_MAX];
	ssize_t len;

	memcpy(secret.bytes, person->secret, PERSON_SECRET_LEN);
	if (RAND_bytes(nonce, sizeof(nonce)) != 1)
		die("no random bytes");
	len = seikyo_safe_seal(&secret, owner, &people->key, nonce, safe);
	if (len < 0)
		die("a secret can't be sealed");
	printf("%u\t%010u\t", person->number, person->number);
	print_hex(safe, (size_t)len);
	putchar('\n');
}

static void print_certificate(const struct people *people, const struct person *person)
{
	(void)people;
	printf("%u\t", person->number);
	print_hex(person->certificate, PERSON_CERTIFICATE_LEN);
	putchar('\n');
}

static void print_radcheck(const struct people *people, const struct person *person)
{
	static struct crypt_data work;
	char secret[SECRET_TEXT_MAX];

	base32_of(person, secret, sizeof(secret));
	printf("%s\tCrypt-Password\t:=\t%s\n%s\tTOTP-Secret\t:=\t%s\n", person->login,
	       hash_of(people, person, &work), person->login, secret);
}

static void print_files(const struct people *people, const struct person *person)
{
	(void)people;
	printf("%s Cleartext-Password := \"%s\"\n", person->login, person->password);
}

static void print_oath(const struct people *people, const struct person *person)
{
	(void)people;
	/* "+": whoever comes after pam_oath looks at the password. */
	printf("HOTP/T30 %s + ", person->login);
	print_hex(person->secret, PERSON_SECRET_LEN);
	putchar('\n');
}

/* For pam_unix: users without a home or a shell. */
static void print_passwd(const struct people *people, const struct person *person)
{
	(void)people;
	printf("%s:x:%u:%u::/nonexistent:/usr/sbin/nologin\n", person->login,
	       ACCOUNTS + person->number, ACCOUNTS);
}

static void print_shadow(const struct people *people, const struct person *person)
{
	static struct crypt_data work;

	printf("%s:%s:20000::::::\n", person->login, hash_of(people, person, &work));
}

static void print_secret(const struct people *people, const struct person *person)
{
	char secret[SECRET_TEXT_MAX];

	(void)people;
	base32_of(person, secret, sizeof(secret));
	printf("%s %s\n", person->login, secret);
}

static const struct kind {
	const char *name;
	void (*print)(const struct people *people, const struct person *person);
} kinds[] = {
	{"user", print_user},	      {"token", print_token},	{"certificate", print_certificate},
	{"radcheck", print_radcheck}, {"files", print_files},	{"oath", print_oath},
	{"secret", print_secret},     {"passwd", print_passwd}, {"shadow", print_shadow},
};

/* The id is the one in the file's name, safe-ID.key. */
static void read_key(struct seikyo_safe_key *key, const char *file)
{
	const char *name = strrchr(file, '/');
	FILE *stream = fopen(file, "r");
	unsigned byte;

	name = name == NULL ? file : name + 1;
	if (stream == NULL || sscanf(name, "safe-%16[A-Za-z0-9_-].key", key->id) != 1)
		die("no such safe key");
	for (size_t i = 0; i < SEIKYO_KEY_LEN; i++) {
		if (fscanf(stream, "%2x", &byte) != 1)
			die("a safe key is 64 hexadecimal digits");
		key->key[i] = (uint8_t)byte;
	}
	fclose(stream);
}

int main(int argc, char **argv)
{
	struct people people = {0};
	const struct kind *kind = NULL;
	struct person person;
	unsigned first, count;

	if (argc < 5)
		die("KIND FIRST COUNT SETTING [SAFE-KEY-FILE]");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, argv[1]) == 0)
			kind = &kinds[i];
	}
	first = (unsigned)strtoul(argv[2], NULL, 10);
	count = (unsigned)strtoul(argv[3], NULL, 10);
	people.setting = argv[4];
	if (kind == NULL || first == 0 || count == 0)
		die("no such kind, or no users");
	if (argc > 5)
		read_key(&people.key, argv[5]);
	for (unsigned i = 0; i < count; i++) {
		if (person_make(first + i, &person) < 0)
			die("OpenSSL failed");
		kind->print(&people, &person);
	}
	return fflush(stdout) == 0 ? 0 : 2;
}
