/* SPDX-License-Identifier: GPL-2.0-only */
#include "flow.h"

#include <stdio.h>
#include <string.h>

/* Reads len bytes of hexadecimal digits from the variable INJECT_what_LOGIN. */
static void read_hex(const char *what, const char *login, uint8_t *out, size_t len)
{
	char name[64];
	const char *text;
	unsigned byte;

	snprintf(name, sizeof(name), "INJECT_%s_%s", what, login);
	text = stage_word(name);
	if (strlen(text) != 2 * len)
		stage_die("%s has not %zu digits", name, 2 * len);
	for (size_t i = 0; i < len; i++) {
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			stage_die("%s is not hexadecimal", name);
		out[i] = (uint8_t)byte;
	}
}

/* The code of now, or one that is none. */
static void write_code(const struct seikyo_user *user, const char *login, bool right,
		       char out[static SEIKYO_TOTP_DIGITS_MAX + 1])
{
	uint8_t secret[32];
	const struct seikyo_totp totp = {user->algorithm, user->digits, secret, sizeof(secret)};
	const int64_t now = seikyo_totp_step(user->now_us / 1000000, SEIKYO_TOTP_PERIOD);
	struct seikyo_totp_match match = {.matched = true};

	read_hex("SECRET", login, secret, sizeof(secret));
	if (seikyo_totp_code(&totp, now, out) < 0)
		stage_die("no code");
	for (unsigned i = 0; !right && match.matched; i++) {
		snprintf(out, SEIKYO_TOTP_DIGITS_MAX + 1, "%06u", i);
		if (seikyo_totp_search(&totp, now, 0, 1, out, strlen(out), &match) < 0)
			stage_die("no code to look for");
	}
}

static void type(const struct seikyo_user *user, const char *login, enum flow_typed typed,
		 char out[static SEIKYO_TYPED_MAX + 1])
{
	char code[SEIKYO_TOTP_DIGITS_MAX + 1] = "123456";

	if (typed >= FLOW_CODE && user->token_state >= SEIKYO_TOKEN_INSTALLED)
		write_code(user, login, typed != FLOW_WRONG_CODE, code);
	switch (typed) {
	case FLOW_PASSWORD:
		strcpy(out, "pass word");
		break;
	case FLOW_WRONG_PASSWORD:
		strcpy(out, "pass words");
		break;
	case FLOW_CONFIRMATION:
		strcpy(out, "confirm it");
		break;
	case FLOW_PASSWORD_AND_CODE:
		snprintf(out, SEIKYO_TYPED_MAX + 1, "pass word%s", code);
		break;
	case FLOW_CODE:
	case FLOW_WRONG_CODE:
		strcpy(out, code);
		break;
	case FLOW_NOTHING:
		out[0] = '\0';
		break;
	}
}

/* A request of its own: another authenticator, so another attempt. */
static void fill(struct flow_request *made, const struct flow *flow, uint8_t number)
{
	const enum seikyo_purpose purpose =
		flow->purpose == 0 ? SEIKYO_PURPOSE_LOGIN : flow->purpose;
	const bool console = purpose != SEIKYO_PURPOSE_LOGIN && !flow->gateway;

	memset(made->authenticator, number, sizeof(made->authenticator));
	memset(made->session, 7, sizeof(made->session));
	made->request = (struct seikyo_login_request){
		.purpose = purpose,
		.name = flow->login,
		.password = made->password,
		.certificate = made->certificate,
		.session = made->session,
		.attempt = {made->authenticator, sizeof(made->authenticator)},
		.authenticator = made->authenticator,
		.client = console ? "console" : "gateway",
		.console = console,
	};
}

/* The leg that gives the State: this flow's, or another's. */
static struct flow flow_before(const struct flow *flow)
{
	struct flow before = {.name = flow->name, .login = flow->login, .purpose = flow->purpose};

	if (flow->state == FLOW_STATE_OF_ACTIVE1)
		before.login = "active1";
	if (flow->state == FLOW_STATE_OF_LOGIN)
		before.purpose = SEIKYO_PURPOSE_LOGIN;
	if (flow->state == FLOW_STATE_OF_CONSOLE)
		before.purpose = SEIKYO_PURPOSE_CONSOLE;
	return before;
}

static void run_leg_before(struct stage *stage, const struct flow *flow, struct flow_request *made)
{
	const struct flow before = flow_before(flow);
	const struct seikyo_user nobody = {0};
	struct seikyo_login_reply reply;

	fill(made, &before, 1);
	read_hex("CERTIFICATE", before.login, made->certificate, sizeof(made->certificate));
	type(&nobody, before.login, FLOW_PASSWORD, made->password);
	stage->host.code_in_password = false;
	seikyo_login_run(&stage->host, &made->request, &reply);
	if (reply.answer != SEIKYO_ANSWER_CHALLENGE || !reply.has_state)
		stage_die("no State for %s: %s %s", flow->name, reply.reason, reply.detail);
	memcpy(made->state, reply.state, sizeof(made->state));
	if (flow->state == FLOW_STATE_CHANGED)
		made->state[sizeof(made->state) - 1] ^= 1;
	seikyo_login_reply_wipe(&reply);
}

static void show_certificate(const struct flow *flow, bool known, struct flow_request *made)
{
	if (known)
		read_hex("CERTIFICATE", flow->login, made->certificate, sizeof(made->certificate));
	if (flow->certificate == FLOW_OTHER_CERTIFICATE)
		made->certificate[0] ^= 1;
	if (flow->certificate == FLOW_NO_CERTIFICATE)
		made->request.certificate = NULL;
}

void flow_make(struct stage *stage, const struct flow *flow, struct flow_request *made)
{
	struct seikyo_user user;
	bool known;

	memset(made, 0, sizeof(*made));
	if (seikyo_radius_find(stage->seat.store, flow->login, NULL, &user, &known) !=
	    SEIKYO_CALL_DONE)
		stage_die("%s", seikyo_store_error(stage->seat.store));
	if (flow->state == FLOW_STATE_FOREIGN)
		memset(made->state, 1, sizeof(made->state));
	else if (flow->state != FLOW_NO_STATE)
		run_leg_before(stage, flow, made);
	fill(made, flow, 2);
	show_certificate(flow, known, made);
	type(&user, flow->login, flow->password, made->password);
	type(&user, flow->login, flow->code, made->code);
	if (flow->code != FLOW_NOTHING)
		made->request.code = made->code;
	if (flow->state != FLOW_NO_STATE)
		made->request.state = (struct seikyo_bytes){made->state, sizeof(made->state)};
	if (flow->client != NULL)
		made->request.client = flow->client;
	stage->host.code_in_password = flow->suffix;
	stage_refresh(stage, flow->fresh);
}
