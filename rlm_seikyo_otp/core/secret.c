/* SPDX-License-Identifier: GPL-2.0-only */
#include "core/secret.h"

#include <openssl/crypto.h>

void seikyo_secret_wipe(void *secret, size_t len)
{
	if (secret)
		OPENSSL_cleanse(secret, len);
}

bool seikyo_secret_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
