/* SPDX-License-Identifier: GPL-2.0-only */
#include "store/radius.h"

#include <limits.h>
#include <string.h>

static const struct seikyo_procedure hello = {"radius_hello", 0, 0};
static const struct seikyo_procedure report_keys = {"radius_report_keys", 3, SEIKYO_SLOT_NONE};
static const struct seikyo_procedure find = {"radius_find", 2, 1};
static const struct seikyo_procedure settle_password = {"radius_settle_password", 10, 2};
static const struct seikyo_procedure settle_code = {"radius_settle_code", 13, 3};
static const struct seikyo_procedure settle_login = {"radius_settle_login", 8, 4};
static const struct seikyo_procedure open_setup = {"radius_open_setup", 6, 5};
static const struct seikyo_procedure settle_confirmation = {"radius_settle_confirmation", 9, 6};

/* Takes the columns of a row one after the other; a column of another type or size spoils it. */
struct reader {
	const struct seikyo_value *next;
	size_t left;
	bool spoilt;
};

static const struct seikyo_value *take(struct reader *reader, enum seikyo_value_type type)
{
	static const struct seikyo_value nothing = {.type = SEIKYO_VALUE_NULL};
	const struct seikyo_value *value = reader->next;

	if (reader->left == 0 || (value->type != type && value->type != SEIKYO_VALUE_NULL)) {
		reader->spoilt = true;
		return &nothing;
	}
	reader->next++;
	reader->left--;
	return value;
}

static int64_t take_integer(struct reader *reader, int64_t min, int64_t max)
{
	const struct seikyo_value *value = take(reader, SEIKYO_VALUE_INTEGER);

	if (value->type == SEIKYO_VALUE_NULL || value->integer < min || value->integer > max) {
		reader->spoilt = true;
		return min;
	}
	return value->integer;
}

/* NULL gives 0. */
static int64_t take_optional(struct reader *reader, int64_t max)
{
	if (reader->left > 0 && reader->next->type == SEIKYO_VALUE_NULL) {
		take(reader, SEIKYO_VALUE_INTEGER);
		return 0;
	}
	return take_integer(reader, 0, max);
}

static bool take_bool(struct reader *reader)
{
	return take_integer(reader, 0, 1) == 1;
}

/* NULL gives no bytes. */
static size_t take_bytes(struct reader *reader, void *out, size_t size)
{
	const struct seikyo_value *value = take(reader, SEIKYO_VALUE_BYTES);

	if (value->type == SEIKYO_VALUE_NULL)
		return 0;
	if (value->len > size) {
		reader->spoilt = true;
		return 0;
	}
	memcpy(out, value->bytes, value->len);
	return value->len;
}

/* NULL gives the empty text. */
static void take_text(struct reader *reader, char *out, size_t size)
{
	out[take_bytes(reader, out, size - 1)] = '\0';
}

static void read_standing(struct reader *reader, struct seikyo_user *user)
{
	user->role = (enum seikyo_role)take_integer(reader, 1, 2);
	user->closed = take_bool(reader);
	user->password_locked = take_optional(reader, 1) == 1;
	user->password_dirty = take_bool(reader);
	user->confirmation_locked = take_optional(reader, 1) == 1;
	user->otp_locked = take_bool(reader);
	user->started = take_optional(reader, 1) == 1;
	user->password_before_start = take_bool(reader);
	user->certificate_refused = take_bool(reader);
	user->states_from_us = take_integer(reader, 0, INT64_MAX);
}

static void read_numbers(struct reader *reader, struct seikyo_user *user)
{
	user->token = (uint64_t)take_optional(reader, INT64_MAX);
	user->token_state = (enum seikyo_token_state)take_optional(reader, SEIKYO_TOKEN_ACTIVE);
	user->algorithm = (enum seikyo_totp_algorithm)take_optional(reader, SEIKYO_TOTP_SHA512);
	user->digits =
		(unsigned)take_integer(reader, SEIKYO_TOTP_DIGITS_MIN, SEIKYO_TOTP_DIGITS_MAX);
	user->drift = (int)take_integer(reader, -SEIKYO_TOTP_DRIFT_MAX, SEIKYO_TOTP_DRIFT_MAX);
	user->drift_limit = (int)take_integer(reader, 0, SEIKYO_TOTP_DRIFT_MAX);
	user->state_seconds = take_integer(reader, 0, 86400);
	user->setup_seconds = take_integer(reader, 0, 86400);
	user->hash_cost = (unsigned long)take_integer(reader, 0, LONG_MAX);
	user->reissue_us = take_optional(reader, INT64_MAX);
	for (size_t i = 0; i < SEIKYO_LAST_LOGINS; i++)
		user->last_login_us[i] = take_optional(reader, INT64_MAX);
}

