/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a master user does in his contract; the rest of console.h is console.c's.
 */
#include "admin/store/console.h"

#include <string.h>

#include "admin/store/row.h"
#include "common/json.h"

/* The statements that stay prepared, behind console.c's. */
enum { SLOT_LIST = 5, SLOT_AUDIT };

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

static const char *const roles[] = {"master", "general", NULL};
static const char *const tokens[] = {"issued", "installed", "active", "revoked", NULL};
static const char *const outcomes[] = {"done",	      "not-locked", "no-live-token",
				       "not-allowed", "not-found",  NULL};

static const struct seikyo_field user_fields[] = {
	SEIKYO_FIELD(struct seikyo_console_user, login_id, TEXT),
	SEIKYO_FIELD_WORDS(struct seikyo_console_user, role, "role", SEIKYO_FIELD_CHOICE, roles),
	SEIKYO_FIELD(struct seikyo_console_user, display_name, TEXT),
	SEIKYO_FIELD_WORDS(struct seikyo_console_user, locked_at, "otp_locked_at",
			   SEIKYO_FIELD_MOMENT, NULL),
	SEIKYO_FIELD_WORDS(struct seikyo_console_user, token, "token_state", SEIKYO_FIELD_CHOICE,
			   tokens),
	SEIKYO_FIELD(struct seikyo_console_user, token_since, MOMENT),
	SEIKYO_FIELD(struct seikyo_console_user, reissue_at, MOMENT),
	SEIKYO_FIELD(struct seikyo_console_user, may_unlock, TRUTH),
	SEIKYO_FIELD(struct seikyo_console_user, may_revoke, TRUTH),
};

static const struct seikyo_field result_fields[] = {
	SEIKYO_FIELD(struct seikyo_console_result, login_id, TEXT),
	SEIKYO_FIELD_WORDS(struct seikyo_console_result, outcome, "result", SEIKYO_FIELD_CHOICE,
			   outcomes),
	SEIKYO_FIELD(struct seikyo_console_result, reissue_at, MOMENT),
};

static const struct seikyo_field event_fields[] = {
	SEIKYO_FIELD(struct seikyo_console_event, number, NUMBER),
	SEIKYO_FIELD(struct seikyo_console_event, at, MOMENT),
	SEIKYO_FIELD(struct seikyo_console_event, act, TEXT),
	SEIKYO_FIELD(struct seikyo_console_event, by_login_id, TEXT),
	SEIKYO_FIELD(struct seikyo_console_event, on_login_id, TEXT),
	SEIKYO_FIELD(struct seikyo_console_event, origin, TEXT),
	SEIKYO_FIELD(struct seikyo_console_event, paper, TEXT),
	SEIKYO_FIELD(struct seikyo_console_event, detail, TEXT),
};

static const struct seikyo_field total_field[] = {
	{"total", SEIKYO_FIELD_NUMBER, 0, sizeof(uint32_t), NULL},
};

/* Where rows of one kind go. */
struct list {
	seikyo_console_user_fn user;
	seikyo_console_result_fn result;
	seikyo_console_event_fn event;
	void *context;
	uint32_t total;
};

static struct seikyo_value session_of(const struct seikyo_console_caller *caller)
{
	return seikyo_blob(caller->session, SEIKYO_CONSOLE_SESSION_LEN);
}

static struct seikyo_value certificate_of(const struct seikyo_console_caller *caller)
{
	return seikyo_blob(caller->certificate, SEIKYO_CONSOLE_CERTIFICATE_LEN);
}

static int give_user(void *context, const struct seikyo_value *columns, const char *const *names,
		     size_t count)
{
	struct list *list = context;
	struct seikyo_console_user user = {0};

	if (seikyo_row_take(&user, user_fields, COUNT(user_fields), columns, names, count) < 0 ||
	    seikyo_row_take(&list->total, total_field, 1, columns, names, count) < 0)
		return -1;
	return list->user(list->context, &user);
}

static int give_result(void *context, const struct seikyo_value *columns, const char *const *names,
		       size_t count)
{
	const struct list *list = context;
	struct seikyo_console_result result = {0};

	if (seikyo_row_take(&result, result_fields, COUNT(result_fields), columns, names, count) <
	    0)
		return -1;
	return list->result(list->context, &result);
}

static int give_event(void *context, const struct seikyo_value *columns, const char *const *names,
		      size_t count)
{
	struct list *list = context;
	struct seikyo_console_event event = {0};

	if (seikyo_row_take(&event, event_fields, COUNT(event_fields), columns, names, count) < 0 ||
	    seikyo_row_take(&list->total, total_field, 1, columns, names, count) < 0)
		return -1;
	return list->event(list->context, &event);
}

