/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What must be right before the first request is taken: settings, keys, dictionary.
 */
#ifndef SEIKYO_CONSOLE_START_H
#define SEIKYO_CONSOLE_START_H

#include <limits.h>

#include "console/console.h"

#define SEIKYO_CONSOLE_FILE    "/etc/seikyo-otp/console.conf"
#define SEIKYO_START_ERROR_MAX SEIKYO_CONFIG_ERROR_MAX

/*
 * Reads the settings file and all that it names. Gives 0, to be closed by seikyo_start_close; or -1
 * with a sentence that says what is wrong and where.
 */
int seikyo_start_open(struct seikyo_console *console, const char *file,
		      char error[static SEIKYO_START_ERROR_MAX]);

/* Wipes and frees. Takes one that is all zero. */
void seikyo_start_close(struct seikyo_console *console);

#endif
