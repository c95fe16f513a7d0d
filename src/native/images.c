/* SPDX-License-Identifier: MIT */
/* images: the executable parts of one target's memory. */
#include "native/images.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "elf/image.h"
#include "elf/cfirows.h"
#include "native/modules.h"
#include "scrape.h"
#include "target/maps.h"
#include "target/proc.h"

void images_deinit(struct images *images)
{
	VEC_DEINIT(&images->parts);
	free(images->cache);
	images->cache = NULL;
}

static void forget(struct images *images)
{
	for (size_t i = 0; images->cache && i < IMAGES_CACHE; i++)
		images->cache[i].part = IMAGES_NONE;
}

void images_begin(struct images *images)
{
	if (images->epoch != images->modules->epoch)
		forget(images);
	images->epoch = images->modules->epoch;
}

/* The first mapping of the file that this one belongs to: where offset 0 is. */
static const struct mapping *base_of(const struct maps *maps, const struct mapping *mapping)
{
	const struct mapping *m = mapping;

	while (m > maps->items && mapping_same_file(m - 1, mapping) && m->offset != 0)
		m--;
	return m->offset == 0 && mapping_same_file(m, mapping) ? m : NULL;
}

static void find_module(struct images *images, const struct proc *proc, struct mem *mem, const struct maps *maps,
			const struct mapping *mapping, struct image_part *part)
{
	const bool is_vdso = mapping->inode == 0 && strcmp(mapping->path, "[vdso]") == 0;
	const struct mapping *base = is_vdso ? mapping : base_of(maps, mapping);
	struct image image;

	if (!base || image_open(mem, maps, base->start, &image, NULL) < 0)
		return;
	part->bias = image.bias;
	if (is_vdso)
		part->module = images->modules->has_vdso ? MODULES_VDSO : IMAGES_NONE;
	else if (modules_of(images->modules, proc, mapping, &part->module) < 0)
		part->module = IMAGES_NONE;
}

/* What was known of this mapping before. */
static const struct image_part *known(const struct images *images, const struct mapping *mapping)
{
	for (size_t i = 0; i < images->parts.n; i++)
		if (images->parts.items[i].start == mapping->start && images->parts.items[i].end == mapping->end)
			return images->parts.items[i].module != IMAGES_NONE ? &images->parts.items[i] : NULL;
	return NULL;
}

static bool is_start(const char *path)
{
	static const char *const names[] = {"libc.so.", "libc-2.", "libpthread", "ld-musl-", "python"};
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; slash && i < sizeof(names) / sizeof(*names); i++)
		if (strncmp(slash + 1, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* The mapping of a file that the address belongs to: its own, or the one before the zeroed data it is in. */
static const struct mapping *home_file(const struct maps *maps, uint64_t addr)
{
	const struct mapping *m = maps_find(maps, addr);

	while (m && m > maps->items && m->inode == 0 && (m - 1)->end == m->start)
		m--;
	return m && m->inode != 0 ? m : NULL;
}

int images_update(struct images *images, struct modules *modules, const struct proc *proc, struct mem *mem,
		  uint64_t home_addr, struct err *err)
{
	struct images new = {.modules = modules, .cache = images->cache, .epoch = modules->epoch};
	struct maps maps = {0};
	int r = maps_read(&maps, proc->dirfd, err);
	const struct mapping *home = r == 0 && home_addr ? home_file(&maps, home_addr) : NULL;

	images->modules = modules;
	new.home = IMAGES_NONE;
	if (!new.cache)
		new.cache = malloc(IMAGES_CACHE * sizeof(*new.cache));
	if (r == 0 && !new.cache)
		r = SCRAPE_ENOMEM;
	for (size_t i = 0; r == 0 && i < maps.n; i++) {
		const struct mapping *mapping = &maps.items[i];
		const struct image_part *before = known(images, mapping);
		struct image_part *part;

		if (!(mapping->perms & MAPPING_EXEC) || strcmp(mapping->path, "[vsyscall]") == 0)
			continue;
		part = VEC_PUSH(&new.parts);
		if (!part) {
			r = SCRAPE_ENOMEM;
			break;
		}
		*part = (struct image_part){.start = mapping->start, .end = mapping->end, .module = IMAGES_NONE};
		if (before)
			*part = *before;
		else
			find_module(&new, proc, mem, &maps, mapping, part);
		part->starts = is_start(mapping->path);
		if (home && mapping_same_file(home, mapping)) {
			const struct mapping *base = base_of(&maps, mapping);

			new.home = part->module;
			new.home_base = base ? base->start : 0;
		}
	}
	maps_deinit(&maps);
	images->cache = new.cache;
	if (r == 0) {
		VEC_DEINIT(&images->parts);
		images->parts.items = new.parts.items;
		images->parts.n = new.parts.n;
		images->parts.cap = new.parts.cap;
		images->epoch = new.epoch;
		images->home = new.home;
		images->home_base = new.home_base;
	} else {
		VEC_DEINIT(&new.parts);
	}
	forget(images);
	return r;
}

const struct module *images_module(const struct images *images, uint32_t part)
{
	uint32_t module = part < images->parts.n ? images->parts.items[part].module : IMAGES_NONE;

	return module < images->modules->list.n ? images->modules->list.items[module] : NULL;
}

static uint32_t part_of(const struct images *images, uint64_t pc)
{
	size_t low = 0, high = images->parts.n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (images->parts.items[mid].end <= pc)
			low = mid + 1;
		else
			high = mid;
	}
	return low < images->parts.n && images->parts.items[low].start <= pc ? (uint32_t)low : IMAGES_NONE;
}

static struct images_hit look_up(const struct images *images, uint64_t pc)
{
	struct images_hit hit = {.pc = pc, .part = part_of(images, pc)};
	const struct module *module = hit.part == IMAGES_NONE ? NULL : images_module(images, hit.part);
	uint64_t at;

	if (!module || module->state != MODULE_READY)
		return hit;
	at = pc - images->parts.items[hit.part].bias - module->rows.base;
	if (at <= UINT32_MAX)
		hit.rule = cfirows_at(&module->rows, (uint32_t)at);
	return hit;
}

struct images_hit images_find(const struct images *images, uint64_t pc)
{
	struct images_hit *hit = &images->cache[map_mix(pc) % IMAGES_CACHE];

	if (hit->part == IMAGES_NONE || hit->pc != pc)
		*hit = look_up(images, pc);
	return *hit;
}
