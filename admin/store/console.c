/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/console.h"

#include <string.h>

#include "admin/store/row.h"

/* The statements that stay prepared; the slots behind are console_master.c's and app.c's. */
enum { SLOT_USE, SLOT_OPEN, SLOT_CLOSE, SLOT_HISTORY, SLOT_ISSUE };

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

static const char *const algorithms[] = {"sha1", "sha256", "sha512", NULL};
static const char *const roles[] = {"master", "general", NULL};

static const struct seikyo_field issued_fields[] = {
	SEIKYO_FIELD(struct seikyo_console_issued, app_user_id, TEXT),
	SEIKYO_FIELD(struct seikyo_console_issued, start_password_until, MOMENT),
	SEIKYO_FIELD_WORDS(struct seikyo_console_issued, algorithm, "algorithm",
			   SEIKYO_FIELD_CHOICE, algorithms),
	SEIKYO_FIELD(struct seikyo_console_issued, digits, NUMBER),
	SEIKYO_FIELD(struct seikyo_console_issued, standard_apps, TRUTH),
	SEIKYO_FIELD(struct seikyo_console_issued, lone_master, TRUTH),
};

static const struct seikyo_field session_fields[] = {
	SEIKYO_FIELD(struct seikyo_console_session, login_id, TEXT),
	SEIKYO_FIELD_WORDS(struct seikyo_console_session, role, "role", SEIKYO_FIELD_CHOICE, roles),
	SEIKYO_FIELD(struct seikyo_console_session, display_name, TEXT),
	SEIKYO_FIELD(struct seikyo_console_session, contract_name, TEXT),
	SEIKYO_FIELD(struct seikyo_console_session, mail_address, TEXT),
	SEIKYO_FIELD(struct seikyo_console_session, lone_master, TRUTH),
	SEIKYO_FIELD(struct seikyo_console_session, confirmation_locked_until, MOMENT),
};

static struct seikyo_value session_of(const struct seikyo_console_caller *caller)
{
	return seikyo_blob(caller->session, SEIKYO_CONSOLE_SESSION_LEN);
}

static struct seikyo_value certificate_of(const struct seikyo_console_caller *caller)
{
	return seikyo_blob(caller->certificate, SEIKYO_CONSOLE_CERTIFICATE_LEN);
}

static int take_issued(void *context, const struct seikyo_value *columns, const char *const *names,
		       size_t count)
{
	return seikyo_row_take(context, issued_fields, COUNT(issued_fields), columns, names, count);
}

static int take_session(void *context, const struct seikyo_value *columns, const char *const *names,
			size_t count)
{
	return seikyo_row_take(context, session_fields, COUNT(session_fields), columns, names,
			       count);
}

enum seikyo_call_result seikyo_console_issue(struct seikyo_store *store,
					     const struct seikyo_console_issue *issue,
					     struct seikyo_console_issued *issued)
{
	static const struct seikyo_procedure procedure = {"console_issue_token", 5, SLOT_ISSUE};
	const struct seikyo_value arguments[] = {
		seikyo_blob(issue->ticket, SEIKYO_TICKET_LEN),
		seikyo_text(issue->service_id),
		seikyo_text(issue->mail_address),
		seikyo_blob(issue->digest, SEIKYO_CONSOLE_DIGEST_LEN),
		seikyo_blob(issue->certificate, SEIKYO_CONSOLE_CERTIFICATE_LEN),
	};
	enum seikyo_call_result result;

	memset(issued, 0, sizeof(*issued));
	result = seikyo_call(store, &procedure, arguments, take_issued, issued);
	if (result == SEIKYO_CALL_DONE && (!*issued->app_user_id || !issued->algorithm))
		result = SEIKYO_CALL_FAILED;
	if (result != SEIKYO_CALL_DONE)
		memset(issued, 0, sizeof(*issued));
	return result;
}

/* The row of console_open_session and console_use_session; without one there is no session. */
static enum seikyo_call_result call_session(struct seikyo_store *store,
					    const struct seikyo_procedure *procedure,
					    const struct seikyo_value *arguments,
					    struct seikyo_console_session *session)
{
	enum seikyo_call_result result;

	memset(session, 0, sizeof(*session));
	result = seikyo_call(store, procedure, arguments, take_session, session);
	if (result == SEIKYO_CALL_DONE && session->role == SEIKYO_CONSOLE_ROLE_NONE)
		result = SEIKYO_CALL_FAILED;
	if (result != SEIKYO_CALL_DONE)
		memset(session, 0, sizeof(*session));
	return result;
}

enum seikyo_call_result seikyo_console_open(struct seikyo_store *store,
					    const uint8_t ticket[static SEIKYO_TICKET_LEN],
					    const struct seikyo_console_caller *caller,
					    struct seikyo_console_session *session)
{
	static const struct seikyo_procedure procedure = {"console_open_session", 3, SLOT_OPEN};
	const struct seikyo_value arguments[] = {seikyo_blob(ticket, SEIKYO_TICKET_LEN),
						 session_of(caller), certificate_of(caller)};

	return call_session(store, &procedure, arguments, session);
}

enum seikyo_call_result seikyo_console_use(struct seikyo_store *store,
					   const struct seikyo_console_caller *caller,
					   struct seikyo_console_session *session)
{
	static const struct seikyo_procedure procedure = {"console_use_session", 2, SLOT_USE};
	const struct seikyo_value arguments[] = {session_of(caller), certificate_of(caller)};

	return call_session(store, &procedure, arguments, session);
}

enum seikyo_call_result
seikyo_console_close(struct seikyo_store *store,
		     const uint8_t session[static SEIKYO_CONSOLE_SESSION_LEN])
{
	static const struct seikyo_procedure procedure = {"console_close_session", 1, SLOT_CLOSE};
	const struct seikyo_value arguments[] = {seikyo_blob(session, SEIKYO_CONSOLE_SESSION_LEN)};

	return seikyo_call(store, &procedure, arguments, NULL, NULL);
}

/* The logins that console_history gives, in their order. */
struct logins {
	int64_t *at;
	size_t count;
};

static int take_login(void *context, const struct seikyo_value *columns, const char *const *names,
		      size_t count)
{
	static const struct seikyo_field fields[] = {
		{"login_at", SEIKYO_FIELD_MOMENT, 0, sizeof(int64_t), NULL},
	};
	struct logins *logins = context;

	if (logins->count == SEIKYO_CONSOLE_LOGINS)
		return -1;
	return seikyo_row_take(&logins->at[logins->count++], fields, 1, columns, names, count);
}

enum seikyo_call_result seikyo_console_history(struct seikyo_store *store,
					       const struct seikyo_console_caller *caller,
					       int64_t at[static SEIKYO_CONSOLE_LOGINS])
{
	static const struct seikyo_procedure procedure = {"console_history", 2, SLOT_HISTORY};
	const struct seikyo_value arguments[] = {session_of(caller), certificate_of(caller)};
	struct logins logins = {.at = at};
	enum seikyo_call_result result;

	memset(at, 0, SEIKYO_CONSOLE_LOGINS * sizeof(*at));
	result = seikyo_call(store, &procedure, arguments, take_login, &logins);
	if (result != SEIKYO_CALL_DONE)
		memset(at, 0, SEIKYO_CONSOLE_LOGINS * sizeof(*at));
	return result;
}
