/* SPDX-License-Identifier: MIT */
/*
 * fake_image: a small but whole ELF image with one symbol, "ab" at 0x1010, for tests to damage. Its pointers are not
 * relocated. Only the first page and 64 bytes of the second are loaded segments.
 */
#ifndef SUPPORT_FAKE_IMAGE_H
#define SUPPORT_FAKE_IMAGE_H

#include <elf.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct fake_image {
	Elf64_Ehdr ehdr;
	Elf64_Phdr phdrs[4];
	Elf64_Dyn dyns[8];
	Elf64_Sym syms[3];
	char strings[32];
	uint32_t gnu[4];
	uint64_t bloom[1];
	uint32_t buckets[1], chain[2];
	uint32_t sysv[2 + 1 + 3];
	uint32_t note[6];
	uint8_t gap[4096];
	Elf64_Phdr spare[40]; /* not in the first page */
};

#define FAKE_AT(field) ((uint64_t)offsetof(struct fake_image, field))

static inline void fake_image_init(struct fake_image *f)
{
	*f = (struct fake_image){0};
	memcpy(f->ehdr.e_ident, ELFMAG "\2\1\1", 7);
	f->ehdr.e_type = ET_DYN;
	f->ehdr.e_machine = EM_X86_64;
	f->ehdr.e_phoff = FAKE_AT(phdrs);
	f->ehdr.e_phentsize = sizeof(Elf64_Phdr);
	f->ehdr.e_phnum = 4;
	f->phdrs[0] = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R, .p_filesz = 4096, .p_memsz = 4096};
	f->phdrs[1] = (Elf64_Phdr){.p_type = PT_LOAD, .p_offset = 4096, .p_vaddr = 4096, .p_memsz = 64};
	f->phdrs[2] = (Elf64_Phdr){.p_type = PT_DYNAMIC, .p_vaddr = FAKE_AT(dyns), .p_memsz = sizeof(f->dyns)};
	f->phdrs[3] = (Elf64_Phdr){.p_type = PT_NOTE, .p_vaddr = FAKE_AT(note), .p_memsz = sizeof(f->note), .p_align = 4};
	f->dyns[0] = (Elf64_Dyn){DT_SYMTAB, {FAKE_AT(syms)}};
	f->dyns[1] = (Elf64_Dyn){DT_STRTAB, {FAKE_AT(strings)}};
	f->dyns[2] = (Elf64_Dyn){DT_STRSZ, {sizeof(f->strings)}};
	f->dyns[3] = (Elf64_Dyn){DT_GNU_HASH, {FAKE_AT(gnu)}};
	f->syms[1] = (Elf64_Sym){.st_name = 1, .st_info = STT_OBJECT, .st_shndx = 7, .st_value = 0x1010, .st_size = 9};
	memcpy(f->strings, "\0ab\0other", 10);
	f->gnu[0] = f->gnu[1] = f->gnu[2] = 1;
	f->bloom[0] = UINT64_MAX;
	f->buckets[0] = 1;
	f->chain[0] = (5381u * 33 + 'a') * 33 + 'b';
	f->chain[0] |= 1;
	memcpy(f->sysv, (uint32_t[]){1, 3, 2, 0, 0, 1}, sizeof(f->sysv));
	memcpy(f->note, (uint32_t[]){4, 8, NT_GNU_BUILD_ID, 0x00554e47, 0x03020100, 0x07060504}, sizeof(f->note));
}

#endif
