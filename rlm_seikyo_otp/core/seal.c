/* SPDX-License-Identifier: GPL-2.0-only */
#include "core/seal.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "core/bigendian.h"
#include "core/secret.h"

/* Where the parts of a safe stand: version and length of the key id, the key id, then these. */
struct safe {
	size_t id_len;
	const uint8_t *nonce;
	const uint8_t *sealed;
	size_t sealed_len;
	const uint8_t *tag;
};

enum {
	SAFE_VERSION = 0x01,
	LABEL_LEN = sizeof("seikyo-safe") - 1,
	ASSOCIATED_MAX = LABEL_LEN + SEIKYO_KEY_ID_MAX + 16,
};

bool seikyo_key_id_valid(const char *id)
{
	static const char characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					 "0123456789_-";
	size_t len = id ? strspn(id, characters) : 0;

	return len > 0 && len <= SEIKYO_KEY_ID_MAX && id[len] == '\0';
}

static bool length_valid(size_t secret_len)
{
	return secret_len >= SEIKYO_TOTP_SECRET_MIN && secret_len <= SEIKYO_TOTP_SECRET_MAX;
}

static size_t associated(const char *id, struct seikyo_owner owner,
			 uint8_t out[static ASSOCIATED_MAX])
{
	size_t id_len = strlen(id);

	memcpy(out, "seikyo-safe", LABEL_LEN);
	memcpy(out + LABEL_LEN, id, id_len);
	seikyo_bigendian_put(out + LABEL_LEN + id_len, owner.token);
	seikyo_bigendian_put(out + LABEL_LEN + id_len + 8, owner.user);
	return LABEL_LEN + id_len + 16;
}

/* A context for AES-256-GCM with key, nonce and the associated data taken in; NULL on failure. */
static EVP_CIPHER_CTX *context_new(const struct seikyo_safe_key *key, const uint8_t *nonce,
				   struct seikyo_owner owner, int encrypt)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t bound[ASSOCIATED_MAX];
	size_t len = associated(key->id, owner, bound);
	int taken = 0;

	if (context &&
	    EVP_CipherInit_ex2(context, EVP_aes_256_gcm(), key->key, nonce, encrypt, NULL) == 1 &&
	    EVP_CipherUpdate(context, NULL, &taken, bound, (int)len) == 1)
		return context;
	EVP_CIPHER_CTX_free(context);
	return NULL;
}

static int encrypt(EVP_CIPHER_CTX *context, const struct seikyo_token_secret *secret, uint8_t *out)
{
	int len = 0, rest = 0;

	if (!context ||
	    EVP_CipherUpdate(context, out, &len, secret->bytes, (int)secret->len) != 1 ||
	    EVP_CipherFinal_ex(context, out + len, &rest) != 1 ||
	    (size_t)len + (size_t)rest != secret->len)
		return -1;
	if (EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, SEIKYO_TAG_LEN,
				out + secret->len) != 1)
		return -1;
	return 0;
}

ssize_t seikyo_safe_seal(const struct seikyo_token_secret *secret, struct seikyo_owner owner,
			 const struct seikyo_safe_key *key,
			 const uint8_t nonce[static SEIKYO_NONCE_LEN],
			 uint8_t out[static SEIKYO_SAFE_MAX])
{
	EVP_CIPHER_CTX *context;
	size_t front;
	int result;

	if (!seikyo_key_id_valid(key->id) || !length_valid(secret->len))
		return -1;
	front = 2 + strlen(key->id);
	out[0] = SAFE_VERSION;
	out[1] = (uint8_t)(front - 2);
	memcpy(out + 2, key->id, front - 2);
	memcpy(out + front, nonce, SEIKYO_NONCE_LEN);
	front += SEIKYO_NONCE_LEN;
	context = context_new(key, nonce, owner, 1);
	result = encrypt(context, secret, out + front);
	EVP_CIPHER_CTX_free(context);
	if (result == 0)
		return (ssize_t)(front + secret->len + SEIKYO_TAG_LEN);
	seikyo_secret_wipe(out, SEIKYO_SAFE_MAX);
	ERR_clear_error();
	return -1;
}

static int parse(const uint8_t *data, size_t len, struct safe *safe)
{
	size_t around;

	if (len < 2 || data[0] != SAFE_VERSION || data[1] < 1 || data[1] > SEIKYO_KEY_ID_MAX)
		return -1;
	safe->id_len = data[1];
	around = 2 + safe->id_len + SEIKYO_NONCE_LEN + SEIKYO_TAG_LEN;
	if (len < around || !length_valid(len - around))
		return -1;
	safe->nonce = data + 2 + safe->id_len;
	safe->sealed = safe->nonce + SEIKYO_NONCE_LEN;
	safe->sealed_len = len - around;
	safe->tag = safe->sealed + safe->sealed_len;
	return 0;
}

int seikyo_safe_key_id(const uint8_t *safe, size_t len, char id[static SEIKYO_KEY_ID_MAX + 1])
{
	struct safe parsed;

	memset(id, 0, SEIKYO_KEY_ID_MAX + 1);
	if (parse(safe, len, &parsed) < 0)
		return -1;
	memcpy(id, safe + 2, parsed.id_len);
	/* A NUL inside the id would cut it short and so name another key. */
	if (strlen(id) == parsed.id_len && seikyo_key_id_valid(id))
		return 0;
	memset(id, 0, SEIKYO_KEY_ID_MAX + 1);
	return -1;
}

static const struct seikyo_safe_key *key_named(const char *id, const struct seikyo_safe_key *keys,
					       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(keys[i].id, id) == 0)
			return &keys[i];
	}
	return NULL;
}

static int decrypt(EVP_CIPHER_CTX *context, const struct safe *safe,
		   struct seikyo_token_secret *secret)
{
	uint8_t tag[SEIKYO_TAG_LEN];
	int len = 0, rest = 0;

	memcpy(tag, safe->tag, sizeof(tag));
	if (!context ||
	    EVP_CipherUpdate(context, secret->bytes, &len, safe->sealed, (int)safe->sealed_len) !=
		    1 ||
	    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, SEIKYO_TAG_LEN, tag) != 1 ||
	    EVP_CipherFinal_ex(context, secret->bytes + len, &rest) != 1)
		return -1;
	secret->len = (size_t)len + (size_t)rest;
	return secret->len == safe->sealed_len ? 0 : -1;
}

int seikyo_safe_open(const uint8_t *safe, size_t len, struct seikyo_owner owner,
		     const struct seikyo_safe_key *keys, size_t count,
		     struct seikyo_token_secret *secret)
{
	char id[SEIKYO_KEY_ID_MAX + 1];
	const struct seikyo_safe_key *key = NULL;
	EVP_CIPHER_CTX *context = NULL;
	struct safe parsed;
	int result = -1;

	memset(secret, 0, sizeof(*secret));
	if (seikyo_safe_key_id(safe, len, id) == 0 && parse(safe, len, &parsed) == 0)
		key = key_named(id, keys, count);
	if (key) {
		context = context_new(key, parsed.nonce, owner, 0);
		result = decrypt(context, &parsed, secret);
	}
	EVP_CIPHER_CTX_free(context);
	if (result < 0) {
		seikyo_secret_wipe(secret, sizeof(*secret));
		ERR_clear_error();
	}
	return result;
}
