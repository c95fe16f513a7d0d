/* SPDX-License-Identifier: MIT */
/* ways: how looks were taken, and what they cost the targets. */
#include "stream/ways.h"

#include "stream/writer.h"

const char *const ways_words[SCRAPE_WAY_COUNT] = {
	[SCRAPE_WAY_CPU] = "cpu",   [SCRAPE_WAY_STAT] = "stat", [SCRAPE_WAY_ASLEEP] = "asleep",
	[SCRAPE_WAY_RING] = "ring", [SCRAPE_WAY_STOP] = "stop",
};

void ways_merge(struct ways *ways, const struct ways *more)
{
	for (unsigned way = 0; way < SCRAPE_WAY_COUNT; way++) {
		uint64_t sum = ways->looks[way] + more->looks[way];

		ways->looks[way] = sum < more->looks[way] ? UINT64_MAX : sum;
	}
	histogram_merge(&ways->holds, &more->holds);
}

void ways_put(const struct ways *ways, struct stream_writer *w)
{
	for (unsigned way = 0; way < SCRAPE_WAY_COUNT; way++)
		if (ways->looks[way])
			stream_put_way(w, &(struct stream_way){.way = way, .looks = ways->looks[way]});
	for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++)
		if (ways->holds.count[bucket])
			stream_put_hold(w,
					&(struct stream_hold){.bucket = bucket, .count = ways->holds.count[bucket]});
}
