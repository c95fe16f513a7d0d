/* SPDX-License-Identifier: MIT */
/* modname: the module that a function belongs to. */
#include "python/modname.h"

#include "base/buf.h"
#include "base/text.h"
#include "python/dict.h"
#include "python/offsets.h"
#include "python/pystr.h"
#include "scrape.h"
#include "target/mem.h"

/* After the text was read: it was that of a str, and the dict still has the entries in which it was found. */
static int check(struct mem *mem, const struct offsets *o, uint64_t globals_addr, uint64_t keys_addr,
		 uint64_t name_addr, uint64_t str_addr)
{
	uint64_t keys, type, str_type;
	struct mem_range ranges[] = {{globals_addr + o->dict_keys, &keys, sizeof(keys)},
				     {name_addr + o->object_type, &type, sizeof(type)},
				     {str_addr + o->object_type, &str_type, sizeof(str_type)}};
	int r = mem_readv(mem, ranges, 3);

	if (r < 3)
		return r < 0 ? r : SCRAPE_EFAULT;
	if (keys != keys_addr)
		return SCRAPE_EMOVED;
	return type == str_type ? 0 : SCRAPE_EINVAL;
}

int modname_read(struct mem *mem, const struct offsets *o, uint64_t globals_addr, uint64_t str_addr, struct buf *out)
{
	uint64_t keys, values, name_addr = 0;
	struct mem_range ranges[] = {{globals_addr + o->dict_keys, &keys, sizeof(keys)},
				     {globals_addr + o->dict_values, &values, sizeof(values)}};
	struct buf text = BUF_INIT;
	struct dict dict;
	int r = mem_readv(mem, ranges, 2);

	if (r < 2)
		return r < 0 ? r : SCRAPE_EFAULT;
	r = dict_open_split(&dict, mem, o, keys, values);
	if (r < 0)
		return r;
	dict_limit(&dict, MODNAME_ENTRIES_MAX);
	r = dict_get(&dict, "__name__", &name_addr);
	if (r == 0)
		r = pystr_read(mem, o, name_addr, &text);
	if (r == 0)
		r = check(mem, o, globals_addr, keys, name_addr, str_addr);
	if (r == 0)
		text_clean(out, text.data, text.len, MODNAME_MAX);
	buf_deinit(&text);
	return r == 0 && out->failed ? SCRAPE_ENOMEM : r;
}
