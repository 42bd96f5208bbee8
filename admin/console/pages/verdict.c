/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a RADIUS server's answer to a password or code leads (R2, R3, R5, R7, R9). */
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "console/console.h"
#include "console/html.h"
#include "console/log.h"
#include "console/pages/pages.h"
#include "console/pages/step.h"
#include "console/session.h"
#include "console/store.h"
#include "core/secret.h"

/* The ticket becomes the session; the one that this browser has opened with it already is as good.
 */
static void open_session(struct seikyo_visit *visit, const struct seikyo_answer *answer)
{
	struct seikyo_store *store = seikyo_console_store(visit->console);
	const struct seikyo_console_caller caller = seikyo_visit_caller(visit);
	uint8_t before[SEIKYO_COOKIE_LEN];
	enum seikyo_call_result result;

	if (!answer->has_ticket)
		seikyo_log("an Access-Accept without a ticket: do the RADIUS servers name this "
			   "client's group in console_groups?");
	memcpy(before, visit->cookie, sizeof(before));
	if (!store || !answer->has_ticket ||
	    seikyo_session_make(before, answer->ticket, visit->cookie) < 0) {
		seikyo_page_away(visit);
		return;
	}
	result = seikyo_console_open(store, answer->ticket, &caller, &visit->session);
	if (result == SEIKYO_CALL_REFUSED)
		result = seikyo_console_use(store, &caller, &visit->session);
	if (result != SEIKYO_CALL_DONE) {
		seikyo_page_not_done(visit, "console_open_session", result);
		return;
	}
	/* The session that this browser may have had until now ends with the new one. */
	if (seikyo_console_close(store, before) != SEIKYO_CALL_DONE)
		seikyo_log("console_close_session: %s", seikyo_store_error(store));
	seikyo_secret_wipe(before, sizeof(before));
	visit->response.cookie = visit->cookie;
	seikyo_response_redirect(&visit->response, "/");
}

/* What is wrong with the code that was typed, if one was. */
static void say_problem(struct seikyo_visit *visit, const struct seikyo_answer *answer)
{
	if (answer->outcome == SEIKYO_OUTCOME_OTP_USED) {
		visit->problems[SEIKYO_FIELD_CODE] =
			_("This one-time password has been used already. Please wait until the app "
			  "shows the next one.");
	} else if (answer->outcome == SEIKYO_OUTCOME_OTP_WRONG && answer->tries_left > 0) {
		snprintf(visit->text, sizeof(visit->text),
			 _("The one-time password is not correct. Tries left before it is locked: "
			   "%d."),
			 answer->tries_left);
		visit->problems[SEIKYO_FIELD_CODE] = visit->text;
	} else if (answer->outcome == SEIKYO_OUTCOME_OTP_WRONG) {
		visit->problems[SEIKYO_FIELD_CODE] = _("The one-time password is not correct.");
	} else if (answer->outcome == SEIKYO_OUTCOME_FIRST_CODE_REQUIRED &&
		   visit->form.values[SEIKYO_FIELD_CODE]) {
		visit->problems[SEIKYO_FIELD_CODE] =
			_("The app has not received this token yet. Please do the initial setup in "
			  "the app first.");
	}
}

static void challenge(struct seikyo_visit *visit, const struct seikyo_answer *answer)
{
	/* After a wrong first code the answer does not name the token again; the form did. */
	const bool named = *answer->app_user_id;
	const struct seikyo_step step = {
		.state = answer->state,
		.state_len = answer->state_len,
		.ticket = answer->has_ticket ? answer->ticket : NULL,
		.service_id = named ? answer->service_id : visit->console->config.service_id,
		.app_user_id = named ? answer->app_user_id
				     : seikyo_form_text(&visit->form, SEIKYO_FIELD_APP_USER_ID),
		.standard_apps = seikyo_step_standard_apps(visit),
	};

	/* What was being set up is void by now, and only a password opens another setup. */
	if (answer->outcome == SEIKYO_OUTCOME_SETUP_REQUIRED && !answer->has_ticket) {
		visit->problem = _("The token that was issued is void. Please log in, and issue it "
				   "again.");
		seikyo_page_login_form(visit);
		return;
	}
	say_problem(visit, answer);
	if (answer->outcome == SEIKYO_OUTCOME_SETUP_REQUIRED)
		seikyo_page_setup(visit, &step);
	else if (*step.app_user_id)
		seikyo_page_first_code(visit, &step);
	else
		seikyo_page_code(visit, &step);
}

