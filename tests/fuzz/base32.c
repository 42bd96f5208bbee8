/* SPDX-License-Identifier: GPL-2.0-only */
/* Base32: every secret comes back, and every text that is read is the only one of its bytes. */
#include "fuzz.h"

#include <ctype.h>

#include "core/base32.h"

static void check_bytes(const uint8_t *data, size_t len)
{
	const size_t room = SEIKYO_BASE32_LEN(len) + 1;
	char *text = malloc(room);
	uint8_t *back = malloc(len + 1);

	demand(text && back, "there is memory");
	demand(seikyo_base32_encode(data, len, text, room - 1) == -1, "room for the NUL is wanted");
	demand(seikyo_base32_encode(data, len, text, room) == (ssize_t)room - 1,
	       "the length is the promised one");
	demand(strlen(text) == room - 1, "the text ends there");
	demand(seikyo_base32_decode(text, room - 1, back, len) == (ssize_t)len &&
		       memcmp(back, data, len) == 0,
	       "what was written is read");
	free(text);
	free(back);
}

static size_t without_padding(const char *text, size_t len)
{
	while (len > 0 && text[len - 1] == '=')
		len--;
	return len;
}

static void check_text(const char *text, size_t len)
{
	uint8_t *out = malloc(len + 1);
	char *again = malloc(SEIKYO_BASE32_LEN(len) + 1);
	ssize_t got = out ? seikyo_base32_decode(text, len, out, len) : -1;

	demand(out && again, "there is memory");
	if (got < 0) {
		demand(fuzz_all_zero(out, len), "what was refused is wiped");
	} else {
		const size_t real = without_padding(text, len);

		seikyo_base32_encode(out, (size_t)got, again, SEIKYO_BASE32_LEN((size_t)got) + 1);
		demand(strlen(again) == real, "no other length gives these bytes");
		for (size_t i = 0; i < real; i++)
			demand(again[i] == toupper((unsigned char)text[i]),
			       "no other text gives these bytes");
		demand(got == 0 || seikyo_base32_decode(text, len, out, (size_t)got - 1) == -1,
		       "never more than there is room for");
	}
	free(out);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_bytes(data, size);
	check_text((const char *)data, size);
	return 0;
}
