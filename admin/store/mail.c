/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/mail.h"

#include <stddef.h>
#include <string.h>

#include "common/moment.h"

/* The statements that stay prepared. */
enum { SLOT_CLAIM, SLOT_SENT, SLOT_DEFER, SLOT_FAIL };

enum kind { NUMBER, MOMENT, TEXT };

/* A column of mail_claim's row and where it goes. */
struct column {
	const char *name;
	enum kind kind;
	size_t offset;
	size_t size; /* of a text */
};

#define FIELD(name, kind)                                                                          \
	{                                                                                          \
#name, kind, offsetof(struct seikyo_mail, name),                                   \
			sizeof(((struct seikyo_mail *)0)->name)                                    \
	}

static const struct column columns[] = {
	FIELD(id, NUMBER),	FIELD(tries, NUMBER),	    FIELD(created_at, MOMENT),
	FIELD(about, MOMENT),	FIELD(kind, TEXT),	    FIELD(role, TEXT),
	FIELD(recipient, TEXT), FIELD(contract_name, TEXT), FIELD(display_name, TEXT),
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static const struct seikyo_value *find(const char *name, const struct seikyo_value *values,
				       const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return &values[i];
	return NULL;
}

static int take_text(char *text, size_t size, const struct seikyo_value *value)
{
	if (value->type != SEIKYO_VALUE_BYTES || value->len >= size)
		return -1;
	memcpy(text, value->bytes, value->len + 1);
	/* A NUL would hide what follows it; any other control character is refused as well. */
	for (size_t i = 0; i < value->len; i++)
		if (!text[i])
			text[i] = '\1';
	return 0;
}

static int take(struct seikyo_mail *mail, const struct column *column,
		const struct seikyo_value *value)
{
	char *const field = (char *)mail + column->offset;
	int64_t number = 0;

	if (column->kind == TEXT)
		return take_text(field, column->size, value);
	if (column->kind == NUMBER && value->type == SEIKYO_VALUE_INTEGER)
		number = value->integer;
	else if (column->kind == NUMBER)
		return -1;
	else if (value->type == SEIKYO_VALUE_BYTES &&
		 seikyo_moment_parse(value->bytes, &number) < 0)
		return -1;
	memcpy(field, &number, sizeof(number));
	return 0;
}

static int take_row(void *context, const struct seikyo_value *values, const char *const *names,
		    size_t count)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		const struct seikyo_value *value = find(columns[i].name, values, names, count);

		if (!value || take(context, &columns[i], value) < 0)
			return -1;
	}
	return 0;
}

enum seikyo_call_result seikyo_mail_claim(struct seikyo_store *store, struct seikyo_mail *mail)
{
	static const struct seikyo_procedure procedure = {"mail_claim", 0, SLOT_CLAIM};

	memset(mail, 0, sizeof(*mail));
	return seikyo_call(store, &procedure, NULL, take_row, mail);
}

static enum seikyo_call_result settle(struct seikyo_store *store,
				      const struct seikyo_procedure *procedure, int64_t id,
				      const char *answer)
{
	const struct seikyo_value arguments[] = {seikyo_integer(id), seikyo_text(answer)};

	return seikyo_call(store, procedure, arguments, NULL, NULL);
}

enum seikyo_call_result seikyo_mail_sent(struct seikyo_store *store, int64_t id, const char *answer)
{
	static const struct seikyo_procedure procedure = {"mail_sent", 2, SLOT_SENT};

	return settle(store, &procedure, id, answer);
}

enum seikyo_call_result seikyo_mail_defer(struct seikyo_store *store, int64_t id,
					  const char *answer)
{
	static const struct seikyo_procedure procedure = {"mail_defer", 2, SLOT_DEFER};

	return settle(store, &procedure, id, answer);
}

enum seikyo_call_result seikyo_mail_fail(struct seikyo_store *store, int64_t id, const char *answer)
{
	static const struct seikyo_procedure procedure = {"mail_fail", 2, SLOT_FAIL};

	return settle(store, &procedure, id, answer);
}
