/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The console's procedures (console_*), one function each. Times are microseconds since 1970 by
 * the database's clock, 0 where there is none. Texts are UTF-8 and end with a NUL; nothing in them
 * has been escaped. What is passed in is checked by the procedures, but must be valid UTF-8, or the
 * call fails.
 *
 * Every function gives DONE, REFUSED (why: seikyo_call_refusal) or FAILED, as seikyo_call does;
 * what it fills in is all zero but after DONE. A function that gives rows hands each to its
 * callback, to be copied by it; the callback returns 0, or anything else to end the reading: the
 * call has failed then, though an act stays done, and the connection is of no more use.
 */
#ifndef SEIKYO_ADMIN_CONSOLE_H
#define SEIKYO_ADMIN_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/seal.h"
#include "core/ticket.h"
#include "core/totp.h"
#include "store/call.h"

#define SEIKYO_CONSOLE_SESSION_LEN     32 /* bytes that only the browser keeps */
#define SEIKYO_CONSOLE_CERTIFICATE_LEN 32 /* SHA-256 of the DER */
#define SEIKYO_CONSOLE_DIGEST_LEN      32 /* HMAC-SHA-256 of a start password */
#define SEIKYO_CONSOLE_LOGIN_MAX       128
#define SEIKYO_CONSOLE_NAME_MAX	       (100 * 4) /* bytes of 100 characters */
#define SEIKYO_CONSOLE_MAIL_MAX	       (254 * 4)
#define SEIKYO_CONSOLE_LOGINS	       3    /* last logins that are shown (R10) */
#define SEIKYO_CONSOLE_ACT_MAX	       1000 /* users in one act */

/* The refusals: ticket, session, not-master, wait and whatever else refusals.tsv says of a field.
 */

enum seikyo_console_role {
	SEIKYO_CONSOLE_ROLE_NONE = 0,
	SEIKYO_CONSOLE_ROLE_MASTER,
	SEIKYO_CONSOLE_ROLE_GENERAL,
};

/* State of a user's token. NONE: there never was one that counted; REVOKED: none is live now. */
enum seikyo_console_token {
	SEIKYO_CONSOLE_TOKEN_NONE = 0,
	SEIKYO_CONSOLE_TOKEN_ISSUED,
	SEIKYO_CONSOLE_TOKEN_INSTALLED,
	SEIKYO_CONSOLE_TOKEN_ACTIVE,
	SEIKYO_CONSOLE_TOKEN_REVOKED,
};

/* What became of one user in an act. */
enum seikyo_console_outcome {
	SEIKYO_CONSOLE_UNKNOWN = 0,
	SEIKYO_CONSOLE_DONE,
	SEIKYO_CONSOLE_NOT_LOCKED,
	SEIKYO_CONSOLE_NO_LIVE_TOKEN,
	SEIKYO_CONSOLE_NOT_ALLOWED,
	SEIKYO_CONSOLE_NOT_FOUND, /* says the same of other contracts' users and of nobody */
};

enum seikyo_console_which {
	SEIKYO_CONSOLE_ALL = 0,
	SEIKYO_CONSOLE_LOCKED,
	SEIKYO_CONSOLE_REVOCABLE,
	SEIKYO_CONSOLE_WAITING,
};

/* --- the setup (R5) */

struct seikyo_console_issue {
	const uint8_t *ticket;	    /* SEIKYO_TICKET_LEN bytes, from Seikyo-Ticket */
	const char *service_id;	    /* what the user types on the phone */
	const char *mail_address;   /* the phone's */
	const uint8_t *digest;	    /* SEIKYO_CONSOLE_DIGEST_LEN bytes */
	const uint8_t *certificate; /* SEIKYO_CONSOLE_CERTIFICATE_LEN bytes, or NULL: none shown */
};

struct seikyo_console_issued {
	char app_user_id[SEIKYO_APP_USER_ID_LEN + 1];
	int64_t start_password_until;
	enum seikyo_totp_algorithm algorithm;
	uint32_t digits;
	bool standard_apps; /* policy: standard authenticator apps may be offered */
	bool lone_master;   /* the contract's only one: the branch alone can free him */
};

/* Issues a token to the user of a setup ticket, and burns the ticket. */
enum seikyo_call_result seikyo_console_issue(struct seikyo_store *store,
					     const struct seikyo_console_issue *issue,
					     struct seikyo_console_issued *issued);

/* --- sessions */

/* Who asks: what the browser showed. */
struct seikyo_console_caller {
	const uint8_t *session;	    /* SEIKYO_CONSOLE_SESSION_LEN bytes */
	const uint8_t *certificate; /* SEIKYO_CONSOLE_CERTIFICATE_LEN bytes, or NULL: none shown */
};

