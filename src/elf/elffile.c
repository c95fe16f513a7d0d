/* SPDX-License-Identifier: MIT */
/* elffile: libelf behind checks. Every size is compared with the size of the file before libelf may allocate it. */
#include "elf/elffile.h"

#include <errno.h>
#include <libelf.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "scrape.h"

/* A symbol table with its names. */
struct symtab {
	const Elf64_Sym *syms;
	size_t n;
	const char *names;
	size_t names_size;
};

static int check_elf(struct elffile *file, struct err *err)
{
	const char *ident = elf_getident(file->elf, NULL);
	const Elf64_Ehdr *eh;
	size_t n;

	if (elf_kind(file->elf) != ELF_K_ELF || !ident)
		return err_set(err, SCRAPE_EFORMAT, "not an ELF file");
	if (ident[EI_CLASS] == ELFCLASS32)
		return err_set(err, SCRAPE_EUNSUP, "a 32-bit ELF file");
	eh = elf64_getehdr(file->elf);
	if (!eh || ident[EI_DATA] != ELFDATA2LSB)
		return err_set(err, SCRAPE_EFORMAT, "a damaged ELF file");
	file->type = eh->e_type;
	file->machine = eh->e_machine;
	if (eh->e_machine != EM_X86_64)
		return err_set(err, SCRAPE_EUNSUP, "an ELF file for machine %u", (unsigned int)eh->e_machine);
	if (elf_getshdrnum(file->elf, &n) != 0)
		return err_set(err, SCRAPE_EFORMAT, "a damaged ELF file");
	if (n > ELFFILE_SECTIONS_MAX)
		return err_set(err, SCRAPE_ELIMIT, "an ELF file of %zu sections", n);
	return 0;
}

int elffile_open(int fd, struct elffile *ret, struct err *err)
{
	struct elffile file = {.fd = fd};
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return err_sys(err, SCRAPE_EIO, "the file");
	if (!S_ISREG(st.st_mode))
		return err_set(err, SCRAPE_EFORMAT, "not a regular file");
	file.size = (uint64_t)st.st_size;
	if (elf_version(EV_CURRENT) == EV_NONE)
		return err_set(err, SCRAPE_EIO, "libelf is of another time");
	file.elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!file.elf)
		return err_set(err, SCRAPE_EFORMAT, "not an ELF file");
	r = check_elf(&file, err);
	if (r == SCRAPE_EUNSUP) {
		ret->type = file.type;
		ret->machine = file.machine;
	}
	if (r < 0)
		elffile_close(&file);
	else
		*ret = file;
	return r;
}

void elffile_close(struct elffile *file)
{
	if (!file)
		return;
	(void)elf_end(file->elf); /* takes NULL; nothing was written */
	file->elf = NULL;
}

/* The bytes of a section, which libelf keeps. */
static int section_data(const struct elffile *file, Elf_Scn *scn, Elf_Data **ret)
{
	const Elf64_Shdr *sh = scn ? elf64_getshdr(scn) : NULL;
	Elf_Data *data;

	if (!sh || sh->sh_type == SHT_NOBITS || (sh->sh_flags & SHF_COMPRESSED))
		return SCRAPE_EFORMAT;
	if (sh->sh_offset > file->size || sh->sh_size > file->size - sh->sh_offset)
		return SCRAPE_EFORMAT;
	if (sh->sh_size > ELFFILE_SECTION_MAX)
		return SCRAPE_ELIMIT;
	data = elf_getdata(scn, NULL);
	if (!data || (!data->d_buf && data->d_size > 0))
		return SCRAPE_EFORMAT;
	*ret = data;
	return 0;
}

static int read_symtab(const struct elffile *file, Elf_Scn *scn, struct symtab *ret)
{
	const Elf64_Shdr *sh = elf64_getshdr(scn);
	Elf_Data *syms, *names;
	int r;

	if (!sh || sh->sh_entsize != sizeof(Elf64_Sym))
		return SCRAPE_EFORMAT;
	r = section_data(file, elf_getscn(file->elf, sh->sh_link), &names);
	if (r == 0)
		r = section_data(file, scn, &syms);
	if (r < 0)
		return r;
	if (syms->d_type != ELF_T_SYM)
		return SCRAPE_EFORMAT;
	*ret = (struct symtab){syms->d_buf, syms->d_size / sizeof(Elf64_Sym), names->d_buf, names->d_size};
	return 0;
}

