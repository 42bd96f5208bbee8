/* SPDX-License-Identifier: GPL-2.0-only */
#include "leg.h"
#include "proof.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STALE_MS 500 /* how long connections that lay idle are tried one after the other */

void seikyo_leg_reject(struct seikyo_login *login, enum seikyo_outcome outcome, const char *reason)
{
	login->reply->answer = SEIKYO_ANSWER_REJECT;
	login->reply->outcome = outcome;
	login->reply->reason = reason;
}

void seikyo_leg_expire(struct seikyo_login *login, const char *reason)
{
	seikyo_leg_reject(login, SEIKYO_OUTCOME_NONE, reason);
	login->reply->expired = true;
}

void seikyo_leg_fail(struct seikyo_login *login, const char *reason)
{
	login->reply->answer = SEIKYO_ANSWER_FAIL;
	login->reply->outcome = SEIKYO_OUTCOME_NONE;
	login->reply->reason = reason;
}

void seikyo_leg_challenge(struct seikyo_login *login, enum seikyo_outcome outcome,
			  const char *reason)
{
	login->reply->answer = SEIKYO_ANSWER_CHALLENGE;
	login->reply->outcome = outcome;
	login->reply->reason = reason;
	login->reply->has_state = true;
}

struct seikyo_seat *seikyo_leg_borrow(struct seikyo_login *login)
{
	struct seikyo_seat *seat = login->host->borrow(login->host->context);

	if (seat == NULL)
		seikyo_leg_fail(login, "no connection to the database");
	return seat;
}

/* Gives a seat back after a call, and keeps what the call left to say. */
static void give_back(struct seikyo_login *login, struct seikyo_seat *seat,
		      enum seikyo_call_result called)
{
	if (called == SEIKYO_CALL_FAILED) {
		seikyo_leg_fail(login, "the database failed");
		snprintf(login->reply->detail, sizeof(login->reply->detail), "%s",
			 seikyo_store_error(seat->store));
	}
	login->host->give_back(login->host->context, seat);
}

bool seikyo_login_clocks_agree(const struct seikyo_login_host *host, int64_t now_us)
{
	const int64_t limit = host->max_clock_difference_us;
	struct timespec now;

	if (limit == 0)
		return true;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return false;
	return llabs((int64_t)now.tv_sec * SEIKYO_US_PER_SECOND + now.tv_nsec / 1000 - now_us) <=
	       limit;
}

