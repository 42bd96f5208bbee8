/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The keys of a RADIUS server, read from its key folder once at start (DESIGN section 4).
 */
#ifndef SEIKYO_KEYRING_H
#define SEIKYO_KEYRING_H

#include <stddef.h>

#include "core/mac.h"
#include "core/seal.h"

#define SEIKYO_KEYRING_MAX	 16 /* safe keys, and envelope keys */
#define SEIKYO_KEYRING_ERROR_MAX 512

struct seikyo_keyring {
	struct seikyo_mac mac; /* state.key */
	struct seikyo_safe_key safes[SEIKYO_KEYRING_MAX];
	size_t safe_count;
	struct seikyo_envelope_key envelopes[SEIKYO_KEYRING_MAX];
	size_t envelope_count;
};

/*
 * Reads state.key, every safe-ID.key and every envelope-ID.key with its envelope-ID.crt. state.key
 * and one of each of the others must be there. Symmetric keys are 64 hexadecimal digits, the others
 * PEM. A key file that others than owner and group can reach is refused. Gives 0, to be closed by
 * seikyo_keyring_close; or -1 with a sentence that names the file and what is wrong with it.
 */
int seikyo_keyring_load(struct seikyo_keyring *keyring, const char *folder,
			char error[static SEIKYO_KEYRING_ERROR_MAX]);

/* Wipes and frees. Takes one that is all zero. */
void seikyo_keyring_close(struct seikyo_keyring *keyring);

/*
 * The safe key to seal new secrets under: the one named, or, if id is empty, the only one there is.
 * NULL if there is none such.
 */
const struct seikyo_safe_key *seikyo_keyring_safe(const struct seikyo_keyring *keyring,
						  const char *id);

#endif
