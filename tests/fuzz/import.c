/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CSV file of users: rows as RFC 4180 has them, and of these the JSON that the database is given,
 * which says the same and nothing else.
 */
#include "file.h"

#include <jansson.h>

#include "command/import_file.h"
#include "common/csv.h"
#include "core/password.h"

/* --- rows ------------------------------------------------------------------------------------- */

static size_t put_quoted(char *out, const char *field)
{
	char *at = out;

	*at++ = '"';
	for (; *field; field++) {
		if (*field == '"')
			*at++ = '"';
		*at++ = *field;
	}
	*at++ = '"';
	return (size_t)(at - out);
}

/* Written as CSV again, the row is read as the same. */
static void check_again(const struct seikyo_csv_row *row)
{
	char *text = malloc(SEIKYO_CSV_FIELDS * (2 * SEIKYO_CSV_FIELD_MAX + 3) + 1);
	struct seikyo_csv_row again;
	struct seikyo_csv csv;
	size_t len = 0;

	demand(text != NULL, "there is memory");
	for (size_t i = 0; i < row->count; i++) {
		if (i)
			text[len++] = ',';
		len += put_quoted(text + len, row->fields[i]);
	}
	text[len] = '\0';
	seikyo_csv_open(&csv, text, len);
	demand(seikyo_csv_next(&csv, &again) == SEIKYO_CSV_ROW && again.count == row->count,
	       "a row is read again");
	for (size_t i = 0; i < row->count; i++)
		demand(strcmp(again.fields[i], row->fields[i]) == 0, "as the same");
	free(text);
}

static void check_row(const struct seikyo_csv_row *row, const char *text, size_t size)
{
	demand(row->count >= 1 && row->count <= SEIKYO_CSV_FIELDS, "a row has 1 to 16 fields");
	for (size_t i = 0; i < row->count; i++) {
		demand(row->fields[i] >= text && row->fields[i] <= text + size,
		       "a field stands in the text");
		demand(strlen(row->fields[i]) <= SEIKYO_CSV_FIELD_MAX &&
			       seikyo_text_valid(row->fields[i]),
		       "a field is UTF-8 of its greatest length");
	}
	check_again(row);
}

static void check_rows(const uint8_t *data, size_t size)
{
	char *text = fuzz_copy(data, size, true);
	enum seikyo_csv_result result;
	struct seikyo_csv_row row;
	struct seikyo_csv csv;
	unsigned line = 0;

	seikyo_csv_open(&csv, text, size);
	while ((result = seikyo_csv_next(&csv, &row)) != SEIKYO_CSV_END) {
		demand(row.line > line, "rows come in their order");
		line = row.line;
		demand((result == SEIKYO_CSV_ROW) == (row.problem == SEIKYO_CSV_FINE),
		       "a row is good or has a problem");
		if (result == SEIKYO_CSV_ROW)
			check_row(&row, text, size);
	}
	free(text);
}

/* --- users ------------------------------------------------------------------------------------ */

static void check_user(const json_t *user)
{
	const json_t *confirmation = json_object_get(user, "confirmation_hash");

	demand(json_object_size(user) == 7, "a user has seven members");
	demand(json_is_string(json_object_get(user, "login_id")) &&
		       json_is_string(json_object_get(user, "contract")) &&
		       json_is_string(json_object_get(user, "role")) &&
		       json_is_string(json_object_get(user, "mail")) &&
		       json_is_string(json_object_get(user, "name")),
	       "with these names");
	demand(seikyo_password_hash_known(
		       json_string_value(json_object_get(user, "password_hash"))),
	       "and a hash of a known format");
	demand(json_is_null(confirmation) ||
		       seikyo_password_hash_known(json_string_value(confirmation)),
	       "and of the confirmation password too, if there is one");
}

/* An independent reader finds in the JSON what was counted. */
static void check_json(const struct seikyo_import *import)
{
	json_t *users =
		json_loadb(import->users.text, import->users.len, JSON_REJECT_DUPLICATES, NULL);

	demand(json_is_array(users) && json_array_size(users) == import->count,
	       "the JSON holds every good line");
	for (size_t i = 0; i < import->count; i++) {
		check_user(json_array_get(users, i));
		demand(import->lines[i] > 1, "users stand behind the header");
	}
	json_decref(users);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seikyo_import import = {0};

	check_rows(data, size);
	demand(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size,
	       "it is written");
	if (seikyo_import_read(&import, file) == SEIKYO_EXIT_DONE) {
		check_json(&import);
		for (size_t i = 0; i < import.fault_count; i++)
			demand(strcmp(seikyo_import_reason(import.faults[i].problem),
				      import.faults[i].problem) != 0,
			       "each fault has its sentence");
	}
	seikyo_import_close(&import);
	return 0;
}
