/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The requests that everything starts from: such as a client sends, never with all that an Accept
 * takes.
 */
#ifndef TESTS_FUZZ_PACKET_SCENE_H
#define TESTS_FUZZ_PACKET_SCENE_H

#include "cast.h"
#include "draft.h"

struct scene {
	struct draft draft;
	struct draft_packet packet;
	size_t player;
	bool console; /* from the console's address, under its secret */
};

/* Makes the draft of one, for the player and the client that are set; id too. */
void scene_write(struct scene *scene, const struct cast *cast, struct chance *chance);

#endif
