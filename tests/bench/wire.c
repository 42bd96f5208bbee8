/* SPDX-License-Identifier: GPL-2.0-only */
#include "wire.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#define HEADER_LEN	      20
#define AUTHENTICATOR	      4 /* where it stands */
#define DIGEST_LEN	      16
#define MESSAGE_AUTHENTICATOR 80
#define VENDOR_SPECIFIC	      26
#define HIDDEN_MAX	      128
#define HEADER_OF_ATTRIBUTE   2
#define HEADER_OF_VENDOR      8

struct wire {
	const char *secret;
	EVP_MD *md5;
	EVP_MD_CTX *digest;
	EVP_MAC *hmac;
	EVP_MAC_CTX *keyed; /* used again and again with the same key */
};

struct part {
	const void *data;
	size_t len;
};

struct wire *wire_new(const char *secret)
{
	struct wire *wire = calloc(1, sizeof(*wire));
	OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
								(char *)(uintptr_t) "MD5", 0),
			       OSSL_PARAM_construct_end()};

	if (wire == NULL)
		return NULL;
	wire->secret = secret;
	wire->md5 = EVP_MD_fetch(NULL, "MD5", NULL);
	wire->digest = EVP_MD_CTX_new();
	wire->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	wire->keyed = wire->hmac == NULL ? NULL : EVP_MAC_CTX_new(wire->hmac);
	if (wire->md5 == NULL || wire->digest == NULL || wire->keyed == NULL ||
	    EVP_MAC_init(wire->keyed, (const uint8_t *)secret, strlen(secret), params) != 1) {
		wire_free(wire);
		return NULL;
	}
	return wire;
}

void wire_free(struct wire *wire)
{
	if (wire == NULL)
		return;
	EVP_MAC_CTX_free(wire->keyed);
	EVP_MAC_free(wire->hmac);
	EVP_MD_CTX_free(wire->digest);
	EVP_MD_free(wire->md5);
	free(wire);
}

static bool md5(struct wire *wire, const struct part *parts, size_t count,
		uint8_t out[static DIGEST_LEN])
{
	bool done = EVP_DigestInit_ex2(wire->digest, wire->md5, NULL) == 1;

	for (size_t i = 0; done && i < count; i++)
		done = EVP_DigestUpdate(wire->digest, parts[i].data, parts[i].len) == 1;
	return done && EVP_DigestFinal_ex(wire->digest, out, NULL) == 1;
}

static bool hmac(struct wire *wire, const struct part *parts, size_t count,
		 uint8_t out[static DIGEST_LEN])
{
	bool done = EVP_MAC_init(wire->keyed, NULL, 0, NULL) == 1;
	size_t len = 0;

	for (size_t i = 0; done && i < count; i++)
		done = EVP_MAC_update(wire->keyed, parts[i].data, parts[i].len) == 1;
	return done && EVP_MAC_final(wire->keyed, out, &len, DIGEST_LEN) == 1 && len == DIGEST_LEN;
}

int wire_begin(struct wire_packet *packet, uint8_t id)
{
	static const uint8_t zeros[DIGEST_LEN];

	packet->bytes[0] = WIRE_ACCESS_REQUEST;
	packet->bytes[1] = id;
	packet->len = HEADER_LEN;
	if (RAND_bytes(packet->bytes + AUTHENTICATOR, DIGEST_LEN) != 1)
		return -1;
	wire_add(packet, 0, MESSAGE_AUTHENTICATOR, zeros, DIGEST_LEN);
	return 0;
}

void wire_add(struct wire_packet *packet, uint32_t vendor, uint8_t number, const void *data,
	      size_t len)
{
	uint8_t *at = packet->bytes + packet->len;
	const size_t header = vendor == 0 ? HEADER_OF_ATTRIBUTE : HEADER_OF_VENDOR;

	at[0] = vendor == 0 ? number : VENDOR_SPECIFIC;
	at[1] = (uint8_t)(header + len);
	if (vendor != 0) {
		at[2] = 0;
		at[3] = (uint8_t)(vendor >> 16);
		at[4] = (uint8_t)(vendor >> 8);
		at[5] = (uint8_t)vendor;
		at[6] = number;
		at[7] = (uint8_t)(len + HEADER_OF_ATTRIBUTE);
	}
	memcpy(at + header, data, len);
	packet->len += header + len;
}

