/* SPDX-License-Identifier: GPL-2.0-only */
#include "leg.h"
#include "proof.h"
#include "seikyo_refusals.h"

#include <stdio.h>
#include <string.h>

/* What the password leg has typed. */
struct typed {
	char password[SEIKYO_TYPED_MAX + 1];
	char code[SEIKYO_TYPED_MAX + 1]; /* empty: none */
	bool impossible;		 /* suffix: there is no code at the end */
};

/* Before the contract's start, where the policy lets the password do (R3). */
static void settle_login(struct seikyo_login *login)
{
	const struct seikyo_user *user = &login->reply->user;
	uint8_t ticket_digest[SEIKYO_TICKET_DIGEST_LEN];
	struct seikyo_seat *seat;
	char text[SEIKYO_REFUSAL_TEXT_MAX];
	int refusal;

	if (seikyo_leg_make_attempt(login, "login", NULL, "") < 0 ||
	    (seikyo_leg_is_console(login) &&
	     seikyo_leg_make_ticket(login, SEIKYO_TICKET_SESSION, ticket_digest) < 0))
		return;
	seat = seikyo_leg_borrow(login);
	if (seat == NULL)
		return;
	refusal = seikyo_leg_settled(
		login, seat,
		seikyo_radius_settle_login(seat->store, &login->settling, user->now_us,
					   login->request->certificate, login->password,
					   seikyo_leg_is_console(login) ? ticket_digest : NULL),
		text);
	if (refusal == 0)
		seikyo_leg_accept(login, "password, before the start date");
	else if (refusal == SEIKYO_REFUSAL_LOCKED)
		seikyo_leg_reject(login, SEIKYO_OUTCOME_OTP_LOCKED, "codes are locked");
	else if (refusal > 0)
		seikyo_leg_expire(login, "the login has become stale");
}

/* The console goes on with the setup: a ticket to issue with, a State for the first code (R5). */
static void open_setup(struct seikyo_login *login, enum seikyo_outcome outcome, const char *reason)
{
	uint8_t digest[SEIKYO_TICKET_DIGEST_LEN];
	struct seikyo_seat *seat;
	char text[SEIKYO_REFUSAL_TEXT_MAX];
	int refusal;

	if (seikyo_leg_make_ticket(login, SEIKYO_TICKET_SETUP, digest) < 0 ||
	    seikyo_leg_make_state(login, SEIKYO_STAGE_SETUP) < 0)
		return;
	seat = seikyo_leg_borrow(login);
	if (seat == NULL)
		return;
	refusal = seikyo_leg_settled(
		login, seat,
		seikyo_radius_open_setup(seat->store, &login->settling, login->reply->user.now_us,
					 login->request->certificate, login->password, digest),
		text);
	if (refusal > 0)
		seikyo_leg_expire(login, "the login has become stale");
	if (refusal != 0)
		return;
	seikyo_leg_challenge(login, outcome, reason);
	login->reply->has_ticket = true;
}

/* No code yet: the console sets up, other clients are told where to (R3). */
static void lead_to_setup(struct seikyo_login *login)
{
	const bool none = login->reply->user.token_state == SEIKYO_TOKEN_NONE;
	const enum seikyo_outcome outcome =
		none ? SEIKYO_OUTCOME_SETUP_REQUIRED : SEIKYO_OUTCOME_FIRST_CODE_REQUIRED;
	const char *reason = none ? "no token" : "token without its first code";

	if (seikyo_leg_is_console(login)) {
		open_setup(login, outcome, reason);
	} else {
		seikyo_leg_reject(login, outcome, reason);
		login->reply->has_setup_url = true;
	}
	login->reply->has_app_ids = !none && login->reply->outcome == outcome;
}

/* What follows the right password: the first that applies. */
enum next {
	NEXT_LOCKED,
	NEXT_NOT_STARTED,
	NEXT_LOGIN, /* without a code: before the start, if the policy lets the password do */
	NEXT_WAIT,
	NEXT_SETUP,
	NEXT_JUDGE, /* the code is here */
	NEXT_ASK,
};

static enum next next_of(const struct seikyo_login *login, const struct typed *typed)
{
	const struct seikyo_user *user = &login->reply->user;
	const bool code = typed->code[0] != '\0';

	if (user->otp_locked)
		return NEXT_LOCKED;
	if (!user->started)
		return user->password_before_start ? NEXT_LOGIN : NEXT_NOT_STARTED;
	if (user->token_state == SEIKYO_TOKEN_NONE && user->reissue_us > user->now_us)
		return NEXT_WAIT;
	if (user->token_state == SEIKYO_TOKEN_ACTIVE)
		return code ? NEXT_JUDGE : NEXT_ASK;
	/* A first code is taken where the setup is done. */
	if (code && user->token_state == SEIKYO_TOKEN_INSTALLED && seikyo_leg_is_console(login))
		return NEXT_JUDGE;
	return NEXT_SETUP;
}

/* login_event's reason where a right password is the end of the login; NULL where a code follows.
 */
static const char *end_of(enum next next)
{
	switch (next) {
	case NEXT_LOCKED:
		return "locked";
	case NEXT_NOT_STARTED:
		return "not-started";
	case NEXT_WAIT:
		return "wait";
	case NEXT_SETUP:
		return "setup";
	case NEXT_LOGIN:
	case NEXT_JUDGE:
	case NEXT_ASK:
	default:
		return NULL;
	}
}

