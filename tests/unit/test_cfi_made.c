/* SPDX-License-Identifier: MIT */
/* cfi: sections made by hand, good and damaged, and the limits. */
#include "elf/cfi.h"

#include <check.h>
#include <dwarf.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "elf/cfirows.h"
#include "scrape.h"
#include "support/fake_cfi.h"

#define AT 0x401000ull /* where most entries begin */
#define SP 7
#define PLAIN "\x0c\x07\x08\x90\x01" /* def_cfa rsp+8; rip at CFA-8 */

/* A string constant as a program and its length. */
#define PROGRAM(text) text, sizeof(text) - 1

static struct err err;
static struct buf eh, debug, out;
static struct cfirows rows;

static void begin(void)
{
	buf_reset(&eh);
	buf_reset(&debug);
	(void)fake_cie(&eh, 1, "zR", 0, PROGRAM(PLAIN)); /* at 0 */
	(void)fake_cie(&debug, 0, "", 0, PROGRAM(PLAIN));
}

static void end(void)
{
	buf_deinit(&eh);
	buf_deinit(&debug);
	buf_deinit(&out);
}

static int file_of(const struct buf *eh_frame, const struct buf *debug_frame, const void *code, size_t n)
{
	struct buf bytes = BUF_INIT;
	int fd = memfd_create("elf", MFD_CLOEXEC);

	fake_cfi_file(&bytes, eh_frame, debug_frame, code, n);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(io_write_all(fd, bytes.data, bytes.len), 0);
	buf_deinit(&bytes);
	return fd;
}

static int try_compile(const struct buf *eh_frame, const struct buf *debug_frame, const struct buf *separate)
{
	int fd = file_of(eh_frame, debug_frame, NULL, 0);
	int debug_fd = separate ? file_of(NULL, separate, NULL, 0) : -1;
	int r;

	buf_reset(&out);
	r = cfi_compile(fd, debug_fd, &out, &err);
	if (r == 0)
		ck_assert_int_eq(cfirows_open(out.data, out.len, &rows), 0);
	close(fd);
	if (debug_fd >= 0)
		close(debug_fd);
	return r;
}

static void compile(void)
{
	int r = try_compile(&eh, NULL, NULL);

	ck_assert_msg(r == 0, "%s", err.text);
}

static const struct cfirows_rule *rule_at(uint64_t addr)
{
	return cfirows_at(&rows, (uint32_t)(addr - rows.base));
}

static void expect_cfa(uint64_t addr, int32_t value)
{
	const struct cfirows_rule *rule = rule_at(addr);

	ck_assert_msg(rule, "nothing at %#lx", (unsigned long)addr);
	ck_assert_int_eq(rule->cfa_where, CFIROWS_REG_PLUS);
	ck_assert_int_eq(rule->cfa_reg, SP);
	ck_assert_int_eq(rule->cfa_value, value);
}

static void expect_nothing(uint64_t addr)
{
	ck_assert_msg(!rule_at(addr), "something at %#lx", (unsigned long)addr);
}

static void fde(uint64_t from, uint64_t size, const void *program, size_t n)
{
	fake_fde(&eh, 1, 0, from, size, program, n);
}

/* Pushes rbp: CFA rsp+16, then back. Each entry begins a row. */
START_TEST(test_rows)
{
	fde(AT + 0x100, 0x10, PROGRAM(""));
	fde(AT, 0x20, PROGRAM("\x41\x0e\x10\x86\x02\x44\x0e\x08\xc6"));
	fde(AT + 0x110, 0x10, PROGRAM(""));
	compile();
	ck_assert_uint_eq(rows.base, FAKE_BASE);
	ck_assert_uint_eq(rows.n_rows, 7); /* 3, nothing, 1 and 1, nothing */
	ck_assert_uint_eq(cfirows_begin(&rows, (uint32_t)(AT + 0x1f - FAKE_BASE)), (uint32_t)(AT - FAKE_BASE));
	ck_assert_uint_eq(cfirows_begin(&rows, (uint32_t)(AT + 0x10f - FAKE_BASE)), (uint32_t)(AT + 0x100 - FAKE_BASE));
	ck_assert_uint_eq(cfirows_begin(&rows, (uint32_t)(AT + 0x110 - FAKE_BASE)), (uint32_t)(AT + 0x110 - FAKE_BASE));
	ck_assert_uint_eq(cfirows_begin(&rows, (uint32_t)(AT + 0x20 - FAKE_BASE)), CFIROWS_NONE);
	ck_assert_uint_eq(rows.n_rules, 2);
	expect_nothing(AT - 1);
	expect_cfa(AT, 8);
	expect_cfa(AT + 1, 16);
	ck_assert_int_eq(rule_at(AT + 4)->where[CFIROWS_BP], CFIROWS_AT_CFA);
	ck_assert_int_eq(rule_at(AT + 4)->value[CFIROWS_BP], -16);
	ck_assert_int_eq(rule_at(AT + 4)->where[CFIROWS_BX], CFIROWS_SAME);
	expect_cfa(AT + 5, 8);
	ck_assert_int_eq(rule_at(AT + 5)->where[CFIROWS_BP], CFIROWS_SAME);
	expect_cfa(AT + 0x1f, 8);
	expect_nothing(AT + 0x20);
	expect_cfa(AT + 0x11f, 8);
	expect_nothing(AT + 0x120);
}
END_TEST

