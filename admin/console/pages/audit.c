/* SPDX-License-Identifier: GPL-2.0-only */
/* 「操作履歴照会」: the contract's audit trail, as a page and as a CSV file (RFC 4180). */
#include <stdio.h>
#include <string.h>

#include "common/moment.h"
#include "common/text.h"
#include "console/frame.h"
#include "console/html.h"
#include "console/pages/pages.h"
#include "console/store.h"
#include "console/table.h"
#include "console/widget.h"

#define FILE_MAX 50000 /* rows of a file */
#define COLUMNS	 6

/* A word of the database and what people call it. */
struct word {
	const char *id;
	const char *name;
};

static const struct word acts[] = {
	{"issue", N_("Issue of a token")},
	{"install", N_("Initial setup of the app")},
	{"first-code", N_("First one-time password")},
	{"lock", N_("Lock")},
	{"unlock", N_("Release of the lock")},
	{"revoke", N_("Revocation")},
	{"void", N_("Issue void")},
	{"password", N_("Login password set")},
	{"confirmation-password", N_("Confirmation password set")},
	{"certificate-add", N_("Client certificate registered")},
	{"certificate-remove", N_("Client certificate removed")},
	{"user-add", N_("User registered")},
	{"user-import", N_("Users registered")},
	{"user-change", N_("User changed")},
	{"user-close", N_("End of the user")},
	{"contract-add", N_("Contract registered")},
	{"contract-start", N_("Start date set")},
	{"contract-close", N_("End of the contract")},
	{"recover", N_("Records taken over after a restore")},
};

static const struct word origins[] = {
	{"console", N_("This service")},
	{"branch", N_("Branch")},
	{"phone", N_("App")},
	{"operator", N_("Operator")},
};

/* Details that are words of the database's own. */
static const struct word details[] = {
	{"master", N_("Master user")},
	{"general", N_("General user")},
};

#define DETAILS (sizeof(details) / sizeof(details[0]))
#define ACTS	(sizeof(acts) / sizeof(acts[0]))
#define ORIGINS (sizeof(origins) / sizeof(origins[0]))

static const char *name_of(const struct word *words, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i].id, id) == 0)
			return _(words[i].name);
	return id;
}

/* An event in words, and a text of its own for what is put together. */
struct words {
	const char *act, *origin;
	char detail[4096];
};

static void put_words(struct words *words, const struct seikyo_console_event *event)
{
	const char *detail = name_of(details, DETAILS, seikyo_text_known(event->detail));

	words->act = name_of(acts, ACTS, event->act);
	words->origin = name_of(origins, ORIGINS, event->origin);
	/* A RADIUS client's group, which customers do not know. */
	if (words->origin == event->origin)
		words->origin = _("Login");
	if (*event->paper)
		snprintf(words->detail, sizeof(words->detail), _("paper %s%s%s"), event->paper,
			 *detail ? ", " : "", detail);
	else
		snprintf(words->detail, sizeof(words->detail), "%s", detail);
}

/* What goes along while the rows come. */
struct listing {
	struct seikyo_buffer rows;
	uint32_t count;
};

static int put_row(void *context, const struct seikyo_console_event *event)
{
	struct listing *listing = context;
	struct seikyo_buffer *out = &listing->rows;
	struct words words;

	put_words(&words, event);
	html(out, "<tr role=\"row\"><th scope=\"row\" role=\"rowheader\">");
	html_moment(out, event->at / SEIKYO_SECOND);
	html(out, "</th>");
	seikyo_table_cell(out, _("Operation"), words.act);
	seikyo_table_cell(out, _("User concerned"), event->on_login_id);
	seikyo_table_cell(out, _("Done by"), event->by_login_id);
	seikyo_table_cell(out, _("From"), words.origin);
	seikyo_table_cell(out, _("Details"), words.detail);
	html(out, "</tr>\n");
	listing->count++;
	return 0;
}

static void options(struct seikyo_visit *visit)
{
	struct seikyo_buffer *out = &visit->response.body;
	const char *chosen = seikyo_form_text(&visit->form, SEIKYO_FIELD_ACT);

	html(out, "<option value=\"\">");
	html_txt(out, _("All"));
	html(out, "</option>");
	for (size_t i = 0; i < ACTS; i++) {
		html(out, "<option value=\"");
		html_attr(out, acts[i].id);
		html(out, strcmp(acts[i].id, chosen) == 0 ? "\" selected>" : "\">");
		html_txt(out, _(acts[i].name));
		html(out, "</option>");
	}
}

static void filter(struct seikyo_visit *visit)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<form class=\"filter box\" role=\"search\" method=\"get\" action=\"/audit\">\n");
	seikyo_widget_field(visit,
			    &(struct seikyo_widget){
				    .field = SEIKYO_FIELD_SEARCH,
				    .label = _("Login ID of the user concerned"),
				    .type = "search",
				    .max = SEIKYO_LOGIN_MAX,
				    .value = seikyo_form_text(&visit->form, SEIKYO_FIELD_SEARCH),
				    .optional = true,
			    });
	html(out, "<div class=\"field\"><label for=\"act\">");
	html_txt(out, _("Operation"));
	html(out, "</label><select id=\"act\" name=\"act\">");
	options(visit);
	html(out, "</select></div>\n<p class=\"buttons\"><button>");
	html_txt(out, _("Search"));
	html(out, "</button> <a class=\"button\" href=\"/audit.csv?search=");
	html_url_arg(out, seikyo_form_text(&visit->form, SEIKYO_FIELD_SEARCH));
	seikyo_table_query(visit, SEIKYO_FIELD_ACT);
	html(out, "\">");
	html_txt(out, _("Save as a CSV file"));
	html(out, "</a></p></form>\n");
}

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

