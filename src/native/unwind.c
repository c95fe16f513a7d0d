/* SPDX-License-Identifier: MIT */
/* unwind: the chain of native frames of one thread. */
#include "native/unwind.h"

#include <stdlib.h>
#include <string.h>

#include "native/arch.h"
#include "native/images.h"
#include "native/modules.h"
#include "native/regs.h"
#include "native/seek.h"
#include "native/step.h"
#include "target/mem.h"
#include "target/view.h"

#define PAGE 4096u
#define LEAF_MAX 4096 /* bytes of a function without a frame */

/* What the steps read: nearly always the copy of the stack that was brought along. */
struct memory {
	struct view *view;
	const struct images *images;
	const unsigned char *bytes;
	uint64_t addr, len;
	uint64_t top; /* the furthest that was read, from addr */
};

void unwind_deinit(struct unwind *unwind)
{
	VEC_DEINIT(&unwind->frames);
}

void unwind_want(const struct unwind *unwind, const struct images *images, struct view *view, uint64_t sp, bool guess)
{
	uint32_t want = unwind->stack_want ? unwind->stack_want : UNWIND_STACK_FIRST;
	uint64_t end = (sp + (guess ? want : 1) + PAGE - 1) / PAGE * PAGE; /* the stack may end with this page */

	(void)view_want(view, sp, end - sp); /* what does not fit is read word by word */
	for (unsigned i = 0; guess && i < unwind->n_used; i++)
		images_want_mark(images, unwind->used[i], view);
}

static void hold_stack(struct memory *m, uint64_t sp, uint32_t want)
{
	for (uint32_t len = want; len >= 64; len /= 2) {
		m->bytes = view_peek(m->view, sp, len);
		if (m->bytes) {
			m->addr = sp;
			m->len = len;
			return;
		}
	}
	m->len = 0;
}

static bool read_word(void *ctx, uint64_t addr, uint64_t *ret)
{
	struct memory *m = ctx;
	const void *p;

	if (m->len >= 8 && addr - m->addr <= m->len - 8) {
		memcpy(ret, m->bytes + (addr - m->addr), 8);
		m->top = addr - m->addr > m->top ? addr - m->addr : m->top;
		return true;
	}
	/* with the rest of its page */
	p = view_get(m->view, addr, 8, addr % PAGE <= PAGE - 8 ? PAGE - 8 - addr % PAGE : 0);
	if (!p)
		return false;
	*ret = mem_u64(p);
	if (addr - m->addr < UNWIND_STACK_MAX)
		m->top = addr - m->addr > m->top ? addr - m->addr : m->top;
	if (m->len > 0) /* the view may have moved */
		m->bytes = view_peek(m->view, m->addr, m->len);
	return true;
}

static const unsigned char *read_code(struct memory *m, uint64_t addr)
{
	const unsigned char *code = view_get(m->view, addr, ARCH_CODE, 0);

	if (m->len > 0) /* as above */
		m->bytes = view_peek(m->view, m->addr, m->len);
	return code;
}

static const unsigned char *read_program(void *ctx, uint64_t addr)
{
	struct memory *m = ctx;

	return images_find(m->images, addr).part == IMAGES_NONE ? NULL : read_code(m, addr);
}

/* The rule needs the frame pointer, which is not known: by what the stack shows. */
static int step_by_seeking(struct memory *m, struct regs *regs, const struct module *module,
			   const struct images_hit *hit, uint64_t *cfa_ret)
{
	const uint64_t base = m->images->parts.items[hit->part].bias + module->rows.base;
	const uint32_t begin = cfirows_begin(&module->rows, (uint32_t)(hit->pc - base));
	const struct seek seek = {.regs = regs,
				  .rule = hit->rule,
				  .begin = base + begin,
				  .read = read_word,
				  .code = read_program,
				  .ctx = m};
	uint64_t fp;

	if (begin == CFIROWS_NONE || !seek_frame_pointer(&seek, &fp))
		return SCRAPE_EMOVED;
	regs_set(regs, arch_native.fp, fp);
	return step_by_rule(regs, &module->rows, hit->rule, read_word, m, cfa_ret);
}

/* Does the stack begin with where a call of this very function returns to? Then it is a leaf that never set up a frame,
 * as compilers make them even where all others have one. */
static bool is_frameless(struct memory *m, const struct regs *regs)
{
	const uint64_t pc = regs->value[arch_native.pc];
	const unsigned char *code;
	uint64_t caller, target;

	if (!read_word(m, regs->value[arch_native.sp], &caller))
		return false;
	code = read_code(m, caller - ARCH_CODE);
	return code && arch_native.target_of_call(code, caller, &target) && target <= pc && pc - target < LEAF_MAX;
}

/* Code that tells nothing of itself: by what it does next, if that is simple, else by the frame pointer, if that leads
 * behind a call. */
