/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Preloaded in front of a sanitizer's runtime: FreeRADIUS loads its modules RTLD_DEEPBIND, which
 * would give them malloc and free past the runtime, and which the runtime therefore refuses
 * (DESIGN section 9). Here the flag is dropped.
 */
#include <dlfcn.h>
#include <stddef.h>

typedef void *dlopen_fn(const char *file, int mode);

__attribute__((visibility("default"))) void *dlopen(const char *file, int mode)
{
	dlopen_fn *next;

	/* POSIX has it so: a function's address comes as that of an object (dlsym(3)). */
	*(void **)&next = dlsym(RTLD_NEXT, "dlopen");
	return next == NULL ? NULL : next(file, mode & ~RTLD_DEEPBIND);
}