/* A number longer than 64 bits, which libdw reads all the same, hides no register behind it. */
START_TEST(test_long_number)
{
	fde(AT, 0x20, PROGRAM("\x0e\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x41\x05\xff\xff\x3f\x01"));
	fde(AT + 0x40, 0x20, PROGRAM("\x0e\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x41\x05\xff\xff\x3f\x01"));
	fde(AT + 0x80, 0x20, PROGRAM(""));
	compile();
	expect_nothing(AT);
	expect_nothing(AT + 0x40);
	expect_cfa(AT + 0x80, 8);
}
END_TEST

/* What the linker writes for the procedure linkage table: ((rip & 15) >= 11) << 3, plus rsp + 8. */
START_TEST(test_plt)
{
	static const struct cfirows_op expected[] = {
		{CFIROWS_OP_REG, (int64_t)(7ull << 32 | 8)}, {CFIROWS_OP_REG, (int64_t)(16ull << 32)}, {CFIROWS_OP_CONST, 15},
		{CFIROWS_OP_AND, 0}, {CFIROWS_OP_CONST, 11}, {CFIROWS_OP_GE, 0}, {CFIROWS_OP_CONST, 3}, {CFIROWS_OP_SHL, 0},
		{CFIROWS_OP_PLUS, 0}, {CFIROWS_OP_END, 0},
	};

	fde(AT, 0x100, PROGRAM("\x0f\x0b\x77\x08\x80\x00\x3f\x1a\x3b\x2a\x33\x24\x22"));
	compile();
	ck_assert_int_eq(rule_at(AT)->cfa_where, CFIROWS_IS_EXPR);
	ck_assert_uint_eq(rows.n_ops, sizeof(expected) / sizeof(expected[0]));
	ck_assert_mem_eq(rows.ops + rule_at(AT)->cfa_value, expected, sizeof(expected));
	ck_assert_int_eq(rule_at(AT)->where[CFIROWS_RA], CFIROWS_AT_CFA);
}
END_TEST

/* A frame that realigns the stack: the CFA is at rbp-8, which also finds rbx; the same expression is kept once. */
START_TEST(test_realigned)
{
	fde(AT, 0x100, PROGRAM("\x0f\x03\x76\x78\x06\x10\x03\x02\x76\x78\x16\x0c\x03\x76\x78\x06"));
	compile();
	ck_assert_int_eq(rule_at(AT)->cfa_where, CFIROWS_IS_EXPR);
	ck_assert_int_eq(rule_at(AT)->where[CFIROWS_BX], CFIROWS_AT_EXPR);
	ck_assert_int_eq(rule_at(AT)->where[CFIROWS_R12], CFIROWS_IS_EXPR);
	ck_assert_uint_eq(rows.n_ops, 10); /* reg deref end; the others are given the CFA first */
}
END_TEST

