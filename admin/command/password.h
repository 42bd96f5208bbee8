/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Passwords from the person or program in front of this command.
 */
#ifndef SEIKYO_COMMAND_PASSWORD_H
#define SEIKYO_COMMAND_PASSWORD_H

#include "command/command.h"
#include "core/password.h"

/*
 * Reads a password: on a terminal by a prompt without echo, twice; else one line of standard input.
 * what names it in prompt and errors. Says what is wrong; out is empty then. DONE or USAGE.
 */
enum seikyo_exit seikyo_password_read(const char *what, char out[static SEIKYO_PASSWORD_MAX + 1]);

/*
 * Reads a password and hashes it as the policy in context->store says. out is empty unless DONE.
 * The caller wipes it.
 */
enum seikyo_exit seikyo_password_hash_typed(struct seikyo_context *context, const char *what,
					    char out[static SEIKYO_HASH_MAX + 1]);

#endif
