/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seikyo-otp, the operator command: finds the subcommand and runs it.
 */
#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "command/form.h"
#include "command/say.h"
#include "common/text.h"

static const char TEXT_USAGE[] =
	N_("Usage: seikyo-otp [--config FILE] [--json] COMMAND [ARGUMENT...]\n"
	   "Registers contracts and users, revokes tokens, sets policy, makes keys.\n\n");
static const char TEXT_MORE[] =
	N_("\nPasswords are read from standard input, one line, or asked for on a terminal.\n"
	   "Exit code: 0 done, 1 refused by a rule, 2 wrong use or settings, 3 database away.\n"
	   "`seikyo-otp COMMAND --help` explains the arguments of a command.\n"
	   "Settings are read from %s or the FILE given.\n");
static const char TEXT_UNKNOWN[] = N_("There is no command '%s'; see seikyo-otp --help.");
static const char TEXT_PARTS[] = N_("There is no such command; those that begin with '%s' are:");
static const char TEXT_LOCALE[] = N_("This machine has neither a UTF-8 locale set nor C.UTF-8.");
static const char TEXT_WRITE[] = N_("The command was carried out, but its result could not be "
				    "written to standard output.");

static const struct seikyo_command commands[] = {
	{"contract add", seikyo_contract_add, N_("Registers a contract")},
	{"contract list", seikyo_contract_list, N_("Lists the contracts")},
	{"contract show", seikyo_contract_show, N_("Shows a contract with its users by state")},
	{"contract start", seikyo_contract_start,
	 N_("Sets the day from which a contract is under OTP")},
	{"contract close", seikyo_contract_close,
	 N_("Closes a contract and its users on a paper request")},
	{"user add", seikyo_user_add,
	 N_("Registers a user of a contract; reads the login password")},
	{"user import", seikyo_user_import,
	 N_("Registers many users from a CSV file, all or none")},
	{"user list", seikyo_user_list,
	 N_("Lists users, or those who are locked or wait for a re-issue")},
	{"user show", seikyo_user_show, N_("Shows a user with counters, locks and last logins")},
	{"user change", seikyo_user_change, N_("Changes a user's name and mail address")},
	{"user close", seikyo_user_close, N_("Closes a user on a paper request")},
	{"user password", seikyo_user_password, N_("Sets a user's login password")},
	{"user confirmation-password", seikyo_user_confirmation_password,
	 N_("Sets a master user's confirmation password")},
	{"user certificate add", seikyo_certificate_add,
	 N_("Registers a user's client certificate")},
	{"user certificate list", seikyo_certificate_list,
	 N_("Lists a user's client certificates")},
	{"user certificate remove", seikyo_certificate_remove,
	 N_("Removes one of a user's client certificates")},
	{"token list", seikyo_token_list,
	 N_("Lists the live tokens of a contract's users, or of all")},
	{"token show", seikyo_token_show, N_("Shows a user's tokens, the newest first")},
	{"unlock", seikyo_unlock, N_("Frees a user whose codes are locked, on a paper request")},
	{"revoke", seikyo_revoke, N_("Revokes a user's token on a paper request")},
	{"mail-domain list", seikyo_mail_domain_list, N_("Lists the mobile mail domains")},
	{"mail-domain add", seikyo_mail_domain_add,
	 N_("Takes a domain's addresses as mobile ones")},
	{"mail-domain remove", seikyo_mail_domain_remove, N_("Takes a domain off the list")},
	{"policy list", seikyo_policy_list, N_("Lists the policy with bounds and meaning")},
	{"policy set", seikyo_policy_set, N_("Sets one item of the policy")},
	{"key new", seikyo_key_new, N_("Makes the keys of the RADIUS servers and the console")},
	{"key list", seikyo_key_inventory,
	 N_("Says which RADIUS server has which keys, and what needs them")},
	{"key activate", seikyo_key_activate,
	 N_("Makes a safe key the one to seal under; how a key is rolled")},
	{"key reseal", seikyo_key_reseal,
	 N_("Seals every token's secret anew under the active safe key")},
	{"key retire", seikyo_key_retire, N_("Gives up a safe key that nothing needs any more")},
	{"key forget-server", seikyo_key_forget_server,
	 N_("Forgets a RADIUS server that is out of service")},
	{"login explain", seikyo_login_explain,
	 N_("Says in words why a login ended as it did, and what to do")},
	{"metrics", seikyo_metrics, N_("Prints counters in Prometheus's text format")},
	{"audit list", seikyo_audit_list, N_("Lists what was done, by whom and to whom")},
	{"audit verify", seikyo_audit_verify,
	 N_("Checks that nothing in the audit trail was changed or removed")},
	{"audit export", seikyo_audit_export,
	 N_("Writes the audit trail to a file, to be kept elsewhere")},
	{"prune", seikyo_prune, N_("Deletes login events beyond their retention")},
	{"recover", seikyo_recover, N_("Opens the service again after the database was restored")},
	{"mailer", seikyo_mailer, N_("Sends the mails of the outbox; a service")},
	{"status", seikyo_status,
	 N_("Shows whether all is well; for people and monitoring systems")},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* What the options in front of the subcommand give. */
struct start {
	struct seikyo_context *context;
	int first; /* index of the subcommand's first word; 0: none */
	bool help;
};

static error_t parse_start(int key, char *argument, struct argp_state *state)
{
	struct start *start = state->input;

	(void)argument;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = start->context;
		return 0;
	case 'h':
		start->help = true;
		return 0;
	case ARGP_KEY_ARG:
		/* From here on the words are the subcommand's. */
		start->first = state->next - 1;
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_command(FILE *out, const struct seikyo_command *command)
{
	fprintf(out, "  %-26s  %s\n", command->name, _(command->help));
}

static void print_usage(FILE *out)
{
	fputs(_(TEXT_USAGE), out);
	for (size_t i = 0; i < COMMANDS; i++)
		print_command(out, &commands[i]);
	fprintf(out, _(TEXT_MORE), SEIKYO_CONFIG_FILE);
}

/* How many of argv's words are the command's name, 0 if they are not. */
static int words_taken(const struct seikyo_command *command, int argc, char **argv)
{
	const char *name = command->name;

	for (int i = 0; i < argc; i++) {
		const size_t len = strcspn(name, " ");

		if (strlen(argv[i]) != len || strncmp(argv[i], name, len) != 0)
			return 0;
		if (!name[len])
			return i + 1;
		name += len + 1;
	}
	return 0;
}

static bool begins_with(const struct seikyo_command *command, const char *word)
{
	const size_t len = strlen(word);

	return strncmp(command->name, word, len) == 0 && command->name[len] == ' ';
}

/* Says what could have been meant by words that are no command. */
static enum seikyo_exit refuse_words(const char *word)
{
	bool found = false;

	for (size_t i = 0; i < COMMANDS; i++) {
		if (!begins_with(&commands[i], word))
			continue;
		if (!found)
			seikyo_say_error(_(TEXT_PARTS), word);
		found = true;
		print_command(stderr, &commands[i]);
	}
	if (!found)
		seikyo_say_error(_(TEXT_UNKNOWN), word);
	return SEIKYO_EXIT_USAGE;
}

static enum seikyo_exit run(struct seikyo_context *context, int argc, char **argv)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		const int words = words_taken(&commands[i], argc, argv);
		char title[64];

		if (!words)
			continue;
		snprintf(title, sizeof(title), "seikyo-otp %s", commands[i].name);
		argv[words - 1] = title;
		context->command = &commands[i];
		return commands[i].function(context, argc - words + 1, argv + words - 1);
	}
	return refuse_words(argv[0]);
}

