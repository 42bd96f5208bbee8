/* SPDX-License-Identifier: GPL-2.0-only */
/* Opening service after the database was restored, or its cluster made anew; closing it by hand. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "admin/store/operator.h"
#include "admin/store/recover.h"
#include "command/form.h"
#include "command/recover_file.h"
#include "command/recover_report.h"
#include "command/say.h"
#include "command/session.h"
#include "common/text.h"

#define PATIENCE 3600 /* seconds: every user's row is written, in one transaction */

#define MOMENT_LEN 19 /* characters of "2026-11-22 11:50:00" */

enum { AUDIT, WITHOUT_AUDIT, NOTHING_LOST, CLOSE, REPORT, CHECK, YES };

static const char TEXT_MORE[] =
	N_("After a restore there is no service until it was said what became of what was lost: "
	   "one of --audit, --without-audit and --nothing-lost. All of it is done at once, or "
	   "nothing. Whichever it is, no code from before is taken, and everybody logs in anew.");
static const char TEXT_WHICH[] =
	N_("One of --audit FILE, --without-audit, --nothing-lost, --close and --report is wanted; "
	   "see seikyo-otp recover --help.");
static const char TEXT_CLOSED[] =
	N_("The service is closed. Nobody can log in until seikyo-otp recover has opened it.");
static const char TEXT_BLIND[] =
	N_("Without the audit trail nobody can say what was done since the backup. Every live "
	   "token is revoked (%lld). Passwords, locks, closings, certificates and policies are as "
	   "they were when the backup was made: compare them with the branch's papers.");
static const char TEXT_MOVED[] = N_(
	"The newest act in this database is of %s, the newest login of %s (UTC). If anything was "
	"done since, it is lost, and revoked tokens and old passwords are good again.");
static const char TEXT_ASK[] = N_("Go on? Type yes: ");
static const char TEXT_YES[] = N_("Nothing was done. To go on without being asked, add --yes.");
static const char TEXT_WOULD[] = N_("Nothing was changed. This is what would be done:");
static const char TEXT_OPEN[] = N_("The service is open.");

/* What one is told before he goes on. */
struct standing {
	int64_t tokens; /* live */
	char act[MOMENT_LEN + 1];
	char login[MOMENT_LEN + 1];
};

/* A moment of the database's, to the second; "-" for none. */
static void take_moment(const struct seikyo_value *value, char text[static MOMENT_LEN + 1])
{
	snprintf(text, MOMENT_LEN + 1, "%s",
		 value->type == SEIKYO_VALUE_BYTES ? (const char *)value->bytes : "-");
}

static int take_standing(void *context, const struct seikyo_value *values, const char *const *names,
			 size_t count)
{
	struct standing *standing = context;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i], "live_tokens") == 0)
			standing->tokens = values[i].integer;
		else if (strcmp(names[i], "newest_act_at") == 0)
			take_moment(&values[i], standing->act);
		else if (strcmp(names[i], "newest_login_at") == 0)
			take_moment(&values[i], standing->login);
	}
	return 0;
}

static bool answered_yes(void)
{
	char line[8];

	if (!isatty(STDIN_FILENO))
		return false;
	fputs(_(TEXT_ASK), stderr);
	return fgets(line, sizeof(line), stdin) && strcmp(line, "yes\n") == 0;
}

/* Says what it means to go on without a trail, or as if nothing was lost. DONE if that is wanted.
 */
static enum seikyo_exit confirm(struct seikyo_context *context, const struct seikyo_filled *filled)
{
	struct standing standing = {0};
	const enum seikyo_exit result = seikyo_session_result(
		context, seikyo_operator_show_service(context->store, take_standing, &standing));

	if (result != SEIKYO_EXIT_DONE)
		return result;
	if (filled->option[NOTHING_LOST])
		seikyo_say(context, _(TEXT_MOVED), standing.act, standing.login);
	else
		seikyo_say(context, _(TEXT_BLIND), (long long)standing.tokens);
	if (filled->option[CHECK] || filled->option[YES] || answered_yes())
		return SEIKYO_EXIT_DONE;
	seikyo_say_error("%s", _(TEXT_YES));
	return SEIKYO_EXIT_USAGE;
}

static enum seikyo_exit take_lines(struct seikyo_context *context, const char *lines, size_t len)
{
	return seikyo_session_result(context,
				     seikyo_operator_recover_take(context->store, lines, len));
}

