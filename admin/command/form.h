/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The arguments of a subcommand, declared once: operands in their order, options that each take a
 * value, and flags.
 */
#ifndef SEIKYO_COMMAND_FORM_H
#define SEIKYO_COMMAND_FORM_H

#include <argp.h>

#include "command/command.h"

#define SEIKYO_FORM_OPERANDS 3
#define SEIKYO_FORM_OPTIONS  7

struct seikyo_form_option {
	const char *name;  /* NULL: none further */
	const char *value; /* NULL: a flag, which is always optional */
	const char *help;
	bool optional;
};

struct seikyo_form {
	const char *operands; /* as in the help, blank-separated; NULL: none */
	unsigned operand_count;
	unsigned operands_optional; /* how many of the last ones may be left out */
	struct seikyo_form_option options[SEIKYO_FORM_OPTIONS];
	const char *more; /* what the help says beyond the command's line; NULL: nothing */
};

/* What was typed, in the form's order; what was left out is NULL, a flag given is "". */
struct seikyo_filled {
	const char *operand[SEIKYO_FORM_OPERANDS];
	const char *option[SEIKYO_FORM_OPTIONS];
};

/* The options that every subcommand takes (--config, --json); its input is the context. */
extern const struct argp seikyo_form_common;

/* The options of every subcommand that ask for help. */
extern const struct argp_option seikyo_form_helps[];

/*
 * Fills *filled and the common options. Ends the program, with a sentence and exit code 2, if
 * something is missing, too much or not UTF-8, and with help and 0 if that was asked for. So call
 * it before any secret is read.
 */
void seikyo_form_fill(const struct seikyo_form *form, struct seikyo_context *context, int argc,
		      char **argv, struct seikyo_filled *filled);

#endif
