/* SPDX-License-Identifier: MIT */
/*
 * fuzz: unwinding (native/unwind.h) by any table that is accepted, from any registers, over any stack. The input: the
 * registers, a number of 16 bits, a table of so many bytes, then the stack, which lies at FAKE_BASE. An odd word below
 * 64 Ki in registers and stack stands for an address on the stack, a word that is 2 modulo 4 for one in the code. The
 * stack is walked twice, and the second walk must find the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../support/fake_memory.h"
#include "native/arch.h"
#include "native/images.h"
#include "native/modules.h"
#include "native/regs.h"
#include "native/unwind.h"
#include "scrape.h"
#include "target/view.h"

#define CODE 0x400000u
#define CODE_BYTES 0x10000u
#define REGS 17
#define TABLE_MAX 65535
#define STACK_MAX 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t place(uint64_t word)
{
	if (word >> 16 != 0)
		return word;
	return word & 1 ? FAKE_BASE + (word & ~7ull) : (word & 3) == 2 ? CODE + word : word;
}

static void require(int condition)
{
	if (!condition)
		abort();
}

static void check(const struct unwind *u)
{
	require(u->frames.n >= 1 && u->frames.n <= UNWIND_FRAMES_MAX && u->cut < SCRAPE_CUT_COUNT);
	require(u->stack_want <= UNWIND_STACK_MAX);
}

static void walk(const uint8_t *stack, size_t len, struct images *images, const struct regs *regs)
{
	struct fake_memory memory;
	struct unwind u = {0};
	struct view view;
	size_t n = 0;

	fake_memory_init(&memory, stack, len);
	view_init(&view, &memory.mem);
	for (int i = 0; i < 2; i++) {
		view_reset(&view);
		unwind_want(&u, images, &view, regs->value[arch_native.sp], true);
		(void)view_fetch(&view); /* what is not there is asked for again */
		images_begin(images);
		if (unwind_run(&u, images, &view, regs) == 0)
			check(&u);
		require(i == 0 || view.cut != SCRAPE_CUT_NONE || u.frames.n == n);
		n = u.frames.n;
	}
	unwind_deinit(&u);
	view_deinit(&view);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static _Alignas(8) uint8_t table[TABLE_MAX];
	static uint8_t stack[STACK_MAX];
	struct module module = {.state = MODULE_READY, .fd = -1, .debug_fd = -1}, *list = &module;
	struct modules modules = {.list = {&list, 1, 1}};
	struct image_part part = {.start = CODE, .end = CODE + CODE_BYTES};
	struct images images;
	struct regs regs = {.known = (1ull << REGS) - 1};
	size_t table_len;

	if (size < REGS * 8 + 2)
		return 0;
	for (unsigned i = 0; i < REGS; i++)
		regs.value[i] = place(mem_u64(data + (size_t)i * 8));
	data += REGS * 8;
	size -= REGS * 8;
	table_len = (size_t)(data[0] | data[1] << 8);
	data += 2;
	size -= 2;
	table_len = table_len > size ? size : table_len;
	memcpy(table, data, table_len);
	if (cfirows_open(table, table_len, &module.rows) != 0)
		module.state = MODULE_FAILED;
	else
		part.bias = CODE - module.rows.base;
	data += table_len;
	size -= table_len;
	size = (size > STACK_MAX ? STACK_MAX : size) / 8 * 8;
	for (size_t at = 0; at < size; at += 8) {
		uint64_t word = place(mem_u64(data + at));

		memcpy(stack + at, &word, sizeof(word));
	}
	images_init(&images, &modules, 1);
	images.parts.items = &part;
	images.parts.n = 1;
	images.cache = malloc(IMAGES_CACHE * sizeof(*images.cache));
	require(images.cache != NULL);
	images.epoch = 1; /* so that the cache is begun */
	walk(stack, size, &images, &regs);
	free(images.cache);
	return 0;
}
