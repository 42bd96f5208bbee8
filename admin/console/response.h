/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The answer to a request: gathered whole and sent at the end, so that no page is half sent.
 */
#ifndef SEIKYO_CONSOLE_RESPONSE_H
#define SEIKYO_CONSOLE_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/buffer.h"
#include "console/channel.h"

/* Begin with {0}: status 200, HTML. The texts are constants. */
struct seikyo_response {
	int status;
	const char *type;      /* NULL: text/html */
	const char *location;  /* of a redirection, our own */
	const char *file_name; /* of a download */
	const char *allow;     /* with 405: the methods that may be used */
	const char *language;  /* of the page: ja, en */
	bool keeps_language;   /* a cookie remembers it */
	const uint8_t *cookie; /* 32 bytes to set; the caller's */
	bool ends_cookie;      /* it is taken back */
	struct seikyo_buffer body;
};

/* Turns the response into a redirection (303) to a path of ours. */
void seikyo_response_redirect(struct seikyo_response *response, const char *location);

/* Sends headers and body. Gives 0, or -1: memory ran out (500 was sent), or nobody listens. */
int seikyo_response_send(struct seikyo_response *response, struct seikyo_channel *channel);

void seikyo_response_wipe(struct seikyo_response *response);

#endif
