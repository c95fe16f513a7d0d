/* SPDX-License-Identifier: MIT */
/*
 * fuzz: the stack walker and the resolver of code objects over a hostile memory. The first byte is the minor version,
 * the rest is the target's memory, with a thread state at its beginning; an odd word below 64 Ki in it stands for an
 * address in this memory, so that the fuzzer soon builds chains, circles and objects. Two looks follow each other, the
 * second over memory in which something has changed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../support/fake_memory.h"
#include "python/codes.h"
#include "python/modname.h"
#include "python/offsets.h"
#include "python/pystack.h"
#include "scrape.h"
#include "target/view.h"

#define BYTES_MAX (32 * 1024)
/* each frame of the deepest stack read by itself, with its code object and names: a bound, not a figure */
#define CALLS_MAX (SCRAPE_DEPTH_MAX * 400ull)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void point(uint8_t *bytes, size_t len)
{
	for (size_t at = 0; at + 8 <= len; at += 8) {
		uint64_t word = mem_u64(bytes + at);

		if (word >> 16 == 0 && word & 1) {
			word = FAKE_BASE + (word & ~(uint64_t)7);
			memcpy(bytes + at, &word, sizeof(word));
		}
	}
}

static void require(int condition)
{
	if (!condition)
		abort();
}

static void look(struct codes *codes, struct view *view, struct pystack *stack, uint64_t counter)
{
	const struct offsets *off = codes->off;
	uint64_t before = codes->mem->calls;
	int r;

	(void)codes_limit(codes);
	codes_begin(codes);
	view_reset(view);
	pystack_begin(stack);
	pystack_want(stack, view, off, FAKE_BASE);
	(void)view_fetch(view); /* a guess may be stale */
	r = pystack_walk(stack, view, off, FAKE_BASE);
	require(stack->frames.n <= SCRAPE_DEPTH_MAX);
	if (r == 0)
		r = codes_resolve(codes, view, stack, counter);
	require(codes->mem->calls - before < CALLS_MAX);
	for (size_t i = 0; r == 0 && i < stack->frames.n; i++) {
		const struct pyframe *frame = &stack->frames.items[i];
		const struct code *code;

		require(frame->index < codes->items.n);
		code = &codes->items.items[frame->index];
		require(code->function && strlen(code->function) <= SCRAPE_NAME_MAX + 16);
		require(code->file && strlen(code->file) <= SCRAPE_NAME_MAX + 16);
		require(code->module && strlen(code->module) <= MODNAME_MAX);
		(void)codes_line(codes, frame->index, frame->instr); /* any line will do, a crash will not */
	}
	pystack_learn(stack, view);
	if (r != 0)
		codes_distrust_look(codes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t bytes[BYTES_MAX];
	struct fake_memory fake;
	struct offsets off;
	struct codes codes;
	struct view view;
	struct pystack stack = {0};
	uint32_t minor;

	if (size < 2)
		return 0;
	minor = PY_MINOR_FIRST + data[0] % (PY_MINOR_LAST - PY_MINOR_FIRST + 1);
	size = size - 1 < BYTES_MAX ? size - 1 : BYTES_MAX;
	memcpy(bytes, data + 1, size);
	point(bytes, size);
	require(offsets_from_table(0x030000f0u | minor << 16, &off, NULL) == 0);
	fake_memory_init(&fake, bytes, size);
	require(codes_init(&codes, &fake.mem, &off, 0) == 0);
	view_init(&view, &fake.mem);
	look(&codes, &view, &stack, 1);
	look(&codes, &view, &stack, 1);
	bytes[size / 2] ^= 8;
	look(&codes, &view, &stack, 0);
	view_deinit(&view);
	pystack_deinit(&stack);
	codes_deinit(&codes);
	return 0;
}
