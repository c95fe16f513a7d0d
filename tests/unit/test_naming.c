/* SPDX-License-Identifier: MIT */
/*
 * naming: this program's own functions, inlined ones among them, in this program's file and in copies that lack a part:
 * no DWARF, no symbol table, all of it in another file or packed away. Copies are made by editing section headers.
 */
#include "elf/naming.h"

#include <check.h>
#include <elf.h>
#include <endian.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "scrape.h"

#define STACK_MAX 8

extern const char __executable_start[]; /* the linker's */

static struct buf own = BUF_INIT, answer = BUF_INIT;
static struct err err;

struct call {
	char name[128], path[256];
	uint32_t line;
};

struct stack {
	uint64_t start;
	uint32_t n;
	struct call calls[STACK_MAX];
};

static uint64_t here(const void *pc)
{
	return (uint64_t)((uintptr_t)pc - (uintptr_t)__executable_start);
}

/* Each level says at which line it calls the next. */
static int inner_line, middle_line, outer_line;

static inline __attribute__((always_inline)) const void *inner_inline(void)
{
	const void *pc;

	inner_line = __LINE__ + 1;
	__asm__ volatile("lea 0(%%rip), %0" : "=r"(pc));
	return pc;
}

static inline __attribute__((always_inline)) const void *middle_inline(int *twice)
{
	const void *pc;

	*twice += 1;
	middle_line = __LINE__ + 1;
	pc = inner_inline();
	*twice *= 2;
	return pc;
}

static __attribute__((noinline)) const void *outer_function(int *twice)
{
	const void *pc;

	outer_line = __LINE__ + 1;
	pc = middle_inline(twice);
	*twice += 3;
	return pc;
}

static void setup(void)
{
	ck_assert_int_eq(io_read_file(AT_FDCWD, "/proc/self/exe", 64 << 20, &own), 0);
}

static void teardown(void)
{
	buf_deinit(&own);
	buf_deinit(&answer);
}

static int memfd_of(const void *bytes, size_t n)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(io_write_all(fd, bytes, n), 0);
	return fd;
}

static Elf64_Shdr *section(struct buf *file, const char *name)
{
	Elf64_Ehdr *ehdr = (void *)file->data;
	Elf64_Shdr *sections = (void *)(file->data + ehdr->e_shoff);
	const char *names = file->data + sections[ehdr->e_shstrndx].sh_offset;

	for (unsigned i = 0; i < ehdr->e_shnum; i++)
		if (strcmp(names + sections[i].sh_name, name) == 0)
			return &sections[i];
	ck_abort_msg("this program has no %s", name);
	return NULL;
}

static void hide(struct buf *file, const char *name)
{
	Elf64_Shdr *sh = section(file, name);

	sh->sh_type = SHT_NOBITS;
	sh->sh_size = 0;
}

static struct buf copy_of_own(void)
{
	struct buf copy = BUF_INIT;

	buf_add(&copy, own.data, own.len);
	return copy;
}

static uint32_t take_u32(const char **at)
{
	uint32_t value;

	memcpy(&value, *at, sizeof(value));
	*at += sizeof(value);
	return le32toh(value);
}

static void take_text(const char **at, uint32_t len, char *ret, size_t size)
{
	ck_assert_uint_lt(len, size);
	memcpy(ret, *at, len);
	ret[len] = '\0';
	*at += len;
}

/* What the files say of one address. */
static struct stack resolve(const struct buf *file, const struct buf *debug, bool plain, uint64_t addr)
{
	int fd = memfd_of(file->data, file->len), debug_fd = debug ? memfd_of(debug->data, debug->len) : -1;
	struct stack stack = {0};
	const char *at;

	buf_reset(&answer);
	ck_assert_int_eq(naming_resolve(fd, debug_fd, plain, &addr, 1, &answer, &err), 0);
	at = answer.data;
	memcpy(&stack.start, at, sizeof(stack.start));
	at += sizeof(stack.start);
	stack.n = take_u32(&at);
	ck_assert_uint_le(stack.n, STACK_MAX);
	for (uint32_t i = 0; i < stack.n; i++) {
		struct call *call = &stack.calls[i];
		uint32_t name_len, path_len;

		call->line = take_u32(&at);
		name_len = take_u32(&at);
		path_len = take_u32(&at);
		take_text(&at, name_len, call->name, sizeof(call->name));
		take_text(&at, path_len, call->path, sizeof(call->path));
	}
	ck_assert_ptr_eq(at, answer.data + answer.len);
	(void)close(fd);
	if (debug_fd >= 0)
		(void)close(debug_fd);
	return stack;
}

static void expect_call(const struct call *call, const char *name, int line)
{
	const char *slash = strrchr(call->path, '/');

	ck_assert_str_eq(call->name, name);
	ck_assert_str_eq(slash ? slash + 1 : call->path, line ? "test_naming.c" : "");
	ck_assert_uint_eq(call->line, (uint32_t)line);
}

