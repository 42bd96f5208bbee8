/* SPDX-License-Identifier: GPL-2.0-only */
#include "sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#define HEADER_LEN	      20
#define AUTHENTICATOR	      4
#define MESSAGE_AUTHENTICATOR 80
#define PACKET_MAX	      4096

struct sign {
	const char *secret;
	EVP_MD *md5;
	EVP_MD_CTX *digest;
	EVP_MAC *hmac;
	EVP_MAC_CTX *keyed; /* used again and again */
};

static void must(bool done)
{
	if (done)
		return;
	fputs("packet: OpenSSL failed\n", stderr);
	exit(2);
}

struct sign *sign_new(const char *secret)
{
	struct sign *sign = calloc(1, sizeof(*sign));
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
								(char *)(uintptr_t) "MD5", 0),
			       OSSL_PARAM_construct_end()};

	must(sign != NULL);
	sign->secret = secret;
	sign->md5 = EVP_MD_fetch(NULL, "MD5", NULL);
	sign->digest = EVP_MD_CTX_new();
	sign->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	must(sign->md5 && sign->digest && sign->hmac);
	sign->keyed = EVP_MAC_CTX_new(sign->hmac);
	must(sign->keyed &&
	     EVP_MAC_init(sign->keyed, (const uint8_t *)secret, strlen(secret), params) == 1);
	return sign;
}

void sign_free(struct sign *sign)
{
	EVP_MAC_CTX_free(sign->keyed);
	EVP_MAC_free(sign->hmac);
	EVP_MD_CTX_free(sign->digest);
	EVP_MD_free(sign->md5);
	free(sign);
}

void sign_bytes(struct sign *sign, const uint8_t *bytes, size_t len, uint8_t out[static SIGN_LEN])
{
	size_t got = 0;

	must(EVP_MAC_init(sign->keyed, NULL, 0, NULL) == 1 &&
	     EVP_MAC_update(sign->keyed, bytes, len) == 1 &&
	     EVP_MAC_final(sign->keyed, out, &got, SIGN_LEN) == 1 && got == SIGN_LEN);
}

void sign_hide(struct sign *sign, const uint8_t authenticator[static SIGN_LEN], uint8_t *bytes,
	       size_t len)
{
	uint8_t mask[SIGN_LEN];

	for (size_t at = 0; at + SIGN_LEN <= len; at += SIGN_LEN) {
		const uint8_t *before = at == 0 ? authenticator : bytes + at - SIGN_LEN;

		must(EVP_DigestInit_ex2(sign->digest, sign->md5, NULL) == 1 &&
		     EVP_DigestUpdate(sign->digest, sign->secret, strlen(sign->secret)) == 1 &&
		     EVP_DigestUpdate(sign->digest, before, SIGN_LEN) == 1 &&
		     EVP_DigestFinal_ex(sign->digest, mask, NULL) == 1);
		for (size_t i = 0; i < SIGN_LEN; i++)
			bytes[at + i] ^= mask[i];
	}
}

/* Where the value of the one Message-Authenticator stands; 0: there is none, or no single one. */
static size_t find_one(const uint8_t *reply, size_t len)
{
	size_t found = 0;

	for (size_t at = HEADER_LEN; at < len; at += reply[at + 1]) {
		if (len - at < 2 || reply[at + 1] < 2 || reply[at + 1] > len - at)
			return 0;
		if (reply[at] != MESSAGE_AUTHENTICATOR)
			continue;
		if (found || reply[at + 1] != 2 + SIGN_LEN)
			return 0;
		found = at + 2;
	}
	return found;
}

bool sign_reply_right(struct sign *sign, const uint8_t authenticator[static SIGN_LEN],
		      const uint8_t *reply, size_t len)
{
	uint8_t copy[PACKET_MAX], wanted[SIGN_LEN];
	size_t at;

	if (len > sizeof(copy) || ((size_t)reply[2] << 8 | reply[3]) != len)
		return false;
	memcpy(copy, reply, len);
	memcpy(copy + AUTHENTICATOR, authenticator, SIGN_LEN);
	must(EVP_DigestInit_ex2(sign->digest, sign->md5, NULL) == 1 &&
	     EVP_DigestUpdate(sign->digest, copy, len) == 1 &&
	     EVP_DigestUpdate(sign->digest, sign->secret, strlen(sign->secret)) == 1 &&
	     EVP_DigestFinal_ex(sign->digest, wanted, NULL) == 1);
	at = find_one(reply, len);
	if (at == 0 || memcmp(wanted, reply + AUTHENTICATOR, SIGN_LEN) != 0)
		return false;
	memset(copy + at, 0, SIGN_LEN);
	sign_bytes(sign, copy, len, wanted);
	return memcmp(wanted, reply + at, SIGN_LEN) == 0;
}
