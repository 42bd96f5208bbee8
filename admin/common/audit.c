/* SPDX-License-Identifier: GPL-2.0-only */
#include "common/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

/* The fields are hashed as they are written: none is kept. */
struct hashing {
	EVP_MD_CTX *digest;
	bool failed;
};

static void put(struct hashing *hashing, const char *text, size_t len)
{
	if (EVP_DigestUpdate(hashing->digest, text, len) != 1)
		hashing->failed = true;
}

static void put_text(struct hashing *hashing, const char *text)
{
	put(hashing, text, strlen(text));
}

static void put_hex(struct hashing *hashing, const void *data, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++) {
		const char pair[2] = {digits[bytes[i] >> 4], digits[bytes[i] & 15]};

		put(hashing, pair, sizeof(pair));
	}
}

/* "|" and a number; below 0: "-". */
static void put_number(struct hashing *hashing, int64_t number)
{
	char text[24];

	snprintf(text, sizeof(text), "|%" PRId64, number);
	put_text(hashing, number < 0 ? "|-" : text);
}

/* "|" and a text in hexadecimal; NULL: "-". */
static void put_field(struct hashing *hashing, const char *text)
{
	put_text(hashing, text ? "|" : "|-");
	if (text)
		put_hex(hashing, text, strlen(text));
}

int seikyo_audit_hash(const struct seikyo_audit_link *link,
		      const uint8_t previous[static SEIKYO_AUDIT_HASH_LEN],
		      uint8_t hash[static SEIKYO_AUDIT_HASH_LEN])
{
	struct hashing hashing = {.digest = EVP_MD_CTX_new()};
	int result = -1;

	if (!hashing.digest || EVP_DigestInit_ex(hashing.digest, EVP_sha256(), NULL) != 1)
		goto out;
	put_hex(&hashing, previous, SEIKYO_AUDIT_HASH_LEN);
	put_number(&hashing, link->contract_id);
	put_number(&hashing, link->number);
	put_number(&hashing, link->at);
	put_field(&hashing, link->act);
	put_field(&hashing, link->actor);
	put_number(&hashing, link->by_user);
	put_number(&hashing, link->on_user);
	put_field(&hashing, link->origin);
	put_field(&hashing, link->paper);
	put_field(&hashing, link->detail);
	if (!hashing.failed && EVP_DigestFinal_ex(hashing.digest, hash, NULL) == 1)
		result = 0;
out:
	EVP_MD_CTX_free(hashing.digest);
	return result;
}
