/* SPDX-License-Identifier: MIT */
/* history_parts: slices taken apart and put together. */
#include "profile/history_parts.h"

#include <stdlib.h>

#include "profile/history_state.h"

_Static_assert(HISTORY_PARTS_UNSEEN == STATE_NODE_UNSEEN, "as in every profile");
_Static_assert(sizeof(((struct history_draft *)0)->sections) / sizeof(struct buf) == SECTIONS, "as in the state");

void history_parts_names(const struct history *h, struct history_names *ret)
{
	*ret = (struct history_names){&h->names.strings, &h->names.frames, &h->names.trie, &h->names.actors};
}

uint32_t history_parts_epoch(const struct history *h)
{
	return h->epoch;
}

uint32_t history_parts_node(const struct history *h, uint32_t stack)
{
	return h->stacks.items[stack];
}

bool history_parts_is_gone(const struct history *h, uint32_t process)
{
	return h->gone.items[process];
}

size_t history_parts_slices(const struct history *h)
{
	return h->slices.n;
}

void history_parts_facts(const struct history *h, size_t i, struct history_facts *ret)
{
	const struct history_slice *slice = &h->slices.items[i];

	*ret = (struct history_facts){.seq = slice->seq,
				      .host = slice->host,
				      .slot_us = slice->slot_us,
				      .from_us = slice->from_us,
				      .until_us = slice->until_us,
				      .present_us = slice->present_us,
				      .rate_mhz = slice->rate_mhz,
				      .exact = slice->exact,
				      .ticks = slice->ticks,
				      .late = slice->late,
				      .cost_ns = slice->cost_ns,
				      .stopped_ns = slice->stopped_ns,
				      .ways = slice->ways};
}

/* Begins or goes on in a section. */
static const uint8_t *section_end(const struct history *h, size_t i, enum history_section section, const uint8_t **at)
{
	const uint8_t *end, *begin = history_section(&h->slices.items[i], section, &end);

	if (!*at)
		*at = begin;
	return end;
}

bool history_parts_thread(const struct history *h, size_t i, const uint8_t **at, struct pack_thread *ret)
{
	return pack_next_thread(at, section_end(h, i, SECTION_THREADS, at), ret);
}

bool history_parts_loss(const struct history *h, size_t i, const uint8_t **at, struct pack_fact *ret)
{
	return pack_next_fact(at, section_end(h, i, SECTION_LOSSES, at), ret);
}

bool history_parts_gone(const struct history *h, size_t i, const uint8_t **at, struct pack_fact *ret)
{
	return pack_next_fact(at, section_end(h, i, SECTION_GONE, at), ret);
}

bool history_parts_ended(const struct history *h, size_t i, const uint8_t **at, struct pack_fact *ret)
{
	struct pack_fact fact;

	while (history_parts_gone(h, i, at, &fact))
		if (history_has_ended(&fact)) {
			*ret = fact;
			return true;
		}
	return false;
}

bool history_parts_cells(const struct history *h, size_t i, const uint8_t **at, struct pack_cells *ret)
{
	return pack_next_cells(at, section_end(h, i, SECTION_CELLS, at), ret);
}

void history_parts_clear(struct history *h)
{
	history_drop(h, h->slices.n);
	h->next_seq = 0;
	h->next_us = 0;
	h->repeats = false;
}

bool history_parts_repeat(const struct history *h)
{
	return h->repeats;
}

static int within(const struct history *h, int code)
{
	return code == 0 && history_bytes(h) > h->max_bytes ? SCRAPE_ELIMIT : code;
}

int history_parts_add_text(struct history *h, const char *text, size_t len, uint32_t *ret)
{
	return within(h, strings_add(&h->names.strings, text, len, ret));
}

int history_parts_add_frame(struct history *h, const struct frame *frame, uint32_t *ret)
{
	return within(h, frames_add(&h->names.frames, frame, ret));
}

int history_parts_add_node(struct history *h, uint32_t parent, uint32_t frame, uint32_t *ret)
{
	return within(h, trie_child(&h->names.trie, parent, frame, ret));
}

int history_parts_add_stack(struct history *h, uint32_t node, uint32_t *ret)
{
	return history_stack(&h->stacks, &h->stack_of, node, ret);
}

int history_parts_add_process(struct history *h, const struct actor_process *process, bool gone, uint32_t *ret)
{
	uint32_t number;
	int code = actors_process(&h->names.actors, process, &number);

	while (code == 0 && h->gone.n <= number)
		if (!VEC_PUSH(&h->gone))
			code = SCRAPE_ENOMEM;
	if (code < 0)
		return code;
	h->gone.items[number] = gone;
	*ret = number;
	return within(h, 0);
}

int history_parts_add_thread(struct history *h, uint32_t process, uint32_t tid, uint32_t name, uint32_t *ret)
{
	return within(h, actors_named_thread(&h->names.actors, process, tid, name, ret));
}

