/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/audit_file.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/say.h"
#include "common/moment.h"
#include "common/text.h"

#define SECOND 1000000 /* microseconds */

static const char TEXT_EXISTS[] = N_("%s is there already; an export never takes the place of "
				     "another file. Name a new one.");
static const char TEXT_WRITE[] = N_("The export to %s failed: %s. No such file was left.");
static const char TEXT_LONG[] = N_("The name %s is too long.");

static enum seikyo_exit say_failed(const char *name, int error)
{
	if (error == EEXIST)
		seikyo_say_error(_(TEXT_EXISTS), name);
	else
		seikyo_say_error(_(TEXT_WRITE), name, strerror(error));
	return SEIKYO_EXIT_USAGE;
}

enum seikyo_exit seikyo_audit_file_open(struct seikyo_audit_file *file, const char *name)
{
	int fd;

	*file = (struct seikyo_audit_file){.name = name};
	if (strcmp(name, "-") == 0) {
		file->out = stdout;
		return SEIKYO_EXIT_DONE;
	}
	if (access(name, F_OK) == 0)
		return say_failed(name, EEXIST);
	if (strlen(name) + sizeof(".XXXXXX") > sizeof(file->passing)) {
		seikyo_say_error(_(TEXT_LONG), name);
		return SEIKYO_EXIT_USAGE;
	}
	snprintf(file->passing, sizeof(file->passing), "%s.XXXXXX", name);
	fd = mkostemp(file->passing, O_CLOEXEC);
	if (fd < 0) {
		file->passing[0] = '\0';
		return say_failed(name, errno);
	}
	file->out = fdopen(fd, "w");
	if (file->out)
		return SEIKYO_EXIT_DONE;
	close(fd);
	return say_failed(name, ENOMEM);
}

/* Takes the object. Gives -1 if it is NULL; file->error tells whether it could be written. */
static int write_line(struct seikyo_audit_file *file, json_t *object)
{
	if (!object)
		return -1;
	if (json_dumpf(object, file->out, JSON_COMPACT) < 0 || putc('\n', file->out) == EOF)
		file->error = file->error ? file->error : errno;
	json_decref(object);
	return 0;
}

/* With the microseconds: whoever has the export can make the hashes anew. */
static int format_moment(int64_t at, char out[static 32])
{
	char seconds[SEIKYO_MOMENT_LEN + 1];

	if (at < 0 || seikyo_moment_iso(at, seconds) < 0)
		return -1;
	snprintf(out, 32, "%.19s.%06" PRId64 "Z", seconds, at % SECOND);
	return 0;
}

static json_t *user_or_null(int64_t user)
{
	return user < 0 ? json_null() : json_integer(user);
}

int seikyo_audit_file_row(void *context, const struct seikyo_audit_row *row)
{
	const struct seikyo_audit_link *link = &row->link;
	struct seikyo_audit_file *file = context;
	char hash[2 * SEIKYO_AUDIT_HASH_LEN + 1];
	char at[32];

	seikyo_text_hex(link->hash, sizeof(link->hash), hash);
	if (format_moment(link->at, at) < 0)
		return -1;
	return write_line(
		file,
		json_pack(
			"{s:s, s:I, s:s, s:I, s:s, s:s, s:s, s:o, s:s?, s:o, s:s?, s:s, s:s?, s:s, "
			"s:s}",
			"kind", "row", "contract_id", (json_int_t)link->contract_id, "contract",
			row->contract, "number", (json_int_t)link->number, "at", at, "act",
			link->act, "actor", link->actor, "by_user", user_or_null(link->by_user),
			"by_login_id", row->by_login_id, "on_user", user_or_null(link->on_user),
			"on_login_id", row->on_login_id, "origin", link->origin, "paper",
			link->paper, "detail", link->detail, "hash", hash));
}

static int write_heads(struct seikyo_audit_file *file, const struct seikyo_audit_heads *chains)
{
	for (size_t i = 0; i < chains->count; i++) {
		const struct seikyo_audit_head *head = &chains->items[i];
		char hash[2 * SEIKYO_AUDIT_HASH_LEN + 1];

		seikyo_text_hex(head->hash, sizeof(head->hash), hash);
		if (write_line(file,
			       json_pack("{s:s, s:I, s:s, s:I, s:s}", "kind", "head", "contract_id",
					 (json_int_t)head->contract_id, "contract", head->contract,
					 "number", (json_int_t)head->number, "hash", hash)) < 0)
			return -1;
	}
	if (fflush(file->out) != 0)
		file->error = file->error ? file->error : errno;
	return file->error ? -1 : 0;
}

/* The name itself must be on the disk too. */
static int sync_folder(const char *name)
{
	char copy[PATH_MAX];
	int fd, failed;

	snprintf(copy, sizeof(copy), "%s", name);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	failed = fsync(fd);
	close(fd);
	return failed;
}

enum seikyo_exit seikyo_audit_file_finish(struct seikyo_audit_file *file,
					  const struct seikyo_audit_heads *chains)
{
	if (write_heads(file, chains) < 0)
		return say_failed(file->name, file->error ? file->error : ENOMEM);
	if (!*file->passing)
		return SEIKYO_EXIT_DONE;
	if (fsync(fileno(file->out)) < 0 ||
	    renameat2(AT_FDCWD, file->passing, AT_FDCWD, file->name, RENAME_NOREPLACE) < 0)
		return say_failed(file->name, errno);
	file->passing[0] = '\0';
	return sync_folder(file->name) < 0 ? say_failed(file->name, errno) : SEIKYO_EXIT_DONE;
}

void seikyo_audit_file_close(struct seikyo_audit_file *file)
{
	if (file->out && file->out != stdout)
		fclose(file->out);
	if (*file->passing)
		unlink(file->passing);
	*file = (struct seikyo_audit_file){0};
}
