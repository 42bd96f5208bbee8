/* SPDX-License-Identifier: GPL-2.0-only */
/* State: nobody without the key makes or changes one. */
#include "fuzz.h"

#include "core/state.h"

static struct seikyo_mac ours, others;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static const uint8_t keys[2][SEIKYO_KEY_LEN] = {"the key of the fuzz corpus", "another"};

	(void)argc;
	(void)argv;
	demand(seikyo_mac_open(&ours, keys[0]) == 0 && seikyo_mac_open(&others, keys[1]) == 0,
	       "there are keys");
	return 0;
}

/* Whatever is sent: only what we would have made ourselves is good. */
static void check_bytes(const uint8_t *data, size_t size)
{
	const bool has_prefix = size >= 3 && memcmp(data, "SKY", 3) == 0;
	struct seikyo_state state;
	uint8_t again[SEIKYO_STATE_LEN];
	enum seikyo_state_verdict verdict = seikyo_state_decode(data, size, &ours, &state);

	demand((verdict == SEIKYO_STATE_FOREIGN) == !has_prefix,
	       "what has not our prefix is another's, and nothing else is");
	if (verdict == SEIKYO_STATE_GOOD)
		demand(seikyo_state_encode(&state, &ours, again) == 0 && size == sizeof(again) &&
			       memcmp(again, data, size) == 0,
		       "a good State is one that we make");
	else
		demand(fuzz_all_zero(&state, sizeof(state)), "nothing comes out of another");
	demand(seikyo_state_decode(data, size, &others, &state) != SEIKYO_STATE_GOOD,
	       "no State is good under a key that never made one");
}

static void take_state(struct fuzz_input *input, struct seikyo_state *state)
{
	memset(state, 0, sizeof(*state));
	state->purpose = fuzz_byte(input);
	state->stage = fuzz_byte(input);
	fuzz_take(input, &state->user, sizeof(state->user));
	fuzz_take(input, &state->issued, sizeof(state->issued));
	fuzz_take(input, state->nonce, sizeof(state->nonce));
	fuzz_take(input, state->certificate, sizeof(state->certificate));
	fuzz_take(input, state->password, sizeof(state->password));
	fuzz_take(input, state->group, sizeof(state->group));
}

/* One of ours with these fields: it comes back, and no changed, cut or longer one does. */
static void check_fields(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	const size_t place = fuzz_byte(&input) % SEIKYO_STATE_LEN;
	const uint8_t change = fuzz_byte(&input);
	const size_t len = fuzz_byte(&input);
	uint8_t bytes[256] = {0};
	struct seikyo_state state, back;

	take_state(&input, &state);
	demand(seikyo_state_encode(&state, &ours, bytes) == 0, "a State is made");
	demand(seikyo_state_decode(bytes, SEIKYO_STATE_LEN, &ours, &back) == SEIKYO_STATE_GOOD &&
		       memcmp(&state, &back, sizeof(state)) == 0,
	       "and read");
	demand(len == SEIKYO_STATE_LEN ||
		       seikyo_state_decode(bytes, len, &ours, &back) != SEIKYO_STATE_GOOD,
	       "of another length it is not good");
	bytes[place] ^= change;
	demand(change == 0 || seikyo_state_decode(bytes, SEIKYO_STATE_LEN, &ours, &back) !=
				      SEIKYO_STATE_GOOD,
	       "changed it is not good");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_bytes(data, size);
	check_fields(data, size);
	return 0;
}
