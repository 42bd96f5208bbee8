/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/key_file.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#define YEARS	    10
#define SERIAL_BITS 127 /* positive, and 16 bytes at most (RFC 5280 section 4.1.2.2) */

static int add_extension(X509 *certificate, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	int done;

	X509V3_set_ctx_nodb(&context);
	X509V3_set_ctx(&context, certificate, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	done = extension && X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
	return done ? 0 : -1;
}

static int set_serial(X509 *certificate)
{
	BIGNUM *number = BN_new();
	const int done = number &&
			 BN_rand(number, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) &&
			 BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));

	BN_free(number);
	return done ? 0 : -1;
}

static int set_name(X509 *certificate, const char *id)
{
	char name[32 + SEIKYO_KEY_ID_MAX];
	X509_NAME *subject = X509_get_subject_name(certificate);

	snprintf(name, sizeof(name), "seikyo-otp envelope %s", id);
	if (!X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name,
					-1, -1, 0))
		return -1;
	return X509_set_issuer_name(certificate, subject) ? 0 : -1;
}

/* A self-signed certificate of key's for key agreement, to be freed; or NULL. */
static X509 *make_certificate(EVP_PKEY *key, const char *id)
{
	X509 *certificate = X509_new();

	if (certificate && X509_set_version(certificate, X509_VERSION_3) &&
	    set_serial(certificate) == 0 && set_name(certificate, id) == 0 &&
	    X509_gmtime_adj(X509_getm_notBefore(certificate), 0) &&
	    X509_time_adj_ex(X509_getm_notAfter(certificate), YEARS * 365 + YEARS / 4, 0, NULL) &&
	    X509_set_pubkey(certificate, key) &&
	    add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") == 0 &&
	    add_extension(certificate, NID_key_usage, "critical,keyAgreement") == 0 &&
	    add_extension(certificate, NID_subject_key_identifier, "hash") == 0 &&
	    X509_sign(certificate, key, EVP_sha256()))
		return certificate;
	X509_free(certificate);
	return NULL;
}

static int write_bio(int dir, const char *name, mode_t mode, BIO *bio)
{
	char *text;
	const long len = BIO_get_mem_data(bio, &text);

	errno = EIO;
	return len > 0 ? seikyo_key_file_write(dir, name, mode, text, (size_t)len) : -1;
}

static int write_pair(int dir, const char *id, BIO *key, BIO *certificate)
{
	char key_name[SEIKYO_KEY_FILE_MAX];
	char certificate_name[SEIKYO_KEY_FILE_MAX];
	int error;

	seikyo_key_file_name(key_name, "envelope", id, "key");
	seikyo_key_file_name(certificate_name, "envelope", id, "crt");
	if (write_bio(dir, key_name, SEIKYO_KEY_MODE, key) < 0)
		return -1;
	if (write_bio(dir, certificate_name, SEIKYO_CERTIFICATE_MODE, certificate) == 0)
		return 0;
	error = errno;
	unlinkat(dir, key_name, 0);
	errno = error;
	return -1;
}

int seikyo_key_file_envelope(int dir, const char *id)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = key ? make_certificate(key, id) : NULL;
	/* The secure kind wipes the private key when it is freed. */
	BIO *key_text = BIO_new(BIO_s_secmem());
	BIO *certificate_text = BIO_new(BIO_s_mem());
	int result = -1;
	int error;

	errno = EIO;
	if (certificate && key_text && certificate_text &&
	    PEM_write_bio_PKCS8PrivateKey(key_text, key, NULL, NULL, 0, NULL, NULL) &&
	    PEM_write_bio_X509(certificate_text, certificate))
		result = write_pair(dir, id, key_text, certificate_text);
	error = errno;
	BIO_free(key_text);
	BIO_free(certificate_text);
	X509_free(certificate);
	EVP_PKEY_free(key);
	ERR_clear_error();
	errno = error;
	return result;
}
