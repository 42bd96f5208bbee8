/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moments as the database gives them (UTC), as people in Japan read them, and as machines do.
 */
#ifndef SEIKYO_ADMIN_MOMENT_H
#define SEIKYO_ADMIN_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

#define SEIKYO_SECOND	  1000000 /* microseconds */
#define SEIKYO_MOMENT_LEN 20	  /* characters of "2026-11-22T11:50:00Z", the longest form here */

/*
 * Reads 'YYYY-MM-DD HH:MM:SS' with up to six decimals, UTC. Gives 0 and microseconds since 1970, or
 * -1: another form, or no such day or time.
 */
int seikyo_moment_parse(const char *text, int64_t *microseconds);

/* "2026-11-22T11:50:00Z" (ISO 8601). Whole seconds: common readers take no decimals. 0 or -1. */
int seikyo_moment_iso(int64_t microseconds, char out[static SEIKYO_MOMENT_LEN + 1]);

/* "2026-11-22 20:50:00", Japan time, which knows no summer time. 0 or -1. */
int seikyo_moment_japan(int64_t microseconds, char out[static SEIKYO_MOMENT_LEN + 1]);

/* True if text is a day of the calendar, YYYY-MM-DD. */
bool seikyo_moment_is_date(const char *text);

#endif
