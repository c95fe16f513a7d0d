/* SPDX-License-Identifier: MIT */
/* image: the libraries of this very process against dlsym, and synthetic images in a few pages. */
#include "elf/image.h"

#include <check.h>
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/vec.h"
#include "scrape.h"
#include "support/fake_image.h"
#include "target/maps.h"
#include "target/mem.h"

static struct err err;

/* This process: copies what its own maps call readable. */
struct mem_own {
	struct mem mem;
	struct maps maps;
};

static int own_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	struct mem_own *own = (struct mem_own *)mem;

	for (size_t i = 0; i < n; i++) {
		const struct mapping *m = maps_find(&own->maps, ranges[i].addr);

		if (!m || !(m->perms & MAPPING_READ) || ranges[i].len > m->end - ranges[i].addr)
			return (int)i;
		memcpy(ranges[i].dst, (const void *)(uintptr_t)ranges[i].addr, ranges[i].len);
	}
	return (int)n;
}

static const struct mem_ops own_ops = {.readv = own_readv};
static struct mem_own own = {.mem = {.ops = &own_ops}};

static void read_own_maps(void)
{
	int proc_fd = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_eq(maps_read(&own.maps, proc_fd, &err), 0);
	close(proc_fd);
}

static uint64_t base_of(const char *part)
{
	VEC_EACH(m, &own.maps) {
		const char *slash = strrchr(m->path, '/');

		if (mapping_may_be_image(m) && strstr(slash ? slash : m->path, part))
			return m->start;
	}
	ck_abort_msg("%s is not mapped", part);
}

static void open_own(struct image *image, const char *part)
{
	ck_assert_msg(image_open(&own.mem, &own.maps, base_of(part), image, &err) == 0, "%s: %s", part, err.text);
}

START_TEST(test_libc)
{
	static const char *const names[] = {"malloc", "environ", "fopen", "posix_spawn", "pthread_cond_wait",
					    "stdout", "getpid", "qsort_r", "sched_setaffinity", "sys_nerr_no_such"};
	void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
	struct image image;

	open_own(&image, "libc.so.6");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		uint64_t addr = 0, size;
		int r = image_symbol(&image, names[i], &addr, &size);

		ck_assert_msg(addr == (uint64_t)(uintptr_t)dlsym(libc, names[i]), "%s", names[i]);
		ck_assert_int_eq(r, addr ? 0 : SCRAPE_ENOTFOUND);
	}
	dlclose(libc);
}
END_TEST

START_TEST(test_linker)
{
	struct image image;
	uint64_t addr, size;

	open_own(&image, "ld-linux");
	ck_assert_int_eq(image_symbol(&image, "__rseq_offset", &addr, &size), 0);
	ck_assert_uint_eq(addr, (uint64_t)(uintptr_t)dlsym(RTLD_DEFAULT, "__rseq_offset"));
	ck_assert_uint_eq(size, 8);
	ck_assert_uint_eq(image_load_at(&image, addr)->flags & PF_R, PF_R);
}
END_TEST

/* The kernel's own image: never relocated. */
START_TEST(test_vdso)
{
	struct image image;
	uint64_t addr;

	open_own(&image, "[vdso]");
	ck_assert_int_eq(image_symbol(&image, "clock_gettime", &addr, NULL), 0);
	ck_assert(addr > image.start && addr < image.end);
	ck_assert_int_eq(image_symbol(&image, "no_such", &addr, NULL), SCRAPE_ENOTFOUND);
}
END_TEST

/* Every dynamic symbol of libc is found where dlsym finds it; names of hidden, old versions are found somewhere. */
START_TEST(test_all_of_libc)
{
	struct image image;
	const uint16_t *versions;
	size_t same = 0;
	void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);

	open_own(&image, "libc.so.6");
	versions = (const uint16_t *)(uintptr_t)image.versym_addr;
	for (uint64_t at = image.symtab_addr + 24; at + 24 <= image.strtab_addr; at += 24) {
		const Elf64_Sym *sym = (const Elf64_Sym *)(uintptr_t)at;
		const char *name = (const char *)(uintptr_t)(image.strtab_addr + sym->st_name);
		uint64_t addr;

		if (sym->st_shndx == SHN_UNDEF || sym->st_shndx == SHN_ABS || ELF64_ST_TYPE(sym->st_info) == STT_TLS ||
		    ELF64_ST_TYPE(sym->st_info) == STT_GNU_IFUNC)
			continue;
		ck_assert_msg(image_symbol(&image, name, &addr, NULL) == 0, "%s", name);
		if (!(versions[(at - image.symtab_addr) / 24] & 0x8000)) {
			ck_assert_msg(addr == (uint64_t)(uintptr_t)dlsym(libc, name), "%s", name);
			same++;
		} else {
			ck_assert(image_load_at(&image, addr) != NULL);
		}
	}
	ck_assert_uint_gt(same, 2000);
	dlclose(libc);
}
END_TEST

