/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/mailer_message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>
#include <wctype.h>

#include <openssl/evp.h>

#include "command/mailer_text.h"
#include "common/text.h"

#define MINUTE	     60000000 /* microseconds */
#define JAPAN_OFFSET (9 * 3600)
#define LINE_BYTES   57 /* 76 characters of base64, the longest line (RFC 2045 section 6.8) */
#define WORD_BYTES                                                                                 \
	39 /* of text in an encoded word: no header line over 76 (RFC 2047 section 2)              \
	    */
#define LOCAL_MAX   64
#define ADDRESS_MAX 254

static const char TEXT_KIND[] = N_("the mailer knows no mail of this kind");
static const char TEXT_ADDRESS[] = N_("the recipient is no mail address");
static const char TEXT_NAME[] = N_("a name holds control characters or is not UTF-8");
static const char TEXT_MOMENT[] = N_("the time that the mail tells of is missing");

/* What the words of a template stand for. */
struct value {
	const char *word;
	const char *text; /* NULL: there is none */
};

enum { SERVICE, SENDER, APP, CONTRACT, NAME, AT, FROM, DAY, VALUES };

struct making {
	const struct seikyo_mail *mail;
	const struct seikyo_config *config;
	const struct seikyo_mail_text *text;
	struct value values[VALUES];
	char at[SEIKYO_MAIL_MOMENT_MAX];
	char from[SEIKYO_MAIL_MOMENT_MAX];
	char day[SEIKYO_MAIL_MOMENT_MAX];
};

