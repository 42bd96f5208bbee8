/* SPDX-License-Identifier: GPL-2.0-only */
#include "store/node.h"

void seikyo_nodes_init(struct seikyo_nodes *nodes, unsigned count, unsigned retry_seconds)
{
	nodes->count = count;
	nodes->retry_ms = (int64_t)retry_seconds * 1000;
	for (unsigned i = 0; i < SEIKYO_NODES_MAX; i++) {
		atomic_init(&nodes->node[i].away_until, 0);
		atomic_init(&nodes->node[i].generation, 0);
		atomic_init(&nodes->node[i].told, false);
	}
}

unsigned seikyo_node_generation(const struct seikyo_nodes *nodes, unsigned node)
{
	return atomic_load(&nodes->node[node].generation);
}

static bool answers(const struct seikyo_nodes *nodes, unsigned node)
{
	return atomic_load(&nodes->node[node].away_until) == 0;
}

unsigned seikyo_node_first(const struct seikyo_nodes *nodes)
{
	unsigned node = 0;

	while (node < nodes->count && !answers(nodes, node))
		node++;
	return node;
}

bool seikyo_node_fits(const struct seikyo_nodes *nodes, unsigned node, unsigned generation)
{
	return seikyo_node_generation(nodes, node) == generation &&
	       seikyo_node_first(nodes) >= node;
}

/* True if the node answers, or, for one thread, once it has been left alone long enough. */
static bool take(struct seikyo_nodes *nodes, unsigned node, int64_t now_ms)
{
	int64_t until = atomic_load(&nodes->node[node].away_until);

	return until == 0 || (until <= now_ms &&
			      atomic_compare_exchange_strong(&nodes->node[node].away_until, &until,
							     now_ms + nodes->retry_ms));
}

int seikyo_node_next(struct seikyo_nodes *nodes, uint32_t *tried, int64_t now_ms)
{
	int left_alone = -1;

	for (unsigned node = 0; node < nodes->count; node++) {
		const uint32_t bit = (uint32_t)1 << node;

		if (*tried & bit)
			continue;
		if (take(nodes, node, now_ms)) {
			*tried |= bit;
			return (int)node;
		}
		if (left_alone < 0)
			left_alone = (int)node;
	}
	if (left_alone >= 0)
		*tried |= (uint32_t)1 << left_alone;
	return left_alone;
}

int seikyo_node_due(struct seikyo_nodes *nodes, int64_t now_ms)
{
	const unsigned end = seikyo_node_first(nodes);

	if (end == nodes->count)
		return -1;
	for (unsigned node = 0; node < end; node++) {
		if (take(nodes, node, now_ms))
			return (int)node;
	}
	return -1;
}

/* Of all who found the same fault, one leaves the node alone: true for him. */
static bool leave_alone(struct seikyo_nodes *nodes, unsigned node, unsigned generation,
			int64_t until_ms)
{
	if (nodes->count == 1 || !atomic_compare_exchange_strong(&nodes->node[node].generation,
								 &generation, generation + 1))
		return false;
	atomic_store(&nodes->node[node].away_until, until_ms);
	return true;
}

void seikyo_node_doubt(struct seikyo_nodes *nodes, unsigned node, unsigned generation,
		       int64_t now_ms)
{
	leave_alone(nodes, node, generation, now_ms);
}

bool seikyo_node_away(struct seikyo_nodes *nodes, unsigned node, unsigned generation,
		      int64_t now_ms)
{
	return leave_alone(nodes, node, generation, now_ms + nodes->retry_ms) &&
	       !atomic_exchange(&nodes->node[node].told, true);
}

bool seikyo_node_back(struct seikyo_nodes *nodes, unsigned node, unsigned generation)
{
	int64_t answering = 0;

	if (seikyo_node_generation(nodes, node) != generation)
		return false;
	atomic_store(&nodes->node[node].away_until, answering);
	if (seikyo_node_generation(nodes, node) != generation) {
		/* The 0 may stand over a fault that was found meanwhile: due at once. */
		atomic_compare_exchange_strong(&nodes->node[node].away_until, &answering, 1);
		return false;
	}
	return atomic_exchange(&nodes->node[node].told, false);
}
