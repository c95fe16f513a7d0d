/* SPDX-License-Identifier: MIT */
/*
 * runtime_check: do the offsets mean what they should? The target runs meanwhile, so one failure proves nothing; a
 * wrong table fails each time.
 */
#include <string.h>

#include "base/err.h"
#include "python/codes.h"
#include "python/pystack.h"
#include "python/runtime.h"
#include "scrape.h"
#include "target/mem.h"
#include "target/view.h"

#define TRIES 30
#define TYPE_NAME_MAX 16
#define OB_TYPE_AT 8

static bool has_type(const struct runtime *runtime, struct mem *mem, uint64_t object, const char *name)
{
	char text[TYPE_NAME_MAX];
	uint64_t type, name_addr;

	return object % 8 == 0 && mem_read_u64(mem, object + OB_TYPE_AT, &type) == 0 &&
	       mem_read_u64(mem, type + runtime->off.type_name, &name_addr) == 0 &&
	       mem_read_cstr(mem, name_addr, text, sizeof(text)) == 0 && strcmp(text, name) == 0;
}

static const char *check_frame(const struct runtime *runtime, struct mem *mem, const struct pyframe *frame)
{
	static const struct {
		const char *type, *complaint;
	} want[] = {
		{"str", "the file name of a code object is no str"},
		{"str", "the name of a code object is no str"},
		{"bytes", "the line table of a code object is no bytes"},
	};
	const uint32_t members[] = {runtime->off.code_filename, runtime->off.code_name, runtime->off.code_linetable};

	if (!has_type(runtime, mem, frame->code, "code"))
		return "a frame's code is no code object";
	for (size_t i = 0; i < 3; i++) {
		uint64_t object;

		if (mem_read_u64(mem, frame->code + members[i], &object) < 0 ||
		    !has_type(runtime, mem, object, want[i].type))
			return want[i].complaint;
	}
	return NULL;
}

/* Walks the thread state's stack and checks its outermost frame, which moves least. */
static const char *check_state(const struct runtime *runtime, struct mem *mem, uint64_t state, bool *frames_seen)
{
	struct pystack stack = {0};
	struct view view;
	const char *complaint = NULL;
	int r;

	view_init(&view, mem);
	r = pystack_walk(&stack, &view, &runtime->off, state);
	if (r < 0 && r != SCRAPE_EMOVED)
		complaint = "a thread state cannot be read";
	else if (r == SCRAPE_EMOVED && stack.frames.n == 0)
		complaint = "a stack does not end";
	else if (stack.frames.n > 0) {
		*frames_seen = true;
		complaint = check_frame(runtime, mem, &stack.frames.items[stack.frames.n - 1]);
	}
	view_deinit(&view);
	pystack_deinit(&stack);
	return complaint;
}

static const char *check_interp(const struct runtime *runtime, struct mem *mem, uint64_t interp, bool *frames_seen)
{
	const struct offsets *off = &runtime->off;
	uint64_t state, owner;

	if (mem_read_u64(mem, interp + off->interp_threads_head, &state) < 0)
		return "an interpreter cannot be read";
	for (size_t n = 0; state != 0 && !*frames_seen; n++) {
		const char *complaint;

		if (n >= SCRAPE_THREADS_MAX)
			return "the list of threads does not end";
		if (mem_read_u64(mem, state + off->ts_interp, &owner) < 0 || owner != interp)
			return "a thread state does not belong to its interpreter";
		complaint = check_state(runtime, mem, state, frames_seen);
		if (complaint)
			return complaint;
		if (mem_read_u64(mem, state + off->ts_next, &state) < 0)
			return "a thread state cannot be read";
	}
	return NULL;
}

static const char *check_once(const struct runtime *runtime, struct mem *mem)
{
	bool frames_seen = false;
	const char *complaint = NULL;
	uint64_t interp;

	if (mem_read_u64(mem, runtime->addr + runtime->off.rt_interpreters_head, &interp) < 0)
		return "_PyRuntime cannot be read";
	for (size_t n = 0; interp != 0 && !complaint; n++) {
		if (n >= SCRAPE_INTERPRETERS_MAX)
			return "the list of interpreters does not end";
		complaint = check_interp(runtime, mem, interp, &frames_seen);
		if (mem_read_u64(mem, interp + runtime->off.interp_next, &interp) < 0)
			return "an interpreter cannot be read";
	}
	return complaint;
}

int runtime_check(const struct runtime *runtime, struct mem *mem, struct err *err)
{
	const char *complaint = "";

	for (int i = 0; i < TRIES && complaint; i++)
		complaint = check_once(runtime, mem);
	return complaint ? err_set(err, SCRAPE_EFORMAT, "its %s is laid out unlike any that is known: %s",
				   runtime->name, complaint)
			 : 0;
}
