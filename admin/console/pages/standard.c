/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/pages/standard.h"

#include <stdio.h>

#include "common/text.h"
#include "console/frame.h"
#include "console/html.h"
#include "console/log.h"
#include "console/otpauth.h"
#include "console/pages/step.h"
#include "console/widget.h"
#include "core/secret.h"

/* Those that keep to the period in the URI; many others take 30 seconds whatever it says. */
static const char APPS[] = "FreeOTP (Android, iPhone), Aegis Authenticator (Android), "
			   "Ente Auth (Android, iPhone)";

static void put_apps(struct seikyo_visit *visit)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<p>");
	html_txt(out, _("Apps that change the code every 60 seconds: "));
	html_txt(out, APPS);
	html(out, "</p>\n");
	html_element(out, "p",
		     _("Google Authenticator and Microsoft Authenticator cannot be used: they show "
		       "other codes."));
}

void seikyo_page_standard_offer(struct seikyo_visit *visit, const struct seikyo_step *step)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<section class=\"box\">");
	html_element(out, "h2", _("If you use another authenticator app"));
	html_element(out, "p",
		     _("Instead of the one-time password app you can use a standard authenticator "
		       "app. Enter the start password to show its QR code, which is shown only "
		       "once."));
	put_apps(visit);
	seikyo_widget_form(visit, "/setup/standard", NULL);
	seikyo_step_hide(visit, step);
	seikyo_widget_field(visit, &(struct seikyo_widget){
					   .field = SEIKYO_FIELD_START,
					   .label = _("Start password"),
					   .type = "password",
					   .class = "short",
					   .keyboard = "digits",
					   .max = SEIKYO_START_MAX,
					   .digits = true,
				   });
	seikyo_widget_buttons(visit, "", _("Show the QR code"), NULL, NULL);
	html(out, "</form></section>\n");
}

/* What has to be chosen where the key is typed: other apps' defaults differ. */
static void put_parameters(struct seikyo_visit *visit, const struct seikyo_app_token *token)
{
	char text[64];

	snprintf(text, sizeof(text), "%s / %u / %u", seikyo_otpauth_algorithm(token->algorithm),
		 token->digits, token->period);
	seikyo_widget_fact(visit, _("Algorithm, digits and seconds"), text);
}

/* The secret, in the three ways in which an app can take it. */
static int put_token(struct seikyo_visit *visit, const struct seikyo_step *step,
		     const struct seikyo_installed *installed)
{
	struct seikyo_buffer *page = &visit->response.body;
	struct seikyo_buffer uri = {0};
	int result = -1;

	seikyo_otpauth_uri(&uri, visit->console->config.service_name, step->app_user_id, installed);
	seikyo_buffer_add(&uri, "", 1);
	if (uri.failed)
		goto out;
	uri.len--;
	html(page, "<section class=\"box\">");
	html_element(page, "h2", _("QR code"));
	html_element(
		page, "p",
		_("Read this QR code with the authenticator app. It is shown only this once."));
	html(page, "<p>");
	result = seikyo_otpauth_qr(page, &uri, _("QR code of the token"));
	html(page, "</p><p><a class=\"button\" href=\"");
	html_attr(page, uri.text);
	html(page, "\">");
	html_txt(page, _("Open it in the authenticator app of this device"));
	html(page, "</a></p>\n<dl class=\"facts\">");
	seikyo_widget_fact(visit, _("Key, to be typed"), installed->secret);
	put_parameters(visit, &installed->token);
	seikyo_widget_fact(visit, _("User ID"), step->app_user_id);
	html(page, "</dl>\n");
	put_apps(visit);
	html(page, "</section>\n");
out:
	seikyo_buffer_close(&uri);
	return result;
}

static void show(struct seikyo_visit *visit, const struct seikyo_step *step,
		 const struct seikyo_installed *installed)
{
	static const struct seikyo_frame frame = {
		.title = N_("Setup of a standard authenticator app"),
		.steps = {N_("Token issue"), N_("Setup of the app"), N_("Confirmation")},
		.step = 1,
		.narrow = true,
	};

	seikyo_frame_begin(visit, &frame);
	if (put_token(visit, step, installed) < 0) {
		seikyo_log("the QR code of a token could not be made");
		seikyo_buffer_close(&visit->response.body);
		seikyo_page_away(visit);
		return;
	}
	seikyo_widget_form(visit, "/setup/code", "box");
	seikyo_step_hide(visit, step);
	seikyo_step_code(visit);
	seikyo_widget_buttons(visit, "primary", _("Confirm"), NULL, NULL);
	html(&visit->response.body, "</form>\n");
	seikyo_frame_end(visit);
}

/* The page that waits for the first code again, with what is wrong. */
static void ask_again(struct seikyo_visit *visit, const struct seikyo_step *step, const char *why)
{
	visit->problems[SEIKYO_FIELD_START] = why;
	seikyo_page_first_code(visit, step);
}

static void install(struct seikyo_visit *visit, const struct seikyo_step *step,
		    const char *start_password)
{
	struct seikyo_installed installed;
	const struct seikyo_install sent = {
		.service_id = step->service_id,
		.app_user_id = step->app_user_id,
		.start_password = start_password,
	};

	switch (seikyo_install(visit->console, &sent, &installed)) {
	case SEIKYO_CALL_DONE:
		/* Only a request that our page did not offer comes here without: the secret stays
		 * in. */
		if (installed.token.standard_apps)
			show(visit, step, &installed);
		else
			seikyo_page_expired(visit);
		break;
	case SEIKYO_CALL_REFUSED:
		ask_again(visit, step,
			  _("The start password is wrong, or the token was issued to an app "
			    "already."));
		break;
	default:
		seikyo_page_away(visit);
	}
	seikyo_secret_wipe(&installed, sizeof(installed));
}

void seikyo_page_standard_send(struct seikyo_visit *visit)
{
	struct seikyo_step step;
	uint8_t state[SEIKYO_RADIUS_STATE_MAX];
	uint8_t ticket[SEIKYO_TICKET_LEN];
	char start_password[65];

	seikyo_step_take(visit, &step, state, ticket);
	seikyo_form_half_width(&visit->form, SEIKYO_FIELD_START, start_password);
	if (!step.state_len || !*step.app_user_id)
		seikyo_page_expired(visit);
	else if (!seikyo_form_is_digits(start_password, SEIKYO_START_MIN, SEIKYO_START_MAX))
		ask_again(visit, &step, _("The start password must be 4 to 8 half-width digits."));
	else
		install(visit, &step, start_password);
	seikyo_secret_wipe(start_password, sizeof(start_password));
	seikyo_secret_wipe(state, sizeof(state));
	seikyo_secret_wipe(ticket, sizeof(ticket));
}
