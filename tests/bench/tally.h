/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What came of a run: counts and latencies, printed as one JSON object.
 */
#ifndef TESTS_BENCH_TALLY_H
#define TESTS_BENCH_TALLY_H

#include <stddef.h>

struct tally {
	size_t accepted, refused, challenged; /* last replies of whole logins */
	size_t timeouts;		      /* logins without an answer */
	size_t bad;			      /* replies that are not the server's */
	size_t unexpected;		      /* right logins refused, and wrong ones accepted */
	double seconds;
	size_t count, room;
	double *latencies; /* seconds, of each login that was answered */
};

/* Monotonic seconds. */
double tally_now(void);

/* Notes one latency. Gives 0 or -1 (out of memory). */
int tally_add(struct tally *tally, double latency);

/* Prints counts, rate per second, and p50, p99 and maximum in microseconds. */
void tally_print(struct tally *tally);

void tally_free(struct tally *tally);

#endif
