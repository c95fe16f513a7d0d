/* SPDX-License-Identifier: MIT */
/* tell: from what a decoder found to a sample stream. Numbers of the tables are the ids of the stream. */
#include "decode/tell.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "base/text.h"
#include "profile/slice.h"
#include "scrape.h"

#define FLUSH_BYTES (64 * 1024)
#define MHZ_NS 1000000000000ull /* a period in ns is this by the rate in looks per 1000 s */
#define SLICE_US (SCRAPE_SLICE_SECONDS * 1000000ull)

static uint64_t period_us(const struct tell *t)
{
	return MHZ_NS / 1000 / t->rate_mhz;
}

/* Gives the reader what has been written, once it is worth it. */
static int flush(struct tell *t, size_t least)
{
	int r = 0;

	if (t->out.failed || t->text.failed)
		return err_set(t->err, SCRAPE_ENOMEM, "out of memory");
	if (t->out.len > least) {
		r = stream_feed(t->reader, t->out.data, t->out.len, t->err);
		buf_reset(&t->out);
	}
	return r;
}

static int no_memory(struct tell *t)
{
	return err_set(t->err, SCRAPE_ENOMEM, "out of memory");
}

int tell_begin(struct tell *t, struct stream_reader *reader, uint64_t rate_mhz, uint64_t start_us, struct err *err)
{
	uint64_t seed = 0;

	*t = (struct tell){
		.reader = reader, .err = err, .rate_mhz = rate_mhz, .start_us = start_us, .from_us = start_us};
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) < 0)
		seed = (uintptr_t)t; /* at boot: better than nothing */
	t->strings.seed = t->frames.seed = seed;
	if (trie_init(&t->trie) < 0 || !VEC_PUSH(&t->depths))
		return no_memory(t);
	stream_begin(&t->writer, &t->out,
		     &(struct stream_session){.start_wall_us = start_us,
					      .rate_mhz = rate_mhz,
					      .slice_us = SLICE_US});
	return 0;
}

void tell_deinit(struct tell *t)
{
	buf_deinit(&t->out);
	buf_deinit(&t->text);
	strings_deinit(&t->strings);
	frames_deinit(&t->frames);
	trie_deinit(&t->trie);
	VEC_DEINIT(&t->depths);
	map_deinit(&t->processes);
	map_deinit(&t->threads);
	VEC_DEINIT(&t->list);
	VEC_DEINIT(&t->open);
}

/* Texts are cut here: the reader would refuse what is too long. */
static int string_of(struct tell *t, const char *text, size_t len, uint32_t *ret)
{
	size_t known = t->strings.list.n;

	buf_reset(&t->text);
	text_clean(&t->text, text ? text : "", text ? len : 0, SCRAPE_NAME_MAX);
	if (t->text.failed || strings_add(&t->strings, t->text.len ? t->text.data : "", t->text.len, ret) < 0)
		return no_memory(t);
	if (*ret == known)
		stream_put_string(&t->writer, &(struct stream_string){.id = *ret,
								      .bytes = t->text.len ? t->text.data : "",
								      .len = t->text.len});
	return 0;
}

/* Of three numbers; one of two that collide by chance in 64 bits would take the other's place. */
static uint64_t key_of(uint32_t a, uint32_t b, uint32_t c)
{
	return map_mix(map_mix(((uint64_t)a << 32 | b) + 1) + c);
}

int tell_process(struct tell *t, uint32_t pid, const char *service, size_t len, uint32_t *ret)
{
	uint32_t name, empty;
	int r = string_of(t, service, len, &name);

	if (r == 0)
		r = string_of(t, "", 0, &empty);
	if (r < 0 || map_get(&t->processes, key_of(pid, name, 0), ret))
		return r;
	if (map_put(&t->processes, key_of(pid, name, 0), t->n_processes) < 0)
		return no_memory(t);
	*ret = t->n_processes++;
	stream_put_target(
		&t->writer,
		&(struct stream_target){.id = *ret, .pid = pid, .command = name, .service = name, .runtime = empty});
	return flush(t, FLUSH_BYTES);
}

int tell_thread(struct tell *t, uint32_t process, uint32_t tid, const char *name, size_t len, uint32_t *ret)
{
	struct tell_thread *thread;
	uint32_t text;
	int r = string_of(t, name, len, &text);

	if (r < 0 || map_get(&t->threads, key_of(process, tid, text), ret))
		return r;
	thread = VEC_PUSH(&t->list);
	if (!thread || map_put(&t->threads, key_of(process, tid, text), (uint32_t)t->list.n - 1) < 0)
		return no_memory(t);
	*thread = (struct tell_thread){.process = process, .tid = tid, .name = text};
	*ret = (uint32_t)t->list.n - 1;
	stream_put_thread(&t->writer, &(struct stream_thread){.id = *ret, .target = process, .tid = tid, .name = text});
	return flush(t, FLUSH_BYTES);
}

int tell_frame(struct tell *t, const struct tell_frame *f, uint32_t *ret)
{
	struct frame frame = {.line = f->line, .first_line = f->first_line, .kind = (uint32_t)f->kind};
	size_t known = t->frames.list.n;
	int r = string_of(t, f->function, f->function_len, &frame.function);

	if (r == 0)
		r = string_of(t, f->file, f->file_len, &frame.file);
	if (r == 0)
		r = string_of(t, f->module, f->module_len, &frame.module);
	if (r < 0)
		return r;
	frame.short_at = (uint32_t)f->short_at;
	if (frames_add(&t->frames, &frame, ret) < 0)
		return no_memory(t);
	if (*ret == known)
		stream_put_frame(&t->writer, &(struct stream_frame){.id = *ret,
								    .function = frame.function,
								    .file = frame.file,
								    .short_at = frame.short_at,
								    .line = frame.line,
								    .first_line = frame.first_line,
								    .kind = frame.kind,
								    .module = f->module_len ? frame.module + 1u : 0});
	return flush(t, FLUSH_BYTES);
}

