/* SPDX-License-Identifier: MIT */
/* fuzz: any text as /proc/PID/maps. What is accepted keeps the promises of target/maps.h. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "target/maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct maps maps = {0};

	if (maps_parse(&maps, (const char *)data, size, NULL) == 0) {
		for (size_t i = 0; i < maps.n; i++) {
			const struct mapping *m = &maps.items[i];

			if (m->start >= m->end || (i > 0 && m->start < m[-1].end) || strchr(m->path, '\n') ||
			    maps_find(&maps, m->start) != m || maps_find(&maps, m->end - 1) != m)
				abort();
		}
	} else if (maps.n != 0) {
		abort();
	}
	maps_deinit(&maps);
	return 0;
}
