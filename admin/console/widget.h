/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of forms. Texts are translated by the caller.
 */
#ifndef SEIKYO_CONSOLE_WIDGET_H
#define SEIKYO_CONSOLE_WIDGET_H

#include <stdbool.h>

#include "console/console.h"

/* One field with its label, hint, and what was wrong with it. */
struct seikyo_widget {
	enum seikyo_field field;
	const char *label;
	const char *hint;     /* NULL: none */
	const char *type;     /* text, password, email, search */
	const char *class;    /* NULL: none */
	const char *complete; /* autocomplete; NULL: off */
	const char *keyboard; /* on-screen keyboard: "all", "digits"; NULL: none */
	const char *value;    /* to begin with; NULL: none */
	unsigned max;	      /* characters; 0: no limit said */
	bool digits;	      /* a number pad, and full-width digits made half-width while typing */
	bool optional;
};

/* <form method="post">, with its CSRF token and an attempt of its own. class may be NULL. */
void seikyo_widget_form(struct seikyo_visit *visit, const char *action, const char *class);

void seikyo_widget_hidden(struct seikyo_visit *visit, enum seikyo_field field, const char *value);
void seikyo_widget_hidden_bytes(struct seikyo_visit *visit, enum seikyo_field field,
				const uint8_t *bytes, size_t len);

void seikyo_widget_field(struct seikyo_visit *visit, const struct seikyo_widget *widget);

/* <dt>name</dt><dd>value</dd> in a row of <dl class="facts">. */
void seikyo_widget_fact(struct seikyo_visit *visit, const char *name, const char *value);

/* A line of buttons: one that sends the form, and one that leads elsewhere (NULL: none). */
void seikyo_widget_buttons(struct seikyo_visit *visit, const char *class, const char *text,
			   const char *elsewhere, const char *elsewhere_text);

#endif
