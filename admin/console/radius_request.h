/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A question as an Access-Request (RFC 2865 section 4.1).
 */
#ifndef SEIKYO_CONSOLE_RADIUS_REQUEST_H
#define SEIKYO_CONSOLE_RADIUS_REQUEST_H

#include "radius.h"
#include "radius_dictionary.h"

/* NULL if the question is one that can be asked, or else what is wrong with it. */
const char *seikyo_radius_question_check(const struct seikyo_question *question);

/*
 * The Access-Request of a question that was checked, signed, with a random id and authenticator of
 * its own; to be freed by seikyo_radius_packet_free. NULL without memory or random numbers.
 */
RADIUS_PACKET *seikyo_radius_request_make(const struct seikyo_radius_dictionary *dictionary,
					  const struct seikyo_question *question,
					  const char *secret);

/* Request or reply: wipes the values in *packet, frees it, sets it to NULL. Takes a NULL there. */
void seikyo_radius_packet_free(RADIUS_PACKET **packet);

#endif
