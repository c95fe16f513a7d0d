/* SPDX-License-Identifier: MIT */
/* Debug blocks from bytes (the cookie is put in front): refused, or every member is a place within reason. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "python/offsets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t block[DEBUG_OFFSETS_MAX] = "xdebugpy";
	struct offsets offsets;
	const uint32_t *member = &offsets.version;
	struct err err;

	if (size > sizeof(block) - 8)
		return 0;
	memcpy(block + 8, data, size);
	if (offsets_from_debug_block(block, size + 8, &offsets, &err) < 0)
		return 0;
	for (size_t i = 1; i < sizeof(offsets) / sizeof(*member); i++)
		if (member[i] != OFFSET_NONE && member[i] > 2 * OFFSET_MAX)
			abort();
	return 0;
}
