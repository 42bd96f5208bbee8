/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A RADIUS client for tests, with no code of FreeRADIUS or of the module in it.
 *
 *	radius [--host H] [--port P] [--secret S] [-t SECONDS] [-r RETRIES] [--raw] [--time]
 *
 * Reads request lines from standard input, makes every packet, then sends all of them at once and
 * prints one line for each packet, in the order of the input. A line is blank-separated name=value
 * words; \xHH in a text stands for a byte, \\ for a backslash; a repeated attribute is added again.
 *
 *	host= port= secret=	the server; else the options', else SEIKYO_RADIUS_HOST, _PORT,
 *_SECRET source=127.0.0.2	local address to send from code=12			12 is
 *Status-Server; else 1, Access-Request id=N authenticator=HEX	else random
 *	no-message-authenticator=1
 *	copies=N		the same packet N times, from N ports
 *	copies-distinct=N	N packets that differ in what comes of a new authenticator only
 *	User-Name= ...		the attributes of attribute.h; attr-N=HEX, Seikyo-attr-N=HEX
 *
 * A reply's line begins with what is wrong with it (bad-id, bad-authenticator,
 * no-message-authenticator, bad-message-authenticator); no-reply says that none came in time. A
 * packet goes out RETRIES times again, unchanged, each SECONDS after the one before. --raw adds the
 * reply's bytes, --time the milliseconds from the first sending. Ends with 0 when all lines have
 * been printed, with 2 and no packet sent when it was used wrongly.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "tests/tools/radius/reply.h"

#define SECONDS_MAX 600.0
#define RETRIES_MAX 100

/* One datagram: a socket, and so a port, of its own, since an id tells but 256 of them apart. */
struct exchange {
	int socket;
	bool answered;
	double sent_at, answered_at; /* seconds, monotonic */
	char secret[SETTING_SIZE];
	struct packet sent;
	struct packet reply;
};

struct run {
	struct request defaults;
	double timeout;
	unsigned retries;
	bool raw, time;
	size_t count, room;
	struct exchange *exchanges;
	struct pollfd *polled;
};

static _Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

static _Noreturn void die(const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "radius: ");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n");
	exit(2);
}

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static struct addrinfo *resolve(const char *host, const char *port, int family)
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_family = family};
	struct addrinfo *found = NULL;
	int error = getaddrinfo(host, port, &hints, &found);

	if (error != 0) {
		die("no address for host '%s' port '%s': %s", host, port, gai_strerror(error));
	}
	return found;
}

static int socket_open(const struct request *request)
{
	struct addrinfo *to = resolve(request->host, request->port, AF_UNSPEC);
	int opened = socket(to->ai_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (opened < 0) {
		die("no socket: %s", strerror(errno));
	}
	if (request->source[0] != '\0') {
		struct addrinfo *from = resolve(request->source, "0", to->ai_family);

		if (bind(opened, from->ai_addr, from->ai_addrlen) != 0) {
			die("can't send from '%s': %s", request->source, strerror(errno));
		}
		freeaddrinfo(from);
	}
	if (connect(opened, to->ai_addr, to->ai_addrlen) != 0) {
		die("can't send to '%s': %s", request->host, strerror(errno));
	}
	freeaddrinfo(to);
	return opened;
}

static struct exchange *exchange_new(struct run *run)
{
	if (run->count == run->room) {
		size_t room = run->room == 0 ? 16 : run->room * 2;
		struct exchange *more = calloc(room, sizeof(*more));

		if (more == NULL) {
			die("out of memory");
		}
		if (run->count != 0) {
			memcpy(more, run->exchanges, run->count * sizeof(*more));
			OPENSSL_cleanse(run->exchanges, run->count * sizeof(*more));
		}
		free(run->exchanges);
		run->exchanges = more;
		run->room = room;
	}
	return &run->exchanges[run->count++];
}

static void random_fill(uint8_t *bytes, int len)
{
	if (RAND_bytes(bytes, len) != 1) {
		die("no random bytes");
	}
}

/* Every datagram of one request line, ready to be sent. */
static void run_add(struct run *run, struct request *request, unsigned line)
{
	if (!request->id_given) {
		random_fill(&request->id, 1);
	}
	for (unsigned i = 0; i < request->copies; i++) {
		struct exchange *exchange = exchange_new(run);

		if ((i == 0 && !request->authenticator_given) ||
		    (i != 0 && request->copies_distinct)) {
			random_fill(request->authenticator, DIGEST_LEN);
		}
		if (!packet_encode(request, request->id, request->authenticator, &exchange->sent)) {
			die("line %u: a value or the packet is too long", line);
		}
		memcpy(exchange->secret, request->secret, SETTING_SIZE);
		exchange->socket = socket_open(request);
	}
}

static void run_read(struct run *run)
{
	struct request *request = malloc(sizeof(*request));
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	if (request == NULL) {
		die("out of memory");
	}
	for (unsigned number = 1; (len = getline(&line, &size, stdin)) > 0; number++) {
		const char *wrong;

		if (strspn(line, " \t\n") == (size_t)len) {
			continue;
		}
		memcpy(request, &run->defaults, sizeof(*request));
		wrong = memchr(line, '\0', (size_t)len) ? "a NUL" : request_parse(request, line);
		if (wrong != NULL) {
			die("line %u: can't use %s", number, wrong);
		}
		if (request->host[0] == '\0' || request->port[0] == '\0' ||
		    request->secret[0] == '\0') {
			die("line %u: host, port and secret are needed", number);
		}
		run_add(run, request, number);
	}
	if (line != NULL) {
		OPENSSL_cleanse(line, size);
	}
	free(line);
	OPENSSL_cleanse(request, sizeof(*request));
	free(request);
}

/* Errors of a send or a receive mean that nobody listens now; a later try may be answered. */
static void run_send(struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		struct exchange *exchange = &run->exchanges[i];

		if (exchange->answered) {
			continue;
		}
		if (exchange->sent_at <= 0) {
			exchange->sent_at = now();
		}
		(void)!send(exchange->socket, exchange->sent.bytes, exchange->sent.len, 0);
	}
}

