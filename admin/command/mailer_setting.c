/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/mailer_setting.h"

#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "command/mailer_message.h"
#include "command/say.h"
#include "common/text.h"

static const char TEXT_MISSING[] = N_("%s is not set in %s; the mailer needs it.");
static const char TEXT_URL[] = N_("%s: smtp_url must be smtp://HOST, smtp://HOST:PORT or the same "
				  "with smtps://, without anything else.");
static const char TEXT_FROM[] = N_("%s: mail_from must be a mail address, without a name.");
static const char TEXT_APP[] =
	N_("%s: app_url must be an address that begins with https:// or http:// and holds nothing "
	   "but ASCII without blanks.");
static const char TEXT_NAME[] = N_("%s: %s holds control characters.");
static const char TEXT_LOGIN[] = N_("%s: smtp_user and smtp_password are set together or not at "
				    "all.");
static const char TEXT_PLAIN[] =
	N_("%s: with smtp_tls = none the password smtp_password would cross the network in clear; "
	   "take smtp_tls = none away, or smtp_user and smtp_password.");

/* The part of the URL, which is freed by curl_free, or NULL. */
static char *part(CURLU *url, CURLUPart which)
{
	char *text = NULL;

	return curl_url_get(url, which, &text, 0) == CURLUE_OK ? text : NULL;
}

static bool part_is(CURLU *url, CURLUPart which, const char *one, const char *other)
{
	char *text = part(url, which);
	const bool is = text && (strcmp(text, one) == 0 || strcmp(text, other) == 0);

	curl_free(text);
	return is;
}

static bool part_missing(CURLU *url, CURLUPart which)
{
	char *text = part(url, which);

	curl_free(text);
	return !text;
}

/* Neither account nor password, which belong into settings of their own, nor a path. */
static bool url_valid(const char *text)
{
	static const CURLUPart none[] = {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS,
					 CURLUPART_QUERY, CURLUPART_FRAGMENT};
	CURLU *url = curl_url();
	bool valid = url && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
		     part_is(url, CURLUPART_SCHEME, "smtp", "smtps") &&
		     part_is(url, CURLUPART_PATH, "/", "");

	for (size_t i = 0; valid && i < sizeof(none) / sizeof(none[0]); i++)
		valid = part_missing(url, none[i]);
	curl_url_cleanup(url);
	return valid;
}

static bool app_valid(const char *text)
{
	if (strncmp(text, "https://", 8) != 0 && strncmp(text, "http://", 7) != 0)
		return false;
	while (*text > ' ' && *text < 0x7f)
		text++;
	return !*text;
}

static enum seikyo_exit check_missing(const struct seikyo_context *context)
{
	const struct seikyo_config *config = &context->config;
	const struct {
		const char *name;
		const char *value;
	} needed[] = {
		{"mailer_user", config->mailer_user}, {"mailer_password", config->mailer_password},
		{"smtp_url", config->smtp_url},	      {"mail_from", config->mail_from},
		{"app_url", config->app_url},	      {"service_name", config->service_name},
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (*needed[i].value)
			continue;
		seikyo_say_error(_(TEXT_MISSING), needed[i].name, context->config_file);
		return SEIKYO_EXIT_USAGE;
	}
	return SEIKYO_EXIT_DONE;
}

static enum seikyo_exit check_server(const struct seikyo_context *context)
{
	const struct seikyo_config *config = &context->config;

	if (!url_valid(config->smtp_url))
		seikyo_say_error(_(TEXT_URL), context->config_file);
	else if (!*config->smtp_user != !*config->smtp_password)
		seikyo_say_error(_(TEXT_LOGIN), context->config_file);
	else if (*config->smtp_user && strcmp(config->smtp_tls, "none") == 0 &&
		 strncasecmp(config->smtp_url, "smtps:", 6) != 0)
		seikyo_say_error(_(TEXT_PLAIN), context->config_file);
	else
		return SEIKYO_EXIT_DONE;
	return SEIKYO_EXIT_USAGE;
}

static enum seikyo_exit check_words(const struct seikyo_context *context)
{
	const struct seikyo_config *config = &context->config;

	if (!seikyo_message_address_valid(config->mail_from))
		seikyo_say_error(_(TEXT_FROM), context->config_file);
	else if (!app_valid(config->app_url))
		seikyo_say_error(_(TEXT_APP), context->config_file);
	else if (!seikyo_message_name_valid(config->service_name))
		seikyo_say_error(_(TEXT_NAME), context->config_file, "service_name");
	else if (!seikyo_message_name_valid(config->mail_from_name))
		seikyo_say_error(_(TEXT_NAME), context->config_file, "mail_from_name");
	else
		return SEIKYO_EXIT_DONE;
	return SEIKYO_EXIT_USAGE;
}

enum seikyo_exit seikyo_mailer_check_settings(const struct seikyo_context *context)
{
	enum seikyo_exit result = check_missing(context);

	if (result == SEIKYO_EXIT_DONE)
		result = check_server(context);
	if (result == SEIKYO_EXIT_DONE)
		result = check_words(context);
	return result;
}
