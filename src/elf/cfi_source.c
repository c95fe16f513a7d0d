/* SPDX-License-Identifier: MIT */
/* cfi_source: one section of call frame information, ready to be asked by libdw, and the list of its entries. */
#include <dwarf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "elf/cfi_private.h"
#include "elf/elffile.h"
#include "scrape.h"

/* Encodings of addresses (Linux Standard Base, "DWARF Exception Header Encoding"). */
#define PE_FORMAT 0x0f
#define PE_PLACE 0x70
#define PE_UDATA2 0x02
#define PE_UDATA4 0x03
#define PE_UDATA8 0x04
#define PE_SDATA2 0x0a
#define PE_SDATA4 0x0b
#define PE_SDATA8 0x0c
#define PE_PCREL 0x10
#define PE_NONE 0xff /* here also: one that means nothing to us */
#define BX_LOST 0x100
#define HAS_SIZE 0x200 /* "z": the data of the augmentation begins with its size, in each entry */

static const char names[] = "\0.eh_frame\0.debug_frame\0.shstrtab";

struct wrapped {
	Elf64_Ehdr ehdr;
	Elf64_Shdr shdrs[3];
	char names[sizeof(names)];
	_Alignas(16) uint8_t bytes[];
};

static uint32_t name_of(const char *name)
{
	return (uint32_t)((const char *)memmem(names, sizeof(names), name, strlen(name) + 1) - names);
}

static int wrap(const char *name, uint64_t addr, const void *bytes, size_t size, struct wrapped **ret)
{
	struct wrapped *w = malloc(sizeof(*w) + size);

	if (!w)
		return SCRAPE_ENOMEM;
	memset(w, 0, sizeof(*w));
	w->ehdr = (Elf64_Ehdr){.e_type = ET_DYN, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
			       .e_shoff = offsetof(struct wrapped, shdrs), .e_ehsize = sizeof(w->ehdr),
			       .e_shentsize = sizeof(w->shdrs[0]), .e_shnum = 3, .e_shstrndx = 2};
	memcpy(w->ehdr.e_ident, ELFMAG, SELFMAG);
	w->ehdr.e_ident[EI_CLASS] = ELFCLASS64;
	w->ehdr.e_ident[EI_DATA] = ELFDATA2LSB;
	w->ehdr.e_ident[EI_VERSION] = EV_CURRENT;
	w->shdrs[1] = (Elf64_Shdr){.sh_name = name_of(name), .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC,
				   .sh_addr = addr, .sh_offset = offsetof(struct wrapped, bytes), .sh_size = size,
				   .sh_addralign = 8};
	w->shdrs[2] = (Elf64_Shdr){.sh_name = name_of(".shstrtab"), .sh_type = SHT_STRTAB, .sh_size = sizeof(names),
				   .sh_offset = offsetof(struct wrapped, names), .sh_addralign = 1};
	memcpy(w->names, names, sizeof(names));
	memcpy(w->bytes, bytes, size);
	*ret = w;
	return 0;
}

/* What is needed to list entries. */
struct listing {
	struct cfi_source *source;
	const struct elffile *program;
	struct wrapped *wrapped;
	Elf_Data data;
	uint64_t addr;
	bool is_eh;
	struct map cies; /* by offset: the encoding of addresses, and the bits below */
};

static size_t encoded_size(uint8_t encoding)
{
	switch (encoding & PE_FORMAT) {
	case PE_UDATA2:
	case PE_SDATA2:
		return 2;
	case PE_UDATA4:
	case PE_SDATA4:
		return 4;
	case 0:
	case PE_UDATA8:
	case PE_SDATA8:
		return 8;
	default:
		return 0;
	}
}

static bool read_value(uint8_t encoding, const uint8_t **at, const uint8_t *end, uint64_t *ret)
{
	size_t size = encoded_size(encoding);
	uint64_t value = 0;

	if (size == 0 || (size_t)(end - *at) < size)
		return false;
	memcpy(&value, *at, size);
	*at += size;
	if ((encoding & PE_FORMAT) == PE_SDATA2)
		value = (uint64_t)(int16_t)value;
	if ((encoding & PE_FORMAT) == PE_SDATA4)
		value = (uint64_t)(int32_t)value;
	*ret = value;
	return true;
}