static void expect_chain(const struct stack *stack)
{
	ck_assert_uint_eq(stack->n, 3);
	expect_call(&stack->calls[0], "inner_inline", inner_line);
	expect_call(&stack->calls[1], "middle_inline", middle_line);
	expect_call(&stack->calls[2], "outer_function", outer_line);
}

static uint64_t inlined_addr(void)
{
	int twice = 1;

	return here(outer_function(&twice)) - 1; /* rip is that of the next instruction */
}

START_TEST(inlined)
{
	struct stack stack = resolve(&own, NULL, false, inlined_addr());

	expect_chain(&stack);
}
END_TEST

START_TEST(plain)
{
	struct stack stack = resolve(&own, NULL, true, inlined_addr());

	ck_assert_uint_eq(stack.n, 1);
	expect_call(&stack.calls[0], "outer_function", 0);
}
END_TEST

START_TEST(no_dwarf)
{
	struct buf file = copy_of_own();
	struct stack stack;

	hide(&file, ".debug_info");
	stack = resolve(&file, NULL, false, inlined_addr());
	ck_assert_uint_eq(stack.n, 1);
	expect_call(&stack.calls[0], "outer_function", 0);
	buf_deinit(&file);
}
END_TEST

/* Without any name there is where the function begins. */
START_TEST(nothing)
{
	struct buf file = copy_of_own();
	struct stack stack;

	hide(&file, ".debug_info");
	hide(&file, ".symtab");
	stack = resolve(&file, NULL, false, inlined_addr());
	ck_assert_uint_eq(stack.n, 0);
	ck_assert_uint_eq(stack.start, here((const void *)(uintptr_t)&outer_function));
	hide(&file, ".eh_frame");
	stack = resolve(&file, NULL, false, inlined_addr());
	ck_assert_uint_eq(stack.n, 0);
	ck_assert_uint_eq(stack.start, 0);
	buf_deinit(&file);
}
END_TEST

START_TEST(dwarf_alone)
{
	struct buf file = copy_of_own();
	struct stack stack;

	hide(&file, ".symtab");
	stack = resolve(&file, NULL, false, inlined_addr());
	expect_chain(&stack);
	buf_deinit(&file);
}
END_TEST

START_TEST(debug_file)
{
	struct buf file = copy_of_own();
	struct stack stack;

	hide(&file, ".debug_info");
	hide(&file, ".symtab");
	stack = resolve(&file, &own, false, inlined_addr());
	expect_chain(&stack);
	buf_deinit(&file);
}
END_TEST

/* The file with all of `packed` in its .gnu_debugdata, and without names otherwise. */
static struct buf with_mini(const void *packed, size_t n)
{
	struct buf file = copy_of_own();
	Elf64_Shdr *sh;
	Elf64_Ehdr *ehdr;
	uint64_t at = file.len;

	hide(&file, ".debug_info");
	hide(&file, ".symtab");
	buf_add(&file, packed, n);
	sh = section(&file, ".debug_line_str");
	ehdr = (void *)file.data;
	(void)strcpy(file.data + ((Elf64_Shdr *)(void *)(file.data + ehdr->e_shoff))[ehdr->e_shstrndx].sh_offset +
			     sh->sh_name,
		     ".gnu_debugdata");
	sh->sh_offset = at;
	sh->sh_size = n;
	sh->sh_flags = 0;
	return file;
}

START_TEST(mini_debug_info)
{
	size_t size = lzma_stream_buffer_bound(own.len), n = 0;
	uint8_t *packed = malloc(size);
	struct buf file;
	struct stack stack;

	ck_assert_int_eq(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, (const uint8_t *)own.data, own.len, packed,
						 &n, size),
			 LZMA_OK);
	file = with_mini(packed, n);
	stack = resolve(&file, NULL, false, inlined_addr());
	ck_assert_uint_eq(stack.n, 1);
	expect_call(&stack.calls[0], "outer_function", 0);
	buf_deinit(&file);
	file = with_mini(packed, n / 2); /* it ends in the middle */
	stack = resolve(&file, NULL, false, inlined_addr());
	ck_assert_uint_eq(stack.n, 0);
	buf_deinit(&file);
	free(packed);
}
END_TEST

/* Many packed zeros: more than may come out of it. */
START_TEST(mini_bomb)
{
	const size_t zeros = 80u << 20;
	size_t size = 1 << 20, n = 0;
	uint8_t *packed = malloc(size), *input = calloc(1, zeros);
	struct buf file;
	struct stack stack;

	ck_assert_int_eq(lzma_easy_buffer_encode(0, LZMA_CHECK_NONE, NULL, input, zeros, packed, &n, size), LZMA_OK);
	free(input);
	file = with_mini(packed, n);
	stack = resolve(&file, NULL, false, inlined_addr());
	ck_assert_uint_eq(stack.n, 0);
	buf_deinit(&file);
	free(packed);
}
END_TEST

