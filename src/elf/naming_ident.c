/* SPDX-License-Identifier: MIT */
/* naming_ident: what a file says of itself and of its debug file: its build id, and its .gnu_debuglink. */
#include <endian.h>
#include <gelf.h>
#include <libdeflate.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "elf/elffile_scn.h"
#include "elf/naming.h"
#include "scrape.h"

#define NOTES_MAX 65536 /* bytes of a section or segment of notes */

/* The build id among notes; false if it is not there. */
static bool find_build_id(Elf_Data *notes, struct naming_ident *ret)
{
	size_t at = 0, name_at, desc_at;
	GElf_Nhdr note;

	while ((at = gelf_getnote(notes, at, &note, &name_at, &desc_at)) > 0) {
		if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != 4 || note.n_descsz == 0 ||
		    note.n_descsz > sizeof(ret->build_id) || memcmp((char *)notes->d_buf + name_at, "GNU", 4) != 0)
			continue;
		memcpy(ret->build_id, (char *)notes->d_buf + desc_at, note.n_descsz);
		ret->build_id_len = note.n_descsz;
		return true;
	}
	return false;
}

static bool search_sections(const struct elffile *file, struct naming_ident *ret)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(file->elf, scn))) {
		const Elf64_Shdr *sh = elf64_getshdr(scn);
		Elf_Data *notes;

		if (sh && sh->sh_type == SHT_NOTE && sh->sh_size <= NOTES_MAX && elffile_data(file, scn, &notes) == 0 &&
		    find_build_id(notes, ret))
			return true;
	}
	return false;
}

/* For files whose section headers were stripped. */
static void search_segments(const struct elffile *file, struct naming_ident *ret)
{
	const Elf64_Phdr *phdrs = elf64_getphdr(file->elf);
	size_t n;

	if (!phdrs || elf_getphdrnum(file->elf, &n) != 0 || n > ELFFILE_SEGMENTS_MAX)
		return;
	for (size_t i = 0; i < n; i++) {
		const Elf64_Phdr *ph = &phdrs[i];
		Elf_Data *notes;

		if (ph->p_type != PT_NOTE || ph->p_filesz > NOTES_MAX || ph->p_offset > file->size ||
		    ph->p_filesz > file->size - ph->p_offset)
			continue;
		notes = elf_getdata_rawchunk(file->elf, (int64_t)ph->p_offset, ph->p_filesz,
					     ph->p_align == 8 ? ELF_T_NHDR8 : ELF_T_NHDR);
		if (notes && find_build_id(notes, ret))
			return;
	}
}

/* A name, its NUL, zeros up to a multiple of 4, the checksum. A name that does not fit is as good as none. */
static void read_debuglink(const struct elffile *file, struct naming_ident *ret)
{
	Elf_Data *data;
	Elf_Scn *scn;
	size_t len;
	uint32_t crc;

	if (elffile_find(file, ".gnu_debuglink", &scn) < 0 || elffile_data(file, scn, &data) < 0 ||
	    data->d_size == 0)
		return;
	len = strnlen(data->d_buf, data->d_size < sizeof(ret->debuglink) ? data->d_size : sizeof(ret->debuglink));
	if (len == sizeof(ret->debuglink) || data->d_size < sizeof(crc) || (len | 3) + 1 > data->d_size - sizeof(crc))
		return;
	memcpy(&crc, (char *)data->d_buf + (len | 3) + 1, sizeof(crc));
	memcpy(ret->debuglink, data->d_buf, len);
	ret->debuglink_crc = le32toh(crc);
}

int naming_ident(int fd, struct naming_ident *ret, struct err *err)
{
	struct naming_ident ident = {0};
	struct elffile file;
	int r = elffile_open(fd, &file, err);

	if (r < 0)
		return r;
	if (!search_sections(&file, &ident))
		search_segments(&file, &ident);
	read_debuglink(&file, &ident);
	elffile_close(&file);
	*ret = ident;
	return 0;
}

/* As `gnu-debuglink` has it: the CRC-32 of the whole file (GDB manual, "Separate Debug Files"). */
static bool crc_of(int fd, uint32_t *ret)
{
	static unsigned char bytes[65536];
	off_t at = 0;
	ssize_t n;

	*ret = 0;
	while ((n = pread(fd, bytes, sizeof(bytes), at)) > 0) {
		*ret = libdeflate_crc32(*ret, bytes, (size_t)n);
		at += n;
	}
	return n == 0;
}

bool naming_belongs(int debug_fd, const struct naming_ident *ident)
{
	struct naming_ident other;
	uint32_t crc;

	if (naming_ident(debug_fd, &other, NULL) < 0)
		return false;
	if (ident->build_id_len)
		return other.build_id_len == ident->build_id_len &&
		       memcmp(other.build_id, ident->build_id, ident->build_id_len) == 0;
	return ident->debuglink[0] && crc_of(debug_fd, &crc) && crc == ident->debuglink_crc;
}
