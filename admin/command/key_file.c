/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "common/text.h"
#include "core/mac.h"
#include "core/secret.h"

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		const ssize_t written = write(fd, bytes, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		bytes += written;
		len -= (size_t)written;
	}
	return 0;
}

int seikyo_key_file_write(int dir, const char *name, mode_t mode, const void *bytes, size_t len)
{
	const int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int failed, error;

	if (fd < 0)
		return -1;
	/* The mode by hand: the umask must not decide it. The folder too, so that the name stays.
	 */
	failed = write_all(fd, bytes, len) || fchmod(fd, mode) || fsync(fd) || fsync(dir);
	error = errno;
	if (close(fd) < 0 && !failed) {
		failed = 1;
		error = errno;
	}
	if (failed)
		unlinkat(dir, name, 0);
	errno = error;
	return failed ? -1 : 0;
}

int seikyo_key_file_random(int dir, const char *name)
{
	uint8_t key[SEIKYO_KEY_LEN];
	char line[2 * SEIKYO_KEY_LEN + 2];
	int result = -1;

	errno = EIO;
	if (RAND_priv_bytes(key, sizeof(key)) == 1) {
		seikyo_text_hex(key, sizeof(key), line);
		line[sizeof(line) - 2] = '\n';
		result = seikyo_key_file_write(dir, name, SEIKYO_KEY_MODE, line, sizeof(line) - 1);
	}
	seikyo_secret_wipe(key, sizeof(key));
	seikyo_secret_wipe(line, sizeof(line));
	return result;
}

void seikyo_key_file_name(char *name, const char *kind, const char *id, const char *ending)
{
	snprintf(name, SEIKYO_KEY_FILE_MAX, "%s-%s.%s", kind, id, ending);
}
