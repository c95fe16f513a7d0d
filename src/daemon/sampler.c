/* SPDX-License-Identifier: MIT */
/* sampler: the process that reads other processes. */
#include "daemon/sampler.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "daemon/filter.h"
#include "daemon/launch.h"
#include "daemon/once.h"
#include "daemon/sampler_private.h"
#include "elf/debuginfod.h"
#include "elf/symbols_child.h"
#include "native/arch.h"
#include "sample/pytarget.h"
#include "scrape.h"
#include "target/ring.h"

#define NO_PERF_RIGHT                                                                                                  \
	"native stacks need perf events of the kernel's scheduler: CAP_PERFMON (root), or kernel.perf_event_paranoid " \
	"at most 1; or --exact, which stops threads by ptrace"
#define NO_PERF "this kernel has no perf events of context switches; --exact stops threads by ptrace instead"
#define NAMES_NS (3 * NSEC_PER_SEC)     /* that the end waits for names */
#define SERVERS_NS (60 * NSEC_PER_SEC)  /* the same when servers are asked for them */
#define TABLES_NS (700 * NSEC_PER_MSEC) /* that the first look may wait for tables to unwind by */

static void on_found(void *ctx, const struct attach_wish *wish, struct pytarget *target)
{
	struct sampler *s = ctx;

	if (target->native && s->targets.n == 0) {
		modules_wait(&s->modules, clock_mono_ns() + (s->config->job == SAMPLER_ONCE ? NAMES_NS : TABLES_NS));
		s->waited = true;
	}
	(void)sampler_welcome(ctx, target, wish->parent, NULL); /* without memory it is not looked at */
}

static void on_failed(void *ctx, const struct attach_wish *wish, int code, const char *why)
{
	struct sampler *s = ctx;
	struct err err;

	if (wish->parent && code != SCRAPE_EUNSUP && code != SCRAPE_EFORMAT)
		return; /* a child that is no Python is nobody's concern */
	(void)err_set(&err, code, "%s", why);
	if (code == SCRAPE_ENOTPYTHON && s->no_native.code)
		(void)err_set(&err, code, "%s, and %s", why, s->no_native.text);
	recorder_note(&s->rec, wish->pid, code, err.text);
}

static void on_waits(void *ctx, const struct attach_wish *wish, const char *why)
{
	struct sampler *s = ctx;
	char text[ERR_TEXT_MAX + 32];

	(void)snprintf(text, sizeof(text), "%s, waiting for it", why);
	recorder_note(&s->rec, wish->pid, 0, text);
}

static const struct attach_events plain_events = {.found = on_found, .failed = on_failed, .waits = on_waits};

/* How long the end waits for names. */
static uint64_t names_ns(const struct sampler *s)
{
	return s->servers.fd >= 0 && s->config->job != SAMPLER_SERVE ? SERVERS_NS : NAMES_NS;
}

static void shut_down(struct sampler *s)
{
	uint64_t now = clock_mono_ns();

	for (size_t i = 0; i < s->attach.list.n && s->config->job != SAMPLER_SERVE; i++)
		if (!s->attach.list.items[i].wish.parent)
			recorder_note(&s->rec, s->attach.list.items[i].wish.pid, SCRAPE_ENOTREADY,
				      "its CPython did not come in time");
	if (s->attach.modules)
		recorder_name_all(&s->rec, s->stop.n_pending > 0 ? 0 : now + names_ns(s));
	if (s->config->job == SAMPLER_LOOK || s->config->job == SAMPLER_SERVE)
		recorder_close_slice(&s->rec, s->targets.items, s->targets.n, now);
	while (s->targets.n > 0)
		sampler_drop(s, 0, STREAM_GONE_EXIT, now);
	sampler_send(s, now);
	VEC_DEINIT(&s->targets);
	attach_forget(&s->attach);
	if (s->attach.modules)
		modules_deinit(&s->modules);
	debuginfod_stop(&s->servers);
	family_deinit(&s->family);
	orders_deinit(&s->orders);
	serve_deinit(s);
	look_deinit(&s->look);
	recorder_deinit(&s->rec);
	buf_deinit(&s->out);
}

