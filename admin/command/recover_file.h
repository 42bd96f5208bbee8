/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading an export of the audit trail for a recovery: every chain is checked link by link, and
 * what stands behind the database's own rows is handed on.
 */
#ifndef SEIKYO_COMMAND_RECOVER_FILE_H
#define SEIKYO_COMMAND_RECOVER_FILE_H

#include <stddef.h>

#include "command/audit_chain.h"
#include "command/command.h"

/* Takes len bytes of a JSON array of lines, as operator_recover_take wants them. */
typedef enum seikyo_exit (*seikyo_recover_take_fn)(struct seikyo_context *context,
						   const char *lines, size_t len);

/*
 * Reads the export called name, and hands on its heads and its rows that are newer than those of
 * own, the database's heads by contract id. Says what is wrong: an export that is not whole, or
 * was changed, gives REFUSED, a file that cannot be read USAGE.
 */
enum seikyo_exit seikyo_recover_read(struct seikyo_context *context, const char *name,
				     const struct seikyo_audit_heads *own,
				     seikyo_recover_take_fn take);

#endif
