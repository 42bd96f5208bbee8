/* SPDX-License-Identifier: GPL-2.0-only */
#include "core/base32.h"

#include <stdbool.h>

#include "core/secret.h"

ssize_t seikyo_base32_encode(const uint8_t *data, size_t len, char *out, size_t size)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned waiting = 0, bits = 0;
	size_t written = 0;

	if (len > SIZE_MAX / 16 || size <= SEIKYO_BASE32_LEN(len))
		return -1;
	for (size_t i = 0; i < len; i++) {
		waiting = (waiting << 8 | data[i]) & 0xfff;
		for (bits += 8; bits >= 5; bits -= 5)
			out[written++] = alphabet[waiting >> (bits - 5) & 31];
	}
	if (bits > 0)
		out[written++] = alphabet[waiting << (5 - bits) & 31];
	out[written] = '\0';
	return (ssize_t)written;
}

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	if (c >= '2' && c <= '7')
		return c - '2' + 26;
	return -1;
}

/* A group of eight characters that ends after 1, 3 or 6 of them holds no whole byte more. */
static bool length_possible(size_t characters, size_t padding)
{
	size_t rest = characters % 8;

	if (rest == 1 || rest == 3 || rest == 6)
		return false;
	return padding == 0 || (rest > 0 && rest + padding == 8);
}

static ssize_t decode(const char *text, size_t characters, uint8_t *out, size_t size)
{
	unsigned waiting = 0, bits = 0;
	size_t written = 0;

	for (size_t i = 0; i < characters; i++) {
		int value = value_of(text[i]);

		if (value < 0)
			return -1;
		waiting = (waiting << 5 | (unsigned)value) & 0xfff;
		bits += 5;
		if (bits < 8)
			continue;
		if (written == size)
			return -1;
		bits -= 8;
		out[written++] = (uint8_t)(waiting >> bits);
	}
	return (waiting & ((1U << bits) - 1)) == 0 ? (ssize_t)written : -1;
}

ssize_t seikyo_base32_decode(const char *text, size_t len, uint8_t *out, size_t size)
{
	size_t characters = len;
	ssize_t written = -1;

	while (characters > 0 && text[characters - 1] == '=')
		characters--;
	if (length_possible(characters, len - characters))
		written = decode(text, characters, out, size);
	if (written < 0)
		seikyo_secret_wipe(out, size);
	return written;
}
