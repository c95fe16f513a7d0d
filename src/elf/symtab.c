/* SPDX-License-Identifier: MIT */
/* symtab: one pass over a symbol table, each symbol looked up among the addresses instead of the other way round, so
 * that nothing is sorted or kept for the many symbols that nobody asked for. */
#include "elf/symtab.h"

#include <stdbool.h>
#include <string.h>

#include "elf/elffile_scn.h"
#include "scrape.h"

/* The section of the last symbol: neighbours in a table mostly share it. */
struct where {
	size_t index;
	uint64_t end;
	bool code;
};

static void look_up_section(const struct elffile *file, size_t index, struct where *where)
{
	const Elf64_Shdr *sh;
	Elf_Scn *scn;

	if (where->index == index)
		return;
	*where = (struct where){.index = index};
	if (index >= SHN_LORESERVE) /* absolute, or with so many sections that the number is elsewhere */
		return;
	scn = elf_getscn(file->elf, index);
	sh = scn ? elf64_getshdr(scn) : NULL;
	if (!sh || __builtin_add_overflow(sh->sh_addr, sh->sh_size, &where->end))
		return;
	where->code = (sh->sh_flags & SHF_EXECINSTR) != 0;
}

/* Global before weak before local, then functions before labels. */
static uint32_t rank_of(const Elf64_Sym *sym)
{
	unsigned int bind = ELF64_ST_BIND(sym->st_info);
	uint32_t rank = bind == STB_LOCAL ? 2 : bind == STB_WEAK ? 1 : 0;

	return rank * 2 + (ELF64_ST_TYPE(sym->st_info) == STT_NOTYPE);
}

static bool is_function(const struct elffile *file, const Elf64_Sym *sym, struct where *where)
{
	unsigned int type = ELF64_ST_TYPE(sym->st_info);

	if (sym->st_shndx == SHN_UNDEF || sym->st_shndx == SHN_COMMON ||
	    (type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE))
		return false;
	look_up_section(file, sym->st_shndx, where);
	return where->code || (sym->st_shndx >= SHN_LORESERVE && type != STT_NOTYPE);
}

static bool name_of(const struct elffile_names *names, const Elf64_Sym *sym, struct symtab_symbol *ret)
{
	size_t max;

	if (sym->st_name == 0 || sym->st_name >= names->size)
		return false;
	max = names->size - sym->st_name;
	ret->name = names->bytes + sym->st_name;
	ret->name_len = (uint32_t)strnlen(ret->name, max < SYMTAB_NAME_MAX ? max : SYMTAB_NAME_MAX);
	return ret->name_len > 0;
}

/* At one address `__read` and `read` may be equals: then the one that people write is taken, else the first. */
static bool is_plainer(const struct symtab_symbol *a, const struct symtab_symbol *b)
{
	size_t i = 0;

	while (i < a->name_len && i < b->name_len && a->name[i] == '_' && b->name[i] == '_')
		i++;
	return i < b->name_len && b->name[i] == '_' && i < a->name_len && a->name[i] != '_';
}

static bool is_better(const struct symtab_symbol *a, const struct symtab_symbol *b)
{
	if (!b->name || a->value != b->value)
		return !b->name || a->value > b->value;
	if ((a->size == 0) != (b->size == 0))
		return a->size != 0;
	return a->rank != b->rank ? a->rank < b->rank : is_plainer(a, b);
}

/* The first place at or behind a value. */
static size_t first_place(const struct symtab_place *places, size_t n, uint64_t value)
{
	size_t low = 0;

	while (low < n) {
		size_t mid = low + (n - low) / 2;

		if (places[mid].addr < value)
			low = mid + 1;
		else
			n = mid;
	}
	return low;
}

static void offer(const struct symtab_symbol *symbol, struct symtab_place *places, size_t n, size_t first)
{
	if (is_better(symbol, &places[first].before))
		places[first].before = *symbol;
	for (size_t i = first; i < n && places[i].addr - symbol->value < symbol->size; i++) {
		if (is_better(symbol, &places[i].around))
			places[i].around = *symbol;
	}
}

int symtab_scan(const struct elffile *file, uint32_t type, struct symtab_place *places, size_t n)
{
	struct where where = {0};
	struct elffile_table table;
	int r = elffile_table(file, type, &table);

	if (r < 0)
		return r;
	for (size_t i = 1; i < table.n; i++) {
		const Elf64_Sym *sym = &table.syms[i];
		size_t first = first_place(places, n, sym->st_value);
		struct symtab_symbol symbol;

		if (first == n || !is_function(file, sym, &where))
			continue;
		symbol = (struct symtab_symbol){.value = sym->st_value, .size = sym->st_size, .end = where.end,
						.rank = rank_of(sym)};
		if (name_of(&table.names, sym, &symbol))
			offer(&symbol, places, n, first);
	}
	return 0;
}

const struct symtab_symbol *symtab_at(const struct symtab_place *places, size_t at)
{
	const struct symtab_place *place = &places[at];
	const struct symtab_symbol *before;

	if (place->around.name)
		return &place->around;
	while (at > 0 && !places[at].before.name)
		at--;
	before = &places[at].before;
	return before->name && before->size == 0 && place->addr < before->end ? before : NULL;
}
