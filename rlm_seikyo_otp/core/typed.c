/* SPDX-License-Identifier: GPL-2.0-only */
#include "core/typed.h"

#include <stdint.h>

/* The form of a UTF-8 sequence (RFC 3629 section 4), told by its first byte. */
struct form {
	size_t len;
	uint8_t low, high; /* bounds of the second byte: no overlong form, no surrogate */
};

static struct form form_of(uint8_t first)
{
	if (first >= 0x01 && first <= 0x7f)
		return (struct form){1, 0, 0};
	if (first >= 0xc2 && first <= 0xdf)
		return (struct form){2, 0x80, 0xbf};
	if (first >= 0xe0 && first <= 0xef)
		return (struct form){3, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf};
	if (first >= 0xf0 && first <= 0xf4)
		return (struct form){4, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf};
	return (struct form){0, 0, 0};
}

size_t seikyo_typed_character(const char *text, size_t len)
{
	const uint8_t *bytes = (const uint8_t *)text;
	struct form form;

	if (len == 0)
		return 0;
	form = form_of(bytes[0]);
	if (form.len == 0 || form.len > len)
		return 0;
	if (form.len > 1 && (bytes[1] < form.low || bytes[1] > form.high))
		return 0;
	for (size_t i = 2; i < form.len; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	}
	return form.len;
}

bool seikyo_typed_valid(const char *text, size_t len)
{
	size_t step;

	if (!text || len < 1 || len > SEIKYO_TYPED_MAX)
		return false;
	for (size_t at = 0; at < len; at += step) {
		step = seikyo_typed_character(text + at, len - at);
		if (step == 0)
			return false;
	}
	return true;
}

size_t seikyo_typed_split(const char *text, size_t len, unsigned digits)
{
	if (digits == 0 || len <= digits)
		return 0;
	for (size_t i = len - digits; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
	}
	return len - digits;
}
