/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is done besides logins: a RADIUS server's start, and what the console does with its keys.
 */
#ifndef INJECT_WORK_H
#define INJECT_WORK_H

#include "stage.h"

struct work {
	const char *name;
	int (*run)(struct stage *stage);   /* 0: done; -1: not. Leaves nothing behind */
	int (*check)(struct stage *stage); /* after a 0: is it really done? 0: yes. May be NULL */
	int result;			   /* of run, where nothing fails */
};

/* The work called name, or NULL. */
const struct work *work_named(const char *name);

#endif
