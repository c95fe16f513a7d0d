/* SPDX-License-Identifier: MIT */
/*
 * top_run: `scrape top` while it runs.
 *
 * The screen is opened when the first target has come: until then remarks are lines on stderr, as with every command.
 * It stays when the target has ended, with the last numbers, until somebody quits.
 */
#include "cli/top_run.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/io.h"
#include "base/log.h"
#include "cli/capture.h"
#include "cli/page.h"
#include "cli/screen.h"
#include "cli/top_feed.h"
#include "cli/top_page.h"
#include "daemon/front.h"
#include "scrape.h"

#define PAPER_COLUMNS 132
#define PAPER_COLUMNS_MAX 1000
#define EXIT_INTERRUPTED 130
#define TICK_MS 1000

struct top_run {
	struct top_plan *plan;
	struct top top;
	struct top_feed feed;
	struct stream_sink sink; /* the feed's, with notes heard on the way */
	struct front front;       /* one of these two */
	struct top_remote remote;
	bool is_remote, answered;
	struct capture capture;
	int signals;
	bool on_screen, stopping, quit;
	bool open;              /* the stream has not ended */
	bool changed;           /* the page is not what is on the screen */
	bool begun;             /* the first second, which is not whole, is over */
	bool failed;            /* a sentence was said */
	uint64_t begin_ns, drawn_ns;
	uint64_t looks;
	unsigned refused;
	size_t seconds;         /* whole ones since the last table on paper */
	uint64_t tables;
};

static int hear_note(void *ctx, const struct stream_note *note)
{
	const struct top_feed *feed = ctx;
	struct top_run *run = feed->ctx;
	int len = note->len < sizeof(run->top.about.message) ? (int)note->len : (int)sizeof(run->top.about.message) - 1;

	run->refused += note->code != 0;
	if (run->plan->quiet_notes)
		return 0;
	if (!run->on_screen) {
		log_line(note->code ? LOG_ERROR : LOG_INFO, "%.*s", len, note->text);
		return 0;
	}
	(void)snprintf(run->top.about.message, sizeof(run->top.about.message), "%.*s", len, note->text);
	run->changed = true;
	return 0;
}

static int take_second(void *ctx, struct top_sum *second)
{
	struct top_run *run = ctx;

	run->looks += second->looks;
	run->seconds += run->begun;
	run->begun = true;
	run->changed = true;
	return top_take(&run->top, second);
}

/* What the header says of the targets. */
static void tell_about(struct top_run *run)
{
	struct top_about *about = &run->top.about;
	const struct top_feed_target *shown = NULL;

	if (run->is_remote) {
		about->remote = true;
		(void)snprintf(about->runtime, sizeof(about->runtime), "%s", run->plan->remote.url);
		about->elapsed_ns = clock_mono_ns() - run->begin_ns;
		return;
	}
	VEC_EACH (target, &run->feed.targets)
		if (!shown || !target->gone || shown->gone)
			shown = target;
	if (!shown)
		return;
	if (run->feed.alive > 1)
		(void)snprintf(about->title, sizeof(about->title), "%zu processes", run->feed.alive);
	else
		(void)snprintf(about->title, sizeof(about->title), "%s%s(pid %u)", shown->name,
			       shown->name[0] ? " " : "", (unsigned)shown->pid);
	(void)snprintf(about->runtime, sizeof(about->runtime), "%s", shown->runtime);
	about->rate_asked = (double)run->feed.rate_mhz / 1000;
	if (run->open)
		about->elapsed_ns = clock_mono_ns() - run->begin_ns;
	about->ended = !run->open;
}

/* Output. */

static void draw_screen(struct top_run *run)
{
	struct page page;
	size_t rows, columns;

	run->changed = false;
	run->drawn_ns = clock_mono_ns();
	tell_about(run);
	screen_size(&rows, &columns);
	page_init(&page, rows, columns);
	if (top_arrange(&run->top, top_page_height(&run->top, rows)) == 0) {
		top_page_draw(&run->top, &page);
		screen_draw(&page);
	}
	page_deinit(&page);
}

static size_t paper_columns(void)
{
	const char *text = getenv("COLUMNS");
	unsigned long columns = text ? strtoul(text, NULL, 10) : 0;

	return columns > 0 && columns <= PAPER_COLUMNS_MAX ? columns : PAPER_COLUMNS;
}

