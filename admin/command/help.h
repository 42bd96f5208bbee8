/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The help of a subcommand, from its form. argp's own counts bytes, and so cannot end a line of
 * Japanese.
 */
#ifndef SEIKYO_COMMAND_HELP_H
#define SEIKYO_COMMAND_HELP_H

#include <stddef.h>

#include "command/form.h"

/* Columns of a line of help, as argp has them. */
#define SEIKYO_HELP_WIDTH 79

/*
 * Writes the usage line of a subcommand, "seikyo-otp user add", to standard output, and with whole
 * also what it does, its options and what is to be said beyond that.
 */
void seikyo_help_print(const struct seikyo_form *form, const char *title, const char *sentence,
		       bool whole);

#endif
