/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `login explain`: in words, what became of a login, where the user stands now, and what to do
 * next.
 */
#include <stdio.h>
#include <string.h>

#include "admin/store/operator.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"

#define REQUEST_ID_LEN 16

static const char TEXT_NO_EVENTS[] = N_("No login of %s has been settled, or all were pruned.");
static const char TEXT_NO_REQUEST[] =
	N_("No login event has the request id %s: the login was asked for a code that never came, "
	   "the request "
	   "was malformed, or the database was away (radius.log says), or the event was pruned.");
static const char TEXT_UNKNOWN_USER[] =
	N_("The login id that was typed is not registered; only a code of it is kept.");

static const struct seikyo_column event_columns[] = {
	{"at", N_("When"), SEIKYO_KIND_MOMENT},
	{"request_id", N_("Request"), SEIKYO_KIND_TEXT},
	{"first_request", N_("Begun by"), SEIKYO_KIND_TEXT},
	{"client", N_("Client"), SEIKYO_KIND_TEXT},
	{"leg", N_("Leg"), SEIKYO_KIND_TEXT},
	{"verdict", N_("Verdict"), SEIKYO_KIND_TEXT},
	{"reason", N_("Reason"), SEIKYO_KIND_TEXT},
};

/* The same, with the user whom operator_find_request names. */
static const struct seikyo_column request_columns[] = {
	{"at", N_("When"), SEIKYO_KIND_MOMENT},
	{"request_id", N_("Request"), SEIKYO_KIND_TEXT},
	{"first_request", N_("Begun by"), SEIKYO_KIND_TEXT},
	{"client", N_("Client"), SEIKYO_KIND_TEXT},
	{"leg", N_("Leg"), SEIKYO_KIND_TEXT},
	{"verdict", N_("Verdict"), SEIKYO_KIND_TEXT},
	{"reason", N_("Reason"), SEIKYO_KIND_TEXT},
	{"login_id", N_("Login ID"), SEIKYO_KIND_TEXT},
};

static const struct seikyo_column state_columns[] = {
	{"login_id", N_("Login ID"), SEIKYO_KIND_TEXT},
	{"role", N_("Role"), SEIKYO_KIND_TEXT},
	{"contract_number", N_("Contract"), SEIKYO_KIND_TEXT},
	{"otp_starts_on", N_("Under OTP from"), SEIKYO_KIND_TEXT},
	{"started", N_("Started"), SEIKYO_KIND_YES_NO},
	{"contract_closed_at", N_("Contract closed"), SEIKYO_KIND_MOMENT},
	{"closed_at", N_("User closed"), SEIKYO_KIND_MOMENT},
	{"password_failures", N_("Wrong passwords in a row"), SEIKYO_KIND_NUMBER},
	{"password_locked_until", N_("Password locked until"), SEIKYO_KIND_MOMENT},
	{"otp_failures", N_("Wrong codes in a row"), SEIKYO_KIND_NUMBER},
	{"otp_locked_at", N_("Codes locked since"), SEIKYO_KIND_MOMENT},
	{"certificates", N_("Valid certificates"), SEIKYO_KIND_NUMBER},
	{"require_certificate", N_("Who needs a certificate"), SEIKYO_KIND_TEXT},
	{"before_start", N_("Before the start"), SEIKYO_KIND_TEXT},
	{"token_state", N_("Token"), SEIKYO_KIND_TEXT},
	{"reissue_at", N_("New token from"), SEIKYO_KIND_MOMENT},
	{"last_login_1", N_("Last login"), SEIKYO_KIND_MOMENT},
};

