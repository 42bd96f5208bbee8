/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all subcommands share: the table's form, what goes along from options to database, and the
 * exit codes.
 */
#ifndef SEIKYO_COMMAND_H
#define SEIKYO_COMMAND_H

#include <stdbool.h>

#include "common/config.h"
#include "common/database.h"
#include "store/connection.h"

enum seikyo_exit {
	SEIKYO_EXIT_DONE = 0,
	SEIKYO_EXIT_REFUSED = 1, /* a rule said no; nothing was changed */
	SEIKYO_EXIT_USAGE = 2,	 /* wrong arguments, input, settings or files on this machine */
	SEIKYO_EXIT_AWAY = 3,	 /* the database is away or did not answer as it should */
};

struct seikyo_command;

/* One run of the program. */
struct seikyo_context {
	const struct seikyo_command *command;
	const char *config_file;
	bool json;
	unsigned patience; /* seconds for an answer of the database; 0: the setting timeout */
	struct seikyo_config config;	 /* from seikyo_session_open on; main wipes it */
	struct seikyo_database database; /* which server the next connection goes to */
	struct seikyo_store *store;	 /* from seikyo_session_open on; main closes it */
};

/* A subcommand takes its own arguments; argv[0] is the program's name with the subcommand's. */
typedef enum seikyo_exit (*seikyo_command_fn)(struct seikyo_context *context, int argc,
					      char **argv);

struct seikyo_command {
	const char *name; /* one to three words, blank-separated; none begins with all of another */
	seikyo_command_fn function;
	const char *help; /* one line */
};

enum seikyo_exit seikyo_contract_add(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_contract_list(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_contract_show(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_contract_start(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_contract_close(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_user_add(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_user_list(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_user_import(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_user_show(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_user_close(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_user_change(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_user_password(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_user_confirmation_password(struct seikyo_context *context, int argc,
						   char **argv);
enum seikyo_exit seikyo_certificate_add(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_certificate_list(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_certificate_remove(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_token_list(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_token_show(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_unlock(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_revoke(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_mail_domain_list(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_mail_domain_add(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_mail_domain_remove(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_audit_list(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_audit_verify(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_audit_export(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_prune(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_recover(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_policy_list(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_policy_set(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_key_new(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_key_inventory(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_key_activate(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_key_reseal(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_key_retire(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_key_forget_server(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_login_explain(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_metrics(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_status(struct seikyo_context *context, int argc, char **argv);
enum seikyo_exit seikyo_mailer(struct seikyo_context *context, int argc, char **argv);

#endif