struct seikyo_console_session {
	char login_id[SEIKYO_CONSOLE_LOGIN_MAX + 1];
	enum seikyo_console_role role;
	char display_name[SEIKYO_CONSOLE_NAME_MAX + 1];
	char contract_name[SEIKYO_CONSOLE_NAME_MAX + 1];
	char mail_address[SEIKYO_CONSOLE_MAIL_MAX + 1];
	bool lone_master;		   /* only the branch can free him */
	int64_t confirmation_locked_until; /* 0: it is not locked now */
};

/* Turns a login's ticket into the session whose bytes caller names; fresh random ones, each time.
 */
enum seikyo_call_result seikyo_console_open(struct seikyo_store *store,
					    const uint8_t ticket[static SEIKYO_TICKET_LEN],
					    const struct seikyo_console_caller *caller,
					    struct seikyo_console_session *session);

/* Whose session it is; notes its use. */
enum seikyo_call_result seikyo_console_use(struct seikyo_store *store,
					   const struct seikyo_console_caller *caller,
					   struct seikyo_console_session *session);

/* Log-out; a session that is none any more is no error. */
enum seikyo_call_result
seikyo_console_close(struct seikyo_store *store,
		     const uint8_t session[static SEIKYO_CONSOLE_SESSION_LEN]);

/* The logins before this one, newest first. */
enum seikyo_call_result seikyo_console_history(struct seikyo_store *store,
					       const struct seikyo_console_caller *caller,
					       int64_t logins[static SEIKYO_CONSOLE_LOGINS]);

/* --- a master's contract (R7, R8) */

struct seikyo_console_query {
	const char *search; /* part of a login id or a name; NULL or "": everybody */
	enum seikyo_console_which which;
	uint32_t from; /* how many are left out in front */
	uint32_t most;
};

struct seikyo_console_user {
	char login_id[SEIKYO_CONSOLE_LOGIN_MAX + 1];
	enum seikyo_console_role role;
	char display_name[SEIKYO_CONSOLE_NAME_MAX + 1];
	int64_t locked_at;
	enum seikyo_console_token token;
	int64_t token_since; /* when it came into this state */
	int64_t reissue_at;  /* from when a new token can be issued; 0: no wait */
	bool may_unlock;     /* by this master, as things stand */
	bool may_revoke;
};

typedef int (*seikyo_console_user_fn)(void *context, const struct seikyo_console_user *user);

/* Users by login id. *total, how many match on all pages, is 0 if this page has no row. */
enum seikyo_call_result seikyo_console_list_users(struct seikyo_store *store,
						  const struct seikyo_console_caller *caller,
						  const struct seikyo_console_query *query,
						  seikyo_console_user_fn row, void *context,
						  uint32_t *total);

struct seikyo_console_act {
	const uint8_t *ticket;	      /* SEIKYO_TICKET_LEN bytes, for this session's confirmation */
	const char *const *login_ids; /* 1 to SEIKYO_CONSOLE_ACT_MAX, as they were typed */
	size_t count;
	const char *reason; /* of a revocation, 1 to 200 characters */
};

struct seikyo_console_result {
	char login_id[300 * 4 + 1]; /* as named; empty if that can't be one */
	enum seikyo_console_outcome outcome;
	int64_t reissue_at; /* after a revocation: from when a new token can be issued (R9) */
};

typedef int (*seikyo_console_result_fn)(void *context, const struct seikyo_console_result *result);

/* A row for each login id that was named, in no special order; one named twice has one row. */
enum seikyo_call_result seikyo_console_unlock(struct seikyo_store *store,
					      const struct seikyo_console_caller *caller,
					      const struct seikyo_console_act *act,
					      seikyo_console_result_fn row, void *context);
enum seikyo_call_result seikyo_console_revoke(struct seikyo_store *store,
					      const struct seikyo_console_caller *caller,
					      const struct seikyo_console_act *act,
					      seikyo_console_result_fn row, void *context);

struct seikyo_console_filter {
	const char *on;	 /* login id of the user acted on, or NULL */
	const char *act; /* one act, or NULL */
	uint32_t from;
	uint32_t most;
};

/* One of the contract's acts. Whose login ids are empty are nobody of ours, or not there. */
struct seikyo_console_event {
	uint32_t number; /* counts from 1 in each contract */
	int64_t at;
	char act[30 * 4 + 1];
	char by_login_id[SEIKYO_CONSOLE_LOGIN_MAX + 1];
	char on_login_id[SEIKYO_CONSOLE_LOGIN_MAX + 1];
	char origin[64 * 4 + 1]; /* "console", "branch", "phone", or a RADIUS client's group */
	char paper[50 * 4 + 1];
	char detail[500 * 4 + 1];
};

typedef int (*seikyo_console_event_fn)(void *context, const struct seikyo_console_event *event);

/* Newest first; *total as for the users. */
enum seikyo_call_result seikyo_console_audit(struct seikyo_store *store,
					     const struct seikyo_console_caller *caller,
					     const struct seikyo_console_filter *filter,
					     seikyo_console_event_fn row, void *context,
					     uint32_t *total);

#endif
