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
#include "target/mem.h"
#include "target/proc.h"
#include "target/view.h"

void images_init(struct images *images, struct modules *modules, pid_t inner_pid)
{
	*images = (struct images){.modules = modules, .home = IMAGES_NONE, .own = IMAGES_NONE, .inner_pid = inner_pid};
}

void images_deinit(struct images *images)
{
	if (images->modules && images->own != IMAGES_NONE)
		modules_give_back(images->modules, images->own);
	images->own = IMAGES_NONE;
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

/* A build id is unique; else the header has at least the place of the section headers. The bytes are the file's, and
 * nobody writes there (ELF: a note is its sizes, its type and its owner; NT_GNU_BUILD_ID is 3). */
static void read_mark(struct mem *mem, uint64_t base, struct image_part *part)
{
	static const unsigned char note[] = {4, 0, 0, 0, IMAGES_MARK, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0};
	unsigned char page[4096];
	const unsigned char *found;
	size_t at = 0x28; /* e_shoff, e_flags, sizes and numbers */

	if (mem_read(mem, base, page, sizeof(page)) < 0)
		return;
	found = memmem(page, sizeof(page) - IMAGES_MARK, note, sizeof(note));
	if (found)
		at = (size_t)(found - page) + sizeof(note);
	memcpy(part->mark, page + at, IMAGES_MARK);
	part->mark_addr = base + at;
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
	if (!is_vdso)
		read_mark(mem, base->start, part);
	if (is_vdso)
		part->module = images->modules->has_vdso ? MODULES_VDSO : IMAGES_NONE;
	else if (modules_of(images->modules, proc, mapping, &part->module) < 0)
		part->module = IMAGES_NONE;
}

/* What was known of this mapping before. */
static const struct image_part *known(const struct images *images, const struct mapping *mapping)
{
	VEC_EACH (part, &images->parts)
		if (part->start == mapping->start && part->end == mapping->end && part->dev == mapping->dev &&
		    part->inode == mapping->inode && part->offset == mapping->offset)
			return part->module != IMAGES_NONE ? part : NULL;
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

/* Code without a file is what the process made itself, once somebody maps some. */
static int find_own(struct images *images, const struct proc *proc, struct image_part *part)
{
	int r = 0;

	if (images->own == IMAGES_NONE)
		r = modules_own_code(images->modules, proc, images->inner_pid, &images->own);
	part->module = images->own;
	return r == SCRAPE_ENOMEM ? r : 0; /* or it stays without names */
}

static int add_part(struct images *images, const struct image_part *before, const struct proc *proc, struct mem *mem,
		    const struct maps *maps, const struct mapping *mapping)
{
	struct image_part *part = VEC_PUSH(&images->parts);

	if (!part)
		return SCRAPE_ENOMEM;
	*part = (struct image_part){.start = mapping->start,
				    .end = mapping->end,
				    .dev = mapping->dev,
				    .inode = mapping->inode,
				    .offset = mapping->offset,
				    .module = IMAGES_NONE,
				    .starts = is_start(mapping->path)};
	if (before) {
		*part = *before;
	} else {
		images->changed = true;
		find_module(images, proc, mem, maps, mapping, part);
	}
	return part->module == IMAGES_NONE && mapping->inode == 0 ? find_own(images, proc, part) : 0;
}

int images_update(struct images *images, const struct proc *proc, struct mem *mem, uint64_t home_addr, struct err *err)
{
	struct images new = *images;
	struct maps maps = {0};
	int r = maps_read(&maps, proc->dirfd, err);
	const struct mapping *home = r == 0 && home_addr ? home_file(&maps, home_addr) : NULL;

	memset(&new.parts, 0, sizeof(new.parts));
	new.home = IMAGES_NONE;
	new.home_base = 0;
	new.changed = false;
	if (!new.cache)
		new.cache = malloc(IMAGES_CACHE * sizeof(*new.cache));
	if (r == 0 && !new.cache)
		r = SCRAPE_ENOMEM;
	for (size_t i = 0; r == 0 && i < maps.n; i++) {
		const struct mapping *mapping = &maps.items[i];

		if (!(mapping->perms & MAPPING_EXEC) || strcmp(mapping->path, "[vsyscall]") == 0)
			continue;
		r = add_part(&new, known(images, mapping), proc, mem, &maps, mapping);
		if (r == 0 && home && mapping_same_file(home, mapping)) {
			const struct mapping *base = base_of(&maps, mapping);

			new.home = new.parts.items[new.parts.n - 1].module;
			new.home_base = base ? base->start : 0;
		}
	}
	maps_deinit(&maps);
	if (r < 0) {
		VEC_DEINIT(&new.parts);
		images->cache = new.cache;
		images->own = new.own;
	} else {
		VEC_DEINIT(&images->parts);
		*images = new;
	}
	forget(images);
	return r;
}

void images_want_mark(const struct images *images, uint32_t part, struct view *view)
{
	if (part < images->parts.n && images->parts.items[part].mark_addr)
		(void)view_want(view, images->parts.items[part].mark_addr, IMAGES_MARK); /* or it is read by itself */
}

bool images_has_mark(const struct images *images, uint32_t part, struct view *view)
{
	const struct image_part *p = &images->parts.items[part];
	const void *mark = p->mark_addr ? view_get(view, p->mark_addr, IMAGES_MARK, 0) : p->mark;

	return mark && memcmp(mark, p->mark, IMAGES_MARK) == 0;
}

const struct module *images_module(const struct images *images, uint32_t part)
{
	uint32_t module = part < images->parts.n ? images->parts.items[part].module : IMAGES_NONE;

	return module < images->modules->list.n ? images->modules->list.items[module] : NULL;
}

const struct module *images_home(const struct images *images)
{
	return images->home < images->modules->list.n ? images->modules->list.items[images->home] : NULL;
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
