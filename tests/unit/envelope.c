/* SPDX-License-Identifier: GPL-2.0-only */
#include "seal.h"

#include <stdlib.h>
#include <unistd.h>

#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

static const char service[] = "SK-01";
static const char app_user[] = "0123456789";

/* A key with a certificate that it signed itself. */
static struct seikyo_envelope_key key_new(const char *id, const char *group, long serial)
{
	struct seikyo_envelope_key key = {.key = EVP_EC_gen(group), .certificate = X509_new()};
	X509_NAME *name = X509_get_subject_name(key.certificate);

	snprintf(key.id, sizeof(key.id), "%s", id);
	assert_non_null(key.key);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(key.certificate), serial), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(key.certificate), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(key.certificate), 86400));
	assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
						    (const unsigned char *)id, -1, -1, 0),
			 1);
	assert_int_equal(X509_set_issuer_name(key.certificate, name), 1);
	assert_int_equal(X509_set_pubkey(key.certificate, key.key), 1);
	assert_true(X509_sign(key.certificate, key.key, EVP_sha256()) > 0);
	return key;
}

static void key_free(struct seikyo_envelope_key *key)
{
	EVP_PKEY_free(key->key);
	X509_free(key->certificate);
}

/* Two servers' keys, a secret, and its envelope to both. */
struct sealed {
	struct seikyo_envelope_key keys[2];
	struct seikyo_token_secret secret;
	uint8_t envelope[SEIKYO_ENVELOPE_MAX];
	size_t len;
};

static struct sealed *sealed_new(void)
{
	struct sealed *sealed = calloc(1, sizeof(*sealed));
	X509 *certificates[2];
	ssize_t len;

	assert_non_null(sealed);
	sealed->keys[0] = key_new("one", "P-256", 1);
	sealed->keys[1] = key_new("two", "P-256", 2);
	certificates[0] = sealed->keys[0].certificate;
	certificates[1] = sealed->keys[1].certificate;
	sealed->secret.len = 32;
	unit_count_up(sealed->secret.bytes, 32, 50);
	len = seikyo_envelope_seal(&sealed->secret, service, app_user, certificates, 2,
				   sealed->envelope, sizeof(sealed->envelope));
	assert_true(len > 0);
	sealed->len = (size_t)len;
	return sealed;
}

static void sealed_free(struct sealed *sealed)
{
	key_free(&sealed->keys[0]);
	key_free(&sealed->keys[1]);
	free(sealed);
}

static void check_opens(const struct sealed *sealed, const struct seikyo_envelope_key *keys,
			size_t count)
{
	struct seikyo_token_secret got;

	assert_int_equal(seikyo_envelope_open(sealed->envelope, sealed->len, service, app_user,
					      keys, count, &got),
			 0);
	check_same(&got, &sealed->secret);
}

static void check_refused(const uint8_t *envelope, size_t len, const char *service_id,
			  const char *app_user_id, const struct seikyo_envelope_key *keys,
			  size_t count)
{
	struct seikyo_token_secret got;

	memset(&got, 0xaa, sizeof(got));
	assert_int_equal(
		seikyo_envelope_open(envelope, len, service_id, app_user_id, keys, count, &got),
		-1);
	assert_true(unit_wiped(&got, sizeof(got)));
	assert_int_equal(ERR_peek_error(), 0);
}

static void an_envelope_opens_with_any_of_its_recipients_keys(void **state)
{
	struct sealed *sealed = sealed_new();
	struct seikyo_envelope_key mixed[2] = {key_new("other", "P-256", 3), sealed->keys[1]};

	(void)state;
	check_opens(sealed, sealed->keys, 2);
	check_opens(sealed, &sealed->keys[0], 1);
	check_opens(sealed, &sealed->keys[1], 1);
	check_opens(sealed, mixed, 2);
	key_free(&mixed[0]);
	sealed_free(sealed);
}

static void an_envelope_does_not_open_with_another_key(void **state)
{
	struct sealed *sealed = sealed_new();
	struct seikyo_envelope_key other = key_new("one", "P-256", 1);
	const struct seikyo_envelope_key crossed = {"one", other.key, sealed->keys[0].certificate};

	(void)state;
	check_refused(sealed->envelope, sealed->len, service, app_user, &other, 1);
	check_refused(sealed->envelope, sealed->len, service, app_user, &crossed, 1);
	check_refused(sealed->envelope, sealed->len, service, app_user, NULL, 0);
	key_free(&other);
	sealed_free(sealed);
}

