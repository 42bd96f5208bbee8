/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/certificate.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "console/escape.h"
#include "core/typed.h"

#define PEM_MAX 16384 /* bytes */

static const char BEGIN[] = "-----BEGIN CERTIFICATE-----";
static const char END[] = "-----END CERTIFICATE-----";

/* Puts line ends back where a web server wrote blanks: between the two marks, base64 has none. */
static void mend_lines(char *pem)
{
	char *at = strstr(pem, BEGIN);
	const char *end = at ? strstr(at, END) : NULL;

	if (!end)
		return;
	for (at += strlen(BEGIN); at < end; at++)
		if (*at == ' ' || *at == '\t')
			*at = '\n';
}

static X509 *read_pem(const char *text)
{
	char pem[PEM_MAX + 1];
	const size_t len = strlen(text);
	X509 *certificate = NULL;
	BIO *bio;

	if (len > PEM_MAX)
		return NULL;
	memcpy(pem, text, len + 1);
	/* '+' stands for itself here: it is a digit of base64. */
	if (strchr(pem, '%') && seikyo_escape_decode(pem, false) < 0)
		return NULL;
	mend_lines(pem);
	bio = BIO_new_mem_buf(pem, -1);
	if (bio)
		/* An empty pass phrase, so that nobody is asked for one. */
		certificate = PEM_read_bio_X509(bio, NULL, NULL, (void *)(uintptr_t) "");
	BIO_free(bio);
	ERR_clear_error();
	return certificate;
}

static void read_login(const X509_NAME *subject, char login[static 129])
{
	const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	unsigned char *text = NULL;
	int len;

	login[0] = '\0';
	if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
		return;
	len = ASN1_STRING_to_UTF8(&text,
				  X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	if (len > 0 && seikyo_typed_valid((const char *)text, (size_t)len)) {
		memcpy(login, text, (size_t)len);
		login[len] = '\0';
	}
	OPENSSL_free(text);
}

int seikyo_certificate_read(const char *pem, uint8_t digest[static 32], char login[static 129])
{
	X509 *certificate = read_pem(pem);
	unsigned len = 0;
	int result = -1;

	if (certificate && X509_digest(certificate, EVP_sha256(), digest, &len) == 1 && len == 32) {
		read_login(X509_get_subject_name(certificate), login);
		result = 0;
	}
	X509_free(certificate);
	return result;
}
