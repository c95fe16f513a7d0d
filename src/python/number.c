/* SPDX-License-Identifier: MIT */
/* number: int and float objects of a target. Layout: CPython Include/cpython/longintrepr.h. */
#include "python/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "python/offsets.h"
#include "scrape.h"
#include "target/mem.h"

#define DIGIT_BITS 30
#define DIGIT_MASK ((1u << DIGIT_BITS) - 1)
#define COUNT_MAX (1ull << 40) /* digits of an int that can exist */

struct integer {
	uint64_t count; /* digits in the target; those up to NUMBER_DIGITS_MAX are here */
	bool negative;
	uint32_t digits[NUMBER_DIGITS_MAX];
	uint32_t top; /* the highest digit */
};

static int read_integer(struct mem *mem, const struct offsets *o, uint64_t addr, struct integer *ret)
{
	uint64_t size, want;
	int r = mem_read_u64(mem, addr + o->long_size, &size);

	if (r < 0)
		return r;
	if (PY_MINOR(o->version) >= 12) {
		ret->negative = (size & 3) == 2;
		ret->count = (size & 3) == 1 ? 0 : size >> 3;
	} else {
		ret->negative = (int64_t)size < 0;
		ret->count = ret->negative ? -size : size;
	}
	if (ret->count > COUNT_MAX)
		return SCRAPE_EFORMAT;
	want = ret->count < NUMBER_DIGITS_MAX ? ret->count : NUMBER_DIGITS_MAX;
	if (want == 0)
		return 0;
	r = mem_read(mem, addr + o->long_digits, ret->digits, (size_t)want * 4);
	if (r == 0)
		r = mem_read_u32(mem, addr + o->long_digits + (ret->count - 1) * 4, &ret->top);
	for (uint64_t i = 0; r == 0 && i < want; i++)
		if (ret->digits[i] > DIGIT_MASK)
			r = SCRAPE_EFORMAT; /* 15-bit digits, or not an int */
	return r < 0 ? r : ret->top > DIGIT_MASK ? SCRAPE_EFORMAT : 0;
}

int number_read_u64(struct mem *mem, const struct offsets *offsets, uint64_t addr, uint64_t *ret)
{
	struct integer n;
	uint64_t value = 0;
	int r = read_integer(mem, offsets, addr, &n);

	if (r < 0)
		return r;
	if (n.negative || n.count > 3 || (n.count == 3 && n.digits[2] > 0xf))
		return SCRAPE_EFORMAT;
	for (uint64_t i = n.count; i-- > 0;)
		value = value << DIGIT_BITS | n.digits[i];
	*ret = value;
	return 0;
}

/* Divides the digits by 10^9 in place; returns the rest. */
static uint32_t divide(uint32_t *digits, uint64_t count)
{
	uint64_t rest = 0;

	for (uint64_t i = count; i-- > 0;) {
		rest = rest << DIGIT_BITS | digits[i];
		digits[i] = (uint32_t)(rest / 1000000000);
		rest %= 1000000000;
	}
	return (uint32_t)rest;
}

int number_add_int(struct mem *mem, const struct offsets *offsets, uint64_t addr, struct buf *out)
{
	uint32_t parts[NUMBER_DIGITS_MAX + 1]; /* of nine decimal digits: 30 bits hold more than nine */
	size_t n = 0;
	struct integer integer;
	uint64_t count, bits;
	int r = read_integer(mem, offsets, addr, &integer);

	if (r < 0)
		return r;
	count = integer.count;
	if (count > NUMBER_DIGITS_MAX) {
		bits = (count - 1) * DIGIT_BITS;
		for (uint32_t top = integer.top; top; top >>= 1)
			bits++;
		buf_fmt(out, "<%sint of %llu bits>", integer.negative ? "negative " : "", (unsigned long long)bits);
		return out->failed ? SCRAPE_ENOMEM : 0;
	}
	do {
		parts[n++] = divide(integer.digits, count);
		while (count && integer.digits[count - 1] == 0)
			count--;
	} while (count);
	buf_fmt(out, "%s%u", integer.negative ? "-" : "", parts[n - 1]);
	for (size_t i = n - 1; i-- > 0;)
		buf_fmt(out, "%09u", parts[i]);
	return out->failed ? SCRAPE_ENOMEM : 0;
}

/* digits without point or sign, exponent of the first one. */
static void place_point(struct buf *out, const char *digits, int exponent)
{
	int n = (int)strlen(digits);

	if (exponent < -4 || exponent >= 16) {
		buf_chr(out, digits[0]);
		if (n > 1)
			buf_fmt(out, ".%s", digits + 1);
		buf_fmt(out, "e%c%02d", exponent < 0 ? '-' : '+', abs(exponent));
	} else if (exponent < 0) {
		buf_fmt(out, "0.%.*s%s", -exponent - 1, "0000", digits);
	} else if (n <= exponent + 1) {
		buf_fmt(out, "%s%.*s.0", digits, exponent + 1 - n, "0000000000000000");
	} else {
		buf_fmt(out, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
	}
}

void number_add_float(double value, struct buf *out)
{
	char text[40], digits[24];
	int exponent, n = 0;

	if (!isfinite(value)) {
		buf_str(out, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
		return;
	}
	for (int precision = 0; precision <= 16; precision++) { /* 17 digits always read back */
		(void)snprintf(text, sizeof(text), "%.*e", precision, fabs(value));
		if (strtod(text, NULL) == fabs(value))
			break;
	}
	for (const char *p = text; *p != 'e' && n < 20; p++)
		if (*p >= '0' && *p <= '9')
			digits[n++] = *p;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	digits[n] = '\0';
	exponent = atoi(strchr(text, 'e') + 1);
	if (signbit(value))
		buf_chr(out, '-');
	place_point(out, digits, exponent);
}
