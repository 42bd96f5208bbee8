/* SPDX-License-Identifier: GPL-2.0-only */
/* 「電子証明書ログイン」: client certificate and login password (R2); log-out (R10). */
#include <string.h>

#include "common/text.h"
#include "console/ask.h"
#include "console/frame.h"
#include "console/html.h"
#include "console/log.h"
#include "console/pages/pages.h"
#include "console/store.h"
#include "console/widget.h"
#include "core/secret.h"
#include "core/typed.h"

static bool is_typed(const struct seikyo_visit *visit)
{
	return strcmp(visit->console->config.login_id_from, "typed") == 0;
}

/* Why the user is here again. */
static void notice(struct seikyo_visit *visit)
{
	const char *why = seikyo_form_text(&visit->form, SEIKYO_FIELD_NOTICE);

	if (strcmp(why, "ended") == 0)
		seikyo_frame_notice(visit, "warn", _("Please log in"),
				    _("You have not logged in, or your session has ended because "
				      "there was no operation for some time or you logged out "
				      "elsewhere."));
	else if (strcmp(why, "out") == 0)
		seikyo_frame_notice(
			visit, "good", _("You have logged out"),
			_("Thank you for using our service. Please close the browser."));
}

static void who(struct seikyo_visit *visit)
{
	struct seikyo_buffer *out = &visit->response.body;

	if (is_typed(visit)) {
		seikyo_widget_field(visit, &(struct seikyo_widget){
						   .field = SEIKYO_FIELD_LOGIN_ID,
						   .label = _("Login ID"),
						   .type = "text",
						   .complete = "username",
						   .max = SEIKYO_LOGIN_MAX,
						   .value = seikyo_form_text(&visit->form,
									     SEIKYO_FIELD_LOGIN_ID),
					   });
		return;
	}
	html(out, "<dl class=\"facts\">");
	seikyo_widget_fact(visit, _("Login ID"), seikyo_visit_login(visit));
	html(out, "</dl>\n");
}

static void form(struct seikyo_visit *visit)
{
	seikyo_widget_form(visit, "/login", "box");
	who(visit);
	seikyo_widget_field(visit, &(struct seikyo_widget){
					   .field = SEIKYO_FIELD_PASSWORD,
					   .label = _("Login password"),
					   .type = "password",
					   .complete = "current-password",
					   .keyboard = "all",
					   .max = SEIKYO_TYPED_MAX,
				   });
	seikyo_widget_buttons(visit, "primary", _("Log in"), NULL, NULL);
	html(&visit->response.body, "</form>\n");
	seikyo_frame_notice(
		visit, "", NULL,
		_("If you enter a wrong login password several times in a row, you cannot "
		  "log in for some time."));
}

/* Without a certificate, or with one that says nobody's name, there is nothing to type. */
static void no_certificate(struct seikyo_visit *visit)
{
	const bool has_one = visit->request->has_certificate;

	seikyo_frame_notice(
		visit, "bad", _("A client certificate is needed"),
		has_one ? _("No login ID can be read from your client certificate. Please apply at "
			    "your branch.")
			: _("Your browser has shown no valid client certificate. Please import "
			    "your "
			    "client certificate into this browser, close all its windows, and open "
			    "this page again. If the certificate has expired, please apply at your "
			    "branch."));
}

void seikyo_page_login_form(struct seikyo_visit *visit)
{
	static const struct seikyo_frame frame = {
		.title = N_("Login with client certificate"),
		.steps = {N_("Login password"), N_("One-time password")},
		.narrow = true,
	};

	seikyo_frame_begin(visit, &frame);
	notice(visit);
	if (is_typed(visit) || *seikyo_visit_login(visit))
		form(visit);
	else
		no_certificate(visit);
	seikyo_frame_end(visit);
}

void seikyo_page_login(struct seikyo_visit *visit)
{
	seikyo_page_login_form(visit);
}

static bool check(struct seikyo_visit *visit)
{
	const char *login = seikyo_visit_login(visit);
	const char *password = seikyo_form_text(&visit->form, SEIKYO_FIELD_PASSWORD);

	if (is_typed(visit) && !*login)
		visit->problems[SEIKYO_FIELD_LOGIN_ID] = _("Please enter your login ID.");
	else if (strlen(login) > SEIKYO_LOGIN_MAX)
		visit->problems[SEIKYO_FIELD_LOGIN_ID] =
			_("This is longer than a login ID can be.");
	if (!*password)
		visit->problems[SEIKYO_FIELD_PASSWORD] = _("Please enter your login password.");
	else if (strlen(password) > SEIKYO_TYPED_MAX)
		visit->problems[SEIKYO_FIELD_PASSWORD] =
			_("This is longer than a password can be.");
	return *login && !seikyo_visit_has_problems(visit);
}

void seikyo_page_login_send(struct seikyo_visit *visit)
{
	struct seikyo_answer answer;

	if (!check(visit)) {
		seikyo_page_login_form(visit);
		return;
	}
	seikyo_ask_login(visit, SEIKYO_FIELD_PASSWORD, &answer);
	seikyo_page_verdict(visit, &answer);
	seikyo_secret_wipe(&answer, sizeof(answer));
}

void seikyo_page_logout(struct seikyo_visit *visit)
{
	struct seikyo_store *store = seikyo_console_store(visit->console);
	const enum seikyo_call_result result =
		store ? seikyo_console_close(store, visit->cookie) : SEIKYO_CALL_FAILED;

	if (result != SEIKYO_CALL_DONE) {
		seikyo_page_not_done(visit, "console_close_session", result);
		return;
	}
	visit->response.ends_cookie = true;
	seikyo_response_redirect(&visit->response, "/login?notice=out");
}
