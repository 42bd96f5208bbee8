/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a person may type: the outer form of a name, a password and the two run together.
 */
#ifndef SEIKYO_TYPED_H
#define SEIKYO_TYPED_H

#include <stdbool.h>
#include <stddef.h>

#define SEIKYO_TYPED_MAX 128 /* bytes */

/* True for 1 to 128 bytes of valid UTF-8 (RFC 3629: shortest form, no surrogates) without NUL. */
bool seikyo_typed_valid(const char *text, size_t len);

/*
 * Length of the UTF-8 character (RFC 3629) that the len bytes at text begin with, 1 to 4; 0 if
 * there is none, or a NUL.
 */
size_t seikyo_typed_character(const char *text, size_t len);

/*
 * otp_in_password = suffix: the code stands in the last digits bytes. Gives the length of the
 * password in front of it, or 0 if text does not end in digits ASCII digits or no password is left.
 */
size_t seikyo_typed_split(const char *text, size_t len, unsigned digits);

#endif
