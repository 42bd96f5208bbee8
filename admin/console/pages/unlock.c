/* SPDX-License-Identifier: GPL-2.0-only */
/* 「ワンタイムパスワードの利用停止解除」 (R7a). */
#include "common/text.h"
#include "console/pages/act.h"

static bool may(const struct seikyo_console_user *user)
{
	return user->may_unlock;
}

#define PLACES SEIKYO_ACT_PLACES(N_("Release of the lock of one-time passwords"))

static const struct seikyo_act release = {
	.path = "/unlock",
	.list = {.title = N_("Locked one-time passwords"),
		 .tab = SEIKYO_FRAME_WORKS,
		 .places = PLACES},
	.result = {.title = N_("Result of the release of one-time passwords"),
		   .tab = SEIKYO_FRAME_WORKS,
		   .places = PLACES},
	.result_title = N_("Result of the release"),
	.what_to_do = N_("Choose the users to be released, enter the confirmation password and "
			 "press \"Release\"."),
	.nobody = N_("No user is locked."),
	.button = N_("Release"),
	.button_class = "primary",
	.after = N_("To the top page"),
	.after_path = "/",
	.hint = N_("A lock of a master user is released by your branch, on paper."),
	.which = SEIKYO_CONSOLE_LOCKED,
	.some = N_("Users who are locked"),
	.may = may,
	.name = "console_unlock",
	.call = seikyo_console_unlock,
	.done = N_("Released"),
};

void seikyo_page_unlock(struct seikyo_visit *visit)
{
	seikyo_act_list(visit, &release);
}

void seikyo_page_unlock_send(struct seikyo_visit *visit)
{
	seikyo_act_send(visit, &release);
}
