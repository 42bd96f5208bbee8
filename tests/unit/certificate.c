/* SPDX-License-Identifier: GPL-2.0-only */
#include "unit.h"

#include <stdlib.h>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "console/certificate.h"

#define PEM_MAX 16384

static EVP_PKEY *key;

static int make_key(void **state)
{
	(void)state;
	key = EVP_EC_gen("P-256");
	return key ? 0 : -1;
}

static int free_key(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	return 0;
}

/* A name among those of a certificate's subject. */
struct name {
	const char *field;
	int type; /* MBSTRING_UTF8, ... */
	const char *text;
	int len; /* -1: up to the NUL */
};

/* Writes a certificate in PEM and gives its digest. */
static void make(const struct name *names, size_t count, char pem[static PEM_MAX],
		 uint8_t digest[static 32])
{
	X509 *certificate = X509_new();
	BIO *bio = BIO_new(BIO_s_mem());
	unsigned digest_len = 0;
	int len;

	assert_non_null(certificate);
	assert_non_null(bio);
	assert_int_equal(X509_set_version(certificate, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(certificate), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(certificate), 3600));
	assert_int_equal(X509_set_pubkey(certificate, key), 1);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate),
							    names[i].field, names[i].type,
							    (const unsigned char *)names[i].text,
							    names[i].len, -1, 0),
				 1);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	assert_int_equal(X509_digest(certificate, EVP_sha256(), digest, &digest_len), 1);
	assert_int_equal(digest_len, 32);
	assert_int_equal(PEM_write_bio_X509(bio, certificate), 1);
	len = BIO_read(bio, pem, PEM_MAX - 1);
	assert_true(len > 0);
	pem[len] = '\0';
	BIO_free(bio);
	X509_free(certificate);
}

static void make_simple(char pem[static PEM_MAX], uint8_t digest[static 32])
{
	static const struct name name = {"CN", MBSTRING_UTF8, "master1", -1};

	make(&name, 1, pem, digest);
}

/* Reads what must be read, with this digest, and gives the login id. */
static void check(const char *pem, const uint8_t wanted[static 32], char login[static 129])
{
	uint8_t digest[32] = {0};

	memset(login, 'x', 129);
	if (seikyo_certificate_read(pem, digest, login) < 0)
		fail_msg("not read: %s", pem);
	assert_memory_equal(digest, wanted, 32);
}

static void a_certificate_has_a_digest_and_a_name(void **state)
{
	char pem[PEM_MAX];
	uint8_t wanted[32];
	char login[129];

	(void)state;
	make_simple(pem, wanted);
	check(pem, wanted, login);
	assert_string_equal(login, "master1");
}

static void line_ends_may_be_blanks_or_tabs(void **state)
{
	char pem[PEM_MAX];
	uint8_t wanted[32];
	char login[129];

	(void)state;
	for (const char *blank = " \t"; *blank; blank++) {
		make_simple(pem, wanted);
		for (char *at = strstr(pem, "-----\n") + 5; *at; at++)
			if (*at == '\n')
				*at = *blank;
		check(pem, wanted, login);
		assert_string_equal(login, "master1");
	}
}

static void escapes_are_read_as_nginx_writes_them(void **state)
{
	char pem[PEM_MAX];
	char escaped[3 * PEM_MAX] = "";
	uint8_t wanted[32];
	char login[129];
	char *out = escaped;

	(void)state;
	make_simple(pem, wanted);
	for (const char *at = pem; *at; at++)
		if (strchr("+/=\n -", *at))
			out += sprintf(out, "%%%02X", (unsigned)*at);
		else
			*out++ = *at;
	*out = '\0';
	check(escaped, wanted, login);
	assert_string_equal(login, "master1");
}

static void what_is_no_certificate_is_refused(void **state)
{
	char pem[PEM_MAX];
	char text[3 * PEM_MAX];
	uint8_t digest[32];
	char login[129];
	size_t len;

	(void)state;
	make_simple(pem, digest);
	len = strlen(pem);
	assert_int_equal(seikyo_certificate_read("", digest, login), -1);
	assert_int_equal(seikyo_certificate_read("garbage", digest, login), -1);
	assert_int_equal(seikyo_certificate_read("%", digest, login), -1);
	assert_int_equal(seikyo_certificate_read("%00", digest, login), -1);
	for (size_t cut = 0; cut < len - 2; cut += 7) {
		memcpy(text, pem, cut);
		text[cut] = '\0';
		assert_int_equal(seikyo_certificate_read(text, digest, login), -1);
	}
	snprintf(text, sizeof(text), "%s%%4", pem);
	assert_int_equal(seikyo_certificate_read(text, digest, login), -1);
}

static void more_than_16_kib_are_refused(void **state)
{
	char pem[PEM_MAX];
	char text[PEM_MAX + 2];
	uint8_t wanted[32];
	char login[129];
	size_t len;

	(void)state;
	make_simple(pem, wanted);
	len = strlen(pem);
	memset(text, '\n', sizeof(text));
	memcpy(text, pem, len);
	text[PEM_MAX] = '\0';
	check(text, wanted, login);
	text[PEM_MAX] = '\n';
	text[PEM_MAX + 1] = '\0';
	assert_int_equal(seikyo_certificate_read(text, wanted, login), -1);
}

