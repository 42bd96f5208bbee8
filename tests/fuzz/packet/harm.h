/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is done to a good request: to its attributes before it is signed, and to its bytes before or
 * after.
 */
#ifndef TESTS_FUZZ_PACKET_HARM_H
#define TESTS_FUZZ_PACKET_HARM_H

#include "cast.h"
#include "draft.h"

/* Changes one thing of the draft. */
void harm_draft(struct draft *draft, const struct cast *cast, struct chance *chance);

/* Changes a few bytes, its length, or an attribute's; it never becomes a Status-Server. */
void harm_packet(struct draft_packet *packet, struct chance *chance);

#endif
