/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/route.h"

#include <string.h>

#include <openssl/rand.h>

#include "common/text.h"
#include "console/log.h"
#include "console/pages/pages.h"
#include "console/pages/standard.h"
#include "console/session.h"
#include "console/store.h"
#include "core/secret.h"
#include "seikyo_refusals.h"

#define BIT	SEIKYO_FIELD_BIT
#define FORM	(BIT(CSRF) | BIT(ATTEMPT))
#define LIST	(BIT(SEARCH) | BIT(WHICH) | BIT(PAGE))
#define SETUP	(FORM | BIT(LOGIN_ID) | BIT(STATE) | BIT(TICKET) | BIT(APP))
#define MASTER	SEIKYO_ROUTE_MASTER
#define USER	SEIKYO_ROUTE_USER
#define ANYBODY SEIKYO_ROUTE_ANYBODY
#define PHONE	SEIKYO_ROUTE_PHONE
#define GET	SEIKYO_METHOD_GET
#define POST	SEIKYO_METHOD_POST
#define ROUTES	(sizeof(routes) / sizeof(routes[0]))

static const struct seikyo_route routes[] = {
	{GET, "/login", ANYBODY, BIT(LANGUAGE) | BIT(NOTICE), seikyo_page_login},
	{POST, "/login", ANYBODY, FORM | BIT(LOGIN_ID) | BIT(PASSWORD), seikyo_page_login_send},
	{POST, "/login/code", ANYBODY, FORM | BIT(LOGIN_ID) | BIT(STATE) | BIT(CODE),
	 seikyo_page_code_send},
	{POST, "/setup", ANYBODY, SETUP | BIT(MAIL) | BIT(START) | BIT(START_AGAIN),
	 seikyo_page_setup_send},
	{POST, "/setup/again", ANYBODY, SETUP | BIT(APP_USER_ID), seikyo_page_setup_again},
	{POST, "/setup/code", ANYBODY, SETUP | BIT(APP_USER_ID) | BIT(CODE),
	 seikyo_page_first_code_send},
	{POST, "/setup/standard", ANYBODY, SETUP | BIT(APP_USER_ID) | BIT(START),
	 seikyo_page_standard_send},
	{POST, "/logout", USER, FORM, seikyo_page_logout},
	{GET, "/", USER, BIT(LANGUAGE), seikyo_page_top},
	{GET, "/works", MASTER, BIT(LANGUAGE), seikyo_page_works},
	{GET, "/works/users", MASTER, BIT(LANGUAGE), seikyo_page_tasks},
	{GET, "/unlock", MASTER, BIT(LANGUAGE) | LIST, seikyo_page_unlock},
	{POST, "/unlock", MASTER, FORM | LIST | BIT(USER) | BIT(CONFIRMATION),
	 seikyo_page_unlock_send},
	{GET, "/revoke", MASTER, BIT(LANGUAGE) | LIST, seikyo_page_revoke},
	{POST, "/revoke", MASTER, FORM | LIST | BIT(USER) | BIT(CONFIRMATION) | BIT(REASON),
	 seikyo_page_revoke_send},
	{GET, "/audit", MASTER, BIT(LANGUAGE) | BIT(SEARCH) | BIT(ACT) | BIT(PAGE),
	 seikyo_page_audit},
	{POST, "/token/install", PHONE, 0, seikyo_page_install},
	{GET, "/audit.csv", MASTER, BIT(SEARCH) | BIT(ACT), seikyo_page_audit_csv},
};

/* The route; NULL if there is none, with *known set if the path has one for another method. */
static const struct seikyo_route *find(const struct seikyo_request *request, bool *known)
{
	*known = false;
	for (size_t i = 0; i < ROUTES; i++) {
		if (strcmp(routes[i].path, request->path) != 0)
			continue;
		*known = true;
		if (routes[i].method == request->method)
			return &routes[i];
	}
	return NULL;
}

