/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/pages/step.h"

#include <string.h>

#include "common/text.h"
#include "console/widget.h"
#include "core/secret.h"
#include "core/ticket.h"

#define STANDARD "standard"
/* Digits of a code (policy token_digits). */
#define CODE_SHORT 6
#define CODE_LONG  8

void seikyo_step_hide(struct seikyo_visit *visit, const struct seikyo_step *step)
{
	seikyo_widget_hidden_bytes(visit, SEIKYO_FIELD_STATE, step->state, step->state_len);
	if (visit->form.values[SEIKYO_FIELD_LOGIN_ID])
		seikyo_widget_hidden(visit, SEIKYO_FIELD_LOGIN_ID,
				     visit->form.values[SEIKYO_FIELD_LOGIN_ID]);
	if (step->ticket)
		seikyo_widget_hidden_bytes(visit, SEIKYO_FIELD_TICKET, step->ticket,
					   SEIKYO_TICKET_LEN);
	if (step->app_user_id && *step->app_user_id)
		seikyo_widget_hidden(visit, SEIKYO_FIELD_APP_USER_ID, step->app_user_id);
	if (step->standard_apps)
		seikyo_widget_hidden(visit, SEIKYO_FIELD_APP, STANDARD);
}

bool seikyo_step_standard_apps(const struct seikyo_visit *visit)
{
	return strcmp(seikyo_form_text(&visit->form, SEIKYO_FIELD_APP), STANDARD) == 0;
}

/* True if there is a name to ask about: the certificate may have gone since the page before. */
static bool has_login(const struct seikyo_visit *visit)
{
	const size_t len = strlen(seikyo_visit_login(visit));

	return len > 0 && len <= SEIKYO_LOGIN_MAX;
}

void seikyo_step_take(const struct seikyo_visit *visit, struct seikyo_step *step,
		      uint8_t state[static SEIKYO_RADIUS_STATE_MAX],
		      uint8_t ticket[static SEIKYO_TICKET_LEN])
{
	*step = (struct seikyo_step){
		.state = state,
		.state_len = seikyo_form_bytes(&visit->form, SEIKYO_FIELD_STATE, state,
					       SEIKYO_RADIUS_STATE_MAX),
		.service_id = visit->console->config.service_id,
		.app_user_id = seikyo_form_text(&visit->form, SEIKYO_FIELD_APP_USER_ID),
		.standard_apps = seikyo_step_standard_apps(visit),
	};
	if (!has_login(visit))
		step->state_len = 0;
	if (seikyo_form_bytes(&visit->form, SEIKYO_FIELD_TICKET, ticket, SEIKYO_TICKET_LEN) ==
	    SEIKYO_TICKET_LEN)
		step->ticket = ticket;
}

void seikyo_step_code(struct seikyo_visit *visit)
{
	seikyo_widget_field(visit,
			    &(struct seikyo_widget){
				    .field = SEIKYO_FIELD_CODE,
				    .label = _("One-time password"),
				    .hint = _("Enter the digits that the one-time password app "
					      "shows."),
				    .type = "text",
				    .class = "code",
				    .complete = "one-time-code",
				    .max = CODE_LONG,
				    .digits = true,
			    });
}

bool seikyo_step_check_code(struct seikyo_visit *visit)
{
	char code[65];
	bool good;

	seikyo_form_half_width(&visit->form, SEIKYO_FIELD_CODE, code);
	good = seikyo_form_is_digits(code, CODE_SHORT, CODE_SHORT) ||
	       seikyo_form_is_digits(code, CODE_LONG, CODE_LONG);
	seikyo_secret_wipe(code, sizeof(code));
	if (!good)
		visit->problems[SEIKYO_FIELD_CODE] =
			_("Please enter the one-time password as the app shows it, digits only.");
	return good;
}