static bool is_named(const struct symtab *t, const Elf64_Sym *sym, const char *name, size_t len)
{
	return sym->st_name < t->names_size && len <= t->names_size - sym->st_name &&
	       memcmp(t->names + sym->st_name, name, len) == 0;
}

static const Elf64_Sym *find_symbol(const struct symtab *t, const char *name)
{
	const Elf64_Sym *local = NULL;
	size_t len = strlen(name) + 1;

	for (size_t i = 1; i < t->n; i++) {
		const Elf64_Sym *sym = &t->syms[i];
		unsigned int type = ELF64_ST_TYPE(sym->st_info);

		if (sym->st_shndx == SHN_UNDEF || type == STT_TLS || type == STT_SECTION || type == STT_FILE ||
		    !is_named(t, sym, name, len))
			continue;
		if (ELF64_ST_BIND(sym->st_info) != STB_LOCAL)
			return sym;
		if (!local)
			local = sym;
	}
	return local;
}

static int symbol_in(struct elffile *file, uint32_t section_type, const char *name, Elf64_Sym *ret)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(file->elf, scn))) {
		const Elf64_Shdr *sh = elf64_getshdr(scn);
		const Elf64_Sym *sym;
		struct symtab table;
		int r;

		if (!sh || sh->sh_type != section_type)
			continue;
		r = read_symtab(file, scn, &table);
		if (r < 0)
			return r;
		sym = find_symbol(&table, name);
		if (!sym)
			return SCRAPE_ENOTFOUND; /* there is one table of each type */
		*ret = *sym;
		return 0;
	}
	return SCRAPE_ENOTFOUND;
}

int elffile_symbol(struct elffile *file, const char *name, uint64_t *value_ret, uint64_t *size_ret)
{
	Elf64_Sym sym;
	int r = symbol_in(file, SHT_DYNSYM, name, &sym);

	if (r < 0) {
		int second = symbol_in(file, SHT_SYMTAB, name, &sym);

		if (second < 0) /* a damaged table is worth more telling than a missing name */
			return r == SCRAPE_ENOTFOUND ? second : r;
	}
	*value_ret = sym.st_value;
	*size_ret = sym.st_size;
	return 0;
}

int elffile_section(struct elffile *file, const char *name, uint64_t *addr_ret, uint64_t *size_ret)
{
	Elf_Scn *scn = NULL;
	Elf_Data *names;
	size_t index, len = strlen(name) + 1;
	int r;

	if (elf_getshdrstrndx(file->elf, &index) != 0 || index == 0)
		return SCRAPE_ENOTFOUND;
	r = section_data(file, elf_getscn(file->elf, index), &names);
	if (r < 0)
		return r;
	while ((scn = elf_nextscn(file->elf, scn))) {
		const Elf64_Shdr *sh = elf64_getshdr(scn);

		if (!sh)
			return SCRAPE_EFORMAT;
		if (sh->sh_name >= names->d_size || len > names->d_size - sh->sh_name ||
		    memcmp((const char *)names->d_buf + sh->sh_name, name, len) != 0)
			continue;
		*addr_ret = sh->sh_addr;
		*size_ret = sh->sh_size;
		return 0;
	}
	return SCRAPE_ENOTFOUND;
}

int elffile_read(struct elffile *file, uint64_t addr, void *dst, size_t n)
{
	const Elf64_Phdr *phdrs = elf64_getphdr(file->elf);
	size_t n_phdrs;

	if (!phdrs || elf_getphdrnum(file->elf, &n_phdrs) != 0 || n_phdrs > ELFFILE_SEGMENTS_MAX)
		return SCRAPE_EFORMAT;
	for (size_t i = 0; i < n_phdrs; i++) {
		const Elf64_Phdr *ph = &phdrs[i];
		uint64_t at;
		ssize_t got;

		if (ph->p_type != PT_LOAD || addr < ph->p_vaddr || addr - ph->p_vaddr >= ph->p_filesz)
			continue;
		at = addr - ph->p_vaddr;
		if (n > ph->p_filesz - at || ph->p_offset > file->size || at > file->size - ph->p_offset)
			return SCRAPE_EFORMAT;
		got = pread(file->fd, dst, n, (off_t)(ph->p_offset + at));
		if (got < 0)
			return SCRAPE_EIO;
		return (size_t)got == n ? 0 : SCRAPE_EFORMAT;
	}
	return SCRAPE_ENOTFOUND;
}
