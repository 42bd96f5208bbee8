/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/audit_file.h"
#include "command/say.h"
#include "common/text.h"

static const char TEXT_OPEN[] = N_("The export %s cannot be read: %s.");
static const char TEXT_FORM[] = N_("%s, line %u: that is no line of an export.");
static const char TEXT_NONE[] = N_("%s holds no heads: it is no export, or not all of one.");

/* Takes a head out of its line. Gives 0 or -1. */
static int take_head(const json_t *line, struct seikyo_audit_heads *heads)
{
	struct seikyo_audit_head head = {0};
	json_int_t contract_id, number;
	const char *contract;
	const char *hash;

	if (json_unpack((json_t *)(uintptr_t)line, "{s:I, s:s, s:I, s:s}", "contract_id",
			&contract_id, "contract", &contract, "number", &number, "hash", &hash) < 0)
		return -1;
	if (contract_id < 0 || number < 0 || strlen(contract) > SEIKYO_AUDIT_CONTRACT_MAX ||
	    seikyo_text_unhex(hash, head.hash, sizeof(head.hash)) < 0)
		return -1;
	head.contract_id = contract_id;
	head.number = number;
	snprintf(head.contract, sizeof(head.contract), "%s", contract);
	return seikyo_audit_heads_add(heads, &head);
}

/* Takes one line of an export, of which only the heads are of use here. Gives 0 or -1. */
static int take_line(const char *text, size_t len, struct seikyo_audit_heads *heads)
{
	json_t *line = json_loadb(text, len, 0, NULL);
	const char *kind = json_string_value(json_object_get(line, "kind"));
	int result = -1;

	if (kind && strcmp(kind, "head") == 0)
		result = take_head(line, heads);
	else if (kind && strcmp(kind, "row") == 0)
		result = 0;
	json_decref(line);
	return result;
}

/* Reads every line. Gives 0, or -1 after saying why. */
static int read_lines(FILE *in, const char *name, struct seikyo_audit_heads *heads)
{
	char *text = NULL;
	size_t room = 0;
	unsigned number = 0;
	ssize_t len;
	int result = 0;

	while (result == 0 && (len = getline(&text, &room, in)) >= 0) {
		number++;
		result = take_line(text, (size_t)len, heads);
	}
	if (result < 0) {
		seikyo_say_error(_(TEXT_FORM), name, number);
	} else if (ferror(in)) {
		seikyo_say_error(_(TEXT_OPEN), name, strerror(errno));
		result = -1;
	}
	free(text);
	return result;
}

enum seikyo_exit seikyo_audit_file_heads(const char *name, struct seikyo_audit_heads *heads)
{
	FILE *in = fopen(name, "re");
	int result;

	if (!in) {
		seikyo_say_error(_(TEXT_OPEN), name, strerror(errno));
		return SEIKYO_EXIT_USAGE;
	}
	result = read_lines(in, name, heads);
	fclose(in);
	if (result == 0 && heads->count == 0) {
		seikyo_say_error(_(TEXT_NONE), name);
		result = -1;
	}
	seikyo_audit_heads_sort(heads);
	return result < 0 ? SEIKYO_EXIT_USAGE : SEIKYO_EXIT_DONE;
}
