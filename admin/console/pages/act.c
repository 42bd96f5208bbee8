/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/pages/act.h"

#include <stdio.h>
#include <string.h>

#include "common/moment.h"
#include "common/text.h"
#include "console/ask.h"
#include "console/html.h"
#include "console/log.h"
#include "console/store.h"
#include "console/table.h"
#include "console/widget.h"
#include "core/secret.h"
#include "core/typed.h"
#include "seikyo_refusals.h"

static void option(struct seikyo_visit *visit, const char *value, const char *name)
{
	struct seikyo_buffer *out = &visit->response.body;
	const bool is_it = strcmp(seikyo_form_text(&visit->form, SEIKYO_FIELD_WHICH), value) == 0;

	html(out, "<option value=\"");
	html_attr(out, value);
	html(out, is_it ? "\" selected>" : "\">");
	html_txt(out, name);
	html(out, "</option>");
}

/* The search, a form of its own that changes nothing. */
static void filter(struct seikyo_visit *visit, const struct seikyo_act *act)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<form class=\"filter box\" role=\"search\" method=\"get\" action=\"");
	html_attr(out, act->path);
	html(out, "\">\n");
	seikyo_widget_field(visit,
			    &(struct seikyo_widget){
				    .field = SEIKYO_FIELD_SEARCH,
				    .label = _("Login ID or user name"),
				    .type = "search",
				    .max = 50,
				    .value = seikyo_form_text(&visit->form, SEIKYO_FIELD_SEARCH),
				    .optional = true,
			    });
	html(out, "<div class=\"field\"><label for=\"which\">");
	html_txt(out, _("Shown"));
	html(out, "</label><select id=\"which\" name=\"which\">");
	option(visit, "", _(act->some));
	option(visit, "all", _("All users"));
	html(out, "</select></div>\n");
	seikyo_widget_buttons(visit, "", _("Search"), NULL, NULL);
	html(out, "</form>\n");
}

static void confirmation(struct seikyo_visit *visit, const struct seikyo_act *act)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<section class=\"box\">");
	if (act->more)
		act->more(visit);
	seikyo_widget_field(visit,
			    &(struct seikyo_widget){
				    .field = SEIKYO_FIELD_CONFIRMATION,
				    .label = _("Confirmation password"),
				    .hint = _("The confirmation password of a master user, not "
					      "the login password."),
				    .type = "password",
				    .keyboard = "all",
				    .max = SEIKYO_TYPED_MAX,
			    });
	seikyo_widget_buttons(visit, act->button_class, _(act->button), "/works/users",
			      _("Back to the choice of tasks"));
	html(out, "</section>\n");
}

/* Keeps the list as it is when the form comes back. */
static void keep_list(struct seikyo_visit *visit)
{
	static const enum seikyo_field fields[] = {SEIKYO_FIELD_SEARCH, SEIKYO_FIELD_WHICH,
						   SEIKYO_FIELD_PAGE};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (visit->form.values[fields[i]])
			seikyo_widget_hidden(visit, fields[i], visit->form.values[fields[i]]);
}

void seikyo_act_list(struct seikyo_visit *visit, const struct seikyo_act *act)
{
	struct seikyo_buffer *out = &visit->response.body;
	int choosable;

	seikyo_frame_begin(visit, &act->list);
	html_element(out, "p", _(act->what_to_do));
	filter(visit, act);
	seikyo_widget_form(visit, act->path, NULL);
	keep_list(visit);
	choosable = seikyo_act_users(visit, act);
	if (choosable < 0)
		return;
	if (choosable)
		confirmation(visit, act);
	html(out, "</form>\n");
	if (!choosable)
		seikyo_widget_buttons(visit, NULL, NULL, "/works/users",
				      _("Back to the choice of tasks"));
	if (act->hint)
		seikyo_frame_notice(visit, "", NULL, _(act->hint));
	seikyo_frame_end(visit);
}

static const char *name_outcome(const struct seikyo_act *act, enum seikyo_console_outcome outcome)
{
	switch (outcome) {
	case SEIKYO_CONSOLE_DONE:
		return _(act->done);
	case SEIKYO_CONSOLE_NOT_LOCKED:
		return _("It is not locked");
	case SEIKYO_CONSOLE_NO_LIVE_TOKEN:
		return _("There is no token in use");
	case SEIKYO_CONSOLE_NOT_ALLOWED:
		return _("Only the branch can do this");
	case SEIKYO_CONSOLE_NOT_FOUND:
	case SEIKYO_CONSOLE_UNKNOWN:
		break;
	}
	return _("There is no such user");
}

/* What goes along while the results come. */
struct results {
	const struct seikyo_act *act;
	struct seikyo_buffer rows;
};

static int put_result(void *context, const struct seikyo_console_result *result)
{
	struct results *results = context;
	struct seikyo_buffer *out = &results->rows;
	const char *kind = result->outcome == SEIKYO_CONSOLE_DONE	     ? "good"
			   : result->outcome == SEIKYO_CONSOLE_NOT_LOCKED    ? "warn"
			   : result->outcome == SEIKYO_CONSOLE_NO_LIVE_TOKEN ? "warn"
									     : "bad";

	html(out, "<tr role=\"row\">");
	seikyo_table_name(out, result->login_id);
	seikyo_table_open(out, _("Result"));
	seikyo_table_state(out, kind, name_outcome(results->act, result->outcome));
	html(out, "</td>");
	if (results->act->reason) {
		seikyo_table_open(out, _("New token from"));
		if (result->reissue_at)
			html_moment_from(out,
					 (result->reissue_at + SEIKYO_SECOND - 1) / SEIKYO_SECOND);
		html(out, "</td>");
	}
	html(out, "</tr>\n");
	return 0;
}

