/* SPDX-License-Identifier: GPL-2.0-only */
#include "harm.h"

#include <string.h>

#define PROXY_STATE   33
#define STATUS_SERVER 12

static struct draft_item *any(struct draft *draft, struct chance *chance)
{
	return draft->count ? &draft->items[chance_below(chance, draft->count)] : NULL;
}

static void leave_out(struct draft *draft, struct chance *chance)
{
	struct draft_item *item = any(draft, chance);

	if (item)
		*item = draft->items[--draft->count];
}

static void repeat(struct draft *draft, struct chance *chance)
{
	const struct draft_item *item = any(draft, chance);
	const size_t copies = chance_one_in(chance, 20) ? 300 : 1;

	for (size_t i = 0; item && i < copies && draft->count < DRAFT_ITEMS; i++)
		draft->items[draft->count++] = *item;
}

static void change_order(struct draft *draft, struct chance *chance)
{
	struct draft_item *one = any(draft, chance), *other = any(draft, chance);
	struct draft_item kept;

	if (!one)
		return;
	kept = *one;
	*one = *other;
	*other = kept;
}

static void flip_bits(struct draft *draft, struct chance *chance)
{
	struct draft_item *item = any(draft, chance);

	for (size_t i = 1 + chance_below(chance, 3); item && item->len && i > 0; i--)
		item->value[chance_below(chance, item->len)] ^=
			(uint8_t)(1U << chance_below(chance, 8));
}

static void change_length(struct draft *draft, struct chance *chance)
{
	static const uint8_t lengths[] = {0,  1,   2,	3,   15,  16,  17,  31, 32,
					  33, 127, 128, 129, 240, 246, 247, 253};
	struct draft_item *item = any(draft, chance);

	if (item)
		item->len = lengths[chance_below(chance, sizeof(lengths))];
}

static void lie_about_length(struct draft *draft, struct chance *chance)
{
	struct draft_item *item = any(draft, chance);

	if (item)
		item->length_off = (int8_t)chance_next(chance);
}

static void change_number(struct draft *draft, struct chance *chance)
{
	struct draft_item *item = any(draft, chance);

	if (!item)
		return;
	item->number = (uint8_t)chance_next(chance);
	if (chance_one_in(chance, 4))
		item->vendor = chance_one_in(chance, 2) ? DRAFT_SEIKYO : 0;
}

static void show_or_hide(struct draft *draft, struct chance *chance)
{
	struct draft_item *item = any(draft, chance);

	if (item)
		item->hidden = !item->hidden;
}

static void add_any(struct draft *draft, struct chance *chance)
{
	uint8_t bytes[DRAFT_VALUE_MAX];

	chance_fill(chance, bytes, sizeof(bytes));
	draft_add(draft, 0, (uint8_t)chance_next(chance), bytes,
		  chance_below(chance, sizeof(bytes) + 1));
}

/* One of ours, of any size. */
static void add_ours(struct draft *draft, struct chance *chance)
{
	uint8_t bytes[DRAFT_VALUE_MAX];
	struct draft_item *item;

	chance_fill(chance, bytes, sizeof(bytes));
	item = draft_add(draft, DRAFT_SEIKYO, (uint8_t)chance_below(chance, 20), bytes,
			 chance_below(chance, chance_one_in(chance, 3) ? 247 : 40));
	if (item)
		item->hidden = chance_one_in(chance, 2);
}

/* A vendor's attribute with an inside that cannot be (RFC 2865 section 5.26). */
static void add_bad_vendor(struct draft *draft, struct chance *chance)
{
	uint8_t bytes[DRAFT_VALUE_MAX] = {0, 0, DRAFT_SEIKYO >> 8, DRAFT_SEIKYO & 0xff};

	chance_fill(chance, bytes + 4, sizeof(bytes) - 4);
	bytes[4] = (uint8_t)chance_below(chance, 20);
	draft_add(draft, 0, DRAFT_VENDOR, bytes, chance_below(chance, 40));
}

static void flood(struct draft *draft, struct chance *chance)
{
	uint8_t bytes[DRAFT_VALUE_MAX];
	const size_t len = chance_below(chance, sizeof(bytes) + 1);

	chance_fill(chance, bytes, sizeof(bytes));
	while (draft_add(draft, 0, PROXY_STATE, bytes, len))
		continue;
}