static void print_table(struct top_run *run)
{
	struct buf out = BUF_INIT;
	struct page page;

	run->seconds = 0;
	tell_about(run);
	page_init(&page, 0, paper_columns());
	if (run->tables++ > 0)
		buf_chr(&out, '\n');
	if (top_arrange(&run->top, SIZE_MAX) == 0) {
		page.rows = top_page_paper_rows(&run->top);
		top_page_draw_paper(&run->top, &page);
	}
	if (page.runs.n == 0 || page_print(&page, &out) < 0) {
		log_error("out of memory");
		run->failed = true;
	} else if (io_write_all(STDOUT_FILENO, out.data, out.len) < 0) {
		log_error("standard output cannot be written");
		run->failed = run->quit = true;
	}
	page_deinit(&page);
	buf_deinit(&out);
	if (run->plan->tables && run->tables >= run->plan->tables)
		run->quit = true;
}

/* After each piece of news. */
static void show(struct top_run *run)
{
	bool any = run->feed.targets.n > 0 || run->answered;

	if (any && run->begin_ns == 0)
		run->begin_ns = clock_mono_ns();
	if (!run->plan->paper && !run->on_screen && any && !run->quit) {
		run->on_screen = screen_open();
		run->plan->paper = !run->on_screen;
		if (run->plan->paper && run->plan->tables == 0)
			run->plan->tables = 1;
		run->changed = true;
	}
	if (run->on_screen && (run->changed || clock_mono_ns() - run->drawn_ns >= NSEC_PER_SEC))
		draw_screen(run);
	if (run->plan->paper && !run->quit && (run->looks > 0 || run->answered) &&
	    (run->seconds >= run->plan->window || (!run->open && (run->seconds > 0 || run->tables == 0))))
		print_table(run);
}

/* Input. */

