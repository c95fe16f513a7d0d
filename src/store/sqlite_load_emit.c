/* SPDX-License-Identifier: MIT */
/* sqlite_load_emit: sums of a slot become slices of a history, one for each host. */
#include <stdlib.h>

#include "store/sqlite_load.h"

/* What is of no one host stands in the first slice there is: only its time counts. */
struct history_draft *load_draft(struct load *l, const struct load_group *group)
{
	struct load_host *host = group->host ? &l->hosts.items[group->host - 1] : NULL;

	for (size_t i = 0; !host && i < l->hosts.n; i++)
		if (l->hosts.items[i].met)
			host = &l->hosts.items[i];
	if (!host)
		host = &l->hosts.items[0]; /* there is a host, or there would be no series */
	return &host->draft;
}

/* From nodes of the store to stacks of the history. */
static int translate(struct load *l, struct blob_rows *rows)
{
	int r = 0;

	for (size_t i = 0; i < rows->n && r == 0; i++)
		r = load_stack(l, rows->items[i].stack, &rows->items[i].stack);
	return r;
}

/* The thread of a section, by its number in the store. */
static int find_thread(struct load *l, uint32_t process, uint32_t id, uint32_t *ret)
{
	struct db_stmt *stmt;
	uint32_t tid = 0, name = 0;
	int r;

	while (l->thread_of.n <= id)
		if (id_add(&l->thread_of, 0) < 0)
			return SCRAPE_ENOMEM;
	if (l->thread_of.items[id]) {
		*ret = l->thread_of.items[id] - 1;
		return 0;
	}
	stmt = db_prepare(l->s->db, "SELECT tid, name FROM thread WHERE id = ?");
	db_int(stmt, 1, id);
	r = db_step(stmt);
	if (r > 0) {
		size_t len;
		const char *text = db_get_text(stmt, 1, &len);

		tid = (uint32_t)db_get_int(stmt, 0);
		r = history_parts_add_text(l->h, text, len, &name);
		db_reset(stmt);
	}
	if (r == 0)
		r = history_parts_add_thread(l->h, process, tid, name, ret);
	if (r == 0)
		l->thread_of.items[id] = *ret + 1;
	return r;
}

int load_thread(struct load *l, struct load_group *group, const struct pack_thread *head)
{
	struct pack_thread thread = *head;
	int r = head->thread >= STACKS_NODES_MAX ? SCRAPE_EFORMAT
						 : find_thread(l, group->process, head->thread, &thread.thread);

	if (r == 0)
		r = translate(l, &l->rows);
	return r < 0 ? r : history_draft_thread(load_draft(l, group), &thread, l->rows.items, l->rows.n);
}

static int emit_losses(struct load *l, struct load_group *group)
{
	int r = 0;

	for (uint64_t i = 0; i < SCRAPE_LOSS_COUNT && r == 0; i++) {
		const struct pack_fact loss = {group->process, i, group->sums.lost[i]};

		if (loss.value)
			r = history_draft_loss(load_draft(l, group), &loss);
	}
	return r;
}

static int emit_group(struct load *l, struct load_group *group)
{
	bool rows = !(l->range->needs & STORE_NO_ROWS);
	struct pack_thread head = {.cpu_ns = group->sums.cpu_ns,
				   .wall_ns = group->sums.wall_ns,
				   .looks = group->sums.looks,
				   .running = group->sums.running,
				   .weighed = true};
	int r = emit_losses(l, group);

	l->out.n = 0;
	if (r == 0 && rows && !(l->range->needs & STORE_BY_THREAD))
		r = sums_pack(&group->sums, false, &head, &l->out);
	if (r == 0)
		r = translate(l, &l->out);
	head.thread = group->thread;
	if (r == 0 && !(l->range->needs & STORE_BY_THREAD))
		r = history_draft_thread(load_draft(l, group), &head, l->out.items, l->out.n);
	sums_clear(&group->sums);
	group->met = false;
	return r;
}

static int close_host(struct load *l, struct load_host *host, uint64_t from_s, uint64_t until_s)
{
	const struct sqlite_head *head = &host->head;
	uint64_t length_us = (until_s - from_s) * 1000000;
	struct history_facts facts = {.host = host->name,
				      .slot_us = from_s * 1000000,
				      .from_us = from_s * 1000000,
				      .present_us = head->present_us < length_us ? head->present_us : length_us,
				      .rate_mhz = head->rate_mhz,
				      .exact = head->exact,
				      .ticks = head->ticks,
				      .late = head->late,
				      .cost_ns = head->cost_ns,
				      .stopped_ns = head->stopped_ns};
	int r;

	facts.until_us = facts.from_us + head->covered_us;
	for (size_t i = 0; i < SCRAPE_WAY_COUNT; i++)
		facts.ways.looks[i] = head->looks[i];
	r = history_draft_close(&host->draft, l->h, &facts);
	host->head = (struct sqlite_head){0};
	host->met = false;
	return r;
}

int load_emit(struct load *l, uint64_t from_s, uint64_t until_s)
{
	int r = 0;

	VEC_EACH (group, &l->groups)
		if (r == 0 && group->met)
			r = emit_group(l, group);
	VEC_EACH (host, &l->hosts)
		if (r == 0 && host->met)
			r = close_host(l, host, from_s, until_s);
	return r;
}
