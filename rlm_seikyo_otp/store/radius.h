/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The radius_* procedures (schema/procedures/radius.sql), one function each. All times are
 * microseconds since 1970 by the database's clock.
 */
#ifndef SEIKYO_RADIUS_H
#define SEIKYO_RADIUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/password.h"
#include "core/seal.h"
#include "core/state.h"
#include "core/ticket.h"
#include "core/totp.h"
#include "store/call.h"
#include "store/keyring.h"

#define SEIKYO_REQUEST_ID_LEN  8
#define SEIKYO_NAME_MAC_LEN    16
#define SEIKYO_CLIENT_MAX      64
#define SEIKYO_FORMATS_MAX     1000
#define SEIKYO_NAME_MAX	       400 /* bytes of 100 characters */
#define SEIKYO_MAIL_MAX	       254
#define SEIKYO_LAST_LOGINS     4   /* three to show, and this one */
#define SEIKYO_ATTEMPTS_MAX    104 /* user.attempts: four of 26 bytes */
#define SEIKYO_SERVER_NAME_MAX 64

enum seikyo_role { SEIKYO_ROLE_MASTER = 1, SEIKYO_ROLE_GENERAL = 2 };

/* State of the live token; NONE: there is none. */
enum seikyo_token_state {
	SEIKYO_TOKEN_NONE = 0,
	SEIKYO_TOKEN_ISSUED,
	SEIKYO_TOKEN_INSTALLED,
	SEIKYO_TOKEN_ACTIVE,
};

/*
 * What radius_find gives: everything that either leg of a login needs. Of an unknown user only
 * now_us and hash_formats are filled in.
 */
struct seikyo_user {
	uint64_t id;
	int64_t now_us;
	enum seikyo_role role;
	bool closed;		  /* the user or his contract */
	bool password_locked;	  /* now */
	bool password_dirty;	  /* failures are counted or a lock is noted */
	bool confirmation_locked; /* now */
	bool otp_locked;
	bool started;		    /* the contract is under one-time passwords */
	bool password_before_start; /* policy: before, the password does */
	bool certificate_refused;   /* one is needed, and the one shown is none of the user's */
	int64_t states_from_us;	    /* a State issued before is stale */
	uint64_t token;		    /* 0: none is live */
	enum seikyo_token_state token_state;
	enum seikyo_totp_algorithm algorithm;
	unsigned digits;
	int drift;
	int drift_limit;
	int64_t state_seconds;
	int64_t setup_seconds;
	unsigned long hash_cost;
	int64_t reissue_us; /* from when on there may be another token; 0: at once */
	int64_t last_login_us[SEIKYO_LAST_LOGINS]; /* newest first; 0: none */
	uint8_t attempts[SEIKYO_ATTEMPTS_MAX];
	size_t attempts_len;
	char password_hash[SEIKYO_HASH_MAX + 1];
	char confirmation_hash[SEIKYO_HASH_MAX + 1]; /* empty: none */
	char hash_prefix[8];
	char active_safe_key[SEIKYO_KEY_ID_MAX + 1];
	char hash_formats[SEIKYO_FORMATS_MAX + 1]; /* in use, parted by blanks */
	char service_id[SEIKYO_SERVICE_ID_MAX + 1];
	char app_user_id[SEIKYO_APP_USER_ID_LEN + 1];
	uint8_t sealed[SEIKYO_ENVELOPE_MAX]; /* the safe of an active token, else the envelope */
	size_t sealed_len;
	char display_name[SEIKYO_NAME_MAX + 1];
	char contract_name[SEIKYO_NAME_MAX + 1];
	char mail_address[SEIKYO_MAIL_MAX + 1];
};

/* Whose attempt is settled, and what the event notes of it. */
struct seikyo_settling {
	uint64_t user; /* 0: unknown */
	uint8_t name_mac[SEIKYO_NAME_MAC_LEN];
	uint8_t attempt[SEIKYO_ATTEMPT_LEN];
	uint8_t request[SEIKYO_REQUEST_ID_LEN];
	const char *client;
};