static int step_by_code(struct memory *m, struct regs *regs, bool exact, uint64_t *cfa_ret)
{
	const unsigned pc = arch_native.pc, sp = arch_native.sp;
	const unsigned char *code = read_code(m, regs->value[pc] - exact);
	uint32_t size = !code ? 0 : exact ? arch_native.frame_of_edge(code) : arch_native.frame_of_tail(code);
	uint64_t caller;
	int r;

	if (size == 0 && exact && is_frameless(m, regs))
		size = sizeof(caller);
	if (size > 0) {
		*cfa_ret = regs->value[sp] + size;
		if (!read_word(m, *cfa_ret - sizeof(caller), &caller))
			return SCRAPE_EFAULT;
		regs_set(regs, pc, caller);
		regs_set(regs, sp, *cfa_ret);
		return 0;
	}
	r = step_by_frame_pointer(regs, read_word, m, cfa_ret);
	if (r < 0 || regs->value[pc] == 0)
		return r;
	code = read_code(m, regs->value[pc] - ARCH_CODE);
	return code && arch_native.is_behind_call(code) ? 0 : SCRAPE_EFAULT;
}

static enum scrape_cut cut_of(const struct images *images, const struct images_hit *hit, int code)
{
	const struct module *module = hit->part == IMAGES_NONE ? NULL : images_module(images, hit->part);

	if (module && module->state == MODULE_ASKED)
		return SCRAPE_CUT_PENDING;
	if (!hit->rule)
		return SCRAPE_CUT_CODE;
	return code == SCRAPE_EMOVED ? SCRAPE_CUT_REGISTER : SCRAPE_CUT_FAULT;
}

/* One step. 1: there is a caller; 0: this was the outermost; negative: a code. */
static int step(struct unwind *u, const struct images *images, struct memory *m, struct regs *regs, bool *exact)
{
	struct native_frame *frame = &u->frames.items[u->frames.n - 1];
	struct images_hit hit = images_find(images, frame->pc - !frame->exact);
	const struct module *module = images_module(images, hit.part);
	int r;

	frame->image = hit.part;
	if (hit.rule)
		r = step_by_rule(regs, &module->rows, hit.rule, read_word, m, &frame->cfa);
	else
		r = step_by_code(m, regs, frame->exact, &frame->cfa);
	if (r == SCRAPE_EMOVED && hit.rule && !regs_has(regs, arch_native.fp))
		r = step_by_seeking(m, regs, module, &hit, &frame->cfa);
	*exact = hit.rule && hit.rule->signal;
	u->strange |= hit.part == IMAGES_NONE;
	if (r == SCRAPE_ENOTFOUND)
		return 0;
	if (r < 0)
		u->cut = cut_of(images, &hit, r);
	else if (regs->value[arch_native.pc] == 0)
		return 0;
	else if (frame->cfa < frame->sp + !frame->exact && !*exact)
		u->cut = SCRAPE_CUT_CYCLE; /* a stack grows, but a leaf has none, and a handler may have its own */
	return u->cut == SCRAPE_CUT_NONE;
}

/* The images that the frames are in; of very many not all. */
static void use_images(struct unwind *u)
{
	uint32_t last = IMAGES_NONE;

	u->n_used = 0;
	for (size_t i = 0; i < u->frames.n && u->n_used < UNWIND_USED_MAX; i++) {
		const uint32_t image = u->frames.items[i].image;
		bool is_new = image != IMAGES_NONE && image != last;

		last = image;
		for (unsigned k = 0; is_new && k < u->n_used; k++)
			is_new = u->used[k] != image;
		if (is_new)
			u->used[u->n_used++] = image;
	}
}

static bool images_are_the_same(const struct unwind *u, const struct images *images, struct view *view)
{
	for (unsigned i = 0; i < u->n_used; i++)
		if (!images_has_mark(images, u->used[i], view))
			return false;
	return true;
}

int unwind_run(struct unwind *unwind, const struct images *images, struct view *view, const struct regs *start)
{
	struct memory m = {.view = view, .images = images};
	struct regs regs = *start;
	bool exact = true, more = true;
	uint32_t want = unwind->stack_want ? unwind->stack_want : UNWIND_STACK_FIRST;

	unwind->frames.n = 0;
	unwind->cut = SCRAPE_CUT_NONE;
	unwind->strange = false;
	hold_stack(&m, regs.value[arch_native.sp], want);
	if (m.len == 0)
		m.addr = regs.value[arch_native.sp];
	while (more) {
		struct native_frame *frame;

		if (unwind->frames.n == UNWIND_FRAMES_MAX) {
			unwind->cut = SCRAPE_CUT_DEPTH;
			break;
		}
		frame = VEC_PUSH(&unwind->frames);
		if (!frame)
			return SCRAPE_ENOMEM;
		*frame = (struct native_frame){.pc = regs.value[arch_native.pc],
					       .sp = regs.value[arch_native.sp],
					       .image = IMAGES_NONE,
					       .exact = exact};
		more = step(unwind, images, &m, &regs, &exact) > 0;
	}
	/* what this one took, and a little more: the next will be alike */
	want = (uint32_t)(m.top + 512 < UNWIND_STACK_MAX ? m.top + 512 : UNWIND_STACK_MAX);
	unwind->stack_want = want > unwind->stack_want ? want : unwind->stack_want - (unwind->stack_want - want) / 16;
	use_images(unwind);
	if (images_are_the_same(unwind, images, view))
		return 0;
	unwind->strange = true;
	return SCRAPE_EMOVED;
}
