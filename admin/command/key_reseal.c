/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "admin/store/keys.h"
#include "command/form.h"
#include "command/progress.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"
#include "core/secret.h"
#include "seikyo_refusals.h"
#include "store/keyring.h"

/* Looking for what is to be moved reads every token. */
#define PATIENCE       600
#define PROGRESS_EVERY 50 /* tokens */

static const char TEXT_KEY_DIR[] =
	N_("key_dir is not set in %s: it names the folder with the keys of this RADIUS server.");
static const char TEXT_KEYRING[] = N_("The keys cannot be used: %s.");
static const char TEXT_NO_ACTIVE[] =
	N_("Refused: no safe key is active. Make one active with key activate.");
static const char TEXT_NOT_HERE[] =
	N_("Safe key %s, the active one, is not in %s. Run this on a RADIUS server that has it.");
static const char TEXT_MEMORY[] = N_("There is no memory left.");
static const char TEXT_SEAL[] = N_("OpenSSL failed on this machine; what was moved before stays.");
static const char TEXT_PROGRESS[] = N_("%zu of %zu tokens re-sealed");
static const char TEXT_NOT_THERE[] = N_("This key is not in key_dir.");
static const char TEXT_DAMAGED[] = N_("The stored secret is damaged, or another token's.");
static const char TEXT_LOST[] = N_(
	"%zu tokens stay as they were: no key in %s opens what is stored of their secrets. Bring "
	"the missing key back, or revoke these tokens.");
static const char TEXT_MORE[] = N_(
	"To be run on a RADIUS server, by someone who may read key_dir. Logins go on meanwhile. It "
	"may be interrupted at any time and run again; what is done stays done. Exit code 1 if "
	"there are tokens that no key in key_dir opens; they are named.");

static const struct seikyo_column list_columns[] = {
	{"id", N_("Safe key"), SEIKYO_KIND_TEXT},
	{"active", N_("Active"), SEIKYO_KIND_YES_NO},
	{"tokens", N_("Tokens"), SEIKYO_KIND_NUMBER},
};

static const struct seikyo_column result_columns[] = {
	{"active_key", N_("Active safe key"), SEIKYO_KIND_TEXT},
	{"resealed", N_("Re-sealed"), SEIKYO_KIND_NUMBER},
	{"unopened", N_("Opened by no key"), SEIKYO_KIND_NUMBER},
};

static const struct seikyo_column unopened_columns[] = {
	{"login_id", N_("Login ID"), SEIKYO_KIND_TEXT},
	{"token", N_("Token"), SEIKYO_KIND_NUMBER},
	{"safe_key", N_("Sealed under"), SEIKYO_KIND_TEXT},
	{"problem", N_("Problem"), SEIKYO_KIND_WORDS},
};

/* One run. */
struct resealing {
	struct seikyo_context *context;
	struct seikyo_keyring keyring;
	char active[SEIKYO_KEY_ID_MAX + 1];
	const struct seikyo_safe_key *key; /* the active one, in keyring */
	struct seikyo_keys_batch *batch;
	size_t wanted; /* tokens to be moved, when this began */
	size_t moved;
	size_t changed; /* somebody else was faster */
	struct seikyo_table unopened;
};

/* Asks which key is active, and how many tokens are sealed under others. */
static enum seikyo_exit find_active(struct resealing *resealing)
{
	struct seikyo_table keys = SEIKYO_TABLE(list_columns);
	enum seikyo_exit result = seikyo_session_result(
		resealing->context,
		seikyo_keys_list(resealing->context->store, seikyo_table_row, &keys));
	const json_t *row;
	size_t index;

	json_array_foreach(keys.rows, index, row)
	{
		if (json_is_true(json_object_get(row, "active")))
			snprintf(resealing->active, sizeof(resealing->active), "%s",
				 json_string_value(json_object_get(row, "id")));
		else
			resealing->wanted +=
				(size_t)json_integer_value(json_object_get(row, "tokens"));
	}
	seikyo_table_close(&keys);
	if (result == SEIKYO_EXIT_DONE && !*resealing->active) {
		seikyo_say_error("%s", _(TEXT_NO_ACTIVE));
		result = SEIKYO_EXIT_REFUSED;
	}
	return result;
}

