/* SPDX-License-Identifier: MIT */
/* history_sum: rows summed up by stack. */
#include "profile/history_sum.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "profile/history_state.h"
#include "profile/merge.h"

#define SCAN_SHARE 16 /* with more than one place in so many it is faster to look at all than to sort those met */

#define KIND_TRUNCATED 1
#define KIND_GC 2
#define KINDS 4

int history_sum_init(struct history_sum *s, const struct history *h)
{
	size_t n = h->names.trie.nodes.n;

	*s = (struct history_sum){.history = h, .trie = &h->names.trie, .n = n};
	s->of_stack = calloc(KINDS * h->stacks.n, sizeof(*s->of_stack));
	s->n_bytes = 2 * n * (3 * sizeof(uint64_t) + sizeof(*s->to) + sizeof(*s->met));
	s->self = mmap(NULL, s->n_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s->self == MAP_FAILED) {
		s->self = NULL;
		return SCRAPE_ENOMEM;
	}
	/* a question meets most of it: thousands of faults, each as long as some hundred rows. A wish, no more. */
	(void)madvise(s->self, s->n_bytes, MADV_HUGEPAGE);
	s->gc = s->self + 2 * n;
	s->total = s->gc + 2 * n;
	s->to = (uint32_t *)(s->total + 2 * n);
	s->met = (bool *)(s->to + 2 * n);
	return s->of_stack ? 0 : SCRAPE_ENOMEM;
}

void history_sum_deinit(struct history_sum *s)
{
	free(s->of_stack);
	VEC_DEINIT(&s->stacks);
	if (s->self)
		(void)munmap(s->self, s->n_bytes); /* cannot fail */
	VEC_DEINIT(&s->places);
}

static int meet(struct history_sum *s, size_t place)
{
	if (s->met[place])
		return 0;
	s->met[place] = true;
	return id_add(&s->places, (uint32_t)place);
}

static inline int add_value(struct history_sum *s, const struct pack_row *row, uint64_t value)
{
	size_t kind = (row->flags & SCRAPE_TRUNCATED ? KIND_TRUNCATED : 0) | (row->flags & SCRAPE_IN_GC ? KIND_GC : 0);
	size_t at = kind * s->history->stacks.n + row->stack;
	uint64_t before = s->of_stack[at];

	s->of_stack[at] = before + value;
	return before || !value ? 0 : id_add(&s->stacks, (uint32_t)at);
}

/* From sums by stack to sums by place. */
static int find_places(struct history_sum *s)
{
	size_t n = s->history->stacks.n;

	VEC_EACH (at, &s->stacks) {
		size_t kind = *at / n, place = s->history->stacks.items[*at % n] + (kind & KIND_TRUNCATED ? s->n : 0);

		if (kind & KIND_GC)
			s->gc[place] = s->of_stack[*at];
		else
			s->self[place] = s->of_stack[*at];
		s->of_stack[*at] = 0;
		if (meet(s, place) < 0)
			return SCRAPE_ENOMEM;
	}
	s->stacks.n = 0;
	return 0;
}

int history_sum_thread(struct history_sum *s, const struct pack_thread *thread, enum profile_mode mode)
{
	const struct pack_row unseen = {.stack = HISTORY_STACK_UNSEEN};
	uint64_t value = pack_unseen(thread, mode);
	struct pack_values values;

	if (add_value(s, &unseen, value) < 0)
		return SCRAPE_ENOMEM;
	pack_values_init(&values, thread, mode);
	while (pack_next_value(&values, &value))
		if (add_value(s, &values.row, value) < 0)
			return SCRAPE_ENOMEM;
	return 0;
}

static size_t node_of(const struct history_sum *s, size_t place)
{
	return place < s->n ? place : place - s->n;
}

static size_t place_above(const struct history_sum *s, size_t place)
{
	return s->trie->nodes.items[node_of(s, place)].parent + (place < s->n ? 0 : s->n);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Places in order, which is parents before children. */
static void order(struct history_sum *s)
{
	size_t n = 0;

	if (s->places.n < 2 * s->n / SCAN_SHARE) {
		if (s->places.n > 1)
			qsort(s->places.items, s->places.n, sizeof(*s->places.items), compare);
		return;
	}
	for (size_t i = 0; i < 2 * s->n; i++)
		if (s->met[i])
			s->places.items[n++] = (uint32_t)i;
}

int history_sum_up(struct history_sum *s)
{
	if (find_places(s) < 0)
		return SCRAPE_ENOMEM;
	for (size_t i = 0; i < s->places.n; i++) {
		size_t place = s->places.items[i];

		while (node_of(s, place) != TRIE_ROOT) {
			place = place_above(s, place);
			if (s->met[place])
				break;
			s->met[place] = true;
			if (id_add(&s->places, (uint32_t)place) < 0)
				return SCRAPE_ENOMEM;
		}
	}
	order(s);
	for (size_t i = s->places.n; i-- > 0;) {
		size_t place = s->places.items[i];

		s->total[place] += s->self[place] + s->gc[place];
		if (node_of(s, place) != TRIE_ROOT)
			s->total[place_above(s, place)] += s->total[place];
	}
	return 0;
}

static bool is_light(const struct history_sum *s, size_t place, uint64_t least)
{
	return node_of(s, place) != TRIE_ROOT && s->total[place] < least;
}

/* The node of the merge that a place becomes. */
static int find_node(struct history_sum *s, struct merge *m, uint32_t thread, size_t place, uint64_t least,
		     uint32_t pruned)
{
	const struct trie_node *node = &s->trie->nodes.items[node_of(s, place)];
	struct row row = {.thread = thread, .flags = place < s->n ? 0 : SCRAPE_TRUNCATED};
	size_t above;

	if (node_of(s, place) == TRIE_ROOT)
		return merge_prefix(m, &row, &s->to[place]);
	above = place_above(s, place);
	if (!is_light(s, place, least))
		return merge_child(m, s->to[above], node->label, &s->to[place]);
	if (!is_light(s, above, least))
		return trie_child(&m->trie, s->to[above], pruned, &s->to[place]);
	s->to[place] = s->to[above];
	return 0;
}

/* What ended in a place itself. */
static int add_self(struct history_sum *s, struct merge *m, size_t place, bool light)
{
	uint32_t node = s->to[place], gc = node;
	int code = 0;

	if (s->gc[place] > 0) {
		if (!light)
			code = trie_child(&m->trie, node, m->gc, &gc);
		if (code == 0)
			code = merge_add(m, gc, s->gc[place]);
	}
	if (code == 0 && s->self[place] > 0) {
		if (place == TRIE_ROOT)
			code = trie_child(&m->trie, node, m->unknown, &node);
		if (code == 0)
			code = merge_add(m, node, s->self[place]);
	}
	return code;
}

int history_sum_merge(struct history_sum *s, struct merge *m, uint32_t thread, uint64_t least)
{
	uint32_t pruned;
	int code = labels_fixed(&m->labels, SCRAPE_MARK_PRUNED, TREE_MARKER, &pruned);

	for (size_t i = 0; i < s->places.n && code == 0; i++) {
		size_t place = s->places.items[i];

		code = find_node(s, m, thread, place, least, pruned);
		if (code == 0)
			code = add_self(s, m, place, is_light(s, place, least));
	}
	return code;
}

void history_sum_clear(struct history_sum *s)
{
	VEC_EACH (place, &s->places) {
		s->self[*place] = s->gc[*place] = s->total[*place] = 0;
		s->met[*place] = false;
	}
	s->places.n = 0;
}