static void an_envelope_for_other_ids_is_refused(void **state)
{
	struct sealed *sealed = sealed_new();
	const struct seikyo_envelope_key *keys = sealed->keys;

	(void)state;
	check_refused(sealed->envelope, sealed->len, "SK-02", app_user, keys, 2);
	check_refused(sealed->envelope, sealed->len, "SK-0", app_user, keys, 2);
	check_refused(sealed->envelope, sealed->len, "SK-011", app_user, keys, 2);
	check_refused(sealed->envelope, sealed->len, "", app_user, keys, 2);
	check_refused(sealed->envelope, sealed->len, NULL, app_user, keys, 2);
	check_refused(sealed->envelope, sealed->len, service, "0123456780", keys, 2);
	check_refused(sealed->envelope, sealed->len, service, "012345678", keys, 2);
	check_refused(sealed->envelope, sealed->len, service, NULL, keys, 2);
	sealed_free(sealed);
}

/*
 * No changed byte gives another secret. What stands outside the authenticated content (numbers that
 * OpenSSL does not look at) may be changed without harm; ciphertext and tag stand at the end.
 */
static void a_changed_byte_never_gives_another_secret(void **state)
{
	struct sealed *sealed = sealed_new();
	const size_t content = 4 + 1 + sizeof(service) - 1 + 1 + 10 + 1 + 32;
	const size_t guarded = content + 2 + SEIKYO_TAG_LEN;
	struct seikyo_token_secret got;

	(void)state;
	for (size_t i = 0; i < sealed->len; i++) {
		for (unsigned bit = 0; bit < 8; bit += 7) {
			int result;

			sealed->envelope[i] ^= (uint8_t)(1 << bit);
			result = seikyo_envelope_open(sealed->envelope, sealed->len, service,
						      app_user, sealed->keys, 2, &got);
			sealed->envelope[i] ^= (uint8_t)(1 << bit);
			assert_int_equal(ERR_peek_error(), 0);
			if (result == 0 && i >= sealed->len - guarded)
				fail_msg("byte %zu of %zu changed, and it opens", i, sealed->len);
			if (result == 0)
				check_same(&got, &sealed->secret);
			else
				assert_true(unit_wiped(&got, sizeof(got)));
		}
	}
	sealed_free(sealed);
}

/* dhSinglePass-stdDH-sha256kdf-scheme (RFC 5753 section 7.1.4), and the SHA-1 one as the twin. */
static void the_key_is_derived_with_sha_256(void **state)
{
	static const uint8_t sha256[] = {0x06, 0x06, 0x2b, 0x81, 0x04, 0x01, 0x0b, 0x01};
	static const uint8_t sha1[] = {0x06, 0x09, 0x2b, 0x81, 0x05, 0x10,
				       0x86, 0x48, 0x3f, 0x00, 0x02};
	struct sealed *sealed = sealed_new();

	(void)state;
	assert_non_null(memmem(sealed->envelope, sealed->len, sha256, sizeof(sha256)));
	assert_null(memmem(sealed->envelope, sealed->len, sha1, sizeof(sha1)));
	sealed_free(sealed);
}

static void every_cut_envelope_is_refused(void **state)
{
	struct sealed *sealed = sealed_new();

	(void)state;
	for (size_t len = 0; len < sealed->len; len++)
		check_refused(sealed->envelope, len, service, app_user, sealed->keys, 2);
	sealed_free(sealed);
}

static void trailing_bytes_are_refused(void **state)
{
	struct sealed *sealed = sealed_new();

	(void)state;
	check_refused(sealed->envelope, sealed->len + 1, service, app_user, sealed->keys, 2);
	check_refused(sealed->envelope, sizeof(sealed->envelope), service, app_user, sealed->keys,
		      2);
	sealed_free(sealed);
}

/* An envelope of any make around any content. */
static size_t foreign(const struct seikyo_envelope_key *key, const EVP_CIPHER *cipher,
		      const void *content, size_t content_len, uint8_t *out)
{
	BIO *bio = BIO_new_mem_buf(content, (int)content_len);
	CMS_ContentInfo *cms = CMS_encrypt(NULL, bio, cipher, CMS_BINARY | CMS_PARTIAL);
	CMS_RecipientInfo *recipient =
		CMS_add1_recipient_cert(cms, key->certificate, CMS_KEY_PARAM);
	int len;

	assert_true(EVP_PKEY_CTX_set_ecdh_kdf_md(CMS_RecipientInfo_get0_pkey_ctx(recipient),
						 EVP_sha256()) == 1);
	assert_int_equal(CMS_final(cms, bio, NULL, CMS_BINARY), 1);
	len = i2d_CMS_ContentInfo(cms, &out);
	assert_true(len > 0 && len <= SEIKYO_ENVELOPE_MAX);
	BIO_free(bio);
	CMS_ContentInfo_free(cms);
	return (size_t)len;
}

