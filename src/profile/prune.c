/* SPDX-License-Identifier: MIT */
/*
 * prune: makes a profile smaller.
 *
 * All tables are made anew beside the old ones, with only what is still referred to, and then change places with them:
 * a failure leaves the profile as it was. Everything goes by number, so a table "old number -> new number + 1" each is
 * what holds it together; names move when the first that refers to them does.
 */
#include "profile/prune.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "profile/state.h"
#include "profile/weigh.h"

#define KEEP_OF_NODES 3 /* one of so many nodes is kept in each round */
#define ROWS_PER_NODE 4 /* with more, it is threads that fill the table */
#define NODES_FIXED 3   /* root, [unseen], [pruned]: below that there is nothing to prune */

struct renewal {
	struct profile *p;
	const bool *keep; /* by node */
	const bool *fold; /* by thread */
	struct strings strings;
	struct frames frames;
	struct trie trie;
	struct rows rows;
	uint32_t *string_of, *frame_of, *node_of, *thread_of; /* new number + 1, 0: not moved yet */
	uint64_t pruned;
};

static void renewal_deinit(struct renewal *r)
{
	strings_deinit(&r->strings);
	frames_deinit(&r->frames);
	trie_deinit(&r->trie);
	rows_deinit(&r->rows);
	free(r->string_of);
	free(r->frame_of);
	free(r->node_of);
	free(r->thread_of);
}

static int renewal_init(struct renewal *r, struct profile *p, const bool *keep, const bool *fold)
{
	*r = (struct renewal){.p = p, .keep = keep, .fold = fold};
	r->strings.seed = p->strings.seed;
	r->frames.seed = p->frames.seed;
	r->string_of = calloc(p->strings.list.n + 1, sizeof(uint32_t));
	r->frame_of = calloc(p->frames.list.n + 1, sizeof(uint32_t));
	r->node_of = calloc(p->trie.nodes.n + 1, sizeof(uint32_t));
	r->thread_of = calloc(p->actors.threads.n + 1, sizeof(uint32_t));
	if (!r->string_of || !r->frame_of || !r->node_of || !r->thread_of)
		return SCRAPE_ENOMEM;
	return profile_make_markers(&r->strings, &r->frames, &r->trie);
}

static int move_string(struct renewal *r, uint32_t old, uint32_t *ret)
{
	if (!r->string_of[old]) {
		const struct string *string = &r->p->strings.list.items[old];
		uint32_t number;

		if (strings_add(&r->strings, string->text, string->len, &number) < 0)
			return SCRAPE_ENOMEM;
		r->string_of[old] = number + 1;
	}
	*ret = r->string_of[old] - 1;
	return 0;
}

static int move_frame(struct renewal *r, uint32_t old, uint32_t *ret)
{
	if (!r->frame_of[old]) {
		struct frame frame = *frames_at(&r->p->frames, old);
		uint32_t number;

		if (move_string(r, frame.function, &frame.function) < 0 ||
		    move_string(r, frame.file, &frame.file) < 0 ||
		    move_string(r, frame.module, &frame.module) < 0 || frames_add(&r->frames, &frame, &number) < 0)
			return SCRAPE_ENOMEM;
		r->frame_of[old] = number + 1;
	}
	*ret = r->frame_of[old] - 1;
	return 0;
}

static int move_nodes(struct renewal *r)
{
	const struct trie *old = &r->p->trie;

	r->node_of[TRIE_ROOT] = TRIE_ROOT + 1;
	for (uint32_t i = 1; i < old->nodes.n; i++) {
		const struct trie_node *node = &old->nodes.items[i];
		uint32_t parent = r->node_of[node->parent] - 1, frame = STATE_FRAME_PRUNED, number;

		if (i == STATE_NODE_UNSEEN || r->keep[i]) {
			if (move_frame(r, node->label, &frame) < 0)
				return SCRAPE_ENOMEM;
		} else if (parent != TRIE_ROOT && r->trie.nodes.items[parent].label == STATE_FRAME_PRUNED) {
			r->node_of[i] = parent + 1; /* below a stack that was pruned */
			continue;
		}
		if (trie_child(&r->trie, parent, frame, &number) < 0)
			return SCRAPE_ENOMEM;
		r->node_of[i] = number + 1;
	}
	return 0;
}

static int move_threads(struct renewal *r)
{
	struct actors *actors = &r->p->actors;
	size_t n = actors->threads.n; /* before those that are made here */

	for (uint32_t i = 0; i < n; i++) {
		const struct actor_thread *thread = &actors->threads.items[i];
		uint32_t number = i;

		if (r->fold[i] && actors_thread(actors, thread->process, ACTORS_TID_PRUNED, thread->name, &number) < 0)
			return SCRAPE_ENOMEM;
		r->thread_of[i] = number + 1;
	}
	return 0;
}

