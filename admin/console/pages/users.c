/* SPDX-License-Identifier: GPL-2.0-only */
/* 「利用者一覧」: the users of a master's contract, to choose from. */
#include <stdio.h>
#include <string.h>

#include "common/moment.h"
#include "common/text.h"
#include "console/html.h"
#include "console/pages/act.h"
#include "console/store.h"
#include "console/table.h"
#include "console/widget.h"

#define COLUMNS 7

/* What goes along while the rows come. */
struct listing {
	struct seikyo_visit *visit;
	const struct seikyo_act *act;
	struct seikyo_buffer rows;
	uint32_t count;
	uint32_t choosable;
};

static bool is_chosen(const struct seikyo_visit *visit, const char *login_id)
{
	for (size_t i = 0; i < visit->form.user_count; i++)
		if (strcmp(visit->form.users[i], login_id) == 0)
			return true;
	return false;
}

/* The box to tick, where this master may do the act on this user. */
static void choose(struct listing *listing, const struct seikyo_console_user *user)
{
	struct seikyo_buffer *out = &listing->rows;
	const bool may = listing->act->may(user);

	html(out, "<tr role=\"row\"><td role=\"cell\" class=\"tick\">");
	if (may) {
		html(out, "<input type=\"checkbox\" name=\"user\" id=\"user-");
		html_number(out, listing->count);
		html(out, "\" value=\"");
		html_attr(out, user->login_id);
		html(out, is_chosen(listing->visit, user->login_id) ? "\" checked>" : "\">");
		listing->choosable++;
	}
	html(out, "</td><th scope=\"row\" role=\"rowheader\">");
	if (may) {
		html(out, "<label for=\"user-");
		html_number(out, listing->count);
		html(out, "\">");
	}
	html_txt(out, user->login_id);
	html(out, may ? "</label></th>" : "</th>");
}

static void state(struct seikyo_buffer *out, const struct seikyo_console_user *user)
{
	if (user->locked_at) {
		seikyo_table_state(out, "bad", _("Locked"));
		return;
	}
	switch (user->token) {
	case SEIKYO_CONSOLE_TOKEN_ACTIVE:
		seikyo_table_state(out, "good", _("In use"));
		break;
	case SEIKYO_CONSOLE_TOKEN_ISSUED:
	case SEIKYO_CONSOLE_TOKEN_INSTALLED:
		seikyo_table_state(out, "warn", _("Being set up"));
		break;
	case SEIKYO_CONSOLE_TOKEN_REVOKED:
		seikyo_table_state(out, "off", _("Token revoked"));
		break;
	case SEIKYO_CONSOLE_TOKEN_NONE:
		seikyo_table_state(out, "off", _("Not issued"));
		break;
	}
}

static void moment(struct seikyo_buffer *out, const char *label, int64_t at)
{
	seikyo_table_open(out, label);
	if (at)
		html_moment(out, at / SEIKYO_SECOND);
	html(out, "</td>");
}

static int put_user(void *context, const struct seikyo_console_user *user)
{
	struct listing *listing = context;
	struct seikyo_buffer *out = &listing->rows;

	choose(listing, user);
	seikyo_table_cell(out, _("User name"), user->display_name);
	seikyo_table_cell(out, _("Role"),
			  user->role == SEIKYO_CONSOLE_ROLE_MASTER ? _("Master user")
								   : _("General user"));
	seikyo_table_open(out, _("State"));
	state(out, user);
	html(out, "</td>");
	moment(out, _("Since"), user->locked_at ? user->locked_at : user->token_since);
	seikyo_table_open(out, _("New token from"));
	if (user->reissue_at)
		html_moment_from(out, (user->reissue_at + SEIKYO_SECOND - 1) / SEIKYO_SECOND);
	html(out, "</td>");
	html(out, "</tr>\n");
	listing->count++;
	return 0;
}

static void put_all(struct listing *listing, uint32_t total)
{
	struct seikyo_visit *visit = listing->visit;
	struct seikyo_buffer *out = &visit->response.body;
	const char *const names[COLUMNS] = {_("Choose"),	_("Login ID"), _("User name"),
					    _("Role"),		_("State"),    _("Since"),
					    _("New token from")};

	seikyo_table_count(visit, total, listing->count);
	if (listing->choosable) {
		html(out,
		     "<label class=\"all\" hidden data-all=\"user\"><input type=\"checkbox\"> ");
		html_txt(out, _("Choose all users of this page"));
		html(out, "</label>\n<p class=\"chosen\" hidden role=\"status\" "
			  "data-chosen=\"user\" data-text=\"");
		html_attr(out, _("%d chosen"));
		html(out, "\"></p>\n");
	}
	seikyo_table_begin(out, _("List of users"), names, COLUMNS);
	seikyo_buffer_add(out, listing->rows.text, listing->rows.len);
	out->failed |= listing->rows.failed;
	seikyo_table_end(out);
	seikyo_table_pages(visit, total);
}

static bool lists_all(const struct seikyo_visit *visit)
{
	return strcmp(seikyo_form_text(&visit->form, SEIKYO_FIELD_WHICH), "all") == 0;
}

static const char *why_nobody(const struct seikyo_visit *visit, const struct seikyo_act *act)
{
	if (seikyo_form_page(&visit->form) > 1)
		return _("The list has become shorter. Please search again.");
	if (*seikyo_form_text(&visit->form, SEIKYO_FIELD_SEARCH))
		return _("No user matches the search.");
	return _(act->nobody);
}

int seikyo_act_users(struct seikyo_visit *visit, const struct seikyo_act *act)
{
	struct seikyo_store *store = seikyo_console_store(visit->console);
	const struct seikyo_console_caller caller = seikyo_visit_caller(visit);
	const struct seikyo_console_query query = {
		.search = seikyo_form_text(&visit->form, SEIKYO_FIELD_SEARCH),
		.which = lists_all(visit) ? SEIKYO_CONSOLE_ALL : act->which,
		.from = seikyo_table_from(visit),
		.most = SEIKYO_TABLE_PAGE,
	};
	struct listing listing = {.visit = visit, .act = act};
	struct seikyo_buffer *out = &visit->response.body;
	uint32_t total = 0;
	enum seikyo_call_result result = SEIKYO_CALL_FAILED;

	if (store)
		result = seikyo_console_list_users(store, &caller, &query, put_user, &listing,
						   &total);
	if (result != SEIKYO_CALL_DONE) {
		seikyo_buffer_close(&listing.rows);
		seikyo_buffer_close(out);
		seikyo_page_not_done(visit, "console_list_users", result);
		return -1;
	}
	html(out, "<section class=\"box\">");
	html_element(out, "h2", _("List of users"));
	if (listing.count) {
		put_all(&listing, total);
	} else {
		html(out, "<p class=\"none\">");
		html_txt(out, why_nobody(visit, act));
		html(out, "</p>");
	}
	html(out, "</section>\n");
	seikyo_buffer_close(&listing.rows);
	return listing.choosable ? 1 : 0;
}
