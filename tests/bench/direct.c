/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The database's own rate of logins: threads that call radius_find and radius_settle_code one after
 *the other, each over a connection of its own, with nothing of RADIUS or of the login in between.
 *
 *	direct --socket PATH --database NAME --users N --step S [--first N] [--steps N]
 *	       [--threads N] [--warmup SECONDS] [--seconds SECONDS] [--find-only]
 *
 * The password of seikyo_radius is SEIKYO_RADIUS_DB_PASSWORD. Users and steps as in load.c: every
 *step is settled once. Prints one JSON object: see tally.h. Exit 1: a login was not accepted.
 */
#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "plan.h"
#include "store/radius.h"
#include "tally.h"

#define THREADS_MAX 256

struct run {
	struct seikyo_store_settings settings;
	unsigned first, users, steps, threads;
	int64_t step;
	double warmup, seconds, start, end;
	bool find_only;
	atomic_size_t next;
	pthread_barrier_t ready;
};

struct worker {
	pthread_t thread;
	struct run *run;
	struct tally tally;
	double last;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "direct: %s\n", what);
	exit(2);
}

static void must(bool done, const char *what)
{
	if (!done)
		die(what);
}

/* What the module would settle for this user's code of that step. */
static enum seikyo_call_result settle(struct seikyo_store *store, const struct seikyo_user *user,
				      const struct person *person, int64_t step)
{
	struct seikyo_settling settling = {.user = user->id, .client = "gateway"};
	uint8_t digest[SEIKYO_DIGEST_LEN];
	const struct seikyo_code_facts facts = {
		.token = user->token,
		.state_us = user->now_us,
		.matched = true,
		.step = step,
		.certificate = person->certificate,
		.hash_digest = digest,
	};

	must(RAND_bytes(settling.attempt, sizeof(settling.attempt)) == 1 &&
		     RAND_bytes(settling.request, sizeof(settling.request)) == 1 &&
		     EVP_Digest(user->password_hash, strlen(user->password_hash), digest, NULL,
				EVP_sha256(), NULL) == 1,
	     "OpenSSL failed");
	return seikyo_radius_settle_code(store, &settling, &facts);
}

/* True if the login was accepted. */
static bool login(const struct run *run, struct seikyo_store *store, struct seikyo_user *user,
		  size_t number)
{
	struct person person;
	bool found = false;

	must(person_make(run->first + plan_user(number, run->users), &person) == 0,
	     "OpenSSL failed");
	if (seikyo_radius_find(store, person.login, person.certificate, user, &found) !=
		    SEIKYO_CALL_DONE ||
	    !found)
		return false;
	return run->find_only ||
	       settle(store, user, &person, run->step + (int64_t)(number / run->users)) ==
		       SEIKYO_CALL_DONE;
}

static void note(struct worker *worker, double began, bool accepted)
{
	const double now = tally_now();

	if (!accepted)
		worker->tally.unexpected++;
	if (now < worker->run->start || now >= worker->run->end)
		return;
	worker->last = now;
	worker->tally.accepted += accepted;
	must(tally_add(&worker->tally, now - began) == 0, "out of memory");
}

static void *work(void *context)
{
	struct worker *worker = context;
	struct run *run = worker->run;
	const size_t all = (size_t)run->users * run->steps;
	char error[SEIKYO_STORE_ERROR_MAX];
	struct seikyo_store *store = NULL;
	struct seikyo_user user;
	double began;
	size_t number;

	must(seikyo_store_open(&store, &run->settings, error) == 0, error);
	pthread_barrier_wait(&run->ready);
	while ((began = tally_now()) < run->end && (number = atomic_fetch_add(&run->next, 1)) < all)
		note(worker, began, login(run, store, &user, number));
	seikyo_store_close(store);
	return NULL;
}

static void merge(struct tally *into, const struct tally *from)
{
	into->accepted += from->accepted;
	into->unexpected += from->unexpected;
	for (size_t i = 0; i < from->count; i++)
		must(tally_add(into, from->latencies[i]) == 0, "out of memory");
}

static void run_all(struct run *run, struct tally *all)
{
	static struct worker workers[THREADS_MAX];
	double last = 0;

	must(pthread_barrier_init(&run->ready, NULL, run->threads + 1) == 0, "out of memory");
	/* Set before any worker passes the barrier. */
	run->start = tally_now() + run->warmup;
	run->end = run->start + run->seconds;
	for (unsigned i = 0; i < run->threads; i++) {
		workers[i].run = run;
		must(pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0, "no thread");
	}
	pthread_barrier_wait(&run->ready);
	for (unsigned i = 0; i < run->threads; i++) {
		pthread_join(workers[i].thread, NULL);
		merge(all, &workers[i].tally);
		tally_free(&workers[i].tally);
		last = workers[i].last > last ? workers[i].last : last;
	}
	/* Codes may be spent before the time is. */
	all->seconds = last > run->start ? last - run->start : 0;
}

static unsigned number(const char *text, unsigned long max)
{
	char *end;
	const unsigned long value = strtoul(text, &end, 10);

	must(end != text && *end == '\0' && value <= max, "a number is too large, or none");
	return (unsigned)value;
}

static void read_option(struct run *run, int option)
{
	switch (option) {
	case 'o':
		run->settings.socket = optarg;
		break;
	case 'd':
		run->settings.database = optarg;
		break;
	case 'u':
		run->users = number(optarg, 9999999);
		break;
	case 'i':
		run->first = number(optarg, 9999999);
		break;
	case 's':
		run->step = (int64_t)number(optarg, UINT32_MAX);
		break;
	case 'k':
		run->steps = number(optarg, 1000000);
		break;
	case 't':
		run->threads = number(optarg, THREADS_MAX);
		break;
	case 'W':
		run->warmup = strtod(optarg, NULL);
		break;
	case 'S':
		run->seconds = strtod(optarg, NULL);
		break;
	case 'F':
		run->find_only = true;
		break;
	default:
		exit(2);
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"socket", required_argument, NULL, 'o'},
						{"database", required_argument, NULL, 'd'},
						{"users", required_argument, NULL, 'u'},
						{"first", required_argument, NULL, 'i'},
						{"step", required_argument, NULL, 's'},
						{"steps", required_argument, NULL, 'k'},
						{"threads", required_argument, NULL, 't'},
						{"warmup", required_argument, NULL, 'W'},
						{"seconds", required_argument, NULL, 'S'},
						{"find-only", no_argument, NULL, 'F'},
						{NULL, 0, NULL, 0}};
	struct run run = {.first = 1, .users = 1, .steps = 1, .threads = 32, .seconds = 1e6};
	struct tally all = {0};
	int option, wrong;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		read_option(&run, option);
	run.settings.user = "seikyo_radius";
	run.settings.password = getenv("SEIKYO_RADIUS_DB_PASSWORD");
	run.settings.connect_timeout = run.settings.read_timeout = 10;
	must(optind == argc && run.settings.socket != NULL && run.settings.database != NULL &&
		     run.threads > 0 && run.users > 0 && run.settings.password != NULL,
	     "socket, database and SEIKYO_RADIUS_DB_PASSWORD are needed");
	must(seikyo_store_init() == 0, "libmariadb failed");
	run_all(&run, &all);
	wrong = all.unexpected > 0;
	tally_print(&all);
	tally_free(&all);
	return wrong;
}
