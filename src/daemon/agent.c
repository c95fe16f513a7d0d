/* SPDX-License-Identifier: MIT */
/*
 * agent: the event loop of the front, its beginning and its end.
 *
 * Everything happens in one thread, between two turns of the loop; what would take long is an errand. At the end the
 * sampler is asked for its last words, so that the open slice is not lost to the spool.
 */
#include "daemon/agent.h"

#include <event2/event.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "daemon/agent_state.h"
#include "daemon/errand.h"
#include "daemon/notify.h"
#include "daemon/sockets.h"
#include "http/server.h"
#include "profile/history.h"
#include "scrape.h"
#include "store/store.h"

#define TICK_US 250000
#define LAST_WORDS_NS (2 * NSEC_PER_SEC)
#define PUSH_WORDS_NS (5 * NSEC_PER_SEC) /* more, until the collector has them */

static const int signal_numbers[] = {SIGHUP, SIGTERM, SIGINT};

static int make_instance(char ret[SPOOL_INSTANCE_LEN + 1], struct err *err)
{
	unsigned char bytes[SPOOL_INSTANCE_LEN / 2];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return err_sys(err, SCRAPE_EIO, "getrandom");
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", bytes[i]); /* 2 digits each */
	return 0;
}

/* What the samplers cost, over the time of the slices that closed since. */
static void measure_cost(struct agent *agent, const struct history_stats *stats)
{
	uint64_t us = stats->watermark_us - agent->cost_seen_us;

	if (stats->watermark_us <= agent->cost_seen_us)
		return;
	if (agent->cost_seen_us)
		agent->self_cpu_millionths = (stats->cost_ns - agent->cost_seen_ns) * 1000 / us;
	agent->cost_seen_ns = stats->cost_ns;
	agent->cost_seen_us = stats->watermark_us;
}

static void keep_slices(struct agent *agent)
{
	uint64_t now = clock_wall_ns() / NSEC_PER_USEC;
	struct history_stats stats;
	struct err err = {0};

	history_tick(agent->history, now);
	history_stats(agent->history, &stats);
	measure_cost(agent, &stats);
	if (spool_tick(&agent->spool, agent->history, now, &err) < 0)
		log_error("%s", err.text);
}

static void tick(evutil_socket_t fd, short what, void *ctx)
{
	struct agent *agent = ctx;
	uint64_t now = clock_mono_ns();

	(void)fd;
	(void)what;
	agent_sampler_tend(agent, now);
	keep_slices(agent);
	api_tend(&agent->api, now);
	log_tick();
	agent_keep_tend(agent, now);
	agent_upload_tend(agent);
	if (agent->stopping && ((!agent_sampler_runs(agent) && agent_keep_is_done(agent) &&
				 agent_upload_is_done(agent)) || now >= agent->stop_ns))
		(void)event_base_loopbreak(agent->base); /* cannot fail */
}

static void sign_of_life(evutil_socket_t fd, short what, void *ctx)
{
	const struct agent *agent = ctx;

	(void)fd;
	(void)what;
	notify_alive(agent->plan->notify);
}

/* A configuration that cannot be read changes nothing. What stands for the whole run (addresses, the token, limits)
 * takes a restart. */
static void reload(struct agent *agent)
{
	struct config config;
	struct err err = {0};

	notify_reloading(agent->plan->notify, "reading the configuration again");
	if (config_load(agent->plan->path, agent->plan->flags, &config, &err) < 0) {
		log_error("the configuration stays as it was: %s", err.text);
		agent->reloads_failed++;
		notify_ready(agent->plan->notify, "the configuration stays as it was; see the log");
		return;
	}
	if (agent->is_reloaded)
		config_deinit(&agent->reloaded);
	agent->reloaded = config;
	agent->is_reloaded = true;
	agent->reloads++;
	if (agent_sampler_send_rules(agent) < 0)
		log_error("the samplers cannot be told the new rules");
	else
		log_info("the configuration was read again");
	notify_ready(agent->plan->notify, "the configuration was read again");
}