/* From the letters of the augmentation, in whose order its data stands ("zPLR"). */
static uint8_t encoding_of(const Dwarf_CIE *cie)
{
	const uint8_t *at = cie->augmentation_data, *end;
	uint64_t ignored;

	if (cie->augmentation[0] != 'z')
		return cie->augmentation[0] ? PE_NONE : 0;
	if (!at)
		return PE_NONE;
	end = at + cie->augmentation_data_size;
	for (const char *letter = cie->augmentation + 1; *letter; letter++) {
		if (*letter == 'S' || *letter == 'B')
			continue;
		if (at >= end)
			return PE_NONE;
		if (*letter == 'R')
			return *at;
		if (*letter == 'P') {
			uint8_t encoding = *at++;

			if (!read_value(encoding, &at, end, &ignored))
				return PE_NONE;
		} else if (*letter == 'L') {
			at++;
		} else {
			return PE_NONE;
		}
	}
	return 0;
}

/* libdw keeps the entry that it meets first, and knows nothing of those that overlap with it: so one that is not wanted
 * is made an empty one. */
static void blank(struct listing *list, const Dwarf_FDE *fde)
{
	memset(list->wrapped->bytes + (fde->start - list->wrapped->bytes), 0, (size_t)(fde->end - fde->start));
}

/* What the program of an entry says; `at` is behind its addresses. */
static unsigned int look_at_program(const uint8_t *at, const uint8_t *end, uint32_t cie)
{
	uint64_t size = 0;

	if ((cie & HAS_SIZE) && (!cfi_read_uleb(&at, end, &size) || size > (uint64_t)(end - at)))
		return CFI_REFUSED;
	return cfi_program_look(at + size, end, encoded_size((uint8_t)cie));
}

static int look_at_cie(struct listing *list, Dwarf_Off offset, uint32_t *ret)
{
	Dwarf_CFI_Entry entry;
	uint32_t found = PE_NONE;
	Dwarf_Off next;

	if (map_get(&list->cies, offset, ret))
		return 0;
	if (offset < list->data.d_size &&
	    dwarf_next_cfi(list->wrapped->ehdr.e_ident, &list->data, list->is_eh, offset, &next, &entry) == 0 &&
	    dwarf_cfi_cie_p(&entry)) {
		uint8_t encoding = encoding_of(&entry.cie);
		unsigned int seen = cfi_program_look(entry.cie.initial_instructions,
						     entry.cie.initial_instructions_end, encoded_size(encoding));

		if (!(seen & CFI_REFUSED))
			found = encoding | (seen & CFI_BX_LOST ? BX_LOST : 0) |
				(entry.cie.augmentation[0] == 'z' ? HAS_SIZE : 0);
	}
	*ret = found;
	return map_put(&list->cies, offset, found);
}

/* What a linker threw away is left with an entry for address 0, which is no code. */
static bool is_code(const struct elffile *program, uint64_t from, uint64_t until)
{
	const Elf64_Phdr *phdrs = elf64_getphdr(program->elf);
	size_t n;

	if (!phdrs || elf_getphdrnum(program->elf, &n) != 0 || n > ELFFILE_SEGMENTS_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		const Elf64_Phdr *ph = &phdrs[i];

		if (ph->p_type == PT_LOAD && (ph->p_flags & PF_X) && from >= ph->p_vaddr &&
		    until - ph->p_vaddr <= ph->p_memsz)
			return true;
	}
	return false;
}

/* False: it means nothing to us, or is about no code. */
static bool read_fde(const struct listing *list, const Dwarf_FDE *fde, uint32_t cie, struct cfi_fde *ret)
{
	uint8_t encoding = (uint8_t)cie;
	const uint8_t *at = fde->start;
	struct cfi_fde item = {.cost = (uint32_t)(fde->end - fde->start)};
	unsigned int seen;
	uint64_t size;

	if (encoding == PE_NONE || (encoding & ~(PE_FORMAT | PE_PCREL)) ||
	    !read_value(encoding, &at, fde->end, &item.from) || !read_value(encoding, &at, fde->end, &size))
		return false;
	if (encoding & PE_PCREL)
		item.from += list->addr + (uint64_t)(fde->start - list->wrapped->bytes);
	item.until = item.from + size;
	item.size_n = (uint8_t)encoded_size(encoding);
	item.size_at = (uint32_t)(at - list->wrapped->bytes) - item.size_n;
	if (item.until <= item.from || !is_code(list->program, item.from, item.until))
		return false;
	seen = look_at_program(at, fde->end, cie);
	if (seen & CFI_REFUSED)
		return false;
	item.bx_lost = (seen & CFI_BX_LOST) || (cie & BX_LOST);
	*ret = item;
	return true;
}

