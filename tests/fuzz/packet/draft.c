/* SPDX-License-Identifier: GPL-2.0-only */
#include "draft.h"

#include <string.h>

#define BLOCK	   16
#define HIDDEN_MAX 240 /* whole blocks that an attribute holds */

struct draft_item *draft_add(struct draft *draft, uint32_t vendor, uint8_t number,
			     const void *value, size_t len)
{
	struct draft_item *item = &draft->items[draft->count];

	if (draft->count == DRAFT_ITEMS)
		return NULL;
	draft->count++;
	*item = (struct draft_item){.vendor = vendor, .number = number};
	item->len = (uint8_t)(len < DRAFT_VALUE_MAX ? len : DRAFT_VALUE_MAX);
	if (item->len)
		memcpy(item->value, value, item->len);
	return item;
}

struct draft_item *draft_find(struct draft *draft, uint32_t vendor, uint8_t number)
{
	for (size_t i = 0; i < draft->count; i++) {
		if (draft->items[i].vendor == vendor && draft->items[i].number == number)
			return &draft->items[i];
	}
	return NULL;
}

/* The value as it is sent. Gives its length. */
static size_t value_of(const struct draft *draft, const struct draft_item *item, struct sign *sign,
		       uint8_t out[static DRAFT_VALUE_MAX])
{
	size_t len = item->len;

	memset(out, 0, DRAFT_VALUE_MAX);
	memcpy(out, item->value, len);
	if (item->hidden && len > 0 && len <= HIDDEN_MAX) {
		len = (len + BLOCK - 1) / BLOCK * BLOCK;
		sign_hide(sign, draft->authenticator, out, len);
	}
	return len;
}

/* What stands in front of a value; gives its length. */
static size_t front_of(const struct draft_item *item, size_t len, uint8_t *at)
{
	const uint8_t said = (uint8_t)(len + 2 + (size_t)item->length_off);

	if (item->vendor == 0) {
		at[0] = item->number;
		at[1] = said;
		return 2;
	}
	at[0] = DRAFT_VENDOR;
	at[1] = (uint8_t)(len + 8);
	at[2] = (uint8_t)(item->vendor >> 24);
	at[3] = (uint8_t)(item->vendor >> 16);
	at[4] = (uint8_t)(item->vendor >> 8);
	at[5] = (uint8_t)item->vendor;
	at[6] = item->number;
	at[7] = said;
	return 8;
}

static void write_item(const struct draft *draft, const struct draft_item *item, struct sign *sign,
		       struct draft_packet *packet)
{
	uint8_t value[DRAFT_VALUE_MAX];
	size_t len = value_of(draft, item, sign, value);
	const size_t most = item->vendor == 0 ? DRAFT_VALUE_MAX : DRAFT_VALUE_MAX - 6;

	if (len > most)
		len = most;
	if (packet->len + 8 + len > DRAFT_MAX)
		return;
	packet->len += front_of(item, len, packet->bytes + packet->len);
	if (!packet->signature && item->vendor == 0 && item->number == DRAFT_SIGNATURE &&
	    len == SIGN_LEN)
		packet->signature = packet->len;
	memcpy(packet->bytes + packet->len, value, len);
	packet->len += len;
}

void draft_write(const struct draft *draft, struct sign *sign, struct draft_packet *packet)
{
	packet->bytes[0] = draft->code;
	packet->bytes[1] = draft->id;
	memcpy(packet->bytes + 4, draft->authenticator, SIGN_LEN);
	packet->len = DRAFT_HEADER;
	packet->signature = 0;
	for (size_t i = 0; i < draft->count; i++)
		write_item(draft, &draft->items[i], sign, packet);
	packet->bytes[2] = (uint8_t)(packet->len >> 8);
	packet->bytes[3] = (uint8_t)packet->len;
}

void draft_sign(struct sign *sign, struct draft_packet *packet)
{
	/* A server takes as many bytes as the packet says. */
	const size_t said = (size_t)packet->bytes[2] << 8 | packet->bytes[3];
	const size_t len = said < packet->len ? said : packet->len;
	uint8_t value[SIGN_LEN];

	if (!packet->signature || packet->signature + SIGN_LEN > len)
		return;
	memset(packet->bytes + packet->signature, 0, SIGN_LEN);
	sign_bytes(sign, packet->bytes, len, value);
	memcpy(packet->bytes + packet->signature, value, SIGN_LEN);
}
