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

static void use_modules(struct images *images, int more)
{
	VEC_EACH (part, &images->parts)
		if (part->module != IMAGES_NONE && part->module != images->own)
			modules_use(images->modules, part->module, more);
}

void images_deinit(struct images *images)
{
	use_modules(images, -1);
	if (images->modules && images->own != IMAGES_NONE)
		modules_give_back(images->modules, images->own);
	images->own = IMAGES_NONE;
	maps_deinit(&images->rest);
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

/* One reading of what is mapped. */
struct update {
	struct images *new;
	const struct images *old;
	const struct proc *proc;
	struct mem *mem;
	struct maps maps;
	const struct mapping *home; /* NULL: there is none */
	uint32_t root; /* of the process */
	size_t hint;   /* what was known before lies in the same order */
	unsigned left; /* files that may still be opened */
};

static void find_module(struct update *u, const struct mapping *mapping, struct image_part *part)
{
	struct modules *modules = u->new->modules;
	const bool is_vdso = mapping->inode == 0 && strcmp(mapping->path, "[vdso]") == 0;
	const struct mapping *base = is_vdso ? mapping : base_of(&u->maps, mapping);
	struct image image;

	if (!base || image_open(u->mem, &u->maps, base->start, &image, NULL) < 0)
		return;
	part->bias = image.bias;
	if (!is_vdso)
		read_mark(u->mem, base->start, part);
	if (is_vdso)
		part->module = modules->has_vdso ? MODULES_VDSO : IMAGES_NONE;
	else if (modules_of(modules, u->proc, u->root, mapping, &part->module) < 0)
		part->module = IMAGES_NONE;
}

static bool is_of(const struct image_part *part, const struct mapping *mapping)
{
	return part->start == mapping->start && part->end == mapping->end && part->dev == mapping->dev &&
	       part->inode == mapping->inode && part->offset == mapping->offset;
}

/* What was known of this mapping before. */
static const struct image_part *known(struct update *u, const struct mapping *mapping)
{
	const struct image_part *parts = u->old->parts.items;
	const size_t n = u->old->parts.n;

	for (size_t i = u->hint; i < n && parts[i].start <= mapping->start; i++) {
		u->hint = i;
		if (is_of(&parts[i], mapping))
			return parts[i].tried ? &parts[i] : NULL;
	}
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

static int add_part(struct update *u, const struct mapping *mapping)
{
	const struct image_part *before = known(u, mapping);
	struct image_part *part = VEC_PUSH(&u->new->parts);

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
	} else if (mapping->inode != 0 && u->left == 0 && !(u->home && mapping_same_file(u->home, mapping))) {
		return 0;
	} else {
		u->left -= mapping->inode != 0 && u->left > 0;
		u->new->changed = part->tried = true;
		find_module(u, mapping, part);
	}
	return part->module == IMAGES_NONE && mapping->inode == 0 ? find_own(u->new, u->proc, part) : 0;
}

/* All that can be run. */
static int add_parts(struct update *u)
{
	struct images *new = u->new;
	int r = 0;

	for (size_t i = 0; r == 0 && i < u->maps.n; i++) {
		const struct mapping *mapping = &u->maps.items[i];

		if (!(mapping->perms & MAPPING_EXEC) || strcmp(mapping->path, "[vsyscall]") == 0)
			continue;
		r = add_part(u, mapping);
		if (r == 0 && u->home && mapping_same_file(u->home, mapping)) {
			const struct mapping *base = base_of(&u->maps, mapping);

			new->home = new->parts.items[new->parts.n - 1].module;
			new->home_base = base ? base->start : 0;
		}
	}
	return r;
}

int images_update(struct images *images, const struct proc *proc, struct mem *mem, uint64_t home_addr, struct err *err)
{
	struct images new = *images;
	struct update u = {.new = &new,
			   .old = images,
			   .proc = proc,
			   .mem = mem,
			   .left = images->parts.n > 0 ? IMAGES_NEW_MAX : IMAGES_FIRST_MAX};
	int r = maps_read(&u.maps, proc->dirfd, err);

	memset(&new.parts, 0, sizeof(new.parts));
	new.home = IMAGES_NONE;
	new.home_base = 0;
	new.changed = false;
	memset(&new.rest, 0, sizeof(new.rest));
	new.rest_at = 0;
	if (!new.cache)
		new.cache = malloc(IMAGES_CACHE * sizeof(*new.cache));
	if (r == 0 && !new.cache)
		r = SCRAPE_ENOMEM;
	u.root = r == 0 ? modules_root_of(images->modules, proc) : MODULES_NO_ROOT;
	u.home = r == 0 && home_addr ? home_file(&u.maps, home_addr) : NULL;
	if (r == 0)
		r = add_parts(&u);
	if (r == 0 && u.left == 0)
		new.rest = u.maps;
	else
		maps_deinit(&u.maps);
	if (r < 0) {
		VEC_DEINIT(&new.parts);
		images->cache = new.cache;
		images->own = new.own;
	} else {
		use_modules(&new, 1);
		use_modules(images, -1);
		maps_deinit(&images->rest);
		VEC_DEINIT(&images->parts);
		*images = new;
	}
	forget(images);
	return r;
}

bool images_go_on(struct images *images, const struct proc *proc, struct mem *mem)
{
	struct update u = {.new = images,
			   .proc = proc,
			   .mem = mem,
			   .maps = images->rest,
			   .root = modules_root_of(images->modules, proc),
			   .left = IMAGES_NEW_MAX};

	for (; u.left > 0 && images->rest_at < images->parts.n; images->rest_at++) {
		struct image_part *part = &images->parts.items[images->rest_at];
		const struct mapping *mapping = part->tried ? NULL : maps_find(&u.maps, part->start);

		if (!mapping)
			continue;
		u.left--;
		part->tried = true;
		find_module(&u, mapping, part);
		if (part->module != IMAGES_NONE)
			modules_use(images->modules, part->module, 1);
	}
	forget(images);
	if (images->rest_at < images->parts.n)
		return true;
	maps_deinit(&images->rest);
	return false;
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
