/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/import_file.h"
#include "command/say.h"
#include "common/text.h"
#include "core/secret.h"

#define FILE_MAX   (256 * 1024 * 1024) /* bytes: many times what the database takes at once */
#define FILE_FIRST (1024 * 1024)

static const char TEXT_OPEN[] = N_("The file %s cannot be read: %s.");
static const char TEXT_SIZE[] = N_("The file %s is longer than %d MiB.");

/* Twice as much room for the text, the old one wiped. Gives 0 or -1. */
static int grow_text(struct seikyo_import *import, size_t *room)
{
	const size_t more = *room ? 2 * *room : FILE_FIRST;
	char *text = malloc(more + 1);

	if (!text)
		return -1;
	if (import->len)
		memcpy(text, import->text, import->len);
	seikyo_secret_wipe(import->text, import->len);
	free(import->text);
	import->text = text;
	*room = more;
	return 0;
}

/* Reads all of fd, and puts a NUL behind it. Gives 0, or -1 with errno. */
static int read_all(struct seikyo_import *import, int fd)
{
	size_t room = 0;
	ssize_t got;

	do {
		if (import->len == room && grow_text(import, &room) < 0)
			return -1;
		got = read(fd, import->text + import->len, room - import->len);
		if (got > 0)
			import->len += (size_t)got;
	} while ((got > 0 && import->len <= FILE_MAX) || (got < 0 && errno == EINTR));
	import->text[import->len] = '\0';
	return got < 0 ? -1 : 0;
}

enum seikyo_exit seikyo_import_load(struct seikyo_import *import, const char *file)
{
	const bool standard = strcmp(file, "-") == 0;
	const int fd = standard ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC);
	enum seikyo_exit result = SEIKYO_EXIT_USAGE;

	if (fd < 0 || read_all(import, fd) < 0)
		seikyo_say_error(_(TEXT_OPEN), file, strerror(errno));
	else if (import->len > FILE_MAX)
		seikyo_say_error(_(TEXT_SIZE), file, FILE_MAX / 1024 / 1024);
	else
		result = SEIKYO_EXIT_DONE;
	if (fd >= 0 && !standard)
		close(fd);
	return result;
}
