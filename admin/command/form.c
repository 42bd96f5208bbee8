/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/help.h"
#include "common/text.h"

#define KEY_USAGE 256 /* beyond any letter */
#define KEY_FIRST 257 /* of the form's own options */
#define HELPS	  2   /* how many options ask for help */

static const char TEXT_TOO_MANY[] = N_("there is one argument too many: '%s'");
static const char TEXT_TOO_FEW[] = N_("an argument is missing; they are: %s");
static const char TEXT_MISSING[] = N_("the option --%s %s is missing");
static const char TEXT_TWICE[] = N_("the option --%s is given twice");
static const char TEXT_UTF8[] = N_("an argument is not valid UTF-8");
static const char TEXT_CONFIG[] = N_("Read the settings from FILE");
static const char TEXT_JSON[] = N_("Print JSON, with times in UTC");
static const char TEXT_HELP[] = N_("Give this help list");
static const char TEXT_USAGE[] = N_("Give a short usage message");

struct filling {
	const struct seikyo_form *form;
	struct seikyo_context *context;
	struct seikyo_filled *filled;
};

static error_t parse_common(int key, char *argument, struct argp_state *state)
{
	struct seikyo_context *context = state->input;

	switch (key) {
	case 'c':
		context->config_file = argument;
		return 0;
	case 'j':
		context->json = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option common_options[] = {
	{"config", 'c', "FILE", 0, TEXT_CONFIG, 1},
	{"json", 'j', NULL, 0, TEXT_JSON, 1},
	{0},
};

const struct argp_option seikyo_form_helps[] = {
	{"help", '?', NULL, 0, TEXT_HELP, 2},
	{"usage", KEY_USAGE, NULL, 0, TEXT_USAGE, 2},
	{0},
};

const struct argp seikyo_form_common = {common_options, parse_common, NULL, NULL, NULL, NULL, NULL};

static void take_operand(struct filling *filling, const char *text, struct argp_state *state)
{
	if (state->arg_num >= filling->form->operand_count)
		argp_error(state, _(TEXT_TOO_MANY), text);
	else if (!seikyo_text_valid(text))
		argp_error(state, _(TEXT_UTF8));
	else
		filling->filled->operand[state->arg_num] = text;
}

static void take_option(struct filling *filling, size_t i, const char *text,
			struct argp_state *state)
{
	if (!text)
		text = "";
	if (!seikyo_text_valid(text))
		argp_error(state, _(TEXT_UTF8));
	if (filling->filled->option[i])
		argp_error(state, _(TEXT_TWICE), filling->form->options[i].name);
	filling->filled->option[i] = text;
}

static void check_complete(const struct filling *filling, struct argp_state *state)
{
	const struct seikyo_form_option *options = filling->form->options;

	if (state->arg_num + filling->form->operands_optional < filling->form->operand_count)
		argp_error(state, _(TEXT_TOO_FEW), filling->form->operands);
	for (size_t i = 0; i < SEIKYO_FORM_OPTIONS && options[i].name; i++)
		if (options[i].value && !options[i].optional && !filling->filled->option[i])
			argp_error(state, _(TEXT_MISSING), options[i].name, options[i].value);
}

static void help(const struct filling *filling, const struct argp_state *state, bool whole)
{
	seikyo_help_print(filling->form, state->name, _(filling->context->command->help), whole);
	exit(fflush(stdout) || ferror(stdout) ? SEIKYO_EXIT_USAGE : SEIKYO_EXIT_DONE);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct filling *filling = state->input;

	if (key == ARGP_KEY_INIT)
		state->child_inputs[0] = filling->context;
	else if (key == ARGP_KEY_ARG)
		take_operand(filling, argument, state);
	else if (key == ARGP_KEY_END)
		check_complete(filling, state);
	else if (key == '?' || key == KEY_USAGE)
		help(filling, state, key == '?');
	else if (key >= KEY_FIRST && key < KEY_FIRST + SEIKYO_FORM_OPTIONS)
		take_option(filling, (size_t)(key - KEY_FIRST), argument, state);
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

void seikyo_form_fill(const struct seikyo_form *form, struct seikyo_context *context, int argc,
		      char **argv, struct seikyo_filled *filled)
{
	static const struct argp_child children[] = {{&seikyo_form_common, 0, NULL, 0}, {0}};
	struct argp_option options[HELPS + SEIKYO_FORM_OPTIONS + 1] = {0};
	const struct argp argp = {options, parse, NULL, NULL, children, NULL, NULL};
	struct filling filling = {form, context, filled};

	memset(filled, 0, sizeof(*filled));
	memcpy(options, seikyo_form_helps, HELPS * sizeof(options[0]));
	for (int i = 0; i < SEIKYO_FORM_OPTIONS && form->options[i].name; i++) {
		options[HELPS + i].name = form->options[i].name;
		options[HELPS + i].key = KEY_FIRST + i;
		options[HELPS + i].arg = form->options[i].value;
	}
	if (argp_parse(&argp, argc, argv, ARGP_NO_HELP, NULL, &filling))
		exit(SEIKYO_EXIT_USAGE);
}
