/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/audit_chain.h"

#include <stdio.h>
#include <string.h>

#include "command/audit_row.h"
#include "common/text.h"

/* What is wrong with a chain: a word for machines, a sentence for people. */
struct problem {
	const char *kind;
	const char *text;
};

static const struct problem problem_missing = {"missing", N_("a row before it is missing")};
static const struct problem problem_changed = {"changed", N_("it was changed")};
static const struct problem problem_head = {"head", N_("it is not the row that the head names")};
static const struct problem problem_cut = {"cut", N_("it is missing, and all after it")};
static const struct problem problem_beyond = {"beyond", N_("it stands behind the head")};
static const struct problem problem_headless = {"headless", N_("the chain has no head")};
static const struct problem problem_shorter = {
	"shorter", N_("it is missing, and all after it: the export had it")};
static const struct problem problem_differs = {"differs", N_("it is not the row of the export")};

static const char SEEN_COMMAND[] = "command";
static const char SEEN_DATABASE[] = "database";
static const char SEEN_BOTH[] = "both";

static int keep(struct seikyo_audit_check *check, const struct seikyo_audit_head *chain,
		int64_t number, const struct problem *problem)
{
	return json_array_append_new(check->breaks,
				     json_pack("{s:I, s:s, s:I, s:s, s:s, s:s}", "contract_id",
					       (json_int_t)chain->contract_id, "contract_number",
					       chain->contract, "number", (json_int_t)number,
					       "kind", problem->kind, "problem", problem->text,
					       "seen_by", SEEN_COMMAND));
}

/* Keeps the chain's first break only. */
static int keep_first(struct seikyo_audit_check *check, struct seikyo_audit_head *chain,
		      int64_t number, const struct problem *problem)
{
	if (chain->broken)
		return 0;
	chain->broken = true;
	return keep(check, chain, number, problem);
}

/* The chain that the row belongs to: the last one, or a new one. NULL: no memory. */
static struct seikyo_audit_head *chain_of(struct seikyo_audit_heads *chains,
					  const struct seikyo_audit_row *row)
{
	struct seikyo_audit_head new = {.contract_id = row->link.contract_id};

	if (chains->count && chains->items[chains->count - 1].contract_id == new.contract_id)
		return &chains->items[chains->count - 1];
	snprintf(new.contract, sizeof(new.contract), "%s", row->contract);
	return seikyo_audit_heads_add(chains, &new) < 0 ? NULL : &chains->items[chains->count - 1];
}

static int check_link(struct seikyo_audit_check *check, struct seikyo_audit_head *chain,
		      const struct seikyo_audit_link *link)
{
	uint8_t hash[SEIKYO_AUDIT_HASH_LEN];

	if (link->number != chain->number + 1)
		return keep_first(check, chain, link->number, &problem_missing);
	if (seikyo_audit_hash(link, chain->hash, hash) < 0)
		return -1;
	if (memcmp(hash, link->hash, sizeof(hash)) != 0)
		return keep_first(check, chain, link->number, &problem_changed);
	return 0;
}

/* Marks the head that names this row. Rows and heads come in the order of their contracts. */
static void meet(struct seikyo_audit_heads *heads, const struct seikyo_audit_link *link)
{
	struct seikyo_audit_head *head;

	while (heads->at < heads->count && heads->items[heads->at].contract_id < link->contract_id)
		heads->at++;
	head = heads->at < heads->count ? &heads->items[heads->at] : NULL;
	if (!head || head->contract_id != link->contract_id || head->number != link->number)
		return;
	head->met = true;
	head->same = memcmp(head->hash, link->hash, sizeof(head->hash)) == 0;
}

int seikyo_audit_check_row(void *context, const struct seikyo_value *values,
			   const char *const *names, size_t count)
{
	const struct seikyo_columns columns = {values, names, count};
	struct seikyo_audit_check *check = context;
	struct seikyo_audit_head *chain;
	struct seikyo_audit_row row;

	if (seikyo_audit_row_take(&columns, &row) < 0)
		return -1;
	chain = chain_of(&check->chains, &row);
	if (!chain || check_link(check, chain, &row.link) < 0)
		return -1;
	chain->number = row.link.number;
	memcpy(chain->hash, row.link.hash, sizeof(chain->hash));
	meet(&check->before, &row.link);
	meet(&check->exported, &row.link);
	return check->each ? check->each(check->each_context, &row) : 0;
}

