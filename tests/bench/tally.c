/* SPDX-License-Identifier: GPL-2.0-only */
#include "tally.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

double tally_now(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int tally_add(struct tally *tally, double latency)
{
	if (tally->count == tally->room) {
		const size_t room = tally->room == 0 ? 65536 : tally->room * 2;
		double *more = realloc(tally->latencies, room * sizeof(*more));

		if (more == NULL)
			return -1;
		tally->latencies = more;
		tally->room = room;
	}
	tally->latencies[tally->count++] = latency;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double quantile_us(const struct tally *tally, double share)
{
	if (tally->count == 0)
		return 0;
	return tally->latencies[(size_t)((double)(tally->count - 1) * share)] * 1e6;
}

void tally_print(struct tally *tally)
{
	const size_t logins = tally->accepted + tally->refused + tally->challenged;

	if (tally->count > 0)
		qsort(tally->latencies, tally->count, sizeof(*tally->latencies), compare);
	printf("{\"logins\": %zu, \"accepted\": %zu, \"refused\": %zu, \"challenged\": %zu, "
	       "\"timeouts\": %zu, \"bad\": %zu, \"unexpected\": %zu, \"seconds\": %.3f, "
	       "\"rate\": %.1f, \"p50_us\": %.0f, \"p99_us\": %.0f, \"max_us\": %.0f}\n",
	       logins, tally->accepted, tally->refused, tally->challenged, tally->timeouts,
	       tally->bad, tally->unexpected, tally->seconds,
	       tally->seconds > 0 ? (double)logins / tally->seconds : 0, quantile_us(tally, 0.5),
	       quantile_us(tally, 0.99), quantile_us(tally, 1));
}

void tally_free(struct tally *tally)
{
	free(tally->latencies);
}