/* Bytes that are no text, or text that is longer than may be. */
static void spoil_text(struct draft *draft, struct chance *chance)
{
	static const char *const bad[] = {
		"",  "\xff",   "\xc0\x80", "\xed\xa0\x80", "\xe3", "\xf4\x90\x80\x80",
		"'", "\"; --", "%s%n",	   "\\",	   " ",	   "\r\n"};
	const uint8_t number = chance_one_in(chance, 2) ? DRAFT_USER_NAME : DRAFT_USER_PASSWORD;
	struct draft_item *item = draft_find(draft, 0, number);
	const char *text = bad[chance_below(chance, sizeof(bad) / sizeof(bad[0]))];
	size_t at, len;

	if (!item)
		return;
	at = chance_below(chance, item->len + 1U);
	/* The empty one stands for a NUL. */
	len = *text ? strlen(text) : 1;
	if (at + len > DRAFT_VALUE_MAX)
		return;
	memcpy(item->value + at, text, len);
	if (at + len > item->len)
		item->len = (uint8_t)(at + len);
}

static void add_attempt(struct draft *draft, struct chance *chance)
{
	uint8_t bytes[17];

	chance_fill(chance, bytes, sizeof(bytes));
	/* The same one now and then: what was answered is asked again. */
	if (chance_one_in(chance, 2))
		memset(bytes, (int)chance_below(chance, 4), sizeof(bytes));
	draft_add(draft, DRAFT_SEIKYO, DRAFT_SEIKYO_ATTEMPT, bytes,
		  chance_one_in(chance, 4) ? chance_below(chance, 18) : 16);
}

static void (*const harms[])(struct draft *draft, struct chance *chance) = {
	leave_out,     repeat,		 change_order,	flip_bits,    flip_bits,
	change_length, lie_about_length, change_number, show_or_hide, add_any,
	add_ours,      add_bad_vendor,	 flood,		spoil_text,   add_attempt,
};

static void add_state(struct draft *draft, const struct cast *cast, struct chance *chance)
{
	const struct cast_state *state = cast_any(cast, chance);

	draft_add(draft, 0, DRAFT_STATE, state->bytes, state->len);
}

void harm_draft(struct draft *draft, const struct cast *cast, struct chance *chance)
{
	const size_t count = sizeof(harms) / sizeof(harms[0]);
	const size_t choice = chance_below(chance, count + 1);

	if (choice == count)
		add_state(draft, cast, chance);
	else
		harms[choice](draft, chance);
}

/* Where a random attribute begins; 0: there is none. */
static size_t any_attribute(const struct draft_packet *packet, struct chance *chance)
{
	size_t passed = chance_below(chance, 12), found = 0;

	for (size_t at = DRAFT_HEADER; at + 2 <= packet->len && packet->bytes[at + 1] >= 2;
	     at += packet->bytes[at + 1]) {
		found = at;
		if (passed-- == 0)
			break;
	}
	return found;
}

static void set_length(struct draft_packet *packet, size_t len)
{
	packet->bytes[2] = (uint8_t)(len >> 8);
	packet->bytes[3] = (uint8_t)len;
}

static void change_bytes(struct draft_packet *packet, struct chance *chance)
{
	const size_t at = any_attribute(packet, chance);

	switch (chance_below(chance, 6)) {
	case 0:
		packet->bytes[chance_below(chance, packet->len)] ^=
			(uint8_t)(1U << chance_below(chance, 8));
		break;
	case 1:
		if (at)
			packet->bytes[at + 1] = (uint8_t)chance_next(chance);
		break;
	case 2: /* what is sent is shorter, or longer, than it says */
		packet->len = 1 + chance_below(chance, packet->len);
		break;
	case 3:
		chance_fill(chance, packet->bytes + packet->len, DRAFT_MAX - packet->len);
		packet->len = DRAFT_MAX;
		if (chance_one_in(chance, 2))
			set_length(packet, DRAFT_MAX);
		break;
	case 4:
		set_length(packet, chance_below(chance, packet->len + 100));
		break;
	default:
		packet->bytes[0] = (uint8_t)chance_next(chance);
	}
}

void harm_packet(struct draft_packet *packet, struct chance *chance)
{
	for (size_t i = 1 + chance_below(chance, 3); i > 0; i--)
		change_bytes(packet, chance);
	/* That one is answered by an Access-Accept. */
	if (packet->bytes[0] == STATUS_SERVER)
		packet->bytes[0]++;
}
