/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Handing one mail to the mail server (SMTP, RFC 5321) and judging what it says.
 */
#ifndef SEIKYO_COMMAND_MAILER_SMTP_H
#define SEIKYO_COMMAND_MAILER_SMTP_H

#include <stddef.h>

#include "admin/store/mail.h"
#include "common/config.h"

/* The zero: the mail stays ours. */
enum seikyo_smtp_result {
	SEIKYO_SMTP_LATER = 0, /* 4xx, no connection, no TLS, no login, no answer in time */
	SEIKYO_SMTP_NEVER,     /* 5xx for this mail */
	SEIKYO_SMTP_TAKEN,     /* 250 after the last byte: it is the server's now */
};

struct seikyo_smtp;

/* Readies the library, once. 0 or -1. */
int seikyo_smtp_init(void);

/* NULL: no memory. To be freed by seikyo_smtp_close. */
struct seikyo_smtp *seikyo_smtp_open(const struct seikyo_config *config);

/*
 * Sends one mail. The result is final when it returns; words get the server's, or why there are
 * none. For one mail only. Takes leave of the server in seikyo_smtp_close, so that the result can
 * be put down before.
 */
enum seikyo_smtp_result seikyo_smtp_send(struct seikyo_smtp *smtp, const char *recipient,
					 const char *bytes, size_t len,
					 char words[static SEIKYO_MAIL_ANSWER_MAX + 1]);

/* Takes NULL. */
void seikyo_smtp_close(struct seikyo_smtp *smtp);

#endif
