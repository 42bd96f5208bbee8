/* SPDX-License-Identifier: GPL-2.0-only */
/* What a phone sends to install a token: an object of three strings, or nothing. */
#include "fuzz.h"

#include "common/json.h"
#include "common/text.h"
#include "console/pages/install_body.h"

static void put(struct seikyo_buffer *json, const char *name, const char *text)
{
	seikyo_buffer_put(json, name);
	seikyo_json_string(json, text);
}

/* Our own JSON of the same: it is read as the same again. */
static void check_again(const struct seikyo_install_body *body)
{
	struct seikyo_buffer json = {0};
	struct seikyo_install_body again;

	put(&json, "{\"start_password\":", body->start_password);
	put(&json, ",\"service_id\":", body->service_id);
	put(&json, ",\"user_id\":", body->app_user_id);
	seikyo_buffer_put(&json, "}");
	demand(!json.failed, "there is memory");
	/* Escaped, it may be longer than a body may be. */
	if (json.len <= 1024)
		demand(seikyo_install_body_read(&again, json.text, json.len) == 0 &&
			       memcmp(&again, body, sizeof(again)) == 0,
		       "what was read is read again");
	seikyo_buffer_close(&json);
}

static void check_text(const char *text)
{
	demand(strnlen(text, SEIKYO_INSTALL_TEXT_MAX + 1) <= SEIKYO_INSTALL_TEXT_MAX &&
		       seikyo_text_valid(text),
	       "each is UTF-8 of at most 64 bytes");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return seikyo_text_locale();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seikyo_install_body body;

	memset(&body, 0xaa, sizeof(body));
	if (seikyo_install_body_read(&body, (const char *)data, size) < 0) {
		demand(fuzz_all_zero(&body, sizeof(body)), "what is refused leaves nothing");
		return 0;
	}
	demand(size <= 1024, "no long body is read");
	demand(!memchr(data, 0, size), "no NUL is read");
	check_text(body.service_id);
	check_text(body.app_user_id);
	check_text(body.start_password);
	check_again(&body);
	return 0;
}