static void exchange_receive(struct exchange *exchange)
{
	ssize_t len = recv(exchange->socket, exchange->reply.bytes, PACKET_MAX, 0);

	if (len < 0) {
		return;
	}
	exchange->reply.len = (size_t)len;
	exchange->answered = true;
	exchange->answered_at = now();
}

/* Gives the number of replies that are still awaited at the deadline. */
static size_t run_collect(struct run *run, double deadline)
{
	for (;;) {
		size_t waiting = 0;
		double left = deadline - now();

		for (size_t i = 0; i < run->count; i++) {
			/* poll() passes over a negative descriptor. */
			run->polled[i].fd =
				run->exchanges[i].answered ? -1 : run->exchanges[i].socket;
			run->polled[i].events = POLLIN;
			run->polled[i].revents = 0;
			waiting += !run->exchanges[i].answered;
		}
		if (waiting == 0 || left <= 0) {
			return waiting;
		}
		if (poll(run->polled, run->count, (int)(left * 1000) + 1) < 0 && errno != EINTR) {
			die("poll: %s", strerror(errno));
		}
		for (size_t i = 0; i < run->count; i++) {
			if (run->polled[i].revents != 0) {
				exchange_receive(&run->exchanges[i]);
			}
		}
	}
}

static void run_exchange(struct run *run)
{
	run->polled = calloc(run->count + 1, sizeof(*run->polled));
	if (run->polled == NULL) {
		die("out of memory");
	}
	for (unsigned round = 0; round <= run->retries; round++) {
		run_send(run);
		if (run_collect(run, now() + run->timeout) == 0) {
			break;
		}
	}
}

static void run_print(const struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		const struct exchange *exchange = &run->exchanges[i];

		if (!exchange->answered) {
			printf("no-reply");
		} else {
			reply_print(&exchange->reply, &exchange->sent, exchange->secret, run->raw);
		}
		if (exchange->answered && run->time) {
			printf(" ms=%.1f", (exchange->answered_at - exchange->sent_at) * 1000);
		}
		putchar('\n');
	}
}

static void run_free(struct run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		close(run->exchanges[i].socket);
	}
	if (run->exchanges != NULL) {
		OPENSSL_cleanse(run->exchanges, run->room * sizeof(*run->exchanges));
	}
	OPENSSL_cleanse(&run->defaults, sizeof(run->defaults));
	free(run->exchanges);
	free(run->polled);
}

static void setting_copy(char *out, const char *text)
{
	if (text == NULL) {
		return;
	}
	if (strlen(text) >= SETTING_SIZE) {
		die("a host, port or secret is too long");
	}
	memcpy(out, text, strlen(text) + 1);
}

static void timeout_parse(struct run *run, const char *text)
{
	char *end;

	run->timeout = strtod(text, &end);
	if (end == text || *end != '\0' || !(run->timeout > 0 && run->timeout <= SECONDS_MAX)) {
		die("-t takes seconds, more than 0 and at most %.0f", SECONDS_MAX);
	}
}

static void retries_parse(struct run *run, const char *text)
{
	unsigned long number;

	if (!number_parse(text, 0, RETRIES_MAX, &number)) {
		die("-r takes a number from 0 to %d", RETRIES_MAX);
	}
	run->retries = (unsigned)number;
}

static void options_parse(struct run *run, int argc, char **argv)
{
	static const struct option options[] = {
		{"host", required_argument, NULL, 'h'},	  {"port", required_argument, NULL, 'p'},
		{"secret", required_argument, NULL, 's'}, {"raw", no_argument, NULL, 'R'},
		{"time", no_argument, NULL, 'T'},	  {NULL, 0, NULL, 0}};
	int option;

	while ((option = getopt_long(argc, argv, "t:r:", options, NULL)) != -1) {
		switch (option) {
		case 'h':
			setting_copy(run->defaults.host, optarg);
			break;
		case 'p':
			setting_copy(run->defaults.port, optarg);
			break;
		case 's':
			setting_copy(run->defaults.secret, optarg);
			break;
		case 't':
			timeout_parse(run, optarg);
			break;
		case 'r':
			retries_parse(run, optarg);
			break;
		case 'R':
			run->raw = true;
			break;
		case 'T':
			run->time = true;
			break;
		default:
			exit(2);
		}
	}
	if (optind != argc) {
		die("requests are read from standard input, not from arguments");
	}
}

/* A thousand requests at once need as many sockets; the usual soft limit is 1024. */
static void descriptors_raise(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int main(int argc, char **argv)
{
	struct run run = {.defaults = {.code = 1, .copies = 1}, .timeout = 5};
	int done;

	setting_copy(run.defaults.host, getenv("SEIKYO_RADIUS_HOST"));
	setting_copy(run.defaults.port, getenv("SEIKYO_RADIUS_PORT"));
	setting_copy(run.defaults.secret, getenv("SEIKYO_RADIUS_SECRET"));
	options_parse(&run, argc, argv);
	descriptors_raise();
	run_read(&run);
	run_exchange(&run);
	run_print(&run);
	run_free(&run);
	done = fflush(stdout);
	return done == 0 ? 0 : 2;
}
