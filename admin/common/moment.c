/* SPDX-License-Identifier: GPL-2.0-only */
#include "common/moment.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND	     1000000 /* microseconds */
#define JAPAN_OFFSET (9 * 3600)

/* Reads as much of text as format describes; NULL if it does not, or names no real moment. */
static const char *parse(const char *text, const char *format, struct tm *when)
{
	struct tm again;
	time_t seconds;

	memset(when, 0, sizeof(*when));
	when->tm_mday = 1;

	const char *rest = strptime(text, format, when);

	if (!rest)
		return NULL;
	/* timegm turns 30 February into 2 March: what changes was no day of the calendar. */
	again = *when;
	seconds = timegm(&again);
	if (again.tm_mday != when->tm_mday || again.tm_mon != when->tm_mon || when->tm_sec > 59)
		return NULL;
	return gmtime_r(&seconds, when) ? rest : NULL;
}

/* The decimals behind the seconds: "" or '.' and 1 to 6 digits. Gives microseconds or -1. */
static long parse_decimals(const char *text)
{
	long microseconds = 0;
	size_t digits;

	if (!*text)
		return 0;
	digits = strspn(text + 1, "0123456789");
	if (*text != '.' || digits < 1 || digits > 6 || text[1 + digits])
		return -1;
	for (size_t i = 0; i < 6; i++)
		microseconds = microseconds * 10 + (i < digits ? text[1 + i] - '0' : 0);
	return microseconds;
}

/* True if text has a digit wherever pattern has '0', and pattern's character elsewhere. */
static bool looks_like(const char *text, const char *pattern)
{
	for (; *pattern; text++, pattern++)
		if (*pattern == '0' ? (*text < '0' || *text > '9') : *text != *pattern)
			return false;
	return true;
}

int seikyo_moment_parse(const char *text, int64_t *microseconds)
{
	struct tm when;
	const char *rest;
	long decimals;

	if (!looks_like(text, "0000-00-00 00:00:00"))
		return -1;
	rest = parse(text, "%Y-%m-%d %H:%M:%S", &when);
	decimals = rest ? parse_decimals(rest) : -1;
	if (decimals < 0)
		return -1;
	*microseconds = (int64_t)timegm(&when) * SECOND + decimals;
	return 0;
}

static int format_moment(int64_t microseconds, time_t offset, const char *format,
			 char out[static SEIKYO_MOMENT_LEN + 1])
{
	/* Rounded down, also before 1970. */
	const int64_t below = microseconds % SECOND < 0 ? 1 : 0;
	const time_t seconds = (time_t)(microseconds / SECOND - below) + offset;
	struct tm when;

	out[0] = '\0';
	if (!gmtime_r(&seconds, &when) || when.tm_year > 9999 - 1900)
		return -1;
	return strftime(out, SEIKYO_MOMENT_LEN + 1, format, &when) ? 0 : -1;
}

int seikyo_moment_iso(int64_t microseconds, char out[static SEIKYO_MOMENT_LEN + 1])
{
	return format_moment(microseconds, 0, "%Y-%m-%dT%H:%M:%SZ", out);
}

int seikyo_moment_japan(int64_t microseconds, char out[static SEIKYO_MOMENT_LEN + 1])
{
	return format_moment(microseconds, JAPAN_OFFSET, "%Y-%m-%d %H:%M:%S", out);
}

bool seikyo_moment_is_date(const char *text)
{
	struct tm when;

	if (!looks_like(text, "0000-00-00"))
		return false;

	const char *rest = parse(text, "%Y-%m-%d", &when);

	return rest && !*rest;
}