static const char good_content[] = "SKE1\x05SK-01\x0a"
				   "0123456789\x14"
				   "12345678901234567890";

static void only_aes_256_gcm_is_opened(void **state)
{
	struct seikyo_envelope_key key = key_new("one", "P-256", 1);
	struct seikyo_token_secret got;
	uint8_t envelope[SEIKYO_ENVELOPE_MAX];
	size_t len = sizeof(good_content) - 1;
	size_t made = foreign(&key, EVP_aes_256_gcm(), good_content, len, envelope);

	(void)state;
	assert_int_equal(seikyo_envelope_open(envelope, made, service, app_user, &key, 1, &got), 0);
	assert_int_equal(got.len, 20);
	assert_memory_equal(got.bytes, "12345678901234567890", 20);
	made = foreign(&key, EVP_aes_256_cbc(), good_content, len, envelope);
	check_refused(envelope, made, service, app_user, &key, 1);
	made = foreign(&key, EVP_aes_128_gcm(), good_content, len, envelope);
	check_refused(envelope, made, service, app_user, &key, 1);
	made = foreign(&key, EVP_aes_192_gcm(), good_content, len, envelope);
	check_refused(envelope, made, service, app_user, &key, 1);
	key_free(&key);
}

#define TEXT(literal)                                                                              \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

static void content_of_another_form_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} contents[] = {
		TEXT(""),
		TEXT("SKE1"),
		TEXT("SKE2\x05SK-01\x0a"
		     "0123456789\x14"
		     "12345678901234567890"),
		TEXT("SKE1\x05SK-01\x0a"
		     "0123456789\x14"
		     "1234567890123456789"),
		TEXT("SKE1\x05SK-01\x0a"
		     "0123456789\x14"
		     "123456789012345678901"),
		TEXT("SKE1\x05SK-01\x0a"
		     "0123456789\x0f"
		     "123456789012345"), /* 15 bytes */
		TEXT("SKE1\x05SK-01\x0a"
		     "0123456789\x41"
		     "1234567890123456789012345678901234567890"
		     "1234567890123456789012345"), /* 65 bytes */
		TEXT("SKE1\x05SK-01\x0a"
		     "0123456789"),
		TEXT("SKE1\x04SK-01\x0a"
		     "0123456789\x14"
		     "12345678901234567890"),
		TEXT("SKE1\x0a"
		     "0123456789\x05SK-01\x14"
		     "12345678901234567890"),
	};
	struct seikyo_envelope_key key = key_new("one", "P-256", 1);
	uint8_t envelope[SEIKYO_ENVELOPE_MAX];
	static const char endless[4000];
	size_t len;

	(void)state;
	for (size_t i = 0; i < COUNT(contents); i++) {
		len = foreign(&key, EVP_aes_256_gcm(), contents[i].bytes, contents[i].len,
			      envelope);
		check_refused(envelope, len, service, app_user, &key, 1);
	}
	len = foreign(&key, EVP_aes_256_gcm(), endless, sizeof(endless), envelope);
	check_refused(envelope, len, service, app_user, &key, 1);
	key_free(&key);
}

static void what_cannot_be_sealed_is_refused(void **state)
{
	struct seikyo_envelope_key key = key_new("one", "P-256", 1);
	struct seikyo_envelope_key p384 = key_new("large", "P-384", 2);
	X509 *certificates[2] = {key.certificate, p384.certificate};
	struct seikyo_token_secret secret = {.len = 32};
	uint8_t out[SEIKYO_ENVELOPE_MAX];

	(void)state;
	assert_true(seikyo_envelope_seal(&secret, service, app_user, certificates, 1, out,
					 sizeof(out)) > 0);
#define REFUSED(service_id, app_user_id, count, size)                                              \
	assert_int_equal(seikyo_envelope_seal(&secret, service_id, app_user_id, certificates,      \
					      count, out, size),                                   \
			 -1)
	REFUSED("", app_user, 1, sizeof(out));
	REFUSED("123456789012345678901", app_user, 1, sizeof(out));
	REFUSED("SK\n01", app_user, 1, sizeof(out));
	REFUSED("SK\x7f", app_user, 1, sizeof(out));
	REFUSED("\xe3\x81\x82", app_user, 1, sizeof(out));
	REFUSED(service, "012345678", 1, sizeof(out));
	REFUSED(service, "01234567890", 1, sizeof(out));
	REFUSED(service, "012345678x", 1, sizeof(out));
	REFUSED(service, "0123456789x", 1, sizeof(out));
	REFUSED(service, app_user, 0, sizeof(out));
	REFUSED(service, app_user, 2, sizeof(out));
	REFUSED(service, app_user, 1, 100);
	secret.len = SEIKYO_TOTP_SECRET_MIN - 1;
	REFUSED(service, app_user, 1, sizeof(out));
	secret.len = SEIKYO_TOTP_SECRET_MAX + 1;
	REFUSED(service, app_user, 1, sizeof(out));
	key_free(&key);
	key_free(&p384);
}