int wire_add_hidden(struct wire *wire, struct wire_packet *packet, uint32_t vendor, uint8_t number,
		    const char *text)
{
	const size_t text_len = strlen(text);
	const size_t len = (text_len + DIGEST_LEN - 1) / DIGEST_LEN * DIGEST_LEN;
	uint8_t bytes[HIDDEN_MAX] = {0};
	uint8_t mask[DIGEST_LEN];

	if (len == 0 || len > HIDDEN_MAX)
		return -1;
	memcpy(bytes, text, text_len);
	for (size_t at = 0; at < len; at += DIGEST_LEN) {
		const struct part parts[] = {
			{wire->secret, strlen(wire->secret)},
			{at == 0 ? packet->bytes + AUTHENTICATOR : bytes + at - DIGEST_LEN,
			 DIGEST_LEN}};

		if (!md5(wire, parts, 2, mask))
			return -1;
		for (size_t i = 0; i < DIGEST_LEN; i++)
			bytes[at + i] ^= mask[i];
	}
	wire_add(packet, vendor, number, bytes, len);
	return 0;
}

int wire_end(struct wire *wire, struct wire_packet *packet)
{
	const struct part whole = {packet->bytes, packet->len};

	packet->bytes[2] = (uint8_t)(packet->len >> 8);
	packet->bytes[3] = (uint8_t)packet->len;
	return hmac(wire, &whole, 1, packet->bytes + HEADER_LEN + HEADER_OF_ATTRIBUTE) ? 0 : -1;
}

/* Offset of the first standard attribute of this number, 0 for none; lengths are right already. */
static size_t find(const struct wire_packet *packet, uint8_t number)
{
	for (size_t at = HEADER_LEN; at < packet->len; at += packet->bytes[at + 1]) {
		if (packet->bytes[at] == number)
			return at;
	}
	return 0;
}

static bool well_formed(const struct wire_packet *packet)
{
	const uint8_t *bytes = packet->bytes;

	if (packet->len < HEADER_LEN || ((size_t)bytes[2] << 8 | bytes[3]) != packet->len)
		return false;
	for (size_t at = HEADER_LEN; at < packet->len; at += bytes[at + 1]) {
		if (packet->len - at < 2 || bytes[at + 1] < 2 || bytes[at + 1] > packet->len - at)
			return false;
	}
	return true;
}

static bool authenticator_right(struct wire *wire, const struct wire_packet *request,
				const struct wire_packet *reply)
{
	const struct part parts[] = {{reply->bytes, AUTHENTICATOR},
				     {request->bytes + AUTHENTICATOR, DIGEST_LEN},
				     {reply->bytes + HEADER_LEN, reply->len - HEADER_LEN},
				     {wire->secret, strlen(wire->secret)}};
	uint8_t digest[DIGEST_LEN];

	return md5(wire, parts, 4, digest) &&
	       CRYPTO_memcmp(digest, reply->bytes + AUTHENTICATOR, DIGEST_LEN) == 0;
}

/* Over the reply with the request's authenticator in it, and zeros for the attribute itself. */
static bool message_authenticator_right(struct wire *wire, const struct wire_packet *request,
					const struct wire_packet *reply)
{
	static const uint8_t zeros[DIGEST_LEN];
	const size_t at = find(reply, MESSAGE_AUTHENTICATOR);
	const size_t value = at + HEADER_OF_ATTRIBUTE;
	uint8_t digest[DIGEST_LEN];

	if (at == 0 || reply->bytes[at + 1] != HEADER_OF_ATTRIBUTE + DIGEST_LEN)
		return false;

	const struct part parts[] = {
		{reply->bytes, AUTHENTICATOR},
		{request->bytes + AUTHENTICATOR, DIGEST_LEN},
		{reply->bytes + HEADER_LEN, value - HEADER_LEN},
		{zeros, DIGEST_LEN},
		{reply->bytes + value + DIGEST_LEN, reply->len - value - DIGEST_LEN}};

	return hmac(wire, parts, 5, digest) &&
	       CRYPTO_memcmp(digest, reply->bytes + value, DIGEST_LEN) == 0;
}

bool wire_reply_right(struct wire *wire, const struct wire_packet *request,
		      struct wire_packet *reply)
{
	return well_formed(reply) && reply->bytes[1] == request->bytes[1] &&
	       authenticator_right(wire, request, reply) &&
	       message_authenticator_right(wire, request, reply);
}

size_t wire_state(const struct wire_packet *reply, uint8_t state[static WIRE_STATE_MAX])
{
	const size_t at = find(reply, WIRE_STATE);
	size_t len;

	if (at == 0)
		return 0;
	len = reply->bytes[at + 1] - (size_t)HEADER_OF_ATTRIBUTE;
	memcpy(state, reply->bytes + at + HEADER_OF_ATTRIBUTE, len);
	return len;
}
