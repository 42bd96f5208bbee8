/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/mailer_smtp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <curl/curl.h>

#include "common/text.h"

static const char TEXT_NO_SETTING[] = N_("this machine's libcurl cannot do what the mailer needs");
static const char TEXT_UNKNOWN[] =
	N_("the line was cut after the whole mail; it may have arrived: %s");

#define CODE_CLOSING 221 /* to QUIT: says nothing of the mail */

/* What the server said last. */
struct reply {
	int code;
	bool complete;
	char words[SEIKYO_MAIL_ANSWER_MAX + 1];
};

struct seikyo_smtp {
	const struct seikyo_config *config;
	CURL *curl;
	struct curl_slist *recipients;
	const char *bytes; /* of the message */
	size_t len;
	size_t used;
	struct reply reply;
	time_t until; /* when the whole must be over */
	char error[CURL_ERROR_SIZE];
};

int seikyo_smtp_init(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 0 : -1;
}

static size_t give_bytes(char *buffer, size_t size, size_t count, void *context)
{
	struct seikyo_smtp *smtp = context;
	const size_t left = smtp->len - smtp->used;
	const size_t len = left < size * count ? left : size * count;

	memcpy(buffer, smtp->bytes + smtp->used, len);
	smtp->used += len;
	return len;
}

/* The code of a line of a reply, 0 if it is none. */
static int reply_code(const char *line, size_t len)
{
	if (len < 3 || line[0] < '2' || line[0] > '5')
		return 0;
	for (size_t i = 1; i < 3; i++)
		if (line[i] < '0' || line[i] > '9')
			return 0;
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

static void append(char *words, const char *text, size_t len)
{
	const size_t used = strlen(words);
	const size_t room = SEIKYO_MAIL_ANSWER_MAX - used;

	snprintf(words + used, room + 1, "%.*s", (int)(len < room ? len : room), text);
}

/* libcurl gives each line of each reply. A reply of several lines becomes one: "550 one two". */
static size_t take_line(char *line, size_t size, size_t count, void *context)
{
	struct reply *reply = &((struct seikyo_smtp *)context)->reply;
	size_t len = size * count;
	const int code = reply_code(line, len);

	while (len && (line[len - 1] == '\r' || line[len - 1] == '\n'))
		len--;
	if (!code || code == CODE_CLOSING)
		return size * count;
	if (reply->complete || code != reply->code) {
		*reply = (struct reply){.code = code};
		append(reply->words, line, 3);
	}
	if (len > 4) {
		append(reply->words, " ", 1);
		append(reply->words, line + 4, len - 4);
	}
	reply->complete = len == 3 || line[3] != '-';
	return size * count;
}

static time_t monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Ends what libcurl's time-out does not: after an error it would wait 2 minutes for a farewell. */
static int watch_time(void *context, curl_off_t to_get, curl_off_t got, curl_off_t to_send,
		      curl_off_t sent)
{
	const struct seikyo_smtp *smtp = context;

	(void)to_get;
	(void)got;
	(void)to_send;
	(void)sent;
	return monotonic() > smtp->until;
}

struct seikyo_smtp *seikyo_smtp_open(const struct seikyo_config *config)
{
	struct seikyo_smtp *smtp = calloc(1, sizeof(*smtp));

	if (!smtp)
		return NULL;
	smtp->config = config;
	smtp->curl = curl_easy_init();
	if (smtp->curl)
		return smtp;
	free(smtp);
	return NULL;
}

/* Where to, and how safely. */
static unsigned set_server(CURL *curl, const struct seikyo_config *config)
{
	const bool plain = strcmp(config->smtp_tls, "none") == 0;
	unsigned bad = 0;

	bad |= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	bad |= curl_easy_setopt(curl, CURLOPT_URL, config->smtp_url);
	/* Not by whatever the environment names. */
	bad |= curl_easy_setopt(curl, CURLOPT_PROXY, "");
	bad |= curl_easy_setopt(curl, CURLOPT_USE_SSL,
				(long)(plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
	bad |= curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (*config->smtp_ca) {
		bad |= curl_easy_setopt(curl, CURLOPT_CAINFO, config->smtp_ca);
		bad |= curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	}
	if (*config->smtp_user) {
		bad |= curl_easy_setopt(curl, CURLOPT_USERNAME, config->smtp_user);
		bad |= curl_easy_setopt(curl, CURLOPT_PASSWORD, config->smtp_password);
	}
	bad |= curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)config->smtp_timeout);
	bad |= curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)(config->smtp_timeout + 1) / 2);
	return bad;
}

