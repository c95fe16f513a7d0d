/* SPDX-License-Identifier: MIT */
/* family: the descendants of some processes. */
#include "daemon/family.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "scrape.h"

#define CHILDREN_MAX (1u << 20)

void family_deinit(struct family *family)
{
	for (size_t i = 0; i < family->members.n; i++)
		proc_close(&family->members.items[i]);
	VEC_DEINIT(&family->members);
	VEC_DEINIT(&family->tids);
	map_deinit(&family->known);
}

int family_add(struct family *family, pid_t pid)
{
	struct proc proc = PROC_INIT;
	struct proc *place;
	int r;

	if (family->members.n >= FAMILY_MAX)
		return SCRAPE_ELIMIT;
	r = proc_open(pid, &proc, NULL);
	if (r < 0)
		return r;
	place = VEC_PUSH(&family->members);
	if (!place || map_put(&family->known, (uint64_t)pid, 1) < 0) {
		family->members.n -= place != NULL;
		proc_close(&proc);
		return SCRAPE_ENOMEM;
	}
	*place = proc;
	return 0;
}

/* "123 456 " */
static void read_children(struct family *family, size_t member, pid_t tid, family_fn fn, void *ctx)
{
	const pid_t parent = family->members.items[member].pid;
	struct buf text = BUF_INIT;
	char path[48];
	char *p, *end;
	uint32_t seen;

	(void)snprintf(path, sizeof(path), "task/%d/children", (int)tid);
	if (io_read_file(family->members.items[member].dirfd, path, CHILDREN_MAX, &text) == 0 && buf_cstr(&text))
		for (p = text.data; *p; p = end) {
			pid_t child = (pid_t)strtol(p, &end, 10);

			if (end == p)
				break;
			if (child > 0 && !map_get(&family->known, (uint64_t)child, &seen) &&
			    family_add(family, child) == 0)
				fn(ctx, child, parent);
		}
	buf_deinit(&text);
}

static void forget_dead(struct family *family)
{
	size_t kept = 0;

	map_clear(&family->known);
	for (size_t i = 0; i < family->members.n; i++) {
		struct proc *proc = &family->members.items[i];

		if (proc_alive(proc)) {
			(void)map_put(&family->known, (uint64_t)proc->pid, 1); /* fits: it held more before */
			family->members.items[kept++] = *proc;
		} else {
			proc_close(proc);
		}
	}
	family->members.n = kept;
}

void family_poll(struct family *family, family_fn fn, void *ctx)
{
	forget_dead(family);
	for (size_t i = 0; i < family->members.n; i++) {
		family->tids.n = 0;
		if (proc_threads(&family->members.items[i], &family->tids.items, &family->tids.n, &family->tids.cap) <
		    0)
			continue;
		for (size_t k = 0; k < family->tids.n; k++)
			read_children(family, i, family->tids.items[k], fn, ctx);
	}
}
