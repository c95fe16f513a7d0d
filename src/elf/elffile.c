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
#include "elf/elffile_scn.h"
#include "scrape.h"

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

/* Takes file->elf, which may be NULL. */
static int finish_open(struct elffile *file, struct elffile *ret, struct err *err)
{
	int r;

	if (!file->elf)
		return err_set(err, SCRAPE_EFORMAT, "not an ELF file");
	r = check_elf(file, err);
	if (r == SCRAPE_EUNSUP) {
		ret->type = file->type;
		ret->machine = file->machine;
	}
	if (r < 0)
		elffile_close(file);
	else
		*ret = *file;
	return r;
}

int elffile_open(int fd, struct elffile *ret, struct err *err)
{
	struct elffile file = {.fd = fd};
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_sys(err, SCRAPE_EIO, "the file");
	if (!S_ISREG(st.st_mode))
		return err_set(err, SCRAPE_EFORMAT, "not a regular file");
	file.size = (uint64_t)st.st_size;
	if (elf_version(EV_CURRENT) == EV_NONE)
		return err_set(err, SCRAPE_EIO, "libelf is of another time");
	file.elf = elf_begin(fd, ELF_C_READ, NULL);
	return finish_open(&file, ret, err);
}

int elffile_open_bytes(char *bytes, size_t n, struct elffile *ret, struct err *err)
{
	struct elffile file = {.fd = -1, .size = n};

	if (elf_version(EV_CURRENT) == EV_NONE)
		return err_set(err, SCRAPE_EIO, "libelf is of another time");
	file.elf = elf_memory(bytes, n);
	return finish_open(&file, ret, err);
}

void elffile_close(struct elffile *file)
{
	if (!file)
		return;
	(void)elf_end(file->elf); /* takes NULL; nothing was written */
	file->elf = NULL;
}

int elffile_data(const struct elffile *file, Elf_Scn *scn, Elf_Data **ret)
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

int elffile_table(const struct elffile *file, uint32_t type, struct elffile_table *ret)
{
	const Elf64_Shdr *sh = NULL;
	Elf_Data *syms, *names;
	Elf_Scn *scn = NULL;
	int r;

	while ((scn = elf_nextscn(file->elf, scn))) {
		sh = elf64_getshdr(scn);
		if (sh && sh->sh_type == type)
			break; /* there is one table of each type */
	}
	if (!scn)
		return SCRAPE_ENOTFOUND;
	if (sh->sh_entsize != sizeof(Elf64_Sym))
		return SCRAPE_EFORMAT;
	r = elffile_data(file, elf_getscn(file->elf, sh->sh_link), &names);
	if (r == 0)
		r = elffile_data(file, scn, &syms);
	if (r < 0)
		return r;
	if (syms->d_type != ELF_T_SYM)
		return SCRAPE_EFORMAT;
	*ret = (struct elffile_table){syms->d_buf, syms->d_size / sizeof(Elf64_Sym), {names->d_buf, names->d_size}};
	return 0;
}

static const Elf64_Sym *find_symbol(const struct elffile_table *t, const char *name)
{
	const Elf64_Sym *local = NULL;
	size_t len = strlen(name) + 1;

	for (size_t i = 1; i < t->n; i++) {
		const Elf64_Sym *sym = &t->syms[i];
		unsigned int type = ELF64_ST_TYPE(sym->st_info);

		if (sym->st_shndx == SHN_UNDEF || type == STT_TLS || type == STT_SECTION || type == STT_FILE ||
		    !elffile_begins(&t->names, sym->st_name, name, len))
			continue;
		if (ELF64_ST_BIND(sym->st_info) != STB_LOCAL)
			return sym;
		if (!local)
			local = sym;
	}
	return local;
}

static int symbol_in(const struct elffile *file, uint32_t section_type, const char *name, Elf64_Sym *ret)
{
	struct elffile_table table;
	const Elf64_Sym *sym;
	int r = elffile_table(file, section_type, &table);

	if (r < 0)
		return r;
	sym = find_symbol(&table, name);
	if (!sym)
		return SCRAPE_ENOTFOUND;
	*ret = *sym;
	return 0;
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

int elffile_names(const struct elffile *file, struct elffile_names *ret)
{
	Elf_Data *names;
	size_t index;
	int r;

	if (elf_getshdrstrndx(file->elf, &index) != 0 || index == 0)
		return SCRAPE_ENOTFOUND;
	r = elffile_data(file, elf_getscn(file->elf, index), &names);
	if (r == 0)
		*ret = (struct elffile_names){names->d_buf, names->d_size};
	return r;
}

bool elffile_begins(const struct elffile_names *names, uint32_t at, const char *text, size_t n)
{
	return at < names->size && n <= names->size - at && memcmp(names->bytes + at, text, n) == 0;
}

int elffile_find(const struct elffile *file, const char *name, Elf_Scn **ret)
{
	struct elffile_names names;
	Elf_Scn *scn = NULL;
	int r = elffile_names(file, &names);

	if (r < 0)
		return r;
	while ((scn = elf_nextscn(file->elf, scn))) {
		const Elf64_Shdr *sh = elf64_getshdr(scn);

		if (!sh)
			return SCRAPE_EFORMAT;
		if (!elffile_begins(&names, sh->sh_name, name, strlen(name) + 1))
			continue;
		*ret = scn;
		return 0;
	}
	return SCRAPE_ENOTFOUND;
}

int elffile_section(struct elffile *file, const char *name, uint64_t *addr_ret, uint64_t *size_ret)
{
	const Elf64_Shdr *sh;
	Elf_Scn *scn;
	int r = elffile_find(file, name, &scn);

	if (r < 0)
		return r;
	sh = elf64_getshdr(scn);
	*addr_ret = sh->sh_addr;
	*size_ret = sh->sh_size;
	return 0;
}

/* libelf allocates what a compressed section says of itself. */
static int unpack(const struct elffile *file, Elf_Scn *scn, Elf_Data **ret)
{
	const Elf64_Shdr *sh = elf64_getshdr(scn);
	const Elf64_Chdr *ch;
	Elf_Data *data;

	if (sh->sh_offset > file->size || sh->sh_size > file->size - sh->sh_offset)
		return SCRAPE_EFORMAT;
	if (sh->sh_size > ELFFILE_SECTION_MAX)
		return SCRAPE_ELIMIT;
	ch = elf64_getchdr(scn);
	if (!ch)
		return SCRAPE_EFORMAT;
	if (ch->ch_size > ELFFILE_SECTION_MAX)
		return SCRAPE_ELIMIT;
	data = elf_compress(scn, 0, 0) < 0 ? NULL : elf_getdata(scn, NULL);
	if (!data || !data->d_buf)
		return SCRAPE_EFORMAT;
	*ret = data;
	return 0;
}

int elffile_section_bytes(struct elffile *file, const char *name, uint64_t *addr_ret, const void **bytes_ret,
			  size_t *size_ret)
{
	const Elf64_Shdr *sh;
	Elf_Data *data;
	Elf_Scn *scn;
	int r = elffile_find(file, name, &scn);

	if (r < 0)
		return r;
	sh = elf64_getshdr(scn);
	if (sh->sh_type == SHT_NOBITS)
		return SCRAPE_ENOTFOUND;
	r = sh->sh_flags & SHF_COMPRESSED ? unpack(file, scn, &data) : elffile_data(file, scn, &data);
	if (r < 0)
		return r;
	*addr_ret = elf64_getshdr(scn)->sh_addr;
	*bytes_ret = data->d_buf;
	*size_ret = data->d_size;
	return 0;
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
