/* SPDX-License-Identifier: MIT */
/*
 * query_time: the words of time in a question. Numbers are read digit by digit: strtod would take "0x1p3", "inf" and
 * the decimal comma of some locale.
 */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "daemon/query.h"
#include "scrape.h"

#define US 1000000ull
#define SPAN_MAX_US (3660 * 86400ull * US) /* ten years */
#define DIGITS_MAX 12                      /* so that no number overflows */

struct unit {
	const char *name;
	uint64_t seconds;
};

static const struct unit units[] = {
	{"s", 1},        {"sec", 1},       {"second", 1},     {"seconds", 1},  {"min", 60},      {"mins", 60},
	{"minute", 60},  {"minutes", 60},  {"h", 3600},       {"hour", 3600},  {"hours", 3600},  {"d", 86400},
	{"day", 86400},  {"days", 86400},  {"w", 604800},     {"week", 604800}, {"weeks", 604800},
};

/* Digits with or without a fraction, in millionths; *p is moved behind them. False if there are none or too many. */
static bool take_decimal(const char **p, uint64_t *ret)
{
	const char *begin = *p;
	uint64_t value = 0, scale = US;

	for (; isdigit((unsigned char)**p); ++*p)
		if (*p - begin < DIGITS_MAX)
			value = value * 10 + (uint64_t)(**p - '0');
	if (*p == begin || *p - begin > DIGITS_MAX)
		return false;
	value *= US;
	if (**p == '.' && isdigit((unsigned char)(*p)[1]))
		for (++*p; isdigit((unsigned char)**p); ++*p) {
			scale /= 10;
			value += (uint64_t)(**p - '0') * scale;
		}
	*ret = value;
	return true;
}

/* "10min" in microseconds. */
static bool take_span(const char *text, uint64_t *ret)
{
	uint64_t value;

	if (!take_decimal(&text, &value))
		return false;
	while (*text == ' ')
		text++;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(text, units[i].name) != 0)
			continue;
		if (value > SPAN_MAX_US / units[i].seconds)
			return false;
		*ret = value * units[i].seconds;
		return true;
	}
	return false;
}

/* Two to four digits of a date. */
static bool take_digits(const char **p, int n, unsigned most, unsigned *ret)
{
	unsigned value = 0;

	for (int i = 0; i < n; i++, ++*p) {
		if (!isdigit((unsigned char)**p))
			return false;
		value = value * 10 + (unsigned)(**p - '0');
	}
	*ret = value;
	return value <= most;
}

static bool take_char(const char **p, char c)
{
	if (**p != c)
		return false;
	++*p;
	return true;
}

static unsigned days_of_month(unsigned year, unsigned month)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

/* Days from 1970 to the first of a year; 1970 or later. */
static uint64_t days_to_year(unsigned year)
{
	const unsigned past = year - 1, before = 1969;
	unsigned leaps = (past / 4 - past / 100 + past / 400) - (before / 4 - before / 100 + before / 400);

	return (uint64_t)(year - 1970) * 365 + leaps;
}

/* "2026-11-22", in days since 1970. */
static bool take_date(const char **p, uint64_t *ret)
{
	unsigned year, month, day;

	if (!take_digits(p, 4, 9999, &year) || !take_char(p, '-') || !take_digits(p, 2, 12, &month) ||
	    !take_char(p, '-') || !take_digits(p, 2, 31, &day))
		return false;
	if (year < 1970 || month == 0 || day == 0 || day > days_of_month(year, month))
		return false;
	*ret = days_to_year(year) + day - 1;
	for (unsigned m = 1; m < month; m++)
		*ret += days_of_month(year, m);
	return true;
}

/* "14:05:00.25", in microseconds. A leap second is the first of the next minute. */
static bool take_clock(const char **p, uint64_t *ret)
{
	unsigned hour, minute, second;
	uint64_t scale = US, fraction = 0;

	if (!take_digits(p, 2, 23, &hour) || !take_char(p, ':') || !take_digits(p, 2, 59, &minute) ||
	    !take_char(p, ':') || !take_digits(p, 2, 60, &second))
		return false;
	if (**p == '.') {
		if (!isdigit((unsigned char)*++*p))
			return false;
		for (; isdigit((unsigned char)**p); ++*p) {
			scale /= 10;
			fraction += (uint64_t)(**p - '0') * scale;
		}
	}
	*ret = (hour * 3600ull + minute * 60ull + second) * US + fraction;
	return true;
}

/* "Z" or "+01:00", in seconds east. A "+" that was not escaped in a URL has become a blank. */
static bool take_zone(const char **p, int64_t *ret)
{
	unsigned hour, minute;
	int sign;

	*ret = 0;
	if (**p == 'Z' || **p == 'z')
		return ++*p;
	sign = **p == '+' || **p == ' ' ? 1 : **p == '-' ? -1 : 0;
	if (!sign)
		return false;
	++*p;
	if (!take_digits(p, 2, 23, &hour) || !take_char(p, ':') || !take_digits(p, 2, 59, &minute))
		return false;
	*ret = sign * (int64_t)(hour * 3600 + minute * 60);
	return true;
}

static int refuse(const char *text, struct err *err)
{
	return err_set(err, SCRAPE_EINVAL,
		       "'%.64s' is no time: 10min (ago), 2026-11-22T14:05:00Z (with a zone) or seconds since 1970",
		       text);
}

static int take_rfc3339(const char *text, uint64_t *ret_us, struct err *err)
{
	const char *p = text;
	uint64_t days, clock;
	int64_t east, us;

	if (!take_date(&p, &days) || (*p != 'T' && *p != 't' && *p != ' '))
		return refuse(text, err);
	++p;
	if (!take_clock(&p, &clock))
		return refuse(text, err);
	if (!*p)
		return err_set(err, SCRAPE_EINVAL, "'%.64s' needs a zone: Z or +01:00", text);
	if (!take_zone(&p, &east) || *p)
		return refuse(text, err);
	us = (int64_t)(days * 86400 * US + clock) - east * (int64_t)US;
	if (us < 0)
		return refuse(text, err);
	*ret_us = (uint64_t)us;
	return 0;
}

int query_time(const char *text, uint64_t now_us, uint64_t *ret_us, struct err *err)
{
	const char *p = text;
	uint64_t value;

	if (strcmp(text, "now") == 0) {
		*ret_us = now_us;
		return 0;
	}
	if (take_span(text + (*text == '-'), &value)) {
		*ret_us = value < now_us ? now_us - value : 0;
		return 0;
	}
	if (strlen(text) > 5 && text[4] == '-')
		return take_rfc3339(text, ret_us, err);
	if (!take_decimal(&p, &value) || *p)
		return refuse(text, err);
	*ret_us = value;
	return 0;
}

int query_duration(const char *text, uint64_t *ret_us, struct err *err)
{
	const char *p = text;
	uint64_t value;

	if (!take_span(text, &value) && (!take_decimal(&p, &value) || *p))
		value = 0;
	if (value == 0 || value > SPAN_MAX_US)
		return err_set(err, SCRAPE_EINVAL, "'%.64s' is no length of time such as 10s or 5min", text);
	*ret_us = value;
	return 0;
}