static int add_fde(struct listing *list, const Dwarf_FDE *fde)
{
	struct cfi_fde *item, found;
	uint32_t cie;
	int r = look_at_cie(list, fde->CIE_pointer, &cie);

	if (r < 0)
		return r;
	if (!read_fde(list, fde, cie, &found)) {
		blank(list, fde);
		return 0;
	}
	item = VEC_PUSH(&list->source->fdes);
	if (!item)
		return SCRAPE_ENOMEM;
	*item = found;
	return 0;
}

static int compare_fdes(const void *a, const void *b)
{
	const struct cfi_fde *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return x->size_at < y->size_at ? -1 : x->size_at > y->size_at;
}

/* In order, and without those that overlap with one before, which are made empty. */
static void sort_fdes(struct listing *list)
{
	struct cfi_source *source = list->source;
	uint64_t until = 0;
	size_t n = 0;

	if (source->fdes.n > 0)
		qsort(source->fdes.items, source->fdes.n, sizeof(*source->fdes.items), compare_fdes);
	VEC_EACH(fde, &source->fdes) {
		if (fde->from < until) {
			memset(list->wrapped->bytes + fde->size_at, 0, fde->size_n);
			continue;
		}
		until = fde->until;
		source->fdes.items[n++] = *fde;
	}
	source->fdes.n = n;
}

static int list_fdes(struct listing *list)
{
	Dwarf_Off offset = 0, next = 0;
	int r = 0;

	while (r == 0) {
		Dwarf_CFI_Entry entry;
		int got = dwarf_next_cfi(list->wrapped->ehdr.e_ident, &list->data, list->is_eh, offset, &next, &entry);

		if (got > 0 || next <= offset) /* the end, or damage behind which nothing is found any more */
			break;
		if (got == 0 && !dwarf_cfi_cie_p(&entry))
			r = add_fde(list, &entry.fde);
		offset = next;
	}
	map_deinit(&list->cies);
	sort_fdes(list);
	return r;
}

static int open_wrapped(struct cfi_source *source, bool is_eh, size_t size)
{
	source->elf = elf_memory(source->image, sizeof(struct wrapped) + size);
	if (!source->elf)
		return SCRAPE_ENOMEM;
	if (is_eh) {
		source->cfi = dwarf_getcfi_elf(source->elf);
	} else {
		source->dwarf = dwarf_begin_elf(source->elf, DWARF_C_READ, NULL);
		source->cfi = source->dwarf ? dwarf_getcfi(source->dwarf) : NULL;
	}
	return source->cfi ? 0 : SCRAPE_ENOMEM; /* nothing else is left: the headers are ours */
}

int cfi_source_open(struct elffile *file, const char *name, const struct elffile *program, struct cfi_source *ret)
{
	struct cfi_source source = {0};
	struct listing list = {.source = &source, .program = program, .is_eh = strcmp(name, ".eh_frame") == 0};
	struct wrapped *wrapped = NULL;
	const void *bytes;
	size_t size;
	int r = elffile_section_bytes(file, name, &list.addr, &bytes, &size);

	if (r == SCRAPE_ENOTFOUND || (r == 0 && size == 0)) {
		*ret = source;
		return 0;
	}
	if (r == 0)
		r = wrap(name, list.addr, bytes, size, &wrapped);
	if (r < 0)
		return r;
	source.image = wrapped;
	list.wrapped = wrapped;
	list.data = (Elf_Data){.d_buf = wrapped->bytes, .d_size = size, .d_version = EV_CURRENT};
	r = open_wrapped(&source, list.is_eh, size);
	if (r == 0)
		r = list_fdes(&list);
	if (r < 0)
		cfi_source_close(&source);
	else
		*ret = source;
	return r;
}

void cfi_source_close(struct cfi_source *source)
{
	if (source->cfi && !source->dwarf)
		(void)dwarf_cfi_end(source->cfi); /* it cannot fail */
	(void)dwarf_end(source->dwarf);           /* takes NULL, and ends what dwarf_getcfi gave */
	(void)elf_end(source->elf);               /* as above */
	free(source->image);
	VEC_DEINIT(&source->fdes);
	*source = (struct cfi_source){0};
}
