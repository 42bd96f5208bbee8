/* SPDX-License-Identifier: GPL-2.0-only */
/* The envelopes of core/seal.h, by OpenSSL's CMS. */
#include "core/seal.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include "core/secret.h"

static const uint8_t magic[] = {'S', 'K', 'E', '1'};

/* The longest content. */
#define CONTENT_MAX                                                                                \
	(sizeof(magic) + 3 + SEIKYO_SERVICE_ID_MAX + SEIKYO_APP_USER_ID_LEN +                      \
	 SEIKYO_TOTP_SECRET_MAX)

static bool ids_valid(const char *service_id, const char *app_user_id)
{
	size_t len = service_id ? strnlen(service_id, SEIKYO_SERVICE_ID_MAX + 1) : 0;

	if (len < 1 || len > SEIKYO_SERVICE_ID_MAX || !app_user_id)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (service_id[i] < ' ' || service_id[i] > '~')
			return false;
	}
	return strspn(app_user_id, "0123456789") == SEIKYO_APP_USER_ID_LEN &&
	       app_user_id[SEIKYO_APP_USER_ID_LEN] == '\0';
}

static bool length_valid(size_t secret_len)
{
	return secret_len >= SEIKYO_TOTP_SECRET_MIN && secret_len <= SEIKYO_TOTP_SECRET_MAX;
}

static uint8_t *put(uint8_t *at, const void *data, size_t len)
{
	*at++ = (uint8_t)len;
	memcpy(at, data, len);
	return at + len;
}

/* Everything in front of the secret's bytes: what an envelope must begin with. */
static size_t put_front(const char *service_id, const char *app_user_id, size_t secret_len,
			uint8_t out[static CONTENT_MAX])
{
	uint8_t *at = out;

	memcpy(at, magic, sizeof(magic));
	at = put(at + sizeof(magic), service_id, strlen(service_id));
	at = put(at, app_user_id, SEIKYO_APP_USER_ID_LEN);
	*at++ = (uint8_t)secret_len;
	return (size_t)(at - out);
}

static int recipient_add(CMS_ContentInfo *cms, X509 *certificate)
{
	CMS_RecipientInfo *recipient;
	EVP_PKEY_CTX *context;
	char group[32];

	if (EVP_PKEY_get_group_name(X509_get0_pubkey(certificate), group, sizeof(group), NULL) !=
		    1 ||
	    strcmp(group, SN_X9_62_prime256v1) != 0)
		return -1;
	recipient = CMS_add1_recipient_cert(cms, certificate, CMS_KEY_PARAM);
	context = recipient ? CMS_RecipientInfo_get0_pkey_ctx(recipient) : NULL;
	if (!context || EVP_PKEY_CTX_set_ecdh_kdf_md(context, EVP_sha256()) != 1)
		return -1;
	return 0;
}

/* An envelope around content, freed with CMS_ContentInfo_free; NULL on failure. */
static CMS_ContentInfo *envelope_new(const uint8_t *content, size_t len, X509 *const *certificates,
				     size_t count)
{
	const unsigned flags = CMS_BINARY | CMS_PARTIAL; /* the KDF is set before the end */
	BIO *bio = BIO_new_mem_buf(content, (int)len);
	CMS_ContentInfo *cms = bio ? CMS_encrypt(NULL, bio, EVP_aes_256_gcm(), flags) : NULL;
	int result = cms ? 0 : -1;

	for (size_t i = 0; i < count && result == 0; i++)
		result = recipient_add(cms, certificates[i]);
	if (result == 0 && CMS_final(cms, bio, NULL, CMS_BINARY) != 1)
		result = -1;
	BIO_free(bio);
	if (result == 0)
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

ssize_t seikyo_envelope_seal(const struct seikyo_token_secret *secret, const char *service_id,
			     const char *app_user_id, X509 *const *certificates, size_t count,
			     uint8_t *out, size_t size)
{
	uint8_t content[CONTENT_MAX];
	CMS_ContentInfo *cms = NULL;
	int len = -1;
	size_t front;

	if (count < 1 || !ids_valid(service_id, app_user_id) || !length_valid(secret->len))
		return -1;
	front = put_front(service_id, app_user_id, secret->len, content);
	memcpy(content + front, secret->bytes, secret->len);
	cms = envelope_new(content, front + secret->len, certificates, count);
	seikyo_secret_wipe(content, sizeof(content));
	if (cms)
		len = i2d_CMS_ContentInfo(cms, NULL);
	if (len > 0 && len <= SEIKYO_ENVELOPE_MAX && (size_t)len <= size)
		len = i2d_CMS_ContentInfo(cms, &out);
	else
		len = -1;
	CMS_ContentInfo_free(cms);
	if (len < 0)
		ERR_clear_error();
	return len;
}

/* The whole of envelope, AuthEnvelopedData and nothing behind it; NULL if it is not that. */
static CMS_ContentInfo *parse(const uint8_t *envelope, size_t len)
{
	const uint8_t *at = envelope;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)len);

	if (cms && at == envelope + len &&
	    OBJ_obj2nid(CMS_get0_type(cms)) == NID_id_smime_ct_authEnvelopedData)
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

