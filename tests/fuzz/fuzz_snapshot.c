/* SPDX-License-Identifier: MIT */
/* Snapshots from bytes: refused, or every address answers with bytes of the file. */
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "target/mem.h"
#include "target/snapshot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct snapshot *snapshot;
	struct err err;
	uint64_t value, word = 0;
	uint8_t bytes[64];

	if (snapshot_load(data, size, &snapshot, &err) < 0)
		return 0;
	(void)snapshot_get_u64(snapshot, "version", &value); /* it may be missing */
	for (size_t at = 0; at + 8 <= size; at++) {
		memcpy(&word, data + at, 8);
		(void)mem_read(snapshot_mem(snapshot), word, bytes, sizeof(bytes)); /* it may not be there */
		(void)mem_read(snapshot_mem(snapshot), word - 1, bytes, 1);
	}
	snapshot_close(snapshot);
	return 0;
}
