/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The console's connection to the database.
 */
#ifndef SEIKYO_CONSOLE_STORE_H
#define SEIKYO_CONSOLE_STORE_H

#include "console/console.h"

/*
 * The connection, made anew if there is none, if it failed, if it lay idle so long that it may have
 * been cut, or if a server named before may be back: a call whose outcome is unknown is never
 * repeated. NULL: the database is away; a
 * line in the log says why.
 */
struct seikyo_store *seikyo_console_store(struct seikyo_console *console);

#endif
