/* SPDX-License-Identifier: MIT */
/*
 * writer_main: the process that writes. What has come is written in one transaction; if that cannot be, in pieces, each
 * as often as it takes. When nothing comes it rolls up and lets go of what is old.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/io.h"
#include "base/vec.h"
#include "daemon/writer_wire.h"
#include "scrape.h"

#define BATCH_BYTES ((size_t)32 << 20)
#define BATCH_MESSAGES 1024
#define READ_BYTES ((size_t)1 << 20)
#define TEND_US 200000 /* at a time, between two batches */
#define RETRY_MS 1000
#define GATHER_MS 1000       /* for a server: it wants few and large batches */
#define LOCK_TRIES 30        /* one who was killed may still be about to let go of the store */
#define SERVER_MS 500        /* until a server is asked again that did not answer; then twice as long, */
#define SERVER_MOST_MS 10000 /* up to this */
#define LOCK_MS 100
#define WRITER_NICE 5

struct message {
	struct wire_head head;
	size_t at; /* of its payload in the bytes */
	struct wire_done done;
	struct wire_noted noted;
	char error[256];
};

struct writing {
	int fd;
	const struct writer_config *config;
	struct store *store;
	bool gathers;
	struct buf in, out;
	VEC(struct message) messages;
	bool in_trouble;
	bool more; /* to be tended */
	uint64_t tended_ns, told_ns; /* the hosts */
};

size_t wire_begin(struct buf *out, enum wire_type type, uint64_t tag)
{
	const struct wire_head head = {.type = type, .tag = tag};
	size_t begin = out->len;

	buf_add(out, &head, sizeof(head));
	return begin;
}

void wire_end(struct buf *out, size_t begin)
{
	uint32_t length;

	if (out->failed)
		return;
	length = (uint32_t)(out->len - begin - sizeof(struct wire_head));
	memcpy(out->data + begin + offsetof(struct wire_head, length), &length, sizeof(length));
}

void wire_text(struct buf *out, const char *text)
{
	buf_add(out, text, strlen(text) + 1);
}

const char *wire_next_text(const char **at, const char *end)
{
	const char *text = *at, *nul = memchr(text, '\0', (size_t)(end - text));

	if (!nul)
		return "";
	*at = nul + 1;
	return text;
}

/* The other side is gone, or memory is: what was not acknowledged will come again. */
static _Noreturn void leave(struct writing *w)
{
	store_close(w->store);
	_exit(SCRAPE_EXIT_OK);
}

static void send_out(struct writing *w)
{
	if (w->out.failed || io_write_all(w->fd, w->out.data, w->out.len) < 0)
		leave(w);
	buf_reset(&w->out);
}

static int tell_host(void *ctx, const struct store_host *host)
{
	struct writing *w = ctx;
	const struct wire_host wire = {host->next, host->first_us, host->until_us};
	size_t begin = wire_begin(&w->out, WIRE_HOST, 0);

	buf_add(&w->out, &wire, sizeof(wire));
	wire_text(&w->out, host->host);
	wire_text(&w->out, host->instance);
	wire_end(&w->out, begin);
	return 0;
}

static void tell_state(struct writing *w, int code, const char *text)
{
	struct wire_state state = {.code = code};
	struct store_stats stats;
	size_t begin;

	if (code == 0 && store_stats(w->store, false, &stats, NULL) == 0)
		state.bytes = stats.bytes;
	store_outbox(w->store, &state.outbox);
	begin = wire_begin(&w->out, WIRE_STATE, 0);
	buf_add(&w->out, &state, sizeof(state));
	wire_text(&w->out, text);
	wire_end(&w->out, begin);
	send_out(w);
	w->in_trouble = code < 0;
}

static _Noreturn void tell_failure(struct writing *w, int code, const char *text)
{
	int64_t wide = code;
	size_t begin = wire_begin(&w->out, WIRE_FAILED, 0);

	buf_add(&w->out, &wide, sizeof(wide));
	wire_text(&w->out, text);
	wire_end(&w->out, begin);
	send_out(w);
	leave(w);
}

static bool is_readable(const struct writing *w, int timeout_ms)
{
	struct pollfd poll_fd = {.fd = w->fd, .events = POLLIN};

	return poll(&poll_fd, 1, timeout_ms) > 0;
}