static void set_language(struct seikyo_visit *visit, enum seikyo_language language)
{
	visit->language = language;
	visit->response.language = language == SEIKYO_LANGUAGE_EN ? "en" : "ja";
	seikyo_text_language(visit->response.language);
}

/* The cookie's, else the browser's, else the service's. */
static void choose_language(struct seikyo_visit *visit)
{
	const struct seikyo_request *request = visit->request;
	enum seikyo_language language = request->cookie_language;

	if (!language)
		language = request->browser_language;
	if (!language)
		language = seikyo_request_language(visit->console->config.language);
	set_language(visit, language);
}

/* ?lang= of a page: kept from now on. */
static void switch_language(struct seikyo_visit *visit)
{
	const enum seikyo_language language =
		seikyo_request_language(seikyo_form_text(&visit->form, SEIKYO_FIELD_LANGUAGE));

	if (!language)
		return;
	set_language(visit, language);
	visit->response.keeps_language = true;
}

/* A browser without a cookie of ours gets one: what its forms are bound to. */
static int take_cookie(struct seikyo_visit *visit)
{
	if (visit->request->has_cookie) {
		memcpy(visit->cookie, visit->request->cookie, sizeof(visit->cookie));
		return 0;
	}
	if (RAND_bytes(visit->cookie, sizeof(visit->cookie)) != 1)
		return -1;
	visit->response.cookie = visit->cookie;
	return 0;
}

/*
 * Every POST comes from a page of our own (OWASP, Cross-Site Request Forgery Prevention): browsers
 * send Origin with each, and the form holds the token of the browser's cookie.
 */
static bool is_from_us(const struct seikyo_visit *visit)
{
	uint8_t wanted[SEIKYO_COOKIE_LEN];
	uint8_t sent[SEIKYO_COOKIE_LEN];
	bool same;

	if (!visit->request->has_cookie || seikyo_session_csrf(visit->cookie, wanted) < 0)
		return false;
	same = seikyo_form_bytes(&visit->form, SEIKYO_FIELD_CSRF, sent, sizeof(sent)) ==
		       sizeof(sent) &&
	       seikyo_secret_equal(sent, wanted, sizeof(sent));
	seikyo_secret_wipe(wanted, sizeof(wanted));
	return same;
}

/* A refusal as sign_in gives it: no session is one thing, no service another. */
static int refused_as(const struct seikyo_store *store)
{
	const char *text;

	if (seikyo_call_refusal(store, &text) != SEIKYO_REFUSAL_CLOSED_FOR_RECOVERY)
		return 0;
	seikyo_log("console_use_session: %s", text);
	return -1;
}

/* Whose session the cookie is. Gives 1, 0 for nobody's, or -1: the database is away. */
static int sign_in(struct seikyo_visit *visit)
{
	const struct seikyo_console_caller caller = seikyo_visit_caller(visit);

	if (!visit->request->has_cookie)
		return 0;
	/* Twice: the connection may have been cut, and asking again changes nothing. */
	for (int try = 0; try < 2; try++) {
		struct seikyo_store *store = seikyo_console_store(visit->console);

		if (!store)
			return -1;
		switch (seikyo_console_use(store, &caller, &visit->session)) {
		case SEIKYO_CALL_DONE:
			visit->is_signed_in = true;
			return 1;
		case SEIKYO_CALL_REFUSED:
			return refused_as(store);
		case SEIKYO_CALL_FAILED:
			seikyo_log("console_use_session: %s", seikyo_store_error(store));
		}
	}
	return -1;
}

/* True if this person may see the page; otherwise the response says why not. */
static bool may_come(struct seikyo_visit *visit)
{
	const int signed_in = visit->route->need >= SEIKYO_ROUTE_ANYBODY ? 1 : sign_in(visit);

	if (signed_in < 0) {
		seikyo_page_away(visit);
		return false;
	}
	if (!signed_in) {
		seikyo_response_redirect(&visit->response, visit->request->has_cookie
								   ? "/login?notice=ended"
								   : "/login");
		return false;
	}
	if (visit->route->need == SEIKYO_ROUTE_MASTER &&
	    visit->session.role != SEIKYO_CONSOLE_ROLE_MASTER) {
		seikyo_page_error(visit, 403, _("Only master users can use this page."));
		return false;
	}
	return true;
}