static enum seikyo_exit start_and_run(struct seikyo_context *context, int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"help", 'h', NULL, 0, NULL, 0},
		{0},
	};
	static const struct argp_child children[] = {{&seikyo_form_common, 0, NULL, 0}, {0}};
	static const struct argp argp = {options, parse_start, NULL, NULL, children, NULL, NULL};
	struct start start = {.context = context};

	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER | ARGP_NO_HELP, NULL, &start))
		return SEIKYO_EXIT_USAGE;
	if (start.help || !start.first) {
		print_usage(start.help ? stdout : stderr);
		return start.help ? SEIKYO_EXIT_DONE : SEIKYO_EXIT_USAGE;
	}
	return run(context, argc - start.first, argv + start.first);
}

int main(int argc, char **argv)
{
	struct seikyo_context context = {.config_file = SEIKYO_CONFIG_FILE};
	enum seikyo_exit result;

	argp_err_exit_status = SEIKYO_EXIT_USAGE;
	if (seikyo_text_locale() < 0) {
		seikyo_say_error("%s", _(TEXT_LOCALE));
		return SEIKYO_EXIT_USAGE;
	}
	result = start_and_run(&context, argc, argv);
	seikyo_store_close(context.store);
	seikyo_config_wipe(&context.config);
	if ((fflush(stdout) || ferror(stdout)) && result == SEIKYO_EXIT_DONE) {
		seikyo_say_error("%s", _(TEXT_WRITE));
		return SEIKYO_EXIT_USAGE;
	}
	return (int)result;
}
