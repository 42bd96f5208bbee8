/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sends logins to a RADIUS server, many at a time, and says how fast they were answered.
 *
 *	load --port P [--host H] --mode password|suffix|code|one|challenge --users N --step S
 *	     [--first N] [--steps N] [--again] [--algorithm sha1|sha256] [--flight N] [--rate N]
 *	     [--wrong N] [--count N] [--warmup SECONDS] [--seconds SECONDS] [--timeout SECONDS]
 *
 * The secret is SEIKYO_RADIUS_SECRET. `users` users from number `first` on log in one after the
 * other, each with the code of step S; when all have, with that of S + 1, and so on for `steps`
 * steps: no code is sent twice, unless `again` says so. Modes: the password alone; password and
 * code run together; the code alone; both in one request (Seikyo-OTP); the code in answer to a
 * challenge. flight: logins under way at a time; with rate, that many begin each second, and
 * latency counts from when a login was due. wrong: of 1,000, how many have a wrong code
 * (password, in that mode). Ends after warmup + seconds, or after count logins. Prints one JSON
 * object (tally.h), without what the warm-up did. Exit 1: a reply was not the server's, or not
 * what the login deserved.
 */
#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "plan.h"
#include "tally.h"
#include "wire.h"

#define VENDOR	    32473
#define FLIGHT_MAX  1024
#define CHECK_EVERY 0.1 /* seconds between looks for logins that nobody answers */

enum mode { MODE_PASSWORD, MODE_SUFFIX, MODE_CODE, MODE_ONE, MODE_CHALLENGE };

static const char *const mode_names[] = {"password", "suffix", "code", "one", "challenge", NULL};

/* One login under way, with a socket, and so a port, of its own. */
struct slot {
	int socket;
	bool busy, answering;	/* answering: the challenge */
	double began, deadline; /* seconds, monotonic */
	uint8_t id;
	struct login login;
	struct wire_packet request;
};

struct load {
	const char *host, *port;
	enum mode mode;
	struct plan plan;
	unsigned flight;
	double rate, warmup, seconds, timeout;
	struct wire *wire;
	int epoll;
	double start, end; /* of what is counted */
	double due;	   /* of the next login, with a rate */
	bool spent;
	unsigned busy;
	struct tally tally;
	struct slot *slots;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "load: %s%s%s\n", what, errno != 0 ? ": " : "",
		errno != 0 ? strerror(errno) : "");
	exit(2);
}

static void must(bool done, const char *what)
{
	if (!done)
		die(what);
}

static int socket_open(const struct load *load)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_DGRAM};
	struct addrinfo *to = NULL;
	int opened;

	must(getaddrinfo(load->host, load->port, &hints, &to) == 0, "no such host or port");
	opened = socket(to->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	must(opened >= 0 && connect(opened, to->ai_addr, to->ai_addrlen) == 0, "no socket");
	freeaddrinfo(to);
	return opened;
}

static void slots_open(struct load *load)
{
	load->slots = calloc(load->flight, sizeof(*load->slots));
	load->epoll = epoll_create1(EPOLL_CLOEXEC);
	must(load->slots != NULL && load->epoll >= 0, "out of memory");
	for (unsigned i = 0; i < load->flight; i++) {
		struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};

		load->slots[i].socket = socket_open(load);
		must(epoll_ctl(load->epoll, EPOLL_CTL_ADD, load->slots[i].socket, &event) == 0,
		     "epoll");
	}
}

/* What is typed into User-Password in the first request. */
static void typed(const struct load *load, const struct login *login, char *out, size_t size)
{
	if (load->mode == MODE_CODE)
		snprintf(out, size, "%s", login->code);
	else
		snprintf(out, size, "%s%s", login->person.password,
			 load->mode == MODE_SUFFIX ? login->code : "");
}

/* The request; state: that of the challenge which it answers, empty in the first. */
static void slot_encode(struct load *load, struct slot *slot, const uint8_t *state,
			size_t state_len)
{
	const struct person *person = &slot->login.person;
	struct wire_packet *packet = &slot->request;
	const bool ours = load->mode == MODE_ONE || load->mode == MODE_CHALLENGE;
	char text[64];
	bool done = wire_begin(packet, ++slot->id) == 0;

	typed(load, &slot->login, text, sizeof(text));
	wire_add(packet, 0, WIRE_USER_NAME, person->login, strlen(person->login));
	done = done && wire_add_hidden(load->wire, packet, 0, WIRE_USER_PASSWORD,
				       state_len > 0 ? slot->login.code : text) == 0;
	if (load->mode == MODE_ONE)
		done = done && wire_add_hidden(load->wire, packet, VENDOR, WIRE_SEIKYO_OTP,
					       slot->login.code) == 0;
	if (ours)
		wire_add(packet, VENDOR, WIRE_SEIKYO_CERTIFICATE, person->certificate,
			 PERSON_CERTIFICATE_LEN);
	if (state_len > 0)
		wire_add(packet, 0, WIRE_STATE, state, state_len);
	must(done && wire_end(load->wire, packet) == 0, "OpenSSL failed");
}