static const char local_characters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	"!#$%&'*+/=?^_`{|}~.-";
static const char label_characters[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

/* At least two labels of 1 to 63 characters, no '-' at an end of one. */
static bool domain_valid(const char *domain)
{
	unsigned labels = 0;

	for (;;) {
		const size_t len = strspn(domain, label_characters);

		if (len < 1 || len > 63 || domain[0] == '-' || domain[len - 1] == '-')
			return false;
		labels++;
		if (!domain[len])
			return labels > 1;
		if (domain[len] != '.')
			return false;
		domain += len + 1;
	}
}

bool seikyo_message_address_valid(const char *address)
{
	const size_t local = strspn(address, local_characters);

	if (local < 1 || local > LOCAL_MAX || *address == '.' || strlen(address) > ADDRESS_MAX)
		return false;
	return address[local] == '@' && domain_valid(address + local + 1);
}

bool seikyo_message_name_valid(const char *name)
{
	mbstate_t state = {0};
	wchar_t character;
	size_t len;

	while (*name) {
		len = mbrtowc(&character, name, strlen(name), &state);
		if (len == (size_t)-1 || len == (size_t)-2 || iswcntrl((wint_t)character))
			return false;
		name += len;
	}
	return true;
}

/* The value of the word that stands at text, "{word}", or NULL; *len gets its length. */
static const struct value *find_value(const struct making *making, const char *text, size_t *len)
{
	for (size_t i = 0; i < VALUES; i++) {
		*len = strlen(making->values[i].word);
		if (strncmp(text, making->values[i].word, *len) == 0)
			return &making->values[i];
	}
	return NULL;
}

/* Writes the template with its values. -1 if one has no value. What a value holds stays as it is.
 */
static int expand(FILE *out, const struct making *making, const char *template)
{
	while (*template) {
		size_t len;
		const struct value *value = find_value(making, template, &len);

		if (value && !value->text)
			return -1;
		if (value) {
			fputs(value->text, out);
			template += len;
			continue;
		}
		if (*template == '\n')
			fputc('\r', out);
		fputc(*template ++, out);
	}
	return 0;
}

static void put_base64(FILE *out, const char *bytes, size_t len)
{
	unsigned char text[(LINE_BYTES + 2) / 3 * 4 + 1];

	EVP_EncodeBlock(text, (const unsigned char *)bytes, (int)len);
	fputs((const char *)text, out);
}

/* How many bytes of whole characters fit an encoded word. */
static size_t word_len(const char *text)
{
	size_t len = strlen(text);

	if (len <= WORD_BYTES)
		return len;
	len = WORD_BYTES;
	while (len > 1 && (text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* Text of a header as encoded words, one a line (RFC 2047). */
static void put_words(FILE *out, const char *text)
{
	const char *between = "";

	while (*text) {
		const size_t len = word_len(text);

		fprintf(out, "%s=?UTF-8?B?", between);
		put_base64(out, text, len);
		fputs("?=", out);
		text += len;
		between = "\r\n ";
	}
}

static void put_person(FILE *out, const char *header, const char *name, const char *address)
{
	fprintf(out, "%s: ", header);
	put_words(out, name);
	fprintf(out, *name ? "\r\n <%s>\r\n" : "<%s>\r\n", address);
}

/* Japan time, as RFC 5322 section 3.3 writes it. */
static void put_date(FILE *out, int64_t microseconds)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const time_t seconds = (time_t)(microseconds / 1000000) + JAPAN_OFFSET;
	struct tm when = {0};

	gmtime_r(&seconds, &when);
	fprintf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0900\r\n", days[when.tm_wday],
		when.tm_mday, months[when.tm_mon], when.tm_year + 1900, when.tm_hour, when.tm_min,
		when.tm_sec);
}

static int put_subject(FILE *out, const struct making *making)
{
	char *subject = NULL;
	size_t len;
	FILE *text = open_memstream(&subject, &len);
	int result = -1;

	if (!text)
		return -1;
	result = expand(text, making, making->text->subject);
	if (fclose(text) != 0)
		result = -1;
	if (result == 0) {
		fputs("Subject: ", out);
		put_words(out, subject);
		fputs("\r\n", out);
	}
	free(subject);
	return result;
}

static void put_headers(FILE *out, const struct making *making)
{
	const struct seikyo_mail *mail = making->mail;
	const char *from = making->config->mail_from;
	const char *name = *mail->display_name ? mail->display_name : mail->contract_name;

	put_date(out, mail->created_at);
	put_person(out, "From", making->values[SENDER].text, from);
	put_person(out, "To", making->text->named ? name : "", mail->recipient);
	/* The same for each try of one row: who gets it twice, sees it once. */
	fprintf(out, "Message-ID: <seikyo-%" PRId64 ".%" PRId64 "%s>\r\n", mail->id,
		mail->created_at, strchr(from, '@'));
	fputs("Auto-Submitted: auto-generated\r\n" /* RFC 3834: no out-of-office answers */
	      "MIME-Version: 1.0\r\n"
	      "Content-Type: text/plain; charset=UTF-8\r\n"
	      "Content-Transfer-Encoding: base64\r\n",
	      out);
	fprintf(out, "Content-Language: %s\r\n\r\n", making->config->language);
}

static int put_body(FILE *out, const struct making *making)
{
	char *body = NULL;
	size_t len;
	FILE *text = open_memstream(&body, &len);
	int result = -1;

	if (!text)
		return -1;
	result = expand(text, making, making->text->text);
	if (result == 0)
		result = expand(text, making, seikyo_mail_text_footer(making->config->language));
	if (fclose(text) != 0)
		result = -1;
	for (size_t at = 0; result == 0 && at < len; at += LINE_BYTES) {
		put_base64(out, body + at, len - at < LINE_BYTES ? len - at : LINE_BYTES);
		fputs("\r\n", out);
	}
	free(body);
	return result;
}

static void set_values(struct making *making)
{
	const struct seikyo_mail *mail = making->mail;
	const struct seikyo_config *config = making->config;
	/* Up to the full minute: what is possible "from 10:01 on" is not so at 10:00:30. */
	const int64_t from = (mail->about + MINUTE - 1) / MINUTE * MINUTE;

	seikyo_mail_text_moment(mail->created_at, config->language, making->at);
	seikyo_mail_text_moment(from, config->language, making->from);
	seikyo_mail_text_day(mail->about, config->language, making->day);
	making->values[SERVICE] = (struct value){"{service}", config->service_name};
	making->values[SENDER] =
		(struct value){"{sender}", *config->mail_from_name ? config->mail_from_name
								   : config->service_name};
	making->values[APP] = (struct value){"{app}", config->app_url};
	making->values[CONTRACT] = (struct value){"{contract}", mail->contract_name};
	making->values[NAME] = (struct value){"{name}", mail->display_name};
	making->values[AT] = (struct value){"{at}", making->at};
	making->values[FROM] = (struct value){"{from}", mail->about ? making->from : NULL};
	making->values[DAY] = (struct value){"{day}", mail->about ? making->day : NULL};
}

/* Why nothing can be made of this row, or NULL. */
static const char *find_fault(const struct making *making)
{
	const struct seikyo_mail *mail = making->mail;
	const char *text;

	if (!making->text)
		return _(TEXT_KIND);
	if (!seikyo_message_address_valid(mail->recipient))
		return _(TEXT_ADDRESS);
	if (!seikyo_message_name_valid(mail->contract_name) ||
	    !seikyo_message_name_valid(mail->display_name))
		return _(TEXT_NAME);
	text = making->text->text;
	if (!mail->about && (strstr(text, "{from}") || strstr(text, "{day}")))
		return _(TEXT_MOMENT);
	return NULL;
}

enum seikyo_message_result seikyo_message_make(const struct seikyo_mail *mail,
					       const struct seikyo_config *config, char **bytes,
					       size_t *len, const char **error)
{
	struct making making = {.mail = mail, .config = config};
	FILE *out;
	int result;

	*bytes = NULL;
	making.text = seikyo_mail_text_find(mail->kind, mail->role, config->language);
	*error = find_fault(&making);
	if (*error)
		return SEIKYO_MESSAGE_BAD;
	set_values(&making);
	out = open_memstream(bytes, len);
	if (!out)
		return SEIKYO_MESSAGE_NO_SPACE;
	result = put_subject(out, &making);
	put_headers(out, &making);
	if (result == 0)
		result = put_body(out, &making);
	if (fclose(out) == 0 && result == 0)
		return SEIKYO_MESSAGE_MADE;
	free(*bytes);
	*bytes = NULL;
	return SEIKYO_MESSAGE_NO_SPACE;
}
