/* SPDX-License-Identifier: GPL-2.0-only */
#include "leg.h"
#include "proof.h"
#include "seikyo_refusals.h"

#include <stdio.h>
#include <string.h>

static void write_id(const uint8_t nonce[static SEIKYO_STATE_NONCE_LEN],
		     char text[static SEIKYO_REQUEST_ID_TEXT])
{
	for (size_t i = 0; i < SEIKYO_REQUEST_ID_LEN; i++)
		snprintf(text + 2 * i, 3, "%02x", nonce[i]);
}

int seikyo_login_request_id(const struct seikyo_keyring *keyring, const char *client,
			    const uint8_t authenticator[static SEIKYO_AUTHENTICATOR_LEN],
			    char text[static SEIKYO_REQUEST_ID_TEXT])
{
	const struct seikyo_bytes group = {client, strlen(client)};
	uint8_t nonce[SEIKYO_STATE_NONCE_LEN];

	text[0] = '\0';
	if (seikyo_state_nonce(&keyring->mac, group, authenticator, nonce) < 0)
		return -1;
	write_id(nonce, text);
	return 0;
}

/* Makes what every reply needs: nonce, request id, group, the name's MAC. */
static int prepare(struct seikyo_login *login)
{
	const struct seikyo_login_request *request = login->request;
	const struct seikyo_mac *mac = &login->host->keyring->mac;
	const struct seikyo_bytes client = {request->client, strlen(request->client)};
	const struct seikyo_bytes name = {request->name, strlen(request->name)};
	uint8_t name_mac[SEIKYO_MAC_LEN];

	if (seikyo_state_nonce(mac, client, request->authenticator, login->nonce) < 0 ||
	    seikyo_state_group(client, login->group) < 0 ||
	    seikyo_mac_compute(mac, "name", &name, 1, name_mac) < 0)
		return -1;
	memcpy(login->settling.name_mac, name_mac, SEIKYO_NAME_MAC_LEN);
	memcpy(login->settling.request, login->nonce, SEIKYO_REQUEST_ID_LEN);
	login->settling.client = request->client;
	write_id(login->nonce, login->reply->request_id);
	return 0;
}

static void answer_state(struct seikyo_login *login)
{
	const struct seikyo_login_request *request = login->request;
	struct seikyo_state state;

	switch (seikyo_state_decode(request->state.data, request->state.len,
				    &login->host->keyring->mac, &state)) {
	case SEIKYO_STATE_FOREIGN:
		seikyo_password_leg(login);
		break;
	case SEIKYO_STATE_GOOD:
		if (state.purpose != (uint8_t)request->purpose ||
		    memcmp(state.group, login->group, sizeof(state.group)) != 0)
			seikyo_leg_reject(login, SEIKYO_OUTCOME_NONE,
					  "State of another client or purpose");
		else if (request->code != NULL)
			seikyo_leg_reject(login, SEIKYO_OUTCOME_NONE,
					  "State and Seikyo-OTP in one request");
		else
			seikyo_code_leg(login, &state);
		break;
	case SEIKYO_STATE_FAILED:
		seikyo_leg_fail(login, "OpenSSL failed");
		break;
	case SEIKYO_STATE_BAD:
	default:
		seikyo_leg_reject(login, SEIKYO_OUTCOME_NONE,
				  "State not made by this service, or changed");
		break;
	}
}

void seikyo_login_run(const struct seikyo_login_host *host,
		      const struct seikyo_login_request *request, struct seikyo_login_reply *reply)
{
	struct seikyo_login login = {.host = host, .request = request, .reply = reply};

	memset(reply, 0, sizeof(*reply));
	reply->tries_left = -1;
	reply->reason = "";
	if (prepare(&login) < 0)
		seikyo_leg_fail(&login, "OpenSSL failed");
	else if (request->purpose != SEIKYO_PURPOSE_LOGIN && !request->console)
		seikyo_leg_reject(&login, SEIKYO_OUTCOME_NONE,
				  "Seikyo-Purpose needs a client of console_groups");
	else if (request->purpose == SEIKYO_PURPOSE_CONFIRMATION)
		seikyo_confirmation_leg(&login);
	else if (request->state.len > 0)
		answer_state(&login);
	else
		seikyo_password_leg(&login);
	seikyo_secret_wipe(&login, sizeof(login));
}

void seikyo_login_reply_wipe(struct seikyo_login_reply *reply)
{
	seikyo_secret_wipe(reply, sizeof(*reply));
}