START_TEST(test_columns)
{
	/* rbp in r8; r12 is CFA-16; r13 lost; rip at CFA-24 */
	fde(AT, 0x10, PROGRAM("\x09\x06\x08\x14\x0c\x02\x07\x0d\x90\x03"));
	fde(AT + 0x10, 0x10, PROGRAM("\x07\x10")); /* the outermost frame */
	fde(AT + 0x20, 0x10, PROGRAM("\x09\x10\x02")); /* rip in rcx */
	compile();
	ck_assert_int_eq(rule_at(AT)->where[CFIROWS_BP], CFIROWS_IN_REG);
	ck_assert_int_eq(rule_at(AT)->value[CFIROWS_BP], 8);
	ck_assert_int_eq(rule_at(AT)->where[CFIROWS_R12], CFIROWS_CFA_PLUS);
	ck_assert_int_eq(rule_at(AT)->value[CFIROWS_R12], -16);
	ck_assert_int_eq(rule_at(AT)->where[CFIROWS_R13], CFIROWS_UNDEFINED);
	ck_assert_int_eq(rule_at(AT)->value[CFIROWS_RA], -24);
	ck_assert_int_eq(rule_at(AT + 0x10)->where[CFIROWS_RA], CFIROWS_UNDEFINED);
	ck_assert_int_eq(rule_at(AT + 0x20)->where[CFIROWS_RA], CFIROWS_IN_REG);
	ck_assert_int_eq(rule_at(AT + 0x20)->value[CFIROWS_RA], 2);
}
END_TEST

/* rbx is lost where that is said, by an entry or its CIE, and not where the same bytes are something else. */
START_TEST(test_bx)
{
	size_t cie;

	fde(AT, 0x10, PROGRAM("\x07\x03"));
	fde(AT + 0x10, 0x10, PROGRAM("\x86\x07\x03\x01\x00")); /* rbp at CFA-56; advance by 1 */
	cie = fake_cie(&eh, 1, "zR", 0, PROGRAM(PLAIN "\x07\x03"));
	fake_fde(&eh, 1, cie, AT + 0x20, 0x10, PROGRAM("\x86\x02"));
	fake_fde(&eh, 1, cie, AT + 0x30, 0x10, PROGRAM("\x83\x02"));
	compile();
	ck_assert_int_eq(rule_at(AT)->where[CFIROWS_BX], CFIROWS_UNDEFINED);
	ck_assert_int_eq(rule_at(AT + 0x10)->where[CFIROWS_BX], CFIROWS_SAME);
	ck_assert_int_eq(rule_at(AT + 0x10)->value[CFIROWS_BP], -56);
	ck_assert_int_eq(rule_at(AT + 0x20)->where[CFIROWS_BX], CFIROWS_UNDEFINED);
	ck_assert_int_eq(rule_at(AT + 0x30)->where[CFIROWS_BX], CFIROWS_AT_CFA);
}
END_TEST

/* The highest register that is bearable, and the next; as many states as may be remembered, and one more. By the
 * entry, and by its CIE. */
START_TEST(test_program_limits)
{
	struct buf states = BUF_INIT;
	size_t cie = fake_cie(&eh, 1, "zR", 0, PROGRAM(PLAIN "\x08\x80\x02"));

	fde(AT, 0x10, PROGRAM("\x08\xff\x01"));
	fde(AT + 0x10, 0x10, PROGRAM("\x08\x80\x02"));
	fake_fde(&eh, 1, cie, AT + 0x20, 0x10, PROGRAM(""));
	for (int i = 0; i < CFI_STATES_MAX; i++)
		buf_chr(&states, DW_CFA_remember_state);
	fde(AT + 0x30, 0x10, states.data, states.len);
	buf_chr(&states, DW_CFA_restore_state);
	buf_chr(&states, DW_CFA_remember_state);
	fde(AT + 0x40, 0x10, states.data, states.len);
	buf_chr(&states, DW_CFA_remember_state);
	fde(AT + 0x50, 0x10, states.data, states.len);
	compile();
	expect_cfa(AT, 8);
	expect_nothing(AT + 0x10);
	expect_nothing(AT + 0x20);
	expect_cfa(AT + 0x30, 8);
	expect_cfa(AT + 0x40, 8);
	expect_nothing(AT + 0x50);
	buf_deinit(&states);
}
END_TEST

START_TEST(test_signal)
{
	size_t cie = fake_cie(&eh, 1, "zRS", 0, PROGRAM(PLAIN));

	fake_fde(&eh, 1, cie, AT, 0x10, PROGRAM(""));
	fde(AT + 0x10, 0x10, PROGRAM(""));
	compile();
	ck_assert_int_eq(rule_at(AT)->signal, 1);
	ck_assert_int_eq(rule_at(AT + 0x10)->signal, 0);
}
END_TEST

