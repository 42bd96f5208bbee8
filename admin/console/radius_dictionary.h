/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The attributes that the console sends and reads (DESIGN section 7), as libfreeradius-radius knows
 * them.
 */
#ifndef SEIKYO_CONSOLE_RADIUS_DICTIONARY_H
#define SEIKYO_CONSOLE_RADIUS_DICTIONARY_H

#include <stddef.h>

#include <freeradius/libradius.h>

/* The library's. */
struct seikyo_radius_dictionary {
	DICT_ATTR const *user_name, *user_password, *state, *vendor_specific;
	DICT_ATTR const *message_authenticator;
	DICT_ATTR const *outcome, *client_certificate, *purpose, *attempt, *session, *ticket;
	DICT_ATTR const *tries_left, *reissue_at, *service_id, *app_user_id, *request_id;
};

/*
 * Loads the file `dictionary` in dir, once in a process. An attribute that is not encrypted as ours
 * is, which would put a password on the wire in clear, is an error. Gives 0, or -1 and a sentence
 * in error.
 */
int seikyo_radius_dictionary_load(struct seikyo_radius_dictionary *dictionary, const char *dir,
				  char *error, size_t error_size);

#endif
