/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/otpauth.h"

#include <limits.h>
#include <stdlib.h>

#include <qrencode.h>

#include "console/html.h"
#include "core/secret.h"

#define QUIET  4   /* modules around a code that stay light */
#define PIXELS 264 /* width on the screen */
#define DARK   1   /* the bit of a module's byte that says its colour */

const char *seikyo_otpauth_algorithm(enum seikyo_totp_algorithm algorithm)
{
	switch (algorithm) {
	case SEIKYO_TOTP_SHA1:
		return "SHA1";
	case SEIKYO_TOTP_SHA256:
		return "SHA256";
	case SEIKYO_TOTP_SHA512:
		return "SHA512";
	default:
		return "";
	}
}

void seikyo_otpauth_uri(struct seikyo_buffer *out, const char *issuer, const char *account,
			const struct seikyo_installed *installed)
{
	seikyo_buffer_put(out, "otpauth://totp/");
	html_url_arg(out, issuer);
	seikyo_buffer_put(out, ":");
	html_url_arg(out, account);
	seikyo_buffer_put(out, "?secret=");
	seikyo_buffer_put(out, installed->secret);
	seikyo_buffer_put(out, "&issuer=");
	html_url_arg(out, issuer);
	seikyo_buffer_put(out, "&algorithm=");
	seikyo_buffer_put(out, seikyo_otpauth_algorithm(installed->token.algorithm));
	seikyo_buffer_put(out, "&digits=");
	html_number(out, installed->token.digits);
	seikyo_buffer_put(out, "&period=");
	html_number(out, installed->token.period);
}

/* The dark modules of a row, run by run, as parts of a path. */
static void put_row(struct seikyo_buffer *out, const unsigned char *row, int width, int y)
{
	for (int x = 0, end; x < width; x = end) {
		for (end = x + 1; end < width && (row[end] & DARK) == (row[x] & DARK); end++)
			;
		if (!(row[x] & DARK))
			continue;
		html(out, "M");
		html_number(out, x + QUIET);
		html(out, " ");
		html_number(out, y + QUIET);
		html(out, "h");
		html_number(out, end - x);
		html(out, "v1h-");
		html_number(out, end - x);
		html(out, "z");
	}
}

static void put_svg(struct seikyo_buffer *out, const QRcode *code, const char *name)
{
	const int size = code->width + 2 * QUIET;

	html(out, "<svg class=\"qr\" role=\"img\" width=\"");
	html_number(out, PIXELS);
	html(out, "\" height=\"");
	html_number(out, PIXELS);
	html(out, "\" viewBox=\"0 0 ");
	html_number(out, size);
	html(out, " ");
	html_number(out, size);
	html(out, "\" shape-rendering=\"crispEdges\" aria-label=\"");
	html_attr(out, name);
	html(out,
	     "\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path fill=\"#000\" d=\"");
	for (int y = 0; y < code->width; y++)
		put_row(out, code->data + y * code->width, code->width, y);
	html(out, "\"/></svg>");
}

int seikyo_otpauth_qr(struct seikyo_buffer *out, const struct seikyo_buffer *text, const char *name)
{
	QRcode *code = NULL;

	if (!text->failed && text->len <= INT_MAX)
		code = QRcode_encodeData((int)text->len, (const unsigned char *)text->text, 0,
					 QR_ECLEVEL_M);
	if (!code)
		return -1;
	put_svg(out, code, name);
	seikyo_secret_wipe(code->data, (size_t)(code->width * code->width));
	QRcode_free(code);
	return 0;
}
