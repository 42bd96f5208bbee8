/* SPDX-License-Identifier: GPL-2.0-only */
#include "leg.h"
#include "proof.h"
#include "seikyo_refusals.h"

static void settle_confirmation(struct seikyo_login *login,
				const struct seikyo_password_proof *proof)
{
	const struct seikyo_password_facts facts = {.found = proof->found,
						    .hash_digest = proof->hash_digest};
	uint8_t digest[SEIKYO_TICKET_DIGEST_LEN];
	struct seikyo_seat *seat;
	char text[SEIKYO_REFUSAL_TEXT_MAX];
	int refusal;

	if (seikyo_leg_make_ticket(login, SEIKYO_TICKET_CONFIRM, digest) < 0)
		return;
	seat = seikyo_leg_borrow(login);
	if (seat == NULL)
		return;
	refusal = seikyo_leg_settled(
		login, seat,
		seikyo_radius_settle_confirmation(seat->store, &login->settling, &facts,
						  login->request->session, digest),
		text);
	if (refusal > 0) {
		seikyo_leg_reject(login, SEIKYO_OUTCOME_NONE,
				  refusal == SEIKYO_REFUSAL_LOCKED
					  ? "the confirmation password is locked"
					  : "confirmation password");
	} else if (refusal == 0 && proof->found == SEIKYO_PASSWORD_FOUND_RIGHT) {
		login->reply->answer = SEIKYO_ANSWER_ACCEPT;
		login->reply->outcome = SEIKYO_OUTCOME_ACCEPTED;
		login->reply->reason = "confirmation password";
		login->reply->has_ticket = true;
	}
}

void seikyo_confirmation_leg(struct seikyo_login *login)
{
	const struct seikyo_user *user = &login->reply->user;
	struct seikyo_password_proof proof;

	if (!seikyo_leg_find_user(login) ||
	    seikyo_leg_make_attempt(login, "confirmation", NULL, login->request->password) < 0)
		return;
	if (seikyo_proof_password(login->host, login->request->password,
				  login->reply->known ? user->confirmation_hash : "", login->dummy,
				  NULL, &proof) < 0) {
		seikyo_leg_fail(login, "the password could not be hashed");
		return;
	}
	settle_confirmation(login, &proof);
	seikyo_secret_wipe(&proof, sizeof(proof));
}
