/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parameters of a request. All that any page takes stand in one table, each with its form and
 * greatest length; a page names those it takes. What no browser of ours sends (another name, one
 * twice, bad encoding, control characters, a hidden value of another form) makes the request bad;
 * what a person may well type goes on to the page, which says what is wrong with it.
 */
#ifndef SEIKYO_CONSOLE_FORM_H
#define SEIKYO_CONSOLE_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEIKYO_FORM_USERS_MAX 100 /* that one page of a list can name */

/* Grows at its end; the table in form.c has the same order. */
enum seikyo_field {
	SEIKYO_FIELD_CSRF,
	SEIKYO_FIELD_ATTEMPT, /* 16 bytes, anew for each form: Seikyo-Attempt */
	SEIKYO_FIELD_STATE,   /* RADIUS State */
	SEIKYO_FIELD_TICKET,  /* to issue with */
	SEIKYO_FIELD_LOGIN_ID,
	SEIKYO_FIELD_PASSWORD,
	SEIKYO_FIELD_CODE,
	SEIKYO_FIELD_MAIL,
	SEIKYO_FIELD_START,
	SEIKYO_FIELD_START_AGAIN,
	SEIKYO_FIELD_USER, /* may come often */
	SEIKYO_FIELD_CONFIRMATION,
	SEIKYO_FIELD_REASON,
	SEIKYO_FIELD_SEARCH,
	SEIKYO_FIELD_WHICH,
	SEIKYO_FIELD_PAGE,
	SEIKYO_FIELD_ACT,
	SEIKYO_FIELD_LANGUAGE,
	SEIKYO_FIELD_NOTICE,
	SEIKYO_FIELD_APP,	  /* which kind of app: ours or a standard one */
	SEIKYO_FIELD_APP_USER_ID, /* 10 digits */
	SEIKYO_FIELDS,
};

/* A set of fields. */
#define SEIKYO_FIELD_BIT(field) (UINT32_C(1) << SEIKYO_FIELD_##field)

struct seikyo_form {
	char *text; /* the decoded parameters: our own, wiped */
	size_t len;
	const char *values[SEIKYO_FIELDS]; /* NULL: not sent */
	const char *users[SEIKYO_FORM_USERS_MAX];
	size_t user_count;
};

/*
 * Reads len bytes of text (application/x-www-form-urlencoded), of which the fields in allowed may
 * be there. Gives 0, or -1: bad, or no memory. Wipe it in any case.
 */
int seikyo_form_read(struct seikyo_form *form, const char *text, size_t len, uint32_t allowed);

void seikyo_form_wipe(struct seikyo_form *form);

/* The name of a field, as in the page. */
const char *seikyo_form_name(enum seikyo_field field);

/* The greatest length of a field in bytes. */
size_t seikyo_form_max(enum seikyo_field field);

/* The value of a field, "" if it was not sent. */
const char *seikyo_form_text(const struct seikyo_form *form, enum seikyo_field field);

/* The bytes of a field in hexadecimal, at most size. Gives how many; 0: not sent, or too long. */
size_t seikyo_form_bytes(const struct seikyo_form *form, enum seikyo_field field, uint8_t *bytes,
			 size_t size);

/* The number of a page, from 1; 1 if none was sent. */
unsigned seikyo_form_page(const struct seikyo_form *form);

/*
 * Writes a field without blanks around it and with full-width ASCII (U+FF01..U+FF5E, U+3000) as
 * half-width, as people type digits in Japanese. out holds what seikyo_form_max says and a NUL.
 */
void seikyo_form_half_width(const struct seikyo_form *form, enum seikyo_field field, char *out);

/* True if text is min to max ASCII digits. */
bool seikyo_form_is_digits(const char *text, size_t min, size_t max);

#endif
