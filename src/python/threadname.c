/* SPDX-License-Identifier: MIT */
/* threadname: names of threads out of the threading module. Source: CPython Lib/threading.py, _active and _name. */
#include "python/threadname.h"

#include "python/dict.h"
#include "python/number.h"
#include "python/offsets.h"
#include "python/type.h"
#include "scrape.h"
#include "target/mem.h"

#define MODULE_NAMES_MAX 4096
#define CALLS_MAX 65536 /* to mem for one pass: some 10 000 threads */

/* modules["threading"].__dict__["_active"], opened. 1, or 0 if there is none. */
static int open_active(struct mem *mem, const struct offsets *o, uint64_t interp_addr, struct dict *dict)
{
	uint64_t addr;
	int r = mem_read_u64(mem, interp_addr + o->interp_modules, &addr);

	if (r == 0 && addr == 0)
		return 0; /* the interpreter is being made or ended */
	if (r == 0)
		r = dict_open(dict, mem, o, addr);
	if (r == 0)
		r = dict_get(dict, "threading", &addr);
	if (r == 0)
		r = mem_read_u64(mem, addr + o->module_dict, &addr);
	if (r == 0)
		r = dict_open(dict, mem, o, addr);
	if (r == 0)
		dict_limit(dict, MODULE_NAMES_MAX);
	if (r == 0)
		r = dict_get(dict, "_active", &addr);
	if (r == 0)
		r = dict_open(dict, mem, o, addr);
	if (r == SCRAPE_EINVAL)
		return 0;
	return r < 0 ? r : 1;
}

static int each_in_block(struct mem *mem, const struct offsets *o, const struct dict *dict, int n, threadname_fn fn,
			 void *arg)
{
	for (int i = 0; i < n; i++) {
		uint64_t ident, name_addr;
		int r = number_read_u64(mem, o, dict->block[i].key_addr, &ident);

		if (r == 0)
			r = type_instance_get(mem, o, dict->block[i].value_addr, "_name", &name_addr);
		if (r == SCRAPE_EGONE || r == SCRAPE_EPERM)
			return r;
		if (r < 0)
			continue; /* a thread that begins or ends just now */
		r = fn(arg, ident, name_addr);
		if (r < 0)
			return r;
	}
	return 0;
}

int threadname_each(struct mem *mem, const struct offsets *offsets, uint64_t interp_addr, threadname_fn fn, void *arg)
{
	uint64_t calls_end = mem->calls + CALLS_MAX;
	struct dict dict;
	int n, r = open_active(mem, offsets, interp_addr, &dict);

	if (r <= 0)
		return r;
	while ((n = dict_next(&dict)) > 0) {
		if (mem->calls > calls_end)
			return SCRAPE_ELIMIT;
		r = each_in_block(mem, offsets, &dict, n, fn, arg);
		if (r < 0)
			return r;
	}
	return n < 0 ? n : 0;
}
