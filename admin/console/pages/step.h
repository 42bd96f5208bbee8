/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What goes from step to step of a login or setup, in hidden fields: no server remembers it.
 */
#ifndef SEIKYO_CONSOLE_STEP_H
#define SEIKYO_CONSOLE_STEP_H

#include "console/pages/pages.h"

/* Writes the hidden fields into the open form. */
void seikyo_step_hide(struct seikyo_visit *visit, const struct seikyo_step *step);

/* Reads them back. state and ticket hold what *step points at. */
void seikyo_step_take(const struct seikyo_visit *visit, struct seikyo_step *step,
		      uint8_t state[static SEIKYO_RADIUS_STATE_MAX],
		      uint8_t ticket[static SEIKYO_TICKET_LEN]);

/* True if standard apps were offered. Forged, it shows the offer and no more: the database decides.
 */
bool seikyo_step_standard_apps(const struct seikyo_visit *visit);

/* The field for a code. */
void seikyo_step_code(struct seikyo_visit *visit);

/*
 * True if what was typed could be a code. What could not goes to no server: it would count as a
 * wrong one.
 */
bool seikyo_step_check_code(struct seikyo_visit *visit);

#endif
