/* SPDX-License-Identifier: MIT */
/*
 * fake_cfi: an ELF file around any bytes as .eh_frame and .debug_frame, for tests and fuzzers; and the entries of such
 * a section. The file is loaded as one segment at FAKE_BASE, FAKE_SPAN bytes long, all of it code; what CODE holds is
 * at FAKE_CODE.
 */
#ifndef SUPPORT_FAKE_CFI_H
#define SUPPORT_FAKE_CFI_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"

#define FAKE_BASE 0x400000ull
#define FAKE_SPAN 0x10000000ull
#define FAKE_NAMES "\0.eh_frame\0.debug_frame\0.shstrtab"
#define FAKE_CODE (FAKE_BASE + offsetof(struct fake_cfi, code))

struct fake_cfi {
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdrs[1];
	Elf64_Shdr shdrs[4];
	char names[64];
	uint8_t code[256];
};

/* Appends the file to out. A section of which nothing is given is not there. */
static inline void fake_cfi_file(struct buf *out, const struct buf *eh, const struct buf *debug, const void *code,
				 size_t code_n)
{
	static const struct buf none;
	struct fake_cfi f = {0};
	uint64_t at = sizeof(f), size;

	eh = eh ? eh : &none;
	debug = debug ? debug : &none;
	size = at + eh->len + debug->len;
	memcpy(f.ehdr.e_ident, ELFMAG "\2\1\1", 7);
	f.ehdr.e_type = ET_DYN;
	f.ehdr.e_machine = EM_X86_64;
	f.ehdr.e_version = EV_CURRENT;
	f.ehdr.e_ehsize = sizeof(f.ehdr);
	f.ehdr.e_phoff = offsetof(struct fake_cfi, phdrs);
	f.ehdr.e_phentsize = sizeof(Elf64_Phdr);
	f.ehdr.e_phnum = 1;
	f.ehdr.e_shoff = offsetof(struct fake_cfi, shdrs);
	f.ehdr.e_shentsize = sizeof(Elf64_Shdr);
	f.ehdr.e_shnum = 4;
	f.ehdr.e_shstrndx = 3;
	f.phdrs[0] = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = FAKE_BASE, .p_filesz = size,
				  .p_memsz = FAKE_SPAN};
	if (eh->len > 0)
		f.shdrs[1] = (Elf64_Shdr){.sh_name = 1, .sh_type = SHT_PROGBITS, .sh_flags = SHF_ALLOC,
					  .sh_addr = FAKE_BASE + at, .sh_offset = at, .sh_size = eh->len};
	if (debug->len > 0)
		f.shdrs[2] = (Elf64_Shdr){.sh_name = 11, .sh_type = SHT_PROGBITS, .sh_offset = at + eh->len,
					  .sh_size = debug->len};
	f.shdrs[3] = (Elf64_Shdr){.sh_name = 24, .sh_type = SHT_STRTAB, .sh_offset = offsetof(struct fake_cfi, names),
				  .sh_size = sizeof(FAKE_NAMES)};
	memcpy(f.names, FAKE_NAMES, sizeof(FAKE_NAMES));
	memcpy(f.code, code ? code : "", code ? code_n : 0);
	buf_add(out, &f, sizeof(f));
	buf_add(out, eh->data, eh->len);
	buf_add(out, debug->data, debug->len);
}

static inline void fake_put(struct buf *out, uint64_t value, size_t n)
{
	buf_add(out, &value, n);
}

/* Makes the entry that began at `at` a multiple of 8 long, with DW_CFA_nop, and sets its length. */
static inline void fake_close(struct buf *out, size_t at)
{
	uint32_t length;

	while ((out->len - at) % 8)
		buf_chr(out, 0);
	length = (uint32_t)(out->len - at - 4);
	memcpy(out->data + at, &length, 4);
}

/* A CIE as compilers write it, its FDEs' addresses encoded so (0: 8 bytes; 0x1b: 4, from their place). In .debug_frame
 * letters is "". Returns its offset. */
static inline size_t fake_cie(struct buf *out, int is_eh, const char *letters, uint8_t encoding, const void *program,
			      size_t n)
{
	size_t at = out->len;

	fake_put(out, 0, 4);
	fake_put(out, is_eh ? 0 : 0xffffffff, 4);
	buf_chr(out, 1);
	buf_add(out, letters, strlen(letters) + 1);
	buf_add(out, "\1\x78\x10", 3); /* factors 1 and -8, the return address is column 16 */
	if (*letters == 'z') {
		buf_chr(out, 1);
		buf_chr(out, (char)encoding);
	}
	buf_add(out, program, n);
	fake_close(out, at);
	return at;
}

static inline void fake_fde(struct buf *out, int is_eh, size_t cie, uint64_t from, uint64_t size, const void *program,
			    size_t n)
{
	size_t at = out->len;

	fake_put(out, 0, 4);
	fake_put(out, is_eh ? out->len - cie : cie, 4);
	fake_put(out, from, 8);
	fake_put(out, size, 8);
	if (is_eh)
		buf_chr(out, 0); /* the size of its augmentation */
	buf_add(out, program, n);
	fake_close(out, at);
}

#endif
