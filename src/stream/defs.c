/* SPDX-License-Identifier: MIT */
/* defs: what the stream has been told already. */
#include "stream/defs.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "scrape.h"
#include "stream/writer.h"

/* Together below 4 MiB, so that the sampler stays small. */
#define NODES_MAX 120000
#define TEXT_BYTES_MAX (1u << 20)

void defs_init(struct defs *defs, struct stream_writer *writer)
{
	*defs = (struct defs){.writer = writer, .n_nodes = 1};
}

static void forget(struct defs *defs)
{
	map_deinit(&defs->by_text);
	map_deinit(&defs->by_node);
	arena_deinit(&defs->bytes);
	VEC_DEINIT(&defs->texts);
	defs->n_frames = 0;
	defs->n_nodes = 1;
}

void defs_deinit(struct defs *defs)
{
	forget(defs);
}

int defs_string(struct defs *defs, const char *bytes, size_t len, uint32_t *ret)
{
	uint64_t hash = XXH3_64bits(bytes, len);
	uint32_t first = 0;
	struct defs_text *text;
	char *copy;

	if (map_get(&defs->by_text, hash, &first))
		for (uint32_t i = first; i != 0; i = defs->texts.items[i - 1].next) {
			text = &defs->texts.items[i - 1];
			if (text->len == len && memcmp(text->bytes, bytes, len) == 0) {
				*ret = i - 1;
				return 0;
			}
		}
	copy = arena_strndup(&defs->bytes, bytes, len);
	if (!copy || map_put(&defs->by_text, hash, (uint32_t)defs->texts.n + 1) < 0)
		return SCRAPE_ENOMEM;
	text = VEC_PUSH(&defs->texts);
	if (!text)
		return SCRAPE_ENOMEM;
	*text = (struct defs_text){.bytes = copy, .len = len, .next = first};
	*ret = (uint32_t)(defs->texts.n - 1);
	stream_put_string(defs->writer, &(struct stream_string){.id = *ret, .bytes = copy, .len = len});
	return 0;
}

uint32_t defs_frame(struct defs *defs, const struct stream_frame *frame)
{
	struct stream_frame record = *frame;

	record.id = defs->n_frames++;
	stream_put_frame(defs->writer, &record);
	return (uint32_t)record.id;
}

int defs_node(struct defs *defs, uint32_t parent, uint32_t frame, uint32_t *ret)
{
	uint64_t key = (uint64_t)parent << 32 | frame;
	int r;

	if (map_get(&defs->by_node, key, ret))
		return 0;
	r = map_put(&defs->by_node, key, defs->n_nodes);
	if (r < 0)
		return r;
	*ret = defs->n_nodes++;
	stream_put_node(defs->writer, &(struct stream_node){.id = *ret, .parent = parent, .frame = frame});
	return 0;
}

bool defs_full(const struct defs *defs)
{
	return defs->n_nodes >= NODES_MAX || defs->bytes.bytes >= TEXT_BYTES_MAX;
}

void defs_reset(struct defs *defs)
{
	forget(defs);
	defs->epoch++;
	stream_put_reset(defs->writer);
}
