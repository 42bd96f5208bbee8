/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looking at what a person typed: a password against its hash, a code against the token's secret.
 * Only facts; the verdict is the database's.
 */
#ifndef SEIKYO_PROOF_H
#define SEIKYO_PROOF_H

#include "login.h"

/* The hash that a password was looked at against. */
struct seikyo_password_proof {
	enum seikyo_password_found found;
	uint8_t hash_digest[SEIKYO_DIGEST_LEN]; /* SHA-256 of the hash */
	char renewed[SEIKYO_HASH_MAX + 1];	/* stronger one of the same password, or empty */
};

/* A code, looked for in the token's steps. */
struct seikyo_code_proof {
	struct seikyo_totp_match match;
	uint8_t safe[SEIKYO_SAFE_MAX]; /* the secret sealed anew, with a first code */
	size_t safe_len;	       /* 0: it was sealed like this already */
};

/*
 * The dummy hash for a login id: in one of the formats in use, chosen by the keyring's key. Gives 0
 * or -1.
 */
int seikyo_proof_dummy(const struct seikyo_keyring *keyring, const char *name, const char *formats,
		       char hash[static SEIKYO_HASH_MAX + 1]);

/*
 * Hashes password against hash, or, where hash is empty, of no known format or beyond libcrypt,
 * against dummy, and never finds it right then; UNJUDGED where libcrypt could not compute a hash of
 * known format (no memory for it, say). renew_to, if not NULL: the user whose policy says
 * how a weaker hash is renewed. Gives 0, or -1 (libcrypt or OpenSSL failed).
 */
int seikyo_proof_password(const struct seikyo_login_host *host, const char *password,
			  const char *hash, const char *dummy, const struct seikyo_user *renew_to,
			  struct seikyo_password_proof *proof);

/*
 * Looks for code among the steps of user's token, installed or active. Gives 0; or -1 with a
 * constant text in *why: the secret can't be opened or sealed.
 */
int seikyo_proof_code(const struct seikyo_keyring *keyring, const struct seikyo_user *user,
		      const char *code, struct seikyo_code_proof *proof, const char **why);

#endif
