/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The RADIUS servers of the settings: addresses, and sockets to them.
 */
#ifndef SEIKYO_CONSOLE_RADIUS_SERVER_H
#define SEIKYO_CONSOLE_RADIUS_SERVER_H

#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#define SEIKYO_RADIUS_SERVERS_MAX     8
#define SEIKYO_RADIUS_SERVER_NAME_MAX 63 /* bytes of ADDRESS:PORT */

union seikyo_radius_address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

struct seikyo_radius_server {
	char name[SEIKYO_RADIUS_SERVER_NAME_MAX + 1]; /* as the settings have it */
	union seikyo_radius_address to, from;	      /* from.any.sa_family 0: any */
	socklen_t address_len;			      /* of both */
};

/*
 * Reads 1 to 8 servers from text (see seikyo_radius_open) and the address to send from ("": any).
 * No name is looked up. Gives 0, or -1 and a sentence in error.
 */
int seikyo_radius_servers_read(struct seikyo_radius_server servers[SEIKYO_RADIUS_SERVERS_MAX],
			       size_t *count, const char *text, const char *source, char *error,
			       size_t error_size);

/*
 * A UDP socket of its own, connected, so that nobody else's datagrams come in; non-blocking. Gives
 * it, to be closed, or -1 with errno.
 */
int seikyo_radius_server_connect(const struct seikyo_radius_server *server);

#endif
