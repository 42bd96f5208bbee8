/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way from an address to a page, and all that is asked before a page is: origin, CSRF token,
 * session, role, parameters.
 */
#ifndef SEIKYO_CONSOLE_ROUTE_H
#define SEIKYO_CONSOLE_ROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "console/console.h"

/* Who may come. */
enum seikyo_route_need {
	SEIKYO_ROUTE_MASTER = 0,
	SEIKYO_ROUTE_USER,
	SEIKYO_ROUTE_ANYBODY,
	SEIKYO_ROUTE_PHONE, /* the phone app, on its own origin; JSON, no cookie */
};

struct seikyo_route {
	enum seikyo_method method;
	const char *path;
	enum seikyo_route_need need;
	uint32_t fields; /* that may be sent, as SEIKYO_FIELD_BIT */
	void (*page)(struct seikyo_visit *visit);
};

/* Fills visit->response; visit holds console and request, all else zero. */
void seikyo_route(struct seikyo_visit *visit);

/* The same for a request that could not be read: says what is wrong with it. */
void seikyo_route_refuse(struct seikyo_visit *visit, enum seikyo_request_result result);

#endif
