/* SPDX-License-Identifier: MIT */
/*
 * rows_dump: the table of an ELF file (elf/cfirows.h) as text, for tests/support/rows-check. Arguments: the file, and if
 * wanted its separate debug file. First a line "base ops rows rules bytes milliseconds", then one for each row:
 * "address cfa ra rbp rbx r12 r13 r14 r15", or "address -" where nothing is known. As readelf writes them: u lost, s
 * the same, c-8 in memory at the CFA less 8, v+0 the CFA itself, r3 in register 3, exp and vexp expressions.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "elf/cfi.h"
#include "elf/cfirows.h"

static const char *const names[] = {"rax", "rdx", "rcx", "rbx", "rsi", "rdi", "rbp", "rsp", "r8",
				    "r9",  "r10", "r11", "r12", "r13", "r14", "r15", "rip"};

static void print_column(unsigned int where, int32_t value)
{
	switch (where) {
	case CFIROWS_SAME:
		printf(" s");
		break;
	case CFIROWS_UNDEFINED:
		printf(" u");
		break;
	case CFIROWS_AT_CFA:
		printf(" c%+d", value);
		break;
	case CFIROWS_CFA_PLUS:
		printf(" v%+d", value);
		break;
	case CFIROWS_IN_REG:
		printf(" r%d", value);
		break;
	default:
		printf(where == CFIROWS_AT_EXPR ? " exp" : " vexp");
	}
}

static void print_row(const struct cfirows *rows, const struct cfirows_row *row)
{
	const struct cfirows_rule *rule = cfirows_at(rows, row->pc);

	printf("%" PRIx64, rows->base + row->pc);
	if (!rule) {
		printf(" -\n");
		return;
	}
	if (rule->cfa_where == CFIROWS_REG_PLUS)
		printf(" %s%+d", names[rule->cfa_reg], rule->cfa_value);
	else
		printf(" exp");
	for (int i = 0; i < CFIROWS_COLUMNS; i++)
		print_column(rule->where[i], rule->value[i]);
	printf("%s\n", rule->signal ? " signal" : "");
}

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDONLY | O_CLOEXEC) : -1;
	int debug_fd = argc > 2 ? open(argv[2], O_RDONLY | O_CLOEXEC) : -1;
	uint64_t begin = clock_mono_ns();
	struct buf out = BUF_INIT;
	struct cfirows rows;
	struct err err;

	if (cfi_compile(fd, debug_fd, &out, &err) < 0) {
		fprintf(stderr, "rows_dump: %s\n", err.text);
		return 1;
	}
	begin = clock_mono_ns() - begin;
	if (cfirows_open(out.data, out.len, &rows) < 0) {
		fprintf(stderr, "rows_dump: the table is not good\n");
		return 1;
	}
	printf("%" PRIx64 " %u %u %u %zu %.1f\n", rows.base, rows.n_ops, rows.n_rows, rows.n_rules, out.len,
	       (double)begin / 1e6);
	for (uint32_t i = 0; i < rows.n_rows; i++)
		print_row(&rows, &rows.rows[i]);
	buf_deinit(&out);
	return 0;
}
