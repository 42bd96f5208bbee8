/* SPDX-License-Identifier: GPL-2.0-only */
/* 「ワンタイムパスワード認証確認」: what to enter on the phone, and its first code (R5c to e). */
#include "common/text.h"
#include "console/ask.h"
#include "console/frame.h"
#include "console/html.h"
#include "console/pages/pages.h"
#include "console/pages/standard.h"
#include "console/pages/step.h"
#include "console/widget.h"
#include "core/secret.h"

/* An id in large type that page.js lets be copied. */
static void id_row(struct seikyo_visit *visit, const char *name, const char *element,
		   const char *value, const char *copy)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<div>");
	html_element(out, "dt", name);
	html(out, "<dd class=\"big\"><span id=\"");
	html(out, element);
	html(out, "\">");
	html_txt(out, value);
	html(out, "</span><button type=\"button\" hidden data-copy=\"");
	html(out, element);
	html(out, "\" data-done=\"");
	html_attr(out, _("Copied"));
	html(out, "\" aria-label=\"");
	html_attr(out, copy);
	html(out, "\">");
	html_txt(out, _("Copy"));
	html(out, "</button></dd></div>\n");
}

static void token(struct seikyo_visit *visit, const struct seikyo_step *step)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<section class=\"box\">");
	html_element(out, "h2", _("Token information"));
	html(out, "<dl class=\"facts\">\n");
	id_row(visit, _("Service ID"), "service-id", step->service_id, _("Copy the service ID"));
	id_row(visit, _("User ID"), "user-id", step->app_user_id, _("Copy the user ID"));
	seikyo_widget_fact(visit, _("Start password"), _("The digits that you chose yourself"));
	html(out, "</dl></section>\n");
}

static void what_to_do(struct seikyo_visit *visit)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<section class=\"box\">");
	html_element(out, "h2", _("On your smartphone"));
	html(out, "<ol class=\"todo\">");
	html_element(out, "li",
		     _("Open the address in the mail. The one-time password app starts."));
	html_element(out, "li",
		     _("Under \"Initial setup\" enter service ID, user ID and start password, and "
		       "press \"Send\"."));
	html_element(out, "li",
		     _("After \"Initial setup completed\" press \"Next\", and register a name for "
		       "the token."));
	html_element(out, "li",
		     _("Enter the one-time password that the app shows in the field below."));
	html(out, "</ol></section>\n");
}

/* The mail did not come: with a ticket at once, or else by way of the login. */
static void again(struct seikyo_visit *visit, const struct seikyo_step *step)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<section class=\"box\">");
	html_element(out, "h2", _("If the mail does not come"));
	html_element(
		out, "p",
		_("Please issue the token again. The one that was issued before is void then."));
	if (step->ticket) {
		seikyo_widget_form(visit, "/setup/again", NULL);
		seikyo_step_hide(visit, step);
		seikyo_widget_buttons(visit, "", _("Issue the token again"), NULL, NULL);
		html(out, "</form>");
	} else {
		seikyo_widget_buttons(visit, NULL, NULL, "/login", _("Begin again from the login"));
	}
	html(out, "</section>\n");
}

void seikyo_page_first_code(struct seikyo_visit *visit, const struct seikyo_step *step)
{
	static const struct seikyo_frame frame = {
		.title = N_("Confirmation of the one-time password"),
		.steps = {N_("Token issue"), N_("Setup of the app"), N_("Confirmation")},
		.step = 1,
		.narrow = true,
	};
	struct seikyo_buffer *out = &visit->response.body;

	seikyo_frame_begin(visit, &frame);
	if (step->sent_to) {
		html(out, "<div class=\"notice good\"><p>");
		html_txt(out, _("A mail has been sent to: "));
		html_txt(out, step->sent_to);
		html(out, "</p></div>\n");
	}
	if (step->is_lone_master)
		seikyo_page_lone_master(visit);
	token(visit, step);
	what_to_do(visit);
	seikyo_widget_form(visit, "/setup/code", "box");
	seikyo_step_hide(visit, step);
	seikyo_step_code(visit);
	seikyo_widget_buttons(visit, "primary", _("Confirm"), NULL, NULL);
	html(out, "</form>\n");
	if (step->standard_apps)
		seikyo_page_standard_offer(visit, step);
	again(visit, step);
	seikyo_frame_end(visit);
}

void seikyo_page_first_code_send(struct seikyo_visit *visit)
{
	struct seikyo_answer answer;
	struct seikyo_step step;
	uint8_t state[SEIKYO_RADIUS_STATE_MAX];
	uint8_t ticket[SEIKYO_TICKET_LEN];

	seikyo_step_take(visit, &step, state, ticket);
	if (!step.state_len || !*step.app_user_id) {
		seikyo_page_expired(visit);
	} else if (!seikyo_step_check_code(visit)) {
		seikyo_page_first_code(visit, &step);
	} else {
		seikyo_ask_login(visit, SEIKYO_FIELD_CODE, &answer);
		seikyo_page_verdict(visit, &answer);
		seikyo_secret_wipe(&answer, sizeof(answer));
	}
	seikyo_secret_wipe(state, sizeof(state));
	seikyo_secret_wipe(ticket, sizeof(ticket));
}
