/* SPDX-License-Identifier: MIT */
/* wanted: a stack is judged by those above it: each node once, from the root on. */
#include "profile/wanted.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/expression.h"
#include "profile/merge.h"
#include "profile/state.h"

enum { KNOWN = 1, INCLUDED = 2, EXCLUDED = 4 };

void wanted_deinit(struct wanted *wanted)
{
	free(wanted->of_node);
	free(wanted->of_thread);
}

static unsigned judge(const struct profile_filter *filter, const char *text)
{
	return (filter->include && expression_matches(filter->include, text) ? INCLUDED : 0) |
	       (filter->exclude && expression_matches(filter->exclude, text) ? EXCLUDED : 0);
}

/* What is known of a node of the profile, with all above it. */
static int judge_node(struct merge *m, const struct profile_filter *filter, uint32_t node, unsigned *ret)
{
	const struct trie_node *nodes = m->labels.profile->trie.nodes.items;
	unsigned char *of_node = m->wanted.of_node;

	of_node[TRIE_ROOT] = KNOWN;
	m->path.n = 0;
	for (uint32_t at = node; !of_node[at]; at = nodes[at].parent)
		if (id_add(&m->path, at) < 0)
			return SCRAPE_ENOMEM;
	while (m->path.n > 0) {
		uint32_t at = m->path.items[--m->path.n], name;
		int code = labels_frame(&m->labels, nodes[at].label, &name);

		if (code < 0)
			return code;
		of_node[at] =
			(unsigned char)(of_node[nodes[at].parent] | judge(filter, m->labels.names.items[name].text));
	}
	*ret = of_node[node];
	return 0;
}

/* What is shown of a row beside its frames: as in merge_find. */
static unsigned judge_markers(const struct profile_filter *filter, const struct row *row)
{
	unsigned known = 0;

	if (row->flags & SCRAPE_TRUNCATED)
		known |= judge(filter, SCRAPE_MARK_TRUNCATED);
	if (row->flags & SCRAPE_IN_GC)
		known |= judge(filter, SCRAPE_MARK_GC);
	if (row->node == TRIE_ROOT && !(row->flags & (SCRAPE_TRUNCATED | SCRAPE_IN_GC)))
		known |= judge(filter, SCRAPE_MARK_UNKNOWN);
	return known;
}

static bool wants_thread(const struct profile *p, const struct profile_filter *filter, uint32_t number)
{
	const struct actor_thread *thread = &p->actors.threads.items[number];
	const char *name = p->strings.list.items[thread->name].text;
	bool wanted = filter->n_pids == 0, named = filter->n_threads == 0;
	char tid[16];

	(void)snprintf(tid, sizeof(tid), "%u", thread->tid); /* ten digits at most */
	for (size_t i = 0; i < filter->n_pids && !wanted; i++)
		wanted = filter->pids[i] == p->actors.processes.items[thread->process].pid;
	for (size_t i = 0; i < filter->n_threads && !named; i++)
		named = strcmp(filter->threads[i], name) == 0 || strcmp(filter->threads[i], tid) == 0;
	return wanted && named;
}

/* Rooms for what becomes known, when it is needed first. */
static int prepare(struct merge *m)
{
	const struct profile *p = m->labels.profile;

	if (m->wanted.of_node)
		return 0;
	m->wanted.of_node = calloc(p->trie.nodes.n + 1, sizeof(*m->wanted.of_node));
	m->wanted.of_thread = malloc(p->actors.threads.n + 1);
	if (!m->wanted.of_node || !m->wanted.of_thread)
		return SCRAPE_ENOMEM;
	memset(m->wanted.of_thread, -1, p->actors.threads.n + 1);
	return 0;
}

int wanted_row(struct merge *m, const struct row *row, bool *ret)
{
	const struct profile_filter *filter = m->labels.query->filter;
	signed char *thread;
	unsigned known = 0;
	int code;

	*ret = true;
	if (!filter)
		return 0;
	code = prepare(m);
	if (code < 0)
		return code;
	thread = &m->wanted.of_thread[row->thread];
	if (*thread < 0)
		*thread = wants_thread(m->labels.profile, filter, row->thread);
	if (*thread && (filter->include || filter->exclude))
		code = judge_node(m, filter, row->node, &known);
	known |= judge_markers(filter, row);
	*ret = *thread && (!filter->include || known & INCLUDED) && !(known & EXCLUDED);
	return code;
}
