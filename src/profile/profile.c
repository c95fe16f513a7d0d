/* SPDX-License-Identifier: MIT */
/* profile: its life, its clock and its sums. */
#include "profile/profile.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "profile/state.h"
#include "stream/stream.h"

#define BYTES_DEFAULT (256ull << 20)
#define BYTES_MIN (256ull << 10) /* less cannot hold even one block of each table */
#define BYTES_MAX (2ull << 30)   /* numbers of nodes and strings fit into 32 bits */
#define RATE_MHZ_MAX (SCRAPE_RATE_MAX * 1000ull)

int profile_make_markers(struct strings *strings, struct frames *frames, struct trie *trie)
{
	static const char *const marks[] = {
		[STATE_FRAME_UNSEEN] = SCRAPE_MARK_UNSEEN,
		[STATE_FRAME_PRUNED] = SCRAPE_MARK_PRUNED,
	};
	uint32_t number;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		struct frame frame = {.kind = STREAM_FRAME_MARKER, .module = STATE_STRING_EMPTY};

		if (strings_add(strings, "", 0, &frame.file) < 0 ||
		    strings_add(strings, marks[i], strlen(marks[i]), &frame.function) < 0 ||
		    frames_add(frames, &frame, &number) < 0)
			return SCRAPE_ENOMEM;
	}
	if (trie_init(trie) < 0)
		return SCRAPE_ENOMEM;
	return trie_child(trie, TRIE_ROOT, STATE_FRAME_UNSEEN, &number);
}

struct profile *profile_new(size_t max_bytes)
{
	struct profile *p = calloc(1, sizeof(*p));
	uint64_t seed = 0;

	if (!p)
		return NULL;
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) < 0)
		seed = clock_mono_ns(); /* at boot: better than nothing */
	p->strings.seed = p->frames.seed = p->actors.seed = seed;
	p->max_bytes = max_bytes ? max_bytes : BYTES_DEFAULT;
	if (p->max_bytes < BYTES_MIN)
		p->max_bytes = BYTES_MIN;
	if (p->max_bytes > BYTES_MAX)
		p->max_bytes = BYTES_MAX;
	if (profile_make_markers(&p->strings, &p->frames, &p->trie) < 0 || ids_begin(&p->ids) < 0) {
		profile_free(p);
		return NULL;
	}
	return p;
}

void profile_free(struct profile *p)
{
	if (!p)
		return;
	strings_deinit(&p->strings);
	frames_deinit(&p->frames);
	trie_deinit(&p->trie);
	rows_deinit(&p->rows);
	actors_deinit(&p->actors);
	ids_deinit(&p->ids);
	slice_deinit(&p->slice);
	runs_deinit(&p->runs);
	free(p);
}

void profile_keep_times(struct profile *p)
{
	p->runs.kept = true;
}

void profile_set_window(struct profile *p, const struct profile_window *window)
{
	p->window = *window;
}

void profile_drop_times(struct profile *p)
{
	p->runs.kept = false;
	runs_deinit(&p->runs);
}

size_t profile_bytes(const struct profile *p)
{
	return sizeof(*p) + strings_bytes(&p->strings) + frames_bytes(&p->frames) + trie_bytes(&p->trie) +
	       rows_bytes(&p->rows) + actors_bytes(&p->actors) + ids_bytes(&p->ids) + slice_bytes(&p->slice);
}

uint64_t profile_duration_us(const struct profile *p)
{
	uint64_t open = p->newest_us > p->closed_us ? (uint64_t)p->newest_us - (uint64_t)p->closed_us : 0;

	return slice_sum(p->duration_us, open > SLICE_SUM_MAX ? SLICE_SUM_MAX : open);
}

/* Looks per second of the busiest thread of the open slice; 0 if that cannot be told. */
static double open_rate(const struct slice *slice)
{
	double span = ((double)slice->last_us - (double)slice->first_us) / 1e6;
	uint64_t most = 0;

	VEC_EACH (tally, &slice->tallies)
		if (tally->looks > most)
			most = tally->looks;
	return most > 1 && span > 0 ? (double)(most - 1) / span : 0;
}

double profile_rate_reached(const struct profile *p)
{
	if (p->stats.ticks && p->duration_us)
		return (double)p->stats.ticks / ((double)p->duration_us / 1e6);
	return open_rate(&p->slice);
}

uint64_t profile_rate_mhz(const struct profile *p)
{
	double reached;

	if (p->rate_mhz)
		return p->rate_mhz;
	reached = profile_rate_reached(p) * 1000;
	if (reached <= 0)
		return SCRAPE_RATE_DEFAULT * 1000ull;
	if (reached >= (double)RATE_MHZ_MAX)
		return RATE_MHZ_MAX;
	return reached < 1 ? 1 : (uint64_t)reached;
}

static void add_row(struct row *sums, const struct row *more)
{
	sums->looks += more->looks;
	sums->cpu_ns += more->cpu_ns;
	sums->wall_ns += more->wall_ns;
}

int profile_close_slice(struct profile *p)
{
	struct times sum = {.cpu_ns = p->stats.cpu_ns, .wall_ns = p->stats.wall_ns};
	struct row_list scaled = {0};
	size_t n_open = p->slice.rows.n;
	uint32_t at = 0;
	int code = slice_scale(&p->slice, &p->rows, profile_period_ns(p), STATE_NODE_UNSEEN, &sum, &scaled);

	/* Rows of [unseen] first: from then on nothing can fail half way. */
	for (size_t i = n_open; i < scaled.n && code == 0; i++)
		code = rows_find(&p->rows, scaled.items[i].thread, STATE_NODE_UNSEEN, 0, &at);
	if (code < 0) {
		VEC_DEINIT(&scaled);
		return code;
	}
	for (size_t i = 0; i < n_open; i++)
		add_row(&p->rows.list.items[p->slice.rows.items[i].row], &scaled.items[i]);
	for (size_t i = n_open; i < scaled.n; i++)
		if (rows_find(&p->rows, scaled.items[i].thread, STATE_NODE_UNSEEN, 0, &at) == 0)
			add_row(&p->rows.list.items[at], &scaled.items[i]);
	VEC_DEINIT(&scaled);
	slice_clear(&p->slice, &p->rows, &p->actors);
	p->stats.cpu_ns = sum.cpu_ns;
	p->stats.wall_ns = sum.wall_ns;
	return 0;
}

void profile_stats(const struct profile *p, struct profile_stats *ret)
{
	struct times sum = {.cpu_ns = p->stats.cpu_ns, .wall_ns = p->stats.wall_ns};
	uint64_t newest = p->newest_us > 0 ? slice_sum(p->session_wall_us, (uint64_t)p->newest_us) : 0;
	uint64_t period_ns = profile_period_ns(p);

	VEC_EACH (tally, &p->slice.tallies)
		(void)slice_times(tally, period_ns, &sum); /* its sum is what is wanted */
	*ret = p->stats;
	ret->cpu_ns = sum.cpu_ns;
	ret->wall_ns = sum.wall_ns;
	if (newest > ret->until_wall_us)
		ret->until_wall_us = newest;
	ret->first_wall_us = p->first_wall_us;
	ret->rate_asked = (double)p->rate_mhz / 1000;
	ret->targets = p->actors.processes.n;
	ret->threads = p->actors.threads.n;
	ret->nodes = p->trie.nodes.n;
	ret->bytes = profile_bytes(p);
}
