/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/audit_chain.h"
#include "command/audit_row.h"
#include "common/text.h"

int seikyo_audit_heads_add(struct seikyo_audit_heads *heads, const struct seikyo_audit_head *head)
{
	if (heads->count == heads->room) {
		const size_t room = heads->room ? 2 * heads->room : 64;
		struct seikyo_audit_head *items =
			reallocarray(heads->items, room, sizeof(*heads->items));

		if (!items)
			return -1;
		heads->items = items;
		heads->room = room;
	}
	heads->items[heads->count++] = *head;
	return 0;
}

int seikyo_audit_heads_row(void *context, const struct seikyo_value *values,
			   const char *const *names, size_t count)
{
	const struct seikyo_columns columns = {values, names, count};
	struct seikyo_audit_head head = {0};
	const char *contract;
	const char *hash;

	if (seikyo_columns_integer(&columns, "contract_id", &head.contract_id) < 0 ||
	    seikyo_columns_integer(&columns, "number", &head.number) < 0 ||
	    seikyo_columns_text(&columns, "contract_number", &contract) < 0 ||
	    seikyo_columns_text(&columns, "hash", &hash) < 0 || !contract || !hash ||
	    seikyo_text_unhex(hash, head.hash, sizeof(head.hash)) < 0)
		return -1;
	snprintf(head.contract, sizeof(head.contract), "%s", contract);
	return seikyo_audit_heads_add(context, &head);
}

static int compare(const void *a, const void *b)
{
	const struct seikyo_audit_head *left = a, *right = b;

	return (left->contract_id > right->contract_id) - (left->contract_id < right->contract_id);
}

void seikyo_audit_heads_sort(struct seikyo_audit_heads *heads)
{
	if (heads->count)
		qsort(heads->items, heads->count, sizeof(*heads->items), compare);
}

void seikyo_audit_heads_close(struct seikyo_audit_heads *heads)
{
	free(heads->items);
	*heads = (struct seikyo_audit_heads){0};
}

struct seikyo_audit_head *seikyo_audit_heads_find(const struct seikyo_audit_heads *heads,
						  int64_t contract_id)
{
	size_t low = 0, high = heads->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (heads->items[middle].contract_id < contract_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < heads->count && heads->items[low].contract_id == contract_id
		       ? &heads->items[low]
		       : NULL;
}
