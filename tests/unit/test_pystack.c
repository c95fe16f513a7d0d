/* SPDX-License-Identifier: MIT */
/* The walk and the code objects of real processes of every version, from snapshots of their memory. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "python/codes.h"
#include "python/offsets.h"
#include "python/pystack.h"
#include "scrape.h"
#include "support/pylook.h"
#include "support/pywalk.h"
#include "target/snapshot.h"

#define FIRST_MINOR 7
#define LAST_MINOR 15

struct subject {
	struct buf bytes;
	struct snapshot *snapshot;
	struct mem *mem;
	struct offsets off;
	struct codes codes;
	struct view view;
	uint64_t interp;
};

static struct subject s;

static void open_version(unsigned minor)
{
	unsigned char block[DEBUG_OFFSETS_MAX];
	struct err err = {0};
	uint64_t version, runtime;
	char path[64];

	memset(&s, 0, sizeof(s));
	(void)snprintf(path, sizeof(path), "tests/fixtures/python/3.%u.snap", minor);
	ck_assert_int_eq(io_read_file(AT_FDCWD, path, 1u << 20, &s.bytes), 0);
	ck_assert_msg(snapshot_load(s.bytes.data, s.bytes.len, &s.snapshot, &err) == 0, "%s", err.text);
	s.mem = snapshot_mem(s.snapshot);
	ck_assert_int_eq(snapshot_get_u64(s.snapshot, "version", &version), 0);
	ck_assert_int_eq(snapshot_get_u64(s.snapshot, "runtime", &runtime), 0);
	ck_assert_int_eq(offsets_from_table((uint32_t)version, &s.off, &err), 0);
	if (minor >= 13) {
		ck_assert_int_eq(mem_read(s.mem, runtime, block, sizeof(block)), 0);
		ck_assert_int_eq(offsets_from_debug_block(block, sizeof(block), &s.off, &err), 0);
	}
	ck_assert_int_eq(mem_read_u64(s.mem, runtime + s.off.rt_interpreters_head, &s.interp), 0);
	ck_assert_int_eq(codes_init(&s.codes, s.mem, &s.off, 0), 0);
	view_init(&s.view, s.mem);
}

static void close_version(void)
{
	view_deinit(&s.view);
	codes_deinit(&s.codes);
	snapshot_close(s.snapshot);
	buf_deinit(&s.bytes);
}

/* One look at a thread state; its lines "frame NAME\n" go to out. Returns the calls that reading took. */
static uint64_t look(struct pystack *stack, uint64_t state, uint64_t counter, struct buf *out)
{
	uint64_t before = s.mem->calls;

	ck_assert_int_eq(pylook(&s.codes, &s.view, stack, state, counter), 0);
	ck_assert_int_eq(stack->cut, SCRAPE_CUT_NONE);
	buf_reset(out);
	VEC_EACH(frame, &stack->frames)
	{
		const struct code *code = &s.codes.items.items[frame->index];

		buf_fmt(out, "frame %s\n", code->function);
		ck_assert_uint_gt(codes_line(&s.codes, frame->index, frame->instr), 0);
		ck_assert(strstr(code->file, ".py") || strcmp(code->file, "<stdin>") == 0);
		/* the program came from standard input, everything else in the stacks is threading's */
		ck_assert_str_eq(code->module, strcmp(code->file, "<stdin>") == 0 ? "__main__" : "threading");
	}
	return s.mem->calls - before;
}

/* The lines of the expectation that tell frames; locals stand between them. */
static void read_expected(struct buf *ret)
{
	struct buf all = BUF_INIT;

	ck_assert_int_eq(io_read_file(AT_FDCWD, "tests/fixtures/python/expected", 1u << 20, &all), 0);
	ck_assert_ptr_nonnull(buf_cstr(&all));
	for (char *line = strtok(all.data, "\n"); line; line = strtok(NULL, "\n"))
		if (strncmp(line, "frame ", 6) == 0)
			buf_fmt(ret, "%s\n", line);
	ck_assert_ptr_nonnull(buf_cstr(ret));
	buf_deinit(&all);
}