struct wanted_id {
	uint64_t base;
	uint8_t bytes[IMAGE_BUILD_ID_MAX];
	size_t len;
};

static int loader_build_id(struct dl_phdr_info *info, size_t size, void *ctx)
{
	struct wanted_id *want = ctx;

	(void)size; /* the fields used are in all versions */
	if (info->dlpi_addr != want->base)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		const uint8_t *at = (const uint8_t *)(uintptr_t)(info->dlpi_addr + ph->p_vaddr);

		if (ph->p_type == PT_NOTE && memcmp(at + 8, "\3\0\0\0GNU", 8) == 0) {
			want->len = mem_u32(at + 4);
			memcpy(want->bytes, at + 16, want->len);
		}
	}
	return 1;
}

START_TEST(test_build_id)
{
	struct wanted_id want = {.base = base_of("libc.so.6")};
	uint8_t id[IMAGE_BUILD_ID_MAX];
	struct image image;
	size_t len;

	dl_iterate_phdr(loader_build_id, &want);
	ck_assert_uint_eq(want.len, 20);
	open_own(&image, "libc.so.6");
	ck_assert_int_eq(image_build_id(&image, id, &len), 0);
	ck_assert_uint_eq(len, want.len);
	ck_assert_mem_eq(id, want.bytes, len);
}
END_TEST

START_TEST(test_cost)
{
	struct image image;
	uint64_t before = own.mem.calls, addr;

	open_own(&image, "libc.so.6");
	ck_assert_uint_le(own.mem.calls - before, 2);
	before = own.mem.calls;
	ck_assert_int_eq(image_symbol(&image, "_PyRuntime", &addr, NULL), SCRAPE_ENOTFOUND);
	ck_assert_uint_le(own.mem.calls - before, 3); /* 2, and one more if the bloom filter is wrong */
}
END_TEST

/* A synthetic image at FAKE_BASE, which each test damages in its own way. */
#define FAKE_BASE 0x7f0000000000ull

struct mem_fake {
	struct mem mem;
	struct fake_image image;
};

static int fake_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	const struct mem_fake *fake = (const struct mem_fake *)mem;

	for (size_t i = 0; i < n; i++) {
		uint64_t at = ranges[i].addr - FAKE_BASE;

		if (at > sizeof(fake->image) || ranges[i].len > sizeof(fake->image) - at)
			return (int)i;
		memcpy(ranges[i].dst, (const char *)&fake->image + at, ranges[i].len);
	}
	return (int)n;
}

static const struct mem_ops fake_ops = {.readv = fake_readv};
static struct mem_fake fake;
static struct image image;

static void fake_reset(void)
{
	fake = (struct mem_fake){.mem = {.ops = &fake_ops}};
	fake_image_init(&fake.image);
}

static int fake_open(void)
{
	return image_open(&fake.mem, NULL, FAKE_BASE, &image, &err);
}

static int fake_symbol(uint64_t *addr, uint64_t *size)
{
	int r = fake_open();

	return r < 0 ? r : image_symbol(&image, "ab", addr, size);
}

START_TEST(test_fake_whole)
{
	uint64_t addr, size;
	uint8_t id[IMAGE_BUILD_ID_MAX];
	size_t len;

	ck_assert_int_eq(fake_symbol(&addr, &size), 0);
	ck_assert_uint_eq(addr, FAKE_BASE + 0x1010);
	ck_assert_uint_eq(size, 9);
	ck_assert_uint_eq(image.end, FAKE_BASE + 4096 + 64);
	ck_assert_int_eq(image_symbol(&image, "abc", &addr, &size), SCRAPE_ENOTFOUND);
	ck_assert_int_eq(image_symbol(&image, "", &addr, &size), SCRAPE_ENOTFOUND);
	ck_assert_int_eq(image_build_id(&image, id, &len), 0);
	ck_assert_uint_eq(len, 8);
	ck_assert_mem_eq(id, "\0\1\2\3\4\5\6\7", 8);
	for (size_t i = 0; i < 4; i++) /* as glibc leaves them */
		fake.image.dyns[i].d_un.d_ptr += i == 2 ? 0 : FAKE_BASE;
	addr = 0;
	ck_assert_int_eq(fake_symbol(&addr, &size), 0);
	ck_assert_uint_eq(addr, FAKE_BASE + 0x1010);
}
END_TEST

