/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One request as a browser sent it through the web server: read within limits, nothing trusted yet.
 */
#ifndef SEIKYO_CONSOLE_REQUEST_H
#define SEIKYO_CONSOLE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/channel.h"

#define SEIKYO_PATH_MAX	   64	 /* bytes; our own paths are shorter */
#define SEIKYO_QUERY_MAX   2048	 /* bytes */
#define SEIKYO_BODY_MAX	   65536 /* bytes: a page of a list, every user selected */
#define SEIKYO_COOKIE_LEN  32	 /* bytes of a session */
#define SEIKYO_DIGEST_LEN  32	 /* SHA-256 */
#define SEIKYO_LOGIN_MAX   128	 /* bytes */
#define SEIKYO_ADDRESS_MAX 45	 /* of the peer, for the log */

enum seikyo_method {
	SEIKYO_METHOD_OTHER = 0,
	SEIKYO_METHOD_GET, /* HEAD too: the web server cuts the body */
	SEIKYO_METHOD_POST,
};

/* The zero is no good request. */
enum seikyo_request_result {
	SEIKYO_REQUEST_BAD = 0, /* 400 */
	SEIKYO_REQUEST_LARGE,	/* 413 */
	SEIKYO_REQUEST_LONG,	/* 414: the query */
	SEIKYO_REQUEST_TYPE,	/* 415: a body of another type */
	SEIKYO_REQUEST_FAILED,	/* 503: memory, or the web server is gone */
	SEIKYO_REQUEST_GOOD,
};

enum seikyo_language {
	SEIKYO_LANGUAGE_NONE = 0,
	SEIKYO_LANGUAGE_JA,
	SEIKYO_LANGUAGE_EN,
};

struct seikyo_request {
	enum seikyo_method method;
	char path[SEIKYO_PATH_MAX + 1];	  /* "" if it is longer or has other bytes than ours */
	char query[SEIKYO_QUERY_MAX + 1]; /* as sent */
	char *body;			  /* of a POST, NUL-terminated; our own, wiped */
	size_t body_len;
	bool is_json; /* the body's type */
	const char *origin;
	char address[SEIKYO_ADDRESS_MAX + 1];
	enum seikyo_language cookie_language, browser_language;
	bool has_cookie;
	uint8_t cookie[SEIKYO_COOKIE_LEN];
	bool has_certificate; /* one that the web server has verified */
	uint8_t certificate[SEIKYO_DIGEST_LEN];
	char certificate_login[SEIKYO_LOGIN_MAX +
			       1]; /* its common name; "" if it has none, or two */
};

/* Reads the request. Everything but GOOD is answered with an error page; wipe it in any case. */
enum seikyo_request_result seikyo_request_read(struct seikyo_request *request,
					       struct seikyo_channel *channel);

void seikyo_request_wipe(struct seikyo_request *request);

/*
 * A cookie's value in a Cookie header (RFC 6265 section 5.4): its start and length. NULL if the
 * name is not there or twice.
 */
const char *seikyo_request_cookie(const char *header, const char *name, size_t *len);

/* The first language of ours in an Accept-Language header (RFC 9110 section 12.5.4). */
enum seikyo_language seikyo_request_language(const char *header);

#endif
