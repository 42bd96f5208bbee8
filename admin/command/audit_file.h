/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The export of the audit trail: JSON lines, one of kind "row" for each row and one of kind "head"
 * for the newest of each chain, the heads last.
 */
#ifndef SEIKYO_COMMAND_AUDIT_FILE_H
#define SEIKYO_COMMAND_AUDIT_FILE_H

#include <limits.h>
#include <stdio.h>

#include "command/audit_chain.h"
#include "command/command.h"

/* A file that has its name only when it is whole. */
struct seikyo_audit_file {
	FILE *out;
	const char *name;	/* "-": standard output */
	char passing[PATH_MAX]; /* its name until then; "": none */
	int error;		/* errno of the first line that could not be written; 0: none */
};

/* Makes the file, and refuses a name that is taken. Says what is wrong. DONE or USAGE. */
enum seikyo_exit seikyo_audit_file_open(struct seikyo_audit_file *file, const char *name);

/* A seikyo_audit_each_fn: writes a row. Its context is the file, whose finish tells of failures. */
int seikyo_audit_file_row(void *file, const struct seikyo_audit_row *row);

/*
 * Writes the heads, and has all of it on the disk before the file gets its name, which it does not
 * take from another file. Says what is wrong. DONE or USAGE.
 */
enum seikyo_exit seikyo_audit_file_finish(struct seikyo_audit_file *file,
					  const struct seikyo_audit_heads *chains);

/* Closes; a file that was not finished goes. */
void seikyo_audit_file_close(struct seikyo_audit_file *file);

/* Reads the heads of an export, sorted. Says what is wrong. DONE or USAGE. */
enum seikyo_exit seikyo_audit_file_heads(const char *name, struct seikyo_audit_heads *heads);

#endif
