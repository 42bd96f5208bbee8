/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/widget.h"

#include <stdio.h>
#include <string.h>

#include <openssl/rand.h>

#include "common/text.h"
#include "console/html.h"
#include "console/session.h"
#include "core/secret.h"
#include "core/ticket.h"

static void attribute(struct seikyo_buffer *out, const char *name, const char *value)
{
	html(out, " ");
	html(out, name);
	html(out, "=\"");
	html_attr(out, value);
	html(out, "\"");
}

void seikyo_widget_hidden(struct seikyo_visit *visit, enum seikyo_field field, const char *value)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<input type=\"hidden\"");
	attribute(out, "name", seikyo_form_name(field));
	attribute(out, "value", value);
	html(out, ">");
}

void seikyo_widget_hidden_bytes(struct seikyo_visit *visit, enum seikyo_field field,
				const uint8_t *bytes, size_t len)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<input type=\"hidden\"");
	attribute(out, "name", seikyo_form_name(field));
	html(out, " value=\"");
	html_hex(out, bytes, len);
	html(out, "\">");
}

void seikyo_widget_form(struct seikyo_visit *visit, const char *action, const char *class)
{
	struct seikyo_buffer *out = &visit->response.body;
	uint8_t csrf[SEIKYO_COOKIE_LEN];
	uint8_t attempt[SEIKYO_ATTEMPT_LEN];

	/* Without either the form would be refused: better no page. */
	if (seikyo_session_csrf(visit->cookie, csrf) < 0 ||
	    RAND_bytes(attempt, sizeof(attempt)) != 1) {
		out->failed = true;
		return;
	}
	html(out, "<form method=\"post\"");
	attribute(out, "action", action);
	if (class)
		attribute(out, "class", class);
	html(out, ">");
	seikyo_widget_hidden_bytes(visit, SEIKYO_FIELD_CSRF, csrf, sizeof(csrf));
	seikyo_widget_hidden_bytes(visit, SEIKYO_FIELD_ATTEMPT, attempt, sizeof(attempt));
	html(out, "\n");
	seikyo_secret_wipe(csrf, sizeof(csrf));
}

/* The words of the on-screen keyboard (R11), which keyboard.js makes. */
static void keyboard(struct seikyo_buffer *out, const char *kind)
{
	attribute(out, "data-keyboard", kind);
	attribute(out, "data-open", _("On-screen keyboard"));
	attribute(out, "data-letters", _("Letters"));
	attribute(out, "data-digits", _("Numbers"));
	attribute(out, "data-symbols", _("Symbols"));
	attribute(out, "data-shift", _("Capitals"));
	attribute(out, "data-delete", _("Delete one character"));
	attribute(out, "data-space", _("Space"));
	attribute(out, "data-close", _("Close"));
	attribute(out, "data-typed", _("%d characters entered"));
}

static void described(struct seikyo_buffer *out, const char *name, const char *hint,
		      const char *problem)
{
	char ids[128];

	snprintf(ids, sizeof(ids), "%s%s%s%s%s", hint ? name : "", hint ? "-hint" : "",
		 hint && problem ? " " : "", problem ? name : "", problem ? "-error" : "");
	if (*ids)
		attribute(out, "aria-describedby", ids);
	if (problem)
		html(out, " aria-invalid=\"true\"");
}

static void input(struct seikyo_buffer *out, const struct seikyo_widget *widget, const char *name,
		  const char *problem)
{
	char number[12];

	html(out, "<input");
	attribute(out, "id", name);
	attribute(out, "name", name);
	attribute(out, "type", widget->type);
	if (widget->class)
		attribute(out, "class", widget->class);
	attribute(out, "autocomplete", widget->complete ? widget->complete : "off");
	if (widget->max) {
		snprintf(number, sizeof(number), "%u", widget->max);
		attribute(out, "maxlength", number);
	}
	if (widget->digits)
		html(out, " inputmode=\"numeric\" data-digits-only");
	if (widget->keyboard)
		keyboard(out, widget->keyboard);
	if (widget->value)
		attribute(out, "value", widget->value);
	described(out, name, widget->hint, problem);
	html(out, widget->optional ? ">\n" : " required>\n");
}

static void paragraph(struct seikyo_buffer *out, const char *class, const char *name,
		      const char *text)
{
	html(out, "<p class=\"");
	html(out, class);
	html(out, "\" id=\"");
	html(out, name);
	html(out, "-");
	html(out, class);
	html(out, "\">");
	html_txt(out, text);
	html(out, "</p>\n");
}

void seikyo_widget_field(struct seikyo_visit *visit, const struct seikyo_widget *widget)
{
	struct seikyo_buffer *out = &visit->response.body;
	const char *name = seikyo_form_name(widget->field);
	const char *problem = visit->problems[widget->field];

	html(out, "<div class=\"field\"><label");
	attribute(out, "for", name);
	html(out, ">");
	html_txt(out, widget->label);
	html(out, "</label>\n");
	if (widget->hint)
		paragraph(out, "hint", name, widget->hint);
	if (problem)
		paragraph(out, "error", name, problem);
	input(out, widget, name, problem);
	html(out, "</div>\n");
}

void seikyo_widget_fact(struct seikyo_visit *visit, const char *name, const char *value)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<div>");
	html_element(out, "dt", name);
	html_element(out, "dd", value);
	html(out, "</div>\n");
}

void seikyo_widget_buttons(struct seikyo_visit *visit, const char *class, const char *text,
			   const char *elsewhere, const char *elsewhere_text)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<p class=\"buttons\">");
	if (text) {
		html(out, "<button");
		attribute(out, "class", class);
		html(out, ">");
		html_txt(out, text);
		html(out, "</button> ");
	}
	if (elsewhere && elsewhere_text) {
		html(out, "<a class=\"button\"");
		attribute(out, "href", elsewhere);
		html(out, ">");
		html_txt(out, elsewhere_text);
		html(out, "</a>");
	}
	html(out, "</p>\n");
}
