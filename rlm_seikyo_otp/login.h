/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A login, from what a client sent to what it is told (DESIGN sections 4, 6 and 7). Knows no host:
 * where connections come from, and how many hashes may run, the host says.
 */
#ifndef SEIKYO_LOGIN_H
#define SEIKYO_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/typed.h"
#include "store/keyring.h"
#include "core/outcome.h"
#include "store/radius.h"

#define SEIKYO_AUTHENTICATOR_LEN 16
#define SEIKYO_REQUEST_ID_TEXT	 (2 * SEIKYO_REQUEST_ID_LEN + 1)

/* What is sent back. The zero denies; FAIL: an error of ours, nothing is sent. */
enum seikyo_answer {
	SEIKYO_ANSWER_REJECT = 0,
	SEIKYO_ANSWER_FAIL,
	SEIKYO_ANSWER_CHALLENGE,
	SEIKYO_ANSWER_ACCEPT,
};

/* One connection. */
struct seikyo_seat {
	struct seikyo_store *store;
	int64_t opened_ms;   /* when it was opened, CLOCK_MONOTONIC */
	bool clock_differs;  /* found with a call: too far from this machine's to settle anything */
	unsigned node;	     /* the host's: which database, and what was known of it when */
	unsigned generation; /* the connection was opened */
};

/* What the host lends. context is the first argument of each. */
struct seikyo_login_host {
	void *context;
	struct seikyo_seat *(*borrow)(void *context); /* NULL: no connection is to be had */
	void (*give_back)(void *context,
			  struct seikyo_seat *seat); /* closes one that is unusable */
	void (*hash_begin)(void *context);	     /* waits until a hash may be computed */
	void (*hash_end)(void *context);
	const struct seikyo_keyring *keyring;
	int64_t max_clock_difference_us; /* between this machine and the database; 0: any */
	bool code_in_password;		 /* otp_in_password = suffix */
};

/* Texts are NUL-terminated and of valid form (core/typed.h); what is absent is NULL. */
struct seikyo_login_request {
	enum seikyo_purpose purpose;
	const char *name;
	const char *password;	      /* User-Password: a password, a code, or both */
	const char *code;	      /* Seikyo-OTP */
	const uint8_t *certificate;   /* of SEIKYO_DIGEST_LEN */
	const uint8_t *session;	      /* of SEIKYO_DIGEST_LEN, with CONFIRMATION */
	struct seikyo_bytes state;    /* as received; empty: none */
	struct seikyo_bytes attempt;  /* Seikyo-Attempt, or the Request Authenticator */
	const uint8_t *authenticator; /* of SEIKYO_AUTHENTICATOR_LEN */
	const char *client;	      /* the client's group */
	bool console;		      /* of a group in console_groups */
};

struct seikyo_login_reply {
	enum seikyo_answer answer;
	enum seikyo_outcome outcome;
	const char *reason;		     /* for the log, in a few words; constant */
	char detail[SEIKYO_STORE_ERROR_MAX]; /* for the log: what failed, no secrets; may be empty
					      */
	char request_id[SEIKYO_REQUEST_ID_TEXT];
	bool expired;	/* the login took too long, or something has ended it */
	bool has_state; /* with a CHALLENGE */
	bool has_ticket;
	bool has_app_ids; /* user.service_id and user.app_user_id are to be sent */
	bool has_setup_url;
	bool known;	    /* user is filled in */
	int tries_left;	    /* -1: not sent */
	int64_t reissue_us; /* 0: not sent */
	uint8_t state[SEIKYO_STATE_LEN];
	uint8_t ticket[SEIKYO_TICKET_LEN];
	int64_t last_login_us[3]; /* with an ACCEPT, newest first; 0: none */
	struct seikyo_user user;
};

/*
 * Carries one request through. *reply is filled in whatever happens; the caller wipes it
 * (seikyo_login_reply_wipe) when it has been sent.
 */
void seikyo_login_run(const struct seikyo_login_host *host,
		      const struct seikyo_login_request *request, struct seikyo_login_reply *reply);

/*
 * The id of a request, in hexadecimal: the first bytes of its State nonce. seikyo_login_run puts it
 * into every reply; this is for a request that is refused before. Gives 0, or -1 with text empty.
 */
int seikyo_login_request_id(const struct seikyo_keyring *keyring, const char *client,
			    const uint8_t authenticator[static SEIKYO_AUTHENTICATOR_LEN],
			    char text[static SEIKYO_REQUEST_ID_TEXT]);

/* True if the database's clock and this machine's differ by max_clock_difference at most. */
bool seikyo_login_clocks_agree(const struct seikyo_login_host *host, int64_t now_us);

/* CLOCK_MONOTONIC in milliseconds: what opened_ms is compared with. */
int64_t seikyo_monotonic_ms(void);

void seikyo_login_reply_wipe(struct seikyo_login_reply *reply);

#endif
