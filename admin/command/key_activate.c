/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/keys.h"
#include "command/form.h"
#include "command/say.h"
#include "command/session.h"
#include "common/text.h"

static const char TEXT_ACTIVE[] = N_("New secrets are sealed under safe key %s from now on. Run "
				     "key reseal on a RADIUS server to "
				     "move the older ones.");
static const char TEXT_MORE[] =
	N_("Refused, with their names, until every RADIUS server has loaded the key.\n\n"
	   "How the keys are rolled, while logins go on, here from 1 to 2:\n\n"
	   "  1. key new DIR --id 2, and copy safe-2.key, envelope-2.key and\n"
	   "     envelope-2.crt beside the old ones into key_dir on every RADIUS\n"
	   "     server; restart the servers one after the other.\n"
	   "  2. key list: safe key 2 is loaded on all of them.\n\n"
	   "The safe key, under which the tokens' secrets are stored:\n\n"
	   "  3. key activate 2: first codes are sealed under it.\n"
	   "  4. key reseal on a RADIUS server: all older ones too. It may be\n"
	   "     interrupted and run again.\n"
	   "  5. key retire 1, and remove safe-1.key from key_dir on every server;\n"
	   "     restart them one after the other. Keep a copy as long as a backup\n"
	   "     of the database from before step 4 is kept.\n\n"
	   "The envelope key, to which a token is sealed from its installation to its\n"
	   "first code:\n\n"
	   "  6. When key list shows envelope key 2 on every server, put envelope-2.crt\n"
	   "     in the place of envelope-1.crt on every console. Note the time.\n"
	   "  7. When key list shows no installed token from before that time, remove\n"
	   "     envelope-1.key and envelope-1.crt on every RADIUS server and restart\n"
	   "     them. A token that still waits by then does not work: its user sets\n"
	   "     up a new one, which is possible at once.");

enum seikyo_exit seikyo_key_activate(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {
		.operands = "ID", .operand_count = 1, .more = TEXT_MORE};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	result = seikyo_session_open(context, SEIKYO_ACCOUNT_KEYS);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_session_result(
			context, seikyo_keys_activate(context->store, filled.operand[0]));
	if (result == SEIKYO_EXIT_DONE)
		seikyo_say(context, _(TEXT_ACTIVE), filled.operand[0]);
	return result;
}
