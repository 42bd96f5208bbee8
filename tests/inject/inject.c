/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * inject KIND FLOW [FIRST [STEP]]: runs a login (flow.c), or other work (work.c), again and again,
 * and each time another call fails: the first (or FIRST), the second (or STEP further), until there
 * is none left. Prints what was found wrong, and at last what was made to fail and how many calls
 * failed; exit 1 if anything was wrong. `inject list` prints the flows.
 *
 * Whatever fails: nothing is accepted that the database does not know of; what the database has
 * accepted without an Accept is answered as a failure and not as a refusal; and the same request
 * sent again, where nothing fails, has the answer and leaves the rows that it would have had at
 * first.
 */
#include "fault.h"
#include "flow.h"
#include "work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>

/* What inject.t plants, to see that it is found. */
static const struct plant {
	const char *kind;
	enum fault_kind fault;
	const char *sql; /* between the login and the look at what it left; NULL: nothing */
	bool leak;
} plants[] = {
	{"planted-call", FAULT_PLANTED, NULL, false},
	{"planted-row", FAULT_DEADLOCK, "DELETE FROM login_event", false},
	{"planted-count", FAULT_DEADLOCK, "UPDATE user SET otp_failures = otp_failures + 1", false},
	{"planted-leak", FAULT_DEADLOCK, NULL, true},
};

/* What one request came to. */
struct result {
	struct seikyo_login_reply reply;
	struct stage_rows rows;
};

/* KIND and FLOW of the command line, and how far it has come. */
struct run {
	struct stage stage;
	const char *name;
	const struct flow *flow; /* or */
	const struct work *work;
	const char *kind_name;
	const struct plant *plant; /* NULL: none */
	enum fault_kind kind;
	struct flow_request made;
	struct result clean; /* where nothing failed */
	unsigned n;
	unsigned wrong;
	unsigned answers[4];
};

static const char *const answer_names[] = {"refused", "failed", "asked", "accepted"};

static void complain(struct run *run, const struct fault *fault, const char *what, const char *more)
{
	run->wrong++;
	printf("%s %s %u (%s%s%s): %s%s%.120s\n", run->kind_name, run->name, run->n, fault->symbol,
	       fault->procedure[0] == '\0' ? "" : " in ", fault->procedure, what,
	       more[0] == '\0' ? "" : ": ", more);
}

static void ask(struct run *run, struct result *result)
{
	seikyo_login_run(&run->stage.host, &run->made.request, &result->reply);
}

static void ask_and_tell(struct run *run, struct result *result)
{
	ask(run, result);
	stage_tell(&run->stage, &result->rows);
}

/*
 * A State up to the digest of the hash that the password was right for (core/state.h): where the
 * answer to a renewal is lost, that is another one when the request comes again.
 */
#define STATE_CERTAIN 70

static bool same_answer(const struct seikyo_login_reply *a, const struct seikyo_login_reply *b)
{
	return a->answer == b->answer && a->outcome == b->outcome && a->expired == b->expired &&
	       a->has_state == b->has_state && a->has_ticket == b->has_ticket &&
	       a->tries_left == b->tries_left && strcmp(a->request_id, b->request_id) == 0 &&
	       (!a->has_state || memcmp(a->state, b->state, STATE_CERTAIN) == 0) &&
	       (!a->has_ticket || memcmp(a->ticket, b->ticket, sizeof(a->ticket)) == 0) &&
	       memcmp(a->last_login_us, b->last_login_us, sizeof(a->last_login_us)) == 0;
}

/* What the login has borrowed and not given back, or left behind. */
static void judge_leftovers(struct run *run, const struct fault *fault)
{
	const unsigned long error = ERR_peek_error();

	if (run->stage.lent != 0)
		complain(run, fault, "a connection is not given back", "");
	if (run->stage.hashing != 0)
		complain(run, fault, "a hash has begun and not ended", "");
	if (error != 0)
		complain(run, fault, "left in OpenSSL's queue of errors",
			 ERR_reason_error_string(error));
	run->stage.lent = run->stage.hashing = 0;
	ERR_clear_error();
}

/* A refusal that tells nothing, where the fault may be answered so. */
static bool is_refused(const struct fault *fault, const struct seikyo_login_reply *reply)
{
	return fault_refuses(fault) && reply->answer == SEIKYO_ANSWER_REJECT &&
	       reply->outcome == SEIKYO_OUTCOME_NONE;
}

static void judge_answer(struct run *run, const struct fault *fault, const struct result *result)
{
	const struct seikyo_login_reply *reply = &result->reply;
	const char *answer = answer_names[reply->answer];

	if (reply->answer == SEIKYO_ANSWER_ACCEPT && fault->harmful)
		complain(run, fault, "accepted", reply->reason);
	if (reply->answer == SEIKYO_ANSWER_ACCEPT && result->rows.accepted != 1)
		complain(run, fault, "accepted without a row", result->rows.told);
	if (result->rows.accepted > run->clean.rows.accepted)
		complain(run, fault, "a row too many", result->rows.told);
	if (reply->answer != SEIKYO_ANSWER_ACCEPT && reply->answer != SEIKYO_ANSWER_FAIL &&
	    result->rows.accepted != 0)
		complain(run, fault, "not a failure, though the database has accepted", answer);
	if (reply->answer != SEIKYO_ANSWER_FAIL && !is_refused(fault, reply) &&
	    !same_answer(reply, &run->clean.reply))
		complain(run, fault, "neither a failure nor what is answered without the fault",
			 reply->reason);
	if (reply->answer == SEIKYO_ANSWER_REJECT && (reply->has_state || reply->has_ticket))
		complain(run, fault, "a refusal with State or ticket", reply->reason);
}

