/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The attributes that the RADIUS test client knows by name. Written from the RFCs and DESIGN
 * section 7, not from raddb/dictionary.seikyo, so that a slip there shows.
 */
#ifndef TESTS_RADIUS_ATTRIBUTE_H
#define TESTS_RADIUS_ATTRIBUTE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VENDOR_SEIKYO	    32473U
#define VENDOR_SPECIFIC	    26
#define MESSAGE_AUTH	    80
#define SEIKYO_REQUEST_ID   17
#define VALUE_MAX	    253 /* RFC 2865 section 5 */
#define ATTRIBUTE_NAME_SIZE 40

enum kind {
	TEXT, /* printed in quotes */
	WORD, /* text without blanks: an id, an address */
	HEX,
	NUMBER, /* 32 bits, with names for some values; seconds since 1970 are one, too */
};

enum hiding {
	OPEN,
	HIDDEN_PASSWORD, /* RFC 2865 section 5.2, encrypt=1 */
	HIDDEN_TUNNEL,	 /* RFC 2868 section 3.5 without its tag, encrypt=2; replies only */
};

struct value_name {
	const char *name;
	uint32_t value;
};

struct attribute {
	const char *name; /* NULL: known by its number only */
	uint32_t vendor;  /* 0: a standard attribute */
	uint8_t number;
	enum kind kind;
	enum hiding hiding;
	const struct value_name *values;
};

static const struct value_name SERVICE_TYPES[] = {
	{"Login-User", 1}, {"Framed-User", 2}, {"Authenticate-Only", 8}, {NULL, 0}};

static const struct value_name OUTCOMES[] = {{"OTP-Required", 1},
					     {"Setup-Required", 2},
					     {"First-Code-Required", 3},
					     {"OTP-Wrong", 4},
					     {"OTP-Used", 5},
					     {"OTP-Locked", 6},
					     {"Reissue-Wait", 7},
					     {"Not-Started", 8},
					     {"Certificate-Refused", 9},
					     {"Accepted", 10},
					     {NULL, 0}};

static const struct value_name PURPOSES[] = {
	{"Login", 1}, {"Console", 2}, {"Confirmation-Password", 3}, {NULL, 0}};

static const struct value_name ROLES[] = {{"Master", 1}, {"General", 2}, {NULL, 0}};

/* A reply is printed by the first entry of its number, so raw-User-Password comes second. */
static const struct attribute ATTRIBUTES[] = {
	{"User-Name", 0, 1, TEXT, OPEN, NULL},
	{"User-Password", 0, 2, TEXT, HIDDEN_PASSWORD, NULL},
	{"raw-User-Password", 0, 2, HEX, OPEN, NULL},
	{"CHAP-Password", 0, 3, HEX, OPEN, NULL},
	{"Service-Type", 0, 6, NUMBER, OPEN, SERVICE_TYPES},
	{"Reply-Message", 0, 18, TEXT, OPEN, NULL},
	{"State", 0, 24, HEX, OPEN, NULL},
	{"NAS-Identifier", 0, 32, TEXT, OPEN, NULL},
	{"Proxy-State", 0, 33, HEX, OPEN, NULL},
	{"EAP-Message", 0, 79, HEX, OPEN, NULL},
	{"Seikyo-Outcome", VENDOR_SEIKYO, 1, NUMBER, OPEN, OUTCOMES},
	{"Seikyo-OTP", VENDOR_SEIKYO, 2, TEXT, HIDDEN_PASSWORD, NULL},
	{"Seikyo-Client-Certificate", VENDOR_SEIKYO, 3, HEX, OPEN, NULL},
	{"Seikyo-Purpose", VENDOR_SEIKYO, 4, NUMBER, OPEN, PURPOSES},
	{"Seikyo-Attempt", VENDOR_SEIKYO, 5, HEX, OPEN, NULL},
	{"Seikyo-Session", VENDOR_SEIKYO, 6, HEX, HIDDEN_PASSWORD, NULL},
	{"Seikyo-Ticket", VENDOR_SEIKYO, 7, HEX, HIDDEN_TUNNEL, NULL},
	{"Seikyo-Tries-Left", VENDOR_SEIKYO, 8, NUMBER, OPEN, NULL},
	{"Seikyo-Reissue-At", VENDOR_SEIKYO, 9, NUMBER, OPEN, NULL},
	{"Seikyo-Service-Id", VENDOR_SEIKYO, 10, WORD, OPEN, NULL},
	{"Seikyo-App-User-Id", VENDOR_SEIKYO, 11, WORD, OPEN, NULL},
	{"Seikyo-Display-Name", VENDOR_SEIKYO, 12, TEXT, OPEN, NULL},
	{"Seikyo-Contract-Name", VENDOR_SEIKYO, 13, TEXT, OPEN, NULL},
	{"Seikyo-Mail-Address", VENDOR_SEIKYO, 14, WORD, OPEN, NULL},
	{"Seikyo-Role", VENDOR_SEIKYO, 15, NUMBER, OPEN, ROLES},
	{"Seikyo-Last-Login", VENDOR_SEIKYO, 16, NUMBER, OPEN, NULL},
	{"Seikyo-Request-Id", VENDOR_SEIKYO, SEIKYO_REQUEST_ID, WORD, OPEN, NULL},
	{"Seikyo-Setup-URL", VENDOR_SEIKYO, 18, WORD, OPEN, NULL},
};

#define ATTRIBUTES_COUNT (sizeof(ATTRIBUTES) / sizeof(ATTRIBUTES[0]))

/* A whole decimal number of min to max; else false. */
static bool number_parse(const char *text, unsigned long min, unsigned long max,
			 unsigned long *number)
{
	char *end;

	if (text[0] < '0' || text[0] > '9' || strlen(text) > 10) {
		return false;
	}
	*number = strtoul(text, &end, 10);
	return *end == '\0' && *number >= min && *number <= max;
}

/* By name, or as attr-N and Seikyo-attr-N with a value in hex. */
static bool attribute_by_name(const char *name, struct attribute *found)
{
	uint32_t vendor = strncmp(name, "Seikyo-attr-", 12) == 0 ? VENDOR_SEIKYO : 0;
	unsigned long number;

	for (size_t i = 0; i < ATTRIBUTES_COUNT; i++) {
		if (strcmp(ATTRIBUTES[i].name, name) == 0) {
			*found = ATTRIBUTES[i];
			return true;
		}
	}
	if ((vendor == 0 && strncmp(name, "attr-", 5) != 0) ||
	    !number_parse(name + (vendor == 0 ? 5 : 12), 1, 255, &number)) {
		return false;
	}
	*found = (struct attribute){.vendor = vendor, .number = (uint8_t)number, .kind = HEX};
	return true;
}

static struct attribute attribute_by_number(uint32_t vendor, uint8_t number)
{
	for (size_t i = 0; i < ATTRIBUTES_COUNT; i++) {
		if (ATTRIBUTES[i].vendor == vendor && ATTRIBUTES[i].number == number) {
			return ATTRIBUTES[i];
		}
	}
	return (struct attribute){.vendor = vendor, .number = number, .kind = HEX};
}

static void attribute_print_name(const struct attribute *attribute)
{
	if (attribute->name != NULL) {
		printf("%s=", attribute->name);
	} else {
		printf("%sattr-%u=", attribute->vendor == 0 ? "" : "Seikyo-",
		       (unsigned)attribute->number);
	}
}

#endif
