/* SPDX-License-Identifier: MIT */
/*
 * threadname: the names that Python code gave to threads: sys.modules["threading"]._active, a dict {ident: Thread},
 * where ident is the pthread_t that the thread state keeps too (ts_thread_id) and Thread._name is a str.
 */
#ifndef PYTHON_THREADNAME_H
#define PYTHON_THREADNAME_H

#include <stdint.h>

struct mem;
struct offsets;

/* name_addr is that of a str object: pystr_read makes text of it. A negative result ends the pass and is its result. */
typedef int (*threadname_fn)(void *arg, uint64_t ident, uint64_t name_addr);

/* Calls fn once for each thread of that interpreter that has a name. Some 20 calls to mem, and about ten more for each
 * thread. 0 also if the program never imported threading; SCRAPE_EFAULT, SCRAPE_EFORMAT: the dicts cannot be read now;
 * SCRAPE_ELIMIT: not all were reached; SCRAPE_EGONE, SCRAPE_EPERM. */
int threadname_each(struct mem *mem, const struct offsets *offsets, uint64_t interp_addr, threadname_fn fn, void *arg);

#endif
