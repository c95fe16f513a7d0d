/* SPDX-License-Identifier: MIT */
/* pytarget: attaching to a process with a CPython in it. */
#include "sample/pytarget.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "elf/image.h"
#include "elf/symbols.h"
#include "native/modules.h"
#include "sample/pythread.h"
#include "scrape.h"
#include "target/maps.h"

#define NOT_PERMITTED "it may not be read: that needs CAP_SYS_PTRACE (root), or the same user and ptrace_scope 0"

static int find_python(struct pytarget *target, const struct maps *maps, const struct pytarget_options *options,
		       struct err *err)
{
	struct mem *mem = &target->live.mem;
	int r = runtime_find(mem, maps, &target->proc, options->symbols, options->thorough, &target->runtime, err);

	if (r == SCRAPE_ENOTPYTHON && options->modules && options->any) {
		(void)snprintf(target->runtime.name, sizeof(target->runtime.name), "native");
		return 0;
	}
	if (r == 0)
		r = runtime_check(&target->runtime, mem, err);
	if (r == 0)
		r = codes_init(&target->codes, mem, &target->runtime.off, target->runtime.code_type);
	target->has_python = r == 0;
	return r;
}

/* Up to 3.10 nothing but its address tells a frame of the eval loop (sample/merge.h). */
static void find_eval(struct pytarget *target, struct symbols *symbols)
{
	static const struct symbols_request request = {.parts = "_PyEval_EvalFrameDefault"};
	struct images *images = &target->images;
	const struct module *home = images_home(images);
	struct symbols_reply reply;
	struct image image;

	images->n_eval = 0;
	if (!target->has_python || PY_MINOR(target->runtime.off.version) > 10 || !home ||
	    image_open(&target->live.mem, NULL, images->home_base, &image, NULL) < 0 ||
	    symbols_query(symbols, home->fd, &request, &reply, NULL) < 0)
		return;
	for (uint32_t i = 0; i < reply.n_parts && i < IMAGES_EVAL_MAX; i++) {
		images->eval[i].from = reply.parts[i].from + image.bias;
		images->eval[i].until = reply.parts[i].until + image.bias;
		images->n_eval++;
	}
}

static int find_all(struct pytarget *target, const struct pytarget_options *options, struct err *err)
{
	struct maps maps = {0};
	struct mem *mem = &target->live.mem;
	char probe;
	int r = maps_read(&maps, target->proc.dirfd, err);

	if (r == 0 && maps.n == 0)
		r = err_set(err, SCRAPE_EGONE, "it has no memory any more");
	/* asked for by itself, so that a missing right is not taken for a missing Python */
	if (r == 0 && mem_read(mem, maps.items[0].start, &probe, 1) == SCRAPE_EPERM)
		r = err_set(err, SCRAPE_EPERM, NOT_PERMITTED);
	if (r == 0)
		r = find_python(target, &maps, options, err);
	if (r == 0)
		libc_find(mem, &maps, &target->libc);
	maps_deinit(&maps);
	if (r == 0 && options->modules && (options->native || !target->has_python)) {
		target->native = true;
		images_init(&target->images, options->modules, target->inner_pid);
		r = images_update(&target->images, &target->proc, mem, target->runtime.addr, err);
		if (r == 0)
			find_eval(target, options->symbols);
	}
	return r;
}

int pytarget_open(struct proc *proc, const struct pytarget_options *options, struct pytarget **ret, struct err *err)
{
	struct pytarget *target = calloc(1, sizeof(*target));
	int r = SCRAPE_ENOMEM;

	if (!target) {
		proc_close(proc);
		return r;
	}
	target->proc = *proc;
	*proc = (struct proc)PROC_INIT;
	target->rate_mhz = SCRAPE_RATE_DEFAULT * 1000;
	mem_live_init(&target->live, target->proc.pid);
	view_init(&target->view, &target->live.mem);
	r = proc_inner_tid(&target->proc, target->proc.pid, &target->inner_pid);
	if (r == 0)
		r = proc_read_program(&target->proc, &target->program);
	if (r < 0)
		(void)err_set(err, r, r == SCRAPE_EPERM ? NOT_PERMITTED : "it has ended");
	else
		r = find_all(target, options, err);
	for (int i = 0; r == 0 && i < 10; i++) { /* the lists may move under the first readings */
		r = pytarget_resync(target);
		if (r != SCRAPE_EFAULT)
			break;
		r = 0;
	}
	if (r < 0) {
		err_wrap(err, "PID %d", (int)target->proc.pid);
		pytarget_close(target);
		return r;
	}
	*ret = target;
	return 0;
}

static void thread_free(struct pythread *thread)
{
	if (!thread)
		return;
	clocks_close(&thread->clocks);
	pystack_deinit(&thread->stack);
	unwind_deinit(&thread->unwind);
	ring_close(&thread->ring);
	free(thread);
}

void pytarget_close(struct pytarget *target)
{
	if (!target)
		return;
	VEC_EACH(thread, &target->threads)
		thread_free(*thread);
	VEC_DEINIT(&target->threads);
	VEC_DEINIT(&target->active);
	VEC_DEINIT(&target->interps);
	codes_deinit(&target->codes);
	images_deinit(&target->images);
	syspath_deinit(&target->syspath);
	view_deinit(&target->view);
	proc_close(&target->proc);
	free(target);
}

void pytarget_bury(struct pytarget *target)
{
	size_t kept = 0;

	for (size_t i = 0; i < target->threads.n; i++) {
		struct pythread *thread = target->threads.items[i];

		if (thread->dead)
			thread_free(thread);
		else
			target->threads.items[kept++] = thread;
	}
	target->threads.n = kept;
}

struct pythread *pytarget_thread_of(const struct pytarget *target, uint64_t state_addr)
{
	for (size_t i = 0; i < target->threads.n; i++) {
		struct pythread *thread = target->threads.items[i];

		for (unsigned k = 0; !thread->dead && k < thread->n_states; k++)
			if (thread->states[k].addr == state_addr)
				return thread;
	}
	return NULL;
}

const struct pyinterp *pytarget_interp(const struct pytarget *target, uint64_t addr)
{
	for (size_t i = 0; i < target->interps.n; i++)
		if (target->interps.items[i].addr == addr)
			return &target->interps.items[i];
	return NULL;
}
