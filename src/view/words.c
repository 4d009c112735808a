/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers as words. A unit is used from twice its length on, or where the number is a whole one:
 * "90 seconds" and "2 minutes" both say more than "1 minute". */
#include "view/words.h"

#include <inttypes.h>
#include <stdbool.h>
#include <time.h>

static const struct unit {
	int64_t seconds;
	const char *name;
} units[] = {
	{ INT64_C(365) * 86400, "year" },
	{ 86400, "day" },
	{ 3600, "hour" },
	{ 60, "minute" },
	{ 1, "second" },
};

static const struct unit *unit_for(int64_t seconds)
{
	for (size_t i = 0; i + 1 < ARRAY_LEN(units); i++) {
		if (seconds >= 2 * units[i].seconds || seconds == units[i].seconds)
			return &units[i];
	}
	return &units[ARRAY_LEN(units) - 1];
}

static struct slice span(struct arena *arena, int64_t seconds, bool up)
{
	if (seconds < 0)
		seconds = 0;
	const struct unit *unit = unit_for(seconds);
	int64_t number = seconds / unit->seconds;
	if (up && seconds % unit->seconds != 0)
		number++;
	return arena_printf(arena, "%" PRId64 " %s%s", number, unit->name, number == 1 ? "" : "s");
}

struct slice words_age(struct arena *arena, int64_t seconds)
{
	if (seconds < 10)
		return SLICE("just now");
	struct slice words = span(arena, seconds, false);
	return arena_printf(arena, "%.*s ago", SLICE_ARG(words));
}

struct slice words_left(struct arena *arena, int64_t seconds)
{
	return span(arena, seconds, false);
}

struct slice words_in(struct arena *arena, int64_t seconds)
{
	if (seconds <= 0)
		return SLICE("now");
	struct slice words = span(arena, seconds, true);
	return arena_printf(arena, "in %.*s", SLICE_ARG(words));
}

static bool civil(int64_t time, struct tm *out)
{
	if (time < 0 || time >= INT64_C(253402300800)) /* 1970 to 9999 */
		return false;
	time_t t = (time_t)time;
	return gmtime_r(&t, out) != NULL;
}

/* The names are English whatever the locale of the process. */
static const char *month_name(const struct tm *tm)
{
	static const char *const names[] = { "January",   "February", "March",    "April",
					     "May",       "June",     "July",     "August",
					     "September", "October",  "November", "December" };
	return names[tm->tm_mon];
}

struct slice words_moment(struct arena *arena, int64_t time)
{
	struct tm tm;
	if (!civil(time, &tm))
		return SLICE("an unknown date");
	return arena_printf(arena, "%d %s %d, %02d:%02d UTC", tm.tm_mday, month_name(&tm),
			    tm.tm_year + 1900, tm.tm_hour, tm.tm_min);
}

struct slice words_iso(struct arena *arena, int64_t time)
{
	struct tm tm;
	if (!civil(time, &tm))
		return SLICE_EMPTY;
	return arena_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
			    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
