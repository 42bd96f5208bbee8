/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which login comes next: each user in turn, then each once more with the code of the next step, so
 * that every code is spent once.
 */
#ifndef TESTS_BENCH_PLAN_H
#define TESTS_BENCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "person.h"

struct plan {
	unsigned first, users; /* numbers first .. first + users - 1 */
	int64_t step;	       /* of the first round */
	unsigned steps;	       /* rounds: one code each */
	bool again;	       /* the same codes in every round: for servers that take them */
	enum seikyo_totp_algorithm algorithm;
	unsigned wrong; /* of 1,000 logins, how many are typed wrong */
	bool codes;	/* the wrong ones have a wrong code; else a wrong password */
	size_t limit;	/* logins in all; 0: as many as there are codes */
	size_t next;	/* logins given out */
};

struct login {
	bool wrong;
	int64_t step;
	struct person person;
	char code[SEIKYO_TOTP_DIGITS_MAX + 1];
};

/* Which of so many users the login of this number is of, from 0: spread, so that no page of the
 * database is met by neighbours, and everybody comes once before anybody comes again. */
unsigned plan_user(size_t number, unsigned users);

/* The next login. 1, or 0 if all are spent; -1: OpenSSL failed. */
int plan_next(struct plan *plan, struct login *login);

/* True if the login's code, or one of the user's shortly before, is also that of another step
 * nearby: the server rightly takes the later one for used, and then has none for the earlier. Once
 * in some ten thousand logins. */
bool plan_ambiguous(const struct plan *plan, const struct login *login);

#endif
