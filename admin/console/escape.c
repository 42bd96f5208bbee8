/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/escape.h"

static int digit(char character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	if (character >= 'a' && character <= 'f')
		return character - 'a' + 10;
	if (character >= 'A' && character <= 'F')
		return character - 'A' + 10;
	return -1;
}

int seikyo_escape_decode(char *text, bool in_form)
{
	char *out = text;

	for (; *text; text++, out++) {
		if (*text == '%') {
			const int high = digit(text[1]);
			const int low = high < 0 ? -1 : digit(text[2]);

			if (low < 0 || high * 16 + low == 0)
				return -1;
			*out = (char)(high * 16 + low);
			text += 2;
		} else {
			*out = in_form && *text == '+' ? ' ' : *text;
		}
	}
	*out = '\0';
	return 0;
}
