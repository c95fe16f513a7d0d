/* SPDX-License-Identifier: MIT */
/* emit: groups and hosts of a slot. */
#include "store/emit.h"

#include <stdlib.h>

#include "profile/history.h"
#include "store/plan.h"

#define HISTORY_BYTES (2ull << 30)

int emit_begin(struct emit *e, const struct plan *plan, uint64_t step_s, unsigned needs)
{
	uint64_t length_s = plan->until_s - plan->from_s, slice_s = plan->step_s ? plan->step_s : length_s;
	const struct history_config config = {.host = "",
					      .max_bytes = HISTORY_BYTES,
					      .slice_us = (slice_s ? slice_s : step_s) * 1000000,
					      .origin_us = plan->from_s * 1000000,
					      .grain_us = plan->step_s ? 0 : plan->grain_s * 1000000};

	e->needs = needs;
	e->h = history_new(&config);
	return e->h ? 0 : SCRAPE_ENOMEM;
}

struct history *emit_end(struct emit *e, const struct plan *plan, uint64_t end_s)
{
	struct history *h = e->h;

	/* the last slot may be longer than what there is */
	history_parts_set_watermark(h, (plan->until_s < end_s ? plan->until_s : end_s) * 1000000);
	e->h = NULL;
	return h;
}

void emit_deinit(struct emit *e)
{
	VEC_EACH (group, &e->groups)
		sums_deinit(&group->sums);
	VEC_DEINIT(&e->groups);
	VEC_EACH (host, &e->hosts)
		history_draft_deinit(&host->draft);
	VEC_DEINIT(&e->hosts);
	VEC_DEINIT(&e->out);
	history_free(e->h);
}

int emit_add_host(struct emit *e, const char *name, size_t len, uint64_t first_us, uint32_t *ret)
{
	struct emit_host *host = VEC_PUSH(&e->hosts);
	int r;

	if (!host)
		return SCRAPE_ENOMEM;
	r = history_parts_add_text(e->h, name, len, &host->name);
	if (r == 0)
		r = history_parts_add_host(e->h, host->name, first_us);
	*ret = (uint32_t)e->hosts.n;
	return r;
}

int emit_add_group(struct emit *e, uint32_t process, uint32_t host, uint32_t *ret)
{
	struct emit_group *group = VEC_PUSH(&e->groups);

	if (!group)
		return SCRAPE_ENOMEM;
	group->process = process;
	group->host = host;
	*ret = (uint32_t)e->groups.n;
	return history_parts_add_thread(e->h, process, 0, 0, &group->thread);
}

/* What is of no one host stands in the first slice there is: only its time counts. */
struct history_draft *emit_draft(struct emit *e, const struct emit_group *group)
{
	struct emit_host *host = group->host ? &e->hosts.items[group->host - 1] : NULL;

	for (size_t i = 0; !host && i < e->hosts.n; i++)
		if (e->hosts.items[i].met)
			host = &e->hosts.items[i];
	if (!host)
		host = &e->hosts.items[0]; /* there is a host, or there would be no series */
	return &host->draft;
}

int emit_translate(struct emit *e, struct blob_rows *rows)
{
	int r = 0;

	for (size_t i = 0; i < rows->n && r == 0; i++)
		r = e->stack(e->ctx, rows->items[i].stack, &rows->items[i].stack);
	return r;
}

static int emit_losses(struct emit *e, struct emit_group *group)
{
	int r = 0;

	for (uint64_t i = 0; i < SCRAPE_LOSS_COUNT && r == 0; i++) {
		const struct pack_fact loss = {group->process, i, group->sums.lost[i]};

		if (loss.value)
			r = history_draft_loss(emit_draft(e, group), &loss);
	}
	return r;
}

static int emit_one(struct emit *e, struct emit_group *group)
{
	bool rows = !(e->needs & STORE_NO_ROWS);
	struct pack_thread head = {.cpu_ns = group->sums.cpu_ns,
				   .wall_ns = group->sums.wall_ns,
				   .looks = group->sums.looks,
				   .running = group->sums.running,
				   .weighed = true};
	int r = emit_losses(e, group);

	e->out.n = 0;
	if (r == 0 && rows && !(e->needs & STORE_BY_THREAD))
		r = sums_pack(&group->sums, false, &head, &e->out);
	if (r == 0)
		r = emit_translate(e, &e->out);
	head.thread = group->thread;
	if (r == 0 && !(e->needs & STORE_BY_THREAD))
		r = history_draft_thread(emit_draft(e, group), &head, e->out.items, e->out.n);
	sums_clear(&group->sums);
	group->met = false;
	return r;
}

static int close_host(struct emit *e, struct emit_host *host, uint64_t from_s, uint64_t until_s)
{
	const struct head *head = &host->head;
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
	r = history_draft_close(&host->draft, e->h, &facts);
	host->head = (struct head){0};
	host->met = false;
	return r;
}

int emit_slot(struct emit *e, uint64_t from_s, uint64_t until_s)
{
	int r = 0;

	VEC_EACH (group, &e->groups)
		if (r == 0 && group->met)
			r = emit_one(e, group);
	VEC_EACH (host, &e->hosts)
		if (r == 0 && host->met)
			r = close_host(e, host, from_s, until_s);
	return r;
}
