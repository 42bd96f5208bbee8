/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Key files (DESIGN section 4): made once, never written over.
 */
#ifndef SEIKYO_COMMAND_KEY_FILE_H
#define SEIKYO_COMMAND_KEY_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "core/seal.h"

#define SEIKYO_KEY_MODE		0640 /* of a key: owner and group, as the RADIUS server demands */
#define SEIKYO_CERTIFICATE_MODE 0644
#define SEIKYO_KEY_FILE_MAX	(SEIKYO_KEY_ID_MAX + 16) /* characters of a name and its NUL */

/*
 * Makes the file name in the folder dir and writes len bytes, safe on the disk when this returns.
 * Gives 0, or -1 with errno set: EEXIST if it is there already, and then it is as it was; after
 * another error there is no such file.
 */
int seikyo_key_file_write(int dir, const char *name, mode_t mode, const void *bytes, size_t len);

/* Makes a file with a random key of 256 bits, 64 hex digits and a newline. Gives 0 or -1 as above.
 */
int seikyo_key_file_random(int dir, const char *name);

/*
 * Makes envelope-ID.key (EC P-256, PKCS #8 PEM) and envelope-ID.crt (PEM, self-signed, 10 years,
 * CN=seikyo-otp envelope ID). Gives 0, or -1 as above with neither of them made.
 */
int seikyo_key_file_envelope(int dir, const char *id);

/* The names of an id's files; name holds SEIKYO_KEY_FILE_MAX. */
void seikyo_key_file_name(char *name, const char *kind, const char *id, const char *ending);

#endif
