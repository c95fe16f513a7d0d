/* SPDX-License-Identifier: MIT */
/* clocks: what the kernel tells about one thread. */
#include "target/clocks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "scrape.h"
#include "target/proc.h"

static int open_task(const struct proc *proc, pid_t tid, const char *name)
{
	char path[48];

	(void)snprintf(path, sizeof(path), "task/%d/%s", (int)tid, name);
	return openat(proc->dirfd, path, O_RDONLY | O_CLOEXEC);
}

int clocks_open(const struct proc *proc, pid_t tid, struct clocks *ret)
{
	struct clocks clocks = CLOCKS_INIT;

	clocks.tid = tid;
	clocks.schedstat_fd = open_task(proc, tid, "schedstat");
	if (clocks.schedstat_fd < 0)
		return io_code(errno);
	clocks.syscall_fd = open_task(proc, tid, "syscall");
	*ret = clocks;
	return 0;
}

void clocks_close(struct clocks *clocks)
{
	const int fds[] = {clocks->schedstat_fd, clocks->syscall_fd, clocks->stat_fd, clocks->status_fd};

	for (size_t i = 0; i < sizeof(fds) / sizeof(*fds); i++)
		if (fds[i] >= 0)
			(void)close(fds[i]); /* read only */
	*clocks = (struct clocks)CLOCKS_INIT;
}

/* SCRAPE_EGONE if the thread has ended. */
static int read_text(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return n > 0 ? 0 : n == 0 ? SCRAPE_EGONE : io_code(errno);
}

/* The same of a file that is opened when it is first read. */
static int read_task(struct clocks *clocks, const struct proc *proc, int *fd, const char *name, char *text, size_t size)
{
	if (*fd < 0)
		*fd = open_task(proc, clocks->tid, name);
	return *fd < 0 ? io_code(errno) : read_text(*fd, text, size);
}

static uint64_t number(const char **p)
{
	uint64_t value = 0;

	while (**p == ' ')
		++*p;
	while (**p >= '0' && **p <= '9')
		value = value * 10 + (uint64_t)(*(*p)++ - '0');
	return value;
}

int clocks_read_cpu(const struct clocks *clocks, struct clocks_cpu *ret)
{
	char text[80];
	const char *p = text;
	int r = read_text(clocks->schedstat_fd, text, sizeof(text));

	if (r < 0)
		return r;
	ret->ns = number(&p);
	ret->wait_ns = number(&p);
	ret->slices = number(&p);
	return 0;
}

int clocks_read_stat(struct clocks *clocks, const struct proc *proc, char *state_ret, int *cpu_ret)
{
	char text[1024];
	const char *p;
	int r = read_task(clocks, proc, &clocks->stat_fd, "stat", text, sizeof(text));

	if (r < 0)
		return r;
	p = strrchr(text, ')'); /* the name may hold anything */
	if (!p || p[1] != ' ' || !p[2])
		return SCRAPE_EFORMAT;
	*state_ret = p[2];
	for (int field = 2; field < 39 && p; field++)
		p = strchr(p + 1, ' ');
	if (!p)
		return SCRAPE_EFORMAT;
	*cpu_ret = atoi(p);
	return 0;
}

int clocks_read_filtered(struct clocks *clocks, const struct proc *proc, bool *ret)
{
	static const char key[] = "\nSeccomp:\t";
	char text[4096];
	const char *p;
	int r = read_task(clocks, proc, &clocks->status_fd, "status", text, sizeof(text));

	if (r < 0)
		return r;
	p = strstr(text, key);
	*ret = p && p[strlen(key)] != '0'; /* a kernel without seccomp has no such line */
	return 0;
}

int clocks_read_doing(struct clocks *clocks, const struct proc *proc, struct clocks_doing *ret)
{
	struct clocks_doing doing = {.call = -1};
	char text[256];
	char state;
	int cpu, r;

	if (clocks->syscall_fd >= 0) {
		char *p;

		r = read_text(clocks->syscall_fd, text, sizeof(text));
		if (r == 0) {
			doing.running = text[0] == 'r';
			if (!doing.running) {
				doing.call = strtol(text, &p, 10);
				for (size_t i = 0; i < 6 && doing.call >= 0; i++) {
					uint64_t arg = strtoull(p, &p, 16);

					if (i < sizeof(doing.args) / sizeof(*doing.args))
						doing.args[i] = arg;
				}
				doing.sp = strtoull(p, &p, 16); /* "-1 sp pc" outside of a call */
				doing.pc = strtoull(p, &p, 16);
			}
			*ret = doing;
			return 0;
		}
		if (r == SCRAPE_EGONE)
			return r;
		(void)close(clocks->syscall_fd); /* not permitted after all: stat serves */
		clocks->syscall_fd = -1;
	}
	r = clocks_read_stat(clocks, proc, &state, &cpu);
	if (r < 0)
		return r;
	doing.running = state == 'R';
	*ret = doing;
	return 0;
}
