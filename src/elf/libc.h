/* SPDX-License-Identifier: MIT */
/*
 * libc: where the target's C library keeps what identifies a thread and tells its CPU, read from memory only.
 *
 * glibc 2.35 and later registers an rseq area (linux/rseq.h) for each thread at thread pointer + __rseq_offset, a
 * variable that ld.so exports; word 1 of it is cpu_id. The thread pointer of x86-64 is pthread_t. struct pthread holds
 * the TID as the thread's innermost PID namespace counts: at 0x2d0 in glibc (2.36 and 2.43, nptl/descr.h), at 0x30 in
 * musl 1.2, at 0x38 in older ones.
 */
#ifndef ELF_LIBC_H
#define ELF_LIBC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct maps;
struct mem;

#define LIBC_CPU_ID_AT 4 /* of cpu_id in struct rseq */

struct libc_facts {
	bool has_rseq;
	int64_t rseq_offset;
	uint32_t tid_offset; /* in struct pthread; 0: not known */
};

/* What can be known without a thread. Never fails: what is not found is not there. */
void libc_find(struct mem *mem, const struct maps *maps, struct libc_facts *ret);

/* The TID (of the innermost PID namespace) of the thread whose pthread_t this is; learns tid_offset from one whose TID
 * is known. SCRAPE_EFAULT, SCRAPE_EFORMAT. */
int libc_learn_tid(struct libc_facts *libc, struct mem *mem, uint64_t pthread, pid_t tid);
int libc_read_tid(const struct libc_facts *libc, struct mem *mem, uint64_t pthread, pid_t *ret);

/* Address of the thread's rseq.cpu_id, or 0 if it has none (not registered: cpu_id is negative). */
uint64_t libc_cpu_id_addr(const struct libc_facts *libc, struct mem *mem, uint64_t pthread);

#endif
