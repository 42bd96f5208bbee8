/* SPDX-License-Identifier: GPL-2.0-only */
#include "plan.h"

#include <string.h>

#define NEARBY 6 /* steps */

/* Spread evenly over the logins; a prime, so that it meets every user. */
static bool is_wrong(const struct plan *plan, size_t number)
{
	return number * 7919 % 1000 < plan->wrong;
}

unsigned plan_user(size_t number, unsigned users)
{
	const size_t stride = 611953; /* a prime */

	return (unsigned)((number % users) * (users % stride == 0 ? 1 : stride) % users);
}

int plan_next(struct plan *plan, struct login *login)
{
	const size_t number = plan->next;
	const size_t all = (size_t)plan->users * plan->steps;
	const int64_t step = plan->step + (plan->again ? 0 : (int64_t)(number / plan->users));

	if (number >= all || (plan->limit > 0 && number >= plan->limit))
		return 0;
	plan->next++;
	login->wrong = is_wrong(plan, number);
	login->step = step;
	if (person_make(plan->first + plan_user(number, plan->users), &login->person) < 0)
		return -1;
	if (login->wrong && !plan->codes)
		login->person.password[0] = 'q';
	if (login->wrong && plan->codes)
		return person_wrong_code(&login->person, plan->algorithm, step, login->code) < 0
			       ? -1
			       : 1;
	return person_code(&login->person, plan->algorithm, step, login->code) < 0 ? -1 : 1;
}

/* True if the code of this step is also that of another nearby. */
static bool doubled(const struct plan *plan, const struct person *person, int64_t step)
{
	char code[SEIKYO_TOTP_DIGITS_MAX + 1], other[SEIKYO_TOTP_DIGITS_MAX + 1];

	if (person_code(person, plan->algorithm, step, code) < 0)
		return false;
	for (int64_t i = step - NEARBY; i <= step + NEARBY; i++) {
		if (i != step && person_code(person, plan->algorithm, i, other) == 0 &&
		    strcmp(code, other) == 0)
			return true;
	}
	return false;
}

bool plan_ambiguous(const struct plan *plan, const struct login *login)
{
	for (int64_t step = login->step - NEARBY; step <= login->step; step++) {
		if (doubled(plan, &login->person, step))
			return true;
	}
	return false;
}
