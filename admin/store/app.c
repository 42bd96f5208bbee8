/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/app.h"

#include <string.h>

#include "admin/store/row.h"

static const char *const algorithms[] = {"sha1", "sha256", "sha512", NULL};

static const struct seikyo_field fields[] = {
	SEIKYO_FIELD_WORDS(struct seikyo_app_token, algorithm, "algorithm", SEIKYO_FIELD_CHOICE,
			   algorithms),
	SEIKYO_FIELD(struct seikyo_app_token, digits, NUMBER),
	SEIKYO_FIELD(struct seikyo_app_token, period, NUMBER),
	SEIKYO_FIELD(struct seikyo_app_token, standard_apps, TRUTH),
};

static int take_token(void *context, const struct seikyo_value *columns, const char *const *names,
		      size_t count)
{
	return seikyo_row_take(context, fields, sizeof(fields) / sizeof(fields[0]), columns, names,
			       count);
}

enum seikyo_call_result seikyo_app_install(struct seikyo_store *store,
					   const struct seikyo_app_install *install,
					   struct seikyo_app_token *token)
{
	/* The last of the slots; the others are console.c's. */
	static const struct seikyo_procedure procedure = {"app_install_token", 4, SEIKYO_SLOTS - 1};
	const struct seikyo_value arguments[] = {
		seikyo_text(install->service_id),
		seikyo_text(install->app_user_id),
		seikyo_blob(install->digest, SEIKYO_APP_DIGEST_LEN),
		seikyo_blob(install->envelope, install->envelope_len),
	};
	enum seikyo_call_result result;

	memset(token, 0, sizeof(*token));
	result = seikyo_call(store, &procedure, arguments, take_token, token);
	if (result == SEIKYO_CALL_DONE && !token->algorithm)
		result = SEIKYO_CALL_FAILED;
	if (result != SEIKYO_CALL_DONE)
		memset(token, 0, sizeof(*token));
	return result;
}