/* What came of looking at a password. The zero denies. */
enum seikyo_password_found {
	SEIKYO_PASSWORD_FOUND_WRONG = 0,
	SEIKYO_PASSWORD_FOUND_RIGHT,
	SEIKYO_PASSWORD_FOUND_UNJUDGED, /* a certificate was missing, or the hash not computed */
};

struct seikyo_password_facts {
	enum seikyo_password_found found;
	const uint8_t *hash_digest; /* SHA-256 of the hash verified against; NULL: none was */
	const char *renewed;	    /* stronger hash of the same password, or NULL */
	const char *ends_with;	    /* why a right password does not lead to a code, or NULL */
	bool cleared; /* this request's radius_find had user and contract open, and no wrong
		       * password counted */
};

struct seikyo_code_facts {
	uint64_t token;
	int64_t state_us; /* the State's issue, or of radius_find's row where there is none */
	bool matched;
	int64_t step;
	int drift;
	const uint8_t *first_request; /* of SEIKYO_REQUEST_ID_LEN; NULL: this is the first */
	const uint8_t *certificate;   /* of SEIKYO_DIGEST_LEN, or NULL */
	const uint8_t *hash_digest;   /* SHA-256 of the hash that the password was right for */
	const uint8_t *safe;	      /* with the first code, else NULL */
	size_t safe_len;
	const uint8_t *ticket_digest; /* NULL: no session ticket is wanted */
};

/* True if this attempt stands among the user's newest four as accepted. */
bool seikyo_user_has_accepted(const struct seikyo_user *user,
			      const uint8_t attempt[static SEIKYO_ATTEMPT_LEN]);

/* A real call: DONE if the database works, REFUSED while service is closed, or FAILED. */
enum seikyo_call_result seikyo_radius_hello(struct seikyo_store *store);

/* The same, with the database's clock, in *now_us; 0 where the call failed. */
enum seikyo_call_result seikyo_radius_now(struct seikyo_store *store, int64_t *now_us);

/*
 * Says which keys the RADIUS server of this name has loaded. The name has 1 to
 * SEIKYO_SERVER_NAME_MAX characters. DONE or FAILED.
 */
enum seikyo_call_result seikyo_radius_report_keys(struct seikyo_store *store, const char *server,
						  const struct seikyo_keyring *keyring);

/*
 * DONE with *user filled in and *found, or without *found for an unknown login id; or FAILED.
 * certificate is of SEIKYO_DIGEST_LEN or NULL.
 */
enum seikyo_call_result seikyo_radius_find(struct seikyo_store *store, const char *login_id,
					   const uint8_t *certificate, struct seikyo_user *user,
					   bool *found);

enum seikyo_call_result seikyo_radius_settle_password(struct seikyo_store *store,
						      const struct seikyo_settling *settling,
						      const struct seikyo_password_facts *facts);

enum seikyo_call_result seikyo_radius_settle_code(struct seikyo_store *store,
						  const struct seikyo_settling *settling,
						  const struct seikyo_code_facts *facts);

/* state_us and the rest as in seikyo_code_facts; a password changed or locked since is REFUSED. */
enum seikyo_call_result
seikyo_radius_settle_login(struct seikyo_store *store, const struct seikyo_settling *settling,
			   int64_t state_us, const uint8_t *certificate,
			   const uint8_t hash_digest[static SEIKYO_DIGEST_LEN],
			   const uint8_t *ticket_digest);

enum seikyo_call_result
seikyo_radius_open_setup(struct seikyo_store *store, const struct seikyo_settling *settling,
			 int64_t state_us, const uint8_t *certificate,
			 const uint8_t hash_digest[static SEIKYO_DIGEST_LEN],
			 const uint8_t ticket_digest[static SEIKYO_TICKET_DIGEST_LEN]);

enum seikyo_call_result
seikyo_radius_settle_confirmation(struct seikyo_store *store,
				  const struct seikyo_settling *settling,
				  const struct seikyo_password_facts *facts,
				  const uint8_t session_digest[static SEIKYO_DIGEST_LEN],
				  const uint8_t ticket_digest[static SEIKYO_TICKET_DIGEST_LEN]);

#endif
