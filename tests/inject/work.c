/* SPDX-License-Identifier: GPL-2.0-only */
#include "work.h"

#include <stdio.h>
#include <string.h>

#include "core/secret.h"
#include "store/sealing.h"

#define SERVICE_ID  "SEIKYO"
#define APP_USER_ID "0123456789"

static const struct seikyo_token_secret secret = {.bytes = "a secret of thirty-two bytes....",
						  .len = 32};
static uint8_t envelope[SEIKYO_ENVELOPE_MAX];
static ssize_t envelope_len;
static uint8_t digest[SEIKYO_MAC_LEN];

/* As mod_instantiate does, up to the first connection. */
static int start(struct stage *stage)
{
	char error[SEIKYO_KEYRING_ERROR_MAX] = "";
	struct seikyo_store *store;
	struct seikyo_keyring keyring;
	int result;

	if (seikyo_store_init() < 0)
		return -1;
	if (seikyo_keyring_load(&keyring, stage_word("SEIKYO_KEY_DIR"), error) < 0)
		return error[0] == '\0' ? 0 : -1;
	result = stage_connect(stage, &store);
	if (result == 0)
		seikyo_store_close(store);
	seikyo_keyring_close(&keyring);
	return result;
}

/* TLS is demanded of a server that has none. */
static int start_with_tls(struct stage *stage)
{
	struct seikyo_store_settings settings = stage->settings;
	char error[SEIKYO_STORE_ERROR_MAX], ca[512];
	struct seikyo_store *store;

	snprintf(ca, sizeof(ca), "%s/envelope-1.crt", stage_word("SEIKYO_KEY_DIR"));
	settings.tls_ca = ca;
	if (seikyo_store_open(&store, &settings, error) < 0)
		return -1;
	seikyo_store_close(store);
	return 0;
}

/* As the console does where an app is installed. */
static int seal(struct stage *stage)
{
	char error[SEIKYO_SEALING_ERROR_MAX];
	struct seikyo_sealing sealing;
	int result = -1;

	(void)stage;
	if (seikyo_sealing_load(&sealing, stage_word("INJECT_SEALING_DIR"), error) < 0)
		return -1;
	envelope_len = seikyo_envelope_seal(&secret, SERVICE_ID, APP_USER_ID, sealing.certificates,
					    sealing.count, envelope, sizeof(envelope));
	if (envelope_len > 0)
		result = seikyo_sealing_digest(&sealing, "1234", digest);
	seikyo_sealing_close(&sealing);
	return result;
}

/* A RADIUS server gets the secret out again, and the digest is the one there was at first. */
static int check_sealed(struct stage *stage)
{
	static uint8_t first[SEIKYO_MAC_LEN];
	static const uint8_t none[SEIKYO_MAC_LEN];
	struct seikyo_token_secret opened;

	if (memcmp(first, none, sizeof(first)) == 0)
		memcpy(first, digest, sizeof(first));
	if (memcmp(first, digest, sizeof(first)) != 0 ||
	    seikyo_envelope_open(envelope, (size_t)envelope_len, SERVICE_ID, APP_USER_ID,
				 stage->keyring.envelopes, stage->keyring.envelope_count,
				 &opened) < 0)
		return -1;
	return memcmp(&opened, &secret, sizeof(secret)) == 0 ? 0 : -1;
}

/* What names a request that is refused before it is a login. */
static int name_request(struct stage *stage)
{
	const uint8_t authenticator[SEIKYO_AUTHENTICATOR_LEN] = {0};
	char text[SEIKYO_REQUEST_ID_TEXT] = "x";
	int result = seikyo_login_request_id(&stage->keyring, "gateway", authenticator, text);

	return result == 0 || text[0] != '\0' ? 0 : -1;
}

static const struct work works[] = {
	{"start", start, NULL, 0},
	{"start-with-tls", start_with_tls, NULL, -1},
	{"seal", seal, check_sealed, 0},
	{"name-request", name_request, NULL, 0},
};

const struct work *work_named(const char *name)
{
	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
		if (strcmp(works[i].name, name) == 0)
			return &works[i];
	}
	return NULL;
}
