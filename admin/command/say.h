/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sentences for the person at the terminal.
 */
#ifndef SEIKYO_COMMAND_SAY_H
#define SEIKYO_COMMAND_SAY_H

#include "command/command.h"

/* A line on standard error, "seikyo-otp: " in front. Never pass a secret. */
void seikyo_say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line on standard output; nothing with --json, where only JSON may stand. */
void seikyo_say(const struct seikyo_context *context, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
