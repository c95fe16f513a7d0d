/* SPDX-License-Identifier: MIT */
/* ring: what the kernel notes of one thread each time it leaves or gets a CPU. */
#include "target/ring.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "scrape.h"

#define PAGE 4096
#define DATA_BYTES PAGE /* some 17 switches: only the newest counts */
#define NEWEST_MAX 8    /* records that may stand before that of the registers */
#define TRIES 4

/* What follows the header of a record, by the sample_type below (man 2 perf_event_open). */
struct sample {
	struct perf_event_header header;
	uint64_t time;
	uint32_t cpu, reserved;
	uint64_t abi; /* PERF_SAMPLE_REGS_ABI_64, _32, or none: a kernel thread */
	uint64_t regs[RING_REGS_MAX];
};

struct switched { /* PERF_RECORD_SWITCH with sample_id_all */
	struct perf_event_header header;
	uint64_t time;
	uint32_t cpu, reserved;
};

static int code_of(int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return SCRAPE_EPERM;
	case ESRCH:
		return SCRAPE_EGONE;
	case EMFILE:
	case ENFILE:
	case ENOMEM:
		return SCRAPE_ELIMIT;
	case ENOENT:
	case ENOSYS:
	case EINVAL:
	case EOPNOTSUPP:
		return SCRAPE_EUNSUP;
	default:
		return SCRAPE_EIO;
	}
}

static void unlink_ring(struct ring *ring)
{
	struct ring_pool *pool = ring->pool;

	*(ring->newer ? &ring->newer->older : &pool->newest) = ring->older;
	*(ring->older ? &ring->older->newer : &pool->oldest) = ring->newer;
	pool->n--;
}

static void link_newest(struct ring_pool *pool, struct ring *ring)
{
	ring->pool = pool;
	ring->newer = NULL;
	ring->older = pool->newest;
	*(pool->newest ? &pool->newest->newer : &pool->oldest) = ring;
	pool->newest = ring;
	pool->n++;
}

static bool give_way(struct ring_pool *pool)
{
	if (!pool->oldest)
		return false;
	ring_close(pool->oldest);
	pool->given_way++;
	return true;
}

static int open_ring(pid_t tid, uint64_t mask, struct ring *ret)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CONTEXT_SWITCHES,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_TIME | PERF_SAMPLE_CPU | PERF_SAMPLE_REGS_USER,
		.sample_regs_user = mask,
		.sample_id_all = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
		.context_switch = 1,
		.write_backward = 1,	    /* the newest record stands at the head */
		.watermark = 1,		    /* nobody is to be woken for records */
		.wakeup_watermark = 1 << 30,
	};
	struct ring ring = {.n_regs = (unsigned)__builtin_popcountll(mask)};
	int r;

	if (ring.n_regs > RING_REGS_MAX)
		return SCRAPE_EINVAL;
	ring.fd = (int)syscall(SYS_perf_event_open, &attr, tid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	if (ring.fd < 0)
		return code_of(errno);
	/* read-only: the kernel overwrites what is old */
	ring.pages = mmap(NULL, PAGE + DATA_BYTES, PROT_READ, MAP_SHARED, ring.fd, 0);
	if (ring.pages == MAP_FAILED) {
		r = code_of(errno);
		(void)close(ring.fd); /* nothing was written */
		return r;
	}
	*ret = ring;
	return 0;
}

int ring_open(struct ring_pool *pool, pid_t tid, uint64_t mask, struct ring *ret)
{
	int r;

	if (pool->n >= pool->max)
		(void)give_way(pool); /* max is 0: there is none */
	r = open_ring(tid, mask, ret);
	if ((r == SCRAPE_ELIMIT || r == SCRAPE_EPERM) && give_way(pool)) /* locked memory counts as a permission */
		r = open_ring(tid, mask, ret);
	if (r == 0)
		link_newest(pool, ret);
	return r;
}

