/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/console.h"

#include <string.h>

const uint8_t *seikyo_visit_certificate(const struct seikyo_visit *visit)
{
	return visit->request->has_certificate ? visit->request->certificate : NULL;
}

struct seikyo_console_caller seikyo_visit_caller(const struct seikyo_visit *visit)
{
	return (struct seikyo_console_caller){.session = visit->cookie,
					      .certificate = seikyo_visit_certificate(visit)};
}

const char *seikyo_visit_login(const struct seikyo_visit *visit)
{
	if (strcmp(visit->console->config.login_id_from, "typed") == 0)
		return seikyo_form_text(&visit->form, SEIKYO_FIELD_LOGIN_ID);
	return visit->request->has_certificate ? visit->request->certificate_login : "";
}

bool seikyo_visit_has_problems(const struct seikyo_visit *visit)
{
	bool has = visit->problem;

	for (size_t i = 0; i < SEIKYO_FIELDS; i++)
		has |= visit->problems[i] != NULL;
	return has;
}