int tell_child(struct tell *t, uint32_t node, uint32_t frame, uint32_t *ret)
{
	size_t known = t->trie.nodes.n;
	uint32_t *depth;
	int r = trie_child(&t->trie, node, frame, ret);

	if (r < 0)
		return err_set(t->err, r, r == SCRAPE_ELIMIT ? "too many different stacks" : "out of memory");
	if (*ret < known)
		return 0;
	depth = VEC_PUSH(&t->depths);
	if (!depth)
		return no_memory(t);
	*depth = t->depths.items[node] + 1;
	if (*depth > SCRAPE_DEPTH_MAX)
		return err_set(t->err, SCRAPE_ELIMIT, "a stack has more than %d frames", SCRAPE_DEPTH_MAX);
	stream_put_node(&t->writer, &(struct stream_node){.id = *ret, .parent = node, .frame = frame});
	return flush(t, FLUSH_BYTES);
}

static uint64_t time_of(const struct tell *t, uint64_t looks)
{
	return (uint64_t)(((unsigned __int128)looks * MHZ_NS + t->rate_mhz / 2) / t->rate_mhz);
}

/* The open slice ends there, and the next begins. */
static void close_slice(struct tell *t, uint64_t until_us)
{
	uint64_t ticks = 0;

	VEC_EACH (number, &t->open) {
		struct tell_thread *thread = &t->list.items[*number];
		uint64_t ns = time_of(t, thread->looks);

		ticks = thread->looks > ticks ? thread->looks : ticks;
		thread->looks = 0;
		stream_put_slice_thread(&t->writer,
					&(struct stream_slice_thread){.thread = *number, .cpu_ns = ns, .wall_ns = ns});
	}
	t->open.n = 0;
	stream_put_slice_end(
		&t->writer,
		&(struct stream_slice_end){.from_us = t->from_us, .until_us = until_us, .ticks = ticks});
	t->from_us = until_us;
}

/* The slices before that time are over; those in which nothing was told are one. */
static void go_on(struct tell *t, uint64_t wall_us)
{
	uint64_t slot_us = wall_us / SLICE_US * SLICE_US, end_us = t->from_us / SLICE_US * SLICE_US + SLICE_US;

	if (slot_us < end_us)
		return;
	close_slice(t, end_us);
	if (slot_us > end_us)
		close_slice(t, slot_us);
}

/* Looks from at_us to last_us since the start. */
static int put_looks(struct tell *t, uint32_t thread, uint32_t node, uint64_t looks, uint64_t at_us,
		     unsigned __int128 last_us)
{
	struct tell_thread *of = &t->list.items[thread];
	uint32_t *open;

	if (looks == 0)
		return 0;
	if ((unsigned __int128)looks + t->looks > SLICE_SUM_MAX / (MHZ_NS / t->rate_mhz + 1) ||
	    last_us > INT64_MAX / 2)
		return err_set(t->err, SCRAPE_ELIMIT, "the numbers are too large");
	if (of->looks == 0) {
		open = VEC_PUSH(&t->open);
		if (!open)
			return no_memory(t);
		*open = thread;
	}
	of->looks += looks;
	t->looks += looks;
	if (t->start_us + (uint64_t)last_us > t->end_us)
		t->end_us = t->start_us + (uint64_t)last_us;
	stream_put_sample(&t->writer, &(struct stream_sample){.thread = thread,
							      .node = node,
							      .flags = SCRAPE_ON_CPU,
							      .looks = looks,
							      .first_us = (int64_t)at_us,
							      .last_us = (int64_t)last_us});
	return flush(t, FLUSH_BYTES);
}

/* Of looks a period apart. */
static unsigned __int128 last_of(const struct tell *t, uint64_t looks, uint64_t at_us)
{
	return at_us + (unsigned __int128)(looks > 0 ? looks - 1 : 0) * period_us(t);
}

int tell_looks(struct tell *t, uint32_t thread, uint32_t node, uint64_t looks, uint64_t at_us)
{
	go_on(t, t->start_us + at_us);
	return put_looks(t, thread, node, looks, at_us, last_of(t, looks, at_us));
}

void tell_lasted(struct tell *t, uint64_t lasted_us)
{
	t->lasted_us = lasted_us;
}

int tell_in_turn(struct tell *t, uint32_t thread, uint32_t node, uint64_t looks)
{
	uint64_t at_us = t->next_us;
	int r;

	if (t->lasted_us)
		return put_looks(t, thread, node, looks, 0, t->lasted_us - 1);
	r = put_looks(t, thread, node, looks, at_us, last_of(t, looks, at_us));
	if (r == 0)
		t->next_us += looks * period_us(t); /* fits: it has been checked */
	return r;
}

int tell_end(struct tell *t)
{
	uint64_t until_us = t->lasted_us ? t->start_us + t->lasted_us : t->end_us + period_us(t);

	close_slice(t, until_us > t->from_us ? until_us : t->from_us);
	return flush(t, 0);
}
