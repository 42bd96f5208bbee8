/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A link of the audit chain, and its hash as the database's audit_hash() makes it: here once more,
 * so that a database whose functions were changed is found out.
 */
#ifndef SEIKYO_ADMIN_AUDIT_H
#define SEIKYO_ADMIN_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#define SEIKYO_AUDIT_HASH_LEN 32

/* Texts are the caller's. by_user and on_user: below 0 for nobody. */
struct seikyo_audit_link {
	int64_t contract_id; /* 0: the service itself */
	int64_t number;	     /* from 1, without a gap */
	int64_t at;	     /* microseconds since 1970 */
	const char *act;
	const char *actor;
	int64_t by_user;
	int64_t on_user;
	const char *origin;
	const char *paper; /* NULL: none */
	const char *detail;
	uint8_t hash[SEIKYO_AUDIT_HASH_LEN]; /* as it stands in the row */
};

/* What the link's hash must be, after a link with the hash previous. Gives 0, or -1 (OpenSSL). */
int seikyo_audit_hash(const struct seikyo_audit_link *link,
		      const uint8_t previous[static SEIKYO_AUDIT_HASH_LEN],
		      uint8_t hash[static SEIKYO_AUDIT_HASH_LEN]);

#endif
