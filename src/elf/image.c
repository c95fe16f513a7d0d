/* SPDX-License-Identifier: MIT */
/* image: headers, segments, dynamic section and notes of a loaded ELF image. The symbols are in image_symbol.c. */
#include "elf/image.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "base/err.h"
#include "elf/image_private.h"
#include "scrape.h"
#include "target/maps.h"
#include "target/mem.h"

#define PAGE 4096u
#define PROGRAM_HEADERS_MAX 128
#define DYNAMIC_MAX 1024  /* entries */
#define DYNAMIC_CHUNK 64  /* entries read at once: more than most images have */
#define NOTE_BYTES_MAX 1024
#define MAPPINGS_MAX 64   /* of one image, holes between them included */

/* What the headers say, before it is believed. */
struct headers {
	uint8_t page[PAGE];
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdrs[PROGRAM_HEADERS_MAX];
};

static int check_header(const Elf64_Ehdr *eh, struct err *err)
{
	if (memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0)
		return err_set(err, SCRAPE_EFORMAT, "not an ELF image");
	if (eh->e_ident[EI_CLASS] == ELFCLASS32)
		return err_set(err, SCRAPE_EUNSUP, "a 32-bit ELF image");
	if (eh->e_ident[EI_CLASS] != ELFCLASS64 || eh->e_ident[EI_DATA] != ELFDATA2LSB)
		return err_set(err, SCRAPE_EFORMAT, "an ELF image of no known class");
	if (eh->e_machine != EM_X86_64)
		return err_set(err, SCRAPE_EUNSUP, "an ELF image for machine %u", (unsigned int)eh->e_machine);
	if (eh->e_type != ET_EXEC && eh->e_type != ET_DYN)
		return err_set(err, SCRAPE_EFORMAT, "an ELF file that is neither program nor library");
	if (eh->e_phentsize != sizeof(Elf64_Phdr) || eh->e_phnum == 0 || eh->e_phnum > PROGRAM_HEADERS_MAX)
		return err_set(err, SCRAPE_EFORMAT, "an ELF image with %u program headers of %u bytes",
			       (unsigned int)eh->e_phnum, (unsigned int)eh->e_phentsize);
	return 0;
}

/* Where the given offset of the file is mapped that begins at base_addr. */
static uint64_t file_addr(const struct maps *maps, uint64_t base_addr, uint64_t offset)
{
	const struct mapping *first = maps ? maps_find(maps, base_addr) : NULL;

	for (size_t i = 0; first && i < MAPPINGS_MAX && first + i < maps->items + maps->n; i++) {
		const struct mapping *m = first + i;

		if (mapping_same_file(m, first) && offset >= m->offset && offset - m->offset < m->end - m->start)
			return m->start + (offset - m->offset);
	}
	return base_addr + offset;
}

static int read_headers(struct mem *mem, const struct maps *maps, uint64_t base_addr, struct headers *h,
			struct err *err)
{
	size_t bytes;
	int r = mem_read(mem, base_addr, h->page, sizeof(h->page));

	if (r < 0)
		return err_set(err, r, "the ELF header at 0x%" PRIx64 " cannot be read", base_addr);
	memcpy(&h->ehdr, h->page, sizeof(h->ehdr));
	r = check_header(&h->ehdr, err);
	if (r < 0)
		return r;
	bytes = h->ehdr.e_phnum * sizeof(Elf64_Phdr);
	if (h->ehdr.e_phoff <= PAGE && bytes <= PAGE - h->ehdr.e_phoff) {
		memcpy(h->phdrs, h->page + h->ehdr.e_phoff, bytes);
		return 0;
	}
	r = mem_read(mem, file_addr(maps, base_addr, h->ehdr.e_phoff), h->phdrs, bytes);
	return r < 0 ? err_set(err, r, "the program headers at 0x%" PRIx64 " cannot be read", base_addr) : 0;
}

