/* SPDX-License-Identifier: MIT */
/*
 * elffile: this program and its libc against what the dynamic linker says, then damaged copies and small synthetic
 * files. This program plays CPython 3.12.1 in a file: it has the constant Py_Version and, with another version, the
 * block at the beginning of _PyRuntime.
 */
#include "elf/elffile.h"

#include <check.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <gelf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "scrape.h"
#include "support/fake_image.h"

#define VERSION_CONSTANT 0x030c01f0
#define VERSION_BLOCK 0x030d02f0

extern const uint64_t version_constant __asm__("Py_Version");
const uint64_t version_constant = VERSION_CONSTANT;

struct runtime {
	char cookie[8];
	uint64_t version;
};
extern struct runtime runtime_block __asm__("_PyRuntime");
struct runtime runtime_block __attribute__((section(".PyRuntime"))) = {"xdebugpy", VERSION_BLOCK};

static struct err err;
static struct buf own = BUF_INIT; /* bytes of this program's file, for copies */

static void read_own(void)
{
	ck_assert_int_eq(io_read_file(AT_FDCWD, "/proc/self/exe", 64 << 20, &own), 0);
}

static void free_own(void)
{
	buf_deinit(&own);
}

static int memfd_of(const void *bytes, size_t n)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(io_write_all(fd, bytes, n), 0);
	return fd;
}

static void replace(const char *from, const char *to)
{
	char *at = own.data, *end = own.data + own.len;

	while ((at = memmem(at, (size_t)(end - at), from, strlen(from))))
		memcpy(at, to, strlen(to));
}

static uint64_t own_bias(void)
{
	Dl_info info;

	ck_assert(dladdr((void *)(uintptr_t)&read_own, &info) != 0);
	return (uint64_t)(uintptr_t)info.dli_fbase;
}

START_TEST(test_own_symbols)
{
	struct elffile file;
	uint64_t value, size;
	int fd = memfd_of(own.data, own.len);

	ck_assert_int_eq(elffile_open(fd, &file, &err), 0);
	ck_assert_int_eq(elffile_symbol(&file, "_PyRuntime", &value, &size), 0);
	ck_assert_uint_eq(value + own_bias(), (uint64_t)(uintptr_t)&runtime_block);
	ck_assert_uint_eq(size, sizeof(runtime_block));
	ck_assert_int_eq(elffile_symbol(&file, "read_own", &value, &size), 0); /* local, only in .symtab */
	ck_assert_uint_eq(value + own_bias(), (uint64_t)(uintptr_t)&read_own);
	ck_assert_int_eq(elffile_symbol(&file, "read_ow", &value, &size), SCRAPE_ENOTFOUND);
	ck_assert_int_eq(elffile_symbol(&file, "malloc", &value, &size), SCRAPE_ENOTFOUND); /* undefined here */
	ck_assert_int_eq(elffile_section(&file, ".PyRuntime", &value, &size), 0);
	ck_assert_uint_eq(value + own_bias(), (uint64_t)(uintptr_t)&runtime_block);
	ck_assert_int_eq(elffile_section(&file, ".PyRuntim", &value, &size), SCRAPE_ENOTFOUND);
	ck_assert_int_eq(elffile_read(&file, value, &(struct runtime){0}, sizeof(struct runtime)), 0);
	ck_assert_int_eq(elffile_read(&file, UINT64_MAX, &size, 8), SCRAPE_ENOTFOUND);
	elffile_close(&file);
	close(fd);
}
END_TEST

