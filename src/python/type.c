/* SPDX-License-Identifier: MIT */
/* type: type objects and the attributes of their instances. */
#include "python/type.h"

#include "python/dict.h"
#include "python/offsets.h"
#include "scrape.h"
#include "target/mem.h"

#define TYPE_BYTES_MAX 512
#define SIZE_MAX_INSTANCE (1 << 28) /* tp_basicsize and tp_dictoffset of a sane type */
#define ATTRIBUTES_MAX 1024         /* of an instance, looked at for one of them */

/* From 3.11 on these lie in front of the object: Objects/typeobject.c, Include/internal/pycore_object.h. */
#define VALUES_BEFORE_3_11 32
#define DICT_BEFORE 24

int type_read(struct mem *mem, const struct offsets *o, uint64_t addr, struct type *ret)
{
	uint8_t bytes[TYPE_BYTES_MAX];
	struct type type = {.addr = addr};
	int r;

	if (o->type_mro > sizeof(bytes) - 8)
		return SCRAPE_EINVAL;
	if (addr == 0)
		return SCRAPE_EFAULT;
	r = mem_read(mem, addr, bytes, o->type_mro + 8);
	if (r < 0)
		return r;
	type.name_addr = mem_u64(bytes + o->type_name);
	type.flags = mem_u64(bytes + o->type_flags);
	type.dict_addr = mem_u64(bytes + o->type_dict);
	type.mro_addr = mem_u64(bytes + o->type_mro);
	type.basicsize = (int64_t)mem_u64(bytes + o->type_basicsize);
	type.dictoffset = (int64_t)mem_u64(bytes + o->type_dictoffset);
	if (type.basicsize < 16 || type.basicsize > SIZE_MAX_INSTANCE || type.dictoffset > SIZE_MAX_INSTANCE ||
	    type.name_addr == 0)
		return SCRAPE_EFORMAT;
	*ret = type;
	return 0;
}

int type_of(struct mem *mem, const struct offsets *offsets, uint64_t object_addr, struct type *ret)
{
	uint64_t addr;
	int r = mem_read_u64(mem, object_addr + offsets->object_type, &addr);

	return r < 0 ? r : type_read(mem, offsets, addr, ret);
}

/* The word in front of an object of 3.11 or later says whether there is a dict or only values. */
static int managed(struct mem *mem, const struct offsets *o, const struct type *type, uint64_t object_addr,
		   uint64_t *ret_dict, uint64_t *ret_values)
{
	unsigned int minor = PY_MINOR(o->version);
	uint64_t words[2]; /* at -32: values of 3.11; at -24: the dict */
	int r = mem_read(mem, object_addr - VALUES_BEFORE_3_11, words, sizeof(words));

	_Static_assert(VALUES_BEFORE_3_11 == DICT_BEFORE + 8, "both words in one read");
	if (r < 0)
		return r;
	*ret_dict = words[1];
	*ret_values = 0;
	if (minor == 11) {
		*ret_values = words[1] ? 0 : words[0];
	} else if (minor == 12) { /* a set low bit marks values */
		*ret_dict = words[1] & 1 ? 0 : words[1];
		*ret_values = words[1] & 1 ? words[1] + 1 : 0;
	} else if (words[1] == 0 && (type->flags & TYPE_INLINE_VALUES)) {
		*ret_values = object_addr + (uint64_t)type->basicsize;
	}
	return 0;
}

int type_instance_dict(struct mem *mem, const struct offsets *o, const struct type *type, uint64_t object_addr,
		       struct dict *dict, bool *ret_any)
{
	uint64_t dict_addr = 0, values_addr = 0, keys_addr;
	int r = 0;

	if (PY_MINOR(o->version) >= 11 && (type->flags & TYPE_MANAGED_DICT))
		r = managed(mem, o, type, object_addr, &dict_addr, &values_addr);
	else if (type->dictoffset > 0)
		r = mem_read_u64(mem, object_addr + (uint64_t)type->dictoffset, &dict_addr);
	if (r == 0 && dict_addr) {
		r = dict_open(dict, mem, o, dict_addr);
	} else if (r == 0 && values_addr) {
		r = mem_read_u64(mem, type->addr + o->type_cached_keys, &keys_addr);
		if (r == 0)
			r = dict_open_split(dict, mem, o, keys_addr, values_addr);
	}
	if (r == 0)
		*ret_any = dict_addr || values_addr;
	return r;
}

int type_instance_get(struct mem *mem, const struct offsets *offsets, uint64_t object_addr, const char *name,
		      uint64_t *ret)
{
	struct type type;
	struct dict dict;
	bool any;
	int r = type_of(mem, offsets, object_addr, &type);

	if (r == 0)
		r = type_instance_dict(mem, offsets, &type, object_addr, &dict, &any);
	if (r < 0)
		return r;
	if (!any)
		return SCRAPE_EINVAL;
	dict_limit(&dict, ATTRIBUTES_MAX);
	return dict_get(&dict, name, ret);
}