/* unsettled: the password is right, and settled with the code. */
static void go_on(struct seikyo_login *login, enum next next, const struct typed *typed,
		  bool unsettled)
{
	const struct seikyo_code_leg leg = {.code = typed->code, .unsettled = unsettled};

	switch (next) {
	case NEXT_NOT_STARTED:
		seikyo_leg_reject(login, SEIKYO_OUTCOME_NOT_STARTED,
				  "the contract has not started");
		break;
	case NEXT_LOGIN:
		settle_login(login);
		break;
	case NEXT_WAIT:
		seikyo_leg_reject(login, SEIKYO_OUTCOME_REISSUE_WAIT,
				  "token revoked, waiting for re-issue");
		login->reply->reissue_us = login->reply->user.reissue_us;
		break;
	case NEXT_SETUP:
		lead_to_setup(login);
		break;
	case NEXT_JUDGE:
		seikyo_code_judge(login, &leg);
		break;
	case NEXT_ASK:
		seikyo_leg_challenge(login, SEIKYO_OUTCOME_OTP_REQUIRED, "password");
		seikyo_leg_make_state(login, SEIKYO_STAGE_CODE);
		break;
	case NEXT_LOCKED:
	default:
		seikyo_leg_reject(login, SEIKYO_OUTCOME_OTP_LOCKED, "codes are locked");
		break;
	}
}

/*
 * Parts password and code. With suffix, a user who has an active token typed them as one; where no
 * code stands at the end, the password can't be right.
 */
static void part(const struct seikyo_login *login, struct typed *typed)
{
	const struct seikyo_login_request *request = login->request;
	const struct seikyo_user *user = &login->reply->user;
	size_t len;

	snprintf(typed->password, sizeof(typed->password), "%s", request->password);
	if (request->code != NULL) {
		snprintf(typed->code, sizeof(typed->code), "%s", request->code);
		return;
	}
	if (!login->host->code_in_password || request->purpose != SEIKYO_PURPOSE_LOGIN ||
	    !login->reply->known || !user->started || user->token_state != SEIKYO_TOKEN_ACTIVE)
		return;
	len = seikyo_typed_split(request->password, strlen(request->password), user->digits);
	typed->impossible = len == 0;
	if (len == 0)
		return;
	snprintf(typed->code, sizeof(typed->code), "%s", request->password + len);
	seikyo_secret_wipe(typed->password + len, sizeof(typed->password) - len);
}

/* Settles what came of the password. True: it stands. */
static bool settle_password(struct seikyo_login *login, const struct seikyo_password_proof *proof,
			    const char *ends_with)
{
	const struct seikyo_password_facts facts = {
		.found = proof->found,
		.hash_digest = proof->hash_digest,
		.renewed = proof->renewed[0] == '\0' ? NULL : proof->renewed,
		.ends_with = ends_with,
		.cleared = login->reply->known && !login->reply->user.closed &&
			   !login->reply->user.password_dirty,
	};
	struct seikyo_seat *seat = seikyo_leg_borrow(login);
	char text[SEIKYO_REFUSAL_TEXT_MAX];
	int refusal;

	if (seat == NULL)
		return false;
	refusal = seikyo_leg_settled(
		login, seat, seikyo_radius_settle_password(seat->store, &login->settling, &facts),
		text);
	if (refusal > 0)
		seikyo_leg_reject(login, SEIKYO_OUTCOME_NONE,
				  refusal == SEIKYO_REFUSAL_LOCKED
					  ? "the password is locked"
					  : "name, password or certificate");
	return refusal == 0 && proof->found == SEIKYO_PASSWORD_FOUND_RIGHT;
}

/* A stronger hash is made only for who gets on: it takes as long as another look at the password.
 */
static bool may_renew(const struct seikyo_login_reply *reply)
{
	return reply->known && !reply->user.closed && !reply->user.password_locked &&
	       !reply->user.certificate_refused;
}

static int prove_password(struct seikyo_login *login, const struct typed *typed,
			  struct seikyo_password_proof *proof)
{
	const struct seikyo_login_reply *reply = login->reply;

	if (seikyo_proof_password(login->host, typed->password,
				  reply->known ? reply->user.password_hash : "", login->dummy,
				  may_renew(reply) ? &reply->user : NULL, proof) < 0) {
		seikyo_leg_fail(login, "the password could not be hashed");
		return -1;
	}
	if (typed->impossible)
		proof->found = SEIKYO_PASSWORD_FOUND_WRONG;
	if (reply->known && reply->user.certificate_refused)
		proof->found = SEIKYO_PASSWORD_FOUND_UNJUDGED;
	memcpy(login->password, proof->hash_digest, sizeof(login->password));
	return 0;
}

/*
 * Password and code in one request, nothing counted and nothing to renew: settling the code settles
 * the password too, in one transaction.
 */
static bool settles_as_one(const struct seikyo_login *login, enum next next,
			   const struct seikyo_password_proof *proof)
{
	const struct seikyo_user *user = &login->reply->user;

	return login->reply->known && next == NEXT_JUDGE &&
	       proof->found == SEIKYO_PASSWORD_FOUND_RIGHT && proof->renewed[0] == '\0' &&
	       !user->password_dirty && !user->closed;
}

static void judge_password(struct seikyo_login *login, const struct typed *typed)
{
	const enum next next = next_of(login, typed);
	struct seikyo_password_proof proof = {0};

	if (seikyo_leg_make_attempt(login, "password", NULL, login->request->password) == 0 &&
	    prove_password(login, typed, &proof) == 0) {
		if (settles_as_one(login, next, &proof))
			go_on(login, next, typed, true);
		else if (settle_password(login, &proof, end_of(next)))
			go_on(login, next, typed, false);
	}
	seikyo_secret_wipe(&proof, sizeof(proof));
}

void seikyo_password_leg(struct seikyo_login *login)
{
	struct typed typed = {0};

	if (!seikyo_leg_find_user(login))
		return;
	part(login, &typed);
	judge_password(login, &typed);
	seikyo_secret_wipe(&typed, sizeof(typed));
}
