/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of a folder of keys. keyring.c and sealing.c share this; nobody else includes it.
 */
#ifndef SEIKYO_KEYFILE_H
#define SEIKYO_KEYFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "core/mac.h"

#define SEIKYO_KEYFILE_MAX 8192 /* bytes */

/* Where keys are read from, and where it is said what went wrong. */
struct seikyo_key_folder {
	int fd;
	const char *path;
	char *error;
	size_t error_size;
};

/* The contents of a small file; NUL-terminated. */
struct seikyo_key_contents {
	char bytes[SEIKYO_KEYFILE_MAX + 1];
	size_t len;
};

/* Puts a sentence that names folder and file into the error. Always -1. */
__attribute__((format(printf, 3, 4))) int
seikyo_keyfile_refuse(const struct seikyo_key_folder *folder, const char *name, const char *why,
		      ...);

/*
 * Gives 0 with the file's contents, which the caller wipes; or -1. A secret one must be a plain
 * file that others than owner and group cannot reach.
 */
int seikyo_keyfile_read(const struct seikyo_key_folder *folder, const char *name, bool secret,
			struct seikyo_key_contents *contents);

/* Reads a key of 64 hexadecimal digits. 0 or -1. */
int seikyo_keyfile_key(const struct seikyo_key_folder *folder, const char *name,
		       uint8_t key[static SEIKYO_KEY_LEN]);

/* Reads a certificate in PEM, to be freed by the caller. 0 or -1. */
int seikyo_keyfile_certificate(const struct seikyo_key_folder *folder, const char *name,
			       X509 **certificate);

/*
 * The ID between prefix and suffix. Gives 1 with it, 0 for a file of another name, -1 for a bad ID.
 */
int seikyo_keyfile_id(const struct seikyo_key_folder *folder, const char *name, const char *prefix,
		      const char *suffix, char *id);

#endif
