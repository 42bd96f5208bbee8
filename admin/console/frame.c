/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/frame.h"

#include <string.h>

#include "common/text.h"
#include "console/html.h"
#include "console/route.h"
#include "console/widget.h"

static void head(struct seikyo_visit *visit, const struct seikyo_frame *frame)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<!DOCTYPE html>\n<html lang=\"");
	html_attr(out, visit->response.language);
	html(out,
	     "\">\n<head>\n<meta charset=\"utf-8\">\n"
	     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
	if (seikyo_visit_has_problems(visit))
		html_txt(out, _("Error: "));
	html_txt(out, _(frame->title));
	html(out, " - ");
	html_txt(out, visit->console->config.service_name);
	html(out, "</title>\n<link rel=\"stylesheet\" href=\"/static/style.css\">\n"
		  "<link rel=\"icon\" href=\"/static/icon.svg\" type=\"image/svg+xml\">\n"
		  "<script src=\"/static/page.js\" type=\"module\"></script>\n"
		  "<script src=\"/static/keyboard.js\" type=\"module\"></script>\n</head>\n<body>\n"
		  "<a class=\"skip\" href=\"#main\">");
	html_txt(out, _("Skip to the content"));
	html(out, "</a>\n");
}

/* Only where a page can be asked for again: a form in the middle of a login cannot. */
static void language_switch(struct seikyo_visit *visit)
{
	const bool is_japanese = visit->language == SEIKYO_LANGUAGE_JA;

	if (!visit->route || visit->route->method != SEIKYO_METHOD_GET)
		return;
	html(&visit->response.body, is_japanese ? "<a class=\"language\" href=\"?lang=en\" "
						  "lang=\"en\" hreflang=\"en\">English</a>\n"
						: "<a class=\"language\" href=\"?lang=ja\" "
						  "lang=\"ja\" hreflang=\"ja\">日本語</a>\n");
}

static void who(struct seikyo_visit *visit)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<div class=\"who\"><p>");
	html_txt(out, visit->session.display_name);
	html_txt(out, _(" (signed in)"));
	html(out, "</p>");
	seikyo_widget_form(visit, "/logout", NULL);
	html(out, "<button>");
	html_txt(out, _("Log out"));
	html(out, "</button></form></div>\n");
}

static void tab(struct seikyo_visit *visit, const char *address, const char *name,
		const char *current)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<li><a href=\"");
	html_attr(out, address);
	html(out, "\"");
	html(out, current);
	html(out, ">");
	html_txt(out, name);
	html(out, "</a></li>");
}

static void tabs(struct seikyo_visit *visit, const struct seikyo_frame *frame)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<nav class=\"tabs\" aria-label=\"");
	html_attr(out, _("Menu"));
	html(out, "\"><ul>");
	tab(visit, "/", _("Top page"),
	    frame->tab == SEIKYO_FRAME_TOP ? " aria-current=\"page\"" : "");
	if (visit->session.role == SEIKYO_CONSOLE_ROLE_MASTER)
		tab(visit, "/works", _("Administration"),
		    frame->tab == SEIKYO_FRAME_WORKS ? " aria-current=\"true\"" : "");
	html(out, "</ul></nav>\n");
}

static void path(struct seikyo_visit *visit, const struct seikyo_frame *frame)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<nav class=\"path\" aria-label=\"");
	html_attr(out, _("Where you are"));
	html(out, "\"><ol>");
	for (size_t i = 0; i < SEIKYO_FRAME_PLACES && frame->places[i].name; i++) {
		const struct seikyo_frame_place *place = &frame->places[i];

		if (place->address) {
			html(out, "<li><a href=\"");
			html_attr(out, place->address);
			html(out, "\">");
		} else {
			html(out, "<li aria-current=\"page\">");
		}
		html_txt(out, _(place->name));
		html(out, place->address ? "</a></li>" : "</li>");
	}
	html(out, "</ol></nav>\n");
}

static void steps(struct seikyo_visit *visit, const struct seikyo_frame *frame)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<ol class=\"steps\">");
	for (size_t i = 0; i < 3 && frame->steps[i]; i++) {
		html(out, i == frame->step ? "<li aria-current=\"step\">" : "<li>");
		html_txt(out, _(frame->steps[i]));
		html(out, "</li>");
	}
	html(out, "</ol>\n");
}

/* All that was typed wrong, each leading to its field (WCAG 2.2, 3.3.1). */
static void problems(struct seikyo_visit *visit)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<div class=\"errors\" role=\"alert\"><h2>");
	html_txt(out, _("Please check what you entered"));
	html(out, "</h2><ul>");
	if (visit->problem)
		html_element(out, "li", visit->problem);
	for (size_t i = 0; i < SEIKYO_FIELDS; i++) {
		if (!visit->problems[i])
			continue;
		html(out, "<li><a href=\"#");
		html_attr(out, seikyo_form_name((enum seikyo_field)i));
		html(out, "\">");
		html_txt(out, visit->problems[i]);
		html(out, "</a></li>");
	}
	html(out, "</ul></div>\n");
}

void seikyo_frame_begin(struct seikyo_visit *visit, const struct seikyo_frame *frame)
{
	struct seikyo_buffer *out = &visit->response.body;

	head(visit, frame);
	html(out, "<header class=\"top\"><div>\n<p class=\"service\">");
	html_txt(out, visit->console->config.service_name);
	html(out, "</p>\n");
	language_switch(visit);
	if (visit->is_signed_in)
		who(visit);
	html(out, "</div></header>\n");
	if (visit->is_signed_in)
		tabs(visit, frame);
	if (frame->places[0].name)
		path(visit, frame);
	html(out, frame->narrow ? "<main id=\"main\" class=\"narrow\" tabindex=\"-1\">\n"
				: "<main id=\"main\" tabindex=\"-1\">\n");
	html_element(out, "h1", _(frame->title));
	html(out, "\n");
	if (frame->steps[0])
		steps(visit, frame);
	if (seikyo_visit_has_problems(visit))
		problems(visit);
}

void seikyo_frame_end(struct seikyo_visit *visit)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "</main>\n<footer class=\"foot\"><p>");
	html_txt(out, visit->console->config.service_name);
	html(out, "</p></footer>\n</body>\n</html>\n");
}

void seikyo_frame_notice(struct seikyo_visit *visit, const char *kind, const char *title,
			 const char *text)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<div class=\"notice ");
	html_attr(out, kind);
	html(out, "\">");
	if (title)
		html_element(out, "h2", title);
	html_element(out, "p", text);
	html(out, "</div>\n");
}