/* Every thread has the frames that the interpreter itself told, and a second look needs one call. */
START_TEST(every_thread)
{
	struct buf expected = BUF_INIT, text = BUF_INIT;
	unsigned threads = 0;

	open_version((unsigned)_i);
	read_expected(&expected);
	for (uint64_t state = pywalk_thread(&(struct pywalk){s.mem, &s.off}, s.interp, 0); state;
	     state = pywalk_thread(&(struct pywalk){s.mem, &s.off}, s.interp, state), threads++) {
		struct pystack stack = {0};

		ck_assert_uint_gt(look(&stack, state, 1, &text), 1);
		ck_assert_uint_gt(stack.frames.n, 1);
		ck_assert_msg(strstr(expected.data, buf_cstr(&text)) != NULL, "not expected:\n%s", buf_cstr(&text));
		ck_assert_uint_eq(look(&stack, state, 1, &text), 1);
		ck_assert_msg(strstr(expected.data, buf_cstr(&text)) != NULL, "not expected:\n%s", buf_cstr(&text));
		(void)look(&stack, state, 0, &text);                /* compares each code object */
		ck_assert_uint_eq(look(&stack, state, 0, &text), 1); /* and has what that needs at once */
		ck_assert_msg(strstr(expected.data, buf_cstr(&text)) != NULL, "not expected:\n%s", buf_cstr(&text));
		pystack_deinit(&stack);
	}
	ck_assert_uint_ge(threads, 4);
	buf_deinit(&expected);
	buf_deinit(&text);
	close_version();
}
END_TEST

/* A top frame whose instruction is not its code's is not shown, and what it said of its code object is not kept: here
 * that it has no module. */
START_TEST(half_made_top_frame)
{
	struct buf text = BUF_INIT;
	struct pystack stack = {0};
	uint64_t state;
	size_t n;

	open_version((unsigned)_i);
	state = pywalk_thread(&(struct pywalk){s.mem, &s.off}, s.interp, 0);
	codes_begin(&s.codes);
	pystack_begin(&stack);
	view_reset(&s.view);
	ck_assert_int_eq(pystack_walk(&stack, &s.view, &s.off, state), 0);
	n = stack.frames.n;
	stack.frames.items[0].instr = UINT64_MAX / 2;
	stack.frames.items[0].globals = 0;
	ck_assert_int_eq(codes_resolve(&s.codes, &s.view, &stack, 1), 0);
	ck_assert_uint_eq(stack.frames.n, n - 1);
	(void)look(&stack, state, 1, &text); /* knows the modules of all */
	ck_assert_uint_eq(stack.frames.n, n);
	buf_deinit(&text);
	pystack_deinit(&stack);
	close_version();
}
END_TEST

/* A snapshot with some bytes changed. */
struct patched {
	struct mem mem;
	struct patch {
		uint64_t addr;
		const void *bytes;
		size_t len;
	} patches[3];
};

static int patched_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	const struct patched *p = (const struct patched *)mem;
	size_t k = 0;

	for (; k < n; k++) {
		unsigned char *to = ranges[k].dst;
		bool got = mem_readv(s.mem, &ranges[k], 1) == 1;

		for (size_t i = 0; i < sizeof(p->patches) / sizeof(p->patches[0]); i++)
			for (size_t at = 0; at < p->patches[i].len; at++) {
				uint64_t addr = p->patches[i].addr + at;

				if (addr < ranges[k].addr || addr >= ranges[k].addr + ranges[k].len)
					continue;
				to[addr - ranges[k].addr] = ((const unsigned char *)p->patches[i].bytes)[at];
				got = got || ranges[k].len <= p->patches[i].len;
			}
		if (!got)
			break;
	}
	return (int)k;
}

static int walk_patched(struct patched *p, struct pystack *stack, uint64_t state)
{
	static const struct mem_ops ops = {.readv = patched_readv};
	struct view view;
	int r;

	p->mem.ops = &ops;
	view_init(&view, &p->mem);
	pystack_begin(stack);
	view_reset(&view);
	r = pystack_walk(stack, &view, &s.off, state);
	view_deinit(&view);
	return r;
}

/* An activation of the eval loop that does not name its frame yet: what it names instead is seen through, and the
 * frames outside of it are whole. */