static void read_texts(struct reader *reader, struct seikyo_user *user)
{
	user->attempts_len = take_bytes(reader, user->attempts, sizeof(user->attempts));
	take_text(reader, user->password_hash, sizeof(user->password_hash));
	take_text(reader, user->confirmation_hash, sizeof(user->confirmation_hash));
	take_text(reader, user->hash_prefix, sizeof(user->hash_prefix));
	take_text(reader, user->active_safe_key, sizeof(user->active_safe_key));
	take_text(reader, user->service_id, sizeof(user->service_id));
	take_text(reader, user->app_user_id, sizeof(user->app_user_id));
	user->sealed_len = take_bytes(reader, user->sealed, sizeof(user->sealed));
	take_text(reader, user->display_name, sizeof(user->display_name));
	take_text(reader, user->contract_name, sizeof(user->contract_name));
	take_text(reader, user->mail_address, sizeof(user->mail_address));
}

struct find_result {
	struct seikyo_user *user;
	bool found;
};

/* The columns in the order in which radius_find gives them. */
static int find_row(void *context, const struct seikyo_value *columns, const char *const *names,
		    size_t count)
{
	struct find_result *result = context;
	struct reader reader = {.next = columns, .left = count};
	bool known;

	(void)names;
	known = columns[0].type != SEIKYO_VALUE_NULL;
	result->user->id = (uint64_t)take(&reader, SEIKYO_VALUE_INTEGER)->integer;
	result->user->now_us = take_integer(&reader, 0, INT64_MAX);
	take_text(&reader, result->user->hash_formats, sizeof(result->user->hash_formats));
	if (!known)
		return reader.spoilt ? -1 : 0;
	read_standing(&reader, result->user);
	read_numbers(&reader, result->user);
	read_texts(&reader, result->user);
	if (reader.spoilt || reader.left != 0 || result->found)
		return -1;
	result->found = true;
	return 0;
}

/* Entries of attempt_entry() in schema/procedures/common.sql: id, then 0 where it was accepted. */
bool seikyo_user_has_accepted(const struct seikyo_user *user,
			      const uint8_t attempt[static SEIKYO_ATTEMPT_LEN])
{
	const size_t entry = 26;

	for (size_t i = 0; i + entry <= user->attempts_len; i += entry) {
		if (memcmp(user->attempts + i, attempt, SEIKYO_ATTEMPT_LEN) == 0)
			return user->attempts[i + SEIKYO_ATTEMPT_LEN] == 0;
	}
	return false;
}

enum seikyo_call_result seikyo_radius_hello(struct seikyo_store *store)
{
	return seikyo_call(store, &hello, NULL, NULL, NULL);
}

static int read_now(void *context, const struct seikyo_value *columns, const char *const *names,
		    size_t count)
{
	int64_t *now_us = context;

	(void)names;
	if (count != 1 || columns[0].type != SEIKYO_VALUE_INTEGER)
		return -1;
	*now_us = columns[0].integer;
	return 0;
}

enum seikyo_call_result seikyo_radius_now(struct seikyo_store *store, int64_t *now_us)
{
	*now_us = 0;
	return seikyo_call(store, &hello, NULL, read_now, now_us);
}

/* The ids of all keys, parted by blanks. */
#define KEY_IDS_MAX (SEIKYO_KEYRING_MAX * (SEIKYO_KEY_ID_MAX + 1))

static void add_id(char ids[static KEY_IDS_MAX], const char *id)
{
	if (ids[0] != '\0')
		strcat(ids, " ");
	strcat(ids, id);
}

