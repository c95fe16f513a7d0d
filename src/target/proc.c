/* SPDX-License-Identifier: MIT */
/* proc: one process, held by descriptors. */
#include "target/proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/io.h"
#include "base/text.h"
#include "base/vec.h"
#include "scrape.h"

#define STATUS_MAX (64 * 1024)

int proc_open(pid_t pid, struct proc *ret, struct err *err)
{
	struct proc proc = PROC_INIT;
	struct proc_status status;
	char path[32];
	int r;

	proc.pid = pid;
	proc.pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (proc.pidfd < 0)
		return errno == ESRCH || errno == EINVAL ? err_set(err, SCRAPE_EGONE, "no process has PID %d", (int)pid)
							 : err_sys(err, io_code(errno), "PID %d: pidfd_open", (int)pid);
	(void)snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	proc.dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (proc.dirfd < 0) {
		r = err_sys(err, io_code(errno), "PID %d", (int)pid);
		proc_close(&proc);
		return r;
	}
	r = proc_read_status(&proc, &status, err);
	if (r == 0 && !proc_alive(&proc) && status.state != 'Z')
		r = err_set(err, SCRAPE_EGONE, "no process has PID %d", (int)pid);
	if (r < 0) {
		proc_close(&proc);
		return r;
	}
	proc.start_ticks = status.start_ticks;
	*ret = proc;
	return 0;
}

void proc_close(struct proc *proc)
{
	if (proc->pidfd >= 0)
		(void)close(proc->pidfd); /* read only */
	if (proc->dirfd >= 0)
		(void)close(proc->dirfd); /* read only */
	*proc = (struct proc)PROC_INIT;
}

bool proc_alive(const struct proc *proc)
{
	struct pollfd p = {.fd = proc->pidfd, .events = POLLIN};

	return poll(&p, 1, 0) == 0;
}

/* "4711 (a) b) R 1 ...": comm may hold anything, so fields begin behind the last ')'. */
static int parse_stat(const char *text, struct proc_status *ret)
{
	const char *p = strrchr(text, ')');
	unsigned long flags;
	unsigned long long start, stack;
	int ppid;
	char state;

	if (!p || sscanf(p + 1,
			 " %c %d %*d %*d %*d %*d %lu %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu %*u %*d %*u "
			 "%*u %*u %llu",
			 &state, &ppid, &flags, &start, &stack) != 5)
		return SCRAPE_EFORMAT;
	ret->state = state;
	ret->ppid = ppid;
	ret->kernel = flags & 0x00200000; /* PF_KTHREAD, include/linux/sched.h */
	ret->start_ticks = start;
	ret->stack_start = stack;
	return 0;
}

static long status_field(const char *text, const char *name)
{
	const char *p = strstr(text, name);

	return p ? strtol(p + strlen(name), NULL, 10) : 0;
}

int proc_read_stat(int dirfd, const char *path, struct proc_status *ret)
{
	struct buf buf = BUF_INIT;
	struct proc_status status = {0};
	int r = io_read_file(dirfd, path, STATUS_MAX, &buf);

	if (r == 0)
		r = buf_cstr(&buf) ? parse_stat(buf.data, &status) : SCRAPE_ENOMEM;
	buf_deinit(&buf);
	if (r == 0)
		*ret = status;
	return r;
}

int proc_read_status(const struct proc *proc, struct proc_status *ret, struct err *err)
{
	struct buf buf = BUF_INIT;
	struct proc_status status;
	int r = proc_read_stat(proc->dirfd, "stat", &status);

	if (r == 0)
		r = io_read_file(proc->dirfd, "status", STATUS_MAX, &buf);
	if (r == 0 && buf_cstr(&buf)) {
		/* "Name:" comes first and is escaped by the kernel, so no name can pretend to be one of these lines */
		status.tracer = (pid_t)status_field(buf.data, "\nTracerPid:");
		status.uid = (uint32_t)status_field(buf.data, "\nUid:");
		status.seccomp = (int)status_field(buf.data, "\nSeccomp:");
		*ret = status;
	}
	buf_deinit(&buf);
	if (r == SCRAPE_EGONE)
		return err_set(err, r, "no process has PID %d", (int)proc->pid);
	if (r < 0)
		return err_set(err, r, "PID %d: its status cannot be read", (int)proc->pid);
	return 0;
}

