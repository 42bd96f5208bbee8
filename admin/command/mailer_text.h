/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the mails say: a subject and a text for each kind, in Japanese and English. Subject and text
 * are templates in which these stand for values: {service} {sender} {app} {contract} {name}, {at}:
 * the moment of the act, {from}: the moment that the mail tells of, {day}: the day that it falls
 * on.
 */
#ifndef SEIKYO_COMMAND_MAILER_TEXT_H
#define SEIKYO_COMMAND_MAILER_TEXT_H

#include <stdbool.h>
#include <stdint.h>

struct seikyo_mail_text {
	const char *kind; /* as in the outbox */
	const char *role; /* of the user it is for; NULL: any */
	bool named;	  /* goes to an address on record, so it may name contract and user */
	const char *subject;
	const char *text; /* lines end with '\n' */
};

/* The text for a kind, a role and a language ("ja", "en"); NULL for a kind that is unknown. */
const struct seikyo_mail_text *seikyo_mail_text_find(const char *kind, const char *role,
						     const char *language);

/* What stands below every text. */
const char *seikyo_mail_text_footer(const char *language);

#define SEIKYO_MAIL_MOMENT_MAX 64

/* A moment as Japan's clocks show it, in words, down to the minute; and the day it falls on. */
void seikyo_mail_text_moment(int64_t microseconds, const char *language,
			     char out[static SEIKYO_MAIL_MOMENT_MAX]);
void seikyo_mail_text_day(int64_t microseconds, const char *language,
			  char out[static SEIKYO_MAIL_MOMENT_MAX]);

#endif