static int open_signals(sigset_t *old)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH};
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		(void)sigaddset(&set, numbers[i]);
	(void)sigprocmask(SIG_BLOCK, &set, old);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void take_signal(struct top_run *run)
{
	struct signalfd_siginfo info;

	if (read(run->signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGWINCH) {
		if (run->on_screen)
			screen_resize();
		run->changed = true;
		return;
	}
	if (run->on_screen || !run->open || run->is_remote) {
		run->quit = true;
	} else if (run->stopping && info.ssi_signo == SIGINT) {
		_exit(EXIT_INTERRUPTED); /* the sampler dies with us */
	} else {
		run->stopping = true; /* on paper the last table comes with the stream's end */
		front_stop(&run->front);
	}
}

static void take_keys(struct top_run *run, short events)
{
	size_t rows, columns;
	uint32_t key;

	while (!run->quit && screen_key(&key)) {
		screen_size(&rows, &columns);
		run->quit = !top_key(&run->top, key, top_page_height(&run->top, rows));
		run->top.about.message[0] = '\0'; /* it was seen */
		run->changed = true;
	}
	if (events & (POLLHUP | POLLERR | POLLNVAL))
		run->quit = true; /* the terminal is gone */
}

static void take_stream(struct top_run *run)
{
	struct err err = {0};
	int r = front_read(&run->front, &err);

	if (r > 0)
		return;
	if (r < 0 && run->on_screen)
		(void)snprintf(run->top.about.message, sizeof(run->top.about.message), "%s", err.text);
	else if (r < 0)
		log_error("%s", err.text);
	run->failed = run->failed || r < 0;
	tell_about(run); /* the time of its end */
	run->open = false;
	run->changed = true;
	if (!run->on_screen && (run->plan->paper || run->feed.targets.n == 0 || run->stopping)) {
		show(run);
		run->quit = true;
	}
}

/* A failure is no reason to end, if it was not the first answer: a daemon may be restarted. */
static void say_refusal(struct top_run *run, const struct err *err)
{
	run->changed = true;
	if (run->on_screen) {
		(void)snprintf(run->top.about.message, sizeof(run->top.about.message), "%s", err->text);
		return;
	}
	log_error("%s", err->text);
	run->failed = run->quit = true;
}

static void take_remote(struct top_run *run)
{
	struct err err = {0};
	int r = top_remote_read(&run->remote, &run->top, &err);

	if (r < 0)
		say_refusal(run, &err);
	if (r <= 0)
		return;
	run->top.about.message[0] = '\0';
	run->answered = run->changed = true;
	run->seconds = run->plan->window;
}

/* Asks if it is time to; how long until it will be. */
static int ask_remote(struct top_run *run)
{
	uint64_t now = clock_mono_ns(), due = run->remote.asked_ns + run->plan->remote.every_ns;
	struct err err = {0};

	if (!run->top.view.paused && top_remote_tick(&run->remote, &run->top.view, now, &err) < 0)
		say_refusal(run, &err);
	return run->remote.fd < 0 && due > now ? (int)((due - now) / NSEC_PER_MSEC) + 1 : (int)TICK_MS;
}

/* Until somebody quits, or there is nothing more to print. */
static void loop(struct top_run *run)
{
	while (!run->quit) {
		struct pollfd p[] = {{.fd = run->signals, .events = POLLIN},
				     {.events = POLLIN},
				     {.fd = run->on_screen ? STDIN_FILENO : -1, .events = POLLIN},
				     {.fd = run->capture.fd, .events = POLLIN}};
		int wait = run->on_screen && run->open ? (int)TICK_MS : -1;

		if (run->is_remote)
			wait = ask_remote(run);
		p[1].fd = run->is_remote ? run->remote.fd : run->open ? run->front.fd : -1;

		if (poll(p, 4, wait) < 0 && errno != EINTR)
			break;
		if (p[0].revents)
			take_signal(run);
		if (p[1].revents && run->is_remote)
			take_remote(run);
		else if (p[1].revents)
			take_stream(run);
		if (p[2].revents)
			take_keys(run, p[2].revents);
		if (p[3].revents)
			capture_read(&run->capture);
		show(run);
	}
}

/* The end. */

/* The command has the terminal again, and its output goes there until it ends. */
static void let_command_go_on(struct top_run *run)
{
	struct pollfd p[] = {{.events = POLLIN}, {.fd = run->front.spawned.pidfd, .events = POLLIN}};

	/* nobody reads any more: the sampler ends, and waits for its command */
	(void)shutdown(run->front.fd, SHUT_RDWR);
	capture_release(&run->capture, STDOUT_FILENO);
	while (run->capture.fd >= 0) {
		p[0].fd = run->capture.fd;
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			break;
		if (p[0].revents)
			capture_read(&run->capture);
		else if (p[1].revents)
			break; /* what still holds the pipe is not the command */
		capture_release(&run->capture, STDOUT_FILENO);
	}
}

static int conclude(struct top_run *run)
{
	bool nothing = run->looks == 0 && !run->on_screen && !run->answered;
	int status;

	if (run->on_screen)
		screen_close();
	(void)close(run->signals); /* read only */
	(void)sigprocmask(SIG_SETMASK, &run->plan->config.mask, NULL); /* from here on Ctrl-C ends the program */
	if (run->capture.fd >= 0 || run->capture.tail.len > 0)
		let_command_go_on(run);
	status = run->is_remote ? 0 : front_finish(&run->front);
	if (status < 0)
		log_error("the sampler was killed");
	else if (nothing && run->refused == 0 && !run->failed && !run->is_remote)
		log_error("no look succeeded, there is nothing to show");
	if (status < 0 || nothing || run->failed)
		return SCRAPE_EXIT_FAILURE;
	return run->plan->config.command ? status : SCRAPE_EXIT_OK;
}

static int start(struct top_run *run, struct err *err)
{
	bool apart = run->plan->config.command && !run->plan->paper;
	int r = 0;

	run->signals = open_signals(&run->plan->config.mask);
	if (run->signals < 0)
		return err_sys(err, SCRAPE_EIO, "signalfd");
	if (run->is_remote) {
		top_remote_init(&run->remote, &run->plan->remote);
		run->open = true;
		return 0;
	}
	if (apart)
		r = capture_begin(&run->capture, err);
	if (r == 0)
		r = front_start(&run->front, &run->plan->config, &run->sink, &run->feed, err);
	capture_restore(&run->capture);
	run->open = r == 0;
	return r;
}

int top_run(struct top_plan *plan)
{
	struct top_run run = {.plan = plan, .sink = top_feed_sink, .capture = CAPTURE_INIT, .signals = -1};
	struct err err = {0};
	int code = SCRAPE_EXIT_FAILURE;

	run.sink.note = hear_note;
	run.is_remote = plan->remote.url != NULL;
	if (top_init(&run.top, plan->window) < 0 || top_feed_init(&run.feed, &run.top.names, take_second, &run) < 0) {
		log_error("out of memory");
	} else {
		run.top.view = plan->view;
		if (start(&run, &err) < 0) {
			log_error("%s", err.text);
		} else {
			loop(&run);
			code = conclude(&run);
		}
	}
	if (run.is_remote)
		top_remote_deinit(&run.remote);
	capture_close(&run.capture);
	top_feed_deinit(&run.feed);
	top_deinit(&run.top);
	return code;
}
