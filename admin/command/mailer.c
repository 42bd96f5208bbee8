/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seikyo-otp mailer: takes one mail after the other from the outbox, hands it to the mail server
 * and puts down what came of it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "admin/store/mail.h"
#include "command/form.h"
#include "command/mailer_message.h"
#include "command/mailer_setting.h"
#include "command/mailer_smtp.h"
#include "command/say.h"
#include "command/session.h"
#include "command/table.h"
#include "common/text.h"

#define POLL_SECONDS  1
#define RETRY_SECONDS 1
#define ONCE_SECONDS  60 /* how long --once tries to put down that a mail was accepted */
#define STOP_SECONDS  10 /* the same for a service that is to end */
#define SETTLE_TRIES  2	 /* for a mail that was not accepted: it comes again anyway */

static const char TEXT_AWAY[] = N_("The database cannot be used: %s. Check that it runs, and the "
				   "settings in %s.");
static const char TEXT_BACK[] = N_("The database can be used again.");
static const char TEXT_SENT[] = N_("Mail %lld (%s) is sent: %s");
static const char TEXT_DEFERRED[] = N_("Mail %lld (%s) is not sent yet, and tried again later: %s");
static const char TEXT_FAILED[] = N_("Mail %lld (%s) is not sent, and never will be: %s");
static const char TEXT_UNSETTLED[] =
	N_("Mail %lld was accepted, but the database does not know it; the mail will be sent once "
	   "more, with the same Message-ID.");
static const char TEXT_MEMORY[] = N_("There is no memory left.");
static const char TEXT_LIBRARY[] = N_("libcurl cannot be used.");

struct mailer {
	struct seikyo_context *context;
	sigset_t stops; /* the signals that end us: blocked, and looked for between two mails */
	bool once;
	bool stop;
	bool away; /* and it has been said */
	unsigned counts[SEIKYO_SMTP_TAKEN + 1];
};

/* What one round came to. */
enum round { ROUND_AWAY = 0, ROUND_IDLE, ROUND_MAIL };

/* Waits that long for a signal to end; true if one has come, now or before. */
static bool wait_for_stop(struct mailer *mailer, time_t seconds)
{
	const struct timespec time = {.tv_sec = seconds};

	if (!mailer->stop && sigtimedwait(&mailer->stops, NULL, &time) > 0)
		mailer->stop = true;
	return mailer->stop;
}

static void say_away(struct mailer *mailer, const char *error)
{
	if (!mailer->away)
		seikyo_say_error(_(TEXT_AWAY), error, mailer->context->config_file);
	mailer->away = true;
}

/* True if there is a connection, an earlier one or a new one. */
static bool connected(struct mailer *mailer)
{
	struct seikyo_context *context = mailer->context;
	char error[SEIKYO_STORE_ERROR_MAX];

	if (seikyo_session_keeps(context))
		return true;
	seikyo_session_close(context);
	if (seikyo_session_connect(context, SEIKYO_ACCOUNT_MAILER, error) == SEIKYO_EXIT_DONE)
		return true;
	say_away(mailer, error);
	return false;
}

/* True if the call is done; says once if the database is away, and when it is back. */
static bool done(struct mailer *mailer, enum seikyo_call_result result)
{
	if (result != SEIKYO_CALL_DONE) {
		say_away(mailer, seikyo_store_error(mailer->context->store));
		return false;
	}
	if (mailer->away)
		seikyo_say_error("%s", _(TEXT_BACK));
	mailer->away = false;
	return true;
}

static bool settle_once(struct mailer *mailer, int64_t id, enum seikyo_smtp_result result,
			const char *words)
{
	struct seikyo_store *store;

	if (!connected(mailer))
		return false;
	store = mailer->context->store;
	switch (result) {
	case SEIKYO_SMTP_TAKEN:
		return done(mailer, seikyo_mail_sent(store, id, words));
	case SEIKYO_SMTP_NEVER:
		return done(mailer, seikyo_mail_fail(store, id, words));
	case SEIKYO_SMTP_LATER:
		break;
	}
	return done(mailer, seikyo_mail_defer(store, id, words));
}

static time_t monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/*
 * Puts down that a mail was accepted, whatever it takes: a service has nothing better to do than to
 * wait for the database; --once, and a service that is to end, wait for a bounded time.
 */
static bool settle_sent(struct mailer *mailer, int64_t id, const char *words)
{
	time_t until = monotonic() + ONCE_SECONDS;
	bool stopping = mailer->stop;

	while (!settle_once(mailer, id, SEIKYO_SMTP_TAKEN, words)) {
		if ((mailer->once || stopping) && monotonic() >= until)
			return false;
		if (stopping) {
			nanosleep(&(struct timespec){.tv_sec = RETRY_SECONDS}, NULL);
			continue;
		}
		stopping = wait_for_stop(mailer, RETRY_SECONDS);
		if (stopping)
			until = monotonic() + STOP_SECONDS;
	}
	return true;
}

static void settle(struct mailer *mailer, const struct seikyo_mail *mail,
		   enum seikyo_smtp_result result, const char *words)
{
	const long long id = mail->id;
	bool settled = false;

