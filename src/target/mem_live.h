/* SPDX-License-Identifier: MIT */
/* mem_live: the memory of a running process by process_vm_readv, the only place that names it. */
#ifndef TARGET_MEM_LIVE_H
#define TARGET_MEM_LIVE_H

#include <sys/types.h>
#include <sys/uio.h>

#include "target/mem.h"

struct mem_live {
	struct mem mem;
	pid_t pid;
	struct iovec local[MEM_RANGES_MAX], remote[MEM_RANGES_MAX]; /* of one call */
};

/* Does not keep the number alive: hold a struct proc and ask proc_alive after reading. */
void mem_live_init(struct mem_live *live, pid_t pid);

#endif
