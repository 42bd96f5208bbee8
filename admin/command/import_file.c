/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/import_file.h"

#include <stdlib.h>
#include <string.h>

#include "command/progress.h"
#include "command/say.h"
#include "common/csv.h"
#include "common/text.h"
#include "core/password.h"
#include "core/secret.h"

#define PROGRESS_STEP 1000 /* lines */

static const char TEXT_EMPTY[] = N_("The file %s holds no users.");
static const char TEXT_HEADER[] = N_("%s, line %u: the first line must name the columns: contract, "
				     "login_id, role, name, mail, password_hash and, if wanted, "
				     "confirmation_hash, in any order.");
static const char TEXT_UNKNOWN[] = N_("%s, line %u: there is no column '%s'.");
static const char TEXT_TWICE[] = N_("%s, line %u: the column '%s' is there twice.");
static const char TEXT_MISSING[] = N_("%s, line %u: the column '%s' is missing.");
static const char TEXT_READ[] = N_("%zu users read");
static const char TEXT_MEMORY[] = N_("There is no memory left.");

enum {
	CONTRACT,
	LOGIN_ID,
	ROLE,
	NAME,
	MAIL,
	PASSWORD_HASH,
	CONFIRMATION_HASH,
	COLUMNS,
};

/* The columns of the file, and the names in the database's JSON. */
static const char *const column_names[COLUMNS] = {
	[CONTRACT] = "contract",
	[LOGIN_ID] = "login_id",
	[ROLE] = "role",
	[NAME] = "name",
	[MAIL] = "mail",
	[PASSWORD_HASH] = "password_hash",
	[CONFIRMATION_HASH] = "confirmation_hash",
};

/* Which field holds which column; -1: none does. */
struct layout {
	int field[COLUMNS];
	size_t count;
};

static const struct {
	const char *problem;
	const char *reason;
} reasons[] = {
	{"quote", N_("a quotation mark stands where none may")},
	{"unterminated", N_("a quotation mark is opened and never closed")},
	{"return", N_("a carriage return stands without a line feed")},
	{"nul", N_("there is a NUL byte")},
	{"utf-8", N_("this is not UTF-8")},
	{"long", N_("a field is too long")},
	{"fields-many", N_("there are more fields than columns")},
	{"fields-few", N_("there are fewer fields than columns")},
	{"contract-unknown", N_("there is no such contract")},
	{"closed", N_("the contract is closed")},
	{"login-id", N_("a login ID has 1 to 128 bytes without control characters")},
	{"twice", N_("this login ID is there more than once")},
	{"exists", N_("there is a user with this login ID already")},
	{"role", N_("a role is master or general")},
	{"name", N_("a name has 1 to 100 characters without control characters")},
	{"mail-address", N_("the mail address is not well formed")},
	{"hash", N_("the password hash is of no known format")},
	{"hash-cost", N_("a password hash costs a RADIUS server more than it may")},
	{"confirmation-hash", N_("the confirmation password's hash is of no known format")},
	{"not-master", N_("only a master user has a confirmation password")},
};

/* By enum seikyo_csv_problem. */
static const char *const csv_problems[] = {
	[SEIKYO_CSV_FINE] = "",
	[SEIKYO_CSV_QUOTE] = "quote",
	[SEIKYO_CSV_UNTERMINATED] = "unterminated",
	[SEIKYO_CSV_RETURN] = "return",
	[SEIKYO_CSV_NUL] = "nul",
	[SEIKYO_CSV_UTF8] = "utf-8",
	[SEIKYO_CSV_LONG] = "long",
	[SEIKYO_CSV_MANY] = "fields-many",
};

const char *seikyo_import_reason(const char *problem)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i].problem, problem) == 0)
			return reasons[i].reason;
	return problem;
}

/* Makes room for one more item. Gives the array, moved or not, or NULL. */
static void *grow(void *items, size_t count, size_t *room, size_t size)
{
	void *more;

	if (count < *room)
		return items;
	more = reallocarray(items, *room ? 2 * *room : 256, size);
	if (more)
		*room = *room ? 2 * *room : 256;
	return more;
}

int seikyo_import_fault_add(struct seikyo_import *import, unsigned line, const char *problem)
{
	struct seikyo_import_fault *faults = grow(import->faults, import->fault_count,
						  &import->fault_room, sizeof(*import->faults));

	if (!faults)
		return -1;
	import->faults = faults;
	faults[import->fault_count++] = (struct seikyo_import_fault){line, problem};
	return 0;
}

static int column_of(const char *name)
{
	for (int i = 0; i < COLUMNS; i++)
		if (strcmp(column_names[i], name) == 0)
			return i;
	return -1;
}