void ring_close(struct ring *ring)
{
	if (ring->fd < 0)
		return;
	unlink_ring(ring);
	(void)munmap(ring->pages, PAGE + DATA_BYTES); /* they are whole pages of ours */
	(void)close(ring->fd);			      /* as above */
	*ring = (struct ring)RING_INIT;
}

static uint64_t head_of(const struct ring *ring)
{
	const struct perf_event_mmap_page *page = ring->pages;

	return __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
}

/* `len` bytes of the records at `at`, which may run over the end of the data into its beginning. */
static void copy(const struct ring *ring, uint64_t at, void *dst, size_t len)
{
	const unsigned char *data = (const unsigned char *)ring->pages + PAGE;
	size_t from = at % DATA_BYTES, first = DATA_BYTES - from < len ? DATA_BYTES - from : len;

	memcpy(dst, data + from, first);
	memcpy((unsigned char *)dst + first, data, len - first);
}

static void take_switch(const struct ring *ring, uint64_t at, struct ring_moment *ret)
{
	struct switched record;

	copy(ring, at, &record, sizeof(record));
	ret->cpu = (int)record.cpu;
	ret->time_ns = record.time;
	ret->state = record.header.misc & PERF_RECORD_MISC_SWITCH_OUT ? RING_OUT : RING_IN;
}

static bool take_regs(const struct ring *ring, uint64_t at, struct ring_moment *ret)
{
	struct sample record;

	copy(ring, at, &record, offsetof(struct sample, regs) + ring->n_regs * sizeof(uint64_t));
	memcpy(ret->regs, record.regs, ring->n_regs * sizeof(uint64_t));
	return record.abi == PERF_SAMPLE_REGS_ABI_64;
}

/* From the newest record back to the first of each kind: a switch, then the registers that were noted before it. */
static void read_once(const struct ring *ring, uint64_t head, struct ring_moment *ret)
{
	bool has_switch = false;
	uint64_t at = head;

	*ret = (struct ring_moment){.at = head, .cpu = -1};
	for (int i = 0; i < NEWEST_MAX && at != 0; i++) { /* the head counts down from 0 */
		struct perf_event_header header;

		copy(ring, at, &header, sizeof(header));
		if (header.size < sizeof(header) || header.size > -at)
			return;
		if (header.type == PERF_RECORD_SWITCH && !has_switch) {
			take_switch(ring, at, ret);
			has_switch = true;
			if (ret->state == RING_IN)
				return;
		} else if (header.type == PERF_RECORD_SAMPLE) {
			/* newer than any switch: it is on its way out, and "out" comes in a moment */
			if (!has_switch || !take_regs(ring, at, ret))
				ret->state = RING_IN;
			return;
		}
		at += header.size;
	}
	ret->state = has_switch ? RING_IN : RING_NEW;
}

void ring_read(struct ring *ring, struct ring_moment *ret)
{
	struct ring_pool *pool = ring->pool;

	if (pool->newest != ring) {
		unlink_ring(ring);
		link_newest(pool, ring);
	}
	for (int i = 0; i < TRIES; i++) {
		read_once(ring, head_of(ring), ret);
		if (ring_is_at(ring, ret))
			return;
	}
	ret->state = RING_IN;
}

uint64_t ring_rate(struct ring *ring, uint64_t now_ns)
{
	/* out with its registers, and in */
	const uint64_t each = sizeof(struct sample) - (RING_REGS_MAX - ring->n_regs) * sizeof(uint64_t) +
			      2 * sizeof(struct switched);
	const uint64_t head = head_of(ring), bytes = ring->counted_at - head, ns = now_ns - ring->counted_ns;
	const bool is_first = ring->counted_ns == 0;

	ring->counted_at = head;
	ring->counted_ns = now_ns;
	return is_first || ns == 0 ? 0 : (uint64_t)((double)bytes / (double)each * 1e9 / (double)ns);
}

bool ring_is_at(const struct ring *ring, const struct ring_moment *moment)
{
	return head_of(ring) == moment->at;
}
