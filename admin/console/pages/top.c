/* SPDX-License-Identifier: GPL-2.0-only */
/* 「トップページ」 (R10), and the menus of master users: 「業務選択」, 「作業内容選択」. */
#include "common/moment.h"
#include "common/text.h"
#include "console/frame.h"
#include "console/html.h"
#include "console/pages/pages.h"
#include "console/store.h"
#include "console/widget.h"

static void logins(struct seikyo_visit *visit, const int64_t *at)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<div>");
	html_element(out, "dt", _("Last three logins"));
	html(out, "<dd>");
	if (!at[0])
		html_txt(out, _("This is your first login."));
	else
		html(out, "<ol>");
	for (size_t i = 0; i < SEIKYO_CONSOLE_LOGINS && at[i]; i++) {
		html(out, "<li>");
		html_moment(out, at[i] / SEIKYO_SECOND);
		html(out, "</li>");
	}
	html(out, at[0] ? "</ol></dd></div>\n" : "</dd></div>\n");
}

void seikyo_page_lone_master(struct seikyo_visit *visit)
{
	seikyo_frame_notice(
		visit, "warn", _("You are the only master user"),
		_("Only your branch can release a lock of a master user. We advise you to "
		  "have a second master user registered."));
}

static void show(struct seikyo_visit *visit, const int64_t *at)
{
	static const struct seikyo_frame frame = {.title = N_("Top page"), .tab = SEIKYO_FRAME_TOP};
	const struct seikyo_console_session *session = &visit->session;
	struct seikyo_buffer *out = &visit->response.body;

	seikyo_frame_begin(visit, &frame);
	if (session->lone_master)
		seikyo_page_lone_master(visit);
	html(out, "<section class=\"box\">");
	html_element(out, "h2", _("Contract and user"));
	html(out, "<dl class=\"facts\">\n");
	seikyo_widget_fact(visit, _("Name of the contract"), session->contract_name);
	seikyo_widget_fact(visit, _("User name"), session->display_name);
	seikyo_widget_fact(visit, _("Mail address"), session->mail_address);
	logins(visit, at);
	html(out, "</dl><p class=\"hint\">");
	html_txt(out,
		 _("If there is a login that was not yours, please call your branch at once."));
	html(out, "</p></section>\n");
	seikyo_frame_end(visit);
}

void seikyo_page_top(struct seikyo_visit *visit)
{
	struct seikyo_store *store = seikyo_console_store(visit->console);
	const struct seikyo_console_caller caller = seikyo_visit_caller(visit);
	int64_t at[SEIKYO_CONSOLE_LOGINS];
	enum seikyo_call_result result =
		store ? seikyo_console_history(store, &caller, at) : SEIKYO_CALL_FAILED;

	if (result == SEIKYO_CALL_DONE)
		show(visit, at);
	else
		seikyo_page_not_done(visit, "console_history", result);
}

/* An entry of a menu. Texts are not yet translated. */
struct entry {
	const char *address;
	const char *name;
	const char *about;
};

static void menu(struct seikyo_visit *visit, const struct entry *entries, size_t count)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<ul class=\"works\">\n");
	for (size_t i = 0; i < count; i++) {
		html(out, "<li><a href=\"");
		html_attr(out, entries[i].address);
		html(out, "\">");
		html_element(out, "strong", _(entries[i].name));
		html_element(out, "span", _(entries[i].about));
		html(out, "</a></li>\n");
	}
	html(out, "</ul>\n");
}

void seikyo_page_works(struct seikyo_visit *visit)
{
	static const struct seikyo_frame frame = {
		.title = N_("Choice of works"),
		.tab = SEIKYO_FRAME_WORKS,
		.places = {{N_("Administration"), "/works"}, {N_("Choice of works"), NULL}},
	};
	static const struct entry entries[] = {
		{"/works/users", N_("User management"),
		 N_("Release of locks of one-time passwords, revocation of tokens.")},
		{"/audit", N_("History of operations"),
		 N_("What was done in your contract, by whom and when.")},
	};

	seikyo_frame_begin(visit, &frame);
	menu(visit, entries, sizeof(entries) / sizeof(entries[0]));
	seikyo_frame_end(visit);
}

void seikyo_page_tasks(struct seikyo_visit *visit)
{
	static const struct seikyo_frame frame = {
		.title = N_("Choice of tasks"),
		.tab = SEIKYO_FRAME_WORKS,
		.places = {{N_("Administration"), "/works"},
			   {N_("Choice of works"), "/works"},
			   {N_("User management"), NULL}},
	};
	static const struct entry entries[] = {
		{"/unlock", N_("Release of the lock of one-time passwords"),
		 N_("For general users who were locked after entering wrong one-time passwords.")},
		{"/revoke", N_("Revocation of tokens"),
		 N_("When a smartphone is changed, lost, stolen or broken, or the app was "
		    "deleted.")},
	};

	seikyo_frame_begin(visit, &frame);
	menu(visit, entries, sizeof(entries) / sizeof(entries[0]));
	seikyo_frame_end(visit);
}
