/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The console's RADIUS client (RFC 2865): what a person has typed goes to the servers, their
 * verdict comes back. A reply counts only with a right Message-Authenticator (RFC 3579 section
 * 3.2) and a right Response Authenticator; anything else is dropped, and the true reply waited for.
 *
 * One thread, one process, opened once in it: libfreeradius-radius has one dictionary, which can't
 * be loaded a second time.
 */
#ifndef SEIKYO_CONSOLE_RADIUS_H
#define SEIKYO_CONSOLE_RADIUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/outcome.h"
#include "core/seal.h"
#include "core/state.h"
#include "core/ticket.h"

#define SEIKYO_RADIUS_ERROR_MAX	     2048
#define SEIKYO_RADIUS_TYPED_MAX	     128 /* bytes of a login id and of what is typed */
#define SEIKYO_RADIUS_STATE_MAX	     253
#define SEIKYO_RADIUS_REQUEST_ID_MAX 16

/* Everything is the caller's, and read while it is asked only. */
struct seikyo_question {
	enum seikyo_purpose purpose; /* CONSOLE or CONFIRMATION */
	const char *login_id;	     /* 1 to 128 bytes of UTF-8, as what is typed */
	const char *password;	     /* password, code or confirmation password */
	const uint8_t *state;	     /* of the reply before; NULL on the first leg */
	size_t state_len;
	const uint8_t *certificate;    /* of SEIKYO_DIGEST_LEN: SHA-256 of the DER; or NULL */
	const uint8_t *attempt;	       /* of SEIKYO_ATTEMPT_LEN: the same for a repetition */
	const uint8_t *session_digest; /* of SEIKYO_DIGEST_LEN with CONFIRMATION, or else NULL */
};

/* The zero: nothing is known of the verdict, which may have been settled all the same. */
enum seikyo_answer_kind {
	SEIKYO_ANSWER_NONE = 0,
	SEIKYO_ANSWER_REJECT,
	SEIKYO_ANSWER_CHALLENGE, /* always has a State */
	SEIKYO_ANSWER_ACCEPT,	 /* always with SEIKYO_OUTCOME_ACCEPTED, which only it has */
};

/* Holds State and ticket: to be wiped by the caller. */
struct seikyo_answer {
	enum seikyo_answer_kind kind;
	unsigned outcome; /* enum seikyo_outcome */
	uint8_t state[SEIKYO_RADIUS_STATE_MAX];
	size_t state_len; /* 0: none */
	bool has_ticket;
	uint8_t ticket[SEIKYO_TICKET_LEN];
	int tries_left;	    /* -1: not said */
	int64_t reissue_at; /* seconds since 1970; 0: not said */
	/* Printable ASCII; "": not said. */
	char service_id[SEIKYO_SERVICE_ID_MAX + 1];
	char app_user_id[SEIKYO_APP_USER_ID_LEN + 1];
	char request_id[SEIKYO_RADIUS_REQUEST_ID_MAX + 1];
};

struct seikyo_radius;

/*
 * Readies a client; no packet is sent. servers: 1 to 8 of ADDRESS:PORT or [ADDRESS]:PORT, blanks
 * between, in the order in which they are asked. secret: the one that all of them know this client
 * by. source: the address to send from, or "". dictionary_dir: a folder with a file `dictionary`
 * that holds or includes dictionary.seikyo; of the standard attributes those that are needed are
 * added where it lacks them. timeout_ms: how long each server is waited for, 1 to 60000.
 *
 * Gives 0 and *radius, to be closed by seikyo_radius_close; or -1, *radius NULL and a sentence for
 * people in error, never with the secret in it.
 */
int seikyo_radius_open(struct seikyo_radius **radius, const char *servers, const char *secret,
		       const char *source, const char *dictionary_dir, unsigned timeout_ms,
		       char error[static SEIKYO_RADIUS_ERROR_MAX]);

/* Wipes and frees. Takes NULL. */
void seikyo_radius_close(struct seikyo_radius *radius);

/*
 * Asks the servers one after the other, each once, until one has answered: the one that answered
 * last first, each with the same State and Seikyo-Attempt, so that the verdict is one whoever
 * settles it. Comes back after timeout_ms for each server at most. *answer is filled in whatever
 * comes. Its kind is NONE, with all else empty, if no server answered in time; if the question is
 * not one that can be asked (nothing is sent then); or if an answer says what it may not.
 */
void seikyo_radius_ask(struct seikyo_radius *radius, const struct seikyo_question *question,
		       struct seikyo_answer *answer);

/*
 * After NONE: one line for the log, English: which servers were asked and what each did. Nothing
 * of question, answer or secret is in it. "" after any other answer. Good until the next call.
 */
const char *seikyo_radius_error(const struct seikyo_radius *radius);

#endif