int proc_refuse(const struct proc *proc, const struct proc_status *status, struct err *err)
{
	int pid = (int)proc->pid;

	if (proc->pid == getpid() || proc->pid == getppid())
		return err_set(err, SCRAPE_EINVAL, "PID %d is scrape itself", pid);
	if (status->kernel)
		return err_set(err, SCRAPE_ENOTPYTHON, "PID %d is a thread of the kernel", pid);
	if (status->state == 'Z' || status->state == 'X')
		return err_set(err, SCRAPE_EGONE, "PID %d has ended and waits for its parent (a zombie)", pid);
	return 0;
}

int proc_command(const struct proc *proc, size_t max, struct buf *out)
{
	struct buf raw = BUF_INIT;
	int r = io_read_file(proc->dirfd, "cmdline", 4 * STATUS_MAX, &raw);

	if (r == SCRAPE_ELIMIT)
		r = 0; /* a long one is cut below */
	while (r == 0 && raw.len > 0 && raw.data[raw.len - 1] == '\0')
		raw.len--;
	if (r == 0 && raw.len > 0) {
		for (size_t i = 0; i < raw.len; i++)
			if (raw.data[i] == '\0')
				raw.data[i] = ' ';
		text_clean(out, raw.data, raw.len, max);
	} else if (r == 0) {
		r = io_read_file(proc->dirfd, "comm", STATUS_MAX, &raw);
		if (r == 0 && raw.len > 0) {
			buf_chr(out, '[');
			text_clean(out, raw.data, raw.len - 1, max);
			buf_chr(out, ']');
		}
	}
	buf_deinit(&raw);
	return r;
}

int proc_threads(const struct proc *proc, pid_t **items, size_t *n, size_t *cap)
{
	int fd = openat(proc->dirfd, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_closedir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!dir) {
		int r = io_code(errno);

		if (fd >= 0)
			(void)close(fd); /* read only */
		return r;
	}
	while ((entry = readdir(dir)) && *n < SCRAPE_THREADS_MAX) {
		pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (tid <= 0)
			continue;
		if (!vec_reserve(items, cap, *n + 1, sizeof(**items)))
			return SCRAPE_ENOMEM;
		(*items)[(*n)++] = tid;
	}
	return 0;
}

int proc_inner_tid(const struct proc *proc, pid_t tid, pid_t *ret)
{
	struct buf buf = BUF_INIT;
	char path[48];
	const char *p;
	int r;

	(void)snprintf(path, sizeof(path), "task/%d/status", (int)tid);
	r = io_read_file(proc->dirfd, path, STATUS_MAX, &buf);
	if (r == 0 && !buf_cstr(&buf))
		r = SCRAPE_ENOMEM;
	if (r == 0) {
		pid_t inner = tid;

		p = strstr(buf.data, "\nNSpid:");
		p = p ? p + strlen("\nNSpid:") : "";
		while (*p == '\t' || *p == ' ') {
			char *end;
			long value = strtol(p, &end, 10);

			if (end == p)
				break;
			inner = (pid_t)value;
			p = end;
		}
		*ret = inner;
	}
	buf_deinit(&buf);
	return r;
}

int proc_read_program(const struct proc *proc, struct proc_program *ret)
{
	struct proc_status status;
	struct stat st;
	int r;

	if (fstatat(proc->dirfd, "exe", &st, 0) < 0)
		return io_code(errno);
	r = proc_read_status(proc, &status, NULL);
	if (r == 0)
		*ret = (struct proc_program){st.st_dev, st.st_ino, status.stack_start};
	return r;
}

bool proc_same_program(const struct proc_program *a, const struct proc_program *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->stack_start == b->stack_start;
}
