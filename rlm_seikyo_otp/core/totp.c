/* SPDX-License-Identifier: GPL-2.0-only */
#include "core/totp.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "core/bigendian.h"
#include "core/secret.h"

enum {
	CANDIDATES = 6,
	HMAC_MIN = 20, /* of SHA-1, the shortest */
	HMAC_MAX = 64, /* of SHA-512, the longest */
};

enum seikyo_totp_algorithm seikyo_totp_algorithm_from(const char *name)
{
	if (strcmp(name, "sha1") == 0)
		return SEIKYO_TOTP_SHA1;
	if (strcmp(name, "sha256") == 0)
		return SEIKYO_TOTP_SHA256;
	if (strcmp(name, "sha512") == 0)
		return SEIKYO_TOTP_SHA512;
	return SEIKYO_TOTP_NONE;
}

static const char *digest_of(enum seikyo_totp_algorithm algorithm)
{
	switch (algorithm) {
	case SEIKYO_TOTP_SHA1:
		return "SHA1";
	case SEIKYO_TOTP_SHA256:
		return "SHA256";
	case SEIKYO_TOTP_SHA512:
		return "SHA512";
	case SEIKYO_TOTP_NONE:
		break;
	}
	return NULL;
}

int64_t seikyo_totp_step(int64_t unix_seconds, unsigned period)
{
	int64_t length = period;
	int64_t step = unix_seconds / length;

	return unix_seconds % length < 0 ? step - 1 : step;
}

static bool possible(const struct seikyo_totp *totp)
{
	return digest_of(totp->algorithm) && totp->secret &&
	       totp->digits >= SEIKYO_TOTP_DIGITS_MIN && totp->digits <= SEIKYO_TOTP_DIGITS_MAX &&
	       totp->secret_len >= SEIKYO_TOTP_SECRET_MIN &&
	       totp->secret_len <= SEIKYO_TOTP_SECRET_MAX;
}

/*
 * An HMAC context with totp's digest and secret, freed with EVP_MAC_CTX_free; NULL on failure. It
 * is keyed once for all candidates: that saves a quarter of the time.
 */
static EVP_MAC_CTX *context_new(const struct seikyo_totp *totp)
{
	/* OSSL_PARAM wants a pointer to what may be changed, and never changes it. */
	char digest[sizeof("SHA256")];
	OSSL_PARAM params[2];
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *context = hmac ? EVP_MAC_CTX_new(hmac) : NULL;

	EVP_MAC_free(hmac);
	strcpy(digest, digest_of(totp->algorithm));
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0);
	params[1] = OSSL_PARAM_construct_end();
	if (context && EVP_MAC_init(context, totp->secret, totp->secret_len, params) == 1)
		return context;
	EVP_MAC_CTX_free(context);
	return NULL;
}

/* RFC 4226 section 5.3: dynamic truncation, then the last digits of the number. */
static void truncate_to(const uint8_t *hmac, size_t len, unsigned digits, char *out)
{
	const uint8_t *from = hmac + (hmac[len - 1] & 0xf);
	uint32_t number = (uint32_t)(from[0] & 0x7f) << 24 | (uint32_t)from[1] << 16 |
			  (uint32_t)from[2] << 8 | from[3];

	out[digits] = '\0';
	for (unsigned i = digits; i > 0; i--) {
		out[i - 1] = (char)('0' + number % 10);
		number /= 10;
	}
}

static int code_of(EVP_MAC_CTX *context, const struct seikyo_totp *totp, int64_t step,
		   char out[static SEIKYO_TOTP_DIGITS_MAX + 1])
{
	uint8_t counter[8], hmac[HMAC_MAX];
	size_t len = 0;
	int result = -1;

	seikyo_bigendian_put(counter, (uint64_t)step);
	if (EVP_MAC_init(context, NULL, 0, NULL) == 1 &&
	    EVP_MAC_update(context, counter, sizeof(counter)) == 1 &&
	    EVP_MAC_final(context, hmac, &len, sizeof(hmac)) == 1 && len >= HMAC_MIN) {
		truncate_to(hmac, len, totp->digits, out);
		result = 0;
	}
	seikyo_secret_wipe(hmac, sizeof(hmac));
	return result;
}

