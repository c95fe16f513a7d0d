/* SPDX-License-Identifier: MIT */
/* agent_state: the inside of the agent, shared by the agent's own files and nobody else. */
#ifndef DAEMON_AGENT_STATE_H
#define DAEMON_AGENT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"
#include "daemon/api.h"
#include "daemon/config.h"
#include "daemon/front.h"
#include "daemon/noting.h"
#include "daemon/spool.h"
#include "daemon/upload.h"
#include "daemon/writer.h"
#include "http/fetch.h"
#include "http/server.h"

struct agent;
struct agent_plan;
struct buf;
struct err;
struct errand_answer;
struct errand;
struct errands;
struct event;
struct event_base;
struct history;
struct history_feed;
struct http_request;
struct query_source;
struct uploader;

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
	bool spoke;              /* its session has begun */
	uint64_t began_ns;       /* CLOCK_MONOTONIC */
	uint64_t heard_ns;       /* when its last bytes came */
	struct map live;         /* PIDs that it looks at */
	struct map orphans;      /* those of its predecessor that it has not met yet */
	struct map ids;          /* its target ids -> PIDs */
	uint64_t since_ns;       /* since when these are not looked at */
	uint64_t next_ns;        /* when to ask for the next; 0: at once */
	uint64_t pause_ns;       /* of the back-off */
	uint64_t replaced, lost; /* since the start */
};

/* Where closed slices go on to (agent_keep.c). */
struct agent_keep {
	struct writer_config writer_config;
	struct writer *writer; /* NULL: there is no store */
	bool store_ready;
	uint64_t store_next; /* the slice that it gets next */
	uint64_t oldest_us;  /* of what it has, 0: nothing is known */
	struct noting noting;

	struct http_url url;          /* of a collector */
	struct http_fetcher *fetcher; /* NULL: none is told */
	struct http_fetch *fetch;
	bool push_known, push_down;
	uint64_t push_next, due_ns, pause_ns;
};

/* A server of profiles that is told what closed (agent_upload.c). */
struct agent_upload {
	struct upload_place place;
	struct uploader *uploader; /* NULL: none is told */
	struct errand *errand;     /* makes what is uploaded next */
	bool begun;                /* done_us means something */
	uint64_t done_us;          /* up to there it has been handed over */
	uint64_t making_us;        /* what the errand makes ends there */
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
	struct api api;
	struct agent_sampler samplers[AGENT_SAMPLERS];
	struct spool spool;
	struct agent_keep keep;
	struct agent_upload upload;
	size_t dumps; /* in progress */
	uint64_t started_wall_us;
	uint64_t reloads, reloads_failed;
	uint64_t cost_seen_ns, cost_seen_us; /* of the samplers, at the slice before */
	uint64_t self_cpu_millionths;
	bool ready; /* the first sampler has spoken */
	bool stopping;
	uint64_t stop_ns; /* when to wait no longer for last words */
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

/* agent_keep.c: a store of the daemon's own, and a collector that is told. */
int agent_keep_init(struct agent *agent, struct err *err);
void agent_keep_deinit(struct agent *agent);
void agent_keep_tend(struct agent *agent, uint64_t now_ns);
bool agent_keep_is_done(const struct agent *agent); /* the collector has everything, or cannot be told */

/* agent_upload.c: a server of profiles that is told. */
int agent_upload_init(struct agent *agent, struct err *err);
void agent_upload_deinit(struct agent *agent);
void agent_upload_tend(struct agent *agent);
bool agent_upload_is_done(const struct agent *agent); /* it has everything, or cannot be told */

/* agent_stream.c: closed slices for a collector. */
/* Where somebody goes on who had everything before this position: of this run, of one whose slices were read back, or
 * with the oldest there is. */
uint64_t agent_position(const struct agent *agent, const char *instance, uint64_t seq);
void agent_stream(void *ctx, struct http_request *request);

/* agent_dump.c */
void agent_dump(void *ctx, struct http_request *request);

/* Is a process of this PID kept in memory? */
bool agent_knows(const struct agent *agent, uint32_t pid, bool alive);
#endif
