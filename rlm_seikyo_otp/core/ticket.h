/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attempts and tickets (DESIGN sections 4 and 6). An attempt id names one try of one person: a
 * repetition has the same one, at any server. A ticket is what the console shows the database to
 * prove what a person has just proved here; it follows from the attempt, so a repetition gets the
 * same one.
 */
#ifndef SEIKYO_TICKET_H
#define SEIKYO_TICKET_H

#include <stddef.h>
#include <stdint.h>

#include "mac.h"

#define SEIKYO_ATTEMPT_LEN	 16
#define SEIKYO_TICKET_LEN	 16
#define SEIKYO_TICKET_DIGEST_LEN 32

enum seikyo_ticket_purpose {
	SEIKYO_TICKET_SESSION = 1,
	SEIKYO_TICKET_SETUP,
	SEIKYO_TICKET_CONFIRM,
};

/* What makes two tries the same. */
struct seikyo_attempt {
	const char *leg;	  /* "password", "code", "confirmation" */
	uint64_t user;		  /* 0: unknown */
	struct seikyo_bytes name; /* as typed */
	struct seikyo_bytes client_group;
	struct seikyo_bytes state_nonce; /* empty without a State */
	struct seikyo_bytes typed;	 /* password or code, or both, as typed */
	struct seikyo_bytes token;	 /* Seikyo-Attempt, or else the Request Authenticator */
};

/* Gives 0, or -1 with id wiped. */
int seikyo_attempt_id(const struct seikyo_mac *mac, const struct seikyo_attempt *attempt,
		      uint8_t id[static SEIKYO_ATTEMPT_LEN]);

/* The ticket of an attempt. Gives 0, or -1 with ticket wiped. */
int seikyo_ticket_make(const struct seikyo_mac *mac, enum seikyo_ticket_purpose purpose,
		       const uint8_t attempt[static SEIKYO_ATTEMPT_LEN],
		       uint8_t ticket[static SEIKYO_TICKET_LEN]);

/* SHA-256 of a ticket: the form that the database keeps. Gives 0 or -1. */
int seikyo_ticket_digest(const uint8_t ticket[static SEIKYO_TICKET_LEN],
			 uint8_t digest[static SEIKYO_TICKET_DIGEST_LEN]);

#endif