/* Where a fault was answered with a refusal, users and tokens: the refusal has its event. */
static bool same_rows(const struct stage_rows *a, const struct stage_rows *b, bool refused)
{
	const char *end = refused ? strstr(a->told, " events ") : NULL;

	return strncmp(a->told, b->told, end == NULL ? SIZE_MAX : (size_t)(end - a->told)) == 0;
}

/* Where the first word begins in which the two differ. */
static size_t first_difference(const char *a, const char *b)
{
	size_t word = 0;

	for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++) {
		if (a[i] == ' ')
			word = i + 1;
	}
	return word;
}

/* The same request again, as at another server, and nothing fails. */
static void judge_repetition(struct run *run, const struct fault *fault, bool refused)
{
	struct result again;

	stage_reconnect(&run->stage);
	ask_and_tell(run, &again);
	if (!same_answer(&again.reply, &run->clean.reply))
		complain(run, fault, "sent again it is answered otherwise", again.reply.reason);
	else if (!same_rows(&again.rows, &run->clean.rows, refused)) {
		const size_t at = first_difference(again.rows.told, run->clean.rows.told);

		complain(run, fault, "sent again it leaves other rows", again.rows.told + at);
		printf("instead of: %.120s\n", run->clean.rows.told + at);
	}
}

static void plant(struct run *run)
{
	if (run->plant == NULL)
		return;
	if (run->plant->leak && OPENSSL_malloc(1) == NULL)
		stage_die("no memory");
	if (run->plant->sql != NULL)
		stage_change(&run->stage, run->plant->sql);
}

/* Gives false where there was no n-th call. */
static bool inject(struct run *run)
{
	struct result result = {.rows = {.told = "", .accepted = 0}};
	struct fault fault;

	stage_reset(&run->stage, run->flow->before);
	fault_arm(run->kind, run->n);
	ask(run, &result);
	fault = fault_disarm();
	if (fault.strikes == 0)
		return false;
	plant(run);
	/* After a failure the rows are looked at when the request was sent again. */
	if (result.reply.answer != SEIKYO_ANSWER_FAIL)
		stage_tell(&run->stage, &result.rows);
	run->answers[result.reply.answer]++;
	judge_leftovers(run, &fault);
	judge_answer(run, &fault, &result);
	judge_repetition(run, &fault, is_refused(&fault, &result.reply));
	return true;
}

/* The same for what is no login: it is done, or it is not. */
static bool inject_work(struct run *run)
{
	const struct work *work = run->work;
	struct fault fault;
	int result;

	fault_arm(run->kind, run->n);
	result = work->run(&run->stage);
	fault = fault_disarm();
	if (result == 0 && work->check != NULL && work->check(&run->stage) < 0)
		complain(run, &fault, "done wrongly", "");
	if (fault.strikes == 0 && result != work->result)
		stage_die("%s: comes to %d", work->name, result);
	if (fault.strikes == 0)
		return false;
	run->answers[result == 0 ? SEIKYO_ANSWER_ACCEPT : SEIKYO_ANSWER_FAIL]++;
	if (result == 0 && (fault.harmful || work->result != 0))
		complain(run, &fault, "done", "");
	judge_leftovers(run, &fault);
	return true;
}

static void run_clean(struct run *run)
{
	const struct flow *flow = run->flow;
	const struct seikyo_login_reply *reply = &run->clean.reply;

	stage_reset(&run->stage, NULL);
	flow_make(&run->stage, flow, &run->made);
	stage_reset(&run->stage, flow->before);
	run->stage.between = flow->between;
	ask_and_tell(run, &run->clean);
	if (reply->answer != flow->answer || reply->outcome != flow->outcome ||
	    reply->expired != flow->expired)
		stage_die("%s: %s, outcome %d: %s %s", flow->name, answer_names[reply->answer],
			  (int)reply->outcome, reply->reason, reply->detail);
}

static void choose_kind(struct run *run, const char *name)
{
	run->kind_name = name;
	run->kind = fault_kind_named(name);
	for (size_t i = 0; i < sizeof(plants) / sizeof(plants[0]); i++) {
		if (strcmp(plants[i].kind, name) == 0) {
			run->plant = &plants[i];
			run->kind = plants[i].fault;
		}
	}
}

static void choose(struct run *run, const char *kind, const char *name)
{
	choose_kind(run, kind);
	run->name = name;
	run->flow = flow_named(name);
	run->work = work_named(name);
	if (run->kind == FAULT_NONE || (run->flow == NULL && run->work == NULL))
		stage_die("no such kind or flow");
}

static void run_all(struct run *run, unsigned first, unsigned step)
{
	bool (*one)(struct run * run) = run->flow != NULL ? inject : inject_work;
	unsigned calls = 0;

	for (run->n = first; one(run); run->n += step)
		calls++;
	fault_print_symbols();
	printf("%s %s: %u calls failed: %u refused, %u failed, %u asked, %u accepted\n",
	       run->kind_name, run->name, calls, run->answers[0], run->answers[1], run->answers[2],
	       run->answers[3]);
	if (calls == 0)
		run->wrong++;
}

int main(int argc, char **argv)
{
	static struct run run;

	if (argc == 2 && strcmp(argv[1], "list") == 0) {
		flow_list();
		return 0;
	}
	if (argc < 3)
		stage_die("inject KIND FLOW [FIRST [STEP]]");
	choose(&run, argv[1], argv[2]);
	if (fault_take_memory() < 0)
		stage_die("OpenSSL keeps its own allocator");
	stage_open(&run.stage);
	if (run.flow != NULL)
		run_clean(&run);
	run_all(&run, argc > 3 ? (unsigned)atoi(argv[3]) : 1,
		argc > 4 ? (unsigned)atoi(argv[4]) : 1);
	stage_close(&run.stage);
	return run.wrong == 0 ? 0 : 1;
}
