/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/text.h"
#include "console/certificate.h"
#include "console/cookie.h"
#include "core/secret.h"

static const char FORM_TYPE[] = "application/x-www-form-urlencoded";
static const char JSON_TYPE[] = "application/json";

static enum seikyo_method read_method(const char *method)
{
	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		return SEIKYO_METHOD_GET;
	return strcmp(method, "POST") == 0 ? SEIKYO_METHOD_POST : SEIKYO_METHOD_OTHER;
}

/* The target as the browser sent it: web servers differ in what they make of a path. */
static enum seikyo_request_result read_target(struct seikyo_request *request, const char *target)
{
	static const char ours[] = "abcdefghijklmnopqrstuvwxyz0123456789-./";
	const size_t len = strcspn(target, "?");
	const char *query = target[len] ? target + len + 1 : "";

	if (strlen(query) > SEIKYO_QUERY_MAX)
		return SEIKYO_REQUEST_LONG;
	strcpy(request->query, query);
	if (len <= SEIKYO_PATH_MAX && strspn(target, ours) >= len)
		memcpy(request->path, target, len);
	return SEIKYO_REQUEST_GOOD;
}

/* True for type itself, and with parameters behind it. */
static bool is_type(const char *header, const char *type)
{
	const size_t len = strlen(type);

	return strncasecmp(header, type, len) == 0 && (!header[len] || strchr("; \t", header[len]));
}

/* The length that the web server says; -1 if it is no number. */
static long read_length(const char *text)
{
	const size_t len = strlen(text);

	if (!len || len > 9 || strspn(text, "0123456789") != len)
		return -1;
	return strtol(text, NULL, 10);
}

static enum seikyo_request_result read_body(struct seikyo_request *request,
					    struct seikyo_channel *channel)
{
	const long len = read_length(seikyo_channel_variable(channel, "CONTENT_LENGTH"));
	const char *type = seikyo_channel_variable(channel, "CONTENT_TYPE");

	if (len < 0)
		return SEIKYO_REQUEST_BAD;
	if (len > SEIKYO_BODY_MAX)
		return SEIKYO_REQUEST_LARGE;
	request->is_json = is_type(type, JSON_TYPE);
	if (!request->is_json && !is_type(type, FORM_TYPE))
		return SEIKYO_REQUEST_TYPE;
	request->body = calloc(1, (size_t)len + 1);
	if (!request->body)
		return SEIKYO_REQUEST_FAILED;
	request->body_len = (size_t)len;
	/* A body that is cut is not what the user sent. */
	return seikyo_channel_read(channel, request->body, (size_t)len) == len ? SEIKYO_REQUEST_GOOD
									       : SEIKYO_REQUEST_BAD;
}

const char *seikyo_request_cookie(const char *header, const char *name, size_t *len)
{
	const size_t name_len = strlen(name);
	const char *found = NULL;

	while (*header) {
		const char *pair = header + strspn(header, " \t;");
		const size_t pair_len = strcspn(pair, ";");

		if (pair_len > name_len && pair[name_len] == '=' &&
		    memcmp(pair, name, name_len) == 0) {
			if (found)
				return NULL;
			found = pair + name_len + 1;
			*len = pair_len - name_len - 1;
			while (*len && strchr(" \t", found[*len - 1]))
				--*len;
		}
		header = pair + pair_len;
	}
	return found;
}

enum seikyo_language seikyo_request_language(const char *header)
{
	while (*header) {
		header += strspn(header, " \t,");
		const size_t len = strcspn(header, ",; \t-");

		if (len == 2 && strncasecmp(header, "ja", 2) == 0)
			return SEIKYO_LANGUAGE_JA;
		if (len == 2 && strncasecmp(header, "en", 2) == 0)
			return SEIKYO_LANGUAGE_EN;
		header += strcspn(header, ",");
	}
	return SEIKYO_LANGUAGE_NONE;
}

static void read_cookies(struct seikyo_request *request, const char *header)
{
	size_t len;
	const char *value = seikyo_request_cookie(header, SEIKYO_LANGUAGE_COOKIE, &len);

	if (value && len == 2)
		request->cookie_language =
			seikyo_request_language(memcmp(value, "ja", 2) == 0   ? "ja"
						: memcmp(value, "en", 2) == 0 ? "en"
									      : "");
	value = seikyo_request_cookie(header, SEIKYO_COOKIE, &len);
	if (value && len == 2 * sizeof(request->cookie)) {
		char digits[2 * SEIKYO_COOKIE_LEN + 1] = "";

		memcpy(digits, value, len);
		request->has_cookie =
			seikyo_text_unhex(digits, request->cookie, sizeof(request->cookie)) == 0;
		seikyo_secret_wipe(digits, sizeof(digits));
	}
}

/* Only a certificate that the web server has verified against the bank's CA is one. */
static enum seikyo_request_result read_certificate(struct seikyo_request *request,
						   const struct seikyo_channel *channel)
{
	const char *verified = seikyo_channel_variable(channel, "SSL_CLIENT_VERIFY");
	const char *pem = seikyo_channel_variable(channel, "SSL_CLIENT_CERT");

	if (strcmp(verified, "SUCCESS") != 0 || !*pem)
		return SEIKYO_REQUEST_GOOD;
	if (seikyo_certificate_read(pem, request->certificate, request->certificate_login) < 0)
		return SEIKYO_REQUEST_BAD;
	request->has_certificate = true;
	return SEIKYO_REQUEST_GOOD;
}

enum seikyo_request_result seikyo_request_read(struct seikyo_request *request,
					       struct seikyo_channel *channel)
{
	enum seikyo_request_result result;

	*request = (struct seikyo_request){
		.method = read_method(seikyo_channel_variable(channel, "REQUEST_METHOD")),
		.origin = seikyo_channel_variable(channel, "HTTP_ORIGIN"),
		.browser_language = seikyo_request_language(
			seikyo_channel_variable(channel, "HTTP_ACCEPT_LANGUAGE")),
	};
	strncat(request->address, seikyo_channel_variable(channel, "REMOTE_ADDR"),
		SEIKYO_ADDRESS_MAX);
	read_cookies(request, seikyo_channel_variable(channel, "HTTP_COOKIE"));
	result = read_target(request, seikyo_channel_variable(channel, "REQUEST_URI"));
	if (result == SEIKYO_REQUEST_GOOD)
		result = read_certificate(request, channel);
	if (result == SEIKYO_REQUEST_GOOD && request->method == SEIKYO_METHOD_POST)
		result = read_body(request, channel);
	return result;
}

void seikyo_request_wipe(struct seikyo_request *request)
{
	seikyo_secret_wipe(request->body, request->body_len);
	free(request->body);
	seikyo_secret_wipe(request, sizeof(*request));
}
