/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/recover_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "command/say.h"
#include "common/buffer.h"
#include "common/moment.h"
#include "common/text.h"

#define LINE_MAX_BYTES 65536	     /* several times what a row can hold */
#define BATCH_BYTES    (1024 * 1024) /* of a call: far below what any database takes at once */
#define MOMENT_BYTES   27	     /* "2026-11-22T03:00:00.000000Z" */

/* The largest numbers that the database takes of an export (operator_recover_take). */
#define CONTRACT_LAST INT32_MAX
#define USER_LAST     (INT64_C(1) << 53)

static const char TEXT_OPEN[] = N_("The export %s cannot be read: %s.");
static const char TEXT_FORM[] = N_("%s, line %u: that is no line of an export.");
static const char TEXT_NUMBER[] =
	N_("%s, line %u: the number of a contract or of a user is larger than any can be.");
static const char TEXT_CHANGED[] =
	N_("%s, line %u: the export was changed: row %lld of chain %s does not follow from the one "
	   "before it.");
static const char TEXT_HEAD[] =
	N_("%s, line %u: the export is not whole: row %lld of chain %s should be its newest.");
static const char TEXT_ENDLESS[] = N_("%s is not whole: its end is missing.");
static const char TEXT_MEMORY[] = N_("There is no memory left.");

/* The reading of one export. */
struct reading {
	struct seikyo_context *context;
	const char *name;
	unsigned line;
	const struct seikyo_audit_heads *own;
	seikyo_recover_take_fn take;
	struct seikyo_audit_heads chains; /* the last row of each chain read */
	size_t heads;			  /* how many of these the export names as the newest */
	struct seikyo_buffer batch;
};

static enum seikyo_exit say_form(const struct reading *reading)
{
	seikyo_say_error(_(TEXT_FORM), reading->name, reading->line);
	return SEIKYO_EXIT_REFUSED;
}

static enum seikyo_exit say_memory(void)
{
	seikyo_say_error("%s", _(TEXT_MEMORY));
	return SEIKYO_EXIT_USAGE;
}

static enum seikyo_exit flush(struct reading *reading)
{
	struct seikyo_buffer *batch = &reading->batch;
	enum seikyo_exit result;

	if (!batch->len)
		return SEIKYO_EXIT_DONE;
	seikyo_buffer_put(batch, "]");
	result = batch->failed ? say_memory()
			       : reading->take(reading->context, batch->text, batch->len);
	batch->len = 0;
	return result;
}

/* Puts a line into the batch, and hands that on when it is full. */
static enum seikyo_exit hand_on(struct reading *reading, const json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT);

	if (!text)
		return say_memory();
	seikyo_buffer_put(&reading->batch, reading->batch.len ? "," : "[");
	seikyo_buffer_put(&reading->batch, text);
	free(text);
	return reading->batch.len < BATCH_BYTES ? SEIKYO_EXIT_DONE : flush(reading);
}

/* "2026-11-22T03:00:00.000000Z", as an export has it. Gives 0 or -1. */
static int parse_moment(const char *text, int64_t *at)
{
	char plain[MOMENT_BYTES + 1];

	if (strlen(text) != MOMENT_BYTES || text[10] != 'T' || text[MOMENT_BYTES - 1] != 'Z')
		return -1;
	snprintf(plain, sizeof(plain), "%s", text);
	plain[10] = ' ';
	plain[MOMENT_BYTES - 1] = '\0';
	return seikyo_moment_parse(plain, at);
}

/* A user's id, or -1 for nobody. Gives 0 or -1. */
static int take_user(const json_t *line, const char *name, int64_t *user)
{
	const json_t *value = json_object_get(line, name);

	*user = json_is_integer(value) ? json_integer_value(value) : -1;
	return json_is_null(value) || (json_is_integer(value) && *user >= 0) ? 0 : -1;
}

/* A text or nothing. Gives 0 or -1. */
static int take_text(const json_t *line, const char *name, const char **text)
{
	const json_t *value = json_object_get(line, name);

	*text = json_string_value(value);
	return *text || json_is_null(value) ? 0 : -1;
}

/* The texts are the line's. Gives 0 or -1. */
static int take_row(json_t *line, struct seikyo_audit_row *row)
{
	struct seikyo_audit_link *link = &row->link;
	json_int_t contract_id, number;
	const char *at;
	const char *hash;

	if (json_unpack(line, "{s:I, s:s, s:I, s:s, s:s, s:s, s:s, s:s, s:s}", "contract_id",
			&contract_id, "contract", &row->contract, "number", &number, "at", &at,
			"act", &link->act, "actor", &link->actor, "origin", &link->origin, "detail",
			&link->detail, "hash", &hash) < 0)
		return -1;
	link->contract_id = contract_id;
	link->number = number;
	if (contract_id < 0 || contract_id > UINT32_MAX || number < 1 || number > UINT32_MAX ||
	    strlen(row->contract) > SEIKYO_AUDIT_CONTRACT_MAX ||
	    take_text(line, "on_login_id", &row->on_login_id) < 0 ||
	    take_text(line, "paper", &link->paper) < 0 ||
	    take_user(line, "by_user", &link->by_user) < 0 ||
	    take_user(line, "on_user", &link->on_user) < 0 || parse_moment(at, &link->at) < 0)
		return -1;
	return seikyo_text_unhex(hash, link->hash, sizeof(link->hash));
}

static bool too_large(const struct seikyo_audit_link *link)
{
	return link->contract_id > CONTRACT_LAST || link->by_user > USER_LAST ||
	       link->on_user > USER_LAST;
}

