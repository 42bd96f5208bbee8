/* SPDX-License-Identifier: GPL-2.0-only */
#include "radius_exchange.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "radius_request.h"

#define PACKET_MIN 20 /* bytes, RFC 2865 section 3 */
#define PACKET_MAX 4096

struct exchange {
	int line;
	RADIUS_PACKET *request;
	const char *secret;
	int64_t until; /* milliseconds, monotonic */
	unsigned drops;
	const char *why; /* the last one was dropped */
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Counts a datagram that is no reply. */
static RADIUS_PACKET *drop(struct exchange *exchange, RADIUS_PACKET *packet, const char *why)
{
	exchange->drops++;
	exchange->why = why;
	seikyo_radius_packet_free(&packet);
	return NULL;
}

static bool is_answer(const RADIUS_PACKET *packet)
{
	return packet->code == PW_CODE_ACCESS_ACCEPT || packet->code == PW_CODE_ACCESS_REJECT ||
	       packet->code == PW_CODE_ACCESS_CHALLENGE;
}

/*
 * The next datagram, which is there: the reply, or NULL. rad_recv cuts one of more than 4096 bytes,
 * and looks at bytes that one of less than 4 does not have.
 */
static RADIUS_PACKET *receive(struct exchange *exchange, ssize_t len)
{
	RADIUS_PACKET *packet;
	uint8_t byte;

	if (len < PACKET_MIN || len > PACKET_MAX) {
		(void)!recv(exchange->line, &byte, sizeof(byte), 0);
		return drop(exchange, NULL, "of a length that no RADIUS packet has");
	}
	packet = rad_recv(NULL, exchange->line, 1);
	if (!packet)
		return drop(exchange, NULL, "malformed or without Message-Authenticator");
	if (!is_answer(packet))
		return drop(exchange, packet, "of a code that answers no Access-Request");
	if (packet->id != exchange->request->id)
		return drop(exchange, packet, "to another id");
	if (rad_verify(packet, exchange->request, exchange->secret) < 0)
		return drop(exchange, packet,
			    "with a wrong authenticator: forged, or the secret differs");
	return packet;
}

/*
 * 1 with *len if a datagram is there, 0 if the time is over, -1 with errno: the server cannot be
 * reached.
 */
static int await(const struct exchange *exchange, ssize_t *len)
{
	for (;;) {
		struct pollfd polled = {.fd = exchange->line, .events = POLLIN};
		const int64_t left = exchange->until - now_ms();
		uint8_t byte;

		if (left <= 0)
			return 0;
		if (poll(&polled, 1, (int)left) <= 0)
			continue;
		*len = recv(exchange->line, &byte, sizeof(byte), MSG_PEEK | MSG_TRUNC);
		if (*len >= 0)
			return 1;
		if (errno != EAGAIN && errno != EINTR)
			return -1;
	}
}

static RADIUS_PACKET *await_reply(struct exchange *exchange, unsigned timeout_ms, char *story)
{
	RADIUS_PACKET *reply = NULL;
	ssize_t len = 0;
	int got = 0;

	while (!reply && (got = await(exchange, &len)) > 0)
		reply = receive(exchange, len);
	if (reply)
		return reply;
	if (got < 0)
		snprintf(story, SEIKYO_RADIUS_STORY_MAX, "%s", strerror(errno));
	else if (exchange->drops == 0)
		snprintf(story, SEIKYO_RADIUS_STORY_MAX, "no reply in %u ms", timeout_ms);
	else
		snprintf(story, SEIKYO_RADIUS_STORY_MAX,
			 "no true reply in %u ms, %u dropped, the last one %s", timeout_ms,
			 exchange->drops, exchange->why);
	return NULL;
}

RADIUS_PACKET *seikyo_radius_exchange(const struct seikyo_radius_server *server,
				      RADIUS_PACKET *request, const char *secret,
				      unsigned timeout_ms,
				      char story[static SEIKYO_RADIUS_STORY_MAX])
{
	struct exchange exchange = {.request = request, .secret = secret};
	RADIUS_PACKET *reply = NULL;

	exchange.line = seikyo_radius_server_connect(server);
	if (exchange.line < 0) {
		snprintf(story, SEIKYO_RADIUS_STORY_MAX, "%s", strerror(errno));
		return NULL;
	}
	exchange.until = now_ms() + timeout_ms;
	if (send(exchange.line, request->data, request->data_len, 0) < 0)
		snprintf(story, SEIKYO_RADIUS_STORY_MAX, "%s", strerror(errno));
	else
		reply = await_reply(&exchange, timeout_ms, story);
	close(exchange.line);
	return reply;
}
