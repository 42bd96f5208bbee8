/* SPDX-License-Identifier: GPL-2.0-only */
#include "person.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#define STEPS_AROUND 12 /* further than any server looks for a code */

int person_make(unsigned number, struct person *person)
{
	uint8_t seed[EVP_MAX_MD_SIZE];
	char text[32];
	int len = snprintf(text, sizeof(text), "bench person %u", number);

	if (EVP_Digest(text, (size_t)len, seed, NULL, EVP_sha512(), NULL) != 1)
		return -1;
	person->number = number;
	snprintf(person->login, sizeof(person->login), "b%07u", number);
	snprintf(person->password, sizeof(person->password), "pw-%02x%02x%02x%02x-x", seed[0],
		 seed[1], seed[2], seed[3]);
	memcpy(person->secret, seed + 4, PERSON_SECRET_LEN);
	memcpy(person->certificate, seed + 4 + PERSON_SECRET_LEN, PERSON_CERTIFICATE_LEN);
	return 0;
}

int person_code(const struct person *person, enum seikyo_totp_algorithm algorithm, int64_t step,
		char code[static SEIKYO_TOTP_DIGITS_MAX + 1])
{
	const struct seikyo_totp totp = {algorithm, PERSON_DIGITS, person->secret,
					 PERSON_SECRET_LEN};

	return seikyo_totp_code(&totp, step, code);
}

/* 1 if code is that of a step around, 0 if not, -1 if it can't be told. */
static int is_code(const struct person *person, enum seikyo_totp_algorithm algorithm, int64_t step,
		   const char *code)
{
	char right[SEIKYO_TOTP_DIGITS_MAX + 1];
	int found = 0;

	for (int64_t at = step - STEPS_AROUND; at <= step + STEPS_AROUND; at++) {
		if (person_code(person, algorithm, at, right) < 0)
			return -1;
		found |= strcmp(right, code) == 0;
	}
	return found;
}

int person_wrong_code(const struct person *person, enum seikyo_totp_algorithm algorithm,
		      int64_t step, char code[static SEIKYO_TOTP_DIGITS_MAX + 1])
{
	int found = 1;

	for (unsigned i = 0; found == 1; i++) {
		snprintf(code, SEIKYO_TOTP_DIGITS_MAX + 1, "%06u", i);
		found = is_code(person, algorithm, step, code);
	}
	return found;
}