	if (result == SEIKYO_SMTP_TAKEN)
		settled = settle_sent(mailer, mail->id, words);
	for (int i = 0; result != SEIKYO_SMTP_TAKEN && !settled && i < SETTLE_TRIES; i++)
		settled = settle_once(mailer, mail->id, result, words);
	mailer->counts[result]++;
	if (result == SEIKYO_SMTP_TAKEN)
		seikyo_say(mailer->context, _(TEXT_SENT), id, mail->kind, words);
	else
		seikyo_say_error(result == SEIKYO_SMTP_NEVER ? _(TEXT_FAILED) : _(TEXT_DEFERRED),
				 id, mail->kind, words);
	if (result == SEIKYO_SMTP_TAKEN && !settled)
		seikyo_say_error(_(TEXT_UNSETTLED), id);
}

static void send_message(struct mailer *mailer, const struct seikyo_mail *mail, const char *bytes,
			 size_t len)
{
	struct seikyo_smtp *smtp = seikyo_smtp_open(&mailer->context->config);
	char words[SEIKYO_MAIL_ANSWER_MAX + 1];
	enum seikyo_smtp_result result;

	if (!smtp) {
		settle(mailer, mail, SEIKYO_SMTP_LATER, _(TEXT_MEMORY));
		return;
	}
	result = seikyo_smtp_send(smtp, mail->recipient, bytes, len, words);
	/* First of all; taking leave of the server can wait. */
	settle(mailer, mail, result, words);
	seikyo_smtp_close(smtp);
}

static void deliver(struct mailer *mailer, const struct seikyo_mail *mail)
{
	const char *error;
	char *bytes;
	size_t len;

	switch (seikyo_message_make(mail, &mailer->context->config, &bytes, &len, &error)) {
	case SEIKYO_MESSAGE_MADE:
		send_message(mailer, mail, bytes, len);
		free(bytes);
		return;
	case SEIKYO_MESSAGE_NO_SPACE:
		settle(mailer, mail, SEIKYO_SMTP_LATER, _(TEXT_MEMORY));
		return;
	case SEIKYO_MESSAGE_BAD:
		settle(mailer, mail, SEIKYO_SMTP_NEVER, error);
		return;
	}
}

static enum round work(struct mailer *mailer)
{
	struct seikyo_mail mail;

	if (!connected(mailer))
		return ROUND_AWAY;
	if (!done(mailer, seikyo_mail_claim(mailer->context->store, &mail)))
		return ROUND_AWAY;
	if (!mail.id)
		return ROUND_IDLE;
	deliver(mailer, &mail);
	return ROUND_MAIL;
}

/* Until told to end or, with --once, until nothing is due. */
static enum seikyo_exit run(struct mailer *mailer)
{
	while (!wait_for_stop(mailer, 0)) {
		const enum round round = work(mailer);

		if (mailer->once && round == ROUND_AWAY)
			return SEIKYO_EXIT_AWAY;
		if (mailer->once && round == ROUND_IDLE)
			break;
		if (round != ROUND_MAIL)
			wait_for_stop(mailer, POLL_SECONDS);
	}
	return SEIKYO_EXIT_DONE;
}

static void print_counts(const struct mailer *mailer)
{
	static const struct seikyo_column columns[] = {
		{"sent", N_("Sent"), SEIKYO_KIND_NUMBER},
		{"deferred", N_("To be tried again"), SEIKYO_KIND_NUMBER},
		{"failed", N_("Failed"), SEIKYO_KIND_NUMBER},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);

	json_array_append_new(table.rows,
			      json_pack("{s:i, s:i, s:i}", "sent",
					(int)mailer->counts[SEIKYO_SMTP_TAKEN], "deferred",
					(int)mailer->counts[SEIKYO_SMTP_LATER], "failed",
					(int)mailer->counts[SEIKYO_SMTP_NEVER]));
	seikyo_table_print_one(mailer->context, &table);
	seikyo_table_close(&table);
}

static void catch_signals(struct mailer *mailer)
{
	sigemptyset(&mailer->stops);
	sigaddset(&mailer->stops, SIGTERM);
	sigaddset(&mailer->stops, SIGINT);
	sigprocmask(SIG_BLOCK, &mailer->stops, NULL);
	/* A server that hangs up is an answer. */
	signal(SIGPIPE, SIG_IGN);
}

enum seikyo_exit seikyo_mailer(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {
		.options = {{"once", NULL, N_("Send what is due, and end"), true}},
	};
	struct mailer mailer = {.context = context};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	mailer.once = filled.option[0] != NULL;
	result = seikyo_session_configure(context);
	if (result == SEIKYO_EXIT_DONE)
		result = seikyo_mailer_check_settings(context);
	if (result != SEIKYO_EXIT_DONE)
		return result;
	if (seikyo_smtp_init() < 0) {
		seikyo_say_error("%s", _(TEXT_LIBRARY));
		return SEIKYO_EXIT_USAGE;
	}
	catch_signals(&mailer);
	/* A service's lines are wanted when they are written. */
	setlinebuf(stdout);
	result = run(&mailer);
	if (mailer.once)
		print_counts(&mailer);
	return result;
}
