/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/help.h"

#include <stdio.h>

#include "common/text.h"
#include "common/wrap.h"

#define MEANING_COLUMN 29

static const char TEXT_USAGE[] = N_("Usage: %s [OPTION...]");

/* A line of the list: its option, and what it means further right. */
static void print_option(int letter, const char *name, const char *value, const char *meaning)
{
	int column = printf(letter ? "  -%c, " : "      ", letter);

	column += printf(value ? "--%s=%s" : "--%s", name, value);
	if (column + 2 > MEANING_COLUMN) {
		putchar('\n');
		column = 0;
	}
	printf("%*s", MEANING_COLUMN - column, "");
	seikyo_wrap_put(stdout, _(meaning), MEANING_COLUMN, SEIKYO_HELP_WIDTH);
	putchar('\n');
}

static void print_options(const struct seikyo_form *form)
{
	const struct seikyo_form_option *own = form->options;
	const struct argp_option *const all[] = {seikyo_form_common.options, seikyo_form_helps};

	for (size_t i = 0; i < SEIKYO_FORM_OPTIONS && own[i].name; i++)
		print_option(0, own[i].name, own[i].value, own[i].help);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		for (const struct argp_option *option = all[i]; option->name; option++)
			print_option(option->key < 256 ? option->key : 0, option->name, option->arg,
				     option->doc);
}

void seikyo_help_print(const struct seikyo_form *form, const char *title, const char *sentence,
		       bool whole)
{
	printf(_(TEXT_USAGE), title);
	printf(form->operands ? " %s\n" : "\n", form->operands);
	if (!whole)
		return;
	seikyo_wrap_put(stdout, sentence, 0, SEIKYO_HELP_WIDTH);
	fputs("\n\n", stdout);
	print_options(form);
	if (!form->more)
		return;
	putchar('\n');
	seikyo_wrap_put(stdout, _(form->more), 0, SEIKYO_HELP_WIDTH);
	putchar('\n');
}
