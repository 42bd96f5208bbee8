/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A request line: blank-separated name=value words, read into a struct request.
 */
#ifndef TESTS_RADIUS_REQUEST_H
#define TESTS_RADIUS_REQUEST_H

#include "attribute.h"

#define SETTING_SIZE 256
#define VALUES_MAX   64
#define COPIES_MAX   10000

struct value {
	struct attribute attribute;
	size_t len;
	uint8_t bytes[VALUE_MAX];
};

struct request {
	char host[SETTING_SIZE];
	char port[SETTING_SIZE];
	char secret[SETTING_SIZE];
	char source[SETTING_SIZE]; /* local address; empty: the kernel's choice */
	uint8_t code;
	bool id_given, authenticator_given, copies_distinct, unsigned_request;
	uint8_t id;
	uint8_t authenticator[16];
	unsigned copies;
	size_t count;
	struct value values[VALUES_MAX];
};

static int hex_digit(char digit)
{
	const char *digits = "0123456789abcdef";
	const char *at = digit == '\0' ? NULL : strchr(digits, digit | 0x20);

	return at == NULL ? -1 : (int)(at - digits);
}

/* Gives the number of bytes, or -1. */
static int hex_decode(const char *text, uint8_t *out, size_t size)
{
	size_t len = strlen(text);

	if (len % 2 != 0 || len / 2 > size) {
		return -1;
	}
	for (size_t i = 0; i < len; i += 2) {
		int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);

		if (high < 0 || low < 0) {
			return -1;
		}
		out[i / 2] = (uint8_t)(high << 4 | low);
	}
	return (int)(len / 2);
}

/* \xHH is a byte, \\ a backslash. Gives the number of bytes, or -1. */
static int text_decode(const char *text, uint8_t *out, size_t size)
{
	size_t len = 0;

	while (*text != '\0') {
		uint8_t byte = (uint8_t)*text;
		size_t taken = 1;

		if (*text == '\\' && text[1] == '\\') {
			taken = 2;
		} else if (*text == '\\') {
			int high = text[1] == 'x' ? hex_digit(text[2]) : -1;
			int low = high < 0 ? -1 : hex_digit(text[3]);

			if (low < 0) {
				return -1;
			}
			byte = (uint8_t)(high << 4 | low);
			taken = 4;
		}
		if (len == size) {
			return -1;
		}
		out[len++] = byte;
		text += taken;
	}
	return (int)len;
}

static int number_decode(const struct attribute *attribute, const char *text, uint8_t *out)
{
	const struct value_name *known = attribute->values;
	unsigned long number = 0;
	bool found = number_parse(text, 0, UINT32_MAX, &number);

	for (; !found && known != NULL && known->name != NULL; known++) {
		found = strcmp(known->name, text) == 0;
		number = known->value;
	}
	for (int i = 0; i < 4; i++) {
		out[i] = (uint8_t)(number >> (24 - 8 * i));
	}
	return found ? 4 : -1;
}

static int value_decode(const struct attribute *attribute, const char *text, uint8_t *out)
{
	switch (attribute->kind) {
	case HEX:
		return hex_decode(text, out, VALUE_MAX);
	case NUMBER:
		return number_decode(attribute, text, out);
	case TEXT:
	case WORD:
		break;
	}
	return text_decode(text, out, VALUE_MAX);
}

static bool request_add_value(struct request *request, const char *name, const char *text)
{
	struct value *value = &request->values[request->count];
	int len;

	if (request->count == VALUES_MAX || !attribute_by_name(name, &value->attribute) ||
	    value->attribute.hiding == HIDDEN_TUNNEL) {
		return false;
	}
	len = value_decode(&value->attribute, text, value->bytes);
	if (len < 0) {
		return false;
	}
	value->len = (size_t)len;
	request->count++;
	return true;
}

static bool setting_decode(const char *text, char *out)
{
	int len = text_decode(text, (uint8_t *)out, SETTING_SIZE - 1);

	if (len < 0) {
		return false;
	}
	out[len] = '\0';
	return strlen(out) == (size_t)len;
}

static bool byte_parse(const char *text, uint8_t *byte)
{
	unsigned long number;

	if (!number_parse(text, 0, 255, &number)) {
		return false;
	}
	*byte = (uint8_t)number;
	return true;
}

static bool copies_parse(struct request *request, const char *text, bool distinct)
{
	unsigned long number;

	if (!number_parse(text, 1, COPIES_MAX, &number)) {
		return false;
	}
	request->copies = (unsigned)number;
	request->copies_distinct = distinct;
	return true;
}

/* One word; text is what stands behind its first '='. */
static bool request_take(struct request *request, const char *name, const char *text)
{
	if (strcmp(name, "host") == 0) {
		return setting_decode(text, request->host);
	}
	if (strcmp(name, "port") == 0) {
		return setting_decode(text, request->port);
	}
	if (strcmp(name, "secret") == 0) {
		return setting_decode(text, request->secret);
	}
	if (strcmp(name, "source") == 0) {
		return setting_decode(text, request->source);
	}
	if (strcmp(name, "code") == 0) {
		return byte_parse(text, &request->code);
	}
	if (strcmp(name, "id") == 0) {
		request->id_given = true;
		return byte_parse(text, &request->id);
	}
	if (strcmp(name, "authenticator") == 0) {
		request->authenticator_given = true;
		return hex_decode(text, request->authenticator, 16) == 16;
	}
	if (strcmp(name, "no-message-authenticator") == 0) {
		request->unsigned_request = strcmp(text, "1") == 0;
		return request->unsigned_request;
	}
	if (strcmp(name, "copies") == 0 || strcmp(name, "copies-distinct") == 0) {
		return copies_parse(request, text, name[6] == '-');
	}
	return request_add_value(request, name, text);
}

/*
 * Reads line, which is cut to pieces, over the defaults that request holds. Gives NULL, or the name
 * of the first word that is wrong; the value may be a secret and is not named.
 */
static const char *request_parse(struct request *request, char *line)
{
	char *rest = NULL;

	for (char *word = strtok_r(line, " \t\n", &rest); word != NULL;
	     word = strtok_r(NULL, " \t\n", &rest)) {
		char *equals = strchr(word, '=');

		if (equals == NULL) {
			return "a word without '='";
		}
		*equals = '\0';
		if (!request_take(request, word, equals + 1)) {
			return word;
		}
	}
	return NULL;
}

#endif
