/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/response.h"

#include <stdio.h>
#include <string.h>

#include "console/cookie.h"
#include "console/html.h"

/*
 * On every answer. same-origin, and not no-referrer: with that, browsers send "Origin: null" with
 * our own forms (Fetch standard, "append a request Origin header").
 */
static const char HEADERS[] =
	"Cache-Control: no-store\r\n"
	"Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; "
	"img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'\r\n"
	"Cross-Origin-Opener-Policy: same-origin\r\n"
	"Cross-Origin-Resource-Policy: same-origin\r\n"
	"Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n"
	"Referrer-Policy: same-origin\r\n"
	"Strict-Transport-Security: max-age=31536000\r\n"
	"X-Content-Type-Options: nosniff\r\n"
	"X-Frame-Options: DENY\r\n";
static const char COOKIE_RULES[] = "; Path=/; Secure; HttpOnly; SameSite=Strict";
static const char NO_MEMORY[] = "Status: 500 Internal Server Error\r\n"
				"Content-Type: text/plain; charset=utf-8\r\n\r\n"
				"Internal Server Error\n";

struct status {
	int code;
	const char *reason;
};

/* RFC 9110 section 15. */
static const struct status statuses[] = {
	{200, "OK"},
	{303, "See Other"},
	{400, "Bad Request"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{500, "Internal Server Error"},
	{503, "Service Unavailable"},
};

void seikyo_response_redirect(struct seikyo_response *response, const char *location)
{
	response->status = 303;
	response->location = location;
	seikyo_buffer_close(&response->body);
}

static const char *reason_of(int code)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].code == code)
			return statuses[i].reason;
	return "Unknown";
}

static void put_line(struct seikyo_buffer *out, const char *name, const char *value)
{
	seikyo_buffer_put(out, name);
	seikyo_buffer_put(out, ": ");
	seikyo_buffer_put(out, value);
	seikyo_buffer_put(out, "\r\n");
}

static void put_cookies(struct seikyo_buffer *out, const struct seikyo_response *response)
{
	if (response->cookie) {
		seikyo_buffer_put(out, "Set-Cookie: " SEIKYO_COOKIE "=");
		html_hex(out, response->cookie, 32);
		seikyo_buffer_put(out, COOKIE_RULES);
		seikyo_buffer_put(out, "\r\n");
	} else if (response->ends_cookie) {
		seikyo_buffer_put(out, "Set-Cookie: " SEIKYO_COOKIE "=; Max-Age=0");
		seikyo_buffer_put(out, COOKIE_RULES);
		seikyo_buffer_put(out, "\r\n");
	}
	if (response->keeps_language) {
		seikyo_buffer_put(out, "Set-Cookie: " SEIKYO_LANGUAGE_COOKIE "=");
		seikyo_buffer_put(out, response->language);
		seikyo_buffer_put(out, "; Max-Age=31536000");
		seikyo_buffer_put(out, COOKIE_RULES);
		seikyo_buffer_put(out, "\r\n");
	}
}

static void put_head(struct seikyo_buffer *out, const struct seikyo_response *response)
{
	const int code = response->status ? response->status : 200;
	char text[80];

	snprintf(text, sizeof(text), "%d %s", code, reason_of(code));
	put_line(out, "Status", text);
	put_line(out, "Content-Type", response->type ? response->type : "text/html; charset=utf-8");
	if (response->language)
		put_line(out, "Content-Language", response->language);
	if (response->location)
		put_line(out, "Location", response->location);
	if (response->allow)
		put_line(out, "Allow", response->allow);
	if (response->file_name) {
		snprintf(text, sizeof(text), "attachment; filename=\"%s\"", response->file_name);
		put_line(out, "Content-Disposition", text);
	}
	snprintf(text, sizeof(text), "%zu", response->body.len);
	put_line(out, "Content-Length", text);
	put_cookies(out, response);
	seikyo_buffer_put(out, HEADERS);
	seikyo_buffer_put(out, "\r\n");
}

int seikyo_response_send(struct seikyo_response *response, struct seikyo_channel *channel)
{
	struct seikyo_buffer head = {0};
	int result = -1;

	put_head(&head, response);
	if (head.failed || response->body.failed)
		seikyo_channel_write(channel, NO_MEMORY, strlen(NO_MEMORY));
	else if (seikyo_channel_write(channel, head.text, head.len) == 0)
		result = seikyo_channel_write(channel, response->body.text, response->body.len);
	seikyo_buffer_close(&head);
	return result;
}

void seikyo_response_wipe(struct seikyo_response *response)
{
	seikyo_buffer_close(&response->body);
	*response = (struct seikyo_response){0};
}
