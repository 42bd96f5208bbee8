/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * packet: sends hostile Access-Requests to the servers of a stack, whose env it needs.
 *
 *	packet [--seed N] [--first N] [--count N | --seconds N] [--harm N] [--watch PID] CAST
 *
 * CAST: a file with the people that are played (cast.h). --harm 0: nothing is changed. Packet
 *number n of a seed is the same again, but for the States in it: --first n --count 1 sends it
 *alone.
 * --watch prints the memory that a process takes, after half of the packets and at the end. Exit 0,
 * 1 if something is wrong: an Accept, a reply that is not signed, a server that is gone; 2 wrong
 * use.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harm.h"
#include "post.h"

#define BATCH 32 /* packets at once */

struct run {
	uint64_t seed, first, count; /* count 0: as many as there is time for */
	time_t seconds;		     /* 0: as long as it takes */
	size_t harm;		     /* most changes to one request */
	const char *watched;
	const char *cast_file;
	struct cast cast;
	struct scene scene;
	struct post *post;
};

static void usage(void)
{
	fputs("usage: packet [--seed N] [--first N] [--count N | --seconds N] [--harm N] "
	      "[--watch PID] CAST\n",
	      stderr);
	exit(2);
}

static void read_option(struct run *run, const char *name, const char *value)
{
	const uint64_t number = strtoull(value, NULL, 10);

	if (strcmp(name, "--seed") == 0)
		run->seed = number;
	else if (strcmp(name, "--first") == 0)
		run->first = number;
	else if (strcmp(name, "--count") == 0)
		run->count = number;
	else if (strcmp(name, "--seconds") == 0)
		run->seconds = (time_t)number;
	else if (strcmp(name, "--harm") == 0)
		run->harm = (size_t)number;
	else if (strcmp(name, "--watch") == 0)
		run->watched = value;
	else
		usage();
}

static void read_options(struct run *run, int argc, char **argv)
{
	int at = 1;

	for (; at + 1 < argc && argv[at][0] == '-'; at += 2)
		read_option(run, argv[at], argv[at + 1]);
	if (at + 1 != argc || (run->count == 0) == (run->seconds == 0))
		usage();
	run->cast_file = argv[at];
}

static time_t now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec;
}

/* Kilobytes that the watched process takes; 0: it is gone, or none is watched. */
static unsigned long memory(const struct run *run)
{
	char name[64], line[256];
	unsigned long kilobytes = 0;
	FILE *in;

	if (!run->watched)
		return 0;
	snprintf(name, sizeof(name), "/proc/%s/status", run->watched);
	in = fopen(name, "re");
	while (in && !kilobytes && fgets(line, sizeof(line), in))
		sscanf(line, "VmRSS: %lu", &kilobytes);
	if (in)
		fclose(in);
	return kilobytes;
}

static void send_one(struct run *run, uint64_t number)
{
	struct chance chance = chance_of(run->seed, number);
	struct scene *scene = &run->scene;

	scene->player = chance_below(&chance, run->cast.count);
	scene->console = chance_one_in(&chance, 3);
	scene_write(scene, &run->cast, &chance);
	scene->draft.id = post_id(run->post, scene->console);
	/* One in four is left as it is: what comes after it is asked of somebody. */
	for (size_t i = run->harm ? chance_below(&chance, run->harm + 1) : 0; i > 0; i--)
		harm_draft(&scene->draft, &run->cast, &chance);

	struct sign *sign = post_sign(run->post, scene->console);
	const bool harms_bytes = run->harm && chance_one_in(&chance, 4);
	const bool signs_after = chance_one_in(&chance, 2);

	draft_write(&scene->draft, sign, &scene->packet);
	if (!harms_bytes || !signs_after)
		draft_sign(sign, &scene->packet);
	if (harms_bytes) {
		harm_packet(&scene->packet, &chance);
		scene->packet.bytes[1] = scene->draft.id;
	}
	if (harms_bytes && signs_after)
		draft_sign(sign, &scene->packet);
	post_send(run->post, scene, number);
}

/* Half of the run's packets, or of its time. */
static bool send_half(struct run *run, uint64_t *number)
{
	const time_t end = now() + (run->seconds + 1) / 2;
	const uint64_t last = *number + (run->count + 1) / 2;
	bool fine = true;

	while (fine && (run->count ? *number < last : now() < end)) {
		for (size_t i = 0; i < BATCH && (!run->count || *number < last); i++)
			send_one(run, (*number)++);
		fine = post_settle(run->post);
	}
	return fine;
}

static void report(const struct run *run, unsigned long half, time_t seconds)
{
	const struct post_tally *tally = post_tally(run->post);

	printf("seed=%" PRIu64 " sent=%" PRIu64 " rejects=%" PRIu64 " challenges=%" PRIu64
	       " late=%" PRIu64 " seconds=%lld kilobytes-half=%lu kilobytes-end=%lu\n",
	       run->seed, tally->sent, tally->rejects, tally->challenges, tally->late,
	       (long long)seconds, half, memory(run));
}

int main(int argc, char **argv)
{
	static struct run run = {.seed = 1, .harm = 3};
	const time_t began = now();
	unsigned long half;
	uint64_t number;
	bool fine;

	read_options(&run, argc, argv);
	cast_read(&run.cast, run.cast_file);
	run.post = post_new(&run.cast);
	number = run.first;
	fine = send_half(&run, &number);
	half = memory(&run);
	fine = fine && send_half(&run, &number) && post_settle(run.post);
	report(&run, half, now() - began);
	post_free(run.post);
	return fine ? 0 : 1;
}