static void take_signal(evutil_socket_t number, short what, void *ctx)
{
	struct agent *agent = ctx;

	(void)what;
	if (number == SIGHUP) {
		reload(agent);
		return;
	}
	if (agent->stopping) {
		(void)event_base_loopbreak(agent->base); /* asked twice: no last words */
		return;
	}
	log_info("ending");
	notify_stopping(agent->plan->notify, "ending");
	agent->stopping = true;
	agent->stop_ns = clock_mono_ns() + LAST_WORDS_NS + (agent->config->push ? PUSH_WORDS_NS : 0);
	agent_sampler_stop(agent);
}

static int make_events(struct agent *agent, struct err *err)
{
	uint64_t alive_us = notify_alive_us(agent->plan->notify);
	bool ok = true;

	for (size_t i = 0; i < sizeof(signal_numbers) / sizeof(*signal_numbers); i++) {
		agent->signals[i] = evsignal_new(agent->base, signal_numbers[i], take_signal, agent);
		ok = ok && agent->signals[i] && event_add(agent->signals[i], NULL) == 0;
	}
	agent->tick = event_new(agent->base, -1, EV_PERSIST, tick, agent);
	ok = ok && agent->tick && event_add(agent->tick, &(struct timeval){.tv_usec = TICK_US}) == 0;
	if (alive_us) {
		const struct timeval period = {(time_t)(alive_us / 1000000), (suseconds_t)(alive_us % 1000000)};

		agent->alive = event_new(agent->base, -1, EV_PERSIST, sign_of_life, agent);
		ok = ok && agent->alive && event_add(agent->alive, &period) == 0;
	}
	return ok ? 0 : err_set(err, SCRAPE_ENOMEM, "out of memory");
}

static int listen_all(struct agent *agent, struct err *err)
{
	struct sockets *sockets = agent->plan->sockets;
	int r = 0;

	for (size_t i = 0; r == 0 && i < sockets->n; i++) {
		r = http_server_adopt(agent->server, sockets->items[i].fd, err);
		if (r == 0)
			sockets->items[i].fd = -1;
	}
	for (size_t i = 0; r == 0 && sockets->n == 0 && i < agent->config->n_listen; i++)
		r = http_server_listen(agent->server, agent->config->listen[i], err);
	for (size_t i = 0; r == 0 && http_server_address(agent->server, i); i++)
		log_info("listening on %s", http_server_address(agent->server, i));
	return r;
}

static int make_server(struct agent *agent, struct err *err)
{
	const struct config *config = agent->config;
	size_t n;
	const struct http_route *routes = agent_routes(&n);
	int r;

	agent->http = (struct http_config){.token = agent->plan->token,
					   .hosts = (const char *const *)config->hosts,
					   .base_path = config->base_path,
					   .tls_cert = config->tls_cert,
					   .tls_key = config->tls_key,
					   .server_name = "scrape/" SCRAPE_VERSION};
	r = http_server_new(agent->base, &agent->http, routes, n, &agent->api, &agent->server, err);
	return r < 0 ? r : listen_all(agent, err);
}

/* A state directory that cannot be used costs what it is for, and nothing else. */
static void open_spool(struct agent *agent)
{
	const struct config *config = agent->config;
	struct err err = {0};
	size_t n = 0;
	int r = spool_open(&agent->spool, config->spool_bytes ? config->state_dir : NULL, config->spool_bytes,
			   agent->instance, &err);

	if (r == 0)
		r = spool_read_back(&agent->spool, agent->history, &n, &err);
	if (r < 0)
		log_warn("closed slices are not kept on disk: %s", err.text);
	else if (n > 0)
		log_info("%zu slices of before are read back from %s", n, config->state_dir);
}

static int make_history(struct agent *agent, struct err *err)
{
	const struct config *config = agent->config;
	const struct history_config history = {.host = config->name,
					       .max_bytes = config->memory_bytes,
					       .keep_us = config->keep_us,
					       .slice_us = config->slice_us};

	agent->history = history_new(&history);
	agent->errands = agent->history ? errands_new(agent->base) : NULL;
	if (!agent->errands)
		return err_set(err, SCRAPE_ENOMEM, "out of memory");
	open_spool(agent);
	return 0;
}

