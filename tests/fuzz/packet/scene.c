/* SPDX-License-Identifier: GPL-2.0-only */
#include "scene.h"

#include <stdio.h>
#include <string.h>

enum {
	PURPOSE_CONSOLE = 2,
	PURPOSE_CONFIRMATION = 3,
};

#define ACCESS_REQUEST 1
#define CHAP_PASSWORD  3
#define CHAP_CHALLENGE 60
#define EAP_MESSAGE    79
#define MICROSOFT      311
#define MS_RESPONSE    1
#define MS_CHALLENGE   11

/* What is at hand for one request. */
struct set {
	struct draft *draft;
	const struct cast *cast;
	const struct cast_player *player;
	struct chance *chance;
	size_t number; /* of the player */
	bool console;
};

static void add_hidden(struct set *set, uint32_t vendor, uint8_t number, const char *text)
{
	struct draft_item *item = draft_add(set->draft, vendor, number, text, strlen(text));

	if (item)
		item->hidden = true;
}

static void add_name(struct set *set)
{
	draft_add(set->draft, 0, DRAFT_USER_NAME, set->player->login, strlen(set->player->login));
	if (set->player->has_certificate)
		draft_add(set->draft, DRAFT_SEIKYO, DRAFT_SEIKYO_CERT, set->player->certificate,
			  CAST_CERTIFICATE);
}

static void add_purpose(struct set *set, uint8_t purpose)
{
	const uint8_t value[] = {0, 0, 0, purpose};

	draft_add(set->draft, DRAFT_SEIKYO, DRAFT_SEIKYO_PURPOSE, value, sizeof(value));
}

static void add_console(struct set *set)
{
	if (set->console)
		add_purpose(set, PURPOSE_CONSOLE);
}

static void right_password(struct set *set)
{
	add_name(set);
	add_hidden(set, 0, DRAFT_USER_PASSWORD, set->player->password);
	add_console(set);
}

static void wrong_password(struct set *set)
{
	char text[CAST_TEXT_MAX + 2];

	snprintf(text, sizeof(text), "%sx", set->player->password);
	if (chance_one_in(set->chance, 2))
		text[chance_below(set->chance, strlen(text) - 1)] ^= 1;
	add_name(set);
	add_hidden(set, 0, DRAFT_USER_PASSWORD, text);
	add_console(set);
}

static void unknown_name(struct set *set)
{
	char name[32];

	snprintf(name, sizeof(name), "nobody-%zu", chance_below(set->chance, 1000));
	draft_add(set->draft, 0, DRAFT_USER_NAME, name, strlen(name));
	add_hidden(set, 0, DRAFT_USER_PASSWORD, set->player->password);
}

static void code_with(struct set *set, const struct cast_state *state)
{
	add_name(set);
	add_hidden(set, 0, DRAFT_USER_PASSWORD, cast_code(set->player, set->chance));
	draft_add(set->draft, 0, DRAFT_STATE, state->bytes, state->len);
	add_console(set);
}

static void code(struct set *set)
{
	code_with(set, cast_newest(set->cast, set->number, set->console));
}

/* A State of before, or another player's, or one from another client. */
static void code_with_other_state(struct set *set)
{
	code_with(set, cast_any(set->cast, set->chance));
}

static void code_with_mixed_state(struct set *set)
{
	const struct cast_state *other = cast_any(set->cast, set->chance);
	struct cast_state mixed = *cast_newest(set->cast, set->number, set->console);
	size_t at = chance_below(set->chance, CAST_STATE_MAX);
	size_t len = chance_below(set->chance, CAST_STATE_MAX - at);

	memcpy(mixed.bytes + at, other->bytes + at, len);
	if (chance_one_in(set->chance, 4))
		mixed.len = (uint8_t)chance_below(set->chance, CAST_STATE_MAX);
	code_with(set, &mixed);
}

static void both_at_once(struct set *set)
{
	right_password(set);
	add_hidden(set, DRAFT_SEIKYO, DRAFT_SEIKYO_OTP, cast_code(set->player, set->chance));
}

static void code_behind_password(struct set *set)
{
	char text[2 * CAST_TEXT_MAX + 1];

	snprintf(text, sizeof(text), "%s%s", set->player->password,
		 cast_code(set->player, set->chance));
	text[128] = '\0';
	add_name(set);
	add_hidden(set, 0, DRAFT_USER_PASSWORD, text);
}

static void confirmation(struct set *set)
{
	uint8_t session[32];

	chance_fill(set->chance, session, sizeof(session));
	add_name(set);
	add_hidden(set, 0, DRAFT_USER_PASSWORD, set->player->password);
	draft_add(set->draft, DRAFT_SEIKYO, DRAFT_SEIKYO_SESSION, session, sizeof(session))
		->hidden = true;
	add_purpose(set, PURPOSE_CONFIRMATION);
}

/* Right in every other way, but with what cannot be checked. */
static void other_method(struct set *set)
{
	uint8_t bytes[64];

	chance_fill(set->chance, bytes, sizeof(bytes));
	if (chance_one_in(set->chance, 2))
		right_password(set);
	else
		add_name(set);
	switch (chance_below(set->chance, 4)) {
	case 0:
		draft_add(set->draft, 0, CHAP_PASSWORD, bytes, 17);
		draft_add(set->draft, 0, CHAP_CHALLENGE, bytes + 17, 16);
		break;
	case 1:
		draft_add(set->draft, MICROSOFT, MS_CHALLENGE, bytes, 8);
		draft_add(set->draft, MICROSOFT, MS_RESPONSE, bytes, 50);
		break;
	case 2:
		bytes[0] = (uint8_t)(1 + chance_below(set->chance, 4));
		bytes[2] = 0;
		bytes[3] = (uint8_t)chance_below(set->chance, sizeof(bytes));
		draft_add(set->draft, 0, EAP_MESSAGE, bytes,
			  chance_below(set->chance, sizeof(bytes)));
		break;
	default:
		draft_add(set->draft, 0, (uint8_t)(103 + chance_below(set->chance, 20)), bytes, 32);
	}
}

static void any_attributes(struct set *set)
{
	uint8_t bytes[DRAFT_VALUE_MAX];

	chance_fill(set->chance, bytes, sizeof(bytes));
	for (size_t i = 1 + chance_below(set->chance, 30); i > 0; i--)
		draft_add(set->draft, 0, (uint8_t)chance_next(set->chance), bytes,
			  chance_below(set->chance, 40));
}

static void (*const scenes[])(struct set *set) = {
	right_password,	       wrong_password,	      unknown_name, code,
	code_with_other_state, code_with_mixed_state, both_at_once, code_behind_password,
	confirmation,	       other_method,	      code,	    any_attributes,
};

void scene_write(struct scene *scene, const struct cast *cast, struct chance *chance)
{
	static const uint8_t zeros[SIGN_LEN];
	struct draft *draft = &scene->draft;
	struct set set = {draft,  cast,		 &cast->players[scene->player],
			  chance, scene->player, scene->console};

	draft->code = ACCESS_REQUEST;
	draft->count = 0;
	chance_fill(chance, draft->authenticator, SIGN_LEN);
	draft_add(draft, 0, DRAFT_SIGNATURE, zeros, sizeof(zeros));
	scenes[chance_below(chance, sizeof(scenes) / sizeof(scenes[0]))](&set);
}
