/* SPDX-License-Identifier: MIT */
/* natives: native addresses as frames of the stream. */
#include "stream/natives.h"

#include <stdlib.h>
#include <string.h>

#include "native/modules.h"
#include "scrape.h"
#include "stream/defs.h"
#include "stream/module.h"
#include "stream/stream.h"

#define ANONYMOUS "anonymous"

void natives_init(struct natives *natives, struct modules *modules)
{
	*natives = (struct natives){.modules = modules};
	names_init(&natives->names, modules);
}

void natives_deinit(struct natives *natives)
{
	names_deinit(&natives->names);
	map_deinit(&natives->by_addr);
	map_deinit(&natives->by_what);
	VEC_DEINIT(&natives->entries);
	VEC_DEINIT(&natives->ids);
	buf_deinit(&natives->text);
}

static void check_epoch(struct natives *natives, const struct defs *defs)
{
	if (natives->epoch == defs->epoch)
		return;
	natives->epoch = defs->epoch;
	map_clear(&natives->by_addr);
	map_clear(&natives->by_what);
	natives->entries.n = natives->ids.n = 0;
}

/* Where code is from. */
struct place {
	const char *path, *build_id;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int string_id(struct defs *defs, const char *text, uint32_t *ret)
{
	return defs_string(defs, text, strlen(text), ret);
}

/* The frame of these texts: one that is defined, or a new one. */
static int add_frame(struct natives *natives, struct defs *defs, const struct stream_frame *frame)
{
	uint64_t key = map_mix(frame->function << 32 ^ frame->file) ^
		       map_mix(frame->line << 34 ^ frame->module << 2 ^ frame->kind);
	uint32_t *place = VEC_RESERVE(&natives->ids, natives->ids.n + 1) ? &natives->ids.items[natives->ids.n] : NULL;

	if (!place)
		return SCRAPE_ENOMEM;
	/* of two that have the same 64-bit hash one would be called like the other */
	if (!map_get(&natives->by_what, key, place)) {
		*place = defs_frame(defs, frame);
		if (map_put(&natives->by_what, key, *place) < 0)
			return SCRAPE_ENOMEM;
	}
	natives->ids.n++;
	return 0;
}

static int module_id(struct natives *natives, struct defs *defs, struct place place, uint32_t *ret)
{
	buf_reset(&natives->text);
	stream_module_add(&natives->text, place.path, strlen(place.path), place.build_id, strlen(place.build_id));
	return natives->text.failed ? SCRAPE_ENOMEM : defs_string(defs, natives->text.data, natives->text.len, ret);
}

static int add_call(struct natives *natives, struct defs *defs, struct place place, const struct names_call *call,
		    bool inlined)
{
	const char *path = call->path[0] ? call->path : place.path;
	struct stream_frame frame = {.short_at = (uint64_t)(base_name(path) - path),
				     .line = call->path[0] ? call->line : 0,
				     .kind = inlined ? STREAM_FRAME_INLINED : STREAM_FRAME_NATIVE};
	uint32_t function, file, module;
	int r = string_id(defs, call->function, &function);

	if (r == 0)
		r = string_id(defs, path, &file);
	if (r == 0)
		r = module_id(natives, defs, place, &module);
	if (r < 0)
		return r;
	frame.function = function;
	frame.file = file;
	frame.module = module + 1u;
	return add_frame(natives, defs, &frame);
}

static int add_unnamed(struct natives *natives, struct defs *defs, struct place place, uint64_t addr)
{
	struct buf text = BUF_INIT;
	int r = SCRAPE_ENOMEM;

	stream_module_address(&text, place.path, strlen(place.path), place.build_id, strlen(place.build_id), addr);
	if (buf_cstr(&text))
		r = add_call(natives, defs, place, &(struct names_call){.function = text.data, .path = ""}, false);
	buf_deinit(&text);
	return r;
}

static int add_name(struct natives *natives, struct defs *defs, uint32_t module, uint64_t addr,
		    const struct names_name *name)
{
	const struct module *of = module < natives->modules->list.n ? natives->modules->list.items[module] : NULL;
	struct place place = {of ? of->path : ANONYMOUS, of ? of->build_id : ""};
	int r = 0;

	if (name->n == 0 && of && of->map)
		place.path = ANONYMOUS;
	if (name->n == 0)
		return add_unnamed(natives, defs, place, name->start ? name->start : addr);
	for (size_t i = 0; r == 0 && i < name->n; i++)
		r = add_call(natives, defs, place, &name->calls[i], i + 1 < name->n);
	return r;
}

/* What a process made itself is asked each time, for it may become something else. */
static int own_frames(struct natives *natives, struct defs *defs, uint32_t module, uint64_t addr,
		      const uint32_t **ids_ret, size_t *n_ret)
{
	const size_t n = natives->ids.n;
	struct names_name name;
	int r = names_get(&natives->names, module, addr, &name);

	if (r == 0)
		r = add_name(natives, defs, module, addr, &name);
	*ids_ret = natives->ids.items + n;
	*n_ret = natives->ids.n - n;
	natives->ids.n = n;
	return r;
}

int natives_frames(struct natives *natives, struct defs *defs, uint32_t module, uint64_t addr, bool now,
		   const uint32_t **ids_ret, size_t *n_ret)
{
	const uint64_t key = map_mix(addr ^ (uint64_t)module << 44) ^ module;
	struct names_name name;
	struct natives_entry *entry;
	uint32_t index;
	bool known;
	int r = 0;

	check_epoch(natives, defs);
	if (module < natives->modules->list.n && natives->modules->list.items[module]->map)
		return own_frames(natives, defs, module, addr, ids_ret, n_ret);
	known = map_get(&natives->by_addr, key, &index);
	entry = known ? &natives->entries.items[index] : VEC_PUSH(&natives->entries);
	if (!entry)
		return SCRAPE_ENOMEM;
	if (!known) {
		r = map_put(&natives->by_addr, key, (uint32_t)(natives->entries.n - 1));
		natives->entries.n -= r < 0;
	}
	if (r == 0 && !entry->named)
		r = names_get(&natives->names, module, addr, &name);
	if (r < 0 && (r != SCRAPE_ENOTREADY || !now))
		return r;
	if (!entry->named && (r == 0 || entry->n == 0)) {
		entry->named = r == 0;
		entry->first = (uint32_t)natives->ids.n;
		r = add_name(natives, defs, module, addr, r == 0 ? &name : &(struct names_name){0});
		entry->n = (uint32_t)(natives->ids.n - entry->first);
		if (r < 0)
			return r;
	}
	*ids_ret = natives->ids.items + entry->first;
	*n_ret = entry->n;
	return 0;
}
