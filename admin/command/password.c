/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/password.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "admin/store/branch.h"
#include "command/say.h"
#include "command/session.h"
#include "command/terminal.h"
#include "common/text.h"
#include "core/secret.h"
#include "core/typed.h"

static const char TEXT_AGAIN[] = N_("The same again: ");
static const char TEXT_PROMPT[] = N_("New %s: ");
static const char TEXT_READ[] =
	N_("The %s could not be read from standard input: a line of 1 to %d "
	   "bytes is needed.");
static const char TEXT_FORM[] = N_("The %s must have 1 to %d bytes of valid UTF-8.");
static const char TEXT_DIFFER[] = N_("The two entries of the %s differ; nothing was changed.");
static const char TEXT_HASH[] =
	N_("The %s could not be hashed as the policy says ('%s', cost %lu); see "
	   "seikyo-otp policy list.");

/* A prompt holds only what this file puts there. */
#define PROMPT_MAX 64

static int read_twice(const char *what, char out[static SEIKYO_PASSWORD_MAX + 1])
{
	char again[SEIKYO_PASSWORD_MAX + 1];
	char prompt[PROMPT_MAX];
	int result = -1;

	snprintf(prompt, sizeof(prompt), _(TEXT_PROMPT), what);
	if (seikyo_terminal_ask(STDIN_FILENO, prompt, out, SEIKYO_PASSWORD_MAX + 1) < 0 ||
	    seikyo_terminal_ask(STDIN_FILENO, _(TEXT_AGAIN), again, sizeof(again)) < 0)
		seikyo_say_error(_(TEXT_READ), what, SEIKYO_PASSWORD_MAX);
	else if (strcmp(out, again) != 0)
		seikyo_say_error(_(TEXT_DIFFER), what);
	else
		result = 0;
	seikyo_secret_wipe(again, sizeof(again));
	return result;
}

static int read_once(const char *what, char out[static SEIKYO_PASSWORD_MAX + 1])
{
	if (seikyo_terminal_line(STDIN_FILENO, out, SEIKYO_PASSWORD_MAX + 1) == 0)
		return 0;
	seikyo_say_error(_(TEXT_READ), what, SEIKYO_PASSWORD_MAX);
	return -1;
}

enum seikyo_exit seikyo_password_read(const char *what, char out[static SEIKYO_PASSWORD_MAX + 1])
{
	const bool asked = isatty(STDIN_FILENO);

	if ((asked ? read_twice(what, out) : read_once(what, out)) < 0)
		goto out;
	if (seikyo_typed_valid(out, strlen(out)))
		return SEIKYO_EXIT_DONE;
	seikyo_say_error(_(TEXT_FORM), what, SEIKYO_PASSWORD_MAX);
out:
	seikyo_secret_wipe(out, SEIKYO_PASSWORD_MAX + 1);
	return SEIKYO_EXIT_USAGE;
}

static enum seikyo_exit hash(const char *what, const char *password,
			     const struct seikyo_branch_hash_policy *policy,
			     char out[static SEIKYO_HASH_MAX + 1])
{
	uint8_t salt[32];
	struct crypt_data work;

	if (RAND_bytes(salt, sizeof(salt)) == 1 &&
	    seikyo_password_hash(password, policy->prefix, policy->cost, salt, &work, out) == 0)
		return SEIKYO_EXIT_DONE;
	out[0] = '\0';
	seikyo_say_error(_(TEXT_HASH), what, policy->prefix, policy->cost);
	return SEIKYO_EXIT_USAGE;
}

enum seikyo_exit seikyo_password_hash_typed(struct seikyo_context *context, const char *what,
					    char out[static SEIKYO_HASH_MAX + 1])
{
	char password[SEIKYO_PASSWORD_MAX + 1] = "";
	struct seikyo_branch_hash_policy policy;
	enum seikyo_exit result;

	out[0] = '\0';
	/* The database is asked first: nobody should type a password twice to hear that it is away.
	 */
	result = seikyo_session_result(context, seikyo_branch_hash_policy(context->store, &policy));
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_password_read(what, password);
	if (result == SEIKYO_EXIT_DONE)
		result = hash(what, password, &policy, out);
	seikyo_secret_wipe(password, sizeof(password));
	return result;
}