/* Whole messages in w->in become a list. */
static void list_messages(struct writing *w)
{
	size_t at = 0;

	w->messages.n = 0;
	while (w->in.len - at >= sizeof(struct wire_head) && w->messages.n < BATCH_MESSAGES) {
		struct message *message;
		struct wire_head head;

		memcpy(&head, w->in.data + at, sizeof(head));
		if (head.length > WIRE_PAYLOAD_MAX)
			leave(w);
		if (w->in.len - at - sizeof(head) < head.length)
			return;
		message = VEC_PUSH(&w->messages);
		if (!message)
			leave(w);
		message->head = head;
		message->at = at + sizeof(head);
		at += sizeof(head) + head.length;
	}
}

/* How long what there is may wait for more. Somebody looks on while a note is taken. */
static int patience_ms(const struct writing *w, uint64_t began_ns)
{
	const uint64_t waited_ms = (clock_mono_ns() - began_ns) / NSEC_PER_MSEC;

	if (!w->gathers || waited_ms >= GATHER_MS)
		return 0;
	VEC_EACH (m, &w->messages)
		if (m->head.type != WIRE_PUT)
			return 0;
	return (int)(GATHER_MS - waited_ms);
}

/* What there is, at most a batch. At least one message is whole when this returns. */
static void read_messages(struct writing *w)
{
	const uint64_t began_ns = clock_mono_ns();

	do {
		ssize_t n;

		if (!buf_reserve(&w->in, READ_BYTES))
			leave(w);
		n = read(w->fd, w->in.data + w->in.len, READ_BYTES);
		if (n == 0 || (n < 0 && errno != EINTR))
			leave(w);
		w->in.len += n > 0 ? (size_t)n : 0;
		list_messages(w);
	} while (w->messages.n == 0 || (w->in.len < BATCH_BYTES && w->messages.n < BATCH_MESSAGES &&
					is_readable(w, patience_ms(w, began_ns))));
}

static int do_put(struct writing *w, struct message *m)
{
	const char *at = w->in.data + m->at, *end = at + m->head.length;
	struct store_slices slices;
	struct wire_put put;
	struct err err = {0};
	int r;

	memcpy(&put, at, sizeof(put));
	at += sizeof(put);
	slices = (struct store_slices){.since = put.since, .next = put.next, .now_us = put.now_us};
	slices.host = wire_next_text(&at, end);
	slices.instance = wire_next_text(&at, end);
	slices.bytes = at;
	slices.n = (size_t)(end - at);
	m->done = (struct wire_done){0};
	r = store_put(w->store, &slices, &m->done.put, &err);
	m->done.code = r;
	(void)snprintf(m->error, sizeof(m->error), "%.255s", err.text);
	return r;
}

static int do_note(struct writing *w, struct message *m)
{
	const char *at = w->in.data + m->at, *end = at + m->head.length;
	struct store_note note = {0};
	struct wire_note wire;
	struct err err = {0};
	int64_t id;
	int r;

	m->noted = (struct wire_noted){0};
	if (m->head.type == WIRE_UNNOTE) {
		memcpy(&id, at, sizeof(id));
		r = store_unannotate(w->store, id, &err);
		m->noted.id = id;
	} else {
		memcpy(&wire, at, sizeof(wire));
		at += sizeof(wire);
		note = (struct store_note){.at_us = wire.at_us, .until_us = wire.until_us, .pin = wire.pin != 0};
		note.text = wire_next_text(&at, end);
		note.service = wire_next_text(&at, end);
		note.host = wire_next_text(&at, end);
		note.by = wire_next_text(&at, end);
		r = store_annotate(w->store, &note, &m->noted.id, &err);
	}
	m->noted.code = r;
	(void)snprintf(m->error, sizeof(m->error), "%.255s", err.text);
	return r;
}

static int do_message(struct writing *w, struct message *m)
{
	return m->head.type == WIRE_PUT ? do_put(w, m) : do_note(w, m);
}

/* Whether trying again may help: it is not what was asked that is wrong. */
static bool is_ours(int code)
{
	return code == SCRAPE_EIO || code == SCRAPE_EBUSY || code == SCRAPE_ENOMEM || code == SCRAPE_EPERM;
}

/* Whatever comes meanwhile; ends if the other side is gone. */
static void wait_for(struct writing *w, int ms)
{
	for (; ms > 0; ms -= 100) {
		struct pollfd poll_fd = {.fd = w->fd, .events = 0};

		if (poll(&poll_fd, 1, 100) > 0)
			leave(w);
	}
}

/* A note for a server that is away is refused: somebody waits for its answer, and slices wait behind it. */
static void do_alone(struct writing *w, struct message *m)
{
	while (is_ours(do_message(w, m)) && !(w->gathers && m->head.type != WIRE_PUT)) {
		tell_state(w, SCRAPE_EIO, m->error);
		wait_for(w, RETRY_MS);
	}
}

