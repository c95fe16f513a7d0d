/* SPDX-License-Identifier: MIT */
/*
 * folded_slice: the text of a sampler like the article's becomes a slice as a daemon would send it.
 *
 *	elapsed 10.02                     seconds that it is about; missing: since the answer before
 *	granularity 0.005                 seconds that a count stands for; missing: 0.01
 *	main(app);work(app.jobs) 170      a stack from the outside in, and its count
 *
 * Such a text has no number and no cursor: each counts in the slice of now, at most once.
 */
#ifndef DAEMON_FOLDED_SLICE_H
#define DAEMON_FOLDED_SLICE_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct err;

struct folded_slice {
	const char *service;
	uint64_t slice_us, now_us;
	uint64_t before_us; /* end of the slice before, 0: none */
	uint64_t seq;
};

/* Appends the stream of one slice; nothing if the text has no stacks. SCRAPE_EFORMAT with the number of the line,
 * SCRAPE_ELIMIT, SCRAPE_ENOMEM. */
int folded_slice(const struct folded_slice *plan, const char *text, size_t n, struct buf *out, uint64_t *ret_until_us,
		 struct err *err);

#endif
