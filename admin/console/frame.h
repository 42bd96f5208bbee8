/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every page has around its own: head, header, menu, the list of what was typed wrong, footer.
 * The classes are explained in static/style.css.
 */
#ifndef SEIKYO_CONSOLE_FRAME_H
#define SEIKYO_CONSOLE_FRAME_H

#include <stdbool.h>

#include "console/console.h"

#define SEIKYO_FRAME_PLACES 5

enum seikyo_frame_tab {
	SEIKYO_FRAME_NO_TAB = 0,
	SEIKYO_FRAME_TOP,
	SEIKYO_FRAME_WORKS,
};

/* A step of the path to a page; the last has no address. */
struct seikyo_frame_place {
	const char *name; /* not yet translated */
	const char *address;
};

/* Texts are not yet translated. */
struct seikyo_frame {
	const char *title;
	enum seikyo_frame_tab tab; /* of a signed-in user */
	struct seikyo_frame_place places[SEIKYO_FRAME_PLACES];
	const char *steps[3]; /* of a procedure; the one at step is the present one */
	unsigned step;
	bool narrow;
};

/* Opens the page up to its <h1> and what was typed wrong. */
void seikyo_frame_begin(struct seikyo_visit *visit, const struct seikyo_frame *frame);

void seikyo_frame_end(struct seikyo_visit *visit);

/* A box that says something: kind is "", "good", "warn" or "bad"; title may be NULL. Translated. */
void seikyo_frame_notice(struct seikyo_visit *visit, const char *kind, const char *title,
			 const char *text);

#endif
