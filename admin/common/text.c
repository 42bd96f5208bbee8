/* SPDX-License-Identifier: GPL-2.0-only */
#include "common/text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/typed.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define DOMAIN	    "seikyo-otp"

/* SEIKYO_LOCALEDIR comes from the Makefile. Without translations everything stays English. */
static void choose_language(void)
{
	/* It would go before the locale, in a list that nobody sees. */
	unsetenv("LANGUAGE");
	setlocale(LC_MESSAGES, "");
	bindtextdomain(DOMAIN, SEIKYO_LOCALEDIR);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
}

int seikyo_text_locale(void)
{
	choose_language();
	if (setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
		return 0;
	return setlocale(LC_CTYPE, "C.UTF-8") ? 0 : -1;
}

void seikyo_text_folder(const char *folder)
{
	bindtextdomain(DOMAIN, folder);
}

/* glibc's counter of changes, which gettext looks at (GNU gettext manual, "gettext grok"). */
extern int _nl_msg_cat_cntr;

void seikyo_text_language(const char *language)
{
	/* LANGUAGE is not looked at in the locale C; C.UTF-8 is another one. */
	setlocale(LC_MESSAGES, "C.UTF-8");
	setenv("LANGUAGE", language, 1);
	_nl_msg_cat_cntr++;
}

const char *seikyo_text_known(const char *text)
{
	/* The empty msgid is the catalogue's own header. */
	return *text ? gettext(text) : text;
}

bool seikyo_text_valid(const char *text)
{
	const char *const end = text + strlen(text);

	/* Not by the C library: it takes what lies beyond U+10FFFF. */
	while (text < end) {
		const size_t len = seikyo_typed_character(text, (size_t)(end - text));

		if (!len)
			return false;
		text += len;
	}
	return true;
}

/*
 * The first character of text: its bytes in *len (at least 1), its columns as the result, -1 if it
 * is to be replaced.
 */
static int first_character(const char *text, size_t *len)
{
	mbstate_t state = {0};
	wchar_t character;
	const size_t got = mbrtowc(&character, text, strlen(text), &state);

	*len = 1;
	if (got == (size_t)-1 || got == (size_t)-2)
		return -1;
	*len = got;
	return wcwidth(character);
}

size_t seikyo_text_width(const char *text)
{
	size_t width = 0;
	size_t len;

	for (; *text; text += len) {
		const int columns = first_character(text, &len);

		width += columns < 0 ? 1 : (size_t)columns;
	}
	return width;
}

void seikyo_text_put(FILE *out, const char *text, size_t width)
{
	const size_t taken = seikyo_text_width(text);
	size_t len;

	for (; *text; text += len) {
		if (first_character(text, &len) < 0)
			fputs(REPLACEMENT, out);
		else
			fwrite(text, 1, len, out);
	}
	if (taken < width)
		fprintf(out, "%*s", (int)(width - taken), "");
}

void seikyo_text_hex(const uint8_t *bytes, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*out++ = digits[bytes[i] >> 4];
		*out++ = digits[bytes[i] & 15];
	}
	*out = '\0';
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

int seikyo_text_unhex(const char *text, uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (i && *text == ':')
			text++;

		const int high = hex_digit(text[0]);
		const int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0)
			return -1;
		bytes[i] = (uint8_t)(high * 16 + low);
		text += 2;
	}
	return *text ? -1 : 0;
}