static bool read_form(struct seikyo_visit *visit)
{
	const struct seikyo_request *request = visit->request;
	const bool is_post = request->method == SEIKYO_METHOD_POST;
	const char *text = is_post ? request->body : request->query;

	if (is_post && (request->is_json || *request->query))
		return false;
	if (seikyo_form_read(&visit->form, text, is_post ? request->body_len : strlen(text),
			     visit->route->fields) < 0)
		return false;
	/* Our forms have an attempt of their own, whatever else is in them. */
	return !(visit->route->fields & BIT(ATTEMPT)) || visit->form.values[SEIKYO_FIELD_ATTEMPT];
}

static void visit_page(struct seikyo_visit *visit)
{
	const bool is_post = visit->request->method == SEIKYO_METHOD_POST;

	if (visit->route->need == SEIKYO_ROUTE_PHONE) {
		visit->route->page(visit);
	} else if (is_post && strcmp(visit->request->origin, visit->console->config.origin) != 0) {
		seikyo_log("POST %s from another origin refused, from %s", visit->route->path,
			   visit->request->address);
		seikyo_page_error(visit, 403, _("This request did not come from our own page."));
	} else if (take_cookie(visit) < 0) {
		seikyo_log("no random numbers for a cookie");
		seikyo_page_away(visit);
	} else if (!read_form(visit)) {
		seikyo_page_error(visit, 400, _("The request is not well formed."));
	} else if (is_post && !is_from_us(visit)) {
		seikyo_log("POST %s without the token of its page refused, from %s",
			   visit->route->path, visit->request->address);
		seikyo_page_error(visit, 403,
				  _("This page is too old. Begin again from the login page."));
	} else if (may_come(visit)) {
		switch_language(visit);
		visit->route->page(visit);
	}
}

/* The methods of a path that has a route (RFC 9110 section 15.5.6). */
static const char *allowed(const char *path)
{
	bool get = false;
	bool post = false;

	for (size_t i = 0; i < ROUTES; i++) {
		if (strcmp(routes[i].path, path) != 0)
			continue;
		get |= routes[i].method == GET;
		post |= routes[i].method == POST;
	}
	if (get && post)
		return "GET, HEAD, POST";
	return get ? "GET, HEAD" : "POST";
}

void seikyo_route(struct seikyo_visit *visit)
{
	bool known;

	_Static_assert(SEIKYO_FIELDS <= 32, "the fields fit into a set");
	choose_language(visit);
	visit->route = find(visit->request, &known);
	if (visit->route) {
		visit_page(visit);
	} else if (known) {
		visit->response.allow = allowed(visit->request->path);
		seikyo_page_error(visit, 405, _("This address is not meant to be used like this."));
	} else {
		seikyo_page_error(visit, 404, _("There is no page at this address."));
	}
}

void seikyo_route_refuse(struct seikyo_visit *visit, enum seikyo_request_result result)
{
	choose_language(visit);
	switch (result) {
	case SEIKYO_REQUEST_LARGE:
		seikyo_page_error(visit, 413, _("The request is too large."));
		break;
	case SEIKYO_REQUEST_LONG:
		seikyo_page_error(visit, 414, _("The request is too large."));
		break;
	case SEIKYO_REQUEST_TYPE:
		seikyo_page_error(visit, 415, _("The request is not well formed."));
		break;
	case SEIKYO_REQUEST_FAILED:
		seikyo_page_away(visit);
		break;
	default:
		seikyo_page_error(visit, 400, _("The request is not well formed."));
	}
}
