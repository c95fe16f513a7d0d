/* SPDX-License-Identifier: MIT */
/* query: a profile and a question become a tree. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/arrange.h"
#include "profile/merge.h"
#include "profile/profile.h"
#include "profile/state.h"
#include "profile/tree.h"

static int merge_all(struct merge *merge, const struct profile *p)
{
	struct times sum = {.cpu_ns = p->stats.cpu_ns, .wall_ns = p->stats.wall_ns};
	struct row_list open = {0};
	int code = slice_scale(&p->slice, &p->rows, profile_period_ns(p), STATE_NODE_UNSEEN, &sum, &open);

	VEC_EACH (row, &p->rows.list)
		if (code == 0)
			code = merge_row(merge, row);
	VEC_EACH (row, &open)
		if (code == 0)
			code = merge_row(merge, row);
	free(open.items);
	return code;
}

/* "app.py (pid 4711)", cut between two characters. */
static void set_title(const struct profile *p, struct tree_meta *meta)
{
	size_t n = sizeof(meta->title) - 1;

	if (p->actors.processes.n > 1) {
		(void)snprintf(meta->title, sizeof(meta->title), "%zu processes", p->actors.processes.n);
	} else if (p->actors.processes.n == 1) {
		const struct actor_process *process = &p->actors.processes.items[0];
		char pid[32];
		size_t len = p->strings.list.items[process->service].len, room;
		const char *service = p->strings.list.items[process->service].text;

		(void)snprintf(pid, sizeof(pid), "%s(pid %u)", len ? " " : "", process->pid);
		room = n - strlen(pid);
		if (len > room)
			for (len = room; len > 0 && ((unsigned char)service[len] & 0xc0) == 0x80;)
				len--;
		(void)snprintf(meta->title, sizeof(meta->title), "%.*s%s", (int)len, service, pid);
	}
}

static void fill_meta(const struct profile *p, enum profile_mode mode, struct tree_meta *meta)
{
	static const char *const modes[] = {[PROFILE_CPU] = "cpu", [PROFILE_WALL] = "wall", [PROFILE_GIL] = "gil"};
	uint64_t duration_us = profile_duration_us(p);

	set_title(p, meta);
	meta->mode = modes[mode];
	meta->unit = "samples";
	meta->start_wall_ns = p->stats.start_wall_us * 1000;
	meta->duration_ns = duration_us < UINT64_MAX / 1000 ? duration_us * 1000 : UINT64_MAX;
	meta->period_ns = profile_period_ns(p);
	meta->rate_asked = (double)p->rate_mhz / 1000;
	meta->rate_reached = profile_rate_reached(p);
	meta->looks = p->stats.looks;
	memcpy(meta->lost, p->stats.lost, sizeof(meta->lost));
}

static int name_root(struct merge *merge, struct tree *tree, uint32_t *ret)
{
	int code = labels_fixed(&merge->labels, "all", TREE_GROUP, ret);

	return code < 0 ? code : labels_hand_over(&merge->labels, tree);
}

static int make_tree(const struct profile *p, struct merge *merge, struct tree *tree)
{
	uint32_t root_name;
	int code = merge_all(merge, p);

	if (code == 0)
		code = name_root(merge, tree, &root_name);
	return code < 0 ? code : arrange(merge, root_name, profile_rate_mhz(p), NULL, tree);
}

/* Of the looks themselves, with the times of each. */
static int make_timed_tree(const struct profile *p, struct merge *merge, struct tree *tree)
{
	struct run_spots spots = {0};
	_cleanup_free_ uint32_t *places = NULL;
	uint32_t root_name;
	int code = runs_merge(p, merge, &spots);

	if (code == 0)
		code = name_root(merge, tree, &root_name);
	places = calloc(merge->trie.nodes.n + 1, sizeof(*places));
	if (code == 0)
		code = places ? arrange(merge, root_name, ARRANGE_UNITS, places, tree) : SCRAPE_ENOMEM;
	if (code == 0)
		code = runs_arrange(p, &spots, places, tree);
	VEC_DEINIT(&spots.list);
	return code;
}

int profile_tree(const struct profile *p, const struct profile_query *query, struct tree *ret)
{
	struct profile_query wanted = *query;
	struct tree tree = {0};
	struct merge merge;
	int code;

	if (query->times && (!p->runs.kept || p->runs.too_many))
		return SCRAPE_ENOTFOUND;
	wanted.split_targets |= query->times;
	wanted.split_threads |= query->times;
	code = merge_init(&merge, p, &wanted);
	if (code == 0)
		code = query->times ? make_timed_tree(p, &merge, &tree) : make_tree(p, &merge, &tree);
	merge_deinit(&merge);
	if (code < 0) {
		tree_deinit(&tree);
		return code;
	}
	fill_meta(p, query->mode, &tree.meta);
	*ret = tree;
	return 0;
}
