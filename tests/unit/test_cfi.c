/* SPDX-License-Identifier: MIT */
/*
 * cfi: this program, its libc and its dynamic linker, at many addresses, against what libdw says when it is asked for
 * the file itself. Sections made by hand are in test_cfi_made.c.
 */
#include "elf/cfi.h"

#include <check.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "elf/cfirows.h"
#include "scrape.h"
#include "support/fake_frame.h"

#define SAMPLES 3000

static const int registers[CFIROWS_COLUMNS] = {16, 6, 3, 12, 13, 14, 15};

static struct err err;

static int open_library(const char *name)
{
	void *library = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
	struct link_map *map;
	int fd;

	ck_assert_ptr_nonnull(library);
	ck_assert_int_eq(dlinfo(library, RTLD_DI_LINKMAP, &map), 0);
	fd = open(map->l_name, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	dlclose(library);
	return fd;
}

/* libdw takes rbx, of which nothing is said, for lost. */
static void expect_column(const struct cfirows *rows, const struct cfirows_rule *rule, Dwarf_Frame *frame, int column)
{
	struct fake_value mine = fake_rows_column(rows, rule, column);
	struct fake_value other = fake_dwarf_column(frame, registers[column]);

	if (column == CFIROWS_BX && mine.same && other.lost)
		return;
	ck_assert_int_eq(mine.same, other.same);
	ck_assert_int_eq(mine.lost, other.lost);
	ck_assert_uint_eq(mine.value, other.value);
}

/* True if something is known there. Without a rule libdw knows nothing either, or the stack is switched there. */
static bool expect_same(const struct cfirows *rows, Dwarf_CFI *cfi, uint64_t addr)
{
	const struct cfirows_rule *rule = cfirows_at(rows, (uint32_t)(addr - rows->base));
	Dwarf_Frame *frame;
	bool is_signal;

	if (dwarf_cfi_addrframe(cfi, addr, &frame) != 0) {
		ck_assert_ptr_null(rule);
		return false;
	}
	if (rule) {
		ck_assert_uint_eq(fake_rows_cfa(rows, rule), fake_dwarf_cfa(frame));
		for (int i = 0; i < CFIROWS_COLUMNS; i++)
			expect_column(rows, rule, frame, i);
		(void)dwarf_frame_info(frame, NULL, NULL, &is_signal); /* the register is compared above */
		ck_assert_int_eq(rule->signal, is_signal);
	} else {
		ck_assert_uint_ne(fake_dwarf_column(frame, 7).value, fake_dwarf_cfa(frame));
	}
	free(frame);
	return rule;
}

/* Where to sample: all over, at each row's edges, and what is special: expressions, signals, the outermost frame. */
static size_t sample(const struct cfirows *rows, Dwarf_CFI *cfi)
{
	uint32_t last = rows->rows[rows->n_rows - 1].pc;
	size_t known = 0;

	for (uint32_t i = 0; i < SAMPLES; i++) {
		uint32_t at = (uint32_t)((uint64_t)i * rows->n_rows / SAMPLES);

		known += expect_same(rows, cfi, rows->base + map_mix(i) % last);
		known += expect_same(rows, cfi, rows->base + rows->rows[at].pc);
		known += expect_same(rows, cfi, rows->base + rows->rows[at].pc - 1);
	}
	for (uint32_t i = 0; i < rows->n_rows; i++) {
		const struct cfirows_rule *rule = cfirows_at(rows, rows->rows[i].pc);

		if (!rule || rule->cfa_where == CFIROWS_IS_EXPR || rule->signal || rule->where[CFIROWS_RA] != CFIROWS_AT_CFA)
			(void)expect_same(rows, cfi, rows->base + rows->rows[i].pc); /* counted above */
	}
	return known;
}

static void compile(int fd, struct buf *out, struct cfirows *ret)
{
	int r = cfi_compile(fd, -1, out, &err);

	ck_assert_msg(r == 0, "%s", err.text);
	ck_assert_int_eq(cfirows_open(out->data, out->len, ret), 0);
}

static void check_file(int fd)
{
	struct buf out = BUF_INIT;
	struct cfirows rows;
	Dwarf_CFI *cfi;
	Elf *elf;

	(void)elf_version(EV_CURRENT); /* it is what the program was built with */
	elf = elf_begin(fd, ELF_C_READ, NULL);
	cfi = dwarf_getcfi_elf(elf);
	compile(fd, &out, &rows);
	ck_assert_ptr_nonnull(cfi);
	ck_assert_uint_eq(rows.base, 0);
	ck_assert_uint_eq(rows.machine, EM_X86_64);
	ck_assert_uint_gt(sample(&rows, cfi), 2 * SAMPLES);
	dwarf_cfi_end(cfi);
	elf_end(elf);
	buf_deinit(&out);
	close(fd);
}

START_TEST(test_own)
{
	check_file(open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
}
END_TEST

START_TEST(test_libc)
{
	check_file(open_library("libc.so.6"));
}
END_TEST

START_TEST(test_linker)
{
	check_file(open_library("ld-linux-x86-64.so.2"));
}
END_TEST

/* How many rules say so. */
static size_t count(const struct cfirows *rows, bool (*is)(const struct cfirows_rule *rule))
{
	size_t n = 0;

	for (uint32_t i = 0; i < rows->n_rules; i++)
		n += is(&rows->rules[i]);
	return n;
}

static bool is_signal_frame(const struct cfirows_rule *rule)
{
	return rule->signal && rule->cfa_where == CFIROWS_IS_EXPR && rule->where[CFIROWS_RA] == CFIROWS_AT_EXPR;
}

static bool is_outermost(const struct cfirows_rule *rule)
{
	return rule->where[CFIROWS_RA] == CFIROWS_UNDEFINED;
}

START_TEST(test_special)
{
	struct buf out = BUF_INIT, again = BUF_INIT;
	int fd = open_library("libc.so.6");
	struct cfirows rows;

	compile(fd, &out, &rows);
	ck_assert_uint_ge(count(&rows, is_signal_frame), 1); /* __restore_rt */
	ck_assert_uint_ge(count(&rows, is_outermost), 1);    /* clone */
	compile(fd, &again, &rows);
	ck_assert_uint_eq(out.len, again.len);
	ck_assert_int_eq(memcmp(out.data, again.data, out.len), 0);
	buf_deinit(&out);
	buf_deinit(&again);
	close(fd);
}
END_TEST

/* What is told of the function with this name here begins there, and its end is behind. */
START_TEST(test_parts)
{
	struct cfi_range ranges[4];
	uint64_t at = (uint64_t)(uintptr_t)&check_file;
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	Dl_info info;
	size_t n = 77;

	ck_assert(dladdr((void *)(uintptr_t)&check_file, &info) != 0);
	at -= (uint64_t)(uintptr_t)info.dli_fbase;
	ck_assert_int_eq(cfi_parts(fd, at, ranges, 4, &n, &err), 0);
	ck_assert_uint_ge(n, 1);
	ck_assert_uint_eq(ranges[0].from, at);
	ck_assert_uint_gt(ranges[0].until, at);
	ck_assert_int_eq(cfi_parts(fd, at + 1, ranges, 4, &n, &err), 0);
	ck_assert_uint_eq(ranges[0].from, at);
	ck_assert_int_eq(cfi_parts(fd, UINT64_MAX, ranges, 4, &n, &err), SCRAPE_ENOTFOUND);
	close(fd);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cfi");
	TCase *t = tcase_create("cfi");
	SRunner *runner;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_test(t, test_own);
	tcase_add_test(t, test_libc);
	tcase_add_test(t, test_linker);
	tcase_add_test(t, test_special);
	tcase_add_test(t, test_parts);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