/* The segment that holds the ELF header was mapped at base_addr: that tells the bias. */
static int find_bias(struct image *image, const struct headers *h, struct err *err)
{
	for (size_t i = 0; i < h->ehdr.e_phnum; i++) {
		const Elf64_Phdr *ph = &h->phdrs[i];

		if (ph->p_type != PT_LOAD || ph->p_offset >= PAGE)
			continue;
		image->bias = image->base_addr - (ph->p_vaddr - ph->p_offset);
		if (h->ehdr.e_type == ET_EXEC && image->bias != 0)
			return err_set(err, SCRAPE_EFORMAT, "a program that is mapped as data");
		return 0;
	}
	return err_set(err, SCRAPE_EFORMAT, "an ELF image whose header is not loaded");
}

static int add_load(struct image *image, const Elf64_Phdr *ph)
{
	struct image_load load = {
		.start = ph->p_vaddr + image->bias,
		.offset = ph->p_offset,
		.file_size = ph->p_filesz,
		.flags = ph->p_flags,
	};

	if (ph->p_memsz == 0)
		return 0;
	if (__builtin_add_overflow(load.start, ph->p_memsz, &load.end) || ph->p_filesz > ph->p_memsz)
		return SCRAPE_EFORMAT;
	if (image->n_loads > 0 && load.start < image->loads[image->n_loads - 1].end)
		return SCRAPE_EFORMAT; /* the ELF specification wants ascending order */
	if (image->n_loads == IMAGE_LOADS_MAX)
		return SCRAPE_ELIMIT;
	image->loads[image->n_loads++] = load;
	return 0;
}

static int take_segments(struct image *image, const struct headers *h, struct err *err)
{
	for (size_t i = 0; i < h->ehdr.e_phnum; i++) {
		const Elf64_Phdr *ph = &h->phdrs[i];
		uint64_t addr = ph->p_vaddr + image->bias;

		if (ph->p_type == PT_LOAD && add_load(image, ph) < 0)
			return err_set(err, SCRAPE_EFORMAT, "an ELF image whose segments cannot be loaded so");
		if (ph->p_type == PT_DYNAMIC) {
			image->dynamic_addr = addr;
			image->dynamic_size = ph->p_memsz;
		}
		if (ph->p_type == PT_NOTE && image->n_notes < IMAGE_NOTES_MAX)
			image->notes[image->n_notes++] = (struct image_note){addr, ph->p_memsz, ph->p_align};
	}
	if (image->n_loads == 0)
		return err_set(err, SCRAPE_EFORMAT, "an ELF image without segments");
	image->start = image->loads[0].start;
	image->end = image->loads[image->n_loads - 1].end;
	return 0;
}

/* The dynamic linker of glibc has added the bias to these words in memory, that of musl and the kernel's vdso have
 * not. Link-time addresses of anything with a bias are far below the image, so the range tells. */
static uint64_t resolve(const struct image *image, uint64_t value)
{
	return value >= image->start && value < image->end ? value : value + image->bias;
}

static void take_dynamic(struct image *image, const Elf64_Dyn *dyn)
{
	switch (dyn->d_tag) {
	case DT_SYMTAB:
		image->symtab_addr = resolve(image, dyn->d_un.d_ptr);
		break;
	case DT_STRTAB:
		image->strtab_addr = resolve(image, dyn->d_un.d_ptr);
		break;
	case DT_STRSZ:
		image->strtab_size = dyn->d_un.d_val;
		break;
	case DT_GNU_HASH:
		image->gnu_hash_addr = resolve(image, dyn->d_un.d_ptr);
		break;
	case DT_HASH:
		image->hash_addr = resolve(image, dyn->d_un.d_ptr);
		break;
	case DT_VERSYM:
		image->versym_addr = resolve(image, dyn->d_un.d_ptr);
		break;
	default:
		break;
	}
}

