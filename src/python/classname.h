/* SPDX-License-Identifier: MIT */
/*
 * classname: "Class.method" for code objects before 3.11, which know only "method". The function that owns the code
 * object knows its qualified name; it is found through the first argument of a running frame: an instance or a class
 * whose method resolution order has a function (or a classmethod, staticmethod or property around one) with this code.
 * Since that is decided by the code object's address, a wrong argument gives no name, never a wrong one.
 */
#ifndef PYTHON_CLASSNAME_H
#define PYTHON_CLASSNAME_H

#include <stdint.h>

struct buf;
struct mem;
struct offsets;

#define CLASSNAME_CLASSES_MAX 64   /* of one method resolution order */
#define CLASSNAME_MEMBERS_MAX 8192 /* looked at for one code object */

/* Appends the qualified name of the code that runs in a PyFrameObject. 0; SCRAPE_EINVAL: no class has it (a plain
 * function, a lambda); SCRAPE_EFAULT, SCRAPE_EFORMAT, SCRAPE_EGONE, SCRAPE_EPERM, SCRAPE_ENOMEM. Some 20 calls to mem:
 * the caller keeps the answer, also a negative one, with the code object. */
int classname_read(struct mem *mem, const struct offsets *offsets, uint64_t frame_addr, uint64_t code_addr,
		   struct buf *out);

#endif
