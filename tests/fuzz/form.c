/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the console reads from strangers, fed with anything: forms, cookies, languages,
 * certificates.
 */
#include "fuzz.h"

#include "common/text.h"
#include "console/certificate.h"
#include "console/form.h"
#include "console/request.h"
#include "core/typed.h"

#define ALL ((UINT32_C(1) << SEIKYO_FIELDS) - 1)

static void check_value(const char *value, size_t max)
{
	demand(strlen(value) <= max, "a value has its greatest length");
	demand(seikyo_text_valid(value), "a value is UTF-8");
	for (; *value; value++)
		demand((unsigned char)*value >= 0x20 && *value != 0x7f,
		       "a value has no control characters");
}

/* out has not a byte more than the header promises. */
static void check_half_width(const struct seikyo_form *form, enum seikyo_field field)
{
	char *out = calloc(1, seikyo_form_max(field) + 1);

	demand(out, "there is memory");
	seikyo_form_half_width(form, field, out);
	demand(strlen(out) <= strlen(seikyo_form_text(form, field)), "half width is no longer");
	demand(seikyo_text_valid(out), "half width is UTF-8");
	free(out);
}

static void check_field(const struct seikyo_form *form, enum seikyo_field field)
{
	uint8_t bytes[16];

	check_value(seikyo_form_text(form, field), seikyo_form_max(field));
	check_half_width(form, field);
	demand(seikyo_form_bytes(form, field, bytes, sizeof(bytes)) <= sizeof(bytes),
	       "bytes have room");
}

static void fuzz_form(const char *text, size_t size)
{
	struct seikyo_form form;

	if (seikyo_form_read(&form, text, size, ALL) == 0) {
		for (size_t i = 0; i < SEIKYO_FIELDS; i++)
			check_field(&form, (enum seikyo_field)i);
		demand(form.user_count <= SEIKYO_FORM_USERS_MAX, "there are not too many users");
		for (size_t i = 0; i < form.user_count; i++)
			check_value(form.users[i], SEIKYO_TYPED_MAX);
		demand(seikyo_form_page(&form) >= 1, "pages begin at 1");
	}
	seikyo_form_wipe(&form);
}

static void fuzz_cookie(const char *header)
{
	const char *const end = header + strlen(header);
	size_t len = 0;
	const char *value = seikyo_request_cookie(header, "a", &len);

	demand(!value || (value > header && len <= (size_t)(end - value)),
	       "a cookie is a part of its header");
	demand(!value || !memchr(value, ';', len), "a cookie ends at a semicolon");
}

static void fuzz_certificate(const char *pem)
{
	uint8_t digest[32];
	char login[129];

	if (seikyo_certificate_read(pem, digest, login) == 0)
		demand(!*login || seikyo_typed_valid(login, strlen(login)),
		       "a login id is one that can be typed");
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return seikyo_text_locale();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size, true);

	fuzz_form((const char *)data, size);
	fuzz_cookie(text);
	seikyo_request_language(text);
	fuzz_certificate(text);
	free(text);
	return 0;
}
