/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/text.h"

#define LINE_MAX_LEN 1024 /* bytes */

void seikyo_log(const char *format, ...)
{
	char line[LINE_MAX_LEN];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	fputs("seikyo-console: ", stderr);
	seikyo_text_put(stderr, line, 0);
	fputc('\n', stderr);
	fflush(stderr);
}
