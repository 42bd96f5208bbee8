/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the two acts of master users share (R7, R8): a list of users to choose from, the
 * confirmation password, a result for each user.
 */
#ifndef SEIKYO_CONSOLE_ACT_H
#define SEIKYO_CONSOLE_ACT_H

#include "console/frame.h"
#include "console/pages/pages.h"

/* The way to an act. */
#define SEIKYO_ACT_PLACES(name)                                                                    \
	{                                                                                          \
		{N_("Administration"), "/works"}, {N_("Choice of works"), "/works"},               \
			{N_("User management"), "/works/users"},                                   \
			{N_("Choice of tasks"), "/works/users"},                                   \
		{                                                                                  \
			name, NULL                                                                 \
		}                                                                                  \
	}

/* One of the acts. Texts are not yet translated. */
struct seikyo_act {
	const char *path;
	struct seikyo_frame list, result;
	const char *result_title;
	const char *what_to_do;
	const char *nobody; /* the list is empty */
	const char *button;
	const char *button_class;
	const char *after; /* the button that leads on from the result */
	const char *after_path;
	const char *hint;		 /* below the list; NULL: none */
	enum seikyo_console_which which; /* listed, unless all are asked for */
	const char *some;		 /* the name of these, in the filter */
	bool (*may)(const struct seikyo_console_user *user);
	void (*more)(struct seikyo_visit *visit);	   /* fields beside the list; NULL: none */
	const char *(*reason)(struct seikyo_visit *visit); /* NULL: the act has none */
	const char *name;				   /* of the procedure */
	enum seikyo_call_result (*call)(struct seikyo_store *store,
					const struct seikyo_console_caller *caller,
					const struct seikyo_console_act *act,
					seikyo_console_result_fn row, void *context);
	const char *done; /* the result of success */
};

/* GET: the list. */
void seikyo_act_list(struct seikyo_visit *visit, const struct seikyo_act *act);

/* POST: the confirmation password is asked about, and the act done. */
void seikyo_act_send(struct seikyo_visit *visit, const struct seikyo_act *act);

/* The users of the list's page, as a section of the open form. Gives 1 if
 * one can be chosen, 0 if none can, or -1: the page is made. */
int seikyo_act_users(struct seikyo_visit *visit, const struct seikyo_act *act);

#endif