static void locked(struct seikyo_visit *visit, const struct seikyo_answer *answer)
{
	const struct seikyo_ending ending = {
		.title = N_("The one-time password is locked"),
		.kind = "bad",
		.heading = _("Your one-time password is locked"),
		.texts = {_("It was locked because wrong one-time passwords were entered too many "
			    "times in a row."),
			  _("General users: please ask a master user of your contract to release "
			    "the "
			    "lock. Master users: please apply at your branch.")},
		.request_id = answer->request_id,
	};

	seikyo_page_ending(visit, &ending);
}

static void wait(struct seikyo_visit *visit, const struct seikyo_answer *answer)
{
	char moment[SEIKYO_HTML_MOMENT_MAX + 1] = "";
	struct seikyo_ending ending = {
		.title = N_("Re-issue of the token"),
		.kind = "warn",
		.heading = _("A new token cannot be issued yet"),
		.texts = {_("Your token has been revoked. Please log in again later.")},
		.request_id = answer->request_id,
	};

	if (answer->reissue_at &&
	    seikyo_html_moment_text(seikyo_html_whole_minute(answer->reissue_at), moment) == 0) {
		snprintf(visit->text, sizeof(visit->text),
			 _("Your token has been revoked. Please log in again at or after %s."),
			 moment);
		ending.texts[0] = visit->text;
	}
	seikyo_page_ending(visit, &ending);
}

static void not_started(struct seikyo_visit *visit, const struct seikyo_answer *answer)
{
	const struct seikyo_ending ending = {
		.title = N_("The service has not started yet"),
		.kind = "warn",
		.heading = _("The start date of your contract has not come yet"),
		.texts = {_(
			"You can log in from the start date on. If you do not know it, please ask "
			"a master user of your contract, or your branch.")},
		.request_id = answer->request_id,
	};

	seikyo_page_ending(visit, &ending);
}

/* A Reject after a code says nothing: the login is over. After a password it is a wrong one. */
static void reject(struct seikyo_visit *visit, const struct seikyo_answer *answer)
{
	switch (answer->outcome) {
	case SEIKYO_OUTCOME_OTP_LOCKED:
		locked(visit, answer);
		return;
	case SEIKYO_OUTCOME_REISSUE_WAIT:
		wait(visit, answer);
		return;
	case SEIKYO_OUTCOME_NOT_STARTED:
		not_started(visit, answer);
		return;
	default:
		break;
	}
	if (answer->outcome == SEIKYO_OUTCOME_CERTIFICATE_REFUSED)
		visit->problem = _("This is not the client certificate that the login began with. "
				   "Please begin again from the password.");
	else
		visit->problem = visit->form.values[SEIKYO_FIELD_STATE]
					 ? _("The login is no longer valid. Please begin again "
					     "from the password.")
					 : _("You could not be logged in. Please check your client "
					     "certificate and "
					     "your login password.");
	seikyo_page_login_form(visit);
}

void seikyo_page_verdict(struct seikyo_visit *visit, const struct seikyo_answer *answer)
{
	switch (answer->kind) {
	case SEIKYO_ANSWER_ACCEPT:
		open_session(visit, answer);
		break;
	case SEIKYO_ANSWER_CHALLENGE:
		challenge(visit, answer);
		break;
	case SEIKYO_ANSWER_REJECT:
		reject(visit, answer);
		break;
	case SEIKYO_ANSWER_NONE:
		seikyo_page_away(visit);
		break;
	}
}
