/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A line on standard error that is written over while something takes its time. Where that is no
 * terminal, nothing is written.
 */
#ifndef SEIKYO_COMMAND_PROGRESS_H
#define SEIKYO_COMMAND_PROGRESS_H

/* Puts a short sentence in place of the one before. */
void seikyo_progress(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Takes the line away. Before anything else is written; harmless where no line stands. */
void seikyo_progress_end(void);

#endif
