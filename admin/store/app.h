/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The phone app's procedure (app_*), called by the console.
 */
#ifndef SEIKYO_ADMIN_APP_H
#define SEIKYO_ADMIN_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/totp.h"
#include "store/call.h"

#define SEIKYO_APP_DIGEST_LEN 32

/* Texts as they were sent, valid UTF-8. */
struct seikyo_app_install {
	const char *service_id;
	const char *app_user_id;
	const uint8_t *digest; /* SEIKYO_APP_DIGEST_LEN bytes: HMAC-SHA-256 of the start password */
	const uint8_t *envelope; /* the secret, sealed to the RADIUS servers with both ids */
	size_t envelope_len;
};

/* What the phone needs beside the secret. */
struct seikyo_app_token {
	enum seikyo_totp_algorithm algorithm;
	uint32_t digits;
	uint32_t period;    /* seconds */
	bool standard_apps; /* policy: the token may go to a standard authenticator app */
};

/*
 * The phone fetches its token (R5d), once. DONE: the secret may be given out; *token is all zero
 * otherwise. Refused (install) whatever of the three is wrong; (envelope): it can't be one. FAILED:
 * it may have been installed all the same, the secret must not go out.
 */
enum seikyo_call_result seikyo_app_install(struct seikyo_store *store,
					   const struct seikyo_app_install *install,
					   struct seikyo_app_token *token);

#endif
