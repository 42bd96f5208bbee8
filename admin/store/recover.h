/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The procedures of a recovery (operator_recover_* and those that close service), one function
 * each. What a procedure gives goes row by row to row with context, as seikyo_call says.
 */
#ifndef SEIKYO_ADMIN_RECOVER_H
#define SEIKYO_ADMIN_RECOVER_H

#include "store/call.h"

/* One row: open (0 or 1), closed_at, closed_by, live_tokens, newest_act_at, newest_login_at, now.
 */
enum seikyo_call_result seikyo_operator_show_service(struct seikyo_store *store, seikyo_row_fn row,
						     void *context);

/* Closes service; where it is closed, it stays so. */
enum seikyo_call_result seikyo_operator_close_service(struct seikyo_store *store);

/* Forgets what an earlier recovery has taken. */
enum seikyo_call_result seikyo_operator_recover_begin(struct seikyo_store *store);

/*
 * Takes lines of an exported audit trail, len bytes of a JSON array. They are judged, and used, by
 * seikyo_operator_recover on the same connection.
 */
enum seikyo_call_result seikyo_operator_recover_take(struct seikyo_store *store, const char *lines,
						     size_t len);

/*
 * Opens service again, all or nothing; with check nothing, but it tells what would be. mode:
 * "trail", "no-trail" or "nothing-lost". Rows: part ("done" or "left"), what, amount,
 * contract_number, login_id, detail.
 */
enum seikyo_call_result seikyo_operator_recover(struct seikyo_store *store, const char *mode,
						bool check, seikyo_row_fn row, void *context);

/* The rows that the last recovery gave; none, if there was none. */
enum seikyo_call_result seikyo_operator_show_recovery(struct seikyo_store *store, seikyo_row_fn row,
						      void *context);

#endif