/* openssl would ask the terminal for a password. */
static void an_encrypted_one_is_refused(void **state)
{
	static const char text[] = "-----BEGIN CERTIFICATE-----\n"
				   "Proc-Type: 4,ENCRYPTED\n"
				   "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n"
				   "\n"
				   "AAAAAAAAAAAAAAAAAAAAAA==\n"
				   "-----END CERTIFICATE-----\n";
	uint8_t digest[32];
	char login[129];

	(void)state;
	assert_int_equal(seikyo_certificate_read(text, digest, login), -1);
}

static void the_login_is_the_common_name_alone(void **state)
{
	static const struct name names[] = {
		{"O", MBSTRING_UTF8, "organization", -1},
		{"CN", MBSTRING_UTF8, "利用者 1", -1},
		{"OU", MBSTRING_UTF8, "unit", -1},
	};
	char pem[PEM_MAX];
	uint8_t wanted[32];
	char login[129];

	(void)state;
	make(names, COUNT(names), pem, wanted);
	check(pem, wanted, login);
	assert_string_equal(login, "利用者 1");
}

static void other_types_of_text_become_utf_8(void **state)
{
	static const struct name bmp = {"CN", V_ASN1_BMPSTRING, "\x52\x29\x00\x31", 4};
	static const struct name latin = {"CN", V_ASN1_T61STRING, "\xe9", 1};
	char pem[PEM_MAX];
	uint8_t wanted[32];
	char login[129];

	(void)state;
	make(&bmp, 1, pem, wanted);
	check(pem, wanted, login);
	assert_string_equal(login, "利1");
	make(&latin, 1, pem, wanted);
	check(pem, wanted, login);
	assert_string_equal(login, "é");
}

static void no_name_two_names_and_bad_names_are_nobody(void **state)
{
	static const struct name other = {"O", MBSTRING_UTF8, "organization", -1};
	static const struct name two[] = {
		{"CN", MBSTRING_UTF8, "master1", -1},
		{"CN", MBSTRING_UTF8, "master2", -1},
	};
	/* Cut at the NUL it would be another's name. */
	static const struct name nul = {"CN", V_ASN1_UTF8STRING, "master1\0x", 9};
	static const struct name empty = {"CN", V_ASN1_UTF8STRING, "", 0};
	char pem[PEM_MAX];
	uint8_t wanted[32];
	char login[129];

	(void)state;
	make(&other, 1, pem, wanted);
	check(pem, wanted, login);
	assert_string_equal(login, "");
	make(two, 2, pem, wanted);
	check(pem, wanted, login);
	assert_string_equal(login, "");
	make(&nul, 1, pem, wanted);
	check(pem, wanted, login);
	assert_string_equal(login, "");
	make(&empty, 1, pem, wanted);
	check(pem, wanted, login);
	assert_string_equal(login, "");
}

/* No library makes such a certificate. */
static void a_certificate_with_an_invalid_name_is_refused(void **state)
{
	char pem[PEM_MAX];
	uint8_t digest[32];
	char login[129];
	BIO *bio;
	char *type, *header;
	unsigned char *der, *at;
	long len;
	int pem_len;

	(void)state;
	make_simple(pem, digest);
	bio = BIO_new_mem_buf(pem, -1);
	assert_int_equal(PEM_read_bio(bio, &type, &header, &der, &len), 1);
	BIO_free(bio);
	at = memmem(der, (size_t)len, "master1", 7);
	assert_non_null(at);
	at[3] = 0xff;
	bio = BIO_new(BIO_s_mem());
	assert_true(PEM_write_bio(bio, type, header, der, len) > 0);
	pem_len = BIO_read(bio, pem, PEM_MAX - 1);
	assert_true(pem_len > 0);
	pem[pem_len] = '\0';
	assert_int_equal(seikyo_certificate_read(pem, digest, login), -1);
	BIO_free(bio);
	OPENSSL_free(type);
	OPENSSL_free(header);
	OPENSSL_free(der);
}

static void a_name_has_128_bytes_at_most(void **state)
{
	char text[130];
	struct name name = {"CN", V_ASN1_UTF8STRING, text, 128};
	char pem[PEM_MAX];
	uint8_t wanted[32];
	char login[129];

	(void)state;
	memset(text, 'a', sizeof(text));
	make(&name, 1, pem, wanted);
	check(pem, wanted, login);
	assert_int_equal(strlen(login), 128);
	name.len = 129;
	make(&name, 1, pem, wanted);
	check(pem, wanted, login);
	assert_string_equal(login, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_certificate_has_a_digest_and_a_name),
		UNIT(line_ends_may_be_blanks_or_tabs),
		UNIT(escapes_are_read_as_nginx_writes_them),
		UNIT(what_is_no_certificate_is_refused),
		UNIT(more_than_16_kib_are_refused),
		UNIT(an_encrypted_one_is_refused),
		UNIT(the_login_is_the_common_name_alone),
		UNIT(other_types_of_text_become_utf_8),
		UNIT(no_name_two_names_and_bad_names_are_nobody),
		UNIT(a_certificate_with_an_invalid_name_is_refused),
		UNIT(a_name_has_128_bytes_at_most),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, make_key, free_key);
}
