/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Time-based one-time passwords (RFC 6238 over RFC 4226), and the search for the step that a
 * typed code belongs to.
 */
#ifndef SEIKYO_TOTP_H
#define SEIKYO_TOTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEIKYO_TOTP_PERIOD     60 /* seconds a code stands for (R1) */
#define SEIKYO_TOTP_DIGITS_MIN 6
#define SEIKYO_TOTP_DIGITS_MAX 8
#define SEIKYO_TOTP_SECRET_MIN 16 /* bytes; RFC 4226 section 4, R6 */
#define SEIKYO_TOTP_SECRET_MAX 64
#define SEIKYO_TOTP_DRIFT_MAX  5 /* steps; the bound of the policy drift_limit */

/* The zero is no algorithm: it fails. */
enum seikyo_totp_algorithm {
	SEIKYO_TOTP_NONE = 0,
	SEIKYO_TOTP_SHA1,
	SEIKYO_TOTP_SHA256,
	SEIKYO_TOTP_SHA512,
};

struct seikyo_totp {
	enum seikyo_totp_algorithm algorithm;
	unsigned digits; /* 6 to 8 */
	const uint8_t *secret;
	size_t secret_len;
};

struct seikyo_totp_match {
	bool matched;
	int64_t step; /* the highest of the candidates that the code stands for */
	int drift;    /* step - now, in -limit .. limit */
};

/* From "sha1", "sha256" or "sha512"; anything else gives SEIKYO_TOTP_NONE. */
enum seikyo_totp_algorithm seikyo_totp_algorithm_from(const char *name);

/* The step that unix_seconds lies in: floor(seconds / period), also before 1970. */
int64_t seikyo_totp_step(int64_t unix_seconds, unsigned period);

/*
 * The code of one step, digits characters and a NUL. Gives 0, or -1 (an impossible parameter
 * or a failure of the crypto library) with out empty.
 */
int seikyo_totp_code(const struct seikyo_totp *totp, int64_t step,
		     char out[static SEIKYO_TOTP_DIGITS_MAX + 1]);

/* True if code is exactly digits ASCII digits: the only form in which a code is looked at. */
bool seikyo_totp_well_formed(const char *code, size_t len, unsigned digits);

/*
 * Looks for the code among the steps now + {-1, 0, 1} and now + drift + {-1, 0, 1}, none
 * further than limit from now. Every candidate is computed and compared, whichever matches, and
 * the highest match is reported, so that no later step carries the same code once it is burnt.
 * A code that is not well formed matches nothing. Gives 0 with *match filled in (all zero without a
 * match), or -1 with it all zero: an impossible parameter (now before 1970 and a limit outside
 * 0 .. SEIKYO_TOTP_DRIFT_MAX too) or a failure of the crypto library.
 */
int seikyo_totp_search(const struct seikyo_totp *totp, int64_t now, int drift, int limit,
		       const char *code, size_t code_len, struct seikyo_totp_match *match);

#endif