/* There may be room for more: what is longer than SEIKYO_ENVELOPE_MAX would not be stored. */
static void an_envelope_to_too_many_is_not_made(void **state)
{
	struct seikyo_envelope_key key = key_new("one", "P-256", 1);
	struct seikyo_token_secret secret = {.len = 32};
	static uint8_t out[3 * SEIKYO_ENVELOPE_MAX];
	X509 *certificates[64];

	(void)state;
	for (size_t i = 0; i < COUNT(certificates); i++)
		certificates[i] = key.certificate;
	assert_true(seikyo_envelope_seal(&secret, service, app_user, certificates, 16, out,
					 sizeof(out)) > 0);
	assert_int_equal(seikyo_envelope_seal(&secret, service, app_user, certificates,
					      COUNT(certificates), out, sizeof(out)),
			 -1);
	key_free(&key);
}

static void what_is_longer_than_an_envelope_is_not_looked_at(void **state)
{
	static uint8_t longer[SEIKYO_ENVELOPE_MAX + 1];
	struct sealed *sealed = sealed_new();

	(void)state;
	memcpy(longer, sealed->envelope, sealed->len);
	check_refused(longer, sizeof(longer), service, app_user, sealed->keys, 2);
	sealed_free(sealed);
}

static void write_pem(const char *directory, const struct seikyo_envelope_key *key)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/cert.pem", directory);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(PEM_write_X509(file, key->certificate), 1);
	assert_int_equal(fclose(file), 0);
	snprintf(path, sizeof(path), "%s/content", directory);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(good_content, 1, sizeof(good_content) - 1, file),
			 sizeof(good_content) - 1);
	assert_int_equal(fclose(file), 0);
}

/* Runs openssl cms with cipher on what write_pem left and reads the envelope. */
static size_t run_openssl(const char *directory, const char *cipher, uint8_t *out)
{
	char command[512];
	FILE *pipe;
	size_t len;

	snprintf(command, sizeof(command),
		 "openssl cms -encrypt -binary -%s -outform DER -in %s/content"
		 " -recip %s/cert.pem -keyopt ecdh_kdf_md:sha256",
		 cipher, directory, directory);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	len = fread(out, 1, SEIKYO_ENVELOPE_MAX, pipe);
	assert_int_equal(pclose(pipe), 0);
	return len;
}

static void envelopes_of_the_openssl_command_open_if_they_are_aes_256_gcm(void **state)
{
	char directory[] = "/tmp/seikyo-unit-XXXXXX", path[64];
	struct seikyo_envelope_key key = key_new("one", "P-256", 1);
	struct seikyo_token_secret got;
	uint8_t envelope[SEIKYO_ENVELOPE_MAX];
	size_t len;

	(void)state;
	assert_non_null(mkdtemp(directory));
	write_pem(directory, &key);
	len = run_openssl(directory, "aes-256-gcm", envelope);
	assert_int_equal(seikyo_envelope_open(envelope, len, service, app_user, &key, 1, &got), 0);
	assert_int_equal(got.len, 20);
	assert_memory_equal(got.bytes, "12345678901234567890", 20);
	len = run_openssl(directory, "aes-256-cbc", envelope);
	check_refused(envelope, len, service, app_user, &key, 1);
	snprintf(path, sizeof(path), "%s/cert.pem", directory);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/content", directory);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(directory), 0);
	key_free(&key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(an_envelope_opens_with_any_of_its_recipients_keys),
		UNIT(an_envelope_does_not_open_with_another_key),
		UNIT(an_envelope_for_other_ids_is_refused),
		UNIT(a_changed_byte_never_gives_another_secret),
		UNIT(the_key_is_derived_with_sha_256),
		UNIT(every_cut_envelope_is_refused),
		UNIT(trailing_bytes_are_refused),
		UNIT(only_aes_256_gcm_is_opened),
		UNIT(content_of_another_form_is_refused),
		UNIT(what_cannot_be_sealed_is_refused),
		UNIT(an_envelope_to_too_many_is_not_made),
		UNIT(what_is_longer_than_an_envelope_is_not_looked_at),
		UNIT(envelopes_of_the_openssl_command_open_if_they_are_aes_256_gcm),
	};

	return UNIT_RUN(tests);
}
