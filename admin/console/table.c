/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/table.h"

#include <stdio.h>

#include "common/text.h"
#include "console/html.h"
#include "console/route.h"

/* The roles are said because cards take a table's own meaning away from screen readers. */
void seikyo_table_begin(struct seikyo_buffer *out, const char *label, const char *const *names,
			size_t count)
{
	html(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
	html_attr(out, label);
	html(out, "\"><table class=\"cards\" role=\"table\">\n"
		  "<thead role=\"rowgroup\"><tr role=\"row\">");
	for (size_t i = 0; i < count; i++) {
		html(out, "<th scope=\"col\" role=\"columnheader\">");
		html_txt(out, names[i]);
		html(out, "</th>");
	}
	html(out, "</tr></thead>\n<tbody role=\"rowgroup\">\n");
}

void seikyo_table_end(struct seikyo_buffer *out)
{
	html(out, "</tbody></table></div>\n");
}

void seikyo_table_name(struct seikyo_buffer *out, const char *text)
{
	html(out, "<th scope=\"row\" role=\"rowheader\">");
	html_txt(out, text);
	html(out, "</th>");
}

void seikyo_table_open(struct seikyo_buffer *out, const char *label)
{
	html(out, "<td role=\"cell\" data-label=\"");
	html_attr(out, label);
	html(out, "\">");
}

void seikyo_table_cell(struct seikyo_buffer *out, const char *label, const char *text)
{
	seikyo_table_open(out, label);
	html_txt(out, text);
	html(out, "</td>");
}

void seikyo_table_state(struct seikyo_buffer *out, const char *kind, const char *text)
{
	html(out, "<span class=\"state ");
	html_attr(out, kind);
	html(out, "\">");
	html_txt(out, text);
	html(out, "</span>");
}

uint32_t seikyo_table_from(const struct seikyo_visit *visit)
{
	return (seikyo_form_page(&visit->form) - 1) * SEIKYO_TABLE_PAGE;
}

void seikyo_table_count(struct seikyo_visit *visit, uint32_t total, uint32_t shown)
{
	const uint32_t from = seikyo_table_from(visit);
	char text[256];

	snprintf(text, sizeof(text), _("%u in all; shown are %u to %u."), total, from + 1,
		 from + shown);
	html(&visit->response.body, "<p class=\"count\">");
	html_txt(&visit->response.body, text);
	html(&visit->response.body, "</p>\n");
}

void seikyo_table_query(struct seikyo_visit *visit, enum seikyo_field field)
{
	struct seikyo_buffer *out = &visit->response.body;
	const char *value = seikyo_form_text(&visit->form, field);

	if (!*value)
		return;
	html(out, "&amp;");
	html(out, seikyo_form_name(field));
	html(out, "=");
	html_url_arg(out, value);
}

static void page_link(struct seikyo_visit *visit, uint32_t page, const char *name)
{
	struct seikyo_buffer *out = &visit->response.body;

	html(out, "<li><a href=\"");
	html_attr(out, visit->route->path);
	html(out, "?page=");
	html_number(out, page);
	seikyo_table_query(visit, SEIKYO_FIELD_SEARCH);
	seikyo_table_query(visit, SEIKYO_FIELD_WHICH);
	seikyo_table_query(visit, SEIKYO_FIELD_ACT);
	html(out, "\">");
	html_txt(out, name);
	html(out, "</a></li>");
}

/* The first, the last, and those around the present one. */
void seikyo_table_pages(struct seikyo_visit *visit, uint32_t total)
{
	const uint32_t last = (total + SEIKYO_TABLE_PAGE - 1) / SEIKYO_TABLE_PAGE;
	const uint32_t now = seikyo_form_page(&visit->form);
	struct seikyo_buffer *out = &visit->response.body;
	char name[12];

	if (last < 2)
		return;
	html(out, "<nav class=\"pages\" aria-label=\"");
	html_attr(out, _("Pages"));
	html(out, "\"><ul>");
	if (now > 1)
		page_link(visit, now - 1, _("Previous"));
	for (uint32_t page = 1; page <= last; page++) {
		snprintf(name, sizeof(name), "%u", page);
		if (page == now) {
			html(out, "<li><span aria-current=\"page\">");
			html(out, name);
			html(out, "</span></li>");
		} else if (page == 1 || page == last || (page + 2 >= now && page <= now + 2)) {
			page_link(visit, page, name);
		}
	}
	if (now < last)
		page_link(visit, now + 1, _("Next"));
	html(out, "</ul></nav>\n");
}
