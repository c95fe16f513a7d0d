/* SPDX-License-Identifier: MIT */
/* agent_state: the inside of the agent, shared by the agent's own files and nobody else. */
#ifndef DAEMON_AGENT_STATE_H
#define DAEMON_AGENT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"
#include "daemon/article.h"
#include "daemon/config.h"
#include "daemon/front.h"
#include "daemon/spool.h"
#include "http/server.h"

struct agent;
struct agent_delivery;
struct agent_plan;
struct buf;
struct err;
struct errand_answer;
struct errands;
struct event;
struct event_base;
struct history;
struct history_feed;
struct http_request;
struct query_source;

enum { AGENT_FIRST, AGENT_SECOND, AGENT_SAMPLERS };

/* A sampler in charge: its stream, and what its death would leave behind. */
struct agent_sampler {
	struct agent *agent;
	bool second;        /* looks at `only` and no others */
	VEC(uint32_t) only; /* PIDs that the first one has set aside */
	struct front front;
	struct event *readable; /* NULL: there is none now */
	struct history_feed *feed;
	pid_t pid;
	bool spoke;         /* its session has begun */
	uint64_t began_ns;  /* CLOCK_MONOTONIC */
	uint64_t heard_ns;  /* when its last bytes came */
	struct map live;    /* PIDs that it looks at */
	struct map orphans; /* those of its predecessor that it has not met yet */
	struct map ids;     /* its target ids -> PIDs */
	uint64_t since_ns;  /* since when these are not looked at */
	uint64_t next_ns;   /* when to ask for the next; 0: at once */
	uint64_t pause_ns;  /* of the back-off */
	uint64_t replaced, lost; /* since the start */
};

struct agent {
	const struct agent_plan *plan;
	const struct config *config; /* as it was at the start: names and limits */
	struct config reloaded;      /* the newest one, for its rules */
	bool is_reloaded;
	int keeper_fd;
	char instance[SPOOL_INSTANCE_LEN + 1]; /* 128 random bits: this run of the daemon */
	struct event_base *base;
	struct event *signals[3], *tick, *alive;
	struct http_config http; /* borrowed by the server */
	struct http_server *server;
	struct history *history;
	struct errands *errands;
	struct agent_sampler samplers[AGENT_SAMPLERS];
	struct spool spool;
	struct article_cursors cursors;
	struct agent_delivery *deliveries; /* replies on their way that will advance one */
	size_t dumps;                /* in progress */
	uint64_t started_wall_us;
	uint64_t reloads, reloads_failed;
	uint64_t cost_seen_ns, cost_seen_us; /* of the samplers, at the slice before */
	uint64_t self_cpu_millionths;
	bool ready;                  /* the first sampler has spoken */
	bool stopping;
	uint64_t stop_ns;            /* when to wait no longer for last words */
	int exit_code;
};

/* agent_sampler.c */
void agent_sampler_init(struct agent *agent);
void agent_sampler_deinit(struct agent *agent);
void agent_sampler_tend(struct agent *agent, uint64_t now_ns); /* asks for those that are missing, if it is time */
bool agent_sampler_runs(const struct agent *agent);
void agent_sampler_stop(struct agent *agent); /* asks them to end */
int agent_sampler_send_rules(struct agent *agent);

/* agent_api.c: the table of what is answered, and how many lines it has. */
const struct http_route *agent_routes(size_t *ret_n);

/* agent_lists.c: what there is. */
void agent_list_targets(void *ctx, struct http_request *request);
void agent_list_labels(void *ctx, struct http_request *request);
void agent_list_values(void *ctx, struct http_request *request);

/* agent_stream.c: closed slices for a collector. */
void agent_stream(void *ctx, struct http_request *request);

/* agent_ask.c: questions that take a process of their own. */
void agent_ask_profile(void *ctx, struct http_request *request);
void agent_ask_data(void *ctx, struct http_request *request);
void agent_ask_timeline(void *ctx, struct http_request *request);
void agent_ask_article(struct agent *agent, struct http_request *request, uint32_t pid); /* pid 0: all */
/* which: a value for the filter `field` (enum history_field), NULL: none. */
void agent_ask_pprof(struct agent *agent, struct http_request *request, int field, const char *which);

/* agent_cursor.c: advances the poller's cursor once the reply is with the client. */
void agent_advance_when_sent(struct agent *agent, struct http_request *request, uint32_t pid, uint64_t at_us);
void agent_cursor_tend(struct agent *agent, uint64_t now_ns); /* forgets replies that never arrived */
void agent_cursor_deinit(struct agent *agent);

/* agent_dump.c */
void agent_dump(void *ctx, struct http_request *request);

/* The words of a request as query.h wants them. */
struct query_source agent_source(const struct http_request *request);
/* What relative times count back from: the watermark, so that "the last 5 minutes" are there. */
uint64_t agent_now_us(const struct agent *agent);
/* Is a process of this PID kept in memory? */
bool agent_knows(const struct agent *agent, uint32_t pid, bool alive);
/* Microseconds as seconds: "1763820300", "0.25". */
void agent_put_seconds(struct buf *out, uint64_t us);
/* True if the request has no parameter but these (NULL-ended; NULL: none); else it is answered. */
bool agent_only_params(struct http_request *request, const char *const *known);
/* Answers with the bytes, or with 503 if there was no memory for them; takes the buf's content. */
void agent_reply(struct http_request *request, int status, const char *mime, struct buf *body);

#endif
