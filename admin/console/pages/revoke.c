/* SPDX-License-Identifier: GPL-2.0-only */
/* 「トークンの失効」 (R8a). */
#include <string.h>

#include "common/text.h"
#include "console/html.h"
#include "console/pages/act.h"
#include "console/widget.h"

/* Why a token is revoked (R8); the text goes to the audit trail, and is translated where it is
 * read. */
struct reason {
	const char *value;
	const char *text;
};

static const struct reason reasons[] = {
	{"changed", N_("smartphone changed")},	 {"lost", N_("smartphone lost")},
	{"stolen", N_("smartphone stolen")},	 {"broken", N_("smartphone broken")},
	{"deleted", N_("app or token deleted")},
};

#define REASONS (sizeof(reasons) / sizeof(reasons[0]))

static const char *find_reason(struct seikyo_visit *visit)
{
	const char *value = seikyo_form_text(&visit->form, SEIKYO_FIELD_REASON);

	for (size_t i = 0; i < REASONS; i++)
		if (strcmp(reasons[i].value, value) == 0)
			return reasons[i].text;
	return NULL;
}

static void put_reasons(struct seikyo_visit *visit)
{
	struct seikyo_buffer *out = &visit->response.body;
	const char *chosen = seikyo_form_text(&visit->form, SEIKYO_FIELD_REASON);

	html(out, "<div class=\"field\"><label for=\"reason\">");
	html_txt(out, _("Reason of the revocation"));
	html(out, "</label>\n");
	if (visit->problems[SEIKYO_FIELD_REASON]) {
		html(out, "<p class=\"error\" id=\"reason-error\">");
		html_txt(out, visit->problems[SEIKYO_FIELD_REASON]);
		html(out, "</p>\n<select id=\"reason\" name=\"reason\" required "
			  "aria-describedby=\"reason-error\" aria-invalid=\"true\">");
	} else {
		html(out, "<select id=\"reason\" name=\"reason\" required>");
	}
	html(out, "<option value=\"\">");
	html_txt(out, _("Please choose"));
	html(out, "</option>");
	for (size_t i = 0; i < REASONS; i++) {
		html(out, "<option value=\"");
		html_attr(out, reasons[i].value);
		html(out, strcmp(reasons[i].value, chosen) == 0 ? "\" selected>" : "\">");
		html_txt(out, _(reasons[i].text));
		html(out, "</option>");
	}
	html(out, "</select></div>\n");
}

static bool may(const struct seikyo_console_user *user)
{
	return user->may_revoke;
}

#define PLACES SEIKYO_ACT_PLACES(N_("Revocation of tokens"))

static const struct seikyo_act revocation = {
	.path = "/revoke",
	.list = {.title = N_("Token revocation"), .tab = SEIKYO_FRAME_WORKS, .places = PLACES},
	.result = {.title = N_("Result of the token revocation"),
		   .tab = SEIKYO_FRAME_WORKS,
		   .places = PLACES},
	.result_title = N_("Result of the revocation"),
	.what_to_do = N_("Choose the users whose tokens are to be revoked, enter the confirmation "
			 "password and press \"Revoke\". A revoked token cannot be used again."),
	.nobody = N_("No user has a token."),
	.button = N_("Revoke"),
	.button_class = "danger",
	.after = N_("Close"),
	.after_path = "/works/users",
	.hint = N_("The token of another master user is revoked by that user, or by your branch on "
		   "paper."),
	.which = SEIKYO_CONSOLE_REVOCABLE,
	.some = N_("Users with a token"),
	.may = may,
	.more = put_reasons,
	.reason = find_reason,
	.name = "console_revoke",
	.call = seikyo_console_revoke,
	.done = N_("The token was revoked"),
};

void seikyo_page_revoke(struct seikyo_visit *visit)
{
	seikyo_act_list(visit, &revocation);
}

void seikyo_page_revoke_send(struct seikyo_visit *visit)
{
	seikyo_act_send(visit, &revocation);
}
