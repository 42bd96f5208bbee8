/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/audit_row.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/moment.h"
#include "common/text.h"

static const struct seikyo_value *find(const struct seikyo_columns *columns, const char *name)
{
	for (size_t i = 0; i < columns->count; i++)
		if (strcmp(columns->names[i], name) == 0)
			return &columns->values[i];
	return NULL;
}

int seikyo_columns_integer(const struct seikyo_columns *columns, const char *name, int64_t *integer)
{
	const struct seikyo_value *value = find(columns, name);

	char *end;

	if (!value || value->type == SEIKYO_VALUE_NULL)
		return -1;
	*integer = value->integer;
	if (value->type == SEIKYO_VALUE_INTEGER)
		return 0;
	/* A UNION may make it a DECIMAL, which is text. */
	errno = 0;
	*integer = strtoll(value->bytes, &end, 10);
	return errno || end == value->bytes || *end ? -1 : 0;
}

int seikyo_columns_text(const struct seikyo_columns *columns, const char *name, const char **text)
{
	const struct seikyo_value *value = find(columns, name);

	if (!value || value->type == SEIKYO_VALUE_INTEGER)
		return -1;
	*text = value->type == SEIKYO_VALUE_BYTES ? value->bytes : NULL;
	return 0;
}

/* A user's id, or -1 for nobody. */
static int take_user(const struct seikyo_columns *columns, const char *name, int64_t *user)
{
	const struct seikyo_value *value = find(columns, name);

	*user = -1;
	if (value && value->type == SEIKYO_VALUE_NULL)
		return 0;
	return seikyo_columns_integer(columns, name, user);
}

/* A login id; bytes that are no UTF-8 are left out: the user's id stands beside it. */
static int take_login_id(const struct seikyo_columns *columns, const char *name, const char **text)
{
	if (seikyo_columns_text(columns, name, text) < 0)
		return -1;
	if (*text && !seikyo_text_valid(*text))
		*text = NULL;
	return 0;
}

static int take_texts(const struct seikyo_columns *columns, struct seikyo_audit_row *row)
{
	struct seikyo_audit_link *link = &row->link;

	if (seikyo_columns_text(columns, "contract_number", &row->contract) < 0 ||
	    seikyo_columns_text(columns, "act", &link->act) < 0 ||
	    seikyo_columns_text(columns, "actor", &link->actor) < 0 ||
	    seikyo_columns_text(columns, "origin", &link->origin) < 0 ||
	    seikyo_columns_text(columns, "paper", &link->paper) < 0 ||
	    seikyo_columns_text(columns, "detail", &link->detail) < 0)
		return -1;
	return row->contract && link->act && link->actor && link->origin && link->detail ? 0 : -1;
}

int seikyo_audit_row_take(const struct seikyo_columns *columns, struct seikyo_audit_row *row)
{
	struct seikyo_audit_link *link = &row->link;
	const char *at;
	const char *hash;

	if (seikyo_columns_integer(columns, "contract_id", &link->contract_id) < 0 ||
	    seikyo_columns_integer(columns, "number", &link->number) < 0 ||
	    take_user(columns, "by_user", &link->by_user) < 0 ||
	    take_user(columns, "on_user", &link->on_user) < 0 ||
	    take_login_id(columns, "by_login_id", &row->by_login_id) < 0 ||
	    take_login_id(columns, "on_login_id", &row->on_login_id) < 0 ||
	    take_texts(columns, row) < 0 || seikyo_columns_text(columns, "at", &at) < 0 ||
	    seikyo_columns_text(columns, "hash", &hash) < 0 || !at || !hash)
		return -1;
	if (seikyo_moment_parse(at, &link->at) < 0)
		return -1;
	return seikyo_text_unhex(hash, link->hash, sizeof(link->hash));
}
