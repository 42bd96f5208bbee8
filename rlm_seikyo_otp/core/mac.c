/* SPDX-License-Identifier: GPL-2.0-only */
#include "core/mac.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>

int seikyo_mac_open(struct seikyo_mac *mac, const uint8_t key[static SEIKYO_KEY_LEN])
{
	char digest[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);

	mac->keyed = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
	EVP_MAC_free(hmac);
	if (mac->keyed && EVP_MAC_init(mac->keyed, key, SEIKYO_KEY_LEN, params) == 1)
		return 0;
	seikyo_mac_close(mac);
	ERR_clear_error();
	return -1;
}

void seikyo_mac_close(struct seikyo_mac *mac)
{
	EVP_MAC_CTX_free(mac->keyed);
	mac->keyed = NULL;
}

static int add(EVP_MAC_CTX *context, const void *data, size_t len)
{
	const uint8_t front[4] = {
		(uint8_t)(len >> 24),
		(uint8_t)(len >> 16),
		(uint8_t)(len >> 8),
		(uint8_t)len,
	};

	if (len > UINT32_MAX || EVP_MAC_update(context, front, sizeof(front)) != 1)
		return -1;
	if (len > 0 && EVP_MAC_update(context, data, len) != 1)
		return -1;
	return 0;
}

static int compute(EVP_MAC_CTX *context, const char *label, const struct seikyo_bytes *parts,
		   size_t count, uint8_t out[static SEIKYO_MAC_LEN])
{
	size_t written = 0;

	if (!context || add(context, label, strlen(label)) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (add(context, parts[i].data, parts[i].len) < 0)
			return -1;
	}
	if (EVP_MAC_final(context, out, &written, SEIKYO_MAC_LEN) != 1)
		return -1;
	return written == SEIKYO_MAC_LEN ? 0 : -1;
}

int seikyo_mac_compute(const struct seikyo_mac *mac, const char *label,
		       const struct seikyo_bytes *parts, size_t count,
		       uint8_t out[static SEIKYO_MAC_LEN])
{
	EVP_MAC_CTX *context = mac->keyed ? EVP_MAC_CTX_dup(mac->keyed) : NULL;
	int result = compute(context, label, parts, count, out);

	EVP_MAC_CTX_free(context);
	if (result < 0) {
		seikyo_secret_wipe(out, SEIKYO_MAC_LEN);
		ERR_clear_error();
	}
	return result;
}
