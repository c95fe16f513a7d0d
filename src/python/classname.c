/* SPDX-License-Identifier: MIT */
/* classname: "Class.method" for code objects before 3.11. */
#include "python/classname.h"

#include <string.h>

#include "base/buf.h"
#include "python/dict.h"
#include "python/gather.h"
#include "python/offsets.h"
#include "python/pystr.h"
#include "python/type.h"
#include "scrape.h"
#include "target/mem.h"

#define CELLS_MAX 32 /* of one code object, looked at for the first argument */

struct search {
	struct mem *mem;
	const struct offsets *o;
	uint64_t code_addr;
	uint32_t members; /* looked at so far */
	struct dict dict;
};

/* Which of the objects is a function with our code, or wraps one; 0 if none is. */
static int find_function(const struct search *s, const uint64_t *objects, size_t n, uint64_t *ret)
{
	uint64_t codes[DICT_BLOCK], wrapped[DICT_BLOCK];
	int r = gather_words(s->mem, objects, s->o->func_code, codes, n);

	*ret = 0;
	for (size_t i = 0; r == 0 && i < n; i++)
		if (codes[i] == s->code_addr) {
			*ret = objects[i];
			return 0;
		}
	if (r == 0)
		r = gather_words(s->mem, objects, s->o->wrapped_func, wrapped, n);
	for (size_t i = 0; i < n; i++)
		if (r < 0 || wrapped[i] % 8 != 0 || wrapped[i] < 4096)
			wrapped[i] = 0; /* not a pointer */
	if (r == 0)
		r = gather_words(s->mem, wrapped, s->o->func_code, codes, n);
	for (size_t i = 0; r == 0 && i < n; i++)
		if (wrapped[i] && codes[i] == s->code_addr) {
			*ret = wrapped[i];
			break;
		}
	return r;
}

static int search_by_name(struct search *s, uint64_t dict_addr, const char *name, uint64_t *ret)
{
	uint64_t object;
	int r = dict_open(&s->dict, s->mem, s->o, dict_addr);

	*ret = 0;
	if (r == 0)
		dict_limit(&s->dict, CLASSNAME_MEMBERS_MAX);
	if (r == 0)
		r = dict_get(&s->dict, name, &object);
	if (r < 0)
		return r == SCRAPE_EINVAL ? 0 : r;
	return find_function(s, &object, 1, ret);
}

static int search_all(struct search *s, uint64_t dict_addr, uint64_t *ret)
{
	int n, r = dict_open(&s->dict, s->mem, s->o, dict_addr);

	*ret = 0;
	if (r < 0)
		return r;
	while ((n = dict_next(&s->dict)) > 0) {
		uint64_t objects[DICT_BLOCK];

		s->members += (uint32_t)n;
		if (s->members > CLASSNAME_MEMBERS_MAX)
			return 0;
		for (int i = 0; i < n; i++)
			objects[i] = s->dict.block[i].value_addr;
		r = find_function(s, objects, (size_t)n, ret);
		if (r < 0 || *ret)
			return r;
	}
	return n;
}

/* The dicts of the classes in a method resolution order, at most CLASSNAME_CLASSES_MAX; returns how many or a code. */
static int read_dicts(const struct search *s, uint64_t mro_addr, uint64_t *ret)
{
	uint64_t classes[CLASSNAME_CLASSES_MAX], n;
	int r = mem_read_u64(s->mem, mro_addr + s->o->var_size, &n);

	if (r < 0)
		return r;
	n = n < CLASSNAME_CLASSES_MAX ? n : CLASSNAME_CLASSES_MAX;
	r = mem_read(s->mem, mro_addr + s->o->tuple_items, classes, (size_t)n * 8);
	if (r == 0)
		r = gather_words(s->mem, classes, s->o->type_dict, ret, (size_t)n);
	return r < 0 ? r : (int)n;
}

static int search_classes(struct search *s, uint64_t mro_addr, const char *name, uint64_t *ret)
{
	uint64_t dicts[CLASSNAME_CLASSES_MAX];
	int n = mro_addr ? read_dicts(s, mro_addr, dicts) : 0, r = 0;

	*ret = 0;
	for (int i = 0; i < n && r == 0 && *ret == 0; i++)
		if (dicts[i])
			r = search_by_name(s, dicts[i], name, ret);
	for (int i = 0; i < n && r == 0 && *ret == 0; i++)
		if (dicts[i])
			r = search_all(s, dicts[i], ret);
	return n < 0 ? n : r;
}

