/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/install.h"

#include <string.h>

#include <openssl/rand.h>

#include "console/form.h"
#include "console/log.h"
#include "console/store.h"
#include "core/secret.h"
#include "seikyo_refusals.h"

static bool is_well_formed(const struct seikyo_install *install)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
	const size_t len = strlen(install->service_id);

	return len > 0 && len <= SEIKYO_SERVICE_ID_MAX &&
	       strspn(install->service_id, letters) == len &&
	       seikyo_form_is_digits(install->app_user_id, SEIKYO_APP_USER_ID_LEN,
				     SEIKYO_APP_USER_ID_LEN) &&
	       seikyo_form_is_digits(install->start_password, SEIKYO_START_MIN, SEIKYO_START_MAX);
}

/* Makes a secret: in base32 for the phone, sealed for the database. Gives the seal's length or -1.
 */
static ssize_t make_secret(const struct seikyo_sealing *sealing,
			   const struct seikyo_install *install, struct seikyo_installed *installed,
			   uint8_t envelope[static SEIKYO_ENVELOPE_MAX])
{
	struct seikyo_token_secret secret = {.len = SEIKYO_INSTALL_SECRET_LEN};
	ssize_t len = -1;

	if (RAND_priv_bytes(secret.bytes, (int)secret.len) == 1 &&
	    seikyo_base32_encode(secret.bytes, secret.len, installed->secret,
				 sizeof(installed->secret)) > 0)
		len = seikyo_envelope_seal(&secret, install->service_id, install->app_user_id,
					   sealing->certificates, sealing->count, envelope,
					   SEIKYO_ENVELOPE_MAX);
	seikyo_secret_wipe(&secret, sizeof(secret));
	return len;
}

static enum seikyo_call_result hand_in(struct seikyo_console *console,
				       const struct seikyo_install *install,
				       const uint8_t *envelope, size_t len,
				       struct seikyo_app_token *token)
{
	struct seikyo_store *store = seikyo_console_store(console);
	uint8_t digest[SEIKYO_MAC_LEN];
	enum seikyo_call_result result = SEIKYO_CALL_FAILED;
	const struct seikyo_app_install sent = {
		.service_id = install->service_id,
		.app_user_id = install->app_user_id,
		.digest = digest,
		.envelope = envelope,
		.envelope_len = len,
	};

	if (!store)
		return SEIKYO_CALL_FAILED;
	if (seikyo_sealing_digest(&console->sealing, install->start_password, digest) < 0) {
		seikyo_log("app_install_token: no digest of the start password");
		return SEIKYO_CALL_FAILED;
	}
	result = seikyo_app_install(store, &sent, token);
	seikyo_secret_wipe(digest, sizeof(digest));
	/* There is no service after a restore, whatever was typed. */
	if (result == SEIKYO_CALL_REFUSED &&
	    seikyo_call_refusal(store, NULL) == SEIKYO_REFUSAL_CLOSED_FOR_RECOVERY)
		result = SEIKYO_CALL_FAILED;
	if (result == SEIKYO_CALL_FAILED)
		seikyo_log("app_install_token: %s", seikyo_store_error(store));
	return result;
}

enum seikyo_call_result seikyo_install(struct seikyo_console *console,
				       const struct seikyo_install *install,
				       struct seikyo_installed *installed)
{
	uint8_t envelope[SEIKYO_ENVELOPE_MAX];
	enum seikyo_call_result result = SEIKYO_CALL_FAILED;
	ssize_t len;

	*installed = (struct seikyo_installed){0};
	if (!is_well_formed(install))
		return SEIKYO_CALL_REFUSED;
	len = make_secret(&console->sealing, install, installed, envelope);
	if (len < 0)
		seikyo_log("app_install_token: the secret could not be sealed");
	else
		result = hand_in(console, install, envelope, (size_t)len, &installed->token);
	if (result != SEIKYO_CALL_DONE)
		seikyo_secret_wipe(installed, sizeof(*installed));
	return result;
}

const char *seikyo_install_algorithm(enum seikyo_totp_algorithm algorithm)
{
	switch (algorithm) {
	case SEIKYO_TOTP_SHA1:
		return "sha1";
	case SEIKYO_TOTP_SHA256:
		return "sha256";
	case SEIKYO_TOTP_SHA512:
		return "sha512";
	default:
		return "";
	}
}