static void show_results(struct seikyo_visit *visit, const struct results *results)
{
	const struct seikyo_act *act = results->act;
	struct seikyo_buffer *out = &visit->response.body;
	const char *const names[] = {_("Login ID"), _("Result"), _("New token from")};

	seikyo_frame_begin(visit, &act->result);
	html(out, "<section class=\"box\">");
	html_element(out, "h2", _(act->result_title));
	seikyo_table_begin(out, _("Result"), names, act->reason ? 3 : 2);
	seikyo_buffer_add(out, results->rows.text, results->rows.len);
	out->failed |= results->rows.failed;
	seikyo_table_end(out);
	html(out, "</section>\n");
	seikyo_widget_buttons(visit, NULL, NULL, act->after_path, _(act->after));
	seikyo_frame_end(visit);
}

/* Wrong, or locked until when: the session's own row says so by now (R7a). */
static const char *why_not_confirmed(struct seikyo_visit *visit)
{
	const struct seikyo_console_caller caller = seikyo_visit_caller(visit);
	struct seikyo_store *store = seikyo_console_store(visit->console);
	struct seikyo_console_session session;
	char moment[SEIKYO_HTML_MOMENT_MAX + 1];

	if (!store || seikyo_console_use(store, &caller, &session) != SEIKYO_CALL_DONE ||
	    !session.confirmation_locked_until ||
	    seikyo_html_moment_text(
		    seikyo_html_whole_minute(session.confirmation_locked_until / SEIKYO_SECOND + 1),
		    moment) < 0)
		return _("The confirmation password is not correct. After several wrong ones it is "
			 "locked for some time.");
	snprintf(visit->text, sizeof(visit->text),
		 _("The confirmation password is locked until %s, because wrong ones were entered "
		   "several times in a row."),
		 moment);
	return visit->text;
}

/* What the RADIUS server says against the confirmation password, or that it is right. */
static bool is_confirmed(struct seikyo_visit *visit, const struct seikyo_act *act,
			 const struct seikyo_answer *answer)
{
	if (answer->kind == SEIKYO_ANSWER_ACCEPT && answer->has_ticket)
		return true;
	if (answer->kind == SEIKYO_ANSWER_REJECT) {
		visit->problems[SEIKYO_FIELD_CONFIRMATION] = why_not_confirmed(visit);
		seikyo_act_list(visit, act);
		return false;
	}
	if (answer->kind != SEIKYO_ANSWER_NONE)
		seikyo_log("an answer without a ticket to a confirmation password: do the RADIUS "
			   "servers name this client's group in console_groups?");
	seikyo_page_away(visit);
	return false;
}

/*
 * The ticket is burned, in one transaction with the act: this form was sent before, and what it was
 * to do is done. Things may stand otherwise by now, so nothing is done again.
 */
static void sent_before(struct seikyo_visit *visit, const struct seikyo_act *act)
{
	visit->form.user_count = 0;
	visit->problem =
		_("What you sent has been carried out already. Please look at the list before "
		  "you send anything again.");
	seikyo_act_list(visit, act);
}

static void carry_out(struct seikyo_visit *visit, const struct seikyo_act *act,
		      const uint8_t *ticket)
{
	const struct seikyo_console_caller caller = seikyo_visit_caller(visit);
	const struct seikyo_console_act asked = {
		.ticket = ticket,
		.login_ids = visit->form.users,
		.count = visit->form.user_count,
		.reason = act->reason ? act->reason(visit) : NULL,
	};
	struct results results = {.act = act};
	struct seikyo_store *store = seikyo_console_store(visit->console);
	enum seikyo_call_result result = SEIKYO_CALL_FAILED;
	const char *text;

	if (store)
		result = act->call(store, &caller, &asked, put_result, &results);
	if (result == SEIKYO_CALL_DONE)
		show_results(visit, &results);
	else if (result == SEIKYO_CALL_REFUSED &&
		 seikyo_call_refusal(store, &text) == SEIKYO_REFUSAL_TICKET)
		sent_before(visit, act);
	else
		seikyo_page_not_done(visit, act->name, result);
	seikyo_buffer_close(&results.rows);
}

static bool check(struct seikyo_visit *visit, const struct seikyo_act *act)
{
	const char *password = seikyo_form_text(&visit->form, SEIKYO_FIELD_CONFIRMATION);

	if (!visit->form.user_count)
		visit->problem = _("Please choose at least one user.");
	if (!*password || strlen(password) > SEIKYO_TYPED_MAX)
		visit->problems[SEIKYO_FIELD_CONFIRMATION] =
			_("Please enter the confirmation password.");
	if (act->reason && !act->reason(visit))
		visit->problems[SEIKYO_FIELD_REASON] = _("Please choose a reason.");
	return !seikyo_visit_has_problems(visit);
}

void seikyo_act_send(struct seikyo_visit *visit, const struct seikyo_act *act)
{
	struct seikyo_answer answer;

	if (!check(visit, act)) {
		seikyo_act_list(visit, act);
		return;
	}
	seikyo_ask_confirmation(visit, &answer);
	if (is_confirmed(visit, act, &answer))
		carry_out(visit, act, answer.ticket);
	seikyo_secret_wipe(&answer, sizeof(answer));
}