/* Each head must have met its row. cut and other: what it means if it has not. */
static int check_heads(struct seikyo_audit_check *check, struct seikyo_audit_heads *heads,
		       const struct problem *cut, const struct problem *other)
{
	for (size_t i = 0; i < heads->count; i++) {
		struct seikyo_audit_head *head = &heads->items[i];
		struct seikyo_audit_head *chain =
			seikyo_audit_heads_find(&check->chains, head->contract_id);
		const int64_t rows = chain ? chain->number : 0;

		if (head->number == 0 || (head->met && head->same))
			continue;
		if (keep_first(check, chain ? chain : head,
			       head->met || head->number < rows ? head->number : rows + 1,
			       head->met ? other : cut) < 0)
			return -1;
	}
	return 0;
}

/* No row stands behind the head that came after it, and each chain has a head. */
static int check_chains(struct seikyo_audit_check *check)
{
	for (size_t i = 0; i < check->chains.count; i++) {
		struct seikyo_audit_head *chain = &check->chains.items[i];
		const struct seikyo_audit_head *head =
			seikyo_audit_heads_find(&check->after, chain->contract_id);
		int failed = 0;

		if (!head)
			failed = keep_first(check, chain, chain->number, &problem_headless);
		else if (chain->number > head->number)
			failed = keep_first(check, chain, head->number + 1, &problem_beyond);
		else if (chain->number == head->number &&
			 memcmp(chain->hash, head->hash, sizeof(chain->hash)) != 0)
			failed = keep_first(check, chain, chain->number, &problem_head);
		if (failed < 0)
			return -1;
	}
	return 0;
}

int seikyo_audit_check_end(struct seikyo_audit_check *check)
{
	if (check_chains(check) < 0 ||
	    check_heads(check, &check->before, &problem_cut, &problem_head) < 0)
		return -1;
	return check_heads(check, &check->exported, &problem_shorter, &problem_differs);
}

/* The break of this contract that the command itself has found, or NULL. */
static json_t *break_of(const struct seikyo_audit_check *check, int64_t contract_id)
{
	size_t index;
	json_t *found;

	json_array_foreach(check->breaks, index, found)
	{
		if (json_integer_value(json_object_get(found, "contract_id")) == contract_id)
			return found;
	}
	return NULL;
}

int seikyo_audit_check_verified(void *context, const struct seikyo_value *values,
				const char *const *names, size_t count)
{
	const struct seikyo_columns columns = {values, names, count};
	struct seikyo_audit_check *check = context;
	int64_t contract_id, number;
	const char *contract;
	const char *problem;
	json_t *found;

	if (seikyo_columns_integer(&columns, "contract_id", &contract_id) < 0 ||
	    seikyo_columns_integer(&columns, "number", &number) < 0 ||
	    seikyo_columns_text(&columns, "contract_number", &contract) < 0 ||
	    seikyo_columns_text(&columns, "problem", &problem) < 0 || !contract || !problem)
		return -1;
	found = break_of(check, contract_id);
	if (found)
		return json_object_set_new(found, "seen_by", json_string(SEEN_BOTH));
	return json_array_append_new(check->breaks,
				     json_pack("{s:I, s:s, s:I, s:s, s:s, s:s}", "contract_id",
					       (json_int_t)contract_id, "contract_number", contract,
					       "number", (json_int_t)number, "kind", SEEN_DATABASE,
					       "problem", problem, "seen_by", SEEN_DATABASE));
}

void seikyo_audit_check_close(struct seikyo_audit_check *check)
{
	seikyo_audit_heads_close(&check->before);
	seikyo_audit_heads_close(&check->after);
	seikyo_audit_heads_close(&check->exported);
	seikyo_audit_heads_close(&check->chains);
	json_decref(check->breaks);
	check->breaks = NULL;
}
