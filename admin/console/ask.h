/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A question to the RADIUS servers about what this visitor typed.
 */
#ifndef SEIKYO_CONSOLE_ASK_H
#define SEIKYO_CONSOLE_ASK_H

#include "console/console.h"

/*
 * Asks whether the login password or code in field is right, with the State in the form if there is
 * one. The caller wipes *answer. NONE is logged.
 */
void seikyo_ask_login(struct seikyo_visit *visit, enum seikyo_field field,
		      struct seikyo_answer *answer);

/* Asks whether the confirmation password is right, for this session. */
void seikyo_ask_confirmation(struct seikyo_visit *visit, struct seikyo_answer *answer);

#endif
