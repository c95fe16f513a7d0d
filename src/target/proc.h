/* SPDX-License-Identifier: MIT */
/*
 * proc: one process, held so that its number cannot come to mean somebody else: a pidfd, the descriptor of its
 * /proc/PID and its start time. Everything about a target is opened below `dirfd`.
 */
#ifndef TARGET_PROC_H
#define TARGET_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct err;
struct buf;

struct proc {
	pid_t pid;
	int pidfd;
	int dirfd;            /* /proc/PID */
	uint64_t start_ticks; /* field 22 of stat: since boot */
};

#define PROC_INIT {.pid = 0, .pidfd = -1, .dirfd = -1}

/* What /proc/PID/stat and status say. Sample: "4711 (python3) R 1 ..." and "TracerPid:\t0". */
struct proc_status {
	char state;      /* R S D T t Z X I */
	pid_t ppid, tracer;
	uint32_t uid;
	int seccomp;     /* 0 none, 1 strict, 2 filter */
	bool kernel;     /* a thread of the kernel: no program, no memory */
	uint64_t start_ticks;
	uint64_t stack_start; /* where its first stack begins: another place after each exec; 0: not told to us */
};

/* Opens the process. SCRAPE_EGONE, SCRAPE_EPERM, SCRAPE_EIO with a sentence. */
int proc_open(pid_t pid, struct proc *ret, struct err *err);
void proc_close(struct proc *proc);

/* True while the process exists and has not become a zombie. 0.3 us. */
bool proc_alive(const struct proc *proc);

int proc_read_status(const struct proc *proc, struct proc_status *ret, struct err *err);

/* What the file `path` below dirfd, a /proc/PID/stat, tells alone: tracer, uid and seccomp stay 0. 4 us. SCRAPE_EGONE,
 * SCRAPE_EFORMAT, SCRAPE_EPERM, SCRAPE_EIO, SCRAPE_ENOMEM. */
int proc_read_stat(int dirfd, const char *path, struct proc_status *ret);

/* Why nobody should look at this process (kernel thread, zombie, our own PID), as a sentence; 0 if it may be tried. */
int proc_refuse(const struct proc *proc, const struct proc_status *status, struct err *err);

/* The command line, arguments joined by spaces and cleaned (base/text.h), at most max bytes; "[comm]" if empty. */
int proc_command(const struct proc *proc, size_t max, struct buf *out);

/* TIDs of all threads, ascending as the kernel lists them: appends pid_t to the vector of (items, n, cap). */
int proc_threads(const struct proc *proc, pid_t **items, size_t *n, size_t *cap);

/* The number that a thread has in the innermost PID namespace, as the target itself sees it; the same number outside
 * of containers. */
int proc_inner_tid(const struct proc *proc, pid_t tid, pid_t *ret);

/* What runs in the process: changes with exec. */
struct proc_program {
	uint64_t dev, ino;    /* of /proc/PID/exe */
	uint64_t stack_start; /* tells one run of the same file from the next */
};
int proc_read_program(const struct proc *proc, struct proc_program *ret);
bool proc_same_program(const struct proc_program *a, const struct proc_program *b);

#endif
