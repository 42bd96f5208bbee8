/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The users of the benchmark: numbered from 1, everything about one follows from his number, so
 * that whoever fills a database and whoever sends requests need no list between them.
 */
#ifndef TESTS_BENCH_PERSON_H
#define TESTS_BENCH_PERSON_H

#include <stdint.h>

#include "core/totp.h"

#define PERSON_SECRET_LEN      20 /* what every peer takes */
#define PERSON_CERTIFICATE_LEN 32
#define PERSON_DIGITS	       6

struct person {
	unsigned number;
	char login[16];
	char password[20];
	uint8_t secret[PERSON_SECRET_LEN];
	uint8_t certificate[PERSON_CERTIFICATE_LEN]; /* SHA-256 of his certificate, as it were */
};

/* Gives 0, or -1 (OpenSSL failed). */
int person_make(unsigned number, struct person *person);

/* His code of one step, six digits and a NUL. Gives 0 or -1. */
int person_code(const struct person *person, enum seikyo_totp_algorithm algorithm, int64_t step,
		char code[static SEIKYO_TOTP_DIGITS_MAX + 1]);

/* Six digits that are none of his codes of the steps around. Gives 0 or -1. */
int person_wrong_code(const struct person *person, enum seikyo_totp_algorithm algorithm,
		      int64_t step, char code[static SEIKYO_TOTP_DIGITS_MAX + 1]);

#endif
