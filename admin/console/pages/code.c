/* SPDX-License-Identifier: GPL-2.0-only */
/* 「ワンタイムパスワード認証」: the code after the password (R2). */
#include <string.h>

#include "common/text.h"
#include "console/ask.h"
#include "console/frame.h"
#include "console/html.h"
#include "console/pages/pages.h"
#include "console/pages/step.h"
#include "console/widget.h"
#include "core/secret.h"

void seikyo_page_code(struct seikyo_visit *visit, const struct seikyo_step *step)
{
	static const struct seikyo_frame frame = {
		.title = N_("One-time password authentication"),
		.steps = {N_("Login password"), N_("One-time password")},
		.step = 1,
		.narrow = true,
	};

	seikyo_frame_begin(visit, &frame);
	seikyo_widget_form(visit, "/login/code", "box");
	seikyo_step_hide(visit, step);
	seikyo_step_code(visit);
	seikyo_widget_buttons(visit, "primary", _("Authenticate"), "/login", _("Begin again"));
	html(&visit->response.body, "</form>\n");
	seikyo_frame_end(visit);
}

void seikyo_page_code_send(struct seikyo_visit *visit)
{
	struct seikyo_answer answer;
	struct seikyo_step step;
	uint8_t state[SEIKYO_RADIUS_STATE_MAX];
	uint8_t ticket[SEIKYO_TICKET_LEN];

	seikyo_step_take(visit, &step, state, ticket);
	if (!step.state_len) {
		seikyo_page_expired(visit);
	} else if (!seikyo_step_check_code(visit)) {
		seikyo_page_code(visit, &step);
	} else {
		seikyo_ask_login(visit, SEIKYO_FIELD_CODE, &answer);
		seikyo_page_verdict(visit, &answer);
		seikyo_secret_wipe(&answer, sizeof(answer));
	}
	seikyo_secret_wipe(state, sizeof(state));
}
