/* SPDX-License-Identifier: MIT */
/* decimal: numbers in text, read exactly. */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Is the whole text a decimal number of at most max? No sign, no blanks, nothing behind; zeros in front do no harm. */
static inline bool decimal_parse(const char *text, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (!text[0])
		return false;
	for (size_t i = 0; text[i]; i++) {
		uint64_t digit = (uint64_t)(unsigned char)text[i] - '0';

		if (digit > 9 || value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (value > max)
		return false;
	*ret = value;
	return true;
}

#endif