/* What an event means. leg NULL: in any. */
static const struct {
	const char *leg;
	const char *reason;
	const char *sentence;
} meanings[] = {
	{NULL, "code", N_("Password and code were right: logged in.")},
	{NULL, "first-code",
	 N_("The first code was right: the setup is complete, and the user logged in.")},
	{"login", "not-started",
	 N_("The password was right and, before the contract's start, enough: logged in.")},
	{NULL, "confirmed", N_("The confirmation password was right.")},
	{"password", "wrong", N_("The login password was wrong.")},
	{"password", "wrong-now-locked",
	 N_("The login password was wrong once too often: it is locked for some minutes.")},
	{"password", "locked",
	 N_("Refused, because the password, or the one-time password, was locked.")},
	{"code", "wrong", N_("The password was right, the one-time password wrong.")},
	{"code", "wrong-now-locked",
	 N_("The one-time password was wrong once too often: the login id is locked.")},
	{"confirmation", "wrong", N_("The confirmation password was wrong.")},
	{"confirmation", "wrong-now-locked",
	 N_("The confirmation password was wrong once too often: it is locked for some minutes.")},
	{NULL, "used", N_("The one-time password had been used before; each is good once.")},
	{NULL, "locked", N_("Refused, because the login id was locked.")},
	{NULL, "stale",
	 N_("The login had become stale: since its first step somebody logged in, or the user was "
	    "locked, "
	    "freed, revoked, given a new password or closed.")},
	{NULL, "closed", N_("The user or the contract is closed, or may not do this.")},
	{NULL, "unknown", N_("The login id is not registered.")},
	{NULL, "changed", N_("The password was changed while the login was under way.")},
	{NULL, "certificate",
	 N_("A client certificate of the user's was needed, and none was shown; nothing was "
	    "counted.")},
	{NULL, "retired-key", N_("The secret could not be sealed: the safe key is retired.")},
	{NULL, "wait", N_("The token is revoked, and the time for a new one has not come.")},
	{NULL, "setup", N_("The password was right, but the initial setup is not complete.")},
	{NULL, "not-started", N_("The contract's start date has not come.")},
};

static const char *text(const json_t *row, const char *name)
{
	const char *value = json_string_value(json_object_get(row, name));

	return value == NULL ? "" : value;
}

static const char *meaning(const json_t *event)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (strcmp(meanings[i].reason, text(event, "reason")) == 0 &&
		    (meanings[i].leg == NULL || strcmp(meanings[i].leg, text(event, "leg")) == 0))
			return meanings[i].sentence;
	}
	return text(event, "reason");
}

/* What stands in the way of the next login, the first that applies, and what to do. */
static const char *advice(const json_t *state)
{
	const bool master = strcmp(text(state, "role"), "master") == 0;
	const char *token = text(state, "token_state");

	if (*text(state, "closed_at") || *text(state, "contract_closed_at"))
		return N_("The user is closed: he cannot log in any more.");
	if (!json_integer_value(json_object_get(state, "certificates")) &&
	    strcmp(text(state, "require_certificate"), "all") == 0)
		return N_("Register a client certificate: seikyo-otp user certificate add.");
	if (*text(state, "password_locked_until"))
		return N_("If the password is locked still, wait until the lock ends, or set a new "
			  "one: seikyo-otp user password.");
	if (*text(state, "otp_locked_at"))
		return master ? N_("Only the branch frees a master user, on paper: seikyo-otp "
				   "unlock.")
			      : N_("A master user of the contract frees him in the console, or the "
				   "branch on paper: seikyo-otp unlock.");
	if (!json_is_true(json_object_get(state, "started")))
		return N_("Set the contract's start date, or wait for it: seikyo-otp contract "
			  "start.");
	if (strcmp(token, "active") == 0)
		return N_("Nothing stands in the way: password and a new code will do.");
	if (strcmp(token, "revoked") == 0)
		return N_("The user does the initial setup anew, once the time for a new token has "
			  "come.");
	return N_("The user does the initial setup: he logs in to the console and follows its "
		  "pages.");
}

static void add_meanings(json_t *events)
{
	for (size_t i = 0; i < json_array_size(events); i++) {
		json_t *event = json_array_get(events, i);

		json_object_set_new(event, "meaning", json_string(meaning(event)));
	}
}

