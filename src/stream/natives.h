/* SPDX-License-Identifier: MIT */
/*
 * natives: native addresses as frames of the stream. One address may be several frames, of calls that were inlined; its
 * names may take a moment to come (native/names.h).
 */
#ifndef STREAM_NATIVES_H
#define STREAM_NATIVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "native/names.h"
#include "sample/merge.h"

struct defs;
struct modules;

struct natives_entry {
	uint32_t first, n; /* in ids */
	bool named;	   /* else by its address, until a name comes */
};

struct natives {
	struct names names;
	struct modules *modules; /* borrowed; NULL: there are none */
	struct map by_addr;	 /* hash of module and address -> entry */
	struct map by_what;	 /* hash of a frame's texts and line -> its id */
	VEC(struct natives_entry) entries;
	VEC(uint32_t) ids;
	uint32_t epoch;  /* of the definitions that ids belong to */
	struct buf text; /* scratch */
};

void natives_init(struct natives *natives, struct modules *modules);
void natives_deinit(struct natives *natives);

/* The frames of an address (sample/merge.h: module of a frame, link-time address), innermost first, valid until the
 * next call. SCRAPE_ENOTREADY: its names have not come yet; with `now` it is then called by its address.
 * SCRAPE_ENOMEM. */
int natives_frames(struct natives *natives, struct defs *defs, uint32_t module, uint64_t addr, bool now,
		   const uint32_t **ids_ret, size_t *n_ret);

#endif
