/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a recovery has done and what it leaves to people, in plain words.
 */
#ifndef SEIKYO_COMMAND_RECOVER_REPORT_H
#define SEIKYO_COMMAND_RECOVER_REPORT_H

#include "command/table.h"

/* The columns of operator_recover's rows, for a table that takes them. */
#define SEIKYO_RECOVER_COLUMNS 6
extern const struct seikyo_column seikyo_recover_columns[SEIKYO_RECOVER_COLUMNS];

/* Prints the rows: with --json as they are, or else a sentence for each and a list of what is left.
 */
void seikyo_recover_report(const struct seikyo_context *context, const struct seikyo_table *table);

#endif
