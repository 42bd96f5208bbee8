/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the phone app sends (RFC 8259): an object of three strings, and nothing else.
 */
#ifndef SEIKYO_CONSOLE_INSTALL_BODY_H
#define SEIKYO_CONSOLE_INSTALL_BODY_H

#include <stddef.h>

#include "console/install.h"

#define SEIKYO_INSTALL_TEXT_MAX 64 /* bytes; the database takes fewer */

struct seikyo_install_body {
	char service_id[SEIKYO_INSTALL_TEXT_MAX + 1];
	char app_user_id[SEIKYO_INSTALL_TEXT_MAX + 1];
	char start_password[SEIKYO_INSTALL_TEXT_MAX + 1];
};

/*
 * Reads len bytes of JSON. Gives 0, or -1 with *body empty: no JSON, another member, one that is
 * missing, twice there, no string or too long, a NUL. Wipe it in any case; what the reading itself
 * took is wiped.
 */
int seikyo_install_body_read(struct seikyo_install_body *body, const char *text, size_t len);

#endif
