/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sockets to one server, and what was sent from each under which id: a reply is judged by what
 * it answers.
 */
#ifndef TESTS_FUZZ_PACKET_SERVER_H
#define TESTS_FUZZ_PACKET_SERVER_H

#include <netinet/in.h>

#include "draft.h"

#define SERVER_SOCKETS 8 /* of each kind of client: 2,048 requests before an id is used again */
#define SERVER_IDS     256

/* What was sent last under an id, and to whom before: its answer may be late. */
struct server_slot {
	bool sent;
	uint64_t number;
	size_t player, player_before;
	uint8_t before[SIGN_LEN]; /* the authenticator */
	struct draft_packet packet;
};

struct server_line {
	int fd;
	bool console;
	struct server_slot slots[SERVER_IDS];
};

struct server {
	struct sockaddr_in address;
	int calm; /* a socket for what is no harm */
	uint8_t calm_id;
	size_t next[2];
	struct server_line lines[2][SERVER_SOCKETS];
};

/* A setting of the environment that tests/stack writes. It ends the program if it is not there. */
const char *server_setting(const char *name);

/* The port of server n, from 1 on; NULL: there is none. */
const char *server_port(size_t n);

/* Opens the sockets to the server at this port. It ends the program if one cannot be opened. */
void server_open(struct server *server, const char *port);
void server_close(struct server *server);

#endif
