/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one cookie. Before the login it is 32 random bytes; the login replaces it by the session,
 * which is an HMAC under the old cookie over the ticket: the same browser that repeats the last
 * step of a login gets the same session, and nobody else knows it. The database keeps its SHA-256.
 */
#ifndef SEIKYO_CONSOLE_SESSION_H
#define SEIKYO_CONSOLE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "console/request.h"
#include "core/ticket.h"

/* The session that a ticket opens for the browser with this cookie. Gives 0, or -1 (OpenSSL). */
int seikyo_session_make(const uint8_t cookie[static SEIKYO_COOKIE_LEN],
			const uint8_t ticket[static SEIKYO_TICKET_LEN],
			uint8_t session[static SEIKYO_COOKIE_LEN]);

/* The CSRF token of the forms of a browser with this cookie. Gives 0, or -1. */
int seikyo_session_csrf(const uint8_t cookie[static SEIKYO_COOKIE_LEN],
			uint8_t token[static SEIKYO_COOKIE_LEN]);

/* SHA-256 of the session, which a confirmation's ticket is bound to. Gives 0, or -1. */
int seikyo_session_digest(const uint8_t session[static SEIKYO_COOKIE_LEN],
			  uint8_t digest[static SEIKYO_DIGEST_LEN]);

#endif