/* Which cell variable has the name of the first local one: both name the same str object. */
static int find_cell(struct mem *mem, const struct offsets *o, uint64_t varnames_addr, uint64_t cellvars_addr,
		     uint64_t *ret)
{
	uint64_t name, names[CELLS_MAX], n;
	int r = mem_read_u64(mem, varnames_addr + o->tuple_items, &name);

	if (r == 0)
		r = mem_read_u64(mem, cellvars_addr + o->var_size, &n);
	if (r < 0)
		return r;
	n = n < CELLS_MAX ? n : CELLS_MAX;
	r = mem_read(mem, cellvars_addr + o->tuple_items, names, (size_t)n * 8);
	for (uint64_t i = 0; r == 0 && i < n; i++)
		if (names[i] == name) {
			*ret = i;
			return 0;
		}
	return r < 0 ? r : SCRAPE_EINVAL;
}

/* What f_localsplus[0] holds, or the cell that took its place because a closure shares it. */
static int first_argument(struct mem *mem, const struct offsets *o, uint64_t frame_addr, uint64_t code_addr,
			  uint64_t *ret)
{
	uint64_t locals_addr = frame_addr + o->frame_localsplus, slot = 0, varnames = 0, cellvars = 0, cell;
	uint32_t arguments = 0, nlocals = 0;
	struct mem_range ranges[] = {{code_addr + o->code_argcount, &arguments, 4},
				     {code_addr + o->code_nlocals, &nlocals, 4},
				     {code_addr + o->code_varnames, &varnames, 8},
				     {code_addr + o->code_cellvars, &cellvars, 8},
				     {locals_addr, &slot, 8}};
	int r = mem_readv(mem, ranges, 5);

	if (r < 5)
		return r < 0 ? r : SCRAPE_EFAULT;
	if (arguments == 0)
		return SCRAPE_EINVAL;
	if (slot == 0) {
		r = find_cell(mem, o, varnames, cellvars, &cell);
		if (r == 0)
			r = mem_read_u64(mem, locals_addr + 8 * (nlocals + cell), &slot);
		if (r < 0)
			return r;
	}
	if (slot == 0)
		return SCRAPE_EINVAL;
	*ret = slot;
	return 0;
}

/* A cell stands for what it holds. */
static int read_argument(struct mem *mem, const struct offsets *o, uint64_t *addr, struct type *ret)
{
	char name[8];
	int r = type_of(mem, o, *addr, ret);

	if (r < 0)
		return r;
	r = mem_read_cstr(mem, ret->name_addr, name, sizeof(name));
	if (r < 0 || strcmp(name, "cell") != 0)
		return r == SCRAPE_ELIMIT ? 0 : r;
	r = mem_read_u64(mem, *addr + o->cell_value, addr);
	if (r == 0 && *addr == 0)
		return SCRAPE_EINVAL;
	return r < 0 ? r : type_of(mem, o, *addr, ret);
}

static int find_qualname(struct mem *mem, const struct offsets *o, uint64_t arg_addr, uint64_t code_addr,
			 const char *name, uint64_t *ret)
{
	struct search search = {.mem = mem, .o = o, .code_addr = code_addr};
	uint64_t function = 0;
	struct type type, self;
	int r = read_argument(mem, o, &arg_addr, &type);

	if (r == 0 && (type.flags & TYPE_IS_TYPE)) { /* a class method, or a method of a metaclass */
		r = type_read(mem, o, arg_addr, &self);
		if (r == 0)
			r = search_classes(&search, self.mro_addr, name, &function);
	}
	if (r == 0 && function == 0)
		r = search_classes(&search, type.mro_addr, name, &function);
	if (r == 0 && function == 0)
		return SCRAPE_EINVAL;
	return r < 0 ? r : mem_read_u64(mem, function + o->func_qualname, ret);
}

int classname_read(struct mem *mem, const struct offsets *offsets, uint64_t frame_addr, uint64_t code_addr,
		   struct buf *out)
{
	struct buf name = BUF_INIT;
	uint64_t argument, name_addr, qualname_addr;
	int r = first_argument(mem, offsets, frame_addr, code_addr, &argument);

	if (r == 0)
		r = mem_read_u64(mem, code_addr + offsets->code_name, &name_addr);
	if (r == 0)
		r = pystr_read(mem, offsets, name_addr, &name);
	if (r == 0 && !buf_cstr(&name))
		r = SCRAPE_ENOMEM;
	if (r == 0)
		r = find_qualname(mem, offsets, argument, code_addr, name.data, &qualname_addr);
	buf_deinit(&name);
	return r < 0 ? r : pystr_read(mem, offsets, qualname_addr, out);
}