START_TEST(stale_activation)
{
	struct pystack whole = {0}, stack = {0};
	uint64_t state, cframe, previous, top, beyond, caller, above;
	unsigned char dead[128];
	struct patched p = {0};
	size_t n;

	open_version((unsigned)_i);
	state = pywalk_thread(&(struct pywalk){s.mem, &s.off}, s.interp, 0);
	ck_assert_int_eq(walk_patched(&p, &whole, state), 0);
	n = whole.frames.n;
	ck_assert_uint_gt(n, 2);
	caller = whole.frames.items[1].addr;
	above = whole.frames.items[2].addr;
	ck_assert_int_eq(mem_read_u64(s.mem, state + s.off.ts_cframe, &cframe), 0);
	ck_assert_int_eq(mem_read_u64(s.mem, cframe + s.off.cframe_previous, &previous), 0);
	ck_assert_int_eq(mem_read_u64(s.mem, state + s.off.ts_datastack_top, &top), 0);
	ck_assert_int_eq(mem_read(s.mem, whole.frames.items[0].addr, dead, sizeof(dead)), 0);

	/* the innermost frame was called by an activation of its own */
	p.patches[0] = (struct patch){previous + s.off.cframe_current_frame, &caller, sizeof(caller)};
	ck_assert_int_eq(walk_patched(&p, &stack, state), 0);
	ck_assert_uint_eq(stack.frames.n, n);

	/* which names a frame that has ended: it lies where the data stack is free */
	beyond = top + sizeof(dead);
	p.patches[1] = (struct patch){cframe + s.off.cframe_current_frame, &beyond, sizeof(beyond)};
	p.patches[2] = (struct patch){beyond, dead, sizeof(dead)};
	ck_assert_int_eq(walk_patched(&p, &stack, state), SCRAPE_EMOVED);
	ck_assert_int_eq(stack.cut, SCRAPE_CUT_FAULT);
	ck_assert_uint_eq(stack.frames.n, n - 1);
	ck_assert_uint_eq(stack.frames.items[0].addr, caller);

	/* or one that lives, but does not lead to who made the call */
	p.patches[1].bytes = &above;
	ck_assert_int_eq(walk_patched(&p, &stack, state), SCRAPE_EMOVED);
	ck_assert_uint_eq(stack.frames.n, n - 1);
	ck_assert_uint_eq(stack.frames.items[0].addr, caller);

	pystack_deinit(&whole);
	pystack_deinit(&stack);
	close_version();
}
END_TEST

/* An activation of which nothing is written yet, not even the one before it: nothing that it leads to is a frame. */
START_TEST(garbage_activation)
{
	struct pystack stack = {0};
	const uint64_t nowhere = 0x289;
	uint64_t state, cframe, top;
	unsigned char garbage[24] = {0};
	struct patched p = {0};

	open_version((unsigned)_i);
	state = pywalk_thread(&(struct pywalk){s.mem, &s.off}, s.interp, 0);
	ck_assert_int_eq(mem_read_u64(s.mem, state + s.off.ts_cframe, &cframe), 0);
	ck_assert_int_eq(mem_read_u64(s.mem, state + s.off.ts_datastack_top, &top), 0);
	memcpy(garbage + s.off.cframe_current_frame, &state, sizeof(state)); /* as it was met in 3.12 */
	p.patches[0] = (struct patch){cframe + s.off.cframe_current_frame, &nowhere, sizeof(nowhere)};
	p.patches[1] = (struct patch){cframe + s.off.cframe_previous, &top, sizeof(top)};
	p.patches[2] = (struct patch){top, garbage, sizeof(garbage)};
	ck_assert_int_eq(walk_patched(&p, &stack, state), SCRAPE_EMOVED);
	ck_assert_int_eq(stack.cut, SCRAPE_CUT_FAULT);
	ck_assert_uint_eq(stack.frames.n, 0);
	pystack_deinit(&stack);
	close_version();
}
END_TEST

