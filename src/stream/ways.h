/* SPDX-License-Identifier: MIT */
/* ways: how looks were taken, and what they cost the targets. */
#ifndef STREAM_WAYS_H
#define STREAM_WAYS_H

#include <stdint.h>

#include "base/histogram.h"
#include "scrape.h"

struct stream_writer;

struct ways {
	uint64_t looks[SCRAPE_WAY_COUNT];
	struct histogram holds; /* for how long threads stood (SCRAPE_WAY_STOP) */
};

/* One word for each: "cpu", "stat", "asleep", "ring", "stop". */
extern const char *const ways_words[SCRAPE_WAY_COUNT];

void ways_merge(struct ways *ways, const struct ways *more);

/* As STREAM_WAY and STREAM_HOLD records, none for what never came. */
void ways_put(const struct ways *ways, struct stream_writer *w);

#endif