/* Puts the header's columns into the layout. Gives 0, or -1 after saying what is wrong. */
static int place_columns(struct layout *layout, const struct seikyo_csv_row *header,
			 const char *file)
{
	for (size_t i = 0; i < COLUMNS; i++)
		layout->field[i] = -1;
	layout->count = header->count;
	for (size_t i = 0; i < header->count; i++) {
		const int column = column_of(header->fields[i]);

		if (column < 0 || layout->field[column] >= 0) {
			seikyo_say_error(column < 0 ? _(TEXT_UNKNOWN) : _(TEXT_TWICE), file,
					 header->line, header->fields[i]);
			return -1;
		}
		layout->field[column] = (int)i;
	}
	for (size_t i = 0; i < CONFIRMATION_HASH; i++) {
		if (layout->field[i] < 0) {
			seikyo_say_error(_(TEXT_MISSING), file, header->line, column_names[i]);
			return -1;
		}
	}
	return 0;
}

static int read_header(struct seikyo_csv *csv, struct layout *layout, const char *file)
{
	struct seikyo_csv_row row;

	switch (seikyo_csv_next(csv, &row)) {
	case SEIKYO_CSV_ROW:
		return place_columns(layout, &row, file);
	case SEIKYO_CSV_END:
		seikyo_say_error(_(TEXT_EMPTY), file);
		return -1;
	case SEIKYO_CSV_BAD:
		break;
	}
	seikyo_say_error(_(TEXT_HEADER), file, row.line);
	return -1;
}

static const char *field_of(const struct layout *layout, const struct seikyo_csv_row *row,
			    size_t column)
{
	return layout->field[column] < 0 ? NULL : row->fields[layout->field[column]];
}

/* A confirmation hash may be left out, for which the file has an empty field. */
static const char *confirmation_of(const struct layout *layout, const struct seikyo_csv_row *row)
{
	const char *hash = field_of(layout, row, CONFIRMATION_HASH);

	return hash && *hash ? hash : NULL;
}

/* What is wrong with a row as far as this side can tell; NULL: nothing. */
static const char *judge(const struct layout *layout, const struct seikyo_csv_row *row)
{
	const char *confirmation;

	if (row->problem != SEIKYO_CSV_FINE)
		return csv_problems[row->problem];
	if (row->count != layout->count)
		return row->count > layout->count ? "fields-many" : "fields-few";
	if (!seikyo_password_hash_known(field_of(layout, row, PASSWORD_HASH)))
		return "hash";
	confirmation = confirmation_of(layout, row);
	if (confirmation && !seikyo_password_hash_known(confirmation))
		return "confirmation-hash";
	return NULL;
}

/* Puts a good row among the users. Gives 0 or -1 (memory). */
static int add_user(struct seikyo_import *import, const struct layout *layout,
		    const struct seikyo_csv_row *row)
{
	unsigned *lines = grow(import->lines, import->count, &import->room, sizeof(*import->lines));

	if (!lines)
		return -1;
	import->lines = lines;
	seikyo_buffer_put(&import->users, import->count ? ",{" : "{");
	for (size_t i = 0; i < COLUMNS; i++) {
		seikyo_buffer_put(&import->users, i ? "," : "");
		seikyo_json_string(&import->users, column_names[i]);
		seikyo_buffer_put(&import->users, ":");
		seikyo_json_string(&import->users, i == CONFIRMATION_HASH
							   ? confirmation_of(layout, row)
							   : field_of(layout, row, i));
	}
	seikyo_buffer_put(&import->users, "}");
	lines[import->count++] = row->line;
	return import->users.failed ? -1 : 0;
}

static int read_rows(struct seikyo_import *import, struct seikyo_csv *csv,
		     const struct layout *layout)
{
	struct seikyo_csv_row row;
	int failed = 0;

	seikyo_buffer_put(&import->users, "[");
	while (failed == 0 && seikyo_csv_next(csv, &row) != SEIKYO_CSV_END) {
		const char *problem = judge(layout, &row);

		failed = problem ? seikyo_import_fault_add(import, row.line, problem)
				 : add_user(import, layout, &row);
		if (import->count % PROGRESS_STEP == 0)
			seikyo_progress(_(TEXT_READ), import->count);
	}
	seikyo_buffer_put(&import->users, "]");
	seikyo_progress_end();
	return failed < 0 || import->users.failed ? -1 : 0;
}

enum seikyo_exit seikyo_import_read(struct seikyo_import *import, const char *file)
{
	enum seikyo_exit result = seikyo_import_load(import, file);
	struct layout layout;
	struct seikyo_csv csv;

	if (result != SEIKYO_EXIT_DONE)
		return result;
	seikyo_csv_open(&csv, import->text, import->len);
	if (read_header(&csv, &layout, file) < 0)
		return SEIKYO_EXIT_USAGE;
	if (read_rows(import, &csv, &layout) < 0)
		seikyo_say_error("%s", _(TEXT_MEMORY));
	else if (import->count + import->fault_count == 0)
		seikyo_say_error(_(TEXT_EMPTY), file);
	else
		return SEIKYO_EXIT_DONE;
	return SEIKYO_EXIT_USAGE;
}

void seikyo_import_close(struct seikyo_import *import)
{
	seikyo_secret_wipe(import->text, import->len);
	free(import->text);
	seikyo_buffer_close(&import->users);
	free(import->lines);
	free(import->faults);
	*import = (struct seikyo_import){0};
}
