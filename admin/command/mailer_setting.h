/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the mailer needs of the settings file, beyond the form of each line.
 */
#ifndef SEIKYO_COMMAND_MAILER_SETTING_H
#define SEIKYO_COMMAND_MAILER_SETTING_H

#include "command/command.h"

/* DONE, or USAGE: says which setting is missing or cannot be, and never a password. */
enum seikyo_exit seikyo_mailer_check_settings(const struct seikyo_context *context);

#endif
