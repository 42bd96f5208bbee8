/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An exported audit trail, read for a recovery: what is handed on is whole, in its order, and newer
 * than what the database has; of a trail that breaks off or was changed the end is refused.
 */
#include "file.h"

#include <jansson.h>

#include "command/recover_file.h"

static json_int_t contract, number; /* of the row that was handed on last */
static size_t rows, heads;

/* Contract 1's first two rows are the database's already. */
static struct seikyo_audit_head own_head = {.contract_id = 1, .contract = "C-1", .number = 2};
static const struct seikyo_audit_heads own = {.items = &own_head, .count = 1};

static void check_row(const json_t *line)
{
	const json_int_t this_contract = json_integer_value(json_object_get(line, "contract_id"));
	const json_int_t this_number = json_integer_value(json_object_get(line, "number"));

	demand(heads == 0, "heads stand behind all rows");
	demand(this_contract > contract || rows == 0 ||
		       (this_contract == contract && this_number == number + 1),
	       "each chain comes once, and its rows in their order");
	demand(this_contract != 1 || this_number > 2, "no row comes that the database has");
	demand(json_is_integer(json_object_get(line, "at")), "a moment is a number");
	contract = this_contract;
	number = this_number;
	rows++;
}

/* In place of the database. */
static enum seikyo_exit take(struct seikyo_context *context, const char *text, size_t len)
{
	json_t *lines = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);

	(void)context;
	demand(json_is_array(lines) && json_array_size(lines) > 0, "lines come as an array");
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		const char *kind = json_string_value(json_object_get(line, "kind"));

		demand(kind != NULL, "a line has its kind");
		if (strcmp(kind, "row") == 0)
			check_row(line);
		else
			heads++;
	}
	json_decref(lines);
	return SEIKYO_EXIT_DONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum seikyo_exit result;

	said = 0;
	contract = number = -1;
	rows = heads = 0;
	demand(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size,
	       "it is written");
	result = seikyo_recover_read(NULL, file, &own, take);
	if (result == SEIKYO_EXIT_DONE)
		demand(heads > 0 && said == 0, "a whole export has heads");
	else
		demand(said == 1, "what is wrong is said once");
	return 0;
}
