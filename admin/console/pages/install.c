/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * POST /token/install: the phone fetches its token (R5d). JSON both ways, on the app's own origin,
 * where no page of the console is. Asked:
 *
 *	{"service_id": TEXT, "user_id": TEXT, "start_password": TEXT}
 *
 * Given with 200:
 *
 *	{"secret": BASE32, "algorithm": "sha256", "digits": 6, "period": 60, "service_name": TEXT}
 *
 * else:
 *
 *	{"error": "install" | "form" | "service", "text_ja": TEXT, "text_en": TEXT}
 *
 * "install" never says which of the three was wrong.
 */
#include <stdio.h>
#include <string.h>

#include "common/json.h"
#include "common/text.h"
#include "console/install.h"
#include "console/log.h"
#include "console/pages/install_body.h"
#include "console/pages/pages.h"
#include "core/secret.h"

/* Why there is no token. The texts are not yet translated. */
struct refusal {
	int status;
	const char *error;
	const char *text;
};

static const struct refusal refused = {
	403, "install", N_("Service ID, user ID or start password is wrong, or has expired.")};
static const struct refusal malformed = {400, "form", N_("The request is not well formed.")};
static const struct refusal elsewhere = {403, "form",
					 N_("This request did not come from our own page.")};
static const struct refusal away = {
	503, "service",
	N_("The service is not available at the moment. Please issue the token again on your "
	   "computer after a while.")};

static void put_member(struct seikyo_buffer *out, const char *name, const char *value)
{
	seikyo_buffer_put(out, out->len ? ", " : "{");
	seikyo_json_string(out, name);
	seikyo_buffer_put(out, ": ");
	seikyo_json_string(out, value);
}

static void put_number(struct seikyo_buffer *out, const char *name, unsigned value)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", value);
	seikyo_buffer_put(out, ", ");
	seikyo_json_string(out, name);
	seikyo_buffer_put(out, ": ");
	seikyo_buffer_put(out, number);
}

static void answer(struct seikyo_visit *visit, int status)
{
	visit->response.status = status;
	visit->response.type = "application/json";
	visit->response.language = NULL;
}

/* In both languages: the app's own need not be the browser's. */
static void refuse(struct seikyo_visit *visit, const struct refusal *refusal)
{
	struct seikyo_buffer *out = &visit->response.body;

	put_member(out, "error", refusal->error);
	seikyo_text_language("ja");
	put_member(out, "text_ja", _(refusal->text));
	seikyo_text_language("en");
	put_member(out, "text_en", _(refusal->text));
	seikyo_buffer_put(out, "}\n");
	answer(visit, refusal->status);
}

static void give(struct seikyo_visit *visit, const struct seikyo_installed *installed)
{
	struct seikyo_buffer *out = &visit->response.body;

	put_member(out, "secret", installed->secret);
	put_member(out, "algorithm", seikyo_install_algorithm(installed->token.algorithm));
	put_number(out, "digits", installed->token.digits);
	put_number(out, "period", installed->token.period);
	put_member(out, "service_name", visit->console->config.service_name);
	seikyo_buffer_put(out, "}\n");
	answer(visit, 200);
}

static void install(struct seikyo_visit *visit, const struct seikyo_install_body *body)
{
	struct seikyo_installed installed;
	const struct seikyo_install sent = {
		.service_id = body->service_id,
		.app_user_id = body->app_user_id,
		.start_password = body->start_password,
	};

	switch (seikyo_install(visit->console, &sent, &installed)) {
	case SEIKYO_CALL_DONE:
		give(visit, &installed);
		break;
	case SEIKYO_CALL_REFUSED:
		refuse(visit, &refused);
		break;
	default:
		refuse(visit, &away);
	}
	seikyo_secret_wipe(&installed, sizeof(installed));
}

void seikyo_page_install(struct seikyo_visit *visit)
{
	const struct seikyo_request *request = visit->request;
	struct seikyo_install_body body = {0};

	if (strcmp(request->origin, visit->console->config.app_origin) != 0) {
		seikyo_log("POST /token/install from another origin refused, from %s",
			   request->address);
		refuse(visit, &elsewhere);
	} else if (!request->is_json || *request->query ||
		   seikyo_install_body_read(&body, request->body, request->body_len) < 0) {
		refuse(visit, &malformed);
	} else {
		install(visit, &body);
	}
	seikyo_secret_wipe(&body, sizeof(body));
}
