/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/say.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/text.h"

static const char TEXT_MEMORY[] = N_("There is no memory left for a message.");

static void say(FILE *out, const char *format, va_list arguments)
{
	char *text;

	if (vasprintf(&text, format, arguments) < 0) {
		fprintf(out, "%s\n", _(TEXT_MEMORY));
		return;
	}
	/* Arguments come from anywhere: nothing in them may steer the terminal. */
	seikyo_text_put(out, text, 0);
	fputc('\n', out);
	free(text);
}

void seikyo_say_error(const char *format, ...)
{
	va_list arguments;

	fputs("seikyo-otp: ", stderr);
	va_start(arguments, format);
	say(stderr, format, arguments);
	va_end(arguments);
}

void seikyo_say(const struct seikyo_context *context, const char *format, ...)
{
	va_list arguments;

	if (context->json)
		return;
	va_start(arguments, format);
	say(stdout, format, arguments);
	va_end(arguments);
}
