/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Envelopes: whoever has a RADIUS server's certificate can make one, so their form is anybody's. No
 * secret comes out but one that was put in, for these ids, and nothing comes out under another key.
 */
#include "fuzz.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "core/seal.h"

static const char service[] = "SEIKYO", app_user[] = "0123456789";

/* What the envelopes in the corpus hold. */
static const struct seikyo_token_secret known = {.bytes = "a secret of the fuzz corpus, no.1",
						 .len = 32};

/* RFC 5915; the corpus is sealed to it, and nothing else ever was. */
static const uint8_t private_key[] = {
	0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20, 0xae, 0x56, 0x62, 0x94, 0xe0, 0x67, 0x53,
	0x78, 0xef, 0xf3, 0x9c, 0x83, 0x4a, 0x8f, 0x07, 0x69, 0x53, 0x81, 0xf9, 0xa2, 0x11,
	0xb3, 0x55, 0x52, 0x0c, 0x54, 0x9b, 0x8f, 0xc7, 0x49, 0x7a, 0x96, 0xa0, 0x0a, 0x06,
	0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0xa1, 0x44, 0x03, 0x42, 0x00,
	0x04, 0xaf, 0x0f, 0x86, 0x89, 0x06, 0x29, 0x97, 0xac, 0x3b, 0x59, 0xf3, 0xa8, 0x6a,
	0xc9, 0x25, 0x91, 0xe7, 0x96, 0x8b, 0x38, 0x18, 0xcf, 0x3b, 0x6c, 0x10, 0xa6, 0x23,
	0x54, 0x12, 0x4e, 0x9f, 0x51, 0x4f, 0xd2, 0x46, 0xd1, 0x70, 0x9a, 0x42, 0x32, 0x5a,
	0x41, 0x46, 0xce, 0x16, 0x14, 0x05, 0x4a, 0x1d, 0xac, 0x80, 0x00, 0x87, 0xc1, 0x49,
	0xf9, 0xa4, 0xe5, 0xac, 0x0e, 0x3b, 0x90, 0x24, 0x64,
};

static struct seikyo_envelope_key ours, others;

/* A key and a certificate for it, told by its issuer and number. */
static void make_key(struct seikyo_envelope_key *key, EVP_PKEY *pkey, long number)
{
	X509 *certificate = X509_new();
	X509_NAME *name = certificate ? X509_get_subject_name(certificate) : NULL;

	demand(pkey && name, "there is a key");
	snprintf(key->id, sizeof(key->id), "%ld", number);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), number);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"fuzz", -1, -1,
				   0);
	X509_set_issuer_name(certificate, name);
	X509_set_pubkey(certificate, pkey);
	demand(X509_sign(certificate, pkey, EVP_sha256()) > 0, "a certificate is signed");
	key->key = pkey;
	key->certificate = certificate;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const uint8_t *at = private_key;

	(void)argc;
	(void)argv;
	make_key(&ours, d2i_PrivateKey(EVP_PKEY_EC, NULL, &at, sizeof(private_key)), 1);
	make_key(&others, EVP_EC_gen("P-256"), 1);
	return 0;
}

static bool same(const struct seikyo_token_secret *a, const struct seikyo_token_secret *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* Opens it in every wrong way, and in the right one: then it is the secret that was put in. */
static bool opens_as(const uint8_t *envelope, size_t len, const struct seikyo_token_secret *wanted)
{
	struct seikyo_token_secret secret;

	memset(&secret, 0xaa, sizeof(secret));
	demand(seikyo_envelope_open(envelope, len, service, app_user, &others, 1, &secret) == -1,
	       "nothing opens under another key");
	demand(fuzz_all_zero(&secret, sizeof(secret)), "nothing is left of what does not open");
	demand(seikyo_envelope_open(envelope, len, service, "0123456780", &ours, 1, &secret) == -1,
	       "nothing opens for another app user");
	demand(seikyo_envelope_open(envelope, len, "SEIKY0", app_user, &ours, 1, &secret) == -1,
	       "nothing opens for another service");
	if (seikyo_envelope_open(envelope, len, service, app_user, &ours, 1, &secret) < 0) {
		demand(fuzz_all_zero(&secret, sizeof(secret)), "nothing is left then either");
		return false;
	}
	demand(same(&secret, wanted), "what comes out was put in");
	return true;
}

/* An envelope of ours opens; changed, cut or longer, no other secret comes out of it. */
static void check_sealed(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	const uint8_t change = fuzz_byte(&input);
	const size_t place = (size_t)fuzz_byte(&input) << 8 | fuzz_byte(&input);
	struct seikyo_token_secret secret = {.len = 16U + fuzz_byte(&input) % 49};
	uint8_t envelope[SEIKYO_ENVELOPE_MAX] = {0}, *copy;
	ssize_t len;

	fuzz_take(&input, secret.bytes, sizeof(secret.bytes));
	len = seikyo_envelope_seal(&secret, service, app_user, &ours.certificate, 1, envelope,
				   sizeof(envelope));
	demand(len > 0, "a secret is sealed");
	demand(opens_as(envelope, (size_t)len, &secret), "what was sealed opens");
	envelope[place % (size_t)len] ^= change;
	copy = fuzz_copy(envelope, (size_t)len, false);
	opens_as(copy, (size_t)len, &secret);
	demand(!opens_as(copy, place % (size_t)len, &secret), "cut it does not open");
	demand(!opens_as(envelope, (size_t)len + 1, &secret), "longer it does not open");
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	opens_as(data, size, &known);
	/* Dear: not for what looks like an envelope itself. */
	if (size > 0 && data[0] != 0x30)
		check_sealed(data, size);
	return 0;
}