/* A frame just beyond the top of the data stack has been left, and leads to who runs, of the same activation. */
START_TEST(left_frame)
{
	struct pystack whole = {0}, stack = {0};
	struct patched p = {0};
	struct view view;
	uint64_t state, at;

	open_version((unsigned)_i);
	state = pywalk_thread(&(struct pywalk){s.mem, &s.off}, s.interp, 0);
	ck_assert_int_eq(walk_patched(&p, &whole, state), 0);
	at = whole.frames.items[0].addr;
	p.patches[0] = (struct patch){state + s.off.ts_datastack_top, &at, sizeof(at)};
	ck_assert_int_eq(walk_patched(&p, &stack, state), 0);
	ck_assert_int_eq(stack.cut, SCRAPE_CUT_NONE);
	ck_assert_uint_eq(stack.frames.n, whole.frames.n - 1);
	for (size_t i = 0; i < stack.frames.n; i++)
		ck_assert_uint_eq(stack.frames.items[i].addr, whole.frames.items[i + 1].addr);
	view_init(&view, &p.mem);
	view_reset(&view);
	pystack_activations(&stack, &view, &s.off, state);
	for (size_t i = 0; i < stack.frames.n; i++)
		ck_assert_uint_ne(stack.frames.items[i].activation, 0);
	view_deinit(&view);
	pystack_deinit(&whole);
	pystack_deinit(&stack);
	close_version();
}
END_TEST

/* A thread is in two interpreters, and in the outer one in no Python function. */
START_TEST(state_without_frames)
{
	struct pystack stack = {0};
	struct patched p = {0};
	struct view view;
	const uint64_t zero = 0;
	uint64_t state, at;
	size_t n;

	open_version((unsigned)_i);
	state = pywalk_thread(&(struct pywalk){s.mem, &s.off}, s.interp, 0);
	ck_assert_int_eq(walk_patched(&p, &stack, state), 0);
	n = stack.frames.n;
	at = state + s.off.ts_current_frame;
	if (offset_has(s.off.ts_cframe)) {
		ck_assert_int_eq(mem_read_u64(s.mem, state + s.off.ts_cframe, &at), 0);
		p.patches[1] = (struct patch){at + s.off.cframe_previous, &zero, sizeof(zero)};
		at += s.off.cframe_current_frame;
	}
	p.patches[0] = (struct patch){at, &zero, sizeof(zero)};
	view_init(&view, &p.mem);
	view_reset(&view);
	ck_assert_int_eq(pystack_walk(&stack, &view, &s.off, state), 0);
	ck_assert_int_eq(stack.cut, SCRAPE_CUT_NONE);
	ck_assert_uint_eq(stack.frames.n, n);
	stack.cut = SCRAPE_CUT_FAULT; /* as the inner one was found */
	ck_assert_int_eq(pystack_walk(&stack, &view, &s.off, state), 0);
	ck_assert_int_eq(stack.cut, SCRAPE_CUT_FAULT);
	view_deinit(&view);
	pystack_deinit(&stack);
	close_version();
}
END_TEST

/* The state of a thread that has ended is memory that was given back, and may be anything. */
START_TEST(ended_thread)
{
	struct pystack stack = {0};
	struct patched p = {0};
	const uint64_t zero = 0, garbage = 0x170;
	uint64_t state, cframe;

	open_version((unsigned)_i);
	state = pywalk_thread(&(struct pywalk){s.mem, &s.off}, s.interp, 0);
	p.patches[0] = (struct patch){state + s.off.ts_datastack_chunk, &zero, sizeof(zero)};
	if (offset_has(s.off.ts_cframe)) {
		ck_assert_int_eq(mem_read_u64(s.mem, state + s.off.ts_cframe, &cframe), 0);
		p.patches[1] = (struct patch){cframe + s.off.cframe_current_frame, &zero, sizeof(zero)};
		p.patches[2] = (struct patch){cframe + s.off.cframe_previous, &garbage, sizeof(garbage)};
	}
	ck_assert_int_eq(walk_patched(&p, &stack, state), 0);
	ck_assert_int_eq(stack.cut, SCRAPE_CUT_NONE);
	ck_assert_uint_eq(stack.frames.n, 0);
	pystack_deinit(&stack);
	close_version();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pystack");
	TCase *tcase = tcase_create("pystack");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_loop_test(tcase, every_thread, FIRST_MINOR, LAST_MINOR + 1);
	tcase_add_loop_test(tcase, half_made_top_frame, FIRST_MINOR, LAST_MINOR + 1);
	tcase_add_loop_test(tcase, stale_activation, 11, 13);
	tcase_add_loop_test(tcase, garbage_activation, 11, 13);
	tcase_add_loop_test(tcase, left_frame, 11, 13);
	tcase_add_loop_test(tcase, state_without_frames, 11, LAST_MINOR + 1);
	tcase_add_loop_test(tcase, ended_thread, 11, LAST_MINOR + 1);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
