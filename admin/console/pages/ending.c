/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages that end a way: errors, and what keeps a user out. */
#include "common/text.h"
#include "console/frame.h"
#include "console/html.h"
#include "console/log.h"
#include "console/pages/pages.h"
#include "console/store.h"
#include "console/widget.h"
#include "seikyo_refusals.h"

void seikyo_page_ending(struct seikyo_visit *visit, const struct seikyo_ending *ending)
{
	const struct seikyo_frame frame = {.title = ending->title, .narrow = true};
	struct seikyo_buffer *out = &visit->response.body;

	visit->response.status = ending->status;
	seikyo_frame_begin(visit, &frame);
	html(out, "<div class=\"notice ");
	html_attr(out, ending->kind);
	html(out, "\">");
	if (ending->heading)
		html_element(out, "h2", ending->heading);
	for (size_t i = 0; i < 2 && ending->texts[i]; i++)
		html_element(out, "p", ending->texts[i]);
	if (ending->request_id && *ending->request_id) {
		html(out, "<p>");
		html_txt(out, _("Reference number: "));
		html_txt(out, ending->request_id);
		html(out, "</p>");
	}
	html(out, "</div>\n");
	if (visit->is_signed_in)
		seikyo_widget_buttons(visit, NULL, NULL, "/", _("To the top page"));
	else
		seikyo_widget_buttons(visit, NULL, NULL, "/login", _("To the login page"));
	seikyo_frame_end(visit);
}

void seikyo_page_away(struct seikyo_visit *visit)
{
	const struct seikyo_ending ending = {
		.status = 503,
		.title = N_("The service is not available at the moment"),
		.kind = "warn",
		.texts = {_("We are sorry. Please wait a while and try again."),
			  visit->request->method == SEIKYO_METHOD_POST
				  ? _("What you entered may have been processed all the same; "
				      "please "
				      "look before you enter it again.")
				  : NULL},
	};

	seikyo_page_ending(visit, &ending);
}

void seikyo_page_error(struct seikyo_visit *visit, int status, const char *text)
{
	const struct seikyo_ending ending = {
		.status = status,
		.title = N_("This page cannot be shown"),
		.kind = "bad",
		.texts = {text},
	};

	seikyo_page_ending(visit, &ending);
}

void seikyo_page_expired(struct seikyo_visit *visit)
{
	const struct seikyo_ending ending = {
		.status = 403,
		.title = N_("The time for this procedure is over"),
		.kind = "warn",
		.texts = {_("Please begin again from the login page.")},
	};

	seikyo_page_ending(visit, &ending);
}

void seikyo_page_not_done(struct seikyo_visit *visit, const char *name,
			  enum seikyo_call_result result)
{
	const struct seikyo_store *store = visit->console->store;
	const char *text;

	if (result != SEIKYO_CALL_REFUSED) {
		/* Without a connection there is none to ask, and the log says so already. */
		if (store)
			seikyo_log("%s: %s", name, seikyo_store_error(store));
		seikyo_page_away(visit);
		return;
	}
	switch (seikyo_call_refusal(store, &text)) {
	case SEIKYO_REFUSAL_SESSION:
		seikyo_response_redirect(&visit->response, "/login?notice=ended");
		break;
	case SEIKYO_REFUSAL_TICKET:
		seikyo_page_expired(visit);
		break;
	case SEIKYO_REFUSAL_CLOSED_FOR_RECOVERY:
		seikyo_log("%s: %s", name, text);
		seikyo_page_away(visit);
		break;
	default:
		seikyo_page_error(visit, 403, seikyo_text_known(text));
	}
}
