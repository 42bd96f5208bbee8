/* SPDX-License-Identifier: GPL-2.0-only */
#include "leg.h"
#include "proof.h"
#include "seikyo_refusals.h"

#include <stdlib.h>
#include <string.h>

/* Asks for another code, with the State of before, or one of this request's. */
static void ask_again(struct seikyo_login *login, const struct seikyo_code_leg *leg,
		      enum seikyo_outcome outcome, const char *reason)
{
	if (login->host->code_in_password && leg->state == NULL && !seikyo_leg_is_console(login)) {
		seikyo_leg_reject(login, outcome, reason);
		return;
	}
	seikyo_leg_challenge(login, outcome, reason);
	if (leg->state == NULL)
		seikyo_leg_make_state(login, SEIKYO_STAGE_CODE);
	else
		memcpy(login->reply->state, login->request->state.data, SEIKYO_STATE_LEN);
}

static void refuse_code(struct seikyo_login *login, const struct seikyo_code_leg *leg, int refusal,
			const char *text)
{
	switch (refusal) {
	case SEIKYO_REFUSAL_WRONG:
		login->reply->tries_left = atoi(text);
		ask_again(login, leg, SEIKYO_OUTCOME_OTP_WRONG, "wrong code");
		break;
	case SEIKYO_REFUSAL_USED:
		ask_again(login, leg, SEIKYO_OUTCOME_OTP_USED, "code used before");
		break;
	case SEIKYO_REFUSAL_LOCKED:
		seikyo_leg_reject(login, SEIKYO_OUTCOME_OTP_LOCKED, "codes are locked");
		break;
	case SEIKYO_REFUSAL_STALE:
		/* A password that is not settled by itself may be locked by now: nothing may tell.
		 */
		if (leg->unsettled)
			seikyo_leg_reject(login, SEIKYO_OUTCOME_NONE,
					  "the login has become stale, or the password is locked");
		else
			seikyo_leg_expire(login, "the login has become stale");
		break;
	case SEIKYO_REFUSAL_RETIRED_KEY:
		seikyo_leg_fail(login, "the safe key to seal under is retired");
		break;
	default:
		seikyo_leg_fail(login, "the database refused for a reason unknown here");
		break;
	}
}

static void settle_code(struct seikyo_login *login, const struct seikyo_code_leg *leg,
			const struct seikyo_code_proof *proof)
{
	const struct seikyo_user *user = &login->reply->user;
	uint8_t ticket_digest[SEIKYO_TICKET_DIGEST_LEN];
	struct seikyo_seat *seat;
	char text[SEIKYO_REFUSAL_TEXT_MAX];
	int refusal;
	const struct seikyo_code_facts facts = {
		.token = user->token,
		.state_us = leg->state == NULL ? user->now_us : leg->state->issued,
		.matched = proof->match.matched,
		.step = proof->match.step,
		.drift = proof->match.drift,
		.first_request = leg->state == NULL ? NULL : leg->state->nonce,
		.certificate = login->request->certificate,
		.hash_digest = login->password,
		.safe = proof->safe_len == 0 ? NULL : proof->safe,
		.safe_len = proof->safe_len,
		.ticket_digest = seikyo_leg_is_console(login) ? ticket_digest : NULL,
	};

	if (seikyo_leg_is_console(login) &&
	    seikyo_leg_make_ticket(login, SEIKYO_TICKET_SESSION, ticket_digest) < 0)
		return;
	seat = seikyo_leg_borrow(login);
	if (seat == NULL)
		return;
	refusal = seikyo_leg_settled(
		login, seat, seikyo_radius_settle_code(seat->store, &login->settling, &facts),
		text);
	if (refusal == 0)
		seikyo_leg_accept(login, user->token_state == SEIKYO_TOKEN_INSTALLED ? "first code"
										     : "code");
	else if (refusal > 0)
		refuse_code(login, leg, refusal, text);
}

void seikyo_code_judge(struct seikyo_login *login, const struct seikyo_code_leg *leg)
{
	struct seikyo_code_proof proof = {0};
	const char *why = NULL;

	if (seikyo_leg_make_attempt(login, "code", leg->state == NULL ? NULL : leg->state->nonce,
				    leg->code) < 0)
		return;
	if (login->reply->user.token_state >= SEIKYO_TOKEN_INSTALLED &&
	    seikyo_proof_code(login->host->keyring, &login->reply->user, leg->code, &proof, &why) <
		    0)
		seikyo_leg_fail(login, why);
	else
		settle_code(login, leg, &proof);
	seikyo_secret_wipe(&proof, sizeof(proof));
}

static bool same_certificate(const struct seikyo_login *login, const struct seikyo_state *state)
{
	static const uint8_t none[SEIKYO_DIGEST_LEN];
	const uint8_t *shown = login->request->certificate;

	return memcmp(state->certificate, shown == NULL ? none : shown, SEIKYO_DIGEST_LEN) == 0;
}

static bool too_old(const struct seikyo_user *user, const struct seikyo_state *state)
{
	const int64_t life =
		state->stage == SEIKYO_STAGE_SETUP ? user->setup_seconds : user->state_seconds;

	return user->now_us - state->issued > life * SEIKYO_US_PER_SECOND ||
	       user->now_us < state->issued;
}

void seikyo_code_leg(struct seikyo_login *login, const struct seikyo_state *state)
{
	const struct seikyo_user *user = &login->reply->user;
	const struct seikyo_code_leg leg = {.code = login->request->password, .state = state};

	memcpy(login->password, state->password, sizeof(login->password));
	if (!seikyo_leg_find_user(login))
		return;
	if (!login->reply->known || user->id != state->user) {
		login->reply->known = false;
		seikyo_leg_reject(login, SEIKYO_OUTCOME_NONE, "State of another user");
		return;
	}
	if (!same_certificate(login, state)) {
		seikyo_leg_reject(login, SEIKYO_OUTCOME_CERTIFICATE_REFUSED,
				  "not the certificate that the login began with");
	} else if (too_old(user, state)) {
		seikyo_leg_expire(login, "State too old");
	} else if (state->stage == SEIKYO_STAGE_SETUP && !user->otp_locked &&
		   user->token_state < SEIKYO_TOKEN_INSTALLED && !user->closed &&
		   !user->certificate_refused && state->issued >= user->states_from_us) {
		ask_again(login, &leg,
			  user->token_state == SEIKYO_TOKEN_NONE
				  ? SEIKYO_OUTCOME_SETUP_REQUIRED
				  : SEIKYO_OUTCOME_FIRST_CODE_REQUIRED,
			  "code before the app has its token");
		login->reply->has_app_ids = user->token_state != SEIKYO_TOKEN_NONE;
	} else {
		seikyo_code_judge(login, &leg);
	}
}
