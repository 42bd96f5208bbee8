/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/certificate_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "command/say.h"
#include "common/text.h"

#define FILE_MAX 65536 /* bytes: many times a certificate */

static const char TEXT_OPEN[] = N_("The certificate file %s cannot be read: %s.");
static const char TEXT_SIZE[] = N_("The certificate file %s is longer than %d bytes.");
static const char TEXT_NONE[] =
	N_("There is no certificate in %s; it must be PEM (openssl x509 makes it "
	   "from other forms).");
static const char TEXT_MANY[] =
	N_("There is more than one certificate in %s; give the user's alone.");
static const char TEXT_DATE[] = N_("The certificate in %s has no end date that can be read.");

/* Gives the number of bytes read, or -1 after saying why. */
static int read_file(const char *file, char text[static FILE_MAX + 1])
{
	const bool standard = strcmp(file, "-") == 0;
	FILE *in = standard ? stdin : fopen(file, "re");
	size_t len = 0;
	bool failed = !in;

	if (in) {
		len = fread(text, 1, FILE_MAX + 1, in);
		failed = ferror(in);
	}
	if (failed)
		seikyo_say_error(_(TEXT_OPEN), file, strerror(errno));
	else if (len > FILE_MAX)
		seikyo_say_error(_(TEXT_SIZE), file, FILE_MAX);
	if (in && !standard)
		fclose(in);
	return failed || len > FILE_MAX ? -1 : (int)len;
}

int seikyo_certificate_end(const X509 *x509, char out[static 20])
{
	struct tm end;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(x509), &end) != 1)
		return -1;
	return strftime(out, 20, "%Y-%m-%d %H:%M:%S", &end) ? 0 : -1;
}

/* The certificate in text if it holds exactly one, to be freed; or NULL after saying why. */
static X509 *only_certificate(const char *file, const char *text, int len)
{
	BIO *bio = BIO_new_mem_buf(text, len);
	X509 *first = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	X509 *second = first ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;

	if (!first)
		seikyo_say_error(_(TEXT_NONE), file);
	if (second) {
		seikyo_say_error(_(TEXT_MANY), file);
		X509_free(first);
		first = NULL;
	}
	X509_free(second);
	BIO_free(bio);
	ERR_clear_error();
	return first;
}

enum seikyo_exit seikyo_certificate_read(const char *file, struct seikyo_certificate *certificate)
{
	char text[FILE_MAX + 1];
	enum seikyo_exit result = SEIKYO_EXIT_USAGE;
	X509 *x509 = NULL;
	const int len = read_file(file, text);

	if (len >= 0)
		x509 = only_certificate(file, text, len);
	if (!x509)
		return result;
	if (X509_digest(x509, EVP_sha256(), certificate->sha256, NULL) != 1)
		seikyo_say_error(_(TEXT_NONE), file);
	else if (seikyo_certificate_end(x509, certificate->valid_until) < 0)
		seikyo_say_error(_(TEXT_DATE), file);
	else
		result = SEIKYO_EXIT_DONE;
	X509_free(x509);
	return result;
}
