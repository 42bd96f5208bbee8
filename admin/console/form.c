/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/form.h"

#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "console/escape.h"
#include "core/secret.h"
#include "core/typed.h"

#define HEX_DIGITS "0123456789abcdef"
#define PAGE_MAX   1000000
#define CHARACTERS 300 /* of any text: what the procedures take */

enum kind {
	TYPED,	/* by a person, or from a list */
	HEX,	/* hidden: lower-case digits, an even number; min and max are characters */
	NUMBER, /* of a page */
};

struct rule {
	const char *name;
	enum kind kind;
	size_t min, max; /* bytes of the value */
};

/* Wide enough for what fits into the page's field in any script: the page says what is too long. */
static const struct rule rules[SEIKYO_FIELDS] = {
	[SEIKYO_FIELD_CSRF] = {"csrf", HEX, 64, 64},
	[SEIKYO_FIELD_ATTEMPT] = {"attempt", HEX, 32, 32},
	[SEIKYO_FIELD_STATE] = {"state", HEX, 2, 506},
	[SEIKYO_FIELD_TICKET] = {"ticket", HEX, 32, 32},
	[SEIKYO_FIELD_LOGIN_ID] = {"login_id", TYPED, 0, 512},
	[SEIKYO_FIELD_PASSWORD] = {"password", TYPED, 0, 512},
	[SEIKYO_FIELD_CODE] = {"code", TYPED, 0, 64},
	[SEIKYO_FIELD_MAIL] = {"mail", TYPED, 0, 1016},
	[SEIKYO_FIELD_START] = {"start", TYPED, 0, 64},
	[SEIKYO_FIELD_START_AGAIN] = {"start_again", TYPED, 0, 64},
	[SEIKYO_FIELD_USER] = {"user", TYPED, 1, 128},
	[SEIKYO_FIELD_CONFIRMATION] = {"confirmation", TYPED, 0, 512},
	[SEIKYO_FIELD_REASON] = {"reason", TYPED, 0, 16},
	[SEIKYO_FIELD_SEARCH] = {"search", TYPED, 0, 512},
	[SEIKYO_FIELD_WHICH] = {"which", TYPED, 0, 16},
	[SEIKYO_FIELD_PAGE] = {"page", NUMBER, 1, 7},
	[SEIKYO_FIELD_ACT] = {"act", TYPED, 0, 32},
	[SEIKYO_FIELD_LANGUAGE] = {"lang", TYPED, 2, 2},
	[SEIKYO_FIELD_NOTICE] = {"notice", TYPED, 0, 16},
	[SEIKYO_FIELD_APP] = {"app", TYPED, 0, 16},
	[SEIKYO_FIELD_APP_USER_ID] = {"app_user_id", TYPED, 10, 10},
};

const char *seikyo_form_name(enum seikyo_field field)
{
	return rules[field].name;
}

size_t seikyo_form_max(enum seikyo_field field)
{
	return rules[field].max;
}

static bool has_controls(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return true;
	return false;
}

/* All bytes but those that go on with a character (RFC 3629). */
static size_t characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

static bool is_good(const struct rule *rule, const char *value)
{
	const size_t len = strlen(value);

	if (len < rule->min || len > rule->max || has_controls(value))
		return false;
	switch (rule->kind) {
	case TYPED:
		return seikyo_text_valid(value) && characters(value) <= CHARACTERS;
	case HEX:
		return len % 2 == 0 && strspn(value, HEX_DIGITS) == len;
	case NUMBER:
		return seikyo_form_is_digits(value, 1, rule->max) && atol(value) >= 1 &&
		       atol(value) <= PAGE_MAX;
	}
	return false;
}

/* The field of a name; SEIKYO_FIELDS if there is none among allowed. */
static size_t find(const char *name, uint32_t allowed)
{
	for (size_t i = 0; i < SEIKYO_FIELDS; i++)
		if (allowed & (UINT32_C(1) << i) && strcmp(rules[i].name, name) == 0)
			return i;
	return SEIKYO_FIELDS;
}

static int take(struct seikyo_form *form, char *pair, uint32_t allowed)
{
	char *value = strchr(pair, '=');
	size_t field;

	if (!value)
		return -1;
	*value++ = '\0';
	if (seikyo_escape_decode(pair, true) < 0 || seikyo_escape_decode(value, true) < 0)
		return -1;
	field = find(pair, allowed);
	if (field == SEIKYO_FIELDS || !is_good(&rules[field], value))
		return -1;
	if (field == SEIKYO_FIELD_USER) {
		if (form->user_count == SEIKYO_FORM_USERS_MAX)
			return -1;
		form->users[form->user_count++] = value;
		return 0;
	}
	if (form->values[field])
		return -1;
	form->values[field] = value;
	return 0;
}

int seikyo_form_read(struct seikyo_form *form, const char *text, size_t len, uint32_t allowed)
{
	char *pair;

	*form = (struct seikyo_form){.text = malloc(len + 1), .len = len};
	if (!form->text)
		return -1;
	memcpy(form->text, text, len);
	form->text[len] = '\0';
	if (strlen(form->text) != len)
		return -1;
	for (pair = form->text; *pair;) {
		char *const end = pair + strcspn(pair, "&");
		char *const next = *end ? end + 1 : end;

		*end = '\0';
		if (take(form, pair, allowed) < 0)
			return -1;
		pair = next;
	}
	return 0;
}

void seikyo_form_wipe(struct seikyo_form *form)
{
	if (form->text)
		seikyo_secret_wipe(form->text, form->len);
	free(form->text);
	*form = (struct seikyo_form){0};
}

const char *seikyo_form_text(const struct seikyo_form *form, enum seikyo_field field)
{
	return form->values[field] ? form->values[field] : "";
}

size_t seikyo_form_bytes(const struct seikyo_form *form, enum seikyo_field field, uint8_t *bytes,
			 size_t size)
{
	const char *value = seikyo_form_text(form, field);
	const size_t len = strlen(value) / 2;

	if (!len || len > size || seikyo_text_unhex(value, bytes, len) < 0)
		return 0;
	return len;
}

unsigned seikyo_form_page(const struct seikyo_form *form)
{
	const char *value = form->values[SEIKYO_FIELD_PAGE];

	return value ? (unsigned)atol(value) : 1;
}

/* The half-width form of the character of len bytes at text; 0 if it has none. */
static char half_width(const unsigned char *text, size_t len)
{
	if (len == 1)
		return (char)text[0];
	if (len != 3)
		return 0;
	const unsigned code = (text[0] & 15u) << 12 | (text[1] & 63u) << 6 | (text[2] & 63u);

	if (code == 0x3000)
		return ' ';
	return code >= 0xff01 && code <= 0xff5e ? (char)(code - 0xff01 + '!') : 0;
}

void seikyo_form_half_width(const struct seikyo_form *form, enum seikyo_field field, char *out)
{
	const char *text = seikyo_form_text(form, field);
	char *const begin = out;

	while (*text) {
		const size_t len = seikyo_typed_character(text, strlen(text));
		const char half = half_width((const unsigned char *)text, len);

		if (half && (half != ' ' || out != begin))
			*out++ = half;
		else if (!half)
			for (size_t i = 0; i < len; i++)
				*out++ = text[i];
		text += len ? len : 1;
	}
	while (out != begin && out[-1] == ' ')
		out--;
	*out = '\0';
}

bool seikyo_form_is_digits(const char *text, size_t min, size_t max)
{
	const size_t len = strlen(text);

	return len >= min && len <= max && strspn(text, "0123456789") == len;
}
