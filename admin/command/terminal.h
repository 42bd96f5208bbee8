/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines that must leave no trace: no echo, no buffer but the caller's.
 */
#ifndef SEIKYO_COMMAND_TERMINAL_H
#define SEIKYO_COMMAND_TERMINAL_H

#include <stddef.h>

/*
 * Reads one line of fd, without its newline, byte by byte so that no library keeps a copy. Gives 0,
 * or -1 with line wiped: nothing there, a NUL in it, longer than size - 1 bytes (read to its end,
 * then), or an error.
 */
int seikyo_terminal_line(int fd, char *line, size_t size);

/*
 * Prints prompt on standard error and reads one line from the terminal fd without echo. What was
 * typed ahead is dropped. A signal that ends the program does so after the echo is back. Gives 0,
 * or -1 with line wiped.
 */
int seikyo_terminal_ask(int fd, const char *prompt, char *line, size_t size);

#endif
