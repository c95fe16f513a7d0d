/* SPDX-License-Identifier: MIT */
/*
 * fuzz: tables (elf/cfirows.h) and their making (elf/cfi.h). The first byte chooses: 0, the rest is a table; 1, it is a
 * whole ELF file; 2, it is the .eh_frame, and 3 the .debug_frame, of a file that is good otherwise. What is compiled
 * must be a table that is accepted; what is accepted must answer every question within itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "elf/cfi.h"
#include "elf/cfirows.h"
#include "support/fake_cfi.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk_expression(const struct cfirows *rows, int32_t at)
{
	size_t n = 0;

	while (rows->ops[(uint32_t)at + n].op != CFIROWS_OP_END) {
		if (++n >= CFIROWS_OPS_EACH_MAX)
			abort();
	}
}

/* Reads what one who follows the rule would. */
static void follow(const struct cfirows *rows, const struct cfirows_rule *rule)
{
	if (rule < rows->rules || rule >= rows->rules + rows->n_rules)
		abort();
	if (rule->cfa_where == CFIROWS_IS_EXPR)
		walk_expression(rows, rule->cfa_value);
	for (int i = 0; i < CFIROWS_COLUMNS; i++) {
		if (rule->where[i] == CFIROWS_AT_EXPR || rule->where[i] == CFIROWS_IS_EXPR)
			walk_expression(rows, rule->value[i]);
	}
}

static int ask(const void *bytes, size_t size)
{
	struct cfirows rows;

	if (cfirows_open(bytes, size, &rows) != 0)
		return -1;
	for (uint32_t i = 0; i < rows.n_rows; i++) {
		const struct cfirows_rule *rule = cfirows_at(&rows, rows.rows[i].pc);

		if (rule != (rows.rows[i].rule == CFIROWS_NONE ? NULL : &rows.rules[rows.rows[i].rule]))
			abort();
		if (rule)
			follow(&rows, rule);
	}
	for (uint64_t pc = 0; pc <= UINT32_MAX; pc += UINT32_MAX / 37) {
		const struct cfirows_rule *rule = cfirows_at(&rows, (uint32_t)pc);

		if (rule)
			follow(&rows, rule);
	}
	return 0;
}

static void compile(const struct buf *file)
{
	static const uint64_t addrs[] = {0, FAKE_CODE, 0x401000};
	struct cfi_range ranges[4];
	struct buf out = BUF_INIT;
	int fd = memfd_create("elf", MFD_CLOEXEC);
	size_t n;

	if (fd < 0 || io_write_all(fd, file->data, file->len) != 0)
		abort();
	if (cfi_compile(fd, fd, &out, NULL) == 0 && ask(out.data, out.len) != 0)
		abort();
	for (size_t i = 0; i < sizeof(addrs) / sizeof(addrs[0]); i++) {
		if (cfi_parts(fd, addrs[i], ranges, 4, &n, NULL) == 0 && (n == 0 || n > 4 || addrs[i] < ranges[0].from))
			abort();
	}
	buf_deinit(&out);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf bytes = BUF_INIT, file = BUF_INIT;
	unsigned int kind = size > 0 ? data[0] % 4 : 0;

	if (size > 0) /* a copy, for it must be aligned */
		buf_add(&bytes, data + 1, size - 1);
	switch (kind) {
	case 0:
		(void)ask(bytes.data, bytes.len); /* any answer */
		break;
	case 1:
		compile(&bytes);
		break;
	default:
		fake_cfi_file(&file, kind == 2 ? &bytes : NULL, kind == 3 ? &bytes : NULL, data,
			      size < 256 ? size : 256);
		compile(&file);
	}
	buf_deinit(&bytes);
	buf_deinit(&file);
	return 0;
}
