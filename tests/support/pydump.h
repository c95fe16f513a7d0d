/* SPDX-License-Identifier: MIT */
/*
 * pydump: everything that src/python knows about the data of a program, as lines that are the same for every version:
 *
 *	thread NAME                     one for each name of a thread that exists
 *	frame QUALIFIED_NAME            innermost first, newest thread first
 *	local NAME TEXT                 of frames named "target"; "local*" for an argument; addresses are 0x..
 */
#ifndef SUPPORT_PYDUMP_H
#define SUPPORT_PYDUMP_H

#include <ctype.h>

#include "python/classname.h"
#include "python/locals.h"
#include "python/threadname.h"
#include "python/value.h"
#include "scrape.h"
#include "support/pywalk.h"

struct pydump {
	const struct pywalk *w;
	uint64_t interp;
	struct buf *out;
};

static inline int pydump_thread(void *arg, uint64_t ident, uint64_t name_addr)
{
	struct pydump *d = arg;
	uint64_t thread = 0;

	for (int i = 0; i < PYWALK_THREADS_MAX && (thread = pywalk_thread(d->w, d->interp, thread)); i++)
		if (pywalk_word(d->w, thread + d->w->o->ts_thread_id) == ident) {
			buf_str(d->out, "thread ");
			(void)pystr_read(d->w->mem, d->w->o, name_addr, d->out); /* an empty name shows it */
			buf_chr(d->out, '\n');
		}
	return 0;
}

static inline int pydump_local(void *arg, const struct local *local)
{
	struct buf *out = arg;

	buf_fmt(out, "local%s %s ", local->is_argument ? "*" : "", local->name);
	for (const char *p = local->text; *p; p++) {
		buf_chr(out, *p);
		if (p[0] != '0' || p[1] != 'x')
			continue;
		buf_str(out, "x..");
		for (p++; isxdigit((unsigned char)p[1]);)
			p++;
	}
	buf_chr(out, '\n');
	return 0;
}

static inline void pydump_frame(const struct pydump *d, struct value_reader *reader, uint64_t frame)
{
	const struct pywalk *w = d->w;
	uint64_t code = pywalk_code(w, frame);
	struct buf name = BUF_INIT, qualified = BUF_INIT;
	int r;

	(void)pywalk_name(w, code, &name); /* an empty name shows it */
	if (offset_has(w->o->code_qualname)) {
		r = pystr_read(w->mem, w->o, pywalk_word(w, code + w->o->code_qualname), &qualified);
	} else {
		r = classname_read(w->mem, w->o, frame, code, &qualified);
		if (r == SCRAPE_EINVAL)
			buf_str(&qualified, buf_cstr(&name));
	}
	buf_fmt(d->out, "frame %s\n", buf_cstr(&qualified));
	if (strcmp(buf_cstr(&name), "target") == 0) {
		r = locals_each(reader, frame, code, pydump_local, d->out);
		if (r < 0)
			buf_fmt(d->out, "locals end with %d\n", r);
	}
	buf_deinit(&name);
	buf_deinit(&qualified);
}

static inline void pydump(const struct pywalk *w, uint64_t runtime, struct buf *out)
{
	struct pydump d = {w, pywalk_interp(w, runtime), out};
	uint64_t thread = 0, frame;
	struct value_reader reader;
	int r = threadname_each(w->mem, w->o, d.interp, pydump_thread, &d);

	if (r < 0)
		buf_fmt(out, "threads end with %d\n", r);
	value_reader_init(&reader, w->mem, w->o, VALUE_READS_MAX);
	for (int i = 0; i < PYWALK_THREADS_MAX && (thread = pywalk_thread(w, d.interp, thread)); i++) {
		frame = 0;
		for (int j = 0; j < PYWALK_FRAMES_MAX && (frame = pywalk_frame(w, thread, frame)); j++)
			pydump_frame(&d, &reader, frame);
	}
}

#endif
