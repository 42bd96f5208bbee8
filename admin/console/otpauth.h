/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A token as standard authenticator apps take it: otpauth://totp/ISSUER:ACCOUNT?secret=... (the Key
 * URI Format of Google's authenticator), as text and as a QR code (ISO/IEC 18004) in SVG.
 */
#ifndef SEIKYO_CONSOLE_OTPAUTH_H
#define SEIKYO_CONSOLE_OTPAUTH_H

#include "common/buffer.h"
#include "console/install.h"

/* The name of an algorithm as these apps know it: "SHA256". */
const char *seikyo_otpauth_algorithm(enum seikyo_totp_algorithm algorithm);

/* Puts the URI: it holds the secret. issuer is UTF-8. */
void seikyo_otpauth_uri(struct seikyo_buffer *out, const char *issuer, const char *account,
			const struct seikyo_installed *installed);

/*
 * Puts text as an <svg> with this name for those who cannot see it (translated). Gives 0, or -1: it
 * is too long for a QR code, or memory ran out. What the drawing took is wiped.
 */
int seikyo_otpauth_qr(struct seikyo_buffer *out, const struct seikyo_buffer *text,
		      const char *name);

#endif