static int move_rows(struct renewal *r)
{
	VEC_EACH (row, &r->p->rows.list) {
		struct row *sums;
		uint32_t at;

		if (rows_find(&r->rows, r->thread_of[row->thread] - 1, r->node_of[row->node] - 1, row->flags, &at) < 0)
			return SCRAPE_ENOMEM;
		sums = &r->rows.list.items[at];
		sums->open += row->open;
		sums->looks += row->looks;
		sums->cpu_ns += row->cpu_ns;
		sums->wall_ns += row->wall_ns;
		if (row->node > STATE_NODE_UNSEEN && !r->keep[row->node])
			r->pruned++;
		else if (r->fold[row->thread])
			r->pruned++;
	}
	return 0;
}

/* What the stream in hand and the actors refer to. */
static int move_names(struct renewal *r)
{
	const struct profile *p = r->p;
	uint32_t number;

	VEC_EACH (string, &p->ids.strings)
		if (move_string(r, *string, &number) < 0)
			return SCRAPE_ENOMEM;
	VEC_EACH (frame, &p->ids.frames)
		if (move_frame(r, *frame, &number) < 0)
			return SCRAPE_ENOMEM;
	VEC_EACH (process, &p->actors.processes)
		if (move_string(r, process->service, &number) < 0)
			return SCRAPE_ENOMEM;
	VEC_EACH (thread, &p->actors.threads)
		if (move_string(r, thread->name, &number) < 0)
			return SCRAPE_ENOMEM;
	return 0;
}

#define SWAP(a, b)                                                                                                     \
	do {                                                                                                           \
		__typeof__(a) swapped = (a);                                                                           \
		(a) = (b);                                                                                             \
		(b) = swapped;                                                                                         \
	} while (0)

/* Everything has moved: lets the profile live in the new tables. Cannot fail. */
static void settle(struct renewal *r)
{
	struct profile *p = r->p;

	VEC_EACH (string, &p->ids.strings)
		*string = r->string_of[*string] - 1;
	VEC_EACH (frame, &p->ids.frames)
		*frame = r->frame_of[*frame] - 1;
	VEC_EACH (process, &p->actors.processes)
		process->service = r->string_of[process->service] - 1;
	VEC_EACH (thread, &p->actors.threads)
		thread->name = r->string_of[thread->name] - 1;
	VEC_EACH (run, &p->runs.list) /* a thread that was folded is still one of the actors */
		run->node = r->node_of[run->node] - 1;
	SWAP(p->strings, r->strings);
	SWAP(p->frames, r->frames);
	SWAP(p->trie, r->trie);
	SWAP(p->rows, r->rows);
	ids_unmeet(&p->ids);
	/* Rows of one thread may have become one, never rows of two threads of the open slice: there is room. */
	p->slice.rows.n = 0;
	for (uint32_t i = 0; i < p->rows.list.n; i++) {
		const struct row *row = &p->rows.list.items[i];

		if (row->open)
			p->slice.rows.items[p->slice.rows.n++] =
				(struct slice_row){.row = i, .tally = p->actors.threads.items[row->thread].tally - 1};
	}
	p->stats.pruned += r->pruned;
}

/* Keeps the n_nodes heaviest nodes; folds the lesser half of the threads if asked to. */
static int renew(struct profile *p, size_t n_nodes, bool fold_threads, size_t *ret_folded)
{
	_cleanup_free_ bool *keep = calloc(p->trie.nodes.n, sizeof(*keep));
	_cleanup_free_ bool *fold = calloc(p->actors.threads.n + 1, sizeof(*fold));
	struct renewal r = {0};
	int code = keep && fold ? weigh_nodes(p, n_nodes, keep) : SCRAPE_ENOMEM;

	*ret_folded = 0;
	if (code == 0 && fold_threads)
		code = weigh_threads(p, fold, ret_folded);
	if (code == 0)
		code = renewal_init(&r, p, keep, fold);
	if (code == 0)
		code = move_nodes(&r);
	if (code == 0)
		code = move_threads(&r);
	if (code == 0)
		code = move_rows(&r);
	if (code == 0)
		code = move_names(&r);
	if (code == 0)
		settle(&r);
	renewal_deinit(&r);
	return code;
}

int profile_prune(struct profile *p)
{
	size_t goal = p->max_bytes - p->max_bytes / 4, folded = 0;
	bool threads_are_spent = false;
	int code = renew(p, p->trie.nodes.n, false, &folded);

	while (code == 0 && profile_bytes(p) > goal) {
		size_t n = p->trie.nodes.n;

		if (p->rows.list.n > ROWS_PER_NODE * n && !threads_are_spent) {
			code = renew(p, n, true, &folded);
			threads_are_spent = folded == 0;
		} else if (n > NODES_FIXED) {
			code = renew(p, n / KEEP_OF_NODES, false, &folded);
		} else {
			return SCRAPE_ELIMIT;
		}
	}
	return code;
}