START_TEST(test_fake_sysv)
{
	uint64_t addr, size;

	fake.image.dyns[3].d_tag = DT_HASH;
	fake.image.dyns[3].d_un.d_ptr = FAKE_AT(sysv);
	ck_assert_int_eq(fake_symbol(&addr, &size), 0);
	ck_assert_uint_eq(addr, FAKE_BASE + 0x1010);
	fake.image.syms[1].st_info = STT_TLS;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_ENOTFOUND);
	fake.image.syms[1].st_info = STT_OBJECT;
	fake.image.syms[1].st_shndx = SHN_UNDEF;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_ENOTFOUND);
	fake.image.sysv[5] = 2; /* a chain that bites its tail */
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_EFORMAT);
	fake.image.sysv[5] = 3;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_EFORMAT);
	fake.image.sysv[0] = 0;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_EFORMAT);
}
END_TEST

START_TEST(test_fake_gnu_damage)
{
	uint64_t addr, size;

	fake.image.chain[0] &= ~1u; /* no end: runs on through zeroes to the end of the segment */
	memset(fake.image.sysv, 0, sizeof(fake.image.sysv) + sizeof(fake.image.note));
	fake.image.syms[1].st_name = 31;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_EFORMAT);
	fake_reset();
	fake.image.buckets[0] = 0;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_ENOTFOUND);
	fake.image.buckets[0] = UINT32_MAX;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_EFORMAT);
	fake_reset();
	fake.image.gnu[1] = 2; /* the bucket points below the first symbol */
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_EFORMAT);
	fake_reset();
	fake.image.gnu[0] = 0;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_EFORMAT);
	fake_reset();
	fake.image.gnu[2] = 3;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_EFORMAT);
	fake_reset();
	fake.image.gnu[3] = 32;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_EFORMAT);
	fake_reset();
	fake.image.bloom[0] = 0;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_ENOTFOUND);
	fake_reset();
	fake.image.syms[1].st_name = UINT32_MAX;
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_ENOTFOUND);
	fake_reset();
	fake.image.dyns[0].d_un.d_ptr = 4096 + 64; /* behind the last segment */
	ck_assert_int_eq(fake_symbol(&addr, &size), SCRAPE_EFORMAT);
}
END_TEST

START_TEST(test_fake_header_damage)
{
	Elf64_Ehdr *eh = &fake.image.ehdr;

	eh->e_ident[EI_CLASS] = ELFCLASS32;
	ck_assert_int_eq(fake_open(), SCRAPE_EUNSUP);
	ck_assert_str_eq(err.text, "a 32-bit ELF image");
	eh->e_ident[EI_CLASS] = ELFCLASS64;
	eh->e_machine = EM_AARCH64;
	ck_assert_int_eq(fake_open(), SCRAPE_EUNSUP);
	eh->e_machine = EM_X86_64;
	eh->e_type = ET_EXEC; /* with a bias */
	ck_assert_int_eq(fake_open(), SCRAPE_EFORMAT);
	eh->e_type = ET_DYN;
	eh->e_phnum = 129;
	ck_assert_int_eq(fake_open(), SCRAPE_EFORMAT);
	eh->e_phnum = 4;
	eh->e_phoff = UINT64_MAX;
	ck_assert_int_eq(fake_open(), SCRAPE_EFAULT);
	fake_reset();
	eh->e_ident[0] = 0;
	ck_assert_int_eq(fake_open(), SCRAPE_EFORMAT);
	fake_reset();
	fake.image.phdrs[0].p_offset = 4096; /* no segment holds the header */
	ck_assert_int_eq(fake_open(), SCRAPE_EFORMAT);
	fake_reset();
	fake.image.phdrs[1].p_vaddr = 0; /* segments overlap */
	ck_assert_int_eq(fake_open(), SCRAPE_EFORMAT);
	fake_reset();
	fake.image.phdrs[1].p_memsz = UINT64_MAX;
	ck_assert_int_eq(fake_open(), SCRAPE_EFORMAT);
	fake_reset();
	fake.image.phdrs[2].p_vaddr = 4096 + 60; /* leads out of the segment */
	ck_assert_int_eq(fake_open(), SCRAPE_EFORMAT);
	fake_reset();
	fake.image.phdrs[2].p_type = PT_NULL; /* static */
	ck_assert_int_eq(fake_open(), 0);
	ck_assert_int_eq(image_symbol(&image, "ab", &(uint64_t){0}, NULL), SCRAPE_ENOTFOUND);
}
END_TEST