/* A daemon has others to look at: it does not wait for a file as long as a person would. */
static int start_symbols(struct sampler *s, struct err *err)
{
	static const struct symbols_options quick = {.wall_ms = 2000,
						     .cpu_seconds = 2,
						     .grace_ms = SYMBOLS_GRACE_MS,
						     .memory = SYMBOLS_MEMORY,
						     .work = symbols_work};

	return s->config->job == SAMPLER_SERVE ? symbols_start_with(&s->symbols, &quick, err)
					       : symbols_start(&s->symbols, err);
}

/* Whether native frames can be had here at all is asked of ourselves. */
static int probe_native(const struct sampler *s, struct err *err)
{
	struct ring_pool pool = {.max = 1};
	struct ring ring;
	int r;

	if (s->config->exact && s->config->job != SAMPLER_SERVE)
		return 0;
	r = ring_open(&pool, 0, arch_native.perf_mask, &ring);
	if (r < 0)
		return err_set(err, r == SCRAPE_EPERM ? SCRAPE_EPERM : SCRAPE_EUNSUP, "%s",
			       r == SCRAPE_EPERM ? NO_PERF_RIGHT : NO_PERF);
	ring_close(&ring);
	return 0;
}

/* Without native frames those who did not ask for them go on. */
static int start_native(struct sampler *s, struct err *err)
{
	int r;

	if (s->config->job == SAMPLER_LIST)
		return 0;
	r = probe_native(s, &s->no_native);
	if (r == 0)
		r = symbols_start(&s->native_symbols, &s->no_native);
	if (r < 0) {
		if (s->config->native != SAMPLER_NATIVE_ALONE)
			*err = s->no_native;
		return s->config->native != SAMPLER_NATIVE_ALONE ? r : 0;
	}
	if (s->config->debuginfod)
		r = debuginfod_start(&s->servers, err);
	if (r < 0)
		return r;
	modules_init(&s->modules, &s->native_symbols, s->servers.fd >= 0 ? &s->servers : NULL);
	s->attach.modules = &s->modules;
	return 0;
}

/* A target takes about five descriptors, and each thread two, or three with native frames. */
static void raise_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max)
		(void)setrlimit(RLIMIT_NOFILE, &(struct rlimit){files.rlim_max, files.rlim_max}); /* then fewer fit */
}

static int prepare(struct sampler *s, struct err *err)
{
	const struct sampler_config *config = s->config;
	struct filter_sampler_config filter;
	int r;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* without it the closed pipe ends us, at the next write */
	(void)signal(SIGINT, SIG_IGN);          /* these go to the front, which tells us */
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* a dump would hold a stopped target for seconds */
	r = start_symbols(s, err);
	if (r == 0)
		r = start_native(s, err);
	if (r == 0 && config->command)
		r = launch(config->command, &config->mask, &s->launched, err);
	stop_init(&s->stop, s->watched); /* these two not for the command */
	raise_files();
	if (r == 0 && config->job == SAMPLER_SERVE)
		r = serve_prepare(s, err);
	if (r < 0)
		return r;
	/* With sched_autogroup a session is scheduled as one: in its own the sampler does not wait for the CPU time
	 * that the target used up in the same terminal (man 7 sched, "The autogroup feature"). */
	(void)setsid();
	cpu_init(&s->cpu);
	filter = (struct filter_sampler_config){.stream_fd = s->fd,
						.symbols_fd = s->symbols.fd,
						.native_fd = s->attach.modules ? s->native_symbols.fd : -1,
						.servers_fd = s->servers.fd,
						.exact = config->exact};
	return filter_sampler(&filter, err);
}

