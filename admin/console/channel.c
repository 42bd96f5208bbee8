/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/channel.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <fcgiapp.h>

struct seikyo_channel {
	bool is_cgi;
	bool had_one;
	FCGX_Request request;
};

struct seikyo_channel *seikyo_channel_open(void)
{
	struct seikyo_channel *channel = calloc(1, sizeof(*channel));

	if (!channel)
		return NULL;
	channel->is_cgi = FCGX_IsCGI();
	if (!channel->is_cgi &&
	    (FCGX_Init() != 0 ||
	     FCGX_InitRequest(&channel->request, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0)) {
		free(channel);
		return NULL;
	}
	return channel;
}

bool seikyo_channel_next(struct seikyo_channel *channel, const volatile sig_atomic_t *stop)
{
	if (channel->is_cgi) {
		const bool first = !channel->had_one;

		channel->had_one = true;
		return first;
	}
	return !*stop && FCGX_Accept_r(&channel->request) == 0;
}

const char *seikyo_channel_variable(const struct seikyo_channel *channel, const char *name)
{
	const char *value =
		channel->is_cgi ? getenv(name) : FCGX_GetParam(name, channel->request.envp);

	return value ? value : "";
}

ssize_t seikyo_channel_read(struct seikyo_channel *channel, char *bytes, size_t size)
{
	size_t got;

	if (!channel->is_cgi)
		return FCGX_GetStr(bytes, (int)size, channel->request.in);
	got = fread(bytes, 1, size, stdin);
	return ferror(stdin) ? -1 : (ssize_t)got;
}

int seikyo_channel_write(struct seikyo_channel *channel, const char *bytes, size_t len)
{
	if (!len)
		return 0;
	if (channel->is_cgi)
		return fwrite(bytes, 1, len, stdout) == len ? 0 : -1;
	return FCGX_PutStr(bytes, (int)len, channel->request.out) == (int)len ? 0 : -1;
}

void seikyo_channel_finish(struct seikyo_channel *channel)
{
	if (channel->is_cgi)
		fflush(stdout);
	else
		FCGX_Finish_r(&channel->request);
}

void seikyo_channel_close(struct seikyo_channel *channel)
{
	if (channel && !channel->is_cgi)
		FCGX_Free(&channel->request, 1);
	free(channel);
}
