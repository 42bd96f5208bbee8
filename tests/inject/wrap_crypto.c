/* SPDX-License-Identifier: GPL-2.0-only */
/* OpenSSL and libcrypt. */
#include "wrap.h"

#include <errno.h>

#include <crypt.h>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

WRAP(long, BIO_ctrl, (BIO * bio, int command, long number, void *pointer),
     (bio, command, number, pointer), 0)
WRAP(BIO *, BIO_find_type, (BIO * bio, int type), (bio, type), NULL)
WRAP(BIO *, BIO_new_mem_buf, (const void *bytes, int len), (bytes, len), NULL)
WRAP(int, BIO_read, (BIO * bio, void *out, int len), (bio, out, len), -1)

WRAP(EVP_PKEY_CTX *, CMS_RecipientInfo_get0_pkey_ctx, (CMS_RecipientInfo * recipient), (recipient),
     NULL)
WRAP(CMS_RecipientInfo *, CMS_add1_recipient_cert,
     (CMS_ContentInfo * cms, X509 *certificate, unsigned flags), (cms, certificate, flags), NULL)
WRAP(BIO *, CMS_dataInit, (CMS_ContentInfo * cms, BIO *content), (cms, content), NULL)
WRAP(int, CMS_decrypt_set1_pkey, (CMS_ContentInfo * cms, EVP_PKEY *key, X509 *certificate),
     (cms, key, certificate), 0)
WRAP(CMS_ContentInfo *, CMS_encrypt,
     (STACK_OF(X509) * certificates, BIO *in, const EVP_CIPHER *cipher, unsigned flags),
     (certificates, in, cipher, flags), NULL)
WRAP(int, CMS_final, (CMS_ContentInfo * cms, BIO *data, BIO *content, unsigned flags),
     (cms, data, content, flags), 0)
WRAP(CMS_ContentInfo *, d2i_CMS_ContentInfo,
     (CMS_ContentInfo * *cms, const unsigned char **in, long len), (cms, in, len), NULL)
WRAP(int, i2d_CMS_ContentInfo, (const CMS_ContentInfo *cms, unsigned char **out), (cms, out), -1)

WRAP(int, EVP_CIPHER_CTX_ctrl, (EVP_CIPHER_CTX * context, int type, int number, void *pointer),
     (context, type, number, pointer), 0)
WRAP(int, EVP_CIPHER_CTX_get_nid, (const EVP_CIPHER_CTX *context), (context), NID_undef)
WRAP(EVP_CIPHER_CTX *, EVP_CIPHER_CTX_new, (void), (), NULL)
WRAP(int, EVP_CipherFinal_ex, (EVP_CIPHER_CTX * context, unsigned char *out, int *len),
     (context, out, len), 0)
WRAP(int, EVP_CipherInit_ex2,
     (EVP_CIPHER_CTX * context, const EVP_CIPHER *cipher, const unsigned char *key,
      const unsigned char *iv, int encrypt, const OSSL_PARAM params[]),
     (context, cipher, key, iv, encrypt, params), 0)
WRAP(int, EVP_CipherUpdate,
     (EVP_CIPHER_CTX * context, unsigned char *out, int *out_len, const unsigned char *in,
      int in_len),
     (context, out, out_len, in, in_len), 0)

WRAP(int, EVP_Digest,
     (const void *data, size_t len, unsigned char *digest, unsigned *digest_len, const EVP_MD *type,
      ENGINE *engine),
     (data, len, digest, digest_len, type, engine), 0)
WRAP(EVP_MAC_CTX *, EVP_MAC_CTX_dup, (const EVP_MAC_CTX *context), (context), NULL)
WRAP(EVP_MAC_CTX *, EVP_MAC_CTX_new, (EVP_MAC * mac), (mac), NULL)
WRAP(EVP_MAC *, EVP_MAC_fetch, (OSSL_LIB_CTX * library, const char *name, const char *properties),
     (library, name, properties), NULL)
WRAP(int, EVP_MAC_final, (EVP_MAC_CTX * context, unsigned char *out, size_t *len, size_t size),
     (context, out, len, size), 0)
WRAP(int, EVP_MAC_init,
     (EVP_MAC_CTX * context, const unsigned char *key, size_t len, const OSSL_PARAM params[]),
     (context, key, len, params), 0)
WRAP(int, EVP_MAC_update, (EVP_MAC_CTX * context, const unsigned char *data, size_t len),
     (context, data, len), 0)
WRAP(unsigned char *, HMAC,
     (const EVP_MD *type, const void *key, int key_len, const unsigned char *data, size_t len,
      unsigned char *out, unsigned *out_len),
     (type, key, key_len, data, len, out, out_len), NULL)

WRAP(int, EVP_PKEY_CTX_set_ecdh_kdf_md, (EVP_PKEY_CTX * context, const EVP_MD *type),
     (context, type), 0)
WRAP(int, EVP_PKEY_get_group_name, (const EVP_PKEY *key, char *name, size_t size, size_t *len),
     (key, name, size, len), 0)
WRAP(int, OBJ_obj2nid, (const ASN1_OBJECT *object), (object), NID_undef)
WRAP(EVP_PKEY *, PEM_read_bio_PrivateKey,
     (BIO * bio, EVP_PKEY **key, pem_password_cb *ask, void *context), (bio, key, ask, context),
     NULL)
WRAP(X509 *, PEM_read_bio_X509,
     (BIO * bio, X509 **certificate, pem_password_cb *ask, void *context),
     (bio, certificate, ask, context), NULL)
WRAP(int, RAND_bytes, (unsigned char *out, int len), (out, len), 0)
WRAP(int, X509_check_private_key, (const X509 *certificate, const EVP_PKEY *key),
     (certificate, key), 0)
WRAP(EVP_PKEY *, X509_get0_pubkey, (const X509 *certificate), (certificate), NULL)

WRAP_ERRNO(char *, crypt_gensalt_rn,
	   (const char *prefix, unsigned long count, const char *random, int random_len, char *out,
	    int size),
	   (prefix, count, random, random_len, out, size), NULL, ENOMEM)
WRAP_ERRNO(char *, crypt_rn, (const char *phrase, const char *setting, void *data, int size),
	   (phrase, setting, data, size), NULL, ENOMEM)