static enum seikyo_exit load_keys(struct resealing *resealing)
{
	const char *folder = resealing->context->config.key_dir;
	char error[SEIKYO_KEYRING_ERROR_MAX];

	if (!*folder) {
		seikyo_say_error(_(TEXT_KEY_DIR), resealing->context->config_file);
		return SEIKYO_EXIT_USAGE;
	}
	if (seikyo_keyring_load(&resealing->keyring, folder, error) < 0) {
		seikyo_say_error(_(TEXT_KEYRING), error);
		return SEIKYO_EXIT_USAGE;
	}
	return SEIKYO_EXIT_DONE;
}

static enum seikyo_exit begin(struct resealing *resealing)
{
	enum seikyo_exit result = load_keys(resealing);

	if (result == SEIKYO_EXIT_DONE)
		result = find_active(resealing);
	if (result != SEIKYO_EXIT_DONE)
		return result;
	resealing->key = seikyo_keyring_safe(&resealing->keyring, resealing->active);
	if (!resealing->key) {
		seikyo_say_error(_(TEXT_NOT_HERE), resealing->active,
				 resealing->context->config.key_dir);
		return SEIKYO_EXIT_USAGE;
	}
	resealing->batch = malloc(sizeof(*resealing->batch));
	if (resealing->batch)
		return SEIKYO_EXIT_DONE;
	seikyo_say_error("%s", _(TEXT_MEMORY));
	return SEIKYO_EXIT_USAGE;
}

static void note_unopened(struct resealing *resealing, const struct seikyo_keys_safe *safe)
{
	char id[SEIKYO_KEY_ID_MAX + 1];
	const bool named = seikyo_safe_key_id(safe->bytes, safe->len, id) == 0;
	const bool here = named && seikyo_keyring_safe(&resealing->keyring, id);
	const char *login_id = seikyo_text_valid(safe->login_id) ? safe->login_id : "?";

	json_array_append_new(resealing->unopened.rows,
			      json_pack("{s:s, s:I, s:s?, s:s}", "login_id", login_id, "token",
					(json_int_t)safe->owner.token, "safe_key",
					named ? id : NULL, "problem",
					named && !here ? TEXT_NOT_THERE : TEXT_DAMAGED));
}

/* Gives the length of the safe, or -1. */
static ssize_t seal(const struct resealing *resealing, struct seikyo_owner owner,
		    const struct seikyo_token_secret *secret, uint8_t safe[static SEIKYO_SAFE_MAX])
{
	uint8_t nonce[SEIKYO_NONCE_LEN];

	if (RAND_bytes(nonce, sizeof(nonce)) != 1)
		return -1;
	return seikyo_safe_seal(secret, owner, resealing->key, nonce, safe);
}

/* What was changed meanwhile comes again with the next pass, or needs nothing any more. */
static enum seikyo_exit put(struct resealing *resealing, const struct seikyo_keys_safe *old,
			    const uint8_t *safe, size_t len)
{
	struct seikyo_store *store = resealing->context->store;
	const enum seikyo_call_result called = seikyo_keys_reseal(store, old, safe, len);

	if (called == SEIKYO_CALL_REFUSED &&
	    seikyo_call_refusal(store, NULL) == SEIKYO_REFUSAL_CHANGED) {
		resealing->changed++;
		return SEIKYO_EXIT_DONE;
	}
	if (called == SEIKYO_CALL_DONE)
		resealing->moved++;
	else
		seikyo_progress_end();
	return seikyo_session_result(resealing->context, called);
}

static enum seikyo_exit move(struct resealing *resealing, const struct seikyo_keys_safe *old)
{
	struct seikyo_token_secret secret;
	uint8_t safe[SEIKYO_SAFE_MAX];
	ssize_t len;

