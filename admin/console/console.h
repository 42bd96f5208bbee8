/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The console: what lives as long as the process, and one visit (a request on its way to its
 * response), which is handed from the routes to the pages.
 */
#ifndef SEIKYO_CONSOLE_CONSOLE_H
#define SEIKYO_CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "admin/store/console.h"
#include "common/config.h"
#include "common/database.h"
#include "console/form.h"
#include "console/radius.h"
#include "console/request.h"
#include "console/response.h"
#include "store/sealing.h"

struct seikyo_console {
	struct seikyo_config config;
	struct seikyo_database database;
	struct seikyo_store *store; /* NULL: not connected; see store.h */
	time_t store_used_at;	    /* CLOCK_MONOTONIC */
	struct seikyo_radius *radius;
	struct seikyo_sealing sealing;
};

struct seikyo_route;

#define SEIKYO_VISIT_TEXT_MAX 511 /* bytes */

struct seikyo_visit {
	struct seikyo_console *console;
	const struct seikyo_request *request;
	const struct seikyo_route *route;
	enum seikyo_language language; /* never NONE */
	struct seikyo_form form;
	bool is_signed_in;
	struct seikyo_console_session session; /* of the signed-in user */
	uint8_t cookie[SEIKYO_COOKIE_LEN];     /* that the page's forms are bound to */
	const char *problems[SEIKYO_FIELDS];   /* what is wrong with a field; NULL: nothing */
	const char *problem;		       /* what is wrong with no field of its own */
	char text[SEIKYO_VISIT_TEXT_MAX + 1];  /* for one of these that is not a constant */
	struct seikyo_response response;
};

/* What the browser showed, for the console_* procedures. */
struct seikyo_console_caller seikyo_visit_caller(const struct seikyo_visit *visit);

/* The login id: of the certificate, or, where the settings say so, as typed. "" if there is none.
 */
const char *seikyo_visit_login(const struct seikyo_visit *visit);

/* The digest of the certificate that was shown, or NULL. */
const uint8_t *seikyo_visit_certificate(const struct seikyo_visit *visit);

/* True if anything that was typed is wrong. */
bool seikyo_visit_has_problems(const struct seikyo_visit *visit);

#endif
