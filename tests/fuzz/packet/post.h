/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sends hostile packets to the servers and judges what comes back, whatever it answers to: never an
 * Access-Accept, never a reply that is not signed, and whoever asks calmly is answered in time.
 */
#ifndef TESTS_FUZZ_PACKET_POST_H
#define TESTS_FUZZ_PACKET_POST_H

#include "scene.h"

struct post_tally {
	uint64_t sent, rejects, challenges;
	uint64_t late; /* of these, after another request had the same id */
};

struct post;

/* From the environment that tests/stack writes. It ends the program where that will not do. */
struct post *post_new(struct cast *cast);
void post_free(struct post *post);

/* The secret's signer for a client. */
struct sign *post_sign(struct post *post, bool console);

/* The id that the next packet of this client must have. */
uint8_t post_id(const struct post *post, bool console);

/* Sends a packet, number of the run, to the servers by turns. */
void post_send(struct post *post, const struct scene *scene, uint64_t number);

/*
 * Waits until the servers have taken all that was sent, and looks at what they answered. False if
 * something is wrong, after saying what.
 */
bool post_settle(struct post *post);

const struct post_tally *post_tally(const struct post *post);

#endif
