/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RADIUS packets of the load generator: made and checked with as little work as can be, since it
 * shares the machine with what it measures (RFC 2865, RFC 3579 section 3.2).
 */
#ifndef TESTS_BENCH_WIRE_H
#define TESTS_BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WIRE_MAX		4096
#define WIRE_STATE_MAX		253
#define WIRE_ACCESS_REQUEST	1
#define WIRE_ACCESS_ACCEPT	2
#define WIRE_ACCESS_REJECT	3
#define WIRE_ACCESS_CHALLENGE	11
#define WIRE_USER_NAME		1
#define WIRE_USER_PASSWORD	2
#define WIRE_STATE		24
#define WIRE_SEIKYO_OTP		2
#define WIRE_SEIKYO_CERTIFICATE 3

struct wire_packet {
	size_t len;
	uint8_t bytes[WIRE_MAX];
};

struct wire;

/* Gives what packets are made with, freed by wire_free; NULL if OpenSSL failed. */
struct wire *wire_new(const char *secret);
void wire_free(struct wire *wire);

/* An Access-Request with a random authenticator and room for its Message-Authenticator. 0 or -1. */
int wire_begin(struct wire_packet *packet, uint8_t id);

/* Adds an attribute; vendor 0: a standard one. The packet has room for all that we send. */
void wire_add(struct wire_packet *packet, uint32_t vendor, uint8_t number, const void *data,
	      size_t len);

/* Adds a text of at most 128 bytes, hidden as in RFC 2865 section 5.2. Gives 0 or -1. */
int wire_add_hidden(struct wire *wire, struct wire_packet *packet, uint32_t vendor, uint8_t number,
		    const char *text);

/* Signs the packet: nothing can be added after. Gives 0 or -1. */
int wire_end(struct wire *wire, struct wire_packet *packet);

/* True if reply is one to request: form, id, Response Authenticator, Message-Authenticator. */
bool wire_reply_right(struct wire *wire, const struct wire_packet *request,
		      struct wire_packet *reply);

/* The State of a right reply: its bytes in state, and how many; 0: there is none. */
size_t wire_state(const struct wire_packet *reply, uint8_t state[static WIRE_STATE_MAX]);

#endif
