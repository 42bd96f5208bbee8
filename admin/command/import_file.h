/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CSV file of users, made into what the database takes, with everything that can be said of its
 * lines on this side.
 */
#ifndef SEIKYO_COMMAND_IMPORT_FILE_H
#define SEIKYO_COMMAND_IMPORT_FILE_H

#include "command/command.h"
#include "common/json.h"

/* One bad line of the file. */
struct seikyo_import_fault {
	unsigned line;
	const char *problem; /* a word that seikyo_import_reason knows */
};

/* Begin with {0}, end with seikyo_import_close. */
struct seikyo_import {
	char *text; /* the file */
	size_t len;
	struct seikyo_buffer users; /* the good lines, as an array of objects */
	unsigned *lines;	    /* of the file, for each of the users */
	size_t count;
	size_t room;
	struct seikyo_import_fault *faults;
	size_t fault_count;
	size_t fault_room;
};

/* Reads the file into text, "-" for standard input. Says what is wrong. DONE or USAGE. */
enum seikyo_exit seikyo_import_load(struct seikyo_import *import, const char *file);

/*
 * Loads the file and reads its lines, "-" for standard input. A bad line is noted among the faults
 * and left out. Says what is wrong where none can be read: no file, no header. DONE or USAGE.
 */
enum seikyo_exit seikyo_import_read(struct seikyo_import *import, const char *file);

/* Notes a fault. Gives 0 or -1 (memory). */
int seikyo_import_fault_add(struct seikyo_import *import, unsigned line, const char *problem);

/* The sentence for a problem; the word itself if it is not known. */
const char *seikyo_import_reason(const char *problem);

/* Wipes and frees. */
void seikyo_import_close(struct seikyo_import *import);

#endif
