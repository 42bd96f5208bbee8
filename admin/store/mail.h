/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mailer's procedures (mail_*), one function each. A mail is claimed for 5 minutes, sent, and
 * settled by one of the other three; one that is not is claimed again, by anyone.
 */
#ifndef SEIKYO_ADMIN_MAIL_H
#define SEIKYO_ADMIN_MAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "store/call.h"

#define SEIKYO_MAIL_ANSWER_MAX 500 /* characters, of UTF-8 */

/* What a mail is to say. Names may be empty; nothing in here has been checked. */
struct seikyo_mail {
	int64_t id; /* 0: none is due */
	int64_t tries;
	int64_t created_at; /* when the act was; microseconds since 1970 */
	int64_t about;	    /* the moment it tells of, in microseconds since 1970; or 0 */
	char kind[16];
	char role[16]; /* "master", "general" */
	char recipient[254 * 4 + 1];
	char contract_name[100 * 4 + 1];
	char display_name[100 * 4 + 1];
};

/* Claims the mail that has been due for longest. */
enum seikyo_call_result seikyo_mail_claim(struct seikyo_store *store, struct seikyo_mail *mail);

/* The server has taken it. Also right for a mail that another has settled since: may be repeated.
 */
enum seikyo_call_result seikyo_mail_sent(struct seikyo_store *store, int64_t id,
					 const char *answer);

/* To be tried again, after a pause that grows. */
enum seikyo_call_result seikyo_mail_defer(struct seikyo_store *store, int64_t id,
					  const char *answer);

/* Never to be tried again. */
enum seikyo_call_result seikyo_mail_fail(struct seikyo_store *store, int64_t id,
					 const char *answer);

#endif
