/* SPDX-License-Identifier: MIT */
/* vec: growth by doubling. */
#include "base/vec.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool vec_reserve(void *items_ptr, size_t *cap, size_t want, size_t size)
{
	size_t next = *cap ? *cap : 8;
	void *items;

	if (want <= *cap)
		return true;
	while (next < want)
		next *= 2;
	if (next > SIZE_MAX / 2 / size)
		return false;
	memcpy(&items, items_ptr, sizeof(items)); /* any pointer type: no aliasing through void ** */
	items = realloc(items, next * size);
	if (!items)
		return false;
	memcpy(items_ptr, &items, sizeof(items));
	*cap = next;
	return true;
}