START_TEST(test_libc)
{
	struct link_map *map;
	void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
	struct elffile file;
	uint64_t value, size;
	int fd;

	ck_assert_int_eq(dlinfo(libc, RTLD_DI_LINKMAP, &map), 0);
	fd = open(map->l_name, O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(elffile_open(fd, &file, &err), 0);
	ck_assert_int_eq(elffile_symbol(&file, "fopen64", &value, &size), 0);
	ck_assert_uint_eq(value + map->l_addr, (uint64_t)(uintptr_t)dlsym(libc, "fopen64"));
	ck_assert_uint_gt(size, 0);
	ck_assert_int_eq(elffile_symbol(&file, "errno", &value, &size), SCRAPE_ENOTFOUND); /* thread-local */
	ck_assert_int_eq(elffile_python_version(&file, &(uint32_t){0}), SCRAPE_ENOTFOUND);
	elffile_close(&file);
	dlclose(libc);
	close(fd);
}
END_TEST

static int section_bytes(const char *name, const void **bytes_ret, size_t *size_ret, struct elffile *ret, int *fd_ret)
{
	uint64_t addr;

	*fd_ret = memfd_of(own.data, own.len);
	ck_assert_int_eq(elffile_open(*fd_ret, ret, &err), 0);
	return elffile_section_bytes(ret, name, &addr, bytes_ret, size_ret);
}

START_TEST(test_section_bytes)
{
	struct elffile file;
	const void *bytes;
	size_t size;
	int fd;

	ck_assert_int_eq(section_bytes(".PyRuntime", &bytes, &size, &file, &fd), 0);
	ck_assert_uint_eq(size, sizeof(runtime_block));
	ck_assert_mem_eq(bytes, &runtime_block, size);
	elffile_close(&file);
	close(fd);
	ck_assert_int_eq(section_bytes(".bss", &bytes, &size, &file, &fd), SCRAPE_ENOTFOUND);
	elffile_close(&file);
	close(fd);
}
END_TEST

static Elf64_Shdr *section_at(uint64_t addr)
{
	const Elf64_Ehdr *eh = (const Elf64_Ehdr *)(void *)own.data;
	Elf64_Shdr *sh = (Elf64_Shdr *)(void *)(own.data + eh->e_shoff);

	for (size_t i = 0; i < eh->e_shnum; i++) {
		if (sh[i].sh_addr == addr && sh[i].sh_type == SHT_PROGBITS)
			return &sh[i];
	}
	ck_abort_msg("no section there");
}

/* The block, stored by zlib without being made smaller, of which it says that it is `claims` bytes long. */
static int packed_bytes(uint64_t claims, size_t *size_ret)
{
	static const uint8_t stored[] = {0x78, 0x01, 0x01, 4, 0, 0xfb, 0xff, 'a', 'b', 'c', 'd', 0x03, 0xd8, 0x01, 0x8b};
	Elf64_Chdr header = {.ch_type = ELFCOMPRESS_ZLIB, .ch_size = claims, .ch_addralign = 1};
	Elf64_Shdr *sh = section_at((uint64_t)(uintptr_t)&runtime_block - own_bias());
	struct elffile file;
	const void *bytes;
	int fd, r;

	sh->sh_flags = SHF_COMPRESSED; /* what is loaded cannot be packed */
	sh->sh_offset = own.len;
	sh->sh_size = sizeof(header) + sizeof(stored);
	buf_add(&own, &header, sizeof(header));
	buf_add(&own, stored, sizeof(stored));
	r = section_bytes(".PyRuntime", &bytes, size_ret, &file, &fd);
	if (r == 0)
		ck_assert_mem_eq(bytes, "abcd", 4);
	elffile_close(&file);
	close(fd);
	return r;
}

START_TEST(test_packed)
{
	static const struct {
		uint64_t claims;
		int code;
	} rows[] = {{4, 0}, {5, SCRAPE_EFORMAT}, {3, SCRAPE_EFORMAT}, {ELFFILE_SECTION_MAX, SCRAPE_EFORMAT},
		    {ELFFILE_SECTION_MAX + 1, SCRAPE_ELIMIT}, {UINT64_MAX, SCRAPE_ELIMIT}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t size = 0;

		free_own();
		read_own();
		ck_assert_msg(packed_bytes(rows[i].claims, &size) == rows[i].code, "row %zu", i);
		ck_assert_uint_eq(size, rows[i].code ? 0 : 4);
	}
}
END_TEST

static int version_of(const void *bytes, size_t n, uint32_t *ret)
{
	struct elffile file;
	int fd = memfd_of(bytes, n), r = elffile_open(fd, &file, &err);

	ck_assert_msg(r == 0, "%s", err.text);
	r = elffile_python_version(&file, ret);
	elffile_close(&file);
	close(fd);
	return r;
}

START_TEST(test_version_exact)
{
	uint32_t version = 0;

	ck_assert_int_eq(version_of(own.data, own.len, &version), 0);
	ck_assert_uint_eq(version, VERSION_CONSTANT);
	replace("Py_Version", "Qy_Version");
	ck_assert_int_eq(version_of(own.data, own.len, &version), 0);
	ck_assert_uint_eq(version, VERSION_BLOCK);
	replace("_PyRuntime", "_QyRuntime"); /* now only the section is left */
	version = 0;
	ck_assert_int_eq(version_of(own.data, own.len, &version), 0);
	ck_assert_uint_eq(version, VERSION_BLOCK);
}
END_TEST

/* A file with nothing but the text, `at` bytes behind the headers. */
static int version_of_text(size_t at, const char *text, uint32_t *ret)
{
	_Alignas(8) static char bytes[128 * 1024];
	struct fake_image *fake = (struct fake_image *)(void *)bytes;

	memset(bytes, 0, sizeof(bytes));
	fake_image_init(fake);
	fake->phdrs[0].p_filesz = fake->phdrs[0].p_memsz = sizeof(bytes);
	memcpy(bytes + sizeof(*fake) + at, text, strlen(text));
	return version_of(bytes, sizeof(bytes), ret);
}

START_TEST(test_version_tag)
{
	static const struct {
		const char *text;
		int code;
		uint32_t version;
	} rows[] = {
		{".cpython-39-x86_64-linux-gnu.so", 0, 0x03090000},
		{".cpython-36m-x86_64-linux-gnu.so", 0, 0x03060000},
		{".cpython-310-x86_64-linux-musl.so", 0, 0x030a0000},
		{".cpython-37dm-x86_64-linux-gnu.so .cpython-37m-x86_64-linux-gnu.so", 0, 0x03070000},
		{".cpython-38-x86_64-linux-gnu.so .cpython-39-x86_64-linux-gnu.so", SCRAPE_ENOTFOUND, 0},
		{"cpython-39", SCRAPE_ENOTFOUND, 0},
		{".cpython-39-i386-linux-gnu.so", SCRAPE_ENOTFOUND, 0},
		{".cpython-3-x86_64-linux-gnu.so", SCRAPE_ENOTFOUND, 0},
		{".cpython-3999-x86_64-linux-gnu.so", SCRAPE_ENOTFOUND, 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t version = 0;

		ck_assert_msg(version_of_text(17, rows[i].text, &version) == rows[i].code, "%s", rows[i].text);
		ck_assert_uint_eq(version, rows[i].version);
	}
}
END_TEST

/* Found wherever it lies, also across the edge of what is read at once. */
START_TEST(test_version_tag_anywhere)
{
	for (size_t at = 8000; at < 20000; at += 7) {
		uint32_t version = 0;

		ck_assert_int_eq(version_of_text(at, ".cpython-39-x86_64-linux-gnu.so", &version), 0);
		ck_assert_uint_eq(version, 0x03090000);
	}
}
END_TEST

static int open_bytes(const void *bytes, size_t n)
{
	struct elffile file;
	int fd = memfd_of(bytes, n), r = elffile_open(fd, &file, &err);

	if (r == 0)
		elffile_close(&file);
	close(fd);
	return r;
}

START_TEST(test_refused)
{
	Elf64_Ehdr *eh = (Elf64_Ehdr *)(void *)own.data;
	int pipes[2], dir = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct elffile file = {0};

	ck_assert_int_eq(open_bytes("", 0), SCRAPE_EFORMAT);
	ck_assert_int_eq(open_bytes("hello", 5), SCRAPE_EFORMAT);
	ck_assert_int_eq(open_bytes("!<arch>\n", 8), SCRAPE_EFORMAT);
	ck_assert_int_eq(open_bytes(own.data, 20), SCRAPE_EFORMAT);
	ck_assert_int_eq(elffile_open(dir, &file, &err), SCRAPE_EFORMAT);
	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	ck_assert_int_eq(elffile_open(pipes[0], &file, &err), SCRAPE_EFORMAT);
	ck_assert_int_eq(elffile_open(-1, &file, &err), SCRAPE_EIO);
	eh->e_machine = EM_AARCH64;
	ck_assert_int_eq(open_bytes(own.data, own.len), SCRAPE_EUNSUP);
	eh->e_ident[EI_CLASS] = ELFCLASS32;
	ck_assert_int_eq(open_bytes(own.data, own.len), SCRAPE_EUNSUP);
	ck_assert_str_eq(err.text, "a 32-bit ELF file");
	close(pipes[0]);
	close(pipes[1]);
	close(dir);
}
END_TEST

/* Whatever is asked of the damaged copy gives a code and no value. */
static void expect_nothing(void)
{
	struct elffile file;
	uint64_t value = 1, size = 2;
	int fd = memfd_of(own.data, own.len), r = elffile_open(fd, &file, &err);

	if (r == 0) {
		ck_assert_int_lt(elffile_symbol(&file, "read_own", &value, &size), 0);
		ck_assert_uint_eq(value, 1);
		ck_assert_uint_eq(size, 2);
		elffile_close(&file);
	}
	close(fd);
}

static Elf64_Shdr *section_of_type(uint32_t type)
{
	const Elf64_Ehdr *eh = (const Elf64_Ehdr *)(void *)own.data;
	Elf64_Shdr *sh = (Elf64_Shdr *)(void *)(own.data + eh->e_shoff);

	for (size_t i = 0; i < eh->e_shnum; i++) {
		if (sh[i].sh_type == type)
			return &sh[i];
	}
	ck_abort_msg("no section of type %u", type);
}

START_TEST(test_damaged_tables)
{
	Elf64_Shdr *sh = section_of_type(SHT_SYMTAB), good = *sh;

	sh->sh_size = UINT64_MAX;
	expect_nothing();
	sh->sh_size = (uint64_t)1 << 40;
	expect_nothing();
	*sh = good;
	sh->sh_offset = UINT64_MAX - 8;
	expect_nothing();
	*sh = good;
	sh->sh_entsize = 1;
	expect_nothing();
	*sh = good;
	sh->sh_link = 60000;
	expect_nothing();
	*sh = good;
	sh->sh_type = SHT_NULL;
	expect_nothing();
	*sh = good;
	sh->sh_flags = SHF_COMPRESSED; /* what is loaded cannot be packed */
	expect_nothing();
	*sh = good;
	((Elf64_Ehdr *)(void *)own.data)->e_shoff = own.len - 8;
	expect_nothing();
}
END_TEST

START_TEST(test_section_limit)
{
	Elf64_Shdr *sh = section_of_type(SHT_SYMTAB);
	struct elffile file;
	uint64_t value, size;
	int fd;

	sh->sh_size = ELFFILE_SECTION_MAX + 24;
	fd = memfd_of(own.data, own.len);
	ck_assert_int_eq(ftruncate(fd, (off_t)ELFFILE_SECTION_MAX * 2), 0); /* sparse: the size is believable */
	ck_assert_int_eq(elffile_open(fd, &file, &err), 0);
	ck_assert_int_eq(elffile_symbol(&file, "read_own", &value, &size), SCRAPE_ELIMIT);
	elffile_close(&file);
	close(fd);
}
END_TEST

/* The file of every length is answered. */
START_TEST(test_truncated)
{
	uint32_t version;

	for (size_t n = own.len; n > 64; n -= n / 9 + 1) {
		struct elffile file;
		uint64_t value, size;
		int fd = memfd_of(own.data, n);

		if (elffile_open(fd, &file, &err) == 0) {
			if (n < own.len - 64) /* the section headers lie at the end */
				ck_assert_int_lt(elffile_symbol(&file, "read_own", &value, &size), 0);
			(void)elffile_python_version(&file, &version); /* any answer */
			elffile_close(&file);
		}
		close(fd);
	}
}
END_TEST

/* One bit after another of the headers is wrong: a code or an answer, never a fault. */
START_TEST(test_flipped)
{
	size_t tables = ((Elf64_Ehdr *)(void *)own.data)->e_shoff;

	for (size_t i = 0; i < 1200; i++) {
		size_t at = i < 400 ? i : tables + (i - 400) * 3 % (own.len - tables);
		struct elffile file;
		uint64_t value, size;
		uint32_t version;
		int fd;

		own.data[at] = (char)(own.data[at] ^ (1 << i % 8));
		fd = memfd_of(own.data, own.len);
		if (elffile_open(fd, &file, &err) == 0) {
			(void)elffile_symbol(&file, "read_own", &value, &size);   /* any answer */
			(void)elffile_section(&file, ".rodata", &value, &size);   /* any answer */
			(void)elffile_python_version(&file, &version);            /* any answer */
			elffile_close(&file);
		}
		close(fd);
		own.data[at] = (char)(own.data[at] ^ (1 << i % 8));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("elffile");
	TCase *t = tcase_create("elffile");
	SRunner *runner;
	int failed;

	tcase_set_timeout(t, 30);
	tcase_add_checked_fixture(t, read_own, free_own);
	tcase_add_test(t, test_own_symbols);
	tcase_add_test(t, test_libc);
	tcase_add_test(t, test_section_bytes);
	tcase_add_test(t, test_packed);
	tcase_add_test(t, test_version_exact);
	tcase_add_test(t, test_version_tag);
	tcase_add_test(t, test_version_tag_anywhere);
	tcase_add_test(t, test_refused);
	tcase_add_test(t, test_damaged_tables);
	tcase_add_test(t, test_section_limit);
	tcase_add_test(t, test_truncated);
	tcase_add_test(t, test_flipped);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