int64_t seikyo_monotonic_ms(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static enum seikyo_call_result find_once(struct seikyo_login *login, int64_t began, bool *stale)
{
	struct seikyo_login_reply *reply = login->reply;
	struct seikyo_seat *seat = seikyo_leg_borrow(login);
	enum seikyo_call_result called;

	*stale = false;
	if (seat == NULL)
		return SEIKYO_CALL_FAILED;
	called = seikyo_radius_find(seat->store, login->request->name, login->request->certificate,
				    &reply->user, &reply->known);
	*stale = called == SEIKYO_CALL_FAILED && seat->opened_ms < began;
	login->clock_differs = called == SEIKYO_CALL_DONE &&
			       !seikyo_login_clocks_agree(login->host, reply->user.now_us);
	seat->clock_differs = login->clock_differs;
	give_back(login, seat, called);
	return called;
}

/*
 * Reading may be repeated, and must be: after a restart of the database every connection that lay
 * idle fails once. A connection opened just now that fails, or one that takes its time, ends the
 * search.
 */
bool seikyo_leg_find_user(struct seikyo_login *login)
{
	const int64_t began = seikyo_monotonic_ms();
	enum seikyo_call_result called;
	bool stale;

	do {
		called = find_once(login, began, &stale);
	} while (stale && seikyo_monotonic_ms() < began + STALE_MS);
	if (called != SEIKYO_CALL_DONE)
		return false;
	/*
	 * What a try before noted is over. This answer stands only where an attempt was settled as
	 * right, and is repeated after the hash has changed.
	 */
	seikyo_leg_reject(login, SEIKYO_OUTCOME_NONE, "the password was changed meanwhile");
	login->reply->detail[0] = '\0';
	if (login->clock_differs) {
		seikyo_leg_fail(login,
				"this machine's clock and the database's differ by more than "
				"max_clock_difference");
		return false;
	}
	if (seikyo_proof_dummy(login->host->keyring, login->request->name,
			       login->reply->user.hash_formats, login->dummy) < 0) {
		seikyo_leg_fail(login, "OpenSSL failed");
		return false;
	}
	login->settling.user = login->reply->known ? login->reply->user.id : 0;
	return true;
}

int seikyo_leg_make_attempt(struct seikyo_login *login, const char *leg, const uint8_t *state_nonce,
			    const char *typed)
{
	const struct seikyo_login_request *request = login->request;
	const struct seikyo_attempt attempt = {
		.leg = leg,
		.user = login->settling.user,
		.name = {request->name, strlen(request->name)},
		.client_group = {request->client, strlen(request->client)},
		.state_nonce = {state_nonce, state_nonce == NULL ? 0 : SEIKYO_STATE_NONCE_LEN},
		.typed = {typed, strlen(typed)},
		.token = request->attempt,
	};

	if (seikyo_attempt_id(&login->host->keyring->mac, &attempt, login->settling.attempt) == 0)
		return 0;
	seikyo_leg_fail(login, "OpenSSL failed");
	return -1;
}

/* Makes this attempt's ticket and gives its digest; it goes out only if has_ticket is set. */
int seikyo_leg_make_ticket(struct seikyo_login *login, enum seikyo_ticket_purpose purpose,
			   uint8_t digest[static SEIKYO_TICKET_DIGEST_LEN])
{
	uint8_t *ticket = login->reply->ticket;

	if (seikyo_ticket_make(&login->host->keyring->mac, purpose, login->settling.attempt,
			       ticket) == 0 &&
	    seikyo_ticket_digest(ticket, digest) == 0)
		return 0;
	seikyo_leg_fail(login, "OpenSSL failed");
	return -1;
}

/* A State of this request's for the next one. */
int seikyo_leg_make_state(struct seikyo_login *login, enum seikyo_stage stage)
{
	struct seikyo_state state = {
		.purpose = (uint8_t)login->request->purpose,
		.stage = (uint8_t)stage,
		.user = login->reply->user.id,
		.issued = login->reply->user.now_us,
	};

	memcpy(state.nonce, login->nonce, sizeof(state.nonce));
	memcpy(state.password, login->password, sizeof(state.password));
	memcpy(state.group, login->group, sizeof(state.group));
	if (login->request->certificate != NULL)
		memcpy(state.certificate, login->request->certificate, sizeof(state.certificate));
	if (seikyo_state_encode(&state, &login->host->keyring->mac, login->reply->state) == 0)
		return 0;
	seikyo_leg_fail(login, "OpenSSL failed");
	return -1;
}

bool seikyo_leg_is_console(const struct seikyo_login *login)
{
	return login->request->purpose == SEIKYO_PURPOSE_CONSOLE;
}

/*
 * The logins before this one. Where the attempt was accepted already, this login is the newest of
 * the row that was read, and is passed over, so that a repetition is told the same.
 */
void seikyo_leg_accept(struct seikyo_login *login, const char *reason)
{
	struct seikyo_login_reply *reply = login->reply;
	const size_t skip = seikyo_user_has_accepted(&reply->user, login->settling.attempt) ? 1 : 0;

	memcpy(reply->last_login_us, reply->user.last_login_us + skip,
	       sizeof(reply->last_login_us));
	reply->answer = SEIKYO_ANSWER_ACCEPT;
	reply->outcome = SEIKYO_OUTCOME_ACCEPTED;
	reply->reason = reason;
	reply->has_ticket = seikyo_leg_is_console(login);
}

/* The answer to a settled call of any kind. Gives its refusal, 0 for none; < 0: failed. */
int seikyo_leg_settled(struct seikyo_login *login, struct seikyo_seat *seat,
		       enum seikyo_call_result called, char text[static SEIKYO_REFUSAL_TEXT_MAX])
{
	const char *words = "";
	int refusal = seikyo_call_refusal(seat->store, &words);

	snprintf(text, SEIKYO_REFUSAL_TEXT_MAX, "%s", words);
	give_back(login, seat, called);
	switch (called) {
	case SEIKYO_CALL_DONE:
		return 0;
	case SEIKYO_CALL_REFUSED:
		return refusal;
	case SEIKYO_CALL_FAILED:
	default:
		return -1;
	}
}
