/* SPDX-License-Identifier: GPL-2.0-only */
/* What the targets share whose part of the command reads a file: the file, and who hears what is
 * said. */
#ifndef TESTS_FUZZ_FILE_H
#define TESTS_FUZZ_FILE_H

#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#include "command/say.h"
#include "common/text.h"

static char file[64];
static int fd;
static unsigned said;

/* In place of the command's: a sentence for each input is too many. */
void seikyo_say_error(const char *format, ...)
{
	demand(format != NULL && *format, "there is something to say");
	said++;
}

void seikyo_say(const struct seikyo_context *context, const char *format, ...)
{
	(void)context;
	demand(format != NULL, "there is something to say");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fd = memfd_create("input", MFD_CLOEXEC);
	demand(fd >= 0, "there is a file");
	snprintf(file, sizeof(file), "/proc/self/fd/%d", fd);
	return seikyo_text_locale();
}

#endif