static void slot_send(struct load *load, struct slot *slot)
{
	slot->deadline = tally_now() + load->timeout;
	/* What is not sent is not answered, and counted as that. */
	(void)!send(slot->socket, slot->request.bytes, slot->request.len, 0);
}

static void slot_begin(struct load *load, struct slot *slot, double began)
{
	static const uint8_t no_state[1];
	const int more = plan_next(&load->plan, &slot->login);

	must(more >= 0, "OpenSSL failed");
	if (more == 0) {
		load->spent = true;
		return;
	}
	slot->busy = true;
	slot->answering = false;
	slot->began = began;
	load->busy++;
	slot_encode(load, slot, no_state, 0);
	slot_send(load, slot);
}

static bool counts(const struct load *load, double now)
{
	return now >= load->start && now < load->end;
}

static void slot_end(struct load *load, struct slot *slot, uint8_t code)
{
	struct tally *tally = &load->tally;
	const double now = tally_now();
	const bool accepted = code == WIRE_ACCESS_ACCEPT;

	slot->busy = false;
	load->busy--;
	if (accepted == slot->login.wrong &&
	    (accepted || !plan_ambiguous(&load->plan, &slot->login)))
		tally->unexpected++;
	if (!counts(load, now))
		return;
	tally->accepted += accepted;
	tally->refused += code == WIRE_ACCESS_REJECT;
	tally->challenged += code == WIRE_ACCESS_CHALLENGE;
	must(tally_add(tally, now - slot->began) == 0, "out of memory");
}

static void slot_receive(struct load *load, struct slot *slot)
{
	uint8_t state[WIRE_STATE_MAX];
	struct wire_packet reply;
	ssize_t len = recv(slot->socket, reply.bytes, sizeof(reply.bytes), 0);
	size_t state_len;

	if (len < 0)
		return;
	reply.len = (size_t)len;
	/* A late answer to a login that was given up is none to this one. */
	if (!slot->busy || (len > 1 && reply.bytes[1] != slot->id))
		return;
	if (!wire_reply_right(load->wire, &slot->request, &reply)) {
		load->tally.bad++;
		return;
	}
	state_len = wire_state(&reply, state);
	if (load->mode == MODE_CHALLENGE && !slot->answering &&
	    reply.bytes[0] == WIRE_ACCESS_CHALLENGE && state_len > 0) {
		slot->answering = true;
		slot_encode(load, slot, state, state_len);
		slot_send(load, slot);
		return;
	}
	slot_end(load, slot, reply.bytes[0]);
}

static void give_up_late(struct load *load, double now)
{
	for (unsigned i = 0; i < load->flight; i++) {
		struct slot *slot = &load->slots[i];

		if (!slot->busy || now < slot->deadline)
			continue;
		slot->busy = false;
		load->busy--;
		load->tally.timeouts++;
	}
}

/* Begins what may begin now: without a rate in every idle slot, with one what is due. */
static void begin_logins(struct load *load, double now)
{
	for (unsigned i = 0; i < load->flight && load->busy < load->flight; i++) {
		if (load->spent || now >= load->end || (load->rate > 0 && now < load->due))
			return;
		if (load->slots[i].busy)
			continue;
		slot_begin(load, &load->slots[i], load->rate > 0 ? load->due : now);
		if (load->rate > 0)
			load->due += 1 / load->rate;
	}
}

/* Until something comes, or is to be begun. */
static int wait(struct load *load, struct epoll_event *events, double now)
{
	double left = CHECK_EVERY;
	struct timespec timeout = {0};

	if (load->rate > 0 && load->due - now < left)
		left = load->due > now ? load->due - now : 0;
	timeout.tv_nsec = (long)(left * 1e9);
	return epoll_pwait2(load->epoll, events, FLIGHT_MAX, &timeout, NULL);
}