int seikyo_totp_code(const struct seikyo_totp *totp, int64_t step,
		     char out[static SEIKYO_TOTP_DIGITS_MAX + 1])
{
	EVP_MAC_CTX *context = NULL;
	int result = -1;

	if (possible(totp) && step >= 0)
		context = context_new(totp);
	if (context)
		result = code_of(context, totp, step, out);
	EVP_MAC_CTX_free(context);
	if (result < 0) {
		seikyo_secret_wipe(out, SEIKYO_TOTP_DIGITS_MAX + 1);
		ERR_clear_error();
	}
	return result;
}

bool seikyo_totp_well_formed(const char *code, size_t len, unsigned digits)
{
	if (!code || len != digits || digits < SEIKYO_TOTP_DIGITS_MIN ||
	    digits > SEIKYO_TOTP_DIGITS_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (code[i] < '0' || code[i] > '9')
			return false;
	}
	return true;
}

/*
 * The steps to look at, as distances from now. One that is out of bounds becomes now itself, which
 * is looked at anyway: the number of candidates, and with it the time, is always the same.
 */
static void candidates(int64_t now, int drift, int limit, int offsets[static CANDIDATES])
{
	for (int i = 0; i < CANDIDATES; i++) {
		int64_t offset = (i < 3 ? 0 : (int64_t)drift) + i % 3 - 1;

		if (offset < -limit || offset > limit || now + offset < 0)
			offset = 0;
		offsets[i] = (int)offset;
	}
}

/* Takes offset where it matches and is higher, without a branch that tells which did. */
static void consider(struct seikyo_totp_match *match, int *best, int offset, bool equal)
{
	int higher = (int)!match->matched | (int)(offset > *best);
	int mask = -((int)equal & higher);

	*best ^= (*best ^ offset) & mask;
	match->matched |= equal;
}

static int search(EVP_MAC_CTX *context, const struct seikyo_totp *totp, int64_t now,
		  const int offsets[static CANDIDATES], const char *code,
		  struct seikyo_totp_match *match)
{
	char candidate[SEIKYO_TOTP_DIGITS_MAX + 1];
	int best = 0, result = 0;

	for (int i = 0; i < CANDIDATES && result == 0; i++) {
		result = code_of(context, totp, now + offsets[i], candidate);
		if (result == 0)
			consider(match, &best, offsets[i],
				 seikyo_secret_equal(candidate, code, totp->digits));
	}
	seikyo_secret_wipe(candidate, sizeof(candidate));
	match->step = now + best;
	match->drift = best;
	return result;
}

int seikyo_totp_search(const struct seikyo_totp *totp, int64_t now, int drift, int limit,
		       const char *code, size_t code_len, struct seikyo_totp_match *match)
{
	int offsets[CANDIDATES];
	EVP_MAC_CTX *context = NULL;
	int result = -1;

	memset(match, 0, sizeof(*match));
	if (!possible(totp) || now < 0 || now > INT64_MAX - SEIKYO_TOTP_DRIFT_MAX || limit < 0 ||
	    limit > SEIKYO_TOTP_DRIFT_MAX)
		return -1;
	if (!seikyo_totp_well_formed(code, code_len, totp->digits))
		return 0;
	candidates(now, drift, limit, offsets);
	context = context_new(totp);
	if (context)
		result = search(context, totp, now, offsets, code, match);
	EVP_MAC_CTX_free(context);
	if (result < 0 || !match->matched)
		memset(match, 0, sizeof(*match));
	if (result < 0)
		ERR_clear_error();
	return result;
}
