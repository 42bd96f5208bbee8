/* SPDX-License-Identifier: GPL-2.0-only */
#include "admin/store/row.h"

#include <string.h>

#include "common/moment.h"

static const struct seikyo_value *find(const char *name, const struct seikyo_value *columns,
				       const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return &columns[i];
	return NULL;
}

static int take_text(char *text, size_t size, const struct seikyo_value *value)
{
	if (value->type == SEIKYO_VALUE_NULL) {
		*text = '\0';
		return 0;
	}
	if (value->type != SEIKYO_VALUE_BYTES || value->len >= size)
		return -1;
	memcpy(text, value->bytes, value->len);
	text[value->len] = '\0';
	/* A NUL would hide what follows it. */
	for (size_t i = 0; i < value->len; i++)
		if (!text[i])
			text[i] = '\1';
	return 0;
}

static int take_moment(void *out, const struct seikyo_value *value)
{
	int64_t moment = 0;

	if (value->type == SEIKYO_VALUE_INTEGER)
		return -1;
	if (value->type == SEIKYO_VALUE_BYTES && seikyo_moment_parse(value->bytes, &moment) < 0)
		return -1;
	memcpy(out, &moment, sizeof(moment));
	return 0;
}

static int take_number(void *out, const struct seikyo_value *value)
{
	uint32_t number;

	if (value->type != SEIKYO_VALUE_INTEGER || value->integer < 0 ||
	    value->integer > UINT32_MAX)
		return -1;
	number = (uint32_t)value->integer;
	memcpy(out, &number, sizeof(number));
	return 0;
}

static int take_truth(void *out, const struct seikyo_value *value)
{
	bool truth;

	if (value->type != SEIKYO_VALUE_INTEGER || (value->integer != 0 && value->integer != 1))
		return -1;
	truth = value->integer == 1;
	memcpy(out, &truth, sizeof(truth));
	return 0;
}

static bool chosen(const struct seikyo_value *value, const char *word, unsigned choice)
{
	if (value->type == SEIKYO_VALUE_BYTES)
		return value->len == strlen(word) && memcmp(value->bytes, word, value->len) == 0;
	return value->type == SEIKYO_VALUE_INTEGER && value->integer == choice;
}

static int take_choice(void *out, const char *const *words, const struct seikyo_value *value)
{
	unsigned choice = 0;

	for (unsigned i = 0; words[i]; i++)
		if (chosen(value, words[i], i + 1))
			choice = i + 1;
	memcpy(out, &choice, sizeof(choice));
	return 0;
}

static int take(void *out, const struct seikyo_field *field, const struct seikyo_value *value)
{
	switch (field->kind) {
	case SEIKYO_FIELD_TEXT:
		return take_text(out, field->size, value);
	case SEIKYO_FIELD_MOMENT:
		return take_moment(out, value);
	case SEIKYO_FIELD_NUMBER:
		return take_number(out, value);
	case SEIKYO_FIELD_TRUTH:
		return take_truth(out, value);
	case SEIKYO_FIELD_CHOICE:
		return take_choice(out, field->words, value);
	default:
		return -1;
	}
}

int seikyo_row_take(void *out, const struct seikyo_field *fields, size_t fields_count,
		    const struct seikyo_value *columns, const char *const *names, size_t count)
{
	for (size_t i = 0; i < fields_count; i++) {
		const struct seikyo_value *value = find(fields[i].column, columns, names, count);

		if (!value || take((char *)out + fields[i].offset, &fields[i], value) < 0)
			return -1;
	}
	return 0;
}
