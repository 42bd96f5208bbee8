/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/keys.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "common/text.h"

/* Counting what needs a key reads every token. */
#define PATIENCE 600

static const char TEXT_RETIRED[] = N_(
	"Safe key %s is retired: nothing is sealed under it any more. Its file can be removed from "
	"key_dir on every RADIUS server; keep a copy as long as a backup of the database from "
	"before the re-sealing is kept.");
static const char TEXT_FORGOTTEN[] = N_(
	"The RADIUS server %s is forgotten. If it still runs, it is back with its next connection "
	"to the database.");
static const char TEXT_RETIRE_MORE[] =
	N_("Refused while the key is the active one, and while a token is sealed under it: run key "
	   "reseal first. Retiring cannot be taken back: the id is never used again, and a RADIUS "
	   "server that would still seal under it is refused.");
static const char TEXT_FORGET_MORE[] =
	N_("A RADIUS server says by which name (server_name) it has which keys whenever it "
	   "connects to "
	   "the database. key activate waits for every one of them, so a server that is out of "
	   "service for good has to be forgotten. Forget none that still runs: a key could become "
	   "active that it does not have.");

enum seikyo_exit seikyo_key_retire(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {
		.operands = "ID", .operand_count = 1, .more = TEXT_RETIRE_MORE};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	context->patience = PATIENCE;
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_KEYS);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_keys_retire(context->store, filled.operand[0]));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_RETIRED), filled.operand[0]);
	return result;
}

enum seikyo_exit seikyo_key_forget_server(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {
		.operands = "NAME", .operand_count = 1, .more = TEXT_FORGET_MORE};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_KEYS);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_keys_forget_server(context->store, filled.operand[0]));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_FORGOTTEN), filled.operand[0]);
	return result;
}
