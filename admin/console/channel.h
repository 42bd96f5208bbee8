/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a request comes from and its answer goes: CGI (RFC 3875) or FastCGI, found out by itself.
 */
#ifndef SEIKYO_CONSOLE_CHANNEL_H
#define SEIKYO_CONSOLE_CHANNEL_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct seikyo_channel;

/* Gives the process's channel, to be closed by seikyo_channel_close; NULL: FastCGI cannot be used.
 */
struct seikyo_channel *seikyo_channel_open(void);

/* Waits for the next request. False: there is no more (CGI has one), or a signal came. */
bool seikyo_channel_next(struct seikyo_channel *channel, const volatile sig_atomic_t *stop);

/* A variable of the request, such as "REQUEST_URI"; "" if it is not there. */
const char *seikyo_channel_variable(const struct seikyo_channel *channel, const char *name);

/* Reads up to size bytes of the body; gives how many, fewer at its end, or -1. */
ssize_t seikyo_channel_read(struct seikyo_channel *channel, char *bytes, size_t size);

/* Writes to the web server. Gives 0, or -1: nobody listens any more. */
int seikyo_channel_write(struct seikyo_channel *channel, const char *bytes, size_t len);

/* Ends the request. */
void seikyo_channel_finish(struct seikyo_channel *channel);

/* Takes NULL. */
void seikyo_channel_close(struct seikyo_channel *channel);

#endif
