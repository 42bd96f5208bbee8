/* SPDX-License-Identifier: GPL-2.0-only */
#include "radius.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "core/secret.h"
#include "radius_exchange.h"
#include "radius_reply.h"
#include "radius_request.h"

#define TIMEOUT_MAX 60000 /* milliseconds */
#define SECRET_MAX  255	  /* bytes */

static const char TEXT_SECRET[] = N_("radius_secret must be of 1 to %d bytes.");
static const char TEXT_TIMEOUT[] = N_("radius_timeout must be 1 to %d milliseconds.");
static const char TEXT_MEMORY[] = N_("There is no memory left.");

struct seikyo_radius {
	struct seikyo_radius_dictionary dictionary;
	struct seikyo_radius_server servers[SEIKYO_RADIUS_SERVERS_MAX];
	size_t count;
	size_t first; /* the one that answered last */
	unsigned timeout_ms;
	char secret[SECRET_MAX + 1];
	char error[SEIKYO_RADIUS_ERROR_MAX];
};

static int read_secret(struct seikyo_radius *radius, const char *secret, char *error)
{
	const size_t len = strnlen(secret, SECRET_MAX + 1);

	if (len < 1 || len > SECRET_MAX) {
		snprintf(error, SEIKYO_RADIUS_ERROR_MAX, _(TEXT_SECRET), SECRET_MAX);
		return -1;
	}
	memcpy(radius->secret, secret, len + 1);
	return 0;
}

static int read_timeout(struct seikyo_radius *radius, unsigned timeout_ms, char *error)
{
	if (timeout_ms < 1 || timeout_ms > TIMEOUT_MAX) {
		snprintf(error, SEIKYO_RADIUS_ERROR_MAX, _(TEXT_TIMEOUT), TIMEOUT_MAX);
		return -1;
	}
	radius->timeout_ms = timeout_ms;
	return 0;
}

int seikyo_radius_open(struct seikyo_radius **radius, const char *servers, const char *secret,
		       const char *source, const char *dictionary_dir, unsigned timeout_ms,
		       char error[static SEIKYO_RADIUS_ERROR_MAX])
{
	struct seikyo_radius *made = calloc(1, sizeof(*made));

	*radius = NULL;
	if (!made) {
		snprintf(error, SEIKYO_RADIUS_ERROR_MAX, "%s", _(TEXT_MEMORY));
		return -1;
	}
	if (seikyo_radius_servers_read(made->servers, &made->count, servers, source, error,
				       SEIKYO_RADIUS_ERROR_MAX) ||
	    read_secret(made, secret, error) || read_timeout(made, timeout_ms, error) ||
	    seikyo_radius_dictionary_load(&made->dictionary, dictionary_dir, error,
					  SEIKYO_RADIUS_ERROR_MAX)) {
		seikyo_radius_close(made);
		return -1;
	}
	*radius = made;
	return 0;
}

void seikyo_radius_close(struct seikyo_radius *radius)
{
	if (!radius)
		return;
	seikyo_secret_wipe(radius, sizeof(*radius));
	free(radius);
}

/* Appends "server: story" to the line for the log. */
static void tell(struct seikyo_radius *radius, const char *server, const char *story)
{
	const size_t used = strlen(radius->error);

	snprintf(radius->error + used, sizeof(radius->error) - used, "%s%s%s%s", used ? "; " : "",
		 server, *server ? ": " : "", story);
}

static void forget(struct seikyo_answer *answer)
{
	seikyo_secret_wipe(answer, sizeof(*answer));
	answer->tries_left = -1;
}

/* True if the server has answered, also if the answer is not trusted: it was settled there. */
static bool ask_one(struct seikyo_radius *radius, const struct seikyo_radius_server *server,
		    const struct seikyo_question *question, struct seikyo_answer *answer)
{
	char story[SEIKYO_RADIUS_STORY_MAX];
	const char *why = NULL;
	bool answered = false;
	RADIUS_PACKET *reply = NULL;
	RADIUS_PACKET *request =
		seikyo_radius_request_make(&radius->dictionary, question, radius->secret);

	if (!request) {
		tell(radius, server->name, "not asked: no memory or no random numbers");
		return false;
	}
	reply = seikyo_radius_exchange(server, request, radius->secret, radius->timeout_ms, story);
	if (reply) {
		answered = true;
		why = seikyo_radius_reply_read(&radius->dictionary, reply, request, radius->secret,
					       answer);
	}
	if (!reply || why)
		tell(radius, server->name, why ? why : story);
	if (why)
		forget(answer);
	seikyo_radius_packet_free(&reply);
	seikyo_radius_packet_free(&request);
	return answered;
}

void seikyo_radius_ask(struct seikyo_radius *radius, const struct seikyo_question *question,
		       struct seikyo_answer *answer)
{
	const char *wrong = seikyo_radius_question_check(question);
	const size_t first = radius->first;

	forget(answer);
	radius->error[0] = '\0';
	if (wrong) {
		tell(radius, "", wrong);
		return;
	}
	for (size_t i = 0; i < radius->count; i++) {
		const size_t at = (first + i) % radius->count;

		if (ask_one(radius, &radius->servers[at], question, answer)) {
			/* One that is not believed is not the first to be asked the next time. */
			radius->first =
				answer->kind == SEIKYO_ANSWER_NONE ? (at + 1) % radius->count : at;
			break;
		}
	}
	/* What the servers before the one that answered did is of no interest then. */
	if (answer->kind != SEIKYO_ANSWER_NONE)
		radius->error[0] = '\0';
}

const char *seikyo_radius_error(const struct seikyo_radius *radius)
{
	return radius->error;
}
