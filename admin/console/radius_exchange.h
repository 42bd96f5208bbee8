/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One packet to one server, and its true reply.
 */
#ifndef SEIKYO_CONSOLE_RADIUS_EXCHANGE_H
#define SEIKYO_CONSOLE_RADIUS_EXCHANGE_H

#include <freeradius/libradius.h>

#include "radius_server.h"

#define SEIKYO_RADIUS_STORY_MAX 160

/*
 * Sends request and waits for up to timeout_ms. Gives a reply whose id, Message-Authenticator and
 * Response Authenticator are right, not decoded, to be freed by seikyo_radius_packet_free; or NULL,
 * with what happened in story. Whatever else comes in is dropped and waited past. A refusal by ICMP
 * ends it at once.
 */
RADIUS_PACKET *seikyo_radius_exchange(const struct seikyo_radius_server *server,
				      RADIUS_PACKET *request, const char *secret,
				      unsigned timeout_ms,
				      char story[static SEIKYO_RADIUS_STORY_MAX]);

#endif
