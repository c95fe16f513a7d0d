/* SPDX-License-Identifier: MIT */
/* session: one run of the sampler as a command sees it. */
#include "cli/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "cli/summary.h"
#include "daemon/sampler.h"
#include "scrape.h"

#define BEAT_NS NSEC_PER_SEC
#define EXIT_INTERRUPTED 130
#define REPLACE_MAX 8 /* samplers: what kills so many is no accident */

/* Every record goes on; notes are also said. */
static int hear_note(void *ctx, const struct stream_note *note)
{
	struct session *session = ctx;
	bool refused = note->code != 0;

	session->refused += refused;
	if (!session->quiet_notes) {
		summary_clear_progress();
		log_line(refused ? LOG_ERROR : LOG_INFO, "%.*s", (int)note->len, note->text);
	}
	return session->inner->note ? session->inner->note(session->inner_ctx, note) : 0;
}

/* The other records, one by one, to the inner sink. */
#define PASS(name)                                                                                                     \
	static int pass_##name(void *ctx, const struct stream_##name *r)                                               \
	{                                                                                                              \
		const struct session *session = ctx;                                                                   \
                                                                                                                       \
		return session->inner->name ? session->inner->name(session->inner_ctx, r) : 0;                         \
	}
PASS(session)
PASS(string)
PASS(frame)
PASS(node)
PASS(thread)
PASS(sample)
PASS(slice_thread)
PASS(slice_end)
PASS(loss)
PASS(gone)
PASS(local)
PASS(way)
PASS(hold)
#undef PASS

static int pass_target(void *ctx, const struct stream_target *r)
{
	struct session *session = ctx;

	if (session->first_pid == 0) {
		session->first_pid = r->pid;
		session->begin_ns = clock_mono_ns();
	}
	return session->inner->target ? session->inner->target(session->inner_ctx, r) : 0;
}

static int pass_reset(void *ctx)
{
	const struct session *session = ctx;

	return session->inner->reset ? session->inner->reset(session->inner_ctx) : 0;
}

static const struct stream_sink passing = {
	.session = pass_session,
	.string = pass_string,
	.frame = pass_frame,
	.node = pass_node,
	.target = pass_target,
	.thread = pass_thread,
	.sample = pass_sample,
	.slice_thread = pass_slice_thread,
	.slice_end = pass_slice_end,
	.loss = pass_loss,
	.gone = pass_gone,
	.reset = pass_reset,
	.note = hear_note,
	.local = pass_local,
	.way = pass_way,
	.hold = pass_hold,
};

/* Signals arrive at a descriptor, so that they meet the loop between two records. */
static int open_signals(sigset_t *old, struct err *err)
{
	sigset_t set;
	int fd;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, old);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? err_sys(err, SCRAPE_EIO, "signalfd") : fd;
}

static void take_signal(struct session *session, int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (session->stopping && info.ssi_signo == SIGINT)
		_exit(EXIT_INTERRUPTED); /* the sampler dies with us */
	session->stopping = true;
	front_stop(&session->front);
}

static int loop(struct session *session, int signals, uint64_t begin, struct err *err)
{
	uint64_t beat = begin + BEAT_NS;
	int r = 1;

	while (r > 0) {
		struct pollfd p[] = {{.fd = session->front.fd, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
		uint64_t now = clock_mono_ns(), next = beat;

		uint64_t end = session->duration_ns && session->begin_ns ? session->begin_ns + session->duration_ns : 0;

		if (end && !session->stopping && end < next)
			next = end;
		if (poll(p, 2, next > now ? (int)((next - now) / NSEC_PER_MSEC) + 1 : 0) < 0 && errno != EINTR)
			return err_sys(err, SCRAPE_EIO, "poll");
		if (p[1].revents)
			take_signal(session, signals);
		if (p[0].revents)
			r = front_read(&session->front, err);
		now = clock_mono_ns();
		if (end && !session->stopping && now >= end) {
			session->stopping = true;
			front_stop(&session->front);
		}
		if (now >= beat) {
			beat = now + BEAT_NS;
			if (session->beat)
				session->beat(session->beat_ctx, now - begin);
		}
	}
	return r;
}

/* The stream has ended. True if the sampler was killed in the middle of it (by the watchdog, by whoever is short of
 * memory) and another one looks on. */
static bool replace(struct session *session, const struct sampler_config *config, struct err *err)
{
	const bool whole = stream_is_whole(&session->front.reader);
	struct front old = session->front;

	if (session->stopping || config->command || config->job != SAMPLER_LOOK || session->replaced == REPLACE_MAX)
		return false;
	session->status = front_finish(&session->front);
	session->ended = true;
	if (session->status >= 0 || !session->first_pid)
		return false;
	if (old.tap && !whole)
		return false; /* half a record: a recording cannot go on behind it */
	if (front_start(&session->front, config, &session->sink, session, err) < 0)
		return false;
	session->front.tap = old.tap;
	session->front.tap_ctx = old.tap_ctx;
	session->ended = false;
	session->replaced++;
	summary_clear_progress();
	log_warn("the sampler was killed, another one looks on");
	return true;
}

int session_run(struct session *session, struct sampler_config *config,
		int (*tap)(void *ctx, const void *bytes, size_t n), void *tap_ctx, struct err *err)
{
	int signals = open_signals(&config->mask, err);
	int r;

	if (signals < 0)
		return signals;
	session->sink = passing;
	r = front_start(&session->front, config, &session->sink, session, err);
	session->front.tap = tap;
	session->front.tap_ctx = tap_ctx;
	if (r == 0)
		do
			r = loop(session, signals, clock_mono_ns(), err);
		while (r == 0 && replace(session, config, err));
	(void)close(signals); /* read only */
	(void)sigprocmask(SIG_SETMASK, &config->mask, NULL); /* from here on Ctrl-C ends the program */
	return r;
}

int session_finish(struct session *session)
{
	if (!session->ended)
		session->status = front_finish(&session->front);
	session->ended = true;
	return session->status;
}
