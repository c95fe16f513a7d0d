/* SPDX-License-Identifier: MIT */
/* sums: rows added up. */
#include "store/sums.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/slice.h"

#define UNIT_NS 100000    /* of coarse weights: 100 us ... */
#define UNITS_LEAST 10000 /* ... but a smaller one where there would be fewer */

void sums_deinit(struct sums *sums)
{
	VEC_DEINIT(&sums->entries);
	map_deinit(&sums->by_key);
}

void sums_clear(struct sums *sums)
{
	map_clear(&sums->by_key);
	sums->entries.n = 0;
	sums->cpu_ns = sums->wall_ns = sums->looks = sums->running = 0;
	memset(sums->lost, 0, sizeof(sums->lost));
}

static struct sums_entry *find(struct sums *sums, uint32_t node, uint32_t flags)
{
	uint32_t number = (uint32_t)sums->entries.n;
	uint64_t key = (uint64_t)node << 8 | flags;
	struct sums_entry *entry;

	if (map_get(&sums->by_key, key, &number))
		return &sums->entries.items[number];
	if (!VEC_RESERVE(&sums->entries, sums->entries.n + 1) || map_put(&sums->by_key, key, number) < 0)
		return NULL;
	entry = VEC_PUSH(&sums->entries);
	*entry = (struct sums_entry){.node = node, .flags = flags};
	return entry;
}

int sums_add(struct sums *sums, uint32_t node, uint32_t flags, uint64_t looks, uint64_t cpu_ns, uint64_t wall_ns)
{
	struct sums_entry *entry = find(sums, node, flags);

	if (!entry)
		return SCRAPE_ENOMEM;
	entry->looks = slice_sum(entry->looks, looks);
	entry->cpu_ns = slice_sum(entry->cpu_ns, cpu_ns);
	entry->wall_ns = slice_sum(entry->wall_ns, wall_ns);
	return 0;
}

/* How one time is shared out over rows. */
struct sharing {
	uint64_t all, of, met, given;
};

static uint64_t share(struct sharing *s, uint64_t weight)
{
	if (s->of == 0)
		return 0;
	s->met += weight;
	return slice_share(s->all, s->met, s->of, &s->given);
}

int sums_section(struct sums *sums, const struct pack_thread *head, const struct blob_rows *rows, uint32_t unseen)
{
	struct sharing cpu = {.all = head->cpu_ns, .of = head->cpu_weight};
	struct sharing wall = {.all = head->wall_ns, .of = head->wall_weight};
	uint64_t cpu_unseen = pack_unseen(head, PROFILE_CPU), wall_unseen = pack_unseen(head, PROFILE_WALL);
	int r = 0;

	for (size_t i = 0; i < rows->n && r == 0; i++) {
		const struct pack_row *row = &rows->items[i];
		uint64_t of_cpu = head->weighed ? row->cpu_weight : row->flags & SCRAPE_ON_CPU ? row->looks : 0;

		r = sums_add(sums, row->stack, row->flags, row->looks, share(&cpu, of_cpu),
			     share(&wall, head->weighed ? row->wall_weight : row->looks));
	}
	if (r == 0 && (cpu_unseen || wall_unseen))
		r = sums_add(sums, unseen, SCRAPE_ON_CPU, 0, cpu_unseen, wall_unseen);
	sums->cpu_ns = slice_sum(sums->cpu_ns, head->cpu_ns);
	sums->wall_ns = slice_sum(sums->wall_ns, head->wall_ns);
	sums->looks = slice_sum(sums->looks, head->looks);
	sums->running = slice_sum(sums->running, head->running);
	return r;
}

/* A node with all below it. */
struct weight {
	uint32_t node, to; /* to: where what is light goes; 0: it is not light */
	uint64_t cpu_ns, wall_ns;
};

struct pruning {
	struct weight *items;
	size_t n, cap;
	struct map place_of; /* node -> its place in items */
};

static struct weight *weight_of(struct pruning *p, uint32_t node)
{
	uint32_t place = (uint32_t)p->n;
	struct weight *weight;

	if (map_get(&p->place_of, node, &place))
		return &p->items[place];
	if (!VEC_RESERVE(p, p->n + 1) || map_put(&p->place_of, node, place) < 0)
		return NULL;
	weight = VEC_PUSH(p);
	*weight = (struct weight){.node = node};
	return weight;
}

/* Each entry counts in its node and all above. */
static int weigh(struct pruning *p, const struct sums *sums, const struct sums_trie *trie)
{
	VEC_EACH (entry, &sums->entries)
		for (uint32_t node = entry->node; node != SUMS_ROOT; node = trie->parent(trie->ctx, node)) {
			struct weight *weight = weight_of(p, node);

			if (!weight)
				return SCRAPE_ENOMEM;
			weight->cpu_ns += entry->cpu_ns;
			weight->wall_ns += entry->wall_ns;
		}
	return 0;
}

