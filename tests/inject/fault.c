/* SPDX-License-Identifier: GPL-2.0-only */
#include "fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#define STRUCK_MAX 128

static struct {
	enum fault_kind kind;
	unsigned left; /* calls until the one that fails, which counts */
	const char *procedure;
	struct fault first;
} plan = {.procedure = ""};

static const char *struck[STRUCK_MAX];

static const struct {
	const char *name;
	enum fault_kind kind;
} kinds[] = {
	{"once", FAULT_ONCE},	      {"from-on", FAULT_FROM_ON},
	{"clock", FAULT_CLOCK},	      {"answer-lost", FAULT_ANSWER_LOST},
	{"deadlock", FAULT_DEADLOCK}, {"deadlocks", FAULT_DEADLOCKS},
	{"memory", FAULT_MEMORY},     {"memory-from-on", FAULT_MEMORY_FROM_ON},
};

/* What a login may go on without; a name that ends in '*' is a beginning. NULL: wherever it is. */
static const struct {
	const char *symbol;
	const char *procedure;
	const char *why;
} harmless[] = {
	{"mysql_*", "radius_find", "reading is repeated, over a new connection"},
	{"calloc", "radius_find", "reading is repeated, over a new connection"},
	{"mysql_stmt_free_result", NULL, "whether all was read, the next call tells"},
	{"monotonic clock", NULL, "only says how long reading is repeated"},
	{"crypt_gensalt_rn", NULL, "the next login renews the hash"},
	{"close", NULL, "of a file that was read"},
	{"closedir", NULL, "of a folder that was read"},
};

static bool matches(const char *pattern, const char *name)
{
	const size_t len = strcspn(pattern, "*");

	return strncmp(pattern, name, len) == 0 && (pattern[len] == '*' || name[len] == '\0');
}

static bool does_harm(const char *symbol, const char *procedure)
{
	/* One deadlock: the statement is tried again. Memory: OpenSSL goes on, or says so. */
	if (plan.kind == FAULT_DEADLOCK || plan.kind == FAULT_MEMORY ||
	    plan.kind == FAULT_MEMORY_FROM_ON)
		return false;
	if (plan.kind == FAULT_CLOCK)
		return true;
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		if (matches(harmless[i].symbol, symbol) &&
		    (harmless[i].procedure == NULL ||
		     strcmp(harmless[i].procedure, procedure) == 0))
			return false;
	}
	return true;
}

/* What is answered with a refusal, and not counted. */
static const struct {
	const char *symbol;
	const char *why;
} refused[] = {
	{"crypt_rn", "a hash beyond libcrypt fails like this for ever: it must not look otherwise "
		     "than an unknown name"},
};

bool fault_refuses(const struct fault *fault)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (strcmp(refused[i].symbol, fault->symbol) == 0)
			return true;
	}
	return false;
}

enum fault_kind fault_kind_named(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return kinds[i].kind;
	}
	return FAULT_NONE;
}

void fault_arm(enum fault_kind kind, unsigned n)
{
	plan.kind = kind;
	plan.left = n;
	plan.first = (struct fault){.procedure = ""};
}

struct fault fault_disarm(void)
{
	plan.kind = FAULT_NONE;
	return plan.first;
}

void fault_procedure(const char *procedure)
{
	plan.procedure = procedure;
}

static bool goes_on(void)
{
	return plan.kind == FAULT_FROM_ON || plan.kind == FAULT_CLOCK ||
	       plan.kind == FAULT_DEADLOCKS || plan.kind == FAULT_MEMORY_FROM_ON;
}

static void note_symbol(const char *symbol)
{
	size_t i = 0;

	while (i < STRUCK_MAX && struck[i] != NULL && strcmp(struck[i], symbol) != 0)
		i++;
	if (i < STRUCK_MAX)
		struck[i] = symbol;
}

void fault_print_symbols(void)
{
	for (size_t i = 0; i < STRUCK_MAX && struck[i] != NULL; i++)
		printf("struck %s\n", struck[i]);
}

/* Counts a call that the plan is about. */
static bool strikes(const char *symbol)
{
	if (plan.left > 0)
		plan.left--;
	if (plan.left > 0 || (plan.first.strikes > 0 && !goes_on()))
		return false;
	if (plan.first.strikes == 0) {
		plan.first.symbol = symbol;
		plan.first.procedure = plan.procedure;
	}
	plan.first.strikes++;
	note_symbol(symbol);
	plan.first.harmful |= does_harm(symbol, plan.procedure);
	return true;
}

bool fault_strikes(const char *symbol)
{
	if (plan.kind == FAULT_CLOCK)
		return strcmp(symbol, "clock_gettime") == 0 && strikes(symbol);
	if (plan.kind == FAULT_PLANTED)
		return strikes(symbol) && false;
	return (plan.kind == FAULT_ONCE || plan.kind == FAULT_FROM_ON) && strikes(symbol);
}

/* Calls that wait for the server's answer; of these only executing ends in a deadlock. */
static bool waits(const char *symbol)
{
	return strcmp(symbol, "mysql_stmt_execute") == 0 ||
	       strcmp(symbol, "mysql_stmt_fetch") == 0 ||
	       strcmp(symbol, "mysql_stmt_next_result") == 0;
}

enum fault_way fault_way_of_call(const char *symbol)
{
	if (plan.kind == FAULT_ANSWER_LOST)
		return waits(symbol) && strikes(symbol) ? FAULT_WAY_LOSE : FAULT_WAY_GO;
	if (plan.kind == FAULT_DEADLOCK || plan.kind == FAULT_DEADLOCKS)
		return strcmp(symbol, "mysql_stmt_execute") == 0 && strikes(symbol) ? FAULT_WAY_FAIL
										    : FAULT_WAY_GO;
	return fault_strikes(symbol) ? FAULT_WAY_FAIL : FAULT_WAY_GO;
}

static bool no_memory(void)
{
	return (plan.kind == FAULT_MEMORY || plan.kind == FAULT_MEMORY_FROM_ON) &&
	       strikes("OpenSSL's malloc");
}

bool fault_is_deadlock(void)
{
	return plan.kind == FAULT_DEADLOCK || plan.kind == FAULT_DEADLOCKS;
}

static void *allocate(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return size == 0 || no_memory() ? NULL : malloc(size);
}

static void *allocate_again(void *memory, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	if (size > 0 && no_memory())
		return NULL;
	if (size > 0)
		return realloc(memory, size);
	free(memory);
	return NULL;
}

static void release(void *memory, const char *file, int line)
{
	(void)file;
	(void)line;
	free(memory);
}

int fault_take_memory(void)
{
	return CRYPTO_set_mem_functions(allocate, allocate_again, release) == 1 ? 0 : -1;
}
