/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The logins that are run: what is sent, and what is answered where nothing fails.
 */
#ifndef INJECT_FLOW_H
#define INJECT_FLOW_H

#include "stage.h"

/* What is typed into a field. */
enum flow_typed {
	FLOW_NOTHING = 0,
	FLOW_PASSWORD,
	FLOW_WRONG_PASSWORD,
	FLOW_CONFIRMATION,
	FLOW_CODE,
	FLOW_WRONG_CODE,
	FLOW_PASSWORD_AND_CODE, /* run together */
};

/* The State that comes with it, and where it is from. */
enum flow_state {
	FLOW_NO_STATE = 0,
	FLOW_STATE, /* a leg with the password went before */
	FLOW_STATE_OF_ACTIVE1,
	FLOW_STATE_OF_LOGIN, /* of Seikyo-Purpose Login, sent with another */
	FLOW_STATE_OF_CONSOLE,
	FLOW_STATE_CHANGED,
	FLOW_STATE_FOREIGN,
};

enum flow_certificate {
	FLOW_OWN_CERTIFICATE = 0,
	FLOW_OTHER_CERTIFICATE,
	FLOW_NO_CERTIFICATE,
};

struct flow {
	const char *name;
	const char *login;
	const char *before;  /* SQL: what changes after the leg before, and before this one */
	const char *between; /* SQL: what changes while this leg is on its way */
	enum flow_typed password;
	enum flow_typed code;
	enum flow_state state;
	enum flow_certificate certificate;
	enum seikyo_purpose purpose; /* 0: Login */
	bool suffix;
	bool gateway;		   /* sent by the gateway, whatever the purpose */
	bool fresh;		   /* over a connection just opened; the clocks are not compared */
	const char *client;	   /* NULL: gateway or console */
	enum seikyo_answer answer; /* where nothing fails */
	enum seikyo_outcome outcome;
	bool expired;
};

/* A request and what it points to. */
struct flow_request {
	struct seikyo_login_request request;
	uint8_t certificate[SEIKYO_DIGEST_LEN];
	uint8_t session[SEIKYO_DIGEST_LEN];
	uint8_t authenticator[SEIKYO_AUTHENTICATOR_LEN];
	uint8_t state[SEIKYO_STATE_LEN];
	char password[SEIKYO_TYPED_MAX + 1];
	char code[SEIKYO_TYPED_MAX + 1];
};

/* The flow called name, or NULL. They stand in flow_table.c. */
const struct flow *flow_named(const char *name);

/*
 * Prints a line for each: "accepted", "refused" (or asked), or "between" (where something happens
 * on the way, so that a call more would be in its way), and the name.
 */
void flow_list(void);

/*
 * Makes the flow's request, on a database just reset; runs the leg before it, if any. *request must
 * not be moved afterwards.
 */
void flow_make(struct stage *stage, const struct flow *flow, struct flow_request *request);

#endif