enum seikyo_call_result seikyo_radius_report_keys(struct seikyo_store *store, const char *server,
						  const struct seikyo_keyring *keyring)
{
	char safes[KEY_IDS_MAX] = "";
	char envelopes[KEY_IDS_MAX] = "";

	for (size_t i = 0; i < keyring->safe_count; i++)
		add_id(safes, keyring->safes[i].id);
	for (size_t i = 0; i < keyring->envelope_count; i++)
		add_id(envelopes, keyring->envelopes[i].id);

	const struct seikyo_value arguments[] = {
		seikyo_text(server),
		seikyo_text(safes),
		seikyo_text(envelopes),
	};

	return seikyo_call(store, &report_keys, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_radius_find(struct seikyo_store *store, const char *login_id,
					   const uint8_t *certificate, struct seikyo_user *user,
					   bool *found)
{
	const struct seikyo_value arguments[] = {
		seikyo_text(login_id),
		seikyo_blob(certificate, SEIKYO_DIGEST_LEN),
	};
	struct find_result result = {.user = user, .found = false};
	enum seikyo_call_result called;

	memset(user, 0, sizeof(*user));
	called = seikyo_call(store, &find, arguments, find_row, &result);

	*found = called == SEIKYO_CALL_DONE && result.found;
	return called;
}

static struct seikyo_value user_of(const struct seikyo_settling *settling)
{
	return settling->user == 0 ? seikyo_null() : seikyo_integer((int64_t)settling->user);
}

static struct seikyo_value right_of(const struct seikyo_password_facts *facts)
{
	if (facts->found == SEIKYO_PASSWORD_FOUND_UNJUDGED)
		return seikyo_null();
	return seikyo_integer(facts->found == SEIKYO_PASSWORD_FOUND_RIGHT);
}

enum seikyo_call_result seikyo_radius_settle_password(struct seikyo_store *store,
						      const struct seikyo_settling *settling,
						      const struct seikyo_password_facts *facts)
{
	const struct seikyo_value arguments[] = {
		user_of(settling),
		seikyo_blob(settling->name_mac, SEIKYO_NAME_MAC_LEN),
		right_of(facts),
		seikyo_blob(facts->hash_digest, SEIKYO_DIGEST_LEN),
		seikyo_text(facts->renewed),
		seikyo_text(facts->ends_with),
		seikyo_blob(settling->attempt, SEIKYO_ATTEMPT_LEN),
		seikyo_blob(settling->request, SEIKYO_REQUEST_ID_LEN),
		seikyo_text(settling->client),
		seikyo_integer(facts->cleared),
	};

	return seikyo_call(store, &settle_password, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_radius_settle_code(struct seikyo_store *store,
						  const struct seikyo_settling *settling,
						  const struct seikyo_code_facts *facts)
{
	const struct seikyo_value arguments[] = {
		user_of(settling),
		seikyo_integer((int64_t)facts->token),
		seikyo_integer(facts->state_us),
		facts->matched ? seikyo_integer(facts->step) : seikyo_null(),
		seikyo_integer(facts->drift),
		seikyo_blob(settling->attempt, SEIKYO_ATTEMPT_LEN),
		seikyo_blob(settling->request, SEIKYO_REQUEST_ID_LEN),
		seikyo_blob(facts->first_request, SEIKYO_REQUEST_ID_LEN),
		seikyo_text(settling->client),
		seikyo_blob(facts->certificate, SEIKYO_DIGEST_LEN),
		seikyo_blob(facts->hash_digest, SEIKYO_DIGEST_LEN),
		seikyo_blob(facts->safe, facts->safe_len),
		seikyo_blob(facts->ticket_digest, SEIKYO_TICKET_DIGEST_LEN),
	};

	return seikyo_call(store, &settle_code, arguments, NULL, NULL);
}

enum seikyo_call_result
seikyo_radius_settle_login(struct seikyo_store *store, const struct seikyo_settling *settling,
			   int64_t state_us, const uint8_t *certificate,
			   const uint8_t hash_digest[static SEIKYO_DIGEST_LEN],
			   const uint8_t *ticket_digest)
{
	const struct seikyo_value arguments[] = {
		user_of(settling),
		seikyo_integer(state_us),
		seikyo_blob(settling->attempt, SEIKYO_ATTEMPT_LEN),
		seikyo_blob(settling->request, SEIKYO_REQUEST_ID_LEN),
		seikyo_text(settling->client),
		seikyo_blob(certificate, SEIKYO_DIGEST_LEN),
		seikyo_blob(hash_digest, SEIKYO_DIGEST_LEN),
		seikyo_blob(ticket_digest, SEIKYO_TICKET_DIGEST_LEN),
	};

	return seikyo_call(store, &settle_login, arguments, NULL, NULL);
}

enum seikyo_call_result
seikyo_radius_open_setup(struct seikyo_store *store, const struct seikyo_settling *settling,
			 int64_t state_us, const uint8_t *certificate,
			 const uint8_t hash_digest[static SEIKYO_DIGEST_LEN],
			 const uint8_t ticket_digest[static SEIKYO_TICKET_DIGEST_LEN])
{
	const struct seikyo_value arguments[] = {
		user_of(settling),
		seikyo_integer(state_us),
		seikyo_blob(certificate, SEIKYO_DIGEST_LEN),
		seikyo_blob(hash_digest, SEIKYO_DIGEST_LEN),
		seikyo_blob(settling->attempt, SEIKYO_ATTEMPT_LEN),
		seikyo_blob(ticket_digest, SEIKYO_TICKET_DIGEST_LEN),
	};

	return seikyo_call(store, &open_setup, arguments, NULL, NULL);
}

enum seikyo_call_result
seikyo_radius_settle_confirmation(struct seikyo_store *store,
				  const struct seikyo_settling *settling,
				  const struct seikyo_password_facts *facts,
				  const uint8_t session_digest[static SEIKYO_DIGEST_LEN],
				  const uint8_t ticket_digest[static SEIKYO_TICKET_DIGEST_LEN])
{
	const struct seikyo_value arguments[] = {
		user_of(settling),
		seikyo_blob(settling->name_mac, SEIKYO_NAME_MAC_LEN),
		right_of(facts),
		seikyo_blob(facts->hash_digest, SEIKYO_DIGEST_LEN),
		seikyo_blob(session_digest, SEIKYO_DIGEST_LEN),
		seikyo_blob(settling->attempt, SEIKYO_ATTEMPT_LEN),
		seikyo_blob(settling->request, SEIKYO_REQUEST_ID_LEN),
		seikyo_text(settling->client),
		seikyo_blob(ticket_digest, SEIKYO_TICKET_DIGEST_LEN),
	};

	return seikyo_call(store, &settle_confirmation, arguments, NULL, NULL);
}
