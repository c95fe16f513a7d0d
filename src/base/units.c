/* SPDX-License-Identifier: MIT */
/* units: numbers as people write them. */
#include "base/units.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "scrape.h"

#define DURATION_MAX 31536000.0 /* a year, in seconds */
#define SIZE_MAX_BYTES (1ull << 50)

struct unit {
	const char *name;
	double factor;
};

/* Decimal digits, a point perhaps, then the unit; strtod alone would also take "nan", "0x1p3" and blanks. */
static int number(const char *text, double *ret, const char **end_ret)
{
	char *end;

	if (!isdigit((unsigned char)text[text[0] == '.']) || text[strspn(text, "0123456789")] == 'x')
		return SCRAPE_EINVAL;
	*ret = strtod(text, &end);
	while (*end == ' ')
		end++;
	*end_ret = end;
	return 0;
}

static int with_unit(const char *text, const struct unit *units, size_t n, double *ret)
{
	const char *end;
	double value;
	int r = number(text, &value, &end);

	for (size_t i = 0; r == 0 && i < n; i++)
		if (strcasecmp(end, units[i].name) == 0) {
			*ret = value * units[i].factor;
			return 0;
		}
	return SCRAPE_EINVAL;
}

int units_duration(const char *text, uint64_t *ret_ns)
{
	static const struct unit units[] = {{"", 1},      {"s", 1},       {"sec", 1},   {"ms", 1e-3},
					    {"us", 1e-6}, {"m", 60},      {"min", 60},  {"minute", 60},
					    {"h", 3600},  {"hour", 3600}, {"d", 86400}, {"day", 86400}};
	double seconds;

	if (with_unit(text, units, sizeof(units) / sizeof(*units), &seconds) < 0 || !(seconds > 0) ||
	    seconds > DURATION_MAX)
		return SCRAPE_EINVAL;
	*ret_ns = (uint64_t)(seconds * (double)NSEC_PER_SEC);
	return 0;
}

int units_size(const char *text, uint64_t *ret)
{
	static const struct unit units[] = {{"", 1},
					    {"B", 1},
					    {"K", 1ull << 10},
					    {"KB", 1ull << 10},
					    {"KiB", 1ull << 10},
					    {"M", 1ull << 20},
					    {"MB", 1ull << 20},
					    {"MiB", 1ull << 20},
					    {"G", 1ull << 30},
					    {"GB", 1ull << 30},
					    {"GiB", 1ull << 30},
					    {"T", 1ull << 40},
					    {"TiB", 1ull << 40}};
	double bytes;

	if (with_unit(text, units, sizeof(units) / sizeof(*units), &bytes) < 0 || !(bytes <= (double)SIZE_MAX_BYTES))
		return SCRAPE_EINVAL;
	*ret = (uint64_t)bytes;
	return 0;
}

int units_rate(const char *text, uint64_t *ret_mhz)
{
	static const struct unit units[] = {{"", 1}, {"hz", 1}, {"k", 1e3}, {"khz", 1e3}, {"mhz", 1e6}};
	double rate;

	if (strcmp(text, "max") == 0) {
		*ret_mhz = 0;
		return 0;
	}
	if (with_unit(text, units, sizeof(units) / sizeof(*units), &rate) < 0)
		return SCRAPE_EINVAL;
	if (!(rate >= 0.001) || rate > SCRAPE_RATE_MAX)
		return SCRAPE_ELIMIT;
	*ret_mhz = (uint64_t)(rate * 1000 + 0.5);
	return 0;
}

int units_permille(const char *text, unsigned *ret)
{
	static const struct unit units[] = {{"", 10}, {"%", 10}};
	double value;

	if (with_unit(text, units, sizeof(units) / sizeof(*units), &value) < 0 || !(value <= 1000))
		return SCRAPE_EINVAL;
	*ret = (unsigned)(value + 0.5);
	return 0;
}
