/* SPDX-License-Identifier: MIT */
/* pywalk: the plainest way from _PyRuntime to the frames of a program that stands still, for tests. */
#ifndef SUPPORT_PYWALK_H
#define SUPPORT_PYWALK_H

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "python/offsets.h"
#include "python/pystr.h"
#include "target/mem.h"

#define PYWALK_FRAMES_MAX 64
#define PYWALK_THREADS_MAX 16

struct pywalk {
	struct mem *mem;
	const struct offsets *o;
};

static inline uint64_t pywalk_word(const struct pywalk *w, uint64_t addr)
{
	uint64_t value = 0;

	return mem_read_u64(w->mem, addr, &value) == 0 ? value : 0;
}

static inline uint64_t pywalk_interp(const struct pywalk *w, uint64_t runtime)
{
	return pywalk_word(w, runtime + w->o->rt_interpreters_head);
}

/* Newest thread first; 0 at the end. */
static inline uint64_t pywalk_thread(const struct pywalk *w, uint64_t interp, uint64_t before)
{
	return pywalk_word(w, before ? before + w->o->ts_next : interp + w->o->interp_threads_head);
}

static inline uint64_t pywalk_untag(const struct pywalk *w, uint64_t word)
{
	return PY_MINOR(w->o->version) >= 14 ? word & ~3ull : word;
}

static inline bool pywalk_is_code(const struct pywalk *w, uint64_t frame)
{
	uint8_t owner = 0;

	if (!offset_has(w->o->frame_owner) || PY_MINOR(w->o->version) < 12)
		return true;
	return mem_read(w->mem, frame + w->o->frame_owner, &owner, 1) == 0 && owner < 3;
}

/* The frame that runs in a thread (before = 0), or the caller of a frame; those without code are passed over. */
static inline uint64_t pywalk_frame(const struct pywalk *w, uint64_t tstate, uint64_t before)
{
	uint64_t frame;

	if (before)
		frame = pywalk_word(w, before + w->o->frame_previous);
	else if (offset_has(w->o->ts_frame))
		frame = pywalk_word(w, tstate + w->o->ts_frame);
	else if (offset_has(w->o->ts_cframe))
		frame = pywalk_word(w, pywalk_word(w, tstate + w->o->ts_cframe) + w->o->cframe_current_frame);
	else
		frame = pywalk_word(w, tstate + w->o->ts_current_frame);
	for (int i = 0; i < 4 && frame && !pywalk_is_code(w, frame); i++)
		frame = pywalk_word(w, frame + w->o->frame_previous);
	return frame;
}

static inline uint64_t pywalk_code(const struct pywalk *w, uint64_t frame)
{
	return pywalk_untag(w, pywalk_word(w, frame + w->o->frame_code));
}

/* co_name, or "" */
static inline const char *pywalk_name(const struct pywalk *w, uint64_t code, struct buf *buf)
{
	buf_reset(buf);
	(void)pystr_read(w->mem, w->o, pywalk_word(w, code + w->o->code_name), buf); /* "" then */
	return buf_cstr(buf);
}

#endif
