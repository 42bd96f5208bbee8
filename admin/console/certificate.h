/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client certificate as web servers hand it on.
 */
#ifndef SEIKYO_CONSOLE_CERTIFICATE_H
#define SEIKYO_CONSOLE_CERTIFICATE_H

#include <stdint.h>

/*
 * Reads one certificate in PEM, also with %-escapes, as nginx has it, or with its line ends turned
 * into blanks or tabs. Gives 0, the SHA-256 of its DER, and its subject's common name (up to 128
 * bytes of UTF-8; "" if there is none, more than one, or no good one); or -1.
 */
int seikyo_certificate_read(const char *pem, uint8_t digest[static 32], char login[static 129]);

#endif
