/* SPDX-License-Identifier: GPL-2.0-only */
#include "proof.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#define RANDOM_LEN 32

static size_t count_formats(const char *formats)
{
	size_t count = formats[0] == '\0' ? 0 : 1;

	for (const char *at = formats; *at != '\0'; at++)
		count += *at == ' ';
	return count;
}

/* The n-th of the formats, which are separated by blanks. */
static void pick_format(const char *formats, size_t n, char out[static SEIKYO_HASH_FORMAT_MAX + 1])
{
	size_t len;

	while (n > 0) {
		formats = strchr(formats, ' ') + 1;
		n--;
	}
	len = strcspn(formats, " ");
	if (len > SEIKYO_HASH_FORMAT_MAX)
		len = SEIKYO_HASH_FORMAT_MAX;
	memcpy(out, formats, len);
	out[len] = '\0';
}

/* The dummy's format where those in use won't do: libcrypt computes it anywhere. */
static const char usual_format[] = "$y$j9T$";

int seikyo_proof_dummy(const struct seikyo_keyring *keyring, const char *name, const char *formats,
		       char hash[static SEIKYO_HASH_MAX + 1])
{
	const struct seikyo_bytes part = {name, strlen(name)};
	char format[SEIKYO_HASH_FORMAT_MAX + 1];
	size_t count = count_formats(formats);
	uint8_t seed[SEIKYO_MAC_LEN];

	if (seikyo_mac_compute(&keyring->mac, "dummy", &part, 1, seed) < 0)
		return -1;
	if (count > 0) {
		pick_format(formats, (size_t)(seed[0] << 8 | seed[1]) % count, format);
		if (seikyo_password_dummy(format, seed, hash) == 0)
			return 0;
	}
	return seikyo_password_dummy(usual_format, seed, hash);
}

/* OpenSSL's errors are not left for another module's calls in this thread. */
static int openssl_failed(void)
{
	ERR_clear_error();
	return -1;
}

/* One hash is computed between begin and end, as the host counts them. */
static int verify(const struct seikyo_login_host *host, const char *password, const char *hash,
		  struct crypt_data *work, enum seikyo_password_verdict *verdict)
{
	int result;

	host->hash_begin(host->context);
	result = seikyo_password_verify(password, hash, work, verdict);
	host->hash_end(host->context);
	return result;
}

/* Costs what a look at the dummy costs; its verdict says nothing. */
static int verify_dummy(const struct seikyo_login_host *host, const char *password,
			const char *dummy, struct crypt_data *work)
{
	static const uint8_t seed[32];
	enum seikyo_password_verdict verdict;
	char usual[SEIKYO_HASH_MAX + 1];

	if (verify(host, password, dummy, work, &verdict) == 0)
		return 0;
	if (seikyo_password_dummy(usual_format, seed, usual) < 0)
		return -1;
	return verify(host, password, usual, work, &verdict);
}

static int renew(const struct seikyo_login_host *host, const char *password, const char *hash,
		 const struct seikyo_user *user, struct crypt_data *work,
		 char renewed[static SEIKYO_HASH_MAX + 1])
{
	uint8_t random[RANDOM_LEN];
	int result;

	if (!seikyo_password_hash_weaker(hash, user->hash_prefix, user->hash_cost))
		return 0;
	if (RAND_bytes(random, sizeof(random)) != 1)
		return openssl_failed();
	host->hash_begin(host->context);
	result = seikyo_password_hash(password, user->hash_prefix, user->hash_cost, random, work,
				      renewed);
	host->hash_end(host->context);
	return result;
}

int seikyo_proof_password(const struct seikyo_login_host *host, const char *password,
			  const char *hash, const char *dummy, const struct seikyo_user *renew_to,
			  struct seikyo_password_proof *proof)
{
	enum seikyo_password_verdict verdict = SEIKYO_PASSWORD_WRONG;
	const bool known = seikyo_password_hash_known(hash);
	struct crypt_data work;
	int result = 0;

	memset(proof, 0, sizeof(*proof));
	if (EVP_Digest(hash, strlen(hash), proof->hash_digest, NULL, EVP_sha256(), NULL) != 1)
		return openssl_failed();
	if (!known || verify(host, password, hash, &work, &verdict) < 0) {
		/* What libcrypt could not compute is not held against the user. */
		if (known)
			proof->found = SEIKYO_PASSWORD_FOUND_UNJUDGED;
		result = verify_dummy(host, password, dummy, &work);
	} else if (verdict == SEIKYO_PASSWORD_RIGHT) {
		proof->found = SEIKYO_PASSWORD_FOUND_RIGHT;
		if (renew_to != NULL)
			result = renew(host, password, hash, renew_to, &work, proof->renewed);
	}
	seikyo_secret_wipe(&work, sizeof(work));
	return result;
}

static int open_secret(const struct seikyo_keyring *keyring, const struct seikyo_user *user,
		       struct seikyo_owner owner, struct seikyo_token_secret *secret)
{
	if (user->token_state == SEIKYO_TOKEN_ACTIVE)
		return seikyo_safe_open(user->sealed, user->sealed_len, owner, keyring->safes,
					keyring->safe_count, secret);
	return seikyo_envelope_open(user->sealed, user->sealed_len, user->service_id,
				    user->app_user_id, keyring->envelopes, keyring->envelope_count,
				    secret);
}

static int seal_anew(const struct seikyo_keyring *keyring, const struct seikyo_user *user,
		     struct seikyo_owner owner, const struct seikyo_token_secret *secret,
		     struct seikyo_code_proof *proof)
{
	const struct seikyo_safe_key *key = seikyo_keyring_safe(keyring, user->active_safe_key);
	uint8_t nonce[SEIKYO_NONCE_LEN];
	ssize_t len;

	if (key == NULL)
		return -1;
	if (RAND_bytes(nonce, sizeof(nonce)) != 1)
		return openssl_failed();
	len = seikyo_safe_seal(secret, owner, key, nonce, proof->safe);
	if (len < 0)
		return -1;
	proof->safe_len = (size_t)len;
	return 0;
}

int seikyo_proof_code(const struct seikyo_keyring *keyring, const struct seikyo_user *user,
		      const char *code, struct seikyo_code_proof *proof, const char **why)
{
	const struct seikyo_owner owner = {.token = user->token, .user = user->id};
	const int64_t now = seikyo_totp_step(user->now_us / 1000000, SEIKYO_TOTP_PERIOD);
	struct seikyo_token_secret secret = {0};
	struct seikyo_totp totp;
	int result = -1;

	memset(proof, 0, sizeof(*proof));
	if (open_secret(keyring, user, owner, &secret) < 0) {
		*why = "the token's secret can't be opened with the keys of key_dir";
		goto out;
	}
	totp = (struct seikyo_totp){user->algorithm, user->digits, secret.bytes, secret.len};
	if (seikyo_totp_search(&totp, now, user->drift, user->drift_limit, code, strlen(code),
			       &proof->match) < 0) {
		*why = "the token's codes can't be computed";
		goto out;
	}
	if (user->token_state == SEIKYO_TOKEN_INSTALLED && proof->match.matched &&
	    seal_anew(keyring, user, owner, &secret, proof) < 0) {
		*why = "the token's secret can't be sealed: no such safe key in key_dir, or "
		       "several "
		       "and none named by the policy active_safe_key";
		goto out;
	}
	result = 0;
out:
	seikyo_secret_wipe(&secret, sizeof(secret));
	return result;
}
