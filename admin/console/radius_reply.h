/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reply as an answer.
 */
#ifndef SEIKYO_CONSOLE_RADIUS_REPLY_H
#define SEIKYO_CONSOLE_RADIUS_REPLY_H

#include "radius.h"
#include "radius_dictionary.h"

/*
 * Reads a verified reply to request. Gives NULL with *answer filled in, or why the reply is not
 * trusted, with *answer holding anything.
 */
const char *seikyo_radius_reply_read(const struct seikyo_radius_dictionary *dictionary,
				     RADIUS_PACKET *reply, RADIUS_PACKET *request,
				     const char *secret, struct seikyo_answer *answer);

#endif
