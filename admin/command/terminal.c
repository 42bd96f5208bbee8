/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "core/secret.h"

/* One byte of fd: 1, 0 at the end, -1 on error. */
static int read_byte(int fd, char *byte)
{
	ssize_t got;

	do
		got = read(fd, byte, 1);
	while (got < 0 && errno == EINTR);
	return (int)got;
}

int seikyo_terminal_line(int fd, char *line, size_t size)
{
	size_t len = 0;
	char byte = '\0';
	int bad = 0;
	int got;

	while ((got = read_byte(fd, &byte)) > 0 && byte != '\n') {
		if (!byte || len + 1 >= size)
			bad = 1;
		else
			line[len++] = byte;
	}
	seikyo_secret_wipe(&byte, sizeof(byte));
	if (got < 0 || bad || !len) {
		seikyo_secret_wipe(line, size);
		return -1;
	}
	line[len] = '\0';
	return 0;
}

/*
 * Waits until fd has a line, or one of the blocked signals has come. The signal stays pending: it
 * takes its course when it is unblocked. Gives 0 for a line, -1 for a signal or an error.
 */
static int wait_line(int fd, const sigset_t *signals)
{
	struct pollfd waits[2] = {{.fd = fd, .events = POLLIN}, {.fd = -1, .events = POLLIN}};
	int ready;

	waits[1].fd = signalfd(-1, signals, SFD_CLOEXEC);
	if (waits[1].fd < 0)
		return -1;
	do
		ready = poll(waits, 2, -1);
	while (ready < 0 && errno == EINTR);
	close(waits[1].fd);
	return ready > 0 && !waits[1].revents ? 0 : -1;
}

/* The signals that would leave the terminal without echo. What is ignored stays ignored. */
static void collect_signals(sigset_t *signals)
{
	static const int ending[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP};
	struct sigaction action;

	sigemptyset(signals);
	for (size_t i = 0; i < sizeof(ending) / sizeof(ending[0]); i++)
		if (sigaction(ending[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			sigaddset(signals, ending[i]);
}

int seikyo_terminal_ask(int fd, const char *prompt, char *line, size_t size)
{
	struct termios shown, hidden;
	sigset_t signals, before;
	int result = -1;

	line[0] = '\0';
	if (tcgetattr(fd, &shown) < 0)
		return -1;
	hidden = shown;
	hidden.c_lflag &= (tcflag_t)~ECHO;
	collect_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, &before);
	if (tcsetattr(fd, TCSAFLUSH, &hidden) == 0) {
		fputs(prompt, stderr);
		if (wait_line(fd, &signals) == 0)
			result = seikyo_terminal_line(fd, line, size);
		fputc('\n', stderr);
		tcsetattr(fd, TCSANOW, &shown);
	}
	if (result < 0)
		seikyo_secret_wipe(line, size);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return result;
}