/* CMS_decrypt would take any cipher: the chain is read by hand to see which one is in it. */
static bool cipher_is_ours(BIO *chain)
{
	EVP_CIPHER_CTX *context = NULL;
	BIO *cipher = BIO_find_type(chain, BIO_TYPE_CIPHER);

	return cipher && BIO_get_cipher_ctx(cipher, &context) == 1 && context &&
	       EVP_CIPHER_CTX_get_nid(context) == NID_aes_256_gcm;
}

/*
 * Reads all there is, at most size bytes. Gives the length, or -1: too much, not to be read, or the
 * tag is wrong.
 */
static ssize_t read_all(BIO *chain, uint8_t *out, size_t size)
{
	size_t len = 0;
	uint8_t more;
	int got = 1;

	while (len < size && got > 0) {
		got = BIO_read(chain, out + len, (int)(size - len));
		if (got < 0)
			return -1;
		len += (size_t)got;
	}
	if (BIO_read(chain, &more, 1) != 0)
		return -1;
	/* Only the end of the stream tells whether the tag was right. */
	return BIO_get_cipher_status(chain) == 1 ? (ssize_t)len : -1;
}

static ssize_t content_open(const uint8_t *envelope, size_t len,
			    const struct seikyo_envelope_key *key,
			    uint8_t content[static CONTENT_MAX])
{
	CMS_ContentInfo *cms = parse(envelope, len);
	BIO *chain = NULL;
	ssize_t got = -1;

	if (cms && CMS_decrypt_set1_pkey(cms, key->key, key->certificate) == 1)
		chain = CMS_dataInit(cms, NULL);
	if (chain && cipher_is_ours(chain))
		got = read_all(chain, content, CONTENT_MAX);
	BIO_free_all(chain);
	CMS_ContentInfo_free(cms);
	return got;
}

/* Takes the secret out of content, if it is for these ids and ends where the content ends. */
static int secret_take(const uint8_t *content, size_t len, const char *service_id,
		       const char *app_user_id, struct seikyo_token_secret *secret)
{
	uint8_t expected[CONTENT_MAX];
	size_t front = put_front(service_id, app_user_id, 0, expected);

	if (len < front || !length_valid(len - front))
		return -1;
	put_front(service_id, app_user_id, len - front, expected);
	if (memcmp(content, expected, front) != 0)
		return -1;
	secret->len = len - front;
	memcpy(secret->bytes, content + front, secret->len);
	return 0;
}

int seikyo_envelope_open(const uint8_t *envelope, size_t len, const char *service_id,
			 const char *app_user_id, const struct seikyo_envelope_key *keys,
			 size_t count, struct seikyo_token_secret *secret)
{
	uint8_t content[CONTENT_MAX];
	ssize_t got = -1;
	int result = -1;

	memset(secret, 0, sizeof(*secret));
	if (len <= SEIKYO_ENVELOPE_MAX && ids_valid(service_id, app_user_id)) {
		for (size_t i = 0; i < count && got < 0; i++)
			got = content_open(envelope, len, &keys[i], content);
	}
	if (got >= 0)
		result = secret_take(content, (size_t)got, service_id, app_user_id, secret);
	seikyo_secret_wipe(content, sizeof(content));
	ERR_clear_error();
	return result;
}