static void run(struct load *load)
{
	static struct epoll_event events[FLIGHT_MAX];
	double now = tally_now(), checked = now;
	int count;

	load->due = now;
	load->start = now + load->warmup;
	load->end = load->start + load->seconds;
	begin_logins(load, now);
	while (load->busy > 0 || (!load->spent && now < load->end)) {
		count = wait(load, events, now);
		for (int i = 0; i < count; i++) {
			struct slot *slot = &load->slots[events[i].data.u32];

			slot_receive(load, slot);
			if (load->rate <= 0 && !slot->busy && !load->spent &&
			    tally_now() < load->end)
				slot_begin(load, slot, tally_now());
		}
		now = tally_now();
		if (load->rate > 0)
			begin_logins(load, now);
		if (now > checked + CHECK_EVERY) {
			give_up_late(load, now);
			checked = now;
			if (load->rate <= 0)
				begin_logins(load, now);
		}
	}
	/* Codes may be spent before the time is. */
	now = now < load->end ? now : load->end;
	load->tally.seconds = now > load->start ? now - load->start : 0;
}

static double number(const char *text, double min, double max)
{
	char *end;
	const double value = strtod(text, &end);

	if (end == text || *end != '\0' || !(value >= min && value <= max)) {
		fprintf(stderr, "load: '%s' is no number from %.0f to %.0f\n", text, min, max);
		exit(2);
	}
	return value;
}

static enum mode mode_of(const char *name)
{
	for (unsigned i = 0; mode_names[i] != NULL; i++) {
		if (strcmp(mode_names[i], name) == 0)
			return (enum mode)i;
	}
	die("no such mode");
}

static void read_option(struct load *load, int option)
{
	struct plan *plan = &load->plan;

	switch (option) {
	case 'h':
		load->host = optarg;
		break;
	case 'p':
		load->port = optarg;
		break;
	case 'm':
		load->mode = mode_of(optarg);
		break;
	case 'a':
		plan->algorithm = seikyo_totp_algorithm_from(optarg);
		break;
	case 'u':
		plan->users = (unsigned)number(optarg, 1, 9999999);
		break;
	case 'i':
		plan->first = (unsigned)number(optarg, 1, 9999999);
		break;
	case 's':
		plan->step = (int64_t)number(optarg, 0, 1e12);
		break;
	case 'k':
		plan->steps = (unsigned)number(optarg, 1, 1000000);
		break;
	case 'A':
		plan->again = true;
		break;
	case 'c':
		plan->limit = (size_t)number(optarg, 1, 1e12);
		break;
	case 'w':
		plan->wrong = (unsigned)number(optarg, 0, 1000);
		break;
	case 'f':
		load->flight = (unsigned)number(optarg, 1, FLIGHT_MAX);
		break;
	case 'r':
		load->rate = number(optarg, 0, 1e6);
		break;
	case 'W':
		load->warmup = number(optarg, 0, 1e6);
		break;
	case 'S':
		load->seconds = number(optarg, 0, 1e6);
		break;
	case 't':
		load->timeout = number(optarg, 0.1, 600);
		break;
	default:
		exit(2);
	}
}

static void read_options(struct load *load, int argc, char **argv)
{
	static const struct option options[] = {{"host", required_argument, NULL, 'h'},
						{"port", required_argument, NULL, 'p'},
						{"mode", required_argument, NULL, 'm'},
						{"algorithm", required_argument, NULL, 'a'},
						{"users", required_argument, NULL, 'u'},
						{"first", required_argument, NULL, 'i'},
						{"step", required_argument, NULL, 's'},
						{"steps", required_argument, NULL, 'k'},
						{"count", required_argument, NULL, 'c'},
						{"wrong", required_argument, NULL, 'w'},
						{"flight", required_argument, NULL, 'f'},
						{"rate", required_argument, NULL, 'r'},
						{"warmup", required_argument, NULL, 'W'},
						{"seconds", required_argument, NULL, 'S'},
						{"timeout", required_argument, NULL, 't'},
						{"again", no_argument, NULL, 'A'},
						{NULL, 0, NULL, 0}};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		read_option(load, option);
	load->plan.codes = load->mode != MODE_PASSWORD;
	errno = 0;
	must(optind == argc && load->port != NULL, "a port is needed, and options only");
	must(load->plan.algorithm != SEIKYO_TOTP_NONE, "no such algorithm");
}

int main(int argc, char **argv)
{
	struct load load = {
		.host = "127.0.0.1",
		.plan = {.first = 1, .users = 1, .steps = 1, .algorithm = SEIKYO_TOTP_SHA256},
		.flight = 32,
		.seconds = 1e6,
		.timeout = 5,
	};
	const char *secret = getenv("SEIKYO_RADIUS_SECRET");
	int wrong;

	read_options(&load, argc, argv);
	must(secret != NULL, "SEIKYO_RADIUS_SECRET is not set");
	load.wire = wire_new(secret);
	must(load.wire != NULL, "OpenSSL failed");
	slots_open(&load);
	run(&load);
	tally_print(&load.tally);
	wrong = load.tally.bad > 0 || load.tally.unexpected > 0;
	tally_free(&load.tally);
	wire_free(load.wire);
	free(load.slots);
	return wrong;
}
