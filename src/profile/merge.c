/* SPDX-License-Identifier: MIT */
/* merge: rows become stacks of names. */
#include "profile/merge.h"

#include <stdlib.h>
#include <string.h>

#include "profile/state.h"

int merge_init(struct merge *m, const struct profile *profile, const struct profile_query *query)
{
	*m = (struct merge){0};
	if (trie_init(&m->trie) < 0 || labels_init(&m->labels, profile, query) < 0 ||
	    labels_fixed(&m->labels, SCRAPE_MARK_TRUNCATED, TREE_MARKER, &m->truncated) < 0 ||
	    labels_fixed(&m->labels, SCRAPE_MARK_GC, TREE_MARKER, &m->gc) < 0 ||
	    labels_fixed(&m->labels, SCRAPE_MARK_UNKNOWN, TREE_MARKER, &m->unknown) < 0)
		return SCRAPE_ENOMEM;
	return 0;
}

void merge_deinit(struct merge *m)
{
	labels_deinit(&m->labels);
	trie_deinit(&m->trie);
	VEC_DEINIT(&m->self_ns);
	map_deinit(&m->met);
	VEC_DEINIT(&m->path);
	wanted_deinit(&m->wanted);
}

int merge_prefix(struct merge *m, const struct row *row, uint32_t *ret)
{
	const struct profile *p = m->labels.profile;
	const struct profile_query *query = m->labels.query;
	const struct actor_thread *thread = &p->actors.threads.items[row->thread];
	uint32_t node = TRIE_ROOT, name;
	int code = 0;

	if (query->split_targets) {
		code = labels_process(&m->labels, thread->process, &name);
		if (code == 0)
			code = trie_child(&m->trie, node, name, &node);
	}
	if (code == 0 && query->split_threads && (thread->tid || p->strings.list.items[thread->name].len)) {
		code = labels_thread(&m->labels, row->thread, &name);
		if (code == 0)
			code = trie_child(&m->trie, node, name, &node);
	}
	if (code == 0 && row->flags & SCRAPE_TRUNCATED)
		code = trie_child(&m->trie, node, m->truncated, &node);
	*ret = node;
	return code;
}

int merge_child(struct merge *m, uint32_t node, uint32_t frame, uint32_t *ret)
{
	uint32_t name;
	int code = labels_frame(&m->labels, frame, &name);

	if (code < 0)
		return code;
	if (m->labels.query->by_module && node != TRIE_ROOT && m->trie.nodes.items[node].label == name) {
		*ret = node;
		return 0;
	}
	return trie_child(&m->trie, node, name, ret);
}

/* The node that the stack `from` of the profile becomes behind a prefix. */
static int find_stack(struct merge *m, uint32_t prefix, uint32_t from, uint32_t *ret)
{
	const struct trie_node *nodes = m->labels.profile->trie.nodes.items;
	uint32_t node = prefix;

	m->path.n = 0;
	for (; from != TRIE_ROOT && !map_get(&m->met, (uint64_t)prefix << 32 | from, &node); from = nodes[from].parent)
		if (id_add(&m->path, from) < 0)
			return SCRAPE_ENOMEM;
	while (m->path.n > 0) {
		uint32_t next = m->path.items[--m->path.n];
		int code = merge_child(m, node, nodes[next].label, &node);

		if (code == 0)
			code = map_put(&m->met, (uint64_t)prefix << 32 | next, node);
		if (code < 0)
			return code;
	}
	*ret = node;
	return 0;
}

int merge_add(struct merge *m, uint32_t node, uint64_t value)
{
	while (m->self_ns.n <= node)
		if (!VEC_PUSH(&m->self_ns))
			return SCRAPE_ENOMEM;
	m->self_ns.items[node] += value;
	return 0;
}

static uint64_t value_of(const struct row *row, enum profile_mode mode)
{
	switch (mode) {
	case PROFILE_CPU:
		return row->cpu_ns;
	case PROFILE_WALL:
		return row->wall_ns;
	case PROFILE_GIL:
		return row->flags & SCRAPE_HAS_GIL ? row->wall_ns : 0;
	}
	return 0;
}

int merge_find(struct merge *m, const struct row *row, uint32_t *ret)
{
	uint32_t prefix, node = TRIE_ROOT;
	int code = merge_prefix(m, row, &prefix);

	if (code == 0)
		code = find_stack(m, prefix, row->node, &node);
	if (code == 0 && row->node == TRIE_ROOT && !(row->flags & (SCRAPE_TRUNCATED | SCRAPE_IN_GC)))
		code = trie_child(&m->trie, node, m->unknown, &node);
	if (code == 0 && row->flags & SCRAPE_IN_GC)
		code = trie_child(&m->trie, node, m->gc, &node);
	*ret = node;
	return code;
}

int merge_row(struct merge *m, const struct row *row)
{
	uint64_t value = value_of(row, m->labels.query->mode);
	bool is_wanted;
	uint32_t node;
	int code;

	if (value == 0)
		return 0;
	code = wanted_row(m, row, &is_wanted);
	if (code < 0 || !is_wanted)
		return code;
	code = merge_find(m, row, &node);
	return code < 0 ? code : merge_add(m, node, value);
}
