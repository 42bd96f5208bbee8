/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/ask.h"

#include <stdio.h>

#include "console/log.h"
#include "console/session.h"
#include "core/secret.h"

/* No field is longer (form.c). */
#define TYPED_MAX 512

static void ask(struct seikyo_visit *visit, const struct seikyo_question *question,
		struct seikyo_answer *answer)
{
	struct seikyo_radius *radius = visit->console->radius;

	seikyo_radius_ask(radius, question, answer);
	if (answer->kind == SEIKYO_ANSWER_NONE)
		seikyo_log("no RADIUS server has answered: %s", seikyo_radius_error(radius));
}

/* Codes may be typed with full-width digits; a password is taken as it is. */
static void take_typed(const struct seikyo_form *form, enum seikyo_field field, char *typed)
{
	if (field == SEIKYO_FIELD_CODE)
		seikyo_form_half_width(form, field, typed);
	else
		snprintf(typed, TYPED_MAX + 1, "%s", seikyo_form_text(form, field));
}

void seikyo_ask_login(struct seikyo_visit *visit, enum seikyo_field field,
		      struct seikyo_answer *answer)
{
	char typed[TYPED_MAX + 1];
	uint8_t state[SEIKYO_RADIUS_STATE_MAX];
	uint8_t attempt[SEIKYO_ATTEMPT_LEN];
	struct seikyo_question question = {
		.purpose = SEIKYO_PURPOSE_CONSOLE,
		.login_id = seikyo_visit_login(visit),
		.password = typed,
		.certificate = seikyo_visit_certificate(visit),
		.attempt = attempt,
	};

	*answer = (struct seikyo_answer){0};
	take_typed(&visit->form, field, typed);
	question.state_len =
		seikyo_form_bytes(&visit->form, SEIKYO_FIELD_STATE, state, sizeof(state));
	if (question.state_len)
		question.state = state;
	if (seikyo_form_bytes(&visit->form, SEIKYO_FIELD_ATTEMPT, attempt, sizeof(attempt)) ==
	    sizeof(attempt))
		ask(visit, &question, answer);
	seikyo_secret_wipe(typed, sizeof(typed));
	seikyo_secret_wipe(state, sizeof(state));
}

void seikyo_ask_confirmation(struct seikyo_visit *visit, struct seikyo_answer *answer)
{
	uint8_t digest[SEIKYO_DIGEST_LEN];
	uint8_t attempt[SEIKYO_ATTEMPT_LEN];
	const struct seikyo_question question = {
		.purpose = SEIKYO_PURPOSE_CONFIRMATION,
		.login_id = visit->session.login_id,
		.password = seikyo_form_text(&visit->form, SEIKYO_FIELD_CONFIRMATION),
		.certificate = seikyo_visit_certificate(visit),
		.attempt = attempt,
		.session_digest = digest,
	};

	*answer = (struct seikyo_answer){0};
	if (seikyo_session_digest(visit->cookie, digest) == 0 &&
	    seikyo_form_bytes(&visit->form, SEIKYO_FIELD_ATTEMPT, attempt, sizeof(attempt)) ==
		    sizeof(attempt))
		ask(visit, &question, answer);
}
