/* SPDX-License-Identifier: GPL-2.0-only */
/* The C library: memory, files, clocks. */
#include "wrap.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>

WRAP_ERRNO(void *, calloc, (size_t count, size_t size), (count, size), NULL, ENOMEM)
WRAP_ERRNO(int, fstat, (int fd, struct stat *info), (fd, info), -1, EIO)
WRAP_ERRNO(DIR *, opendir, (const char *path), (path), NULL, EMFILE)
WRAP_ERRNO(ssize_t, read, (int fd, void *out, size_t size), (fd, out, size), -1, EIO)
WRAP_ERRNO(struct dirent *, readdir, (DIR * stream), (stream), NULL, EIO)

/* The two clocks are not used for the same. */
WRAP_DECLARE(int, clock_gettime, (clockid_t clock, struct timespec *now));

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (!fault_strikes(clock == CLOCK_MONOTONIC ? "monotonic clock" : "clock_gettime"))
		return __real_clock_gettime(clock, now);
	errno = EPERM;
	return -1;
}

/* Whoever opens makes no file: there is no mode. */
WRAP_DECLARE(int, openat, (int folder, const char *path, int flags, ...));

int __wrap_openat(int folder, const char *path, int flags, ...)
{
	if (!fault_strikes("openat"))
		return __real_openat(folder, path, flags);
	errno = EMFILE;
	return -1;
}

/* What fails to close is closed all the same. */
WRAP_DECLARE(int, close, (int fd));
WRAP_DECLARE(int, closedir, (DIR * stream));

int __wrap_close(int fd)
{
	int result = __real_close(fd);

	return fault_strikes("close") ? -1 : result;
}

int __wrap_closedir(DIR *stream)
{
	int result = __real_closedir(stream);

	return fault_strikes("closedir") ? -1 : result;
}
