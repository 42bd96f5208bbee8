/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/branch.h"
#include "command/certificate_file.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/moment.h"
#include "common/text.h"

static const char TEXT_ADDED[] =
	N_("The certificate with SHA-256 %s is registered for %s. It is valid "
	   "until %s (Japan time).");
static const char TEXT_REMOVED[] = N_("The certificate with SHA-256 %s is no longer one of %s.");
static const char TEXT_DIGEST[] =
	N_("'%s' is no SHA-256 digest: it has 64 hex digits, as seikyo-otp user "
	   "certificate list shows them.");

static void say_added(const struct seikyo_context *context, const char *login_id,
		      const struct seikyo_certificate *certificate)
{
	char hex[2 * SEIKYO_SHA256_LEN + 1];
	char end[SEIKYO_MOMENT_LEN + 1] = "";
	int64_t microseconds;

	seikyo_text_hex(certificate->sha256, SEIKYO_SHA256_LEN, hex);
	if (seikyo_moment_parse(certificate->valid_until, &microseconds) == 0)
		seikyo_moment_japan(microseconds, end);
	seikyo_say(context, _(TEXT_ADDED), hex, login_id, end);
}

enum seikyo_exit seikyo_certificate_add(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.operands = "LOGIN-ID FILE.pem|-",
						.operand_count = 2};
	struct seikyo_certificate certificate;
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);

	const char *login_id = filled.operand[0];

	result = seikyo_certificate_read(filled.operand[1], &certificate);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context,
			seikyo_branch_add_certificate(context->store, login_id, certificate.sha256,
						      certificate.valid_until));
	if (result != SEIKYO_EXIT_DONE)
		return result;
	say_added(context, login_id, &certificate);
	return result;
}

enum seikyo_exit seikyo_certificate_list(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.operands = "LOGIN-ID", .operand_count = 1};
	static const struct seikyo_column columns[] = {
		{"sha256", N_("SHA-256"), SEIKYO_KIND_HEX},
		{"valid_until", N_("Valid until"), SEIKYO_KIND_MOMENT},
		{"added_at", N_("Registered"), SEIKYO_KIND_MOMENT},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_branch_list_certificates(context->store, filled.operand[0],
								 seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_table_print(context, &table);
	seikyo_table_close(&table);
	return result;
}

enum seikyo_exit seikyo_certificate_remove(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {.operands = "LOGIN-ID SHA256", .operand_count = 2};
	uint8_t sha256[SEIKYO_SHA256_LEN];
	char hex[2 * SEIKYO_SHA256_LEN + 1];
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);

	const char *login_id = filled.operand[0];

	if (seikyo_text_unhex(filled.operand[1], sha256, sizeof(sha256)) < 0) {
		seikyo_say_error(_(TEXT_DIGEST), filled.operand[1]);
		return SEIKYO_EXIT_USAGE;
	}
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_BRANCH);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(context, seikyo_branch_remove_certificate(
								context->store, login_id, sha256));
	if (result != SEIKYO_EXIT_DONE)
		return result;
	seikyo_text_hex(sha256, sizeof(sha256), hex);
	seikyo_say(context, _(TEXT_REMOVED), hex, login_id);
	return result;
}
