/* SPDX-License-Identifier: GPL-2.0-only */
#include "post.h"

#include "server.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define SERVERS	  9
#define TRIES	  20 /* of a question that is no harm */
#define TRY_MS	  1000
#define REJECT	  3
#define CHALLENGE 11
#define REQUEST	  1

struct post {
	struct cast *cast;
	struct sign *signs[2]; /* gateway, console */
	size_t count;
	size_t turn;
	struct post_tally tally;
	struct server servers[];
};

struct post *post_new(struct cast *cast)
{
	struct post *post;
	size_t count = 1;

	while (count < SERVERS && server_port(count + 1))
		count++;
	post = calloc(1, sizeof(*post) + count * sizeof(post->servers[0]));
	if (!post) {
		fputs("packet: there is no memory\n", stderr);
		exit(2);
	}
	post->cast = cast;
	post->count = count;
	post->signs[0] = sign_new(server_setting("SEIKYO_RADIUS_SECRET"));
	post->signs[1] = sign_new(server_setting("SEIKYO_CONSOLE_SECRET"));
	for (size_t i = 0; i < count; i++)
		server_open(&post->servers[i], server_port(i + 1));
	return post;
}

void post_free(struct post *post)
{
	for (size_t i = 0; i < post->count; i++)
		server_close(&post->servers[i]);
	sign_free(post->signs[0]);
	sign_free(post->signs[1]);
	free(post);
}

struct sign *post_sign(struct post *post, bool console)
{
	return post->signs[console];
}

uint8_t post_id(const struct post *post, bool console)
{
	return (uint8_t)(post->servers[post->turn % post->count].next[console] / SERVER_SOCKETS);
}

void post_send(struct post *post, const struct scene *scene, uint64_t number)
{
	struct server *server = &post->servers[post->turn++ % post->count];
	const size_t next = server->next[scene->console]++;
	struct server_line *line = &server->lines[scene->console][next % SERVER_SOCKETS];
	struct server_slot *slot = &line->slots[(uint8_t)(next / SERVER_SOCKETS)];

	memcpy(slot->before, slot->packet.bytes + 4, SIGN_LEN);
	slot->player_before = slot->player;
	slot->sent = true;
	slot->number = number;
	slot->player = scene->player;
	slot->packet = scene->packet;
	post->tally.sent++;
	/* A full buffer, or no listener: the question behind it will tell. */
	send(line->fd, scene->packet.bytes, scene->packet.len, 0);
}

/* --- what comes back -------------------------------------------------------------------------- */

static void print_bytes(const char *what, const uint8_t *bytes, size_t len)
{
	printf("%s, %zu bytes: ", what, len);
	for (size_t i = 0; i < len; i++)
		printf("%02x", bytes[i]);
	printf("\n");
}

static bool complain(const struct server_slot *slot, const char *what, const uint8_t *reply,
		     size_t len)
{
	printf("packet %" PRIu64 ": %s\n", slot->number, what);
	print_bytes("request", slot->packet.bytes, slot->packet.len);
	print_bytes("reply", reply, len);
	return false;
}

static void learn(struct post *post, const struct server_line *line, size_t player,
		  const uint8_t *reply, size_t len)
{
	for (size_t at = DRAFT_HEADER; at < len; at += reply[at + 1]) {
		if (reply[at] == DRAFT_STATE)
			cast_learn(post->cast, player, line->console, reply + at + 2,
				   reply[at + 1] - 2U);
	}
}

static bool judge(struct post *post, struct server_line *line, const uint8_t *reply, size_t len)
{
	const struct server_slot *slot = &line->slots[reply[1]];
	struct sign *sign = post->signs[line->console];
	const bool late = !sign_reply_right(sign, slot->packet.bytes + 4, reply, len);

	if (!slot->sent)
		return complain(slot, "a reply to nothing", reply, len);
	if (late && !sign_reply_right(sign, slot->before, reply, len))
		return complain(slot, "a reply that is not signed", reply, len);
	post->tally.late += late;
	switch (reply[0]) {
	case REJECT:
		post->tally.rejects++;
		return true;
	case CHALLENGE:
		post->tally.challenges++;
		learn(post, line, late ? slot->player_before : slot->player, reply, len);
		return true;
	default:
		return complain(slot, "an answer that is neither Reject nor Challenge", reply, len);
	}
}

/* Takes all that has come in for a line. */
static bool take(struct post *post, struct server_line *line)
{
	uint8_t reply[DRAFT_MAX];
	ssize_t len;

	while ((len = recv(line->fd, reply, sizeof(reply), 0)) >= 0) {
		if (len < DRAFT_HEADER) {
			puts("packet: a reply of less than 20 bytes");
			return false;
		}
		if (!judge(post, line, reply, (size_t)len))
			return false;
	}
	return true;
}

/*
 * The name of nobody with a password of nobody's: it is answered when the servers have taken what
 * was sent before. (Not so a Status-Server, which they take first.)
 */
static void ask_calmly(struct post *post, struct server *server)
{
	static const uint8_t zeros[SIGN_LEN];
	struct draft_packet packet;
	struct draft draft;

	draft.code = REQUEST;
	draft.id = ++server->calm_id;
	draft.count = 0;
	memset(draft.authenticator, server->calm_id, SIGN_LEN);
	memcpy(draft.authenticator, &post->tally.sent, sizeof(post->tally.sent));
	draft_add(&draft, 0, DRAFT_SIGNATURE, zeros, sizeof(zeros));
	draft_add(&draft, 0, DRAFT_USER_NAME, "nobody", 6);
	draft_add(&draft, 0, DRAFT_USER_PASSWORD, "nothing", 7)->hidden = true;
	draft_write(&draft, post->signs[0], &packet);
	draft_sign(post->signs[0], &packet);
	send(server->calm, packet.bytes, packet.len, 0);
}

static bool answered_calmly(const struct server *server)
{
	struct pollfd poll_fd = {.fd = server->calm, .events = POLLIN};
	uint8_t reply[DRAFT_MAX];

	while (poll(&poll_fd, 1, TRY_MS) > 0) {
		if (recv(server->calm, reply, sizeof(reply), 0) >= DRAFT_HEADER &&
		    reply[0] == REJECT && reply[1] == server->calm_id)
			return true;
		/* Nobody listens any more: as good as silence, but it comes at once. */
		if (poll_fd.revents & POLLERR)
			return false;
	}
	return false;
}

static bool settle(struct post *post, struct server *server)
{
	bool answered = false;

	for (size_t try = 0; try < TRIES && !answered; try++) {
		ask_calmly(post, server);
		answered = answered_calmly(server);
	}
	for (size_t i = 0; i < 2 * SERVER_SOCKETS; i++) {
		if (!take(post, &server->lines[i / SERVER_SOCKETS][i % SERVER_SOCKETS]))
			return false;
	}
	if (!answered)
		printf("packet: the server at port %u does not answer any more\n",
		       ntohs(server->address.sin_port));
	return answered;
}

bool post_settle(struct post *post)
{
	for (size_t i = 0; i < post->count; i++) {
		if (!settle(post, &post->servers[i]))
			return false;
	}
	return true;
}

const struct post_tally *post_tally(const struct post *post)
{
	return &post->tally;
}
