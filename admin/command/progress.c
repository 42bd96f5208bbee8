/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "common/text.h"

#define LINE_MAX_BYTES 400
#define CLEARED	       "\r\x1b[K" /* the line's begin; what stands there goes (ECMA-48, EL) */

void seikyo_progress(const char *format, ...)
{
	char line[LINE_MAX_BYTES];
	va_list arguments;

	if (!isatty(STDERR_FILENO))
		return;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	fputs(CLEARED, stderr);
	seikyo_text_put(stderr, line, 0);
	fflush(stderr);
}

void seikyo_progress_end(void)
{
	if (isatty(STDERR_FILENO))
		fputs(CLEARED, stderr);
}
