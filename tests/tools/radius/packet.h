/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RADIUS packets: made (RFC 2865 section 3), signed and checked (RFC 3579 section 3.2).
 */
#ifndef TESTS_RADIUS_PACKET_H
#define TESTS_RADIUS_PACKET_H

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "request.h"

#define PACKET_MAX    4096
#define HEADER_LEN    20
#define DIGEST_LEN    16
#define AUTHENTICATOR 4 /* where it begins */

struct packet {
	size_t len;
	uint8_t bytes[PACKET_MAX];
};

struct part {
	const void *data;
	size_t len;
};

/* MD5 over the parts in order. */
static bool md5(const struct part *parts, size_t count, uint8_t out[static DIGEST_LEN])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context != NULL && EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1;

	for (size_t i = 0; done && i < count; i++) {
		done = EVP_DigestUpdate(context, parts[i].data, parts[i].len) == 1;
	}
	done = done && EVP_DigestFinal_ex(context, out, NULL) == 1;
	EVP_MD_CTX_free(context);
	return done;
}

static bool hmac_md5(const char *secret, const struct packet *packet,
		     uint8_t out[static DIGEST_LEN])
{
	return HMAC(EVP_md5(), secret, (int)strlen(secret), packet->bytes, packet->len, out,
		    NULL) != NULL;
}

/*
 * RFC 2865 section 5.2 in both directions: each block is XORed with MD5(secret, the block of
 * ciphertext before it), the first with MD5(secret, authenticator, salt). len is a multiple of 16.
 */
static bool hidden_turn(uint8_t *bytes, size_t len, const char *secret,
			const uint8_t *authenticator, struct part salt, bool hide)
{
	uint8_t before[DIGEST_LEN], mask[DIGEST_LEN];

	for (size_t at = 0; at < len; at += DIGEST_LEN) {
		struct part parts[3] = {{secret, strlen(secret)}, {before, DIGEST_LEN}, {"", 0}};

		if (at == 0) {
			parts[1].data = authenticator;
			parts[2] = salt;
		}
		if (!md5(parts, 3, mask)) {
			return false;
		}
		if (!hide) {
			memcpy(before, bytes + at, DIGEST_LEN);
		}
		for (size_t i = 0; i < DIGEST_LEN; i++) {
			bytes[at + i] ^= mask[i];
		}
		if (hide) {
			memcpy(before, bytes + at, DIGEST_LEN);
		}
	}
	OPENSSL_cleanse(mask, sizeof(mask));
	return true;
}

static bool packet_add(struct packet *packet, uint32_t vendor, uint8_t number, const uint8_t *data,
		       size_t len)
{
	size_t header = vendor == 0 ? 2 : 8;
	uint8_t *at = packet->bytes + packet->len;

	if (header + len > 255 || packet->len + header + len > PACKET_MAX) {
		return false;
	}
	at[0] = vendor == 0 ? number : VENDOR_SPECIFIC;
	at[1] = (uint8_t)(header + len);
	if (vendor != 0) {
		at[2] = 0;
		at[3] = (uint8_t)(vendor >> 16);
		at[4] = (uint8_t)(vendor >> 8);
		at[5] = (uint8_t)vendor;
		at[6] = number;
		at[7] = (uint8_t)(len + 2);
	}
	if (len != 0) {
		memcpy(at + header, data, len);
	}
	packet->len += header + len;
	return true;
}

static bool packet_add_value(struct packet *packet, const struct value *value, const char *secret)
{
	const struct attribute *attribute = &value->attribute;
	uint8_t bytes[256] = {0};
	size_t len = value->len;
	bool done;

	memcpy(bytes, value->bytes, len);
	if (attribute->hiding == HIDDEN_PASSWORD) {
		/* An empty password is hidden in one block of NULs. */
		len = len == 0 ? DIGEST_LEN : (len + DIGEST_LEN - 1) / DIGEST_LEN * DIGEST_LEN;
		done = hidden_turn(bytes, len, secret, packet->bytes + AUTHENTICATOR,
				   (struct part){"", 0}, true);
	} else {
		done = true;
	}
	done = done && packet_add(packet, attribute->vendor, attribute->number, bytes, len);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	return done;
}

/* The request as a packet, with Message-Authenticator first. False if it does not fit. */
static bool packet_encode(const struct request *request, uint8_t id,
			  const uint8_t authenticator[static DIGEST_LEN], struct packet *packet)
{
	const uint8_t zeros[DIGEST_LEN] = {0};

	packet->len = HEADER_LEN;
	packet->bytes[0] = request->code;
	packet->bytes[1] = id;
	memcpy(packet->bytes + AUTHENTICATOR, authenticator, DIGEST_LEN);
	if (!request->unsigned_request && !packet_add(packet, 0, MESSAGE_AUTH, zeros, DIGEST_LEN)) {
		return false;
	}
	for (size_t i = 0; i < request->count; i++) {
		if (!packet_add_value(packet, &request->values[i], request->secret)) {
			return false;
		}
	}
	packet->bytes[2] = (uint8_t)(packet->len >> 8);
	packet->bytes[3] = (uint8_t)packet->len;
	return request->unsigned_request ||
	       hmac_md5(request->secret, packet, packet->bytes + HEADER_LEN + 2);
}

/* Takes a received packet's own length; false if it or an attribute's is wrong. */
static bool packet_frame(struct packet *packet)
{
	size_t len = (size_t)packet->bytes[2] << 8 | packet->bytes[3];

	if (packet->len < HEADER_LEN || len < HEADER_LEN || len > packet->len) {
		return false;
	}
	packet->len = len;
	for (size_t at = HEADER_LEN; at < len; at += packet->bytes[at + 1]) {
		if (len - at < 2 || packet->bytes[at + 1] < 2 || packet->bytes[at + 1] > len - at) {
			return false;
		}
	}
	return true;
}

/* Offset of the first attribute of that number in a framed packet, or 0. */
static size_t packet_find(const struct packet *packet, uint8_t number)
{
	for (size_t at = HEADER_LEN; at < packet->len; at += packet->bytes[at + 1]) {
		if (packet->bytes[at] == number) {
			return at;
		}
	}
	return 0;
}

/* RFC 2865 section 3: MD5(code, id, length, request's authenticator, attributes, secret). */
static bool packet_authenticator_right(const struct packet *reply, const struct packet *sent,
				       const char *secret)
{
	struct part parts[] = {{reply->bytes, AUTHENTICATOR},
			       {sent->bytes + AUTHENTICATOR, DIGEST_LEN},
			       {reply->bytes + HEADER_LEN, reply->len - HEADER_LEN},
			       {secret, strlen(secret)}};
	uint8_t digest[DIGEST_LEN];

	return md5(parts, 4, digest) &&
	       CRYPTO_memcmp(digest, reply->bytes + AUTHENTICATOR, DIGEST_LEN) == 0;
}

/* at: offset of the reply's Message-Authenticator. */
static bool packet_message_authenticator_right(const struct packet *reply, size_t at,
					       const struct packet *sent, const char *secret)
{
	struct packet copy = *reply;
	uint8_t digest[DIGEST_LEN];

	if (reply->bytes[at + 1] != 2 + DIGEST_LEN) {
		return false;
	}
	memcpy(copy.bytes + AUTHENTICATOR, sent->bytes + AUTHENTICATOR, DIGEST_LEN);
	memset(copy.bytes + at + 2, 0, DIGEST_LEN);
	return hmac_md5(secret, &copy, digest) &&
	       CRYPTO_memcmp(digest, reply->bytes + at + 2, DIGEST_LEN) == 0;
}

#endif
