/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which of several database nodes to go to: a hint that the threads of a process share, never a
 * verdict. Every process lists the nodes in the same order and goes to the first that answers, so
 * that one node does all the writing (DESIGN section 9). No connection and no clock is known here:
 * now_ms is the caller's, CLOCK_MONOTONIC in milliseconds, above 0; nodes are numbered from 0.
 */
#ifndef SEIKYO_NODE_H
#define SEIKYO_NODE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define SEIKYO_NODES_MAX 8

struct seikyo_node {
	_Atomic int64_t away_until;  /* 0: it answers; else it is left alone until then */
	_Atomic unsigned generation; /* goes up with every fault that is found */
	atomic_bool told;	     /* that it is away */
};

struct seikyo_nodes {
	unsigned count;
	int64_t retry_ms;
	struct seikyo_node node[SEIKYO_NODES_MAX];
};

/*
 * count nodes, 1 to SEIKYO_NODES_MAX, all taken to answer; one that is away is left alone for
 * retry_seconds, and then tried by one thread while the others go on with the next. A node that is
 * the only one is never left alone.
 */
void seikyo_nodes_init(struct seikyo_nodes *nodes, unsigned count, unsigned retry_seconds);

/* What to remember with a connection to a node, from before it is opened. */
unsigned seikyo_node_generation(const struct seikyo_nodes *nodes, unsigned node);

/* The first node that answers, or nodes->count. */
unsigned seikyo_node_first(const struct seikyo_nodes *nodes);

/*
 * True if an open connection of this generation is the one to use: no fault was found with its node
 * since, and no node before it answers.
 */
bool seikyo_node_fits(const struct seikyo_nodes *nodes, unsigned node, unsigned generation);

/*
 * The next node to open a connection to, or -1 when each was given. First come, in order, those
 * that answer or that are to be tried again, then those that are left alone: nobody gives up
 * without having tried all. *tried begins as 0.
 */
int seikyo_node_next(struct seikyo_nodes *nodes, uint32_t *tried, int64_t now_ms);

/*
 * A node that was left alone long enough and stands before the first that answers, for the caller
 * alone to try; or -1.
 */
int seikyo_node_due(struct seikyo_nodes *nodes, int64_t now_ms);

/*
 * What was found with a connection, opened or tried to be opened under this generation; news of an
 * earlier one are no news. doubt: a call failed, the node is to be tried at once. away: it does not
 * answer. back: it does. away and back are true if that is worth telling: it was said otherwise
 * last. A fault that is found while back is called stands.
 */
void seikyo_node_doubt(struct seikyo_nodes *nodes, unsigned node, unsigned generation,
		       int64_t now_ms);
bool seikyo_node_away(struct seikyo_nodes *nodes, unsigned node, unsigned generation,
		      int64_t now_ms);
bool seikyo_node_back(struct seikyo_nodes *nodes, unsigned node, unsigned generation);

#endif