/* Brings what the export has beyond this database's own trail. */
static enum seikyo_exit bring_trail(struct seikyo_context *context, const char *name)
{
	struct seikyo_audit_heads own = {0};
	enum seikyo_exit result;

	result = seikyo_session_result(context, seikyo_operator_recover_begin(context->store));
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_operator_list_audit_heads(context->store,
								  seikyo_audit_heads_row, &own));
	if (result == SEIKYO_EXIT_DONE) {
		seikyo_audit_heads_sort(&own);
		result = seikyo_recover_read(context, name, &own, take_lines);
	}
	seikyo_audit_heads_close(&own);
	return result;
}

static enum seikyo_exit recover(struct seikyo_context *context, const struct seikyo_filled *filled)
{
	const char *mode = filled->option[AUDIT]	   ? "trail"
			   : filled->option[WITHOUT_AUDIT] ? "no-trail"
							   : "nothing-lost";
	const bool check = filled->option[CHECK] != NULL;
	struct seikyo_table table = {seikyo_recover_columns, SEIKYO_RECOVER_COLUMNS, json_array()};
	enum seikyo_exit result = SEIKYO_EXIT_DONE;

	if (filled->option[AUDIT])
		result = bring_trail(context, filled->option[AUDIT]);
	else
		result = confirm(context, filled);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(context,
					       seikyo_operator_recover(context->store, mode, check,
								       seikyo_table_row, &table));
	if (result == SEIKYO_EXIT_DONE) {
		seikyo_say(context, "%s", check ? _(TEXT_WOULD) : _(TEXT_OPEN));
		seikyo_recover_report(context, &table);
	}
	/* What was brought and is of no more use is not kept. */
	if (filled->option[AUDIT] && (check || result != SEIKYO_EXIT_DONE))
		seikyo_operator_recover_begin(context->store);
	seikyo_table_close(&table);
	return result;
}

static enum seikyo_exit close_service(struct seikyo_context *context)
{
	const enum seikyo_exit result =
		seikyo_session_result(context, seikyo_operator_close_service(context->store));

	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, "%s", _(TEXT_CLOSED));
	return result;
}

static enum seikyo_exit show_report(struct seikyo_context *context)
{
	struct seikyo_table table = {seikyo_recover_columns, SEIKYO_RECOVER_COLUMNS, json_array()};
	const enum seikyo_exit result = seikyo_session_result(
		context, seikyo_operator_show_recovery(context->store, seikyo_table_row, &table));

	if (result == SEIKYO_EXIT_DONE)
		seikyo_recover_report(context, &table);
	seikyo_table_close(&table);
	return result;
}

/* True if exactly one way was chosen, and closing and reporting come alone. */
static bool one_way(const struct seikyo_filled *filled)
{
	unsigned ways = 0;

	for (int i = AUDIT; i <= REPORT; i++)
		ways += filled->option[i] != NULL;
	return ways == 1 &&
	       !((filled->option[CLOSE] || filled->option[REPORT]) && filled->option[CHECK]);
}

enum seikyo_exit seikyo_recover(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {
		.options = {[AUDIT] = {"audit", "FILE",
				       N_("Go on from this export of the audit trail, newer than "
					  "the backup"),
				       true},
			    [WITHOUT_AUDIT] = {"without-audit", NULL,
					       N_("There is none: revoke every token"), true},
			    [NOTHING_LOST] = {"nothing-lost", NULL,
					      N_("The files were moved, and nothing is missing"),
					      true},
			    [CLOSE] = {"close", NULL,
				       N_("Close the service after a restore that leaves no trace"),
				       true},
			    [REPORT] = {"report", NULL,
					N_("Tell again what the last recovery did and left"), true},
			    [CHECK] = {"check", NULL,
				       N_("Say what would be done, and change nothing"), true},
			    [YES] = {"yes", NULL, N_("Do not ask"), true}},
		.more = TEXT_MORE,
	};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	if (!one_way(&filled)) {
		seikyo_say_error("%s", _(TEXT_WHICH));
		return SEIKYO_EXIT_USAGE;
	}
	context->patience = PATIENCE;
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_OPERATOR);
	if (result != SEIKYO_EXIT_DONE)
		return result;
	if (filled.option[CLOSE])
		return close_service(context);
	return filled.option[REPORT] ? show_report(context) : recover(context, &filled);
}
