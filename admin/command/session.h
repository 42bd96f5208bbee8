/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The connection of one run, under the account that the subcommand needs, and what a call's result
 * means to the person who asked.
 */
#ifndef SEIKYO_COMMAND_SESSION_H
#define SEIKYO_COMMAND_SESSION_H

#include "command/command.h"
#include "store/call.h"

/* Which account: branch_*, operator_*, mail_*, keys_* procedures. */
enum seikyo_account {
	SEIKYO_ACCOUNT_BRANCH,
	SEIKYO_ACCOUNT_OPERATOR,
	SEIKYO_ACCOUNT_MAILER,
	SEIKYO_ACCOUNT_KEYS,
};

/* Reads the settings file into context->config. Says what is wrong. DONE or USAGE. */
enum seikyo_exit seikyo_session_configure(struct seikyo_context *context);

/*
 * Reads the settings and connects context->store, which main closes. Says what is wrong. DONE,
 * USAGE (settings) or AWAY.
 */
enum seikyo_exit seikyo_session_open(struct seikyo_context *context, enum seikyo_account account);

/*
 * As seikyo_session_open, for a context that is configured; but what keeps the database away goes
 * to error instead of the terminal.
 */
enum seikyo_exit seikyo_session_connect(struct seikyo_context *context, enum seikyo_account account,
					char error[static SEIKYO_STORE_ERROR_MAX]);

/* False once the connection should be given up between two uses, or if there is none. */
bool seikyo_session_keeps(const struct seikyo_context *context);

/* Closes context->store, if any, and keeps in mind which server was lost. */
void seikyo_session_close(struct seikyo_context *context);

/* The exit code of a call on context->store; says why it was refused or failed. */
enum seikyo_exit seikyo_session_result(const struct seikyo_context *context,
				       enum seikyo_call_result result);

#endif
