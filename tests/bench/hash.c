/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How many password hashes this machine computes each second, with a thread on every core and
 *nothing else to do:
 *
 *	hash SETTING SECONDS
 *
 * SETTING is one of crypt(5), as $y$j9T$saltsalt$. Prints one JSON object: {"rate": per second}.
 */
#include <crypt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tally.h"

#define THREADS_MAX 1024

struct worker {
	pthread_t thread;
	const char *setting;
	double end, last;
	size_t count;
};

static void *work(void *context)
{
	struct worker *worker = context;
	struct crypt_data data = {0};

	while ((worker->last = tally_now()) < worker->end) {
		if (crypt_rn("password", worker->setting, &data, sizeof(data)) == NULL) {
			fprintf(stderr, "hash: libcrypt does not take this setting\n");
			exit(2);
		}
		worker->count++;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static struct worker workers[THREADS_MAX];
	const long cores = sysconf(_SC_NPROCESSORS_ONLN);
	const double start = tally_now();
	double rate = 0;

	if (argc != 3 || cores < 1 || cores > THREADS_MAX) {
		fprintf(stderr, "hash: SETTING SECONDS\n");
		return 2;
	}
	for (long i = 0; i < cores; i++) {
		workers[i].setting = argv[1];
		workers[i].end = start + strtod(argv[2], NULL);
		if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
			return 2;
	}
	for (long i = 0; i < cores; i++) {
		pthread_join(workers[i].thread, NULL);
		rate += (double)workers[i].count / (workers[i].last - start);
	}
	printf("{\"rate\": %.2f}\n", rate);
	return 0;
}
