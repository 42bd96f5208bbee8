/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From attributes to a login's request, and from its reply to attributes (DESIGN section 7).
 */
#ifndef SEIKYO_ATTRIBUTE_H
#define SEIKYO_ATTRIBUTE_H

#include "rlm_seikyo_otp.h"

/* Looks every attribute of dictionary.seikyo up. Gives 0; or -1, logged, if one is missing. */
int seikyo_attributes_find(seikyo_attributes_t *attributes, CONF_SECTION *conf);

/* The group of the request's client: its item seikyo_group, or its short name. */
char const *seikyo_client_group(REQUEST *request);

/*
 * The Request Authenticator. A request inside of a tunnel has none of its own: the outermost
 * packet's counts.
 */
uint8_t const *seikyo_request_authenticator(REQUEST *request);

/*
 * Fills *login from the packet, whose values it points into. Gives NULL; or, where the packet is of
 * no form that a login can have, why, for the log.
 */
char const *seikyo_request_read(rlm_seikyo_otp_t *inst, REQUEST *request,
				struct seikyo_login_request *login);

/* Adds the reply's attributes. Gives 0 or -1 (out of memory). */
int seikyo_reply_write(rlm_seikyo_otp_t *inst, REQUEST *request,
		       struct seikyo_login_reply const *reply);

#endif
