/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mail as it goes over the wire: RFC 5322 with MIME (RFC 2045, 2047), text/plain in UTF-8. The
 * same row of the outbox gives the same bytes each time, so that one sent twice is known for one.
 */
#ifndef SEIKYO_COMMAND_MAILER_MESSAGE_H
#define SEIKYO_COMMAND_MAILER_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "admin/store/mail.h"
#include "common/config.h"

/* Why a mail cannot be made from its row. The zero: it cannot. */
enum seikyo_message_result {
	SEIKYO_MESSAGE_BAD = 0,	 /* never: see error */
	SEIKYO_MESSAGE_NO_SPACE, /* not now: no memory */
	SEIKYO_MESSAGE_MADE,
};

/*
 * Makes the message; *bytes is the caller's, to be freed. error gets a sentence for BAD. Names and
 * addresses with control characters are refused: nothing of a row can become a header.
 */
enum seikyo_message_result seikyo_message_make(const struct seikyo_mail *mail,
					       const struct seikyo_config *config, char **bytes,
					       size_t *len, const char **error);

/*
 * True for an address that a mail can be sent to or from: the usual ASCII characters, nothing
 * quoted, at most 64 in front of the '@', 254 in all (RFC 5321). Dots in a row are taken: old
 * Japanese mobile addresses have them.
 */
bool seikyo_message_address_valid(const char *address);

/* True for UTF-8 without control characters. */
bool seikyo_message_name_valid(const char *name);

#endif
