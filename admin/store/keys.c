/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/keys.h"

#include <string.h>

enum seikyo_call_result seikyo_keys_list(struct seikyo_store *store, seikyo_row_fn row,
					 void *context)
{
	static const struct seikyo_procedure procedure = {"keys_list", 0, SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}

enum seikyo_call_result seikyo_keys_list_servers(struct seikyo_store *store, seikyo_row_fn row,
						 void *context)
{
	static const struct seikyo_procedure procedure = {"keys_list_servers", 0, SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}

enum seikyo_call_result seikyo_keys_count_envelopes(struct seikyo_store *store, seikyo_row_fn row,
						    void *context)
{
	static const struct seikyo_procedure procedure = {"keys_count_envelopes", 0,
							  SEIKYO_SLOT_NONE};

	return seikyo_call(store, &procedure, NULL, row, context);
}

enum seikyo_call_result seikyo_keys_forget_server(struct seikyo_store *store, const char *name)
{
	static const struct seikyo_procedure procedure = {"keys_forget_server", 1,
							  SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(name)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_keys_activate(struct seikyo_store *store, const char *id)
{
	static const struct seikyo_procedure procedure = {"keys_activate", 1, SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(id)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_keys_retire(struct seikyo_store *store, const char *id)
{
	static const struct seikyo_procedure procedure = {"keys_retire", 1, SEIKYO_SLOT_NONE};
	const struct seikyo_value arguments[] = {seikyo_text(id)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

/* token_id, user_id, safe, login_id. */
static int take_safe(void *context, const struct seikyo_value *columns, const char *const *names,
		     size_t count)
{
	struct seikyo_keys_batch *batch = context;
	struct seikyo_keys_safe *safe = &batch->safes[batch->count];

	(void)names;
	if (batch->count == SEIKYO_KEYS_BATCH || count != 4 ||
	    columns[0].type != SEIKYO_VALUE_INTEGER || columns[1].type != SEIKYO_VALUE_INTEGER ||
	    columns[2].type != SEIKYO_VALUE_BYTES || columns[2].len > sizeof(safe->bytes) ||
	    columns[3].type != SEIKYO_VALUE_BYTES || columns[3].len > SEIKYO_KEYS_LOGIN_MAX)
		return -1;
	safe->owner.token = (uint64_t)columns[0].integer;
	safe->owner.user = (uint64_t)columns[1].integer;
	memcpy(safe->bytes, columns[2].bytes, columns[2].len);
	safe->len = columns[2].len;
	memcpy(safe->login_id, columns[3].bytes, columns[3].len);
	safe->login_id[columns[3].len] = '\0';
	batch->count++;
	return 0;
}

enum seikyo_call_result seikyo_keys_list_safes(struct seikyo_store *store, uint64_t after,
					       struct seikyo_keys_batch *batch)
{
	static const struct seikyo_procedure procedure = {"keys_list_safes", 1, 0};
	const struct seikyo_value arguments[] = {seikyo_integer((int64_t)after)};

	batch->count = 0;
	return seikyo_call(store, &procedure, arguments, take_safe, batch);
}

enum seikyo_call_result seikyo_keys_reseal(struct seikyo_store *store,
					   const struct seikyo_keys_safe *old, const uint8_t *safe,
					   size_t len)
{
	static const struct seikyo_procedure procedure = {"keys_reseal", 3, 1};
	const struct seikyo_value arguments[] = {
		seikyo_integer((int64_t)old->owner.token),
		seikyo_blob(old->bytes, old->len),
		seikyo_blob(safe, len),
	};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}
