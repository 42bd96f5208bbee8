/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Installing a token (R5d): the console makes its secret, seals it to the RADIUS servers, and may
 * give it out once the database has taken it.
 */
#ifndef SEIKYO_CONSOLE_INSTALL_H
#define SEIKYO_CONSOLE_INSTALL_H

#include "admin/store/app.h"
#include "console/console.h"
#include "core/base32.h"
#include "core/seal.h"

/* Bytes of a new secret, whatever the algorithm: the seal comes before the algorithm is known. */
#define SEIKYO_INSTALL_SECRET_LEN 32

/* Digits of a start password (R5a). */
#define SEIKYO_START_MIN 4
#define SEIKYO_START_MAX 8

/* What the user enters on the phone. */
struct seikyo_install {
	const char *service_id;
	const char *app_user_id;
	const char *start_password;
};

/* A token that was installed; whoever holds it wipes it. */
struct seikyo_installed {
	char secret[SEIKYO_BASE32_LEN(SEIKYO_INSTALL_SECRET_LEN) + 1]; /* base32 */
	struct seikyo_app_token token;
};

/*
 * DONE: *installed may be given out, this once. REFUSED: one of the three is wrong, void or of a
 * form that it cannot have; nobody learns which. FAILED: database or keys are away, or service is
 * closed (the log says which); the token may be installed all the same, and *installed is empty.
 */
enum seikyo_call_result seikyo_install(struct seikyo_console *console,
				       const struct seikyo_install *install,
				       struct seikyo_installed *installed);

/* The name of an algorithm as phones know it: "sha256". */
const char *seikyo_install_algorithm(enum seikyo_totp_algorithm algorithm);

#endif
