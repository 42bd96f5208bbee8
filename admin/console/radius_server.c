/* SPDX-License-Identifier: GPL-2.0-only */
#include "radius_server.h"

#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"

#define BLANKS " \t"

static const char TEXT_COUNT[] =
	N_("radius_servers must name 1 to %d servers, blanks between them.");
static const char TEXT_SERVER[] =
	N_("radius_servers: '%.*s' is not ADDRESS:PORT, such as 192.0.2.1:1812 or "
	   "[2001:db8::1]:1812.");
static const char TEXT_SOURCE[] = N_("radius_source: '%.80s' is not an address.");
static const char TEXT_FAMILY[] =
	N_("radius_source: from %.80s nothing can be sent to %s; both must be IPv4 or both IPv6.");

static int read_address(const char *host, const char *port, union seikyo_radius_address *address,
			socklen_t *len)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM,
				       .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *found = NULL;

	if (getaddrinfo(host, port, &hints, &found) != 0)
		return -1;
	if (found->ai_addrlen > sizeof(*address)) {
		freeaddrinfo(found);
		return -1;
	}
	memcpy(address, found->ai_addr, found->ai_addrlen);
	*len = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

/* 1 to 65535, digits only: getaddrinfo takes more than that. */
static bool is_port(const char *text)
{
	unsigned long number = 0;

	if (strspn(text, "0123456789") != strlen(text) || strlen(text) > 5)
		return false;
	for (; *text; text++)
		number = 10 * number + (unsigned long)(*text - '0');
	return number >= 1 && number <= 65535;
}

static int read_server(const char *word, size_t len, struct seikyo_radius_server *server)
{
	char host[SEIKYO_RADIUS_SERVER_NAME_MAX + 1];
	char *port, *address = host;

	if (len > SEIKYO_RADIUS_SERVER_NAME_MAX)
		return -1;
	memcpy(host, word, len);
	host[len] = '\0';
	memcpy(server->name, host, len + 1);
	port = strrchr(host, ':');
	if (!port || !is_port(port + 1))
		return -1;
	*port = '\0';
	if (*host == '[') {
		if (port < host + 2 || port[-1] != ']')
			return -1;
		port[-1] = '\0';
		address = host + 1;
	}
	if (read_address(address, port + 1, &server->to, &server->address_len))
		return -1;
	return (server->to.any.sa_family == AF_INET6) == (address != host) ? 0 : -1;
}

static int read_source(struct seikyo_radius_server *server, const char *source, char *error,
		       size_t error_size)
{
	socklen_t len;

	if (!*source)
		return 0;
	if (read_address(source, "0", &server->from, &len)) {
		snprintf(error, error_size, _(TEXT_SOURCE), source);
		return -1;
	}
	if (server->from.any.sa_family != server->to.any.sa_family) {
		snprintf(error, error_size, _(TEXT_FAMILY), source, server->name);
		return -1;
	}
	return 0;
}

int seikyo_radius_servers_read(struct seikyo_radius_server servers[SEIKYO_RADIUS_SERVERS_MAX],
			       size_t *count, const char *text, const char *source, char *error,
			       size_t error_size)
{
	*count = 0;
	for (const char *word = text + strspn(text, BLANKS); *word; word += strspn(word, BLANKS)) {
		const size_t len = strcspn(word, BLANKS);

		if (*count == SEIKYO_RADIUS_SERVERS_MAX) {
			snprintf(error, error_size, _(TEXT_COUNT), SEIKYO_RADIUS_SERVERS_MAX);
			return -1;
		}
		servers[*count] = (struct seikyo_radius_server){0};
		if (read_server(word, len, &servers[*count])) {
			snprintf(error, error_size, _(TEXT_SERVER), (int)len, word);
			return -1;
		}
		if (read_source(&servers[*count], source, error, error_size))
			return -1;
		++*count;
		word += len;
	}
	if (*count > 0)
		return 0;
	snprintf(error, error_size, _(TEXT_COUNT), SEIKYO_RADIUS_SERVERS_MAX);
	return -1;
}

int seikyo_radius_server_connect(const struct seikyo_radius_server *server)
{
	const int line =
		socket(server->to.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int saved;

	if (line < 0)
		return -1;
	if ((!server->from.any.sa_family ||
	     bind(line, &server->from.any, server->address_len) == 0) &&
	    connect(line, &server->to.any, server->address_len) == 0)
		return line;
	saved = errno;
	close(line);
	errno = saved;
	return -1;
}
