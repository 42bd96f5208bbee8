/* SPDX-License-Identifier: GPL-2.0-only */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/form.h"
#include "command/key_file.h"
#include "command/say.h"
#include "command/table.h"
#include "common/text.h"

static const char TEXT_ID[] =
	N_("'%s' is no key id: it has 1 to 16 of the characters A-Z a-z 0-9 _ -.");
static const char TEXT_DIR[] = N_("The folder %s cannot be used: %s.");
static const char TEXT_OPEN_DIR[] =
	N_("Others may write in the folder %s, and could put other keys "
	   "there; take the right away or name another folder.");
static const char TEXT_EXISTS[] =
	N_("Refused: %s/%s is there already, and a key is never written over; "
	   "nothing was made. For new keys beside the old ones give another id "
	   "with --id ID.");
static const char TEXT_WRITE[] =
	N_("The file %s/%s could not be made: %s. What was made before it is "
	   "removed again.");
static const char TEXT_COPY[] =
	N_("Copy each file to the machines named, with its mode; on a RADIUS "
	   "server its group must be the server's (freerad on Debian). Keep a copy "
	   "of all at a safe place: without the keys no token works again.");

static const char TEXT_EVERY[] = N_("every RADIUS server, key_dir");
static const char TEXT_BOTH[] = N_("every RADIUS server, key_dir; every console");
static const char TEXT_CONSOLE[] = N_("every console, and nowhere else");

enum { STATE, SAFE, ENVELOPE_KEY, ENVELOPE_CERTIFICATE, START_PASSWORD, FILES };

/* One run: what there is to be, and what this run has made of it. */
struct making {
	const char *folder;
	const char *id;
	int dir;
	char name[FILES][SEIKYO_KEY_FILE_MAX];
	bool made[FILES];
};

static void name_files(struct making *making)
{
	strcpy(making->name[STATE], "state.key");
	strcpy(making->name[START_PASSWORD], "start-password.key");
	seikyo_key_file_name(making->name[SAFE], "safe", making->id, "key");
	seikyo_key_file_name(making->name[ENVELOPE_KEY], "envelope", making->id, "key");
	seikyo_key_file_name(making->name[ENVELOPE_CERTIFICATE], "envelope", making->id, "crt");
}

/* Opens the folder, made where it is missing. */
static enum seikyo_exit open_folder(struct making *making)
{
	struct stat status;

	if (mkdir(making->folder, 0750) == 0)
		chmod(making->folder, 0750);
	making->dir = open(making->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (making->dir < 0 || fstat(making->dir, &status) < 0) {
		seikyo_say_error(_(TEXT_DIR), making->folder, strerror(errno));
		return SEIKYO_EXIT_USAGE;
	}
	if (status.st_mode & S_IWOTH) {
		seikyo_say_error(_(TEXT_OPEN_DIR), making->folder);
		return SEIKYO_EXIT_USAGE;
	}
	return SEIKYO_EXIT_DONE;
}

static bool exists(const struct making *making, int file)
{
	struct stat status;

	/* What cannot be looked at counts as there: making it will say why. */
	return fstatat(making->dir, making->name[file], &status, AT_SYMLINK_NOFOLLOW) == 0 ||
	       errno != ENOENT;
}

/* The files that carry the id must all be new; the two others are made where they are missing. */
static enum seikyo_exit check_new(const struct making *making)
{
	static const int files[] = {SAFE, ENVELOPE_KEY, ENVELOPE_CERTIFICATE};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (!exists(making, files[i]))
			continue;
		seikyo_say_error(_(TEXT_EXISTS), making->folder, making->name[files[i]]);
		return SEIKYO_EXIT_REFUSED;
	}
	return SEIKYO_EXIT_DONE;
}

static int make_file(struct making *making, int file)
{
	int result;

	if (file == ENVELOPE_CERTIFICATE)
		return 0; /* made together with its key */
	if ((file == STATE || file == START_PASSWORD) && exists(making, file))
		return 0;
	if (file == ENVELOPE_KEY)
		result = seikyo_key_file_envelope(making->dir, making->id);
	else
		result = seikyo_key_file_random(making->dir, making->name[file]);
	making->made[file] = result == 0;
	if (file == ENVELOPE_KEY)
		making->made[ENVELOPE_CERTIFICATE] = result == 0;
	return result;
}

static enum seikyo_exit make_files(struct making *making)
{
	for (int file = 0; file < FILES; file++) {
		if (make_file(making, file) == 0)
			continue;
		seikyo_say_error(_(TEXT_WRITE), making->folder, making->name[file],
				 strerror(errno));
		for (int made = 0; made < FILES; made++)
			if (making->made[made])
				unlinkat(making->dir, making->name[made], 0);
		return SEIKYO_EXIT_USAGE;
	}
	return SEIKYO_EXIT_DONE;
}

static void print_files(const struct seikyo_context *context, const struct making *making)
{
	static const char *const where[FILES] = {
		[STATE] = TEXT_EVERY,
		[SAFE] = TEXT_EVERY,
		[ENVELOPE_KEY] = TEXT_EVERY,
		[ENVELOPE_CERTIFICATE] = TEXT_BOTH,
		[START_PASSWORD] = TEXT_CONSOLE,
	};
	static const struct seikyo_column columns[] = {
		{"file", N_("File"), SEIKYO_KIND_TEXT},
		{"made", N_("Made now"), SEIKYO_KIND_YES_NO},
		{"copy_to", N_("Belongs on"), SEIKYO_KIND_WORDS},
	};
	struct seikyo_table table = SEIKYO_TABLE(columns);

	for (int file = 0; file < FILES; file++)
		json_array_append_new(
			table.rows, json_pack("{s:s, s:b, s:s}", "file", making->name[file], "made",
					      making->made[file], "copy_to", where[file]));
	seikyo_table_print(context, &table);
	seikyo_say(context, "%s", "");
	seikyo_say(context, "%s", _(TEXT_COPY));
	seikyo_table_close(&table);
}

enum seikyo_exit seikyo_key_new(struct seikyo_context *context, int argc, char **argv)
{
	static const struct seikyo_form form = {
		.operands = "DIR",
		.operand_count = 1,
		.options = {{"id", "ID", N_("Id of the new safe and envelope keys (1)"), true}},
	};
	struct making making = {.dir = -1};
	struct seikyo_filled filled;
	enum seikyo_exit result;

	seikyo_form_fill(&form, context, argc, argv, &filled);
	making.folder = filled.operand[0];
	making.id = filled.option[0] ? filled.option[0] : "1";
	if (!seikyo_key_id_valid(making.id)) {
		seikyo_say_error(_(TEXT_ID), making.id);
		return SEIKYO_EXIT_USAGE;
	}
	name_files(&making);
	result = open_folder(&making);
	if (result == SEIKYO_EXIT_DONE)
		result = check_new(&making);
	if (result == SEIKYO_EXIT_DONE)
		result = make_files(&making);
	if (result == SEIKYO_EXIT_DONE)
		print_files(context, &making);
	if (making.dir >= 0)
		close(making.dir);
	return result;
}
