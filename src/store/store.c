/* SPDX-License-Identifier: MIT */
/* store: checks what all kinds of stores ask of their callers, and hands on. */
#include "store/store.h"

#include <string.h>

#include "base/err.h"
#include "profile/history.h"
#include "profile/history_parts.h"
#include "scrape.h"
#include "store/store_ops.h"

#define DAY_US 86400000000ull
#define SLICE_US 10000000ull
#define MAX_BYTES (20ull << 30)
#define OUTBOX_BYTES (1ull << 30)
#define STACKS 20000
#define PRUNE 0.0005

static const uint64_t keeps_us[STORE_TIERS] = {DAY_US, 14 * DAY_US, 400 * DAY_US, 5 * 366 * DAY_US};

void store_config_fill(struct store_config *config)
{
	if (config->slice_us == 0)
		config->slice_us = SLICE_US;
	for (size_t i = 0; i < STORE_TIERS; i++)
		if (config->keep_us[i] == 0)
			config->keep_us[i] = keeps_us[i];
	if (config->max_bytes == 0)
		config->max_bytes = MAX_BYTES;
	if (config->stacks == 0)
		config->stacks = STACKS;
	if (config->outbox_bytes == 0)
		config->outbox_bytes = OUTBOX_BYTES;
	if (!(config->prune > 0))
		config->prune = PRUNE;
}

bool store_is_remote(const char *place)
{
	return strncmp(place, "clickhouse://", 13) == 0;
}

int store_open(struct store **ret, const char *place, enum store_mode mode, const struct store_config *config,
	       struct err *err)
{
	return store_is_remote(place) ? store_open_clickhouse(ret, place, mode, config, err)
				      : store_open_sqlite(ret, place, mode, config, err);
}

void store_close(struct store *store)
{
	if (store)
		store->ops->close(store);
}

int store_put(struct store *store, const struct store_slices *slices, struct store_put *ret, struct err *err)
{
	size_t host = strlen(slices->host), instance = strlen(slices->instance);

	if (host == 0 || host > STORE_HOST_MAX)
		return err_set(err, SCRAPE_EINVAL, "the name of a host has 1 to %d bytes", STORE_HOST_MAX);
	if (instance == 0 || instance > STORE_INSTANCE_MAX)
		return err_set(err, SCRAPE_EINVAL, "an instance has 1 to %d bytes", STORE_INSTANCE_MAX);
	if (slices->since > slices->next || slices->next > INT64_MAX)
		return err_set(err, SCRAPE_EFORMAT, "the numbers of the slices run backwards");
	return store->ops->put(store, slices, ret, err);
}

int store_read(struct history *scratch, const struct store_slices *slices, struct err *err)
{
	uint64_t expected = slices->since;
	int r;

	history_parts_clear(scratch);
	r = history_import(scratch, slices->bytes, slices->n, err);
	for (size_t i = 0; r == 0 && i < history_parts_slices(scratch); i++) {
		struct history_facts facts;

		history_parts_facts(scratch, i, &facts);
		if (facts.seq < expected || facts.seq >= slices->next)
			r = err_set(err, SCRAPE_EFORMAT, "a slice with a number that was not asked for");
		else if (facts.slot_us + STORE_PAST_US < slices->now_us)
			r = err_set(err, SCRAPE_EFORMAT, "a slice is %llu days old: its clock or ours is wrong",
				    (unsigned long long)((slices->now_us - facts.slot_us) / DAY_US));
		else if (facts.slot_us > slices->now_us + STORE_FUTURE_US)
			r = err_set(err, SCRAPE_EINVAL, "a slice is %llu s in the future: its clock or ours is wrong",
				    (unsigned long long)((facts.slot_us - slices->now_us) / 1000000));
		expected = facts.seq + 1;
	}
	if (r == 0 && history_parts_repeat(scratch))
		r = err_set(err, SCRAPE_EFORMAT, "the numbers of the slices run backwards");
	if (r == 0 && expected != slices->next)
		r = err_set(err, SCRAPE_EFORMAT, "slices up to number %llu are promised, and are not there",
			    (unsigned long long)slices->next);
	return r;
}

int store_begin(struct store *store, struct err *err)
{
	return store->ops->begin(store, err);
}

int store_commit(struct store *store, struct err *err)
{
	return store->ops->commit(store, err);
}

int store_hosts(struct store *store, store_host_fn fn, void *ctx, struct err *err)
{
	return store->ops->hosts(store, fn, ctx, err);
}

int store_load(struct store *store, const struct store_range *range, struct history **ret, struct err *err)
{
	if (range->until_us && range->from_us >= range->until_us)
		return err_set(err, SCRAPE_EINVAL, "the interval is empty: it ends before it begins");
	return store->ops->load(store, range, ret, err);
}

void store_unload(struct store *store, struct history *history)
{
	if (history)
		store->ops->unload(store, history);
}

int store_stats(struct store *store, bool deep, struct store_stats *ret, struct err *err)
{
	return store->ops->stats(store, deep, ret, err);
}

void store_outbox(struct store *store, struct store_outbox *ret)
{
	*ret = (struct store_outbox){0};
	if (store->ops->outbox)
		store->ops->outbox(store, ret);
}

int store_annotate(struct store *store, const struct store_note *note, int64_t *ret_id, struct err *err)
{
	if (!*note->text)
		return err_set(err, SCRAPE_EINVAL, "an annotation needs a text");
	if (strlen(note->text) > STORE_TEXT_MAX || strlen(note->service) > STORE_TEXT_MAX ||
	    strlen(note->host) > STORE_TEXT_MAX || strlen(note->by) > STORE_TEXT_MAX)
		return err_set(err, SCRAPE_EINVAL, "an annotation has at most %d bytes", STORE_TEXT_MAX);
	if (note->until_us && note->until_us < note->at_us)
		return err_set(err, SCRAPE_EINVAL, "an annotation ends before it begins");
	if (note->pin && !note->until_us)
		return err_set(err, SCRAPE_EINVAL, "an interval to be kept needs an end");
	return store->ops->annotate(store, note, ret_id, err);
}

int store_unannotate(struct store *store, int64_t id, struct err *err)
{
	return store->ops->unannotate(store, id, err);
}

int store_notes(struct store *store, uint64_t from_us, uint64_t until_us, store_note_fn fn, void *ctx, struct err *err)
{
	return store->ops->notes(store, from_us, until_us, fn, ctx, err);
}

int store_tend(struct store *store, uint64_t now_us, uint64_t budget_us, bool *ret_more, struct err *err)
{
	return store->ops->tend(store, now_us, budget_us, ret_more, err);
}

int store_check(struct store *store, store_say_fn say, void *ctx, uint64_t *ret_bad, struct err *err)
{
	return store->ops->check(store, say, ctx, ret_bad, err);
}

int store_describe(struct store *store, store_say_fn say, void *ctx, struct err *err)
{
	return store->ops->describe ? store->ops->describe(store, say, ctx, err) : 0;
}

int store_backup(struct store *store, const char *path, struct err *err)
{
	return store->ops->backup(store, path, err);
}

int store_delete(struct store *store, const struct store_delete *what, uint64_t *ret_rows, struct err *err)
{
	if (!what->host && !what->service && !what->before_us)
		return err_set(err, SCRAPE_EINVAL, "say what is to be deleted: a host, a service, a time");
	return store->ops->remove(store, what, ret_rows, err);
}
