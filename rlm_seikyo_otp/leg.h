/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the legs of a login share: a request on its way through, and the reply that grows from it.
 * Only login.c and the *_leg.c include this.
 */
#ifndef SEIKYO_LEG_H
#define SEIKYO_LEG_H

#include "login.h"

#define SEIKYO_US_PER_SECOND 1000000

struct seikyo_login {
	const struct seikyo_login_host *host;
	const struct seikyo_login_request *request;
	struct seikyo_login_reply *reply;
	struct seikyo_settling settling;
	uint8_t nonce[SEIKYO_STATE_NONCE_LEN];
	uint8_t group[SEIKYO_GROUP_DIGEST_LEN];
	uint8_t password[SEIKYO_DIGEST_LEN]; /* SHA-256 of the hash that it was looked at against */
	char dummy[SEIKYO_HASH_MAX + 1];
	bool clock_differs; /* this machine's and the database's, as found with the user */
};

/* A code to be settled. */
struct seikyo_code_leg {
	const char *code;
	const struct seikyo_state *state; /* NULL: password and code came in one request */
	bool unsettled;			  /* the password is right, but not settled by itself */
};

/* The legs. Each makes the reply whole. */
void seikyo_password_leg(struct seikyo_login *login);
void seikyo_code_leg(struct seikyo_login *login, const struct seikyo_state *state);
void seikyo_confirmation_leg(struct seikyo_login *login);

/* Looks for the code, settles what came of it, and makes the reply. */
void seikyo_code_judge(struct seikyo_login *login, const struct seikyo_code_leg *leg);

/* The reply's answer; reason is constant and goes to the log. */
void seikyo_leg_reject(struct seikyo_login *login, enum seikyo_outcome outcome, const char *reason);
void seikyo_leg_expire(struct seikyo_login *login, const char *reason);
void seikyo_leg_fail(struct seikyo_login *login, const char *reason);
void seikyo_leg_challenge(struct seikyo_login *login, enum seikyo_outcome outcome,
			  const char *reason);
void seikyo_leg_accept(struct seikyo_login *login, const char *reason);

bool seikyo_leg_is_console(const struct seikyo_login *login);

/* A connection for one call; NULL with the reply made to fail. seikyo_leg_settled gives it back. */
struct seikyo_seat *seikyo_leg_borrow(struct seikyo_login *login);

/*
 * Gives the connection of a call back. 0: done; above: the refusal's number, with its words in
 * text; below: it failed, and so does the reply.
 */
int seikyo_leg_settled(struct seikyo_login *login, struct seikyo_seat *seat,
		       enum seikyo_call_result called, char text[static SEIKYO_REFUSAL_TEXT_MAX]);

/* Reads the user into the reply, and makes the dummy hash. False: the reply is made to fail. */
bool seikyo_leg_find_user(struct seikyo_login *login);

/* Each gives 0, or -1 with the reply made to fail. */
int seikyo_leg_make_attempt(struct seikyo_login *login, const char *leg, const uint8_t *state_nonce,
			    const char *typed);
/* This attempt's ticket, and its digest; it is sent only if the reply's has_ticket is set. */
int seikyo_leg_make_ticket(struct seikyo_login *login, enum seikyo_ticket_purpose purpose,
			   uint8_t digest[static SEIKYO_TICKET_DIGEST_LEN]);
/* A State of this request's for the next; it is sent only if has_state is set. */
int seikyo_leg_make_state(struct seikyo_login *login, enum seikyo_stage stage);

#endif