START_TEST(test_fake_loads)
{
	struct fake_image *f = &fake.image;

	f->ehdr.e_phoff = FAKE_AT(spare);
	for (uint64_t i = 0; i <= IMAGE_LOADS_MAX; i++)
		f->spare[i] = (Elf64_Phdr){.p_type = PT_LOAD, .p_offset = i * 4096, .p_vaddr = i * 4096, .p_memsz = 16};
	f->ehdr.e_phnum = IMAGE_LOADS_MAX;
	ck_assert_int_eq(fake_open(), 0);
	ck_assert_uint_eq(image.n_loads, IMAGE_LOADS_MAX);
	f->ehdr.e_phnum = IMAGE_LOADS_MAX + 1;
	ck_assert_int_eq(fake_open(), SCRAPE_EFORMAT);
}
END_TEST

/* As patchelf leaves some files: the program headers are at the end of the file, which is mapped elsewhere. */
START_TEST(test_fake_moved_headers)
{
	static const char text[] = "7f0000000000-7f0000001000 r--p 00000000 08:01 7 /lib/moved.so\n"
				   "7f0000001000-7f0000002000 r--p 00005000 08:01 7 /lib/moved.so\n";
	struct fake_image *f = &fake.image;
	struct maps maps = {0};

	ck_assert_int_eq(maps_parse(&maps, text, sizeof(text) - 1, &err), 0);
	memcpy(f->spare, f->phdrs, sizeof(f->phdrs));
	memset(f->phdrs, 0xff, sizeof(f->phdrs));
	f->ehdr.e_phoff = 0x5000 + FAKE_AT(spare) - 4096;
	ck_assert_int_eq(image_open(&fake.mem, NULL, FAKE_BASE, &image, &err), SCRAPE_EFAULT);
	ck_assert_int_eq(image_open(&fake.mem, &maps, FAKE_BASE, &image, &err), 0);
	ck_assert_int_eq(image_symbol(&image, "ab", &(uint64_t){0}, NULL), 0);
	maps_deinit(&maps);
}
END_TEST

START_TEST(test_fake_notes)
{
	uint8_t id[IMAGE_BUILD_ID_MAX];
	size_t len;

	for (size_t i = 0; i < 2; i++) { /* n_namesz, n_descsz */
		fake_reset();
		fake.image.note[i] = UINT32_MAX;
		ck_assert_int_eq(fake_open(), 0);
		ck_assert_int_eq(image_build_id(&image, id, &len), SCRAPE_ENOTFOUND);
	}
	fake_reset();
	fake.image.phdrs[3].p_memsz = 11;
	ck_assert_int_eq(fake_open(), 0);
	ck_assert_int_eq(image_build_id(&image, id, &len), SCRAPE_ENOTFOUND);
}
END_TEST

START_TEST(test_long_name)
{
	char name[IMAGE_NAME_MAX + 2];
	uint64_t addr;

	memset(name, 'x', sizeof(name));
	name[IMAGE_NAME_MAX + 1] = '\0';
	ck_assert_int_eq(fake_open(), 0);
	ck_assert_int_eq(image_symbol(&image, name, &addr, NULL), SCRAPE_EINVAL);
	name[IMAGE_NAME_MAX] = '\0';
	ck_assert_int_eq(image_symbol(&image, name, &addr, NULL), SCRAPE_ENOTFOUND);
}
END_TEST

static void own_teardown(void)
{
	maps_deinit(&own.maps);
}

int main(void)
{
	Suite *s = suite_create("image");
	TCase *real = tcase_create("own process"), *synthetic = tcase_create("synthetic");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(real, read_own_maps, own_teardown);
	tcase_add_test(real, test_libc);
	tcase_add_test(real, test_linker);
	tcase_add_test(real, test_vdso);
	tcase_add_test(real, test_all_of_libc);
	tcase_add_test(real, test_build_id);
	tcase_add_test(real, test_cost);
	tcase_add_checked_fixture(synthetic, fake_reset, NULL);
	tcase_add_test(synthetic, test_fake_whole);
	tcase_add_test(synthetic, test_fake_sysv);
	tcase_add_test(synthetic, test_fake_gnu_damage);
	tcase_add_test(synthetic, test_fake_header_damage);
	tcase_add_test(synthetic, test_fake_loads);
	tcase_add_test(synthetic, test_fake_moved_headers);
	tcase_add_test(synthetic, test_fake_notes);
	tcase_add_test(synthetic, test_long_name);
	suite_add_tcase(s, real);
	suite_add_tcase(s, synthetic);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
