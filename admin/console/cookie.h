/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The names of our cookies. __Host- binds them to this host, over TLS, for every path (RFC 6265bis
 * section 4.1.3.2).
 */
#ifndef SEIKYO_CONSOLE_COOKIE_H
#define SEIKYO_CONSOLE_COOKIE_H

#define SEIKYO_COOKIE	       "__Host-seikyo"	    /* 32 bytes in hex: see session.h */
#define SEIKYO_LANGUAGE_COOKIE "__Host-seikyo-lang" /* ja or en */

#endif