static const char *word_of(enum seikyo_console_which which)
{
	switch (which) {
	case SEIKYO_CONSOLE_LOCKED:
		return "locked";
	case SEIKYO_CONSOLE_REVOCABLE:
		return "revocable";
	case SEIKYO_CONSOLE_WAITING:
		return "waiting";
	case SEIKYO_CONSOLE_ALL:
	default:
		return "all";
	}
}

enum seikyo_call_result seikyo_console_list_users(struct seikyo_store *store,
						  const struct seikyo_console_caller *caller,
						  const struct seikyo_console_query *query,
						  seikyo_console_user_fn row, void *context,
						  uint32_t *total)
{
	static const struct seikyo_procedure procedure = {"console_list_users", 6, SLOT_LIST};
	const struct seikyo_value arguments[] = {
		session_of(caller),	     certificate_of(caller),
		seikyo_text(query->search),  seikyo_text(word_of(query->which)),
		seikyo_integer(query->from), seikyo_integer(query->most),
	};
	struct list list = {.user = row, .context = context};
	enum seikyo_call_result result;

	result = seikyo_call(store, &procedure, arguments, give_user, &list);
	*total = result == SEIKYO_CALL_DONE ? list.total : 0;
	return result;
}

/* A JSON array of login ids. Gives 0 with json filled in, or -1: no memory. */
static int put_login_ids(struct seikyo_buffer *json, const struct seikyo_console_act *act)
{
	seikyo_buffer_put(json, "[");
	for (size_t i = 0; i < act->count; i++) {
		if (i > 0)
			seikyo_buffer_put(json, ",");
		seikyo_json_string(json, act->login_ids[i]);
	}
	seikyo_buffer_put(json, "]");
	return json->failed ? -1 : 0;
}

/* Both procedures take the same, but that only a revocation has a reason. */
static enum seikyo_call_result call_act(struct seikyo_store *store,
					const struct seikyo_procedure *procedure,
					const struct seikyo_console_caller *caller,
					const struct seikyo_console_act *act, struct list *list)
{
	struct seikyo_buffer json = {0};
	enum seikyo_call_result result = SEIKYO_CALL_FAILED;

	if (put_login_ids(&json, act) == 0) {
		const struct seikyo_value arguments[] = {
			session_of(caller),
			certificate_of(caller),
			seikyo_blob(act->ticket, SEIKYO_TICKET_LEN),
			seikyo_blob(json.text, json.len),
			seikyo_text(act->reason),
		};

		result = seikyo_call(store, procedure, arguments, give_result, list);
	}
	seikyo_buffer_close(&json);
	return result;
}

enum seikyo_call_result seikyo_console_unlock(struct seikyo_store *store,
					      const struct seikyo_console_caller *caller,
					      const struct seikyo_console_act *act,
					      seikyo_console_result_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"console_unlock", 4, SEIKYO_SLOT_NONE};
	struct list list = {.result = row, .context = context};

	return call_act(store, &procedure, caller, act, &list);
}

enum seikyo_call_result seikyo_console_revoke(struct seikyo_store *store,
					      const struct seikyo_console_caller *caller,
					      const struct seikyo_console_act *act,
					      seikyo_console_result_fn row, void *context)
{
	static const struct seikyo_procedure procedure = {"console_revoke", 5, SEIKYO_SLOT_NONE};
	struct list list = {.result = row, .context = context};

	return call_act(store, &procedure, caller, act, &list);
}

enum seikyo_call_result seikyo_console_audit(struct seikyo_store *store,
					     const struct seikyo_console_caller *caller,
					     const struct seikyo_console_filter *filter,
					     seikyo_console_event_fn row, void *context,
					     uint32_t *total)
{
	static const struct seikyo_procedure procedure = {"console_audit", 6, SLOT_AUDIT};
	const struct seikyo_value arguments[] = {
		session_of(caller),	      certificate_of(caller),
		seikyo_text(filter->on),      seikyo_text(filter->act),
		seikyo_integer(filter->from), seikyo_integer(filter->most),
	};
	struct list list = {.event = row, .context = context};
	enum seikyo_call_result result;

	result = seikyo_call(store, &procedure, arguments, give_event, &list);
	*total = result == SEIKYO_CALL_DONE ? list.total : 0;
	return result;
}