int history_parts_add_host(struct history *h, uint32_t name, uint64_t first_us)
{
	struct history_host *host;

	VEC_EACH (known, &h->hosts)
		if (known->name == name) {
			known->first_us = known->first_us < first_us ? known->first_us : first_us;
			return 0;
		}
	host = VEC_PUSH(&h->hosts);
	if (!host)
		return SCRAPE_ENOMEM;
	*host = (struct history_host){name, first_us};
	return 0;
}

void history_draft_deinit(struct history_draft *draft)
{
	for (size_t i = 0; i < SECTIONS; i++)
		buf_deinit(&draft->sections[i]);
}

int history_draft_thread(struct history_draft *draft, const struct pack_thread *head, const struct pack_row *rows,
			 size_t n)
{
	struct buf *out = &draft->sections[SECTION_THREADS];
	struct pack_thread thread = *head;
	uint8_t row[PACK_ROW_MAX];

	thread.n_bytes = 0;
	for (size_t i = 0; i < n; i++)
		thread.n_bytes += pack_put_row(row, &rows[i], head->weighed, i > 0 ? rows[i - 1].stack : 0);
	if (!buf_reserve(out, PACK_HEAD_MAX + thread.n_bytes + PACK_ROW_MAX))
		return SCRAPE_ENOMEM;
	out->len += pack_put_thread((uint8_t *)out->data + out->len, &thread);
	for (size_t i = 0; i < n; i++)
		out->len += pack_put_row((uint8_t *)out->data + out->len, &rows[i], head->weighed,
					 i > 0 ? rows[i - 1].stack : 0);
	draft->looks = slice_sum(draft->looks, thread.looks);
	draft->cpu_ns = slice_sum(draft->cpu_ns, thread.cpu_ns);
	draft->wall_ns = slice_sum(draft->wall_ns, thread.wall_ns);
	return 0;
}

int history_draft_loss(struct history_draft *draft, const struct pack_fact *loss)
{
	struct buf *out = &draft->sections[SECTION_LOSSES];

	if (!buf_reserve(out, PACK_FACT_MAX))
		return SCRAPE_ENOMEM;
	out->len += pack_put_fact((uint8_t *)out->data + out->len, loss);
	return 0;
}

int history_draft_cells(struct history_draft *draft, const struct pack_cells *cells)
{
	struct buf *out = &draft->sections[SECTION_CELLS];

	if (!buf_reserve(out, PACK_CELLS_MAX))
		return SCRAPE_ENOMEM;
	out->len += pack_put_cells((uint8_t *)out->data + out->len, cells);
	return 0;
}

static void give_facts(struct history_slice *slice, const struct history_facts *facts)
{
	slice->host = facts->host;
	slice->slot_us = facts->slot_us;
	slice->from_us = facts->from_us;
	slice->until_us = facts->until_us;
	slice->present_us = facts->present_us;
	slice->rate_mhz = facts->rate_mhz;
	slice->exact = facts->exact;
	slice->ticks = facts->ticks;
	slice->late = facts->late;
	slice->cost_ns = facts->cost_ns;
	slice->stopped_ns = facts->stopped_ns;
	slice->ways = facts->ways;
}

int history_draft_close(struct history_draft *draft, struct history *h, const struct history_facts *facts)
{
	struct history_pending pending = {0};
	size_t n;
	int code;

	for (size_t i = 0; i < SECTIONS; i++)
		pending.sections[i] = draft->sections[i];
	give_facts(&pending.slice, facts);
	pending.slice.looks = draft->looks;
	pending.slice.cpu_ns = draft->cpu_ns;
	pending.slice.wall_ns = draft->wall_ns;
	n = history_pending_bytes(&pending);
	*draft = (struct history_draft){0};
	code = history_close(h, &pending, h->next_seq);
	if (code < 0) {
		history_pending_deinit(&pending);
		return code;
	}
	h->packed += n;
	h->looks = slice_sum(h->looks, pending.slice.looks);
	h->sum.cpu_ns = slice_sum(h->sum.cpu_ns, pending.slice.cpu_ns);
	h->sum.wall_ns = slice_sum(h->sum.wall_ns, pending.slice.wall_ns);
	return within(h, 0);
}

int history_parts_keep(struct history *h, uint64_t oldest_us)
{
	size_t n = 0;

	while (n < h->slices.n && h->slices.items[n].slot_us + h->slice_us <= oldest_us)
		n++;
	history_drop(h, n);
	if (h->stale * 4 > h->slices.n && history_compact(h) < 0)
		return SCRAPE_ENOMEM;
	return history_bound(h);
}

void history_parts_set_watermark(struct history *h, uint64_t watermark_us)
{
	h->next_us = watermark_us;
}
