/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Prints a reply as one line: what is wrong with it, its code, its attributes in their order.
 */
#ifndef TESTS_RADIUS_REPLY_H
#define TESTS_RADIUS_REPLY_H

#include "packet.h"

static void print_hex(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		printf("%02x", bytes[i]);
	}
}

/* Bytes above 0x7f stay: Japanese is to be read. quote: the blank does not end the value. */
static void print_text(const uint8_t *bytes, size_t len, bool quote)
{
	for (size_t i = 0; i < len; i++) {
		uint8_t byte = bytes[i];

		if (byte < ' ' || byte == 0x7f || byte == '"' || byte == '\\' ||
		    (byte == ' ' && !quote)) {
			printf("\\x%02x", byte);
		} else {
			putchar(byte);
		}
	}
}

static void print_number(const struct attribute *attribute, const uint8_t *bytes)
{
	uint32_t number = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
			  (uint32_t)bytes[2] << 8 | bytes[3];
	const struct value_name *known = attribute->values;

	for (; known != NULL && known->name != NULL; known++) {
		if (known->value == number) {
			printf("%s", known->name);
			return;
		}
	}
	printf("%u", number);
}

static void print_value(const struct attribute *attribute, const uint8_t *bytes, size_t len)
{
	if (attribute->kind == NUMBER && len == 4) {
		print_number(attribute, bytes);
	} else if (attribute->kind == TEXT) {
		putchar('"');
		print_text(bytes, len, true);
		putchar('"');
	} else if (attribute->kind == WORD) {
		print_text(bytes, len, false);
	} else {
		print_hex(bytes, len);
	}
}

/* RFC 2868 section 3.5: salt (2), then hidden: length, value, padding. */
static bool tunnel_open(const uint8_t *data, size_t len, const uint8_t *authenticator,
			const char *secret, uint8_t out[static 256], size_t *out_len)
{
	size_t hidden = len - 2;

	if (len < 2 + DIGEST_LEN || hidden % DIGEST_LEN != 0 || (data[0] & 0x80) == 0) {
		return false;
	}
	memcpy(out, data + 2, hidden);
	if (!hidden_turn(out, hidden, secret, authenticator, (struct part){data, 2}, false) ||
	    out[0] >= hidden) {
		return false;
	}
	*out_len = out[0];
	return true;
}

static void print_attribute(uint32_t vendor, uint8_t number, const uint8_t *data, size_t len,
			    const struct packet *sent, const char *secret)
{
	struct attribute attribute = attribute_by_number(vendor, number);
	uint8_t open[256];
	size_t open_len = 0;

	putchar(' ');
	attribute_print_name(&attribute);
	if (attribute.hiding != HIDDEN_TUNNEL) {
		print_value(&attribute, data, len);
	} else if (tunnel_open(data, len, sent->bytes + AUTHENTICATOR, secret, open, &open_len)) {
		print_value(&attribute, open + 1, open_len);
	} else {
		printf("undecipherable");
	}
	OPENSSL_cleanse(open, sizeof(open));
}

/* True if the attribute is a Vendor-Specific of ours whose inner attributes fill it exactly. */
static bool vendor_ours(const uint8_t *attribute)
{
	const uint8_t prefix[4] = {0, VENDOR_SEIKYO >> 16, VENDOR_SEIKYO >> 8 & 0xff,
				   VENDOR_SEIKYO & 0xff};
	size_t len = attribute[1], at = 6;

	if (attribute[0] != VENDOR_SPECIFIC || len < 8 || memcmp(attribute + 2, prefix, 4) != 0) {
		return false;
	}
	while (at + 2 <= len && attribute[at + 1] >= 2) {
		at += attribute[at + 1];
	}
	return at == len;
}

static void print_attributes(const struct packet *reply, const struct packet *sent,
			     const char *secret)
{
	for (size_t at = HEADER_LEN; at < reply->len; at += reply->bytes[at + 1]) {
		const uint8_t *attribute = reply->bytes + at;

		if (attribute[0] == MESSAGE_AUTH) {
			continue;
		}
		if (!vendor_ours(attribute)) {
			print_attribute(0, attribute[0], attribute + 2, attribute[1] - 2U, sent,
					secret);
			continue;
		}
		for (size_t in = 6; in < attribute[1]; in += attribute[in + 1]) {
			print_attribute(VENDOR_SEIKYO, attribute[in], attribute + in + 2,
					attribute[in + 1] - 2U, sent, secret);
		}
	}
}

static void print_code(uint8_t code)
{
	switch (code) {
	case 2:
		printf("Access-Accept");
		break;
	case 3:
		printf("Access-Reject");
		break;
	case 11:
		printf("Access-Challenge");
		break;
	default:
		printf("code-%u", code);
	}
}

static void print_faults(const struct packet *reply, const struct packet *sent, const char *secret)
{
	size_t at = packet_find(reply, MESSAGE_AUTH);

	if (reply->bytes[1] != sent->bytes[1]) {
		printf("bad-id ");
	}
	if (!packet_authenticator_right(reply, sent, secret)) {
		printf("bad-authenticator ");
	}
	if (at == 0) {
		printf("no-message-authenticator ");
	} else if (!packet_message_authenticator_right(reply, at, sent, secret)) {
		printf("bad-message-authenticator ");
	}
}

/*
 * The bytes with zeros for what is another in each reply - id, authenticators, Seikyo-Request-Id -
 * so that two replies that tell the same are the same to the byte.
 */
static void print_raw(const struct packet *reply)
{
	struct packet copy = *reply;

	copy.bytes[1] = 0;
	memset(copy.bytes + AUTHENTICATOR, 0, DIGEST_LEN);
	for (size_t at = HEADER_LEN; at < copy.len; at += copy.bytes[at + 1]) {
		uint8_t *attribute = copy.bytes + at;

		if (attribute[0] == MESSAGE_AUTH) {
			memset(attribute + 2, 0, attribute[1] - 2U);
		} else if (vendor_ours(attribute) && attribute[6] == SEIKYO_REQUEST_ID) {
			memset(attribute + 8, 0, attribute[7] - 2U);
		}
	}
	printf(" raw=");
	print_hex(copy.bytes, copy.len);
}

/* Prints the words, without the line's end. */
static void reply_print(const struct packet *received, const struct packet *sent,
			const char *secret, bool raw)
{
	struct packet reply = *received;

	if (!packet_frame(&reply)) {
		printf("malformed raw=");
		print_hex(received->bytes, received->len);
		return;
	}
	print_faults(&reply, sent, secret);
	print_code(reply.bytes[0]);
	print_attributes(&reply, sent, secret);
	if (raw) {
		print_raw(&reply);
	}
}

#endif