/* Slices may be put any number of times, notes may not: they are never part of what is tried again. */
static bool do_together(struct writing *w, struct message *first, size_t n)
{
	int r = store_begin(w->store, NULL), committed;

	for (size_t i = 0; i < n && !is_ours(r); i++)
		if (first[i].head.type == WIRE_PUT)
			r = do_put(w, &first[i]);
	committed = store_commit(w->store, NULL);
	if (is_ours(r) || committed < 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (first[i].head.type != WIRE_PUT)
			do_alone(w, &first[i]);
	return true;
}

/* What cannot be written together is begun with one alone, and goes on with twice as much each time: a disk that is
 * full may take little, servers that are back take all. */
static void do_batch(struct writing *w)
{
	size_t most = w->messages.n, n;

	for (size_t i = 0; i < w->messages.n; i += n) {
		n = most < w->messages.n - i ? most : w->messages.n - i;
		if (!do_together(w, &w->messages.items[i], n)) {
			do_alone(w, &w->messages.items[i]);
			n = most = 1;
		}
		most *= 2;
	}
}

static void answer(struct writing *w)
{
	VEC_EACH (m, &w->messages) {
		size_t begin = wire_begin(&w->out, m->head.type == WIRE_PUT ? WIRE_DONE : WIRE_NOTED, m->head.tag);

		if (m->head.type == WIRE_PUT)
			buf_add(&w->out, &m->done, sizeof(m->done));
		else
			buf_add(&w->out, &m->noted, sizeof(m->noted));
		wire_text(&w->out, m->error);
		wire_end(&w->out, begin);
	}
	send_out(w);
}

static void consume(struct writing *w)
{
	const struct message *last = &w->messages.items[w->messages.n - 1];

	buf_consume(&w->in, last->at + last->head.length);
	list_messages(w);
}

static void tend(struct writing *w)
{
	struct err err = {0};
	int r = store_tend(w->store, clock_wall_ns() / NSEC_PER_USEC, TEND_US, &w->more, &err);

	w->tended_ns = clock_mono_ns();
	if (r < 0) {
		w->more = false;
		tell_state(w, r, err.text);
	} else if (w->in_trouble || !w->more) {
		tell_state(w, 0, "");
	}
}

/* What others have written too. A store in trouble is told of by those who write. */
static void tell_news(struct writing *w)
{
	uint64_t now_ns = clock_mono_ns();

	if (w->config->news_us == 0 || now_ns - w->told_ns < w->config->news_us * NSEC_PER_USEC)
		return;
	w->told_ns = now_ns;
	(void)store_hosts(w->store, tell_host, w, NULL); /* another time, then */
	send_out(w);
}

/* Servers that do not answer yet are waited for. */
static int read_hosts(struct writing *w, struct err *err)
{
	int r, pause_ms = SERVER_MS;

	while ((r = store_hosts(w->store, tell_host, w, err)) == SCRAPE_EIO && store_is_remote(w->config->path)) {
		tell_state(w, r, err->text);
		wait_for(w, pause_ms);
		pause_ms = pause_ms < SERVER_MOST_MS / 2 ? pause_ms * 2 : SERVER_MOST_MS;
	}
	return r;
}

static void open_store(struct writing *w)
{
	struct err err = {0};
	int r;

	for (int i = 0; i < LOCK_TRIES; i++) {
		r = store_open(&w->store, w->config->path, STORE_WRITE, &w->config->store, &err);
		if (r != SCRAPE_EBUSY)
			break;
		(void)poll(NULL, 0, LOCK_MS);
	}
	if (r == 0)
		r = read_hosts(w, &err);
	if (r < 0)
		tell_failure(w, r, err.text);
	if (w->config->store.outbox)
		tend(w); /* it may be open without a server: then it is said first why */
	wire_end(&w->out, wire_begin(&w->out, WIRE_READY, 0));
	send_out(w);
}

void writer_main(const struct writer_config *config, int fd)
{
	struct writing w = {.fd = fd, .config = config, .gathers = store_is_remote(config->path)};

	(void)signal(SIGTERM, SIG_IGN); /* the loop's process says when; its death does too */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	(void)setpriority(PRIO_PROCESS, 0, WRITER_NICE); /* or it runs like others */
	open_store(&w);
	for (;;) {
		if (is_readable(&w, w.more ? 0 : 1000)) {
			read_messages(&w);
			while (w.messages.n > 0) {
				do_batch(&w);
				answer(&w);
				consume(&w);
			}
		}
		if (w.more || clock_mono_ns() - w.tended_ns > NSEC_PER_SEC)
			tend(&w);
		tell_news(&w);
	}
}