/* The node that takes what is light in this one: [pruned] of the nearest heavy one above. 0: the node itself stays. */
static int find_heir(struct pruning *p, const struct sums_trie *trie, uint32_t node, uint64_t cpu_least,
		     uint64_t wall_least, uint32_t *ret)
{
	uint32_t at = node, top = 0; /* top: the outermost that is light */
	uint32_t place;

	for (; at != SUMS_ROOT; at = trie->parent(trie->ctx, at))
		if (map_get(&p->place_of, at, &place) && p->items[place].cpu_ns < cpu_least &&
		    p->items[place].wall_ns < wall_least)
			top = at;
	*ret = 0;
	if (!top)
		return 0;
	return trie->pruned(trie->ctx, trie->parent(trie->ctx, top), ret);
}

static int move_light(struct sums *sums, struct pruning *p, const struct sums_trie *trie, uint64_t cpu_least,
		      uint64_t wall_least)
{
	size_t n = sums->entries.n;
	_cleanup_free_ struct sums_entry *entries = calloc(n + 1, sizeof(*entries));
	int r = entries ? 0 : SCRAPE_ENOMEM;

	if (r == 0 && n > 0)
		memcpy(entries, sums->entries.items, n * sizeof(*entries));
	if (r < 0)
		return r;
	map_clear(&sums->by_key);
	sums->entries.n = 0;
	for (size_t i = 0; i < n && r == 0; i++) {
		struct weight *weight = weight_of(p, entries[i].node);
		uint32_t heir = 0;

		if (entries[i].node != SUMS_ROOT && weight && weight->cpu_ns < cpu_least &&
		    weight->wall_ns < wall_least)
			r = find_heir(p, trie, entries[i].node, cpu_least, wall_least, &heir);
		if (r == 0)
			r = sums_add(sums, heir ? heir : entries[i].node, entries[i].flags, entries[i].looks,
				     entries[i].cpu_ns, entries[i].wall_ns);
	}
	return r;
}

int sums_prune(struct sums *sums, const struct sums_trie *trie, double least)
{
	struct pruning p = {0};
	uint64_t cpu_least = (uint64_t)(least * (double)sums->cpu_ns) + 1;
	uint64_t wall_least = (uint64_t)(least * (double)sums->wall_ns) + 1;
	int r = weigh(&p, sums, trie);

	if (r == 0)
		r = move_light(sums, &p, trie, cpu_least, wall_least);
	VEC_DEINIT(&p);
	map_deinit(&p.place_of);
	return r;
}

static uint64_t unit_of(uint64_t total_ns, bool coarse)
{
	uint64_t unit = total_ns / UNITS_LEAST;

	if (!coarse || unit == 0)
		return 1;
	return unit < UNIT_NS ? unit : UNIT_NS;
}

static int compare_entries(const void *a, const void *b)
{
	const struct sums_entry *x = a, *y = b;

	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return x->flags < y->flags ? -1 : x->flags > y->flags;
}

static uint64_t rounded(uint64_t ns, uint64_t unit)
{
	return (ns + unit / 2) / unit;
}

/* Weights are differences of a running sum in whole units: so they add up. */
int sums_pack(const struct sums *sums, bool coarse, struct pack_thread *head, struct blob_rows *rows)
{
	uint64_t cpu_unit = unit_of(sums->cpu_ns, coarse), wall_unit = unit_of(sums->wall_ns, coarse);
	uint64_t cpu = 0, wall = 0;
	_cleanup_free_ struct sums_entry *sorted = calloc(sums->entries.n + 1, sizeof(*sorted));

	rows->n = 0;
	if (!sorted || !VEC_RESERVE(rows, sums->entries.n + 1))
		return SCRAPE_ENOMEM;
	if (sums->entries.n > 0)
		memcpy(sorted, sums->entries.items, sums->entries.n * sizeof(*sorted));
	if (coarse)
		qsort(sorted, sums->entries.n, sizeof(*sorted), compare_entries);
	*head = (struct pack_thread){.weighed = true, .looks = sums->looks, .running = sums->running};
	for (size_t i = 0; i < sums->entries.n; i++) {
		struct pack_row *row = &rows->items[rows->n++];

		*row = (struct pack_row){.stack = sorted[i].node, .flags = sorted[i].flags, .looks = sorted[i].looks};
		row->cpu_weight = rounded(cpu + sorted[i].cpu_ns, cpu_unit) - rounded(cpu, cpu_unit);
		row->wall_weight = rounded(wall + sorted[i].wall_ns, wall_unit) - rounded(wall, wall_unit);
		cpu += sorted[i].cpu_ns;
		wall += sorted[i].wall_ns;
		head->cpu_weight += row->cpu_weight;
		head->wall_weight += row->wall_weight;
	}
	head->cpu_ns = sums->cpu_ns;
	head->wall_ns = sums->wall_ns;
	return 0;
}
