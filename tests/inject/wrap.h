/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wrappers for `ld --wrap`: what the sources call name lands in __wrap_name, and __real_name is the
 * one that was meant.
 */
#ifndef INJECT_WRAP_H
#define INJECT_WRAP_H

#include "fault.h"

/* The two names, declared. */
#define WRAP_DECLARE(type, name, parameters)                                                       \
	type __real_##name parameters;                                                             \
	type __wrap_##name parameters

/* A function that gives failure where a fault strikes. */
#define WRAP(type, name, parameters, arguments, failure)                                           \
	WRAP_DECLARE(type, name, parameters);                                                      \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		return fault_strikes(#name) ? (failure) : __real_##name arguments;                 \
	}

/* The same, with errno. */
#define WRAP_ERRNO(type, name, parameters, arguments, failure, number)                             \
	WRAP_DECLARE(type, name, parameters);                                                      \
	type __wrap_##name parameters                                                              \
	{                                                                                          \
		if (!fault_strikes(#name))                                                         \
			return __real_##name arguments;                                            \
		errno = (number);                                                                  \
		return failure;                                                                    \
	}

#endif
