/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One function for each route (route.c), and the pages that several of them end with. Each fills
 * visit->response.
 */
#ifndef SEIKYO_CONSOLE_PAGES_H
#define SEIKYO_CONSOLE_PAGES_H

#include "console/console.h"

/* Routes: the login (R2). */
void seikyo_page_login(struct seikyo_visit *visit);
void seikyo_page_login_send(struct seikyo_visit *visit);
void seikyo_page_code_send(struct seikyo_visit *visit);
void seikyo_page_logout(struct seikyo_visit *visit);

/* Routes: the initial setup (R5). */
void seikyo_page_setup_send(struct seikyo_visit *visit);
void seikyo_page_setup_again(struct seikyo_visit *visit);
void seikyo_page_first_code_send(struct seikyo_visit *visit);

/* Routes: users (R10) and master users (R7, R8). */
void seikyo_page_top(struct seikyo_visit *visit);
void seikyo_page_works(struct seikyo_visit *visit);
void seikyo_page_tasks(struct seikyo_visit *visit);
void seikyo_page_unlock(struct seikyo_visit *visit);
void seikyo_page_unlock_send(struct seikyo_visit *visit);
void seikyo_page_revoke(struct seikyo_visit *visit);
void seikyo_page_revoke_send(struct seikyo_visit *visit);
void seikyo_page_audit(struct seikyo_visit *visit);
void seikyo_page_audit_csv(struct seikyo_visit *visit);

/* Route: the phone app's, on its own origin (R5d). */
void seikyo_page_install(struct seikyo_visit *visit);

/* The login page; what was wrong stands in visit->problem. */
void seikyo_page_login_form(struct seikyo_visit *visit);

/* What a step of the login hands to the next page: all of it is in that page's form. */
struct seikyo_step {
	const uint8_t *state; /* RADIUS State */
	size_t state_len;
	const uint8_t *ticket; /* to issue with; NULL: none */
	const char *service_id;
	const char *app_user_id;
	bool standard_apps;  /* may be offered instead of ours: policy */
	const char *sent_to; /* mail address that was just written to; NULL: none */
	bool is_lone_master;
};

/* The code, of a token in use or (first_code) of one that is being set up. */
void seikyo_page_code(struct seikyo_visit *visit, const struct seikyo_step *step);
void seikyo_page_first_code(struct seikyo_visit *visit, const struct seikyo_step *step);
void seikyo_page_setup(struct seikyo_visit *visit, const struct seikyo_step *step);

/* Goes where the RADIUS server's answer to a login says. */
void seikyo_page_verdict(struct seikyo_visit *visit, const struct seikyo_answer *answer);

/* Tells a contract's only master user what that means (R7b). */
void seikyo_page_lone_master(struct seikyo_visit *visit);

/* A page that ends the way: what happened, in the user's words, and what to do. */
struct seikyo_ending {
	int status;
	const char *title; /* not yet translated */
	const char *kind;  /* "warn" or "bad" */
	const char *heading;
	const char *texts[2];	/* translated */
	const char *request_id; /* for whoever helps; NULL or "": none */
};
void seikyo_page_ending(struct seikyo_visit *visit, const struct seikyo_ending *ending);

/* Database or RADIUS server is away: 503. */
void seikyo_page_away(struct seikyo_visit *visit);

/* The request is refused: text, translated, says why. */
void seikyo_page_error(struct seikyo_visit *visit, int status, const char *text);

/* What was typed is no longer of use: begin again from the login. */
void seikyo_page_expired(struct seikyo_visit *visit);

/* A call that was not done: the page for its refusal or failure. name: the procedure, for the log.
 */
void seikyo_page_not_done(struct seikyo_visit *visit, const char *name,
			  enum seikyo_call_result result);

#endif
