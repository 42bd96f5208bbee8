/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asks by the console's RADIUS client (admin/console/radius.h), for tests.
 *
 * Reads key=value lines from standard input, in blocks that an empty line or the end closes:
 *
 *	servers= secret= source= dictionary= timeout=	the first block: the client's settings
 *	purpose= login= password= state= certificate= attempt= session=
 *			each further block: a question, asked when the block closes. purpose is a
 *			number, from state on the values are hex digits. Without attempt a random
 *			one is taken; attempt=none, and a key that is not there, are NULL.
 *
 * Prints the answer to each question as key=value lines and an empty line, with what the client
 *says for the log as error=. Ends with 0; with 1 and `error=` alone when the client cannot be
 *opened; with 2 when it was used wrongly.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "common/text.h"
#include "console/radius.h"
#include "core/secret.h"

#define LINE_MAX_BYTES 2048
#define OCTETS_MAX     512

struct octets {
	uint8_t bytes[OCTETS_MAX];
	size_t len;
	bool given;
};

/* One block's values; a question's and the settings'. */
struct block {
	bool any;
	char servers[LINE_MAX_BYTES], secret[LINE_MAX_BYTES], source[LINE_MAX_BYTES];
	char dictionary[LINE_MAX_BYTES], timeout[LINE_MAX_BYTES], purpose[LINE_MAX_BYTES];
	char login[LINE_MAX_BYTES], password[LINE_MAX_BYTES], attempt_word[LINE_MAX_BYTES];
	struct octets state, certificate, attempt, session;
};

static _Noreturn void die(const char *what, const char *word)
{
	fprintf(stderr, "ask: %s: %s\n", what, word);
	exit(2);
}

static void take_octets(struct octets *octets, const char *name, const char *value)
{
	octets->len = strlen(value) / 2;
	octets->given = true;
	if (strlen(value) % 2 || octets->len > OCTETS_MAX)
		die("not hex digits", name);
	for (size_t i = 0; i < octets->len; i++) {
		if (sscanf(value + 2 * i, "%2hhx", &octets->bytes[i]) != 1)
			die("not hex digits", name);
	}
}

static void take(struct block *block, const char *name, const char *value)
{
	const struct {
		const char *name;
		char *text;
		struct octets *octets;
	} keys[] = {
		{"servers", block->servers, NULL},
		{"secret", block->secret, NULL},
		{"source", block->source, NULL},
		{"dictionary", block->dictionary, NULL},
		{"timeout", block->timeout, NULL},
		{"purpose", block->purpose, NULL},
		{"login", block->login, NULL},
		{"password", block->password, NULL},
		{"state", NULL, &block->state},
		{"certificate", NULL, &block->certificate},
		{"attempt", block->attempt_word, &block->attempt},
		{"session", NULL, &block->session},
	};

	block->any = true;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].name, name) != 0)
			continue;
		if (keys[i].text)
			snprintf(keys[i].text, LINE_MAX_BYTES, "%s", value);
		if (keys[i].octets && strcmp(value, "none") == 0)
			keys[i].octets->given = false;
		else if (keys[i].octets)
			take_octets(keys[i].octets, name, value);
		return;
	}
	die("no such key", name);
}

/* False at the end of the input. */
static bool read_block(struct block *block)
{
	char line[LINE_MAX_BYTES];

	*block = (struct block){0};
	while (fgets(line, sizeof(line), stdin)) {
		char *value = strchr(line, '=');

		if (line[0] == '\n' && !block->any)
			continue;
		if (line[0] == '\n')
			return true;
		if (!value || !strchr(line, '\n'))
			die("not a key=value line", line);
		*value++ = '\0';
		value[strcspn(value, "\n")] = '\0';
		take(block, line, value);
	}
	return block->any;
}

static void print_hex(const char *name, const uint8_t *bytes, size_t len)
{
	printf("%s=", name);
	for (size_t i = 0; i < len; i++)
		printf("%02x", bytes[i]);
	putchar('\n');
}

static void print_answer(const struct seikyo_answer *answer, const char *error)
{
	static const char *const kinds[] = {"NONE", "REJECT", "CHALLENGE", "ACCEPT"};

	printf("kind=%s\noutcome=%u\n", kinds[answer->kind], answer->outcome);
	print_hex("state", answer->state, answer->state_len);
	print_hex("ticket", answer->ticket, answer->has_ticket ? sizeof(answer->ticket) : 0);
	printf("tries_left=%d\nreissue_at=%lld\n", answer->tries_left,
	       (long long)answer->reissue_at);
	printf("service_id=%s\napp_user_id=%s\nrequest_id=%s\n", answer->service_id,
	       answer->app_user_id, answer->request_id);
	printf("error=%s\n\n", error);
	fflush(stdout);
}

/* Exactly as long as it is, so that a read beyond it is found. */
static uint8_t *copy_exact(const struct octets *octets)
{
	uint8_t *copy;

	if (!octets->given)
		return NULL;
	copy = malloc(octets->len ? octets->len : 1);
	if (!copy)
		die("no memory", "");
	memcpy(copy, octets->bytes, octets->len);
	return copy;
}

static void ask(struct seikyo_radius *radius, struct block *block)
{
	struct seikyo_answer answer;
	uint8_t *state, *certificate, *attempt, *session;

	if (!*block->attempt_word) {
		block->attempt.given = true;
		block->attempt.len = SEIKYO_ATTEMPT_LEN;
		if (RAND_bytes(block->attempt.bytes, SEIKYO_ATTEMPT_LEN) != 1)
			die("no random bytes", "");
	}
	state = copy_exact(&block->state);
	certificate = copy_exact(&block->certificate);
	attempt = copy_exact(&block->attempt);
	session = copy_exact(&block->session);
	seikyo_radius_ask(radius,
			  &(struct seikyo_question){
				  .purpose = (enum seikyo_purpose)strtoul(block->purpose, NULL, 10),
				  .login_id = block->login,
				  .password = block->password,
				  .state = state,
				  .state_len = block->state.len,
				  .certificate = certificate,
				  .attempt = attempt,
				  .session_digest = session},
			  &answer);
	print_answer(&answer, seikyo_radius_error(radius));
	seikyo_secret_wipe(&answer, sizeof(answer));
	free(state);
	free(certificate);
	free(attempt);
	free(session);
}

int main(void)
{
	static struct block block;
	static char error[SEIKYO_RADIUS_ERROR_MAX];
	struct seikyo_radius *radius = NULL;

	if (!read_block(&block))
		die("no settings", "");
	if (seikyo_radius_open(&radius, block.servers, block.secret, block.source, block.dictionary,
			       (unsigned)strtoul(block.timeout, NULL, 10), error)) {
		printf("error=%s\n", error);
		return radius ? 2 : 1;
	}
	while (read_block(&block))
		ask(radius, &block);
	seikyo_radius_close(radius);
	seikyo_radius_close(NULL);
	return ferror(stdout) ? 2 : 0;
}
