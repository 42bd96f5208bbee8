/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Preloaded into a RADIUS server: its machine's clock is off by as many seconds as the file of
 * SEIKYO_CLOCK says (8 bytes, this machine's order), and jumps when they are changed. The
 * monotonic clock goes on. Modules meet it if they are not loaded RTLD_DEEPBIND (DESIGN
 * section 9). The kernel is asked directly: libc's own functions are the ones that stand here.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

static const volatile int64_t *off;

__attribute__((constructor)) static void open_clock(void)
{
	const char *path = getenv("SEIKYO_CLOCK");
	int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	void *mapped;

	if (file < 0)
		return;
	mapped = mmap(NULL, sizeof(*off), PROT_READ, MAP_SHARED, file, 0);
	close(file);
	if (mapped != MAP_FAILED)
		off = mapped;
}

SHOWN int clock_gettime(clockid_t clock, struct timespec *now)
{
	const long failed = syscall(SYS_clock_gettime, clock, now);

	if (failed == 0 && off != NULL &&
	    (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		now->tv_sec += *off;
	return (int)failed;
}

SHOWN int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	struct timespec exact;

	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &exact) != 0)
		return -1;
	now->tv_sec = exact.tv_sec;
	now->tv_usec = exact.tv_nsec / 1000;
	return 0;
}

SHOWN time_t time(time_t *now)
{
	struct timespec exact = {0};

	clock_gettime(CLOCK_REALTIME, &exact);
	if (now != NULL)
		*now = exact.tv_sec;
	return exact.tv_sec;
}