static unsigned set_mail(struct seikyo_smtp *smtp)
{
	CURL *curl = smtp->curl;
	unsigned bad = 0;

	bad |= curl_easy_setopt(curl, CURLOPT_MAIL_FROM, smtp->config->mail_from);
	bad |= curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, smtp->recipients);
	bad |= curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	bad |= curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)smtp->len);
	bad |= curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_bytes);
	bad |= curl_easy_setopt(curl, CURLOPT_READDATA, smtp);
	bad |= curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_line);
	bad |= curl_easy_setopt(curl, CURLOPT_HEADERDATA, smtp);
	bad |= curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, smtp->error);
	bad |= curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	bad |= curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch_time);
	bad |= curl_easy_setopt(curl, CURLOPT_XFERINFODATA, smtp);
	return bad;
}

/*
 * Whether a 5xx is about this mail: an answer to MAIL, RCPT, DATA or the mail itself. To a
 * greeting, STARTTLS or a login, or where a login is wanted (RFC 4954 section 6), it is about our
 * settings.
 */
static bool is_about_mail(const struct seikyo_smtp *smtp, CURLcode result)
{
	const int code = smtp->reply.code;

	if (code == 530 || code == 534 || code == 535 || code == 538)
		return false;
	return result == CURLE_SEND_ERROR || (result == CURLE_WEIRD_SERVER_REPLY && smtp->used > 0);
}

static enum seikyo_smtp_result judge(struct seikyo_smtp *smtp, CURLcode result,
				     char words[static SEIKYO_MAIL_ANSWER_MAX + 1])
{
	const int class = smtp->reply.code / 100;
	const char *cause = *smtp->error ? smtp->error : curl_easy_strerror(result);

	if (result == CURLE_OK || class >= 4)
		memcpy(words, smtp->reply.words, sizeof(smtp->reply.words));
	else if (smtp->len && smtp->used == smtp->len)
		snprintf(words, SEIKYO_MAIL_ANSWER_MAX + 1, _(TEXT_UNKNOWN), cause);
	else
		snprintf(words, SEIKYO_MAIL_ANSWER_MAX + 1, "%s", cause);
	if (result == CURLE_OK)
		return SEIKYO_SMTP_TAKEN;
	return class == 5 && is_about_mail(smtp, result) ? SEIKYO_SMTP_NEVER : SEIKYO_SMTP_LATER;
}

/* Into what the database takes: valid UTF-8, else ASCII; no control characters. */
static void clean(char *words)
{
	const bool valid = seikyo_text_valid(words);

	for (; *words; words++) {
		const unsigned char byte = (unsigned char)*words;

		if (byte < ' ' || byte == 0x7f)
			*words = ' ';
		else if (byte > 0x7f && !valid)
			*words = '?';
	}
}

enum seikyo_smtp_result seikyo_smtp_send(struct seikyo_smtp *smtp, const char *recipient,
					 const char *bytes, size_t len,
					 char words[static SEIKYO_MAIL_ANSWER_MAX + 1])
{
	enum seikyo_smtp_result result;

	smtp->bytes = bytes;
	smtp->len = len;
	smtp->until = monotonic() + smtp->config->smtp_timeout;
	smtp->recipients = curl_slist_append(NULL, recipient);
	if (!smtp->recipients || set_server(smtp->curl, smtp->config) || set_mail(smtp)) {
		snprintf(words, SEIKYO_MAIL_ANSWER_MAX + 1, "%s", _(TEXT_NO_SETTING));
		return SEIKYO_SMTP_LATER;
	}
	result = judge(smtp, curl_easy_perform(smtp->curl), words);
	clean(words);
	return result;
}

void seikyo_smtp_close(struct seikyo_smtp *smtp)
{
	curl_socket_t line = CURL_SOCKET_BAD;

	if (!smtp)
		return;
	/* QUIT is still said, but the answer to it not waited for. */
	if (curl_easy_getinfo(smtp->curl, CURLINFO_ACTIVESOCKET, &line) == CURLE_OK &&
	    line != CURL_SOCKET_BAD)
		shutdown(line, SHUT_RD);
	curl_easy_cleanup(smtp->curl);
	curl_slist_free_all(smtp->recipients);
	free(smtp);
}