/* What no rule can say: a register is lost; without CFA, return address or stack pointer nothing is known. */
START_TEST(test_not_said)
{
	static const struct {
		const char *program;
		size_t n;
	} nothing[] = {
		{PROGRAM("\x08\x10")},                     /* the return address is the same */
		{PROGRAM("\x09\x10\x10")},                 /* ... in itself */
		{PROGRAM("\x09\x10\x20")},                 /* ... in a vector register */
		{PROGRAM("\x10\x10\x05\x77\x08\x28\0\0")}, /* ... by a jump */
		{PROGRAM("\x09\x07\x02")},                 /* the stack pointer in rcx */
		{PROGRAM("\x14\x07\x01")},                 /* ... less 8 */
		{PROGRAM("\x07\x07")},                     /* ... lost */
		{PROGRAM("\x0c\x20\x08")},                 /* the CFA from a vector register */
		{PROGRAM("\x0f\x02\x9c\x06")},             /* ... from the CFA */
		{PROGRAM("\x0f\x01\x22")},                 /* ... from the sum of nothing */
		{PROGRAM("\x0f\x03\x77\x00\x1b")},         /* ... by a division */
		{PROGRAM("\x0f\x09\x03\0\0\0\0\0\0\0\0")}, /* ... at a link-time address */
		{PROGRAM("\x3f")},                         /* no instruction */
		{PROGRAM("\x0f\x7f\x77\x00")},             /* cut short */
	};

	for (uint64_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		fde(AT + 0x10 * i, 0x10, nothing[i].program, nothing[i].n);
	fde(AT + 0x1000, 0x10, PROGRAM("\x10\x0c\x02\x22\x22")); /* r12 where nothing tells */
	fde(AT + 0x1010, 0x10, PROGRAM("\x42\x0e\x10\x42\x3f"));  /* no instruction, but rows before it */
	compile();
	for (uint64_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		ck_assert_msg(!rule_at(AT + 0x10 * i), "row %lu", (unsigned long)i);
	expect_cfa(AT + 0x1000, 8);
	ck_assert_int_eq(rule_at(AT + 0x1000)->where[CFIROWS_R12], CFIROWS_UNDEFINED);
	expect_cfa(AT + 0x1010, 8);
	expect_cfa(AT + 0x1012, 16);
	expect_nothing(AT + 0x1014);
}
END_TEST

START_TEST(test_overlap)
{
	fde(AT + 0x10, 0x20, PROGRAM("\x0e\x20"));
	fde(AT, 0x20, PROGRAM("\x0e\x10"));
	fde(AT + 0x10, 0x80, PROGRAM("\x0e\x30"));
	fde(AT + 0x1f, 0x20, PROGRAM(""));
	fde(AT + 0x20, 0x10, PROGRAM("\x0e\x40"));
	compile();
	expect_cfa(AT, 16);
	expect_cfa(AT + 0x1f, 16);
	expect_cfa(AT + 0x20, 64);
	expect_nothing(AT + 0x30);
}
END_TEST

/* What lies outside of the code: discarded by the linker, or damaged. */
START_TEST(test_places)
{
	size_t relative = fake_cie(&eh, 1, "zR", 0x1b, PROGRAM(PLAIN)), at;
	uint64_t place;

	fde(0, AT + 0x1000, PROGRAM("\x0e\x20"));
	fde(FAKE_BASE - 1, 0x20, PROGRAM(""));
	fde(FAKE_BASE + FAKE_SPAN - 1, 2, PROGRAM(""));
	fde(FAKE_BASE + FAKE_SPAN - 1, 1, PROGRAM(""));
	fde(AT, UINT64_MAX, PROGRAM(""));
	fde(AT, 0, PROGRAM(""));
	at = eh.len;
	place = FAKE_BASE + sizeof(struct fake_cfi) + at + 8;
	fake_put(&eh, 0, 4);
	fake_put(&eh, at + 4 - relative, 4);
	fake_put(&eh, AT - place, 4);
	fake_put(&eh, 0x10, 4);
	buf_chr(&eh, 0);
	fake_close(&eh, at);
	compile();
	ck_assert_uint_eq(rows.n_rows, 4);
	expect_cfa(AT, 8);
	expect_cfa(FAKE_BASE + FAKE_SPAN - 1, 8);
}
END_TEST

/* .debug_frame fills in where .eh_frame says nothing; that of the separate file if there is no other. */
START_TEST(test_debug_frame)
{
	struct buf separate = BUF_INIT;

	(void)fake_cie(&separate, 0, "", 0, PROGRAM(PLAIN)); /* at 0 */
	fde(AT + 0x10, 0x10, PROGRAM("\x0e\x10"));
	fde(AT + 0x30, 0x10, PROGRAM("\x42\x3f")); /* damaged from its third byte on */
	fake_fde(&debug, 0, 0, AT, 0x80, PROGRAM("\x0e\x20"));
	fake_fde(&separate, 0, 0, AT, 0x100, PROGRAM("\x0e\x30"));
	ck_assert_int_eq(try_compile(&eh, &debug, NULL), 0);
	expect_cfa(AT, 32);
	expect_cfa(AT + 0x10, 16);
	expect_cfa(AT + 0x20, 32);
	expect_cfa(AT + 0x31, 8);
	expect_cfa(AT + 0x32, 32);
	expect_cfa(AT + 0x7f, 32);
	expect_nothing(AT + 0x80);
	ck_assert_int_eq(try_compile(&eh, &debug, &separate), 0);
	expect_cfa(AT + 0x7f, 32);
	expect_nothing(AT + 0x80);
	ck_assert_int_eq(try_compile(&eh, NULL, &separate), 0);
	expect_cfa(AT + 0x10, 16);
	expect_cfa(AT + 0x80, 48);
	ck_assert_int_eq(try_compile(NULL, &debug, NULL), 0);
	expect_cfa(AT + 0x10, 32);
	buf_deinit(&separate);
}
END_TEST

START_TEST(test_empty)
{
	ck_assert_int_eq(try_compile(NULL, NULL, NULL), 0);
	ck_assert_uint_eq(out.len, sizeof(struct cfirows_header));
	ck_assert_uint_eq(rows.n_rows, 0);
}
END_TEST

START_TEST(test_refused)
{
	struct fake_cfi *fake;
	struct buf bytes = BUF_INIT;
	int fd = memfd_create("elf", MFD_CLOEXEC);

	buf_reset(&out);
	ck_assert_int_eq(cfi_compile(-1, -1, &out, &err), SCRAPE_EIO);
	ck_assert_int_eq(cfi_compile(fd, -1, &out, &err), SCRAPE_EFORMAT);
	fake_cfi_file(&bytes, &eh, NULL, NULL, 0);
	fake = (struct fake_cfi *)(void *)bytes.data;
	fake->phdrs[0].p_type = PT_NULL; /* nothing is loaded */
	ck_assert_int_eq(io_write_all(fd, bytes.data, bytes.len), 0);
	ck_assert_int_eq(cfi_compile(fd, -1, &out, &err), SCRAPE_EFORMAT);
	fake->ehdr.e_machine = EM_AARCH64;
	ck_assert_int_eq(pwrite(fd, bytes.data, bytes.len, 0), (ssize_t)bytes.len);
	ck_assert_int_eq(cfi_compile(fd, -1, &out, &err), SCRAPE_EUNSUP);
	ck_assert_uint_eq(out.len, 0);
	buf_deinit(&bytes);
	close(fd);
}
END_TEST

/* A section that is not in the file. */
START_TEST(test_outside)
{
	struct buf bytes = BUF_INIT;
	struct fake_cfi *fake;

	fde(AT, 0x10, PROGRAM(""));
	fake_cfi_file(&bytes, &eh, &debug, NULL, 0);
	fake = (struct fake_cfi *)(void *)bytes.data;
	for (int i = 2; i > 0; i--) { /* .debug_frame, then also .eh_frame */
		int fd = memfd_create("elf", MFD_CLOEXEC);

		fake->shdrs[i].sh_offset = UINT64_MAX - 8;
		ck_assert_int_eq(io_write_all(fd, bytes.data, bytes.len), 0);
		buf_reset(&out);
		ck_assert_int_eq(cfi_compile(fd, fd, &out, &err), i == 2 ? 0 : SCRAPE_EFORMAT);
		ck_assert_uint_eq(out.len > sizeof(struct cfirows_header), i == 2);
		close(fd);
	}
	buf_deinit(&bytes);
}
END_TEST

/* Any byte of the section is another, or it ends anywhere: a table that is good, or a code. */
START_TEST(test_damaged)
{
	fde(AT, 0x20, PROGRAM("\x41\x0e\x10\x86\x02\x44\x0e\x08\xc6"));
	fde(AT + 0x20, 0x20, PROGRAM("\x0f\x0b\x77\x08\x80\x00\x3f\x1a\x3b\x2a\x33\x24\x22"));
	for (size_t i = 0; i < eh.len * 3; i++) {
		eh.data[i / 3] = (char)(eh.data[i / 3] ^ "\x01\x80\xff"[i % 3]);
		(void)try_compile(&eh, NULL, NULL); /* any answer */
		eh.data[i / 3] = (char)(eh.data[i / 3] ^ "\x01\x80\xff"[i % 3]);
	}
	for (; eh.len > 0; eh.len--)
		(void)try_compile(&eh, NULL, NULL); /* any answer */
}
END_TEST

/* Every byte of code has a row of its own, up to the limit. */
START_TEST(test_rows_limit)
{
	struct buf program = BUF_INIT;

	for (size_t i = 0; i < CFI_ROWS_EACH_MAX + 10; i++)
		buf_chr(&program, DW_CFA_advance_loc + 1);
	fde(AT, CFI_ROWS_EACH_MAX + 10, program.data, program.len);
	compile();
	expect_cfa(AT + CFI_ROWS_EACH_MAX - 1, 8);
	expect_nothing(AT + CFI_ROWS_EACH_MAX);
	buf_deinit(&program);
}
END_TEST

/* An entry of as many rows as one may have, behind which there are as many bytes as libdw may run through, or more. */
START_TEST(test_work_limit)
{
	for (size_t more = 0; more <= 8; more += 8) {
		struct buf program = BUF_INIT;
		size_t entry = CFI_WORK_MAX / CFI_ROWS_EACH_MAX - CFI_WORK_EACH + more, before = 8 + 8 + 1;

		for (size_t i = 1; i < CFI_ROWS_EACH_MAX; i++)
			buf_chr(&program, DW_CFA_advance_loc + 1);
		while (program.len < entry - before)
			buf_chr(&program, DW_CFA_nop);
		begin();
		fde(AT, CFI_ROWS_EACH_MAX, program.data, program.len);
		ck_assert_int_eq(try_compile(&eh, NULL, NULL), more ? SCRAPE_ELIMIT : 0);
		buf_deinit(&program);
	}
}
END_TEST

/* n entries with `each` rows, of which no two say the same. */
static void many_rules(size_t n, size_t each)
{
	int32_t cfa = 16;

	for (size_t i = 0; i < n; i++) {
		struct buf program = BUF_INIT;

		for (size_t k = 0; k < each; k++) {
			if (k > 0)
				buf_chr(&program, DW_CFA_advance_loc + 1);
			buf_chr(&program, DW_CFA_def_cfa_offset);
			buf_varint(&program, (uint64_t)cfa++);
		}
		fde(AT + i * each, each, program.data, program.len);
		buf_deinit(&program);
	}
}

START_TEST(test_rules_limit)
{
	many_rules(CFIROWS_RULES_MAX / 64, 64);
	compile();
	ck_assert_uint_eq(rows.n_rules, CFIROWS_RULES_MAX);
	fde(AT + CFIROWS_RULES_MAX, 0x10, PROGRAM(""));
	ck_assert_int_eq(try_compile(&eh, NULL, NULL), SCRAPE_ELIMIT);
}
END_TEST

/* n entries whose CFA has an expression of as many operations as it may have, all different. */
static void many_operations(size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t program[2 + CFIROWS_OPS_EACH_MAX + 1] = {DW_CFA_def_cfa_expression, CFIROWS_OPS_EACH_MAX + 1,
							      DW_OP_const2u, (uint8_t)i, (uint8_t)(i >> 8)};

		memset(program + 5, DW_OP_not, CFIROWS_OPS_EACH_MAX - 2);
		fde(AT + i * 16, 16, program, sizeof(program));
	}
}

START_TEST(test_operations_limit)
{
	many_operations(CFIROWS_OPS_MAX / CFIROWS_OPS_EACH_MAX);
	compile();
	ck_assert_uint_eq(rows.n_ops, CFIROWS_OPS_MAX);
	fde(FAKE_BASE, 0x10, PROGRAM("\x0f\x01\x33"));
	ck_assert_int_eq(try_compile(&eh, NULL, NULL), SCRAPE_ELIMIT);
}
END_TEST

/* jmp, jae, and bytes that only look like jumps or go elsewhere. */
START_TEST(test_parts)
{
	uint8_t code[64] = {0};
	uint64_t far[] = {AT, AT + 0x10, AT + 0x20, AT + 0x31, AT};
	struct cfi_range ranges[4] = {0};
	size_t n = 77;
	int fd;

	for (size_t i = 0; i < 5; i++) {
		int32_t displacement = (int32_t)(far[i] - (FAKE_CODE + 8 * i + 6));

		code[8 * i] = i % 2 ? 0x0f : 0x90;
		code[8 * i + 1] = i % 2 ? 0x83 : 0xe9;
		memcpy(code + 8 * i + 2, &displacement, 4);
	}
	code[60] = 0xe9; /* cut off by the end of the function */
	fde(FAKE_CODE, 64, PROGRAM(""));
	fde(AT, 0x10, PROGRAM("\x0e\x30"));
	fde(AT + 0x10, 0x10, PROGRAM("\x0e\x40"));
	fde(AT + 0x20, 0x10, PROGRAM("")); /* a function */
	fde(AT + 0x30, 0x10, PROGRAM("\x0e\x30"));
	fd = file_of(&eh, NULL, code, sizeof(code));
	ck_assert_int_eq(cfi_parts(fd, FAKE_CODE + 5, ranges, 4, &n, &err), 0);
	ck_assert_uint_eq(n, 3);
	ck_assert_uint_eq(ranges[0].from, FAKE_CODE);
	ck_assert_uint_eq(ranges[0].until, FAKE_CODE + 64);
	ck_assert_uint_eq(ranges[1].from, AT);
	ck_assert_uint_eq(ranges[2].from, AT + 0x10);
	ck_assert_uint_eq(ranges[2].until, AT + 0x20);
	ck_assert_int_eq(cfi_parts(fd, FAKE_CODE, ranges, 2, &n, &err), 0);
	ck_assert_uint_eq(n, 2);
	ck_assert_int_eq(cfi_parts(fd, FAKE_CODE, ranges, 0, &n, &err), 0);
	ck_assert_uint_eq(n, 0);
	ck_assert_int_eq(cfi_parts(fd, FAKE_CODE + 64, ranges, 4, &n, &err), SCRAPE_ENOTFOUND);
	ck_assert_int_eq(cfi_parts(-1, FAKE_CODE, ranges, 4, &n, &err), SCRAPE_EIO);
	close(fd);
}
END_TEST

/* The file has no bytes for such functions; a larger one is not even looked at. */
START_TEST(test_function_limit)
{
	struct cfi_range range;
	size_t n;
	int fd;

	fde(AT, CFI_FUNCTION_MAX, PROGRAM(""));
	fde(AT + CFI_FUNCTION_MAX, CFI_FUNCTION_MAX + 1, PROGRAM(""));
	fd = file_of(&eh, NULL, NULL, 0);
	ck_assert_int_eq(cfi_parts(fd, AT, &range, 1, &n, &err), SCRAPE_ENOTFOUND);
	ck_assert_int_eq(cfi_parts(fd, AT + CFI_FUNCTION_MAX, &range, 1, &n, &err), SCRAPE_ELIMIT);
	close(fd);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cfi_made");
	TCase *t = tcase_create("cfi_made");
	SRunner *runner;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, begin, end);
	tcase_add_test(t, test_rows);
	tcase_add_test(t, test_long_number);
	tcase_add_test(t, test_plt);
	tcase_add_test(t, test_realigned);
	tcase_add_test(t, test_columns);
	tcase_add_test(t, test_bx);
	tcase_add_test(t, test_program_limits);
	tcase_add_test(t, test_signal);
	tcase_add_test(t, test_not_said);
	tcase_add_test(t, test_overlap);
	tcase_add_test(t, test_places);
	tcase_add_test(t, test_debug_frame);
	tcase_add_test(t, test_empty);
	tcase_add_test(t, test_refused);
	tcase_add_test(t, test_outside);
	tcase_add_test(t, test_damaged);
	tcase_add_test(t, test_rows_limit);
	tcase_add_test(t, test_work_limit);
	tcase_add_test(t, test_rules_limit);
	tcase_add_test(t, test_operations_limit);
	tcase_add_test(t, test_parts);
	tcase_add_test(t, test_function_limit);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
