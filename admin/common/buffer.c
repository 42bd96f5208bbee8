/* SPDX-License-Identifier: GPL-2.0-only */
#include "common/buffer.h"

#include <stdlib.h>
#include <string.h>

#include "core/secret.h"

#define FIRST_ROOM 4096

/* Not realloc: it leaves what it moves. */
static bool make_room(struct seikyo_buffer *buffer, size_t more)
{
	size_t room = buffer->room ? buffer->room : FIRST_ROOM;
	char *text;

	if (buffer->failed)
		return false;
	if (more <= buffer->room - buffer->len)
		return true;
	while (room - buffer->len < more)
		room *= 2;
	text = malloc(room);
	buffer->failed = !text;
	if (!text)
		return false;
	if (buffer->len)
		memcpy(text, buffer->text, buffer->len);
	seikyo_secret_wipe(buffer->text, buffer->len);
	free(buffer->text);
	buffer->text = text;
	buffer->room = room;
	return true;
}

void seikyo_buffer_add(struct seikyo_buffer *buffer, const char *text, size_t len)
{
	if (!len || !make_room(buffer, len))
		return;
	memcpy(buffer->text + buffer->len, text, len);
	buffer->len += len;
}

void seikyo_buffer_put(struct seikyo_buffer *buffer, const char *text)
{
	seikyo_buffer_add(buffer, text, strlen(text));
}

void seikyo_buffer_close(struct seikyo_buffer *buffer)
{
	seikyo_secret_wipe(buffer->text, buffer->len);
	free(buffer->text);
	*buffer = (struct seikyo_buffer){0};
}
