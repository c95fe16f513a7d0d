/* SPDX-License-Identifier: MIT */
/*
 * mem_live: process_vm_readv. Ranges are read in order; a range that cannot be read ends the call, with the bytes
 * before it delivered (man 2 process_vm_readv, "partial transfer"), which is how whole ranges are counted here.
 */
#include "target/mem_live.h"

#include <errno.h>

#include "scrape.h"

static int live_readv(struct mem *mem, const struct mem_range *ranges, size_t n)
{
	struct mem_live *live = (struct mem_live *)mem;
	ssize_t got;
	size_t i;

	for (i = 0; i < n; i++) {
		live->local[i] = (struct iovec){ranges[i].dst, ranges[i].len};
		/* the one cast of a remote address: the kernel wants it in a void pointer */
		live->remote[i] = (struct iovec){(void *)(uintptr_t)ranges[i].addr, ranges[i].len};
	}
	got = process_vm_readv(live->pid, live->local, n, live->remote, n, 0);
	if (got < 0)
		return errno == ESRCH ? SCRAPE_EGONE : errno == EPERM ? SCRAPE_EPERM : 0;
	for (i = 0; i < n && (size_t)got >= ranges[i].len; i++)
		got -= (ssize_t)ranges[i].len;
	return (int)i;
}

static const struct mem_ops live_ops = {.readv = live_readv};

void mem_live_init(struct mem_live *live, pid_t pid)
{
	live->mem = (struct mem){.ops = &live_ops};
	live->pid = pid;
}