static void want(struct sampler *s, pid_t pid)
{
	bool looks = s->config->job == SAMPLER_LOOK;
	const struct attach_wish wish = {.pid = pid,
					 .named = true,
					 .waits = looks,
					 .may_exec = looks && pid == s->launched,
					 .thorough = s->config->job != SAMPLER_LIST,
					 .native = s->config->native != SAMPLER_NATIVE_ALONE,
					 .any = true,
					 .exact = s->config->exact};
	struct err err = {0};
	int r = attach_want(&s->attach, &wish, clock_mono_ns(), &err);

	if (r < 0)
		recorder_note(&s->rec, pid, r, err.text);
}

static void want_named(struct sampler *s)
{
	const struct sampler_config *config = s->config;

	if (s->launched)
		want(s, s->launched);
	for (size_t i = 0; i < config->n_pids; i++)
		want(s, config->pids[i]);
	for (size_t i = 0; config->subprocesses && i < s->attach.list.n; i++)
		(void)family_add(&s->family, s->attach.list.items[i].wish.pid); /* gone already: it has no children */
}

static int exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void begin_session(struct sampler *s)
{
	const bool serves = s->has_rules;
	const struct stream_session session = {.start_wall_us = clock_wall_ns() / NSEC_PER_USEC,
					       .rate_mhz = s->rate_mhz,
					       .slice_us = serves ? s->rules.slice_us : s->config->slice_us,
					       .exact = serves ? rules_want_exact(&s->rules) : s->config->exact};

	recorder_init(&s->rec, &s->out, &session, &s->modules, clock_mono_ns());
}

static void work(struct sampler *s)
{
	switch (s->config->job) {
	case SAMPLER_SERVE:
		sampler_look_on(s);
		break;
	case SAMPLER_LOOK:
		want_named(s);
		sampler_look_on(s);
		break;
	case SAMPLER_ONCE:
	case SAMPLER_LIST:
		want_named(s);
		attach_run(&s->attach, clock_mono_ns(), 0);
		for (size_t i = 0; s->config->job == SAMPLER_ONCE && i < s->targets.n; i++)
			once_look(s->targets.items[i], &s->looker, &s->rec, s->config->locals);
		break;
	}
}

int sampler_main(const struct sampler_config *config, int stream_fd, volatile uint64_t *watched)
{
	const bool serves = config->job == SAMPLER_SERVE;
	struct sampler s = {
		.config = config, .fd = stream_fd, .rate_mhz = config->rate_mhz, .servers.fd = -1};
	struct err err = {0};
	int r;

	s.watched = watched;
	s.looker = (struct looker){.cpu = &s.cpu,
				   .stop = config->exact ? &s.stop : NULL,
				   .force = config->force,
				   .rings = {.max = LOOKER_RINGS_MAX},
				   .native_all = config->native == SAMPLER_NATIVE_ALL,
				   .random = clock_wall_ns() ^ (uint64_t)getpid() << 32};
	s.attach = (struct attach){.symbols = &s.symbols,
				   .events = serves ? &serve_events : &plain_events,
				   .ctx = &s};
	if (!serves)
		begin_session(&s);
	r = prepare(&s, &err);
	if (serves) { /* its rates are known when the rules are */
		if (r == 0)
			serve_wait(&s);
		begin_session(&s);
	}
	if (s.refused.code) {
		r = s.refused.code;
		err = s.refused;
	}
	if (r < 0)
		recorder_note(&s.rec, 0, r, err.text);
	else
		work(&s);
	shut_down(&s);
	(void)shutdown(stream_fd, SHUT_WR); /* the front may write its result while the command goes on */
	if (s.launched && waitpid(s.launched, &s.launched_status, 0) < 0)
		return SCRAPE_EXIT_FAILURE;
	return r < 0 ? SCRAPE_EXIT_FAILURE : exit_code(s.launched_status);
}
