/* SPDX-License-Identifier: MIT */
/* attach: processes that are wanted. */
#include "daemon/attach.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "sample/pytarget.h"
#include "scrape.h"

#define TELL_NS (500 * NSEC_PER_MSEC) /* a runtime that takes longer to come is spoken of */
#define RETRY_NS (20 * NSEC_PER_MSEC) /* between two attempts */

void attach_forget(struct attach *attach)
{
	VEC_EACH (waiting, &attach->list)
		proc_close(&waiting->proc);
	VEC_DEINIT(&attach->list);
}

int attach_want(struct attach *attach, const struct attach_wish *wish, uint64_t now_ns, struct err *err)
{
	struct attach_waiting *waiting;
	struct proc proc = PROC_INIT;
	int r = proc_open(wish->pid, &proc, err);

	if (r < 0)
		return r;
	waiting = VEC_PUSH(&attach->list);
	if (!waiting) {
		proc_close(&proc);
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	}
	*waiting = (struct attach_waiting){.wish = *wish,
					   .proc = proc,
					   .told_ns = now_ns + TELL_NS,
					   .until_ns = now_ns + SCRAPE_READY_SECONDS * NSEC_PER_SEC,
					   .any_ns = wish->may_exec && !wish->native ? now_ns + TELL_NS : 0,
					   .next_ns = now_ns};
	return 0;
}

/* Does this answer leave hope? */
static bool may_come(const struct attach_wish *wish, int r)
{
	if (r == SCRAPE_ENOTREADY)
		return wish->waits;
	return wish->may_exec && (r == SCRAPE_ENOTPYTHON || r == SCRAPE_EFAULT || r == SCRAPE_EFORMAT);
}

static int open_target(struct attach *attach, struct attach_waiting *waiting, uint64_t now, struct pytarget **ret,
		       struct err *err)
{
	const struct attach_wish *wish = &waiting->wish;
	struct proc proc = PROC_INIT;
	struct proc_status status;
	int r = proc_read_status(&waiting->proc, &status, err);

	if (r == 0)
		r = proc_refuse(&waiting->proc, &status, err);
	if (r == 0 && wish->exact && status.tracer)
		r = err_set(err, SCRAPE_EPERM, "PID %d is traced by process %d; --exact cannot stop it", (int)wish->pid,
			    (int)status.tracer);
	if (r == 0)
		r = proc_open(wish->pid, &proc, err);
	return r == 0 ? pytarget_open(&proc,
				      &(struct pytarget_options){.symbols = attach->symbols,
								 .thorough = wish->thorough,
								 .modules = attach->modules,
								 .native = wish->native,
								 .any = wish->any && now >= waiting->any_ns},
				      ret, err)
		      : r;
}

/* One attempt. True if the process needs no more waiting for. */
static bool try_one(struct attach *attach, struct attach_waiting *waiting, uint64_t now)
{
	const struct attach_wish wish = waiting->wish;
	struct pytarget *target = NULL;
	struct err err = {0};
	int r = open_target(attach, waiting, now, &target, &err);

	if (r < 0 && may_come(&wish, r) && now < waiting->until_ns && proc_alive(&waiting->proc)) {
		if (r == SCRAPE_ENOTREADY && now >= waiting->told_ns && waiting->told_ns && wish.named) {
			attach->events->waits(attach->ctx, &wish, err.text);
			waiting->told_ns = 0;
		}
		waiting->next_ns = now + RETRY_NS;
		return false;
	}
	if (r == 0)
		attach->events->found(attach->ctx, &wish, target);
	else
		attach->events->failed(attach->ctx, &wish, r, err.text);
	return true;
}

void attach_run(struct attach *attach, uint64_t now_ns, uint64_t budget_ns)
{
	size_t n = attach->list.n, kept = 0;
	bool spent = false;

	for (size_t i = 0; i < n; i++) {
		struct attach_waiting waiting = attach->list.items[i]; /* an event may want another: the list moves */

		if (!spent && now_ns >= waiting.next_ns) {
			bool done = try_one(attach, &waiting, now_ns);

			spent = budget_ns > 0 && clock_mono_ns() - now_ns > budget_ns;
			if (done) {
				proc_close(&waiting.proc);
				continue;
			}
		}
		attach->list.items[kept++] = waiting;
	}
	for (size_t i = n; i < attach->list.n; i++)
		attach->list.items[kept++] = attach->list.items[i];
	attach->list.n = kept;
}