static void times(void *owner, struct api_times *ret)
{
	const struct agent *agent = owner;
	struct history_stats stats;

	history_stats(agent->history, &stats);
	*ret = (struct api_times){stats.oldest_us, stats.watermark_us, agent->config->slice_us};
	if (agent->keep.store_ready && agent->keep.oldest_us && agent->keep.oldest_us < ret->oldest_us)
		ret->oldest_us = agent->keep.oldest_us;
}

static int open_store(void *owner, uint64_t from_us, struct store **ret, struct err *err)
{
	const struct agent *agent = owner;
	struct history_stats stats;

	history_stats(agent->history, &stats);
	if (!agent->keep.store_ready || (from_us >= stats.oldest_us && stats.slices > 0))
		return store_open_history(ret, agent->history, err);
	return store_open(ret, agent->config->store, STORE_READ, &agent->keep.writer_config.store, err);
}

static void annotate(void *owner, struct http_request *request)
{
	struct agent *agent = owner;

	noting_request(&agent->keep.noting, request);
}

static const struct api_source source = {.times = times, .open = open_store, .annotate = annotate};
/* Without a store nothing can be noted. */
static const struct api_source source_of_memory = {.times = times, .open = open_store};

static void make_api(struct agent *agent)
{
	agent->api.source = agent->config->store ? &source : &source_of_memory;
	agent->api.owner = agent;
	agent->api.base = agent->base;
	agent->api.errands = agent->errands;
	agent->api.name = agent->config->name;
	agent->api.instance = agent->instance;
	agent->api.rate_mhz = agent->config->rate_mhz;
}

static int begin(struct agent *agent, struct err *err)
{
	int r = make_instance(agent->instance, err);

	if (r < 0)
		return r;
	agent->base = event_base_new();
	if (!agent->base)
		return err_set(err, SCRAPE_EIO, "the event loop cannot be made");
	r = agent_keep_init(agent, err); /* before anything is open that its process would have to close */
	if (r == 0)
		r = make_events(agent, err);
	if (r == 0)
		r = make_history(agent, err);
	if (r == 0)
		r = agent_upload_init(agent, err);
	make_api(agent);
	if (r == 0)
		r = make_server(agent, err);
	if (r < 0)
		return r;
	agent_sampler_tend(agent, clock_mono_ns());
	if (!agent_sampler_runs(agent))
		return err_set(err, SCRAPE_EIO, "without a sampler there is nothing to serve");
	notify_ready(agent->plan->notify, "looking for processes");
	return 0;
}

static void end(struct agent *agent)
{
	if (agent->history) {
		keep_slices(agent);
		agent_keep_tend(agent, clock_mono_ns()); /* the last slices too */
	}
	errands_free(agent->errands); /* their requests go with the server */
	http_server_free(agent->server);
	api_deinit(&agent->api);
	agent_keep_deinit(agent);
	agent_upload_deinit(agent);
	agent_sampler_deinit(agent);
	spool_close(&agent->spool);
	history_free(agent->history);
	for (size_t i = 0; i < sizeof(signal_numbers) / sizeof(*signal_numbers); i++)
		if (agent->signals[i])
			event_free(agent->signals[i]);
	if (agent->tick)
		event_free(agent->tick);
	if (agent->alive)
		event_free(agent->alive);
	if (agent->base)
		event_base_free(agent->base);
	if (agent->is_reloaded)
		config_deinit(&agent->reloaded);
	log_end();
}

int agent_main(void *ctx, int keeper_fd)
{
	const struct agent_plan *plan = ctx;
	struct agent *agent = calloc(1, sizeof(*agent));
	struct err err = {0};
	int code = SCRAPE_EXIT_OK;

	if (!agent)
		return SCRAPE_EXIT_FAILURE;
	agent->plan = plan;
	agent->config = plan->config;
	agent->keeper_fd = keeper_fd;
	agent_sampler_init(agent);
	agent->spool = (struct spool)SPOOL_INIT;
	agent->started_wall_us = clock_wall_ns() / NSEC_PER_USEC;
	(void)signal(SIGPIPE, SIG_IGN);
	if (begin(agent, &err) < 0) {
		log_error("%s", err.text);
		code = SCRAPE_EXIT_FAILURE;
	} else if (event_base_dispatch(agent->base) < 0) {
		log_error("the event loop has failed");
		code = SCRAPE_EXIT_FAILURE;
	}
	end(agent);
	free(agent);
	return code;
}
