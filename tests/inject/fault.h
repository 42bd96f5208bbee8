/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults to order: the n-th call of what is wrapped (tests/inject/symbols) fails. One thread.
 */
#ifndef INJECT_FAULT_H
#define INJECT_FAULT_H

#include <stdbool.h>
#include <stddef.h>

enum fault_kind {
	FAULT_NONE = 0,
	FAULT_ONCE,	   /* the n-th call is not made and fails */
	FAULT_FROM_ON,	   /* it and each one after it */
	FAULT_CLOCK,	   /* the wall clock fails, and nothing else */
	FAULT_ANSWER_LOST, /* of the calls that wait for the server: made, but the answer is lost */
	FAULT_DEADLOCK,	   /* a statement was rolled back by the server (1213) */
	FAULT_DEADLOCKS,   /* it and each one after it */
	FAULT_MEMORY,	   /* OpenSSL's own n-th allocation fails */
	FAULT_MEMORY_FROM_ON, /* it and each one after it */
	FAULT_PLANTED,	      /* the n-th call is counted as one that failed, and is made */
};

/* What a wrapper has to do. */
enum fault_way {
	FAULT_WAY_GO = 0, /* call */
	FAULT_WAY_FAIL,	  /* fail without a call */
	FAULT_WAY_LOSE,	  /* call, then fail */
};

/*
 * What has struck first (constant names; procedure is "" outside of a call to the database), and
 * whether anything has that matters. What does not, stands in a table in fault.c, with the reason.
 */
struct fault {
	const char *symbol;
	const char *procedure;
	unsigned strikes;
	bool harmful;
};

/* From now on calls are counted, and the n-th (from 1) of those that the kind is about fails. */
void fault_arm(enum fault_kind kind, unsigned n);

/* Nothing fails any more. Gives what has struck; strikes = 0: there were fewer calls. */
struct fault fault_disarm(void);

/* The kind called name; FAULT_NONE if there is none. */
enum fault_kind fault_kind_named(const char *name);

/* True if the fault may be answered with a refusal. The table in fault.c says why. */
bool fault_refuses(const struct fault *fault);

/* For the wrappers: counts a call. */
bool fault_strikes(const char *symbol);
enum fault_way fault_way_of_call(const char *symbol);

/* True if what fails is to fail as a deadlock. */
bool fault_is_deadlock(void);

/* The procedure that is being called, for what strikes in it; "" when it is over. */
void fault_procedure(const char *procedure);

/* Prints a line "struck SYMBOL" for each that was made to fail in this process. */
void fault_print_symbols(void);

/* Lets OpenSSL allocate through here. Before any other use of it; 0 or -1. */
int fault_take_memory(void);

#endif