/* Gives DONE, or the call's other results with the page for it made. */
static enum seikyo_call_result read_events(struct seikyo_visit *visit, uint32_t from, uint32_t most,
					   seikyo_console_event_fn row, void *context,
					   uint32_t *total)
{
	struct seikyo_store *store = seikyo_console_store(visit->console);
	const struct seikyo_console_caller caller = seikyo_visit_caller(visit);
	const struct seikyo_console_filter wanted = {
		.on = or_null(seikyo_form_text(&visit->form, SEIKYO_FIELD_SEARCH)),
		.act = or_null(seikyo_form_text(&visit->form, SEIKYO_FIELD_ACT)),
		.from = from,
		.most = most,
	};
	const enum seikyo_call_result result =
		store ? seikyo_console_audit(store, &caller, &wanted, row, context, total)
		      : SEIKYO_CALL_FAILED;

	if (result != SEIKYO_CALL_DONE)
		seikyo_page_not_done(visit, "console_audit", result);
	return result;
}

static void show(struct seikyo_visit *visit, const struct listing *listing, uint32_t total)
{
	struct seikyo_buffer *out = &visit->response.body;
	const char *const names[COLUMNS] = {_("Date and time"), _("Operation"), _("User concerned"),
					    _("Done by"),	_("From"),	_("Details")};

	html(out, "<section class=\"box\">");
	html_element(out, "h2", _("Operations"));
	if (!listing->count) {
		html(out, "<p class=\"none\">");
		html_txt(out, _("There is no such operation."));
		html(out, "</p></section>\n");
		return;
	}
	seikyo_table_count(visit, total, listing->count);
	seikyo_table_begin(out, _("Operations"), names, COLUMNS);
	seikyo_buffer_add(out, listing->rows.text, listing->rows.len);
	out->failed |= listing->rows.failed;
	seikyo_table_end(out);
	seikyo_table_pages(visit, total);
	html(out, "</section>\n");
}

void seikyo_page_audit(struct seikyo_visit *visit)
{
	static const struct seikyo_frame frame = {
		.title = N_("History of operations"),
		.tab = SEIKYO_FRAME_WORKS,
		.places = {{N_("Administration"), "/works"},
			   {N_("Choice of works"), "/works"},
			   {N_("History of operations"), NULL}},
	};
	struct listing listing = {0};
	uint32_t total = 0;

	if (read_events(visit, seikyo_table_from(visit), SEIKYO_TABLE_PAGE, put_row, &listing,
			&total) == SEIKYO_CALL_DONE) {
		seikyo_frame_begin(visit, &frame);
		filter(visit);
		show(visit, &listing, total);
		seikyo_frame_end(visit);
	}
	seikyo_buffer_close(&listing.rows);
}

/* What a spreadsheet would take for a formula (OWASP, CSV Injection), also in full width. */
static bool is_formula(const char *text)
{
	static const char *const signs[] = {"=",  "+",	"-",  "@",  "\t", "\r",
					    "\n", "＝", "＋", "－", "＠"};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strncmp(text, signs[i], strlen(signs[i])) == 0)
			return true;
	return false;
}

/* A field; a formula gets an apostrophe in front. */
static void put_field(struct seikyo_buffer *out, const char *text, const char *end)
{
	seikyo_buffer_put(out, is_formula(text) ? "\"'" : "\"");
	for (; *text; text++) {
		if (seikyo_html_turns(text))
			text += SEIKYO_HTML_TURN_LEN - 1;
		else
			seikyo_buffer_add(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
	}
	seikyo_buffer_put(out, "\"");
	seikyo_buffer_put(out, end);
}

static int put_line(void *context, const struct seikyo_console_event *event)
{
	struct seikyo_buffer *out = context;
	char japan[SEIKYO_MOMENT_LEN + 1] = "";
	struct words words;

	put_words(&words, event);
	seikyo_moment_japan(event->at, japan);
	html_number(out, event->number);
	seikyo_buffer_put(out, ",");
	put_field(out, japan, ",");
	put_field(out, words.act, ",");
	put_field(out, event->on_login_id, ",");
	put_field(out, event->by_login_id, ",");
	put_field(out, words.origin, ",");
	put_field(out, words.detail, "\r\n");
	return 0;
}

/* The first line; the mark in front of it tells spreadsheets that the file is UTF-8. */
static void put_names(struct seikyo_buffer *out)
{
	seikyo_buffer_put(out, "\xef\xbb\xbf");
	put_field(out, _("Number of the operation"), ",");
	put_field(out, _("Date and time"), ",");
	put_field(out, _("Operation"), ",");
	put_field(out, _("User concerned"), ",");
	put_field(out, _("Done by"), ",");
	put_field(out, _("From"), ",");
	put_field(out, _("Details"), "\r\n");
}

void seikyo_page_audit_csv(struct seikyo_visit *visit)
{
	struct seikyo_buffer lines = {0};
	uint32_t total = 0;

	put_names(&lines);
	if (read_events(visit, 0, FILE_MAX, put_line, &lines, &total) != SEIKYO_CALL_DONE) {
		seikyo_buffer_close(&lines);
		return;
	}
	if (total > FILE_MAX)
		put_field(&lines,
			  _("Older operations are not in this file. Please choose a user or an "
			    "operation."),
			  "\r\n");
	visit->response.type = "text/csv; charset=utf-8";
	visit->response.file_name = "operations.csv";
	visit->response.body = lines;
}
