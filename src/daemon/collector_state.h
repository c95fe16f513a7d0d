/* SPDX-License-Identifier: MIT */
/* collector_state: the inside of the collector, shared by its files and nobody else. */
#ifndef DAEMON_COLLECTOR_STATE_H
#define DAEMON_COLLECTOR_STATE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/map.h"
#include "base/vec.h"
#include "daemon/api.h"
#include "daemon/collect_config.h"
#include "daemon/noting.h"
#include "daemon/writer.h"
#include "http/fetch.h"
#include "http/server.h"

struct collector_plan;
struct event;
struct srv;
struct watch;
struct webhook;

enum collect_state {
	COLLECT_NEW,
	COLLECT_UP,
	COLLECT_DOWN,
	COLLECT_REFUSED,
	COLLECT_ELSEWHERE /* not ours; another collector of the same store polls it */
};

/* Slices [since, next) of an instance. */
struct collect_put {
	char instance[STORE_INSTANCE_MAX + 1];
	uint64_t since, next;
};

struct collect_host {
	char name[STORE_HOST_MAX + 1];
	char address[HTTP_URL_MAX]; /* as it was written */
	struct http_url url;
	bool folded; /* the article's own sampler: text without a cursor */
	bool pushes; /* it comes by itself */
	bool named;  /* the newest list has it; what a file does not name any more is polled no more */

	/* Up to where it has been written. */
	struct collect_put written; /* its instance "": none yet */
	uint64_t watermark_us, first_us;

	/* What is under way: a question, or what was answered on its way to the store. While the store cannot be
	 * written more is asked for, and waits. */
	struct http_fetch *fetch;
	VEC(struct collect_put) puts; /* at the writer, the oldest first */
	bool again;                   /* there is more to be had at once */
	unsigned senseless;           /* how often what comes next was refused */
	uint64_t due_ns, pause_ns;    /* CLOCK_MONOTONIC; of the back-off */
	uint64_t folded_us;           /* end of the newest slice made out of a text */
	struct http_request *pushing; /* waits for what it sent to be written */

	enum collect_state state;
	uint64_t since_us, heard_us; /* wall clock: of this state; of the last good answer, to whomever */
	double clock_offset_s;       /* its clock minus ours */
	uint64_t polls, failures, refusals, slices, gaps, bytes;
	char error[256];
};

struct collector {
	const struct collector_plan *plan;
	const struct collect_config *config;
	struct event_base *base;
	struct event *signals[3], *tick, *alive;
	struct http_config http; /* borrowed by the server */
	struct http_server *server;
	struct http_fetcher *fetcher;
	struct errands *errands;
	struct api api;
	struct writer_config writer_config;
	struct writer *writer;
	bool failing;                  /* the store cannot be written, and that has been told */
	uint64_t lost_slices, lost_ns; /* what was told of the outbox's losses; when they are told again */
	VEC(struct collect_host *) hosts;
	struct map by_name; /* hash of a name -> place in hosts */
	size_t fetching;
	struct srv *srv;               /* NULL: no such names */
	struct timespec listed;        /* mtime of the hosts file that was read */
	uint64_t listed_ns;            /* when it was looked at */
	char list_error[256];          /* why the newest one was not taken, "" it was */
	uint64_t oldest_us, newest_us; /* of the store */
	uint64_t started_wall_us;
	struct noting noting;
	struct webhook *webhook; /* NULL: nobody is told */
	char page[512];          /* the page's address for links */
	struct watch *watch;     /* NULL: nobody looks for regressions by himself */
	bool ready;              /* the store has told how far it is */
	int exit_code;
};

/* collector_hosts.c: who is polled. */
int collector_hosts_init(struct collector *c, struct err *err);
void collector_hosts_deinit(struct collector *c);
/* Looks at the file again, if it has changed, and asks for the SRV records that are due. */
void collector_hosts_tend(struct collector *c, uint64_t now_ns);
/* The host of that name; made if need be (for those that push). NULL without memory or beyond the limit. */
struct collect_host *collector_host(struct collector *c, const char *name);
/* How far the store is, told by the writer at its start; and later, when others may have written more. */
void collector_hosts_know(struct collector *c, const struct store_host *host);
void collector_hosts_news(struct collector *c, const struct store_host *host);
/* Was there a good answer, of late, to us or to another collector of the same store? */
bool collector_heard_of(const struct collector *c, const struct collect_host *host);

/* collector_poll.c */
void collector_poll(struct collector *c, uint64_t now_ns); /* those that are due */
void collector_stored(struct collector *c, uint64_t tag, int code, const struct store_put *put, const char *error);
void collector_set_state(struct collect_host *host, enum collect_state state, const char *why);
extern const char *const collect_states[];
/* Gives slices to the writer. 0, or SCRAPE_ENOMEM, which the host's state tells. */
int collector_store(struct collector *c, struct collect_host *host, const struct collect_put *put, const void *bytes,
		    size_t n);

/* collector_push.c: a daemon that cannot be reached tells. */
void collector_push(void *ctx, struct http_request *request);
void collector_push_done(struct collect_host *host, int code, const char *error);

/* collector_api.c */
const struct http_route *collector_routes(size_t *ret_n);

/* Up to where every host that is there has delivered. */
uint64_t collector_watermark(const struct collector *c);

#endif
