/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines for the network admin, on standard error: the web server's error log, or the journal. No
 * password, code, State, ticket or session ever goes there.
 */
#ifndef SEIKYO_CONSOLE_LOG_H
#define SEIKYO_CONSOLE_LOG_H

/* One line, English; control characters in what is put in come out as U+FFFD. */
__attribute__((format(printf, 1, 2))) void seikyo_log(const char *format, ...);

#endif
