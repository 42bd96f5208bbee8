/* SPDX-License-Identifier: GPL-2.0-only */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void give_up(const char *what)
{
	fprintf(stderr, "packet: %s: %s\n", what, strerror(errno));
	exit(2);
}

const char *server_setting(const char *name)
{
	const char *value = getenv(name);

	if (value && *value)
		return value;
	fprintf(stderr, "packet: %s is not set: source a stack's env\n", name);
	exit(2);
}

static int open_socket(const char *from, const struct sockaddr_in *to)
{
	struct sockaddr_in address = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || inet_pton(AF_INET, from, &address.sin_addr) != 1 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0)
		give_up("a socket cannot be opened");
	return fd;
}

void server_open(struct server *server, const char *port)
{
	static const char *const from[] = {"SEIKYO_RADIUS_HOST", "SEIKYO_CONSOLE_HOST"};

	server->address.sin_family = AF_INET;
	server->address.sin_port = htons((uint16_t)atoi(port));
	if (inet_pton(AF_INET, server_setting("SEIKYO_RADIUS_HOST"), &server->address.sin_addr) !=
	    1)
		give_up("the server's address");
	server->calm = open_socket(server_setting(from[0]), &server->address);
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < SERVER_SOCKETS; j++) {
			server->lines[i][j].fd =
				open_socket(server_setting(from[i]), &server->address);
			server->lines[i][j].console = i == 1;
		}
	}
}

const char *server_port(size_t n)
{
	char name[32];

	if (n == 1)
		return server_setting("SEIKYO_RADIUS_PORT");
	snprintf(name, sizeof(name), "SEIKYO_RADIUS_PORT_%zu", n);
	return getenv(name);
}

void server_close(struct server *server)
{
	for (size_t i = 0; i < SERVER_SOCKETS; i++) {
		close(server->lines[0][i].fd);
		close(server->lines[1][i].fd);
	}
	close(server->calm);
}
