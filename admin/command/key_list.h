/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The key files of a folder, as a monitoring system wants to know them.
 */
#ifndef SEIKYO_COMMAND_KEY_LIST_H
#define SEIKYO_COMMAND_KEY_LIST_H

#include "command/command.h"

#include <jansson.h>

/*
 * Appends an object {file, problem, valid_until} for each *.key and *.crt in folder to rows, by
 * name. problem is null or an English sentence; valid_until is a certificate's end (UTC, ISO 8601)
 * or null. Keys are not read. Gives 0, or -1 with errno set: the folder cannot be read.
 */
int seikyo_key_list(const char *folder, json_t *rows);

#endif
