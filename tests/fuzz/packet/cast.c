/* SPDX-License-Identifier: GPL-2.0-only */
#include "cast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void refuse(const char *file, const char *why)
{
	fprintf(stderr, "packet: %s: %s\n", file, why);
	exit(2);
}

static bool take_text(char out[static CAST_TEXT_MAX + 1], const char *word)
{
	if (!word || !*word || strlen(word) > CAST_TEXT_MAX)
		return false;
	strcpy(out, word);
	return true;
}

static bool take_certificate(struct cast_player *player, const char *word)
{
	unsigned byte;

	if (!word)
		return false;
	if (strcmp(word, "-") == 0)
		return true;
	player->has_certificate = true;
	for (size_t i = 0; i < CAST_CERTIFICATE; i++) {
		if (sscanf(word + 2 * i, "%2x", &byte) != 1)
			return false;
		player->certificate[i] = (uint8_t)byte;
	}
	return word[2 * CAST_CERTIFICATE] == '\0';
}

static bool take_player(struct cast_player *player, char *line)
{
	static const char blanks[] = " \n";
	const char *word;

	if (!take_text(player->login, strtok(line, blanks)) ||
	    !take_text(player->password, strtok(NULL, blanks)) ||
	    !take_certificate(player, strtok(NULL, blanks)))
		return false;
	while ((word = strtok(NULL, blanks)) != NULL) {
		if (player->code_count == CAST_CODES ||
		    !take_text(player->codes[player->code_count++], word))
			return false;
	}
	return player->code_count > 0;
}

void cast_read(struct cast *cast, const char *file)
{
	FILE *in = fopen(file, "re");
	char *line = NULL;
	size_t room = 0;

	if (!in)
		refuse(file, "cannot be read");
	while (getline(&line, &room, in) > 0) {
		if (cast->count == CAST_PLAYERS ||
		    !take_player(&cast->players[cast->count++], line))
			refuse(file, "a line is not LOGIN PASSWORD CERTIFICATE CODE...");
	}
	free(line);
	fclose(in);
	if (cast->count == 0)
		refuse(file, "is empty");
}

void cast_learn(struct cast *cast, size_t player, bool console, const uint8_t *state, size_t len)
{
	struct cast_state *newest = &cast->newest[2 * player + console];

	if (len == 0 || len > CAST_STATE_MAX)
		return;
	newest->player = player;
	newest->console = console;
	newest->len = (uint8_t)len;
	memcpy(newest->bytes, state, len);
	cast->states[cast->given++ % CAST_STATES] = *newest;
}

const struct cast_state *cast_newest(const struct cast *cast, size_t player, bool console)
{
	return &cast->newest[2 * player + console];
}

const struct cast_state *cast_any(const struct cast *cast, struct chance *chance)
{
	const size_t count = cast->given < CAST_STATES ? cast->given : CAST_STATES;

	return &cast->states[count ? chance_below(chance, count) : 0];
}

const char *cast_code(const struct cast_player *player, struct chance *chance)
{
	return player->codes[chance_below(chance, player->code_count)];
}
