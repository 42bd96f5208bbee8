/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seikyo-console: the pages for users and master users, behind a web server. CGI or FastCGI.
 *
 *	seikyo-console --check		reads the settings, says what is wrong with them, and ends
 *
 * The settings file is named by SEIKYO_CONSOLE_CONFIG, or is /etc/seikyo-otp/console.conf.
 */
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "console/log.h"
#include "console/route.h"
#include "console/start.h"
#include "console/store.h"
#include "core/secret.h"

/* Seconds for one request, whatever hangs: RADIUS servers and database have limits of their own. */
#define REQUEST_SECONDS 60

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void catch_signals(void)
{
	struct sigaction action = {.sa_handler = stop};

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGUSR1, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

static void serve(struct seikyo_console *console, struct seikyo_channel *channel)
{
	struct seikyo_request request;
	const enum seikyo_request_result result = seikyo_request_read(&request, channel);
	struct seikyo_visit visit = {.console = console, .request = &request};

	if (result == SEIKYO_REQUEST_GOOD)
		seikyo_route(&visit);
	else
		seikyo_route_refuse(&visit, result);
	if (seikyo_response_send(&visit.response, channel) < 0)
		seikyo_log("the answer to %s could not be sent", request.path);
	seikyo_response_wipe(&visit.response);
	seikyo_form_wipe(&visit.form);
	seikyo_secret_wipe(&visit, sizeof(visit));
	seikyo_request_wipe(&request);
}

static int check(struct seikyo_console *console)
{
	if (!seikyo_console_store(console))
		return EXIT_FAILURE;
	puts(_("The settings are right, and the database answers."));
	return EXIT_SUCCESS;
}

static int serve_all(struct seikyo_console *console)
{
	struct seikyo_channel *channel = seikyo_channel_open();

	if (!channel) {
		seikyo_log("FastCGI cannot be used here");
		return EXIT_FAILURE;
	}
	while (seikyo_channel_next(channel, &stopped)) {
		alarm(REQUEST_SECONDS);
		serve(console, channel);
		seikyo_channel_finish(channel);
		alarm(0);
	}
	seikyo_channel_close(channel);
	return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	const char *file = getenv("SEIKYO_CONSOLE_CONFIG");
	char error[SEIKYO_START_ERROR_MAX];
	struct seikyo_console console;
	int result;

	/* libfcgi frees requests and answers as they are: what is freed is overwritten, whoever
	 * frees it. */
	mallopt(M_PERTURB, 0x55);
	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--check") != 0)) {
		fputs("usage: seikyo-console [--check]\n", stderr);
		return 2;
	}
	if (seikyo_text_locale() < 0 || seikyo_store_init() < 0) {
		seikyo_log("this machine has neither a UTF-8 locale set nor C.UTF-8");
		return EXIT_FAILURE;
	}
	if (seikyo_start_open(&console, file ? file : SEIKYO_CONSOLE_FILE, error) < 0) {
		seikyo_log("%s", error);
		return EXIT_FAILURE;
	}
	catch_signals();
	result = argc == 2 ? check(&console) : serve_all(&console);
	seikyo_start_close(&console);
	return result;
}
