/* SPDX-License-Identifier: MIT */
/*
 * article: the format of the article that this all descends from, and the memory of its pollers.
 *
 *	elapsed 20.0
 *	granularity 0.01
 *	<module>(__main__);main(app);work(app.jobs) 1200
 *
 * Two lines, then one line for each stack, most frequent first; count x granularity = CPU seconds. A frame is
 * function(module) without blanks and without ";", whatever the program called it: its readers split at ";" and at the
 * last blank. A marker is its bracketed word alone.
 */
#ifndef DAEMON_ARTICLE_H
#define DAEMON_ARTICLE_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct tree;

/* Appends the document. 0, SCRAPE_ENOMEM, or SCRAPE_ELIMIT beyond 512 MiB. */
int article_write(const struct tree *tree, uint64_t elapsed_us, struct buf *out);

/*
 * Cursors: where each poller of "?reset=true" stands, by its address and by what it asks for. The one exception to
 * "reading never changes anything": a cursor advances when a whole answer has been handed to the poller's socket, so
 * that one whose answer was lost gets the same time again. The one that was quiet for the longest makes room for a new
 * one, which begins with all that is kept. A zeroed struct is empty.
 */
#define ARTICLE_CURSORS_MAX 256
#define ARTICLE_PEER_MAX 64

struct article_cursor {
	char peer[ARTICLE_PEER_MAX];
	uint32_t pid;     /* 0: all */
	uint64_t at_us;   /* wall clock: what ended by then was delivered */
	uint64_t used_us; /* when it last advanced */
};

struct article_cursors {
	struct article_cursor items[ARTICLE_CURSORS_MAX];
	size_t n;
};

/* 0: this poller has not been here. */
uint64_t article_cursor_get(const struct article_cursors *cursors, const char *peer, uint32_t pid);
void article_cursor_advance(struct article_cursors *cursors, const char *peer, uint32_t pid, uint64_t at_us,
			    uint64_t now_us);

#endif
