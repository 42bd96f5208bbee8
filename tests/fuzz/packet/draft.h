/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A request before it is bytes (RFC 2865 section 3): a list of attributes that can be changed, and
 * need not make sense.
 */
#ifndef TESTS_FUZZ_PACKET_DRAFT_H
#define TESTS_FUZZ_PACKET_DRAFT_H

#include "sign.h"

#define DRAFT_MAX	4096 /* bytes of a packet */
#define DRAFT_ITEMS	600
#define DRAFT_VALUE_MAX 253
#define DRAFT_HEADER	20

#define DRAFT_USER_NAME	     1
#define DRAFT_USER_PASSWORD  2
#define DRAFT_STATE	     24
#define DRAFT_VENDOR	     26
#define DRAFT_SIGNATURE	     80
#define DRAFT_SEIKYO	     32473
#define DRAFT_SEIKYO_OTP     2
#define DRAFT_SEIKYO_CERT    3
#define DRAFT_SEIKYO_PURPOSE 4
#define DRAFT_SEIKYO_ATTEMPT 5
#define DRAFT_SEIKYO_SESSION 6

struct draft_item {
	uint32_t vendor; /* 0: a standard attribute */
	uint8_t number;
	uint8_t len;
	bool hidden;	   /* as RFC 2865 section 5.2 */
	int8_t length_off; /* what its length says wrongly; for a vendor's the inner one */
	uint8_t value[DRAFT_VALUE_MAX];
};

struct draft {
	uint8_t code;
	uint8_t id;
	uint8_t authenticator[SIGN_LEN];
	size_t count;
	struct draft_item items[DRAFT_ITEMS];
};

struct draft_packet {
	size_t len;
	size_t signature; /* where the value of the first Message-Authenticator stands; 0: none */
	uint8_t bytes[DRAFT_MAX];
};

/* Puts an attribute at the end, cut to what one holds; NULL if the draft is full. */
struct draft_item *draft_add(struct draft *draft, uint32_t vendor, uint8_t number,
			     const void *value, size_t len);

/* The first attribute of this kind, or NULL. */
struct draft_item *draft_find(struct draft *draft, uint32_t vendor, uint8_t number);

/* The bytes, as many attributes as have room, not signed yet. */
void draft_write(const struct draft *draft, struct sign *sign, struct draft_packet *packet);

/* Puts the right signature where the packet has its first Message-Authenticator, if it has one. */
void draft_sign(struct sign *sign, struct draft_packet *packet);

#endif
