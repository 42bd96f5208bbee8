/* SPDX-License-Identifier: GPL-2.0-only */
/* 「ワンタイムパスワードトークン発行」: the initial setup's mail address and start password (R5a to
 * c). */
#include <string.h>

#include "common/text.h"
#include "console/frame.h"
#include "console/html.h"
#include "console/install.h"
#include "console/log.h"
#include "console/pages/pages.h"
#include "console/pages/step.h"
#include "console/store.h"
#include "console/widget.h"
#include "core/secret.h"
#include "seikyo_refusals.h"

static void mail_box(struct seikyo_visit *visit)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<section class=\"box\">");
	html_element(out, "h2", _("Mail address to send to"));
	html_element(out, "p",
		     _("A mail with the address of the one-time password app is sent there."));
	seikyo_widget_field(visit,
			    &(struct seikyo_widget){
				    .field = SEIKYO_FIELD_MAIL,
				    .label = _("Mobile mail address"),
				    .hint = _("Half-width characters."),
				    .type = "email",
				    .max = 254,
				    .value = seikyo_form_text(&visit->form, SEIKYO_FIELD_MAIL),
			    });
	html(out, "</section>\n");
}

static void start_field(struct seikyo_visit *visit, enum seikyo_field field, const char *label,
			const char *hint)
{
	seikyo_widget_field(visit, &(struct seikyo_widget){
					   .field = field,
					   .label = label,
					   .hint = hint,
					   .type = "password",
					   .class = "short",
					   .complete = "new-password",
					   .keyboard = "digits",
					   .max = SEIKYO_START_MAX,
					   .digits = true,
				   });
}

static void start_box(struct seikyo_visit *visit)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<section class=\"box\">");
	html_element(out, "h2", _("Settings for the issue"));
	start_field(
		visit, SEIKYO_FIELD_START, _("Start password"),
		_("4 to 8 half-width digits that you choose. You enter them once, in the app."));
	start_field(visit, SEIKYO_FIELD_START_AGAIN, _("Start password (again)"), NULL);
	html(out, "</section>\n");
}

void seikyo_page_setup(struct seikyo_visit *visit, const struct seikyo_step *step)
{
	static const struct seikyo_frame frame = {
		.title = N_("Issue of a one-time password token"),
		.steps = {N_("Token issue"), N_("Setup of the app"), N_("Confirmation")},
		.narrow = true,
	};

	seikyo_frame_begin(visit, &frame);
	html_element(&visit->response.body, "p",
		     _("Here you set up the one-time password app. Please have your smartphone at "
		       "hand."));
	html(&visit->response.body, "<p>");
	html_txt(&visit->response.body, _("Please open this address on your smartphone beforehand, "
					  "to check whether it will "
					  "do: "));
	html_txt(&visit->response.body, visit->console->config.app_url);
	html(&visit->response.body, "check.html</p>\n");
	seikyo_widget_form(visit, "/setup", NULL);
	seikyo_step_hide(visit, step);
	mail_box(visit);
	start_box(visit);
	seikyo_widget_buttons(visit, "primary", _("Issue the token"), NULL, NULL);
	html(&visit->response.body, "</form>\n");
	seikyo_frame_end(visit);
}

/* Both start passwords, in half-width digits. */
struct start {
	char first[65];
	char again[65];
};

static bool check(struct seikyo_visit *visit, const struct start *start)
{
	if (!*seikyo_form_text(&visit->form, SEIKYO_FIELD_MAIL))
		visit->problems[SEIKYO_FIELD_MAIL] = _("Please enter a mobile mail address.");
	if (!seikyo_form_is_digits(start->first, SEIKYO_START_MIN, SEIKYO_START_MAX))
		visit->problems[SEIKYO_FIELD_START] =
			_("The start password must be 4 to 8 half-width digits.");
	else if (strcmp(start->first, start->again) != 0)
		visit->problems[SEIKYO_FIELD_START_AGAIN] =
			_("The two start passwords are not the same.");
	return !seikyo_visit_has_problems(visit);
}

/* A refusal that the user can mend at once; the ticket is still good then. */
static bool can_be_mended(struct seikyo_visit *visit)
{
	const char *text;

	switch (seikyo_call_refusal(visit->console->store, &text)) {
	case SEIKYO_REFUSAL_MAIL_ADDRESS:
	case SEIKYO_REFUSAL_MAIL_DOMAIN:
		visit->problems[SEIKYO_FIELD_MAIL] = seikyo_text_known(text);
		return true;
	default:
		return false;
	}
}

static void issue(struct seikyo_visit *visit, struct seikyo_step *step, const struct start *start)
{
	struct seikyo_store *store = seikyo_console_store(visit->console);
	uint8_t digest[SEIKYO_CONSOLE_DIGEST_LEN];
	struct seikyo_console_issued issued;
	enum seikyo_call_result result;
	const struct seikyo_console_issue issue = {
		.ticket = step->ticket,
		.service_id = visit->console->config.service_id,
		.mail_address = seikyo_form_text(&visit->form, SEIKYO_FIELD_MAIL),
		.digest = digest,
		.certificate = seikyo_visit_certificate(visit),
	};

	if (!store || seikyo_sealing_digest(&visit->console->sealing, start->first, digest) < 0) {
		if (store)
			seikyo_log("console_issue_token: no digest of the start password");
		seikyo_page_away(visit);
		return;
	}
	result = seikyo_console_issue(store, &issue, &issued);
	seikyo_secret_wipe(digest, sizeof(digest));
	if (result == SEIKYO_CALL_REFUSED && can_be_mended(visit)) {
		seikyo_page_setup(visit, step);
		return;
	}
	if (result != SEIKYO_CALL_DONE) {
		seikyo_page_not_done(visit, "console_issue_token", result);
		return;
	}
	step->ticket = NULL;
	step->app_user_id = issued.app_user_id;
	step->standard_apps = issued.standard_apps;
	step->is_lone_master = issued.lone_master;
	step->sent_to = issue.mail_address;
	seikyo_page_first_code(visit, step);
}

void seikyo_page_setup_send(struct seikyo_visit *visit)
{
	struct seikyo_step step;
	uint8_t state[SEIKYO_RADIUS_STATE_MAX];
	uint8_t ticket[SEIKYO_TICKET_LEN];
	struct start start;

	seikyo_step_take(visit, &step, state, ticket);
	seikyo_form_half_width(&visit->form, SEIKYO_FIELD_START, start.first);
	seikyo_form_half_width(&visit->form, SEIKYO_FIELD_START_AGAIN, start.again);
	if (!step.state_len || !step.ticket)
		seikyo_page_expired(visit);
	else if (!check(visit, &start))
		seikyo_page_setup(visit, &step);
	else
		issue(visit, &step, &start);
	seikyo_secret_wipe(&start, sizeof(start));
	seikyo_secret_wipe(state, sizeof(state));
	seikyo_secret_wipe(ticket, sizeof(ticket));
}

/* From the page that waits for the first code back to a: the mail did not come (R5). */
void seikyo_page_setup_again(struct seikyo_visit *visit)
{
	struct seikyo_step step;
	uint8_t state[SEIKYO_RADIUS_STATE_MAX];
	uint8_t ticket[SEIKYO_TICKET_LEN];

	seikyo_step_take(visit, &step, state, ticket);
	/* It is about to be void. */
	step.app_user_id = NULL;
	if (step.state_len && step.ticket)
		seikyo_page_setup(visit, &step);
	else
		seikyo_page_expired(visit);
	seikyo_secret_wipe(state, sizeof(state));
	seikyo_secret_wipe(ticket, sizeof(ticket));
}