	if (seikyo_safe_open(old->bytes, old->len, old->owner, resealing->keyring.safes,
			     resealing->keyring.safe_count, &secret) < 0) {
		note_unopened(resealing, old);
		return SEIKYO_EXIT_DONE;
	}
	len = seal(resealing, old->owner, &secret, safe);
	seikyo_secret_wipe(&secret, sizeof(secret));
	if (len >= 0)
		return put(resealing, old, safe, (size_t)len);
	seikyo_progress_end();
	seikyo_say_error("%s", _(TEXT_SEAL));
	return SEIKYO_EXIT_USAGE;
}

static enum seikyo_exit move_batch(struct resealing *resealing)
{
	const struct seikyo_keys_batch *batch = resealing->batch;
	enum seikyo_exit result = SEIKYO_EXIT_DONE;

	for (size_t i = 0; i < batch->count && result == SEIKYO_EXIT_DONE; i++) {
		if (resealing->moved % PROGRESS_EVERY == 0)
			seikyo_progress(_(TEXT_PROGRESS), resealing->moved,
					resealing->moved > resealing->wanted ? resealing->moved
									     : resealing->wanted);
		result = move(resealing, &batch->safes[i]);
	}
	return result;
}

/* Once over all tokens, in their order. */
static enum seikyo_exit pass(struct resealing *resealing)
{
	struct seikyo_keys_batch *batch = resealing->batch;
	enum seikyo_exit result;
	uint64_t after = 0;

	json_array_clear(resealing->unopened.rows);
	do {
		result = seikyo_session_result(
			resealing->context,
			seikyo_keys_list_safes(resealing->context->store, after, batch));
		if (result == SEIKYO_EXIT_DONE)
			result = move_batch(resealing);
		if (batch->count)
			after = batch->safes[batch->count - 1].owner.token;
	} while (result == SEIKYO_EXIT_DONE && batch->count == SEIKYO_KEYS_BATCH);
	return result;
}

/* Until a pass finds nothing more: a login may have sealed under the key that was active before. */
static enum seikyo_exit reseal(struct resealing *resealing)
{
	enum seikyo_exit result;
	size_t before;

	do {
		before = resealing->moved + resealing->changed;
		result = pass(resealing);
	} while (result == SEIKYO_EXIT_DONE && resealing->moved + resealing->changed != before);
	seikyo_progress_end();
	return result;
}

static enum seikyo_exit report(const struct resealing *resealing)
{
	const struct seikyo_context *context = resealing->context;
	const size_t unopened = json_array_size(resealing->unopened.rows);
	struct seikyo_table table = SEIKYO_TABLE(result_columns);
	json_t *row = json_pack("{s:s, s:I, s:I}", "active_key", resealing->active, "resealed",
				(json_int_t)resealing->moved, "unopened", (json_int_t)unopened);

	if (context->json)
		json_object_set(row, "unopened_tokens", resealing->unopened.rows);
	json_array_append_new(table.rows, row);
	seikyo_table_print_one(context, &table);
	seikyo_table_close(&table);
	if (!unopened)
		return SEIKYO_EXIT_DONE;
	if (!context->json) {
		seikyo_say(context, "%s", "");
		seikyo_table_print(context, &resealing->unopened);
	}
	seikyo_say_error(_(TEXT_LOST), unopened, context->config.key_dir);
	return SEIKYO_EXIT_REFUSED;
}

enum seikyo_exit seikyo_key_reseal(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.more = TEXT_MORE};
	struct resealing resealing = {.context = context,
				      .unopened = SEIKYO_TABLE(unopened_columns)};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	context->patience = PATIENCE;
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_KEYS);
	if (result == SEIKYO_EXIT_DONE)
		result = begin(&resealing);
	if (result == SEIKYO_EXIT_DONE)
		result = reseal(&resealing);
	if (result == SEIKYO_EXIT_DONE)
		result = report(&resealing);
	seikyo_table_close(&resealing.unopened);
	seikyo_keyring_close(&resealing.keyring);
	free(resealing.batch);
	return result;
}