static int read_dynamic(struct image *image, struct err *err)
{
	uint64_t left = image->dynamic_size / sizeof(Elf64_Dyn);
	uint64_t addr = image->dynamic_addr;

	left = left < DYNAMIC_MAX ? left : DYNAMIC_MAX;
	while (left > 0) {
		Elf64_Dyn dyns[DYNAMIC_CHUNK];
		size_t n = left < DYNAMIC_CHUNK ? (size_t)left : DYNAMIC_CHUNK;
		int r = SCRAPE_EFORMAT;

		if (image_holds(image, addr, n * sizeof(*dyns)))
			r = mem_read(image->mem, addr, dyns, n * sizeof(*dyns));
		if (r < 0)
			return err_set(err, r, "the dynamic section at 0x%" PRIx64 " cannot be read", addr);
		for (size_t i = 0; i < n; i++) {
			if (dyns[i].d_tag == DT_NULL)
				return 0;
			take_dynamic(image, &dyns[i]);
		}
		addr += n * sizeof(*dyns);
		left -= n;
	}
	return 0;
}

int image_open(struct mem *mem, const struct maps *maps, uint64_t base_addr, struct image *ret, struct err *err)
{
	struct image image = {.mem = mem, .base_addr = base_addr};
	struct headers h;
	int r = read_headers(mem, maps, base_addr, &h, err);

	if (r == 0)
		r = find_bias(&image, &h, err);
	if (r == 0)
		r = take_segments(&image, &h, err);
	if (r == 0)
		r = read_dynamic(&image, err);
	if (r == 0)
		*ret = image;
	return r;
}

const struct image_load *image_load_at(const struct image *image, uint64_t addr)
{
	for (size_t i = 0; i < image->n_loads; i++) {
		if (addr >= image->loads[i].start && addr < image->loads[i].end)
			return &image->loads[i];
	}
	return NULL;
}

bool image_holds(const struct image *image, uint64_t addr, uint64_t len)
{
	const struct image_load *load = image_load_at(image, addr);

	return load && len <= load->end - addr;
}

/* Finds the note "GNU" of type NT_GNU_BUILD_ID; its length, or 0. */
static size_t find_build_id(const uint8_t *bytes, size_t size, size_t align, uint8_t ret[IMAGE_BUILD_ID_MAX])
{
	size_t at = 0;

	while (size - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr note;
		uint64_t name, desc, next;

		memcpy(&note, bytes + at, sizeof(note));
		name = at + sizeof(note);
		desc = (name + note.n_namesz + align - 1) & ~(uint64_t)(align - 1);
		next = (desc + note.n_descsz + align - 1) & ~(uint64_t)(align - 1);
		if (desc > size || note.n_descsz > size - desc)
			return 0;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(bytes + name, "GNU", 4) == 0 &&
		    note.n_descsz > 0 && note.n_descsz <= IMAGE_BUILD_ID_MAX) {
			memcpy(ret, bytes + desc, note.n_descsz);
			return note.n_descsz;
		}
		if (next > size)
			return 0;
		at = (size_t)next;
	}
	return 0;
}

int image_build_id(const struct image *image, uint8_t ret[IMAGE_BUILD_ID_MAX], size_t *len_ret)
{
	for (size_t i = 0; i < image->n_notes; i++) {
		const struct image_note *note = &image->notes[i];
		uint8_t bytes[NOTE_BYTES_MAX];
		size_t n = note->size < sizeof(bytes) ? (size_t)note->size : sizeof(bytes);
		size_t len;
		int r;

		if (!image_holds(image, note->addr, n))
			continue;
		r = mem_read(image->mem, note->addr, bytes, n);
		if (r < 0)
			return r;
		len = find_build_id(bytes, n, note->align == 8 ? 8 : 4, ret);
		if (len > 0) {
			*len_ret = len;
			return 0;
		}
	}
	return SCRAPE_ENOTFOUND;
}
