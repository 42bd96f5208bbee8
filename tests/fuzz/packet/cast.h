/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who a hostile client pretends to be: people whose passwords and certificates it has, with codes
 * that are wrong or used up, and the States that it was given.
 */
#ifndef TESTS_FUZZ_PACKET_CAST_H
#define TESTS_FUZZ_PACKET_CAST_H

#include "chance.h"

#define CAST_PLAYERS	 32
#define CAST_CODES	 8
#define CAST_TEXT_MAX	 127
#define CAST_STATES	 256
#define CAST_STATE_MAX	 253
#define CAST_CERTIFICATE 32

struct cast_player {
	char login[CAST_TEXT_MAX + 1];
	char password[CAST_TEXT_MAX + 1];
	bool has_certificate;
	uint8_t certificate[CAST_CERTIFICATE];
	size_t code_count; /* at least 1 */
	char codes[CAST_CODES][CAST_TEXT_MAX + 1];
};

struct cast_state {
	size_t player; /* who it was given to */
	bool console;  /* by what kind of client */
	uint8_t len;   /* 0: none yet */
	uint8_t bytes[CAST_STATE_MAX];
};

struct cast {
	size_t count;
	struct cast_player players[CAST_PLAYERS];
	size_t given;				    /* States so far */
	struct cast_state states[CAST_STATES];	    /* the latest */
	struct cast_state newest[CAST_PLAYERS * 2]; /* each player's, of either kind of client */
};

/*
 * Reads a file with a line for each player: login, password, SHA-256 of the certificate in hex or
 * "-", codes; blanks between them. Ends the program if it can't be read.
 */
void cast_read(struct cast *cast, const char *file);

/* Takes a State from a reply. */
void cast_learn(struct cast *cast, size_t player, bool console, const uint8_t *state, size_t len);

/* The newest of this player's; its len is 0 if there is none. */
const struct cast_state *cast_newest(const struct cast *cast, size_t player, bool console);

/* Any of the latest; its len is 0 if there is none. */
const struct cast_state *cast_any(const struct cast *cast, struct chance *chance);

const char *cast_code(const struct cast_player *player, struct chance *chance);

#endif