static void print_events(const struct seikyo_context *context, const struct seikyo_table *events)
{
	seikyo_table_print(context, events);
	seikyo_say(context, "%s", "");
	for (size_t i = 0; i < json_array_size(events->rows); i++)
		seikyo_say(context, "%zu. %s", i + 1,
			   seikyo_text_known(text(json_array_get(events->rows, i), "meaning")));
}

static void print(const struct seikyo_context *context, const struct seikyo_table *events,
		  const struct seikyo_table *state)
{
	json_t *user = json_array_get(state->rows, 0);

	add_meanings(events->rows);
	if (context->json) {
		json_t *all = json_pack("{s:O, s:O?, s:s?}", "events", events->rows, "state", user,
					"advice", user == NULL ? NULL : advice(user));

		json_dumpf(all, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII);
		putchar('\n');
		json_decref(all);
		return;
	}
	if (json_array_size(events->rows))
		print_events(context, events);
	if (user == NULL)
		return;
	seikyo_say(context, "%s", "");
	seikyo_table_print_one(context, state);
	seikyo_say(context, "%s", "");
	seikyo_say(context, "%s", _(advice(user)));
}

static bool is_request_id(const char *word)
{
	return strlen(word) == REQUEST_ID_LEN &&
	       strspn(word, "0123456789abcdefABCDEF") == REQUEST_ID_LEN;
}

/* Reads the user's state, and, unless the events are here already, his events. */
static enum seikyo_exit read_user(struct seikyo_context *context, const char *login_id,
				  struct seikyo_table *events, struct seikyo_table *state)
{
	enum seikyo_exit result =
		seikyo_session_result(context, seikyo_operator_show_user(context->store, login_id,
									 seikyo_table_row, state));

	if (result == SEIKYO_EXIT_DONE && !json_array_size(events->rows))
		result = seikyo_session_result(
			context, seikyo_operator_list_logins(context->store, login_id,
							     seikyo_table_row, events));
	if (result == SEIKYO_EXIT_DONE && !json_array_size(events->rows))
		seikyo_say(context, _(TEXT_NO_EVENTS), login_id);
	return result;
}

static enum seikyo_exit explain_request(struct seikyo_context *context, const char *request_id,
					struct seikyo_table *events, struct seikyo_table *state)
{
	enum seikyo_exit result = seikyo_session_result(
		context,
		seikyo_operator_find_request(context->store, request_id, seikyo_table_row, events));
	const json_t *newest = json_array_get(events->rows, 0);

	if (result != SEIKYO_EXIT_DONE)
		return result;
	if (newest == NULL) {
		seikyo_say_error(_(TEXT_NO_REQUEST), request_id);
		return SEIKYO_EXIT_REFUSED;
	}
	if (*text(newest, "login_id"))
		return read_user(context, text(newest, "login_id"), events, state);
	seikyo_say(context, "%s", _(TEXT_UNKNOWN_USER));
	return SEIKYO_EXIT_DONE;
}

enum seikyo_exit seikyo_login_explain(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.operands = "LOGIN-ID|REQUEST-ID",
						.operand_count = 1};
	struct seikyo_table events = SEIKYO_TABLE(event_columns);
	struct seikyo_table requests = SEIKYO_TABLE(request_columns);
	struct seikyo_table state = SEIKYO_TABLE(state_columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;
	bool request;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	request = is_request_id(filled.operand[0]);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_OPERATOR);
	if (result == SEIKYO_EXIT_DONE)
		result = request ? explain_request(context, filled.operand[0], &requests, &state)
				 : read_user(context, filled.operand[0], &events, &state);
	if (result == SEIKYO_EXIT_DONE)
		print(context, request ? &requests : &events, &state);
	seikyo_table_close(&events);
	seikyo_table_close(&requests);
	seikyo_table_close(&state);
	return result;
}