/* The chain that the row goes on with: the last one, or one that begins. NULL: no memory. */
static struct seikyo_audit_head *chain_of(struct reading *reading,
					  const struct seikyo_audit_row *row)
{
	struct seikyo_audit_heads *chains = &reading->chains;
	struct seikyo_audit_head new = {.contract_id = row->link.contract_id};

	if (chains->count && chains->items[chains->count - 1].contract_id == new.contract_id)
		return &chains->items[chains->count - 1];
	snprintf(new.contract, sizeof(new.contract), "%s", row->contract);
	return seikyo_audit_heads_add(chains, &new) < 0 ? NULL : &chains->items[chains->count - 1];
}

/* An export has each chain once, by contract id. */
static bool follows(const struct seikyo_audit_heads *chains, int64_t contract_id)
{
	return chains->count == 0 || chains->items[chains->count - 1].contract_id <= contract_id;
}

static enum seikyo_exit read_row(struct reading *reading, json_t *line)
{
	const struct seikyo_audit_head *own;
	uint8_t hash[SEIKYO_AUDIT_HASH_LEN];
	struct seikyo_audit_head *chain;
	struct seikyo_audit_row row;

	if (take_row(line, &row) < 0 || !follows(&reading->chains, row.link.contract_id))
		return say_form(reading);
	if (too_large(&row.link)) {
		seikyo_say_error(_(TEXT_NUMBER), reading->name, reading->line);
		return SEIKYO_EXIT_REFUSED;
	}
	chain = chain_of(reading, &row);
	if (!chain || seikyo_audit_hash(&row.link, chain->hash, hash) < 0)
		return say_memory();
	if (row.link.number != chain->number + 1 ||
	    memcmp(hash, row.link.hash, sizeof(hash)) != 0) {
		seikyo_say_error(_(TEXT_CHANGED), reading->name, reading->line,
				 (long long)row.link.number, row.contract);
		return SEIKYO_EXIT_REFUSED;
	}
	chain->number = row.link.number;
	memcpy(chain->hash, hash, sizeof(hash));
	own = seikyo_audit_heads_find(reading->own, row.link.contract_id);
	if (own && row.link.number <= own->number)
		return SEIKYO_EXIT_DONE;
	json_object_set_new(line, "at", json_integer(row.link.at));
	return hand_on(reading, line);
}

/* The heads stand at the end, one for each chain, in the chains' order. */
static enum seikyo_exit read_head(struct reading *reading, json_t *line)
{
	const struct seikyo_audit_heads *chains = &reading->chains;
	const struct seikyo_audit_head *chain = NULL;
	uint8_t hash[SEIKYO_AUDIT_HASH_LEN];
	json_int_t contract_id, number;
	const char *contract;
	const char *text;

	if (json_unpack(line, "{s:I, s:s, s:I, s:s}", "contract_id", &contract_id, "contract",
			&contract, "number", &number, "hash", &text) < 0 ||
	    seikyo_text_unhex(text, hash, sizeof(hash)) < 0)
		return say_form(reading);
	if (reading->heads < chains->count)
		chain = &chains->items[reading->heads++];
	if (!chain || chain->contract_id != contract_id || chain->number != number ||
	    memcmp(chain->hash, hash, sizeof(hash)) != 0) {
		seikyo_say_error(_(TEXT_HEAD), reading->name, reading->line, (long long)number,
				 contract);
		return SEIKYO_EXIT_REFUSED;
	}
	return hand_on(reading, line);
}

static enum seikyo_exit read_line(struct reading *reading, const char *text, size_t len)
{
	enum seikyo_exit result = SEIKYO_EXIT_REFUSED;
	const char *kind;
	json_t *line;

	reading->line++;
	line = len > LINE_MAX_BYTES ? NULL : json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	kind = json_string_value(json_object_get(line, "kind"));
	if (kind && strcmp(kind, "row") == 0 && reading->heads == 0)
		result = read_row(reading, line);
	else if (kind && strcmp(kind, "head") == 0)
		result = read_head(reading, line);
	else
		result = say_form(reading);
	json_decref(line);
	return result;
}

static enum seikyo_exit read_lines(struct reading *reading, FILE *in)
{
	enum seikyo_exit result = SEIKYO_EXIT_DONE;
	char *text = NULL;
	size_t room = 0;
	ssize_t len;

	errno = 0;
	while (result == SEIKYO_EXIT_DONE && (len = getline(&text, &room, in)) >= 0)
		result = read_line(reading, text, (size_t)len);
	free(text);
	if (result != SEIKYO_EXIT_DONE)
		return result;
	if (ferror(in)) {
		seikyo_say_error(_(TEXT_OPEN), reading->name, strerror(errno));
		return SEIKYO_EXIT_USAGE;
	}
	if (!reading->heads || reading->heads < reading->chains.count) {
		seikyo_say_error(_(TEXT_ENDLESS), reading->name);
		return SEIKYO_EXIT_REFUSED;
	}
	return flush(reading);
}

enum seikyo_exit seikyo_recover_read(struct seikyo_context *context, const char *name,
				     const struct seikyo_audit_heads *own,
				     seikyo_recover_take_fn take)
{
	struct reading reading = {.context = context, .name = name, .own = own, .take = take};
	FILE *in = fopen(name, "re");
	enum seikyo_exit result;

	if (!in) {
		seikyo_say_error(_(TEXT_OPEN), name, strerror(errno));
		return SEIKYO_EXIT_USAGE;
	}
	result = read_lines(&reading, in);
	fclose(in);
	seikyo_audit_heads_close(&reading.chains);
	seikyo_buffer_close(&reading.batch);
	return result;
}