/* Many addresses in any order, some alike, some of nothing: the answers come in the order of the questions. */
START_TEST(order)
{
	const uint64_t chain = inlined_addr(), function = here((const void *)(uintptr_t)&setup);
	const uint64_t addrs[] = {function, chain, 1, chain, UINT64_MAX, function};
	static const uint32_t calls[] = {1, 3, 0, 3, 0, 1};
	int fd = memfd_of(own.data, own.len);
	const char *at;

	ck_assert_int_eq(naming_resolve(fd, -1, false, addrs, 6, &answer, &err), 0);
	at = answer.data;
	for (size_t i = 0; i < 6; i++) {
		uint32_t n;

		at += sizeof(uint64_t);
		n = take_u32(&at);
		ck_assert_uint_eq(n, calls[i]);
		while (n-- > 0) {
			at += sizeof(uint32_t);
			uint32_t name_len = take_u32(&at), path_len = take_u32(&at);

			at += name_len + path_len;
		}
	}
	ck_assert_ptr_eq(at, answer.data + answer.len);
	(void)close(fd);
}
END_TEST

START_TEST(refusals)
{
	static const uint64_t many[NAMING_ADDRS_MAX + 1];
	int fd = memfd_of("no ELF", 6);

	ck_assert_int_eq(naming_resolve(fd, -1, false, many, 1, &answer, &err), SCRAPE_EFORMAT);
	ck_assert_int_eq(naming_resolve(fd, -1, false, many, NAMING_ADDRS_MAX + 1, &answer, &err), SCRAPE_ELIMIT);
	ck_assert_uint_eq(answer.len, 0);
	(void)close(fd);
}
END_TEST

/* DWARF of noise: whatever it says, it ends, and the name of the symbol table stays. */
START_TEST(noise)
{
	static const char *const names[] = {".debug_info", ".debug_abbrev", ".debug_line"};

	for (unsigned i = 0; i < 3 * 8; i++) {
		struct buf file = copy_of_own();
		Elf64_Shdr *sh = section(&file, names[i / 8]);
		uint64_t seed = i * 0x9e3779b97f4a7c15ull + 1;
		struct stack stack;

		for (uint64_t k = i % 8; k < sh->sh_size; k += 1 + (seed >> 33) % 97) {
			seed = seed * 6364136223846793005ull + 1442695040888963407ull;
			file.data[sh->sh_offset + k] = (char)(seed >> 56);
		}
		stack = resolve(&file, NULL, false, inlined_addr());
		ck_assert_uint_ge(stack.n, 1);
		ck_assert_str_eq(stack.calls[stack.n - 1].name, "outer_function");
		buf_deinit(&file);
	}
}
END_TEST

START_TEST(ident)
{
	struct buf file = copy_of_own(), other = copy_of_own();
	Elf64_Shdr *sh = section(&other, ".note.gnu.build-id");
	struct naming_ident id, id_of_other;
	int fd = memfd_of(file.data, file.len), other_fd;

	other.data[sh->sh_offset + sh->sh_size - 1] ^= 1;
	other_fd = memfd_of(other.data, other.len);
	ck_assert_int_eq(naming_ident(fd, &id, &err), 0);
	ck_assert_int_eq(naming_ident(other_fd, &id_of_other, &err), 0);
	ck_assert_uint_eq(id.build_id_len, 20);
	ck_assert(memcmp(id.build_id, id_of_other.build_id, 20) != 0);
	ck_assert_str_eq(id.debuglink, "");
	ck_assert(naming_belongs(fd, &id));
	ck_assert(!naming_belongs(other_fd, &id));
	(void)close(fd);
	(void)close(other_fd);
	buf_deinit(&file);
	buf_deinit(&other);
}
END_TEST

/* Without a build id the checksum of the whole file decides. */
START_TEST(ident_by_checksum)
{
	struct naming_ident id = {.debuglink = "x.debug"};
	struct buf file = copy_of_own();
	int fd;

	hide(&file, ".note.gnu.build-id");
	fd = memfd_of(file.data, file.len);
	id.debuglink_crc = lzma_crc32((const uint8_t *)file.data, file.len, 0);
	ck_assert(naming_belongs(fd, &id));
	id.debuglink_crc ^= 1;
	ck_assert(!naming_belongs(fd, &id));
	id.debuglink[0] = '\0';
	id.debuglink_crc ^= 1;
	ck_assert(!naming_belongs(fd, &id)); /* nobody says that it belongs */
	(void)close(fd);
	buf_deinit(&file);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("naming");
	TCase *t = tcase_create("naming");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, inlined);
	tcase_add_test(t, plain);
	tcase_add_test(t, no_dwarf);
	tcase_add_test(t, nothing);
	tcase_add_test(t, dwarf_alone);
	tcase_add_test(t, debug_file);
	tcase_add_test(t, mini_debug_info);
	tcase_add_test(t, mini_bomb);
	tcase_add_test(t, order);
	tcase_add_test(t, refusals);
	tcase_add_test(t, noise);
	tcase_add_test(t, ident);
	tcase_add_test(t, ident_by_checksum);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
