/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client certificate in a PEM file (RFC 7468, RFC 5280): what the database keeps of it.
 */
#ifndef SEIKYO_COMMAND_CERTIFICATE_FILE_H
#define SEIKYO_COMMAND_CERTIFICATE_FILE_H

#include <stdint.h>

#include <openssl/types.h>

#include "admin/store/branch.h"
#include "command/command.h"

struct seikyo_certificate {
	uint8_t sha256[SEIKYO_SHA256_LEN]; /* of the DER */
	char valid_until[20];		   /* notAfter, 'YYYY-MM-DD HH:MM:SS', UTC */
};

/*
 * Reads the one certificate in file; "-" is standard input. Says what is wrong with it. DONE or
 * USAGE.
 */
enum seikyo_exit seikyo_certificate_read(const char *file, struct seikyo_certificate *certificate);

/* The certificate's end in the form above. Gives 0, or -1 if it has none that can be read. */
int seikyo_certificate_end(const X509 *x509, char out[static 20]);

#endif
