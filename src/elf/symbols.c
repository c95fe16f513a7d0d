/* SPDX-License-Identifier: MIT */
/* symbols: the caller's side. What comes back is checked as if the child were a stranger: it reads strangers' files. */
#include "elf/symbols.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "elf/symbols_child.h"
#include "scrape.h"

#define READY_MS 5000
#define PATIENCE_MS 3000 /* longer than the child waits for its worker */
#define CODE_LAST SCRAPE_ENOTFOUND

static void hang_up(struct symbols *s)
{
	if (s->fd >= 0)
		(void)close(s->fd); /* a socket: nothing to lose */
	s->fd = -1;
}

/* The packet with that serial; older ones belong to questions given up. 0, SCRAPE_ELIMIT (in time nothing came) or
 * SCRAPE_EIO (the child is gone or talks nonsense). */
static int receive(const struct symbols *s, uint32_t serial, uint32_t wait_ms, struct symbols_packet_reply *ret)
{
	uint64_t deadline = clock_mono_ns() + wait_ms * NSEC_PER_MSEC, now;

	while ((now = clock_mono_ns()) < deadline) {
		struct pollfd pollfd = {.fd = s->fd, .events = POLLIN};
		ssize_t n;

		if (poll(&pollfd, 1, (int)((deadline - now) / NSEC_PER_MSEC) + 1) <= 0)
			continue;
		n = recv(s->fd, ret, sizeof(*ret), MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n != sizeof(*ret) || ret->magic != SYMBOLS_MAGIC)
			return SCRAPE_EIO;
		if (ret->serial == serial)
			return 0;
	}
	return SCRAPE_ELIMIT;
}

int symbols_start(struct symbols *symbols, struct err *err)
{
	static const struct symbols_options options = {
		.wall_ms = SYMBOLS_WALL_MS,
		.cpu_seconds = SYMBOLS_CPU_SECONDS,
		.grace_ms = SYMBOLS_GRACE_MS,
		.memory = SYMBOLS_MEMORY,
		.work = symbols_work,
	};

	return symbols_start_with(symbols, &options, err);
}

int symbols_start_with(struct symbols *symbols, const struct symbols_options *options, struct err *err)
{
	struct symbols s = {.fd = -1, .wall_ms = options->wall_ms};
	struct symbols_packet_reply ready;
	int pair[2], r;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(err, SCRAPE_EIO, "socketpair");
	s.pid = fork();
	if (s.pid == 0)
		symbols_child(pair[1], options);
	(void)close(pair[1]); /* the child's */
	s.fd = pair[0];
	if (s.pid < 0) {
		hang_up(&s);
		return err_sys(err, SCRAPE_ENOMEM, "fork");
	}
	r = receive(&s, 0, READY_MS, &ready);
	if (r == 0)
		r = ready.code;
	if (r < 0) {
		symbols_stop(&s);
		return err_set(err, r, "the child that reads ELF files cannot give up its rights");
	}
	*symbols = s;
	return 0;
}

void symbols_stop(struct symbols *symbols)
{
	if (symbols->pid <= 0)
		return;
	hang_up(symbols);
	while (waitpid(symbols->pid, NULL, 0) < 0 && errno == EINTR)
		;
	symbols->pid = 0;
}

static int send_request(const struct symbols *s, int fd, const struct symbols_request *request)
{
	struct symbols_packet_request packet = {SYMBOLS_MAGIC, s->serial, *request};
	struct {
		_Alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(int))];
	} control = {{0}};
	struct iovec iov = {&packet, sizeof(packet)};
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	ssize_t n;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	do {
		n = sendmsg(s->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	return n == sizeof(packet) ? 0 : SCRAPE_EIO;
}

static bool request_is_valid(const struct symbols_request *q)
{
	for (size_t i = 0; i < SYMBOLS_NAMES_MAX; i++) {
		if (!memchr(q->names[i], '\0', SYMBOLS_NAME_SIZE))
			return false;
	}
	for (size_t i = 0; i < SYMBOLS_SECTIONS_MAX; i++) {
		if (!memchr(q->sections[i], '\0', SYMBOLS_NAME_SIZE))
			return false;
	}
	return q->python_version <= 1;
}

/* Only what was asked for may be found. */
static bool values_are_valid(const struct symbols_value *values, const char (*names)[SYMBOLS_NAME_SIZE], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (values[i].found > 1 || (values[i].found && !names[i][0]))
			return false;
	}
	return true;
}

static bool reply_is_valid(const struct symbols_packet_reply *p, const struct symbols_request *q)
{
	const char *end = memchr(p->text, '\0', sizeof(p->text));

	if (p->code > 0 || p->code < CODE_LAST || !end)
		return false;
	for (const char *c = p->text; c < end; c++) {
		if (*c < ' ' || *c > '~')
			return false;
	}
	return values_are_valid(p->reply.names, q->names, SYMBOLS_NAMES_MAX) &&
	       values_are_valid(p->reply.sections, q->sections, SYMBOLS_SECTIONS_MAX);
}

static int known_bad(const struct symbols *s, const struct stat *st)
{
	for (uint32_t i = 0; i < SYMBOLS_BAD_MAX && i < s->n_bad; i++) {
		const struct symbols_bad *b = &s->bad[i];

		if (b->dev == st->st_dev && b->inode == st->st_ino && b->mtime_s == st->st_mtim.tv_sec &&
		    b->mtime_ns == st->st_mtim.tv_nsec)
			return b->code;
	}
	return 0;
}

/* Files that cost a worker or much time; one that is just no good ELF file is quickly told so again. */
static void remember(struct symbols *s, const struct stat *st, int code)
{
	if (code != SCRAPE_EIO && code != SCRAPE_ELIMIT && code != SCRAPE_ENOMEM)
		return;
	s->bad[s->n_bad++ % SYMBOLS_BAD_MAX] = (struct symbols_bad){
		.dev = st->st_dev,
		.inode = st->st_ino,
		.mtime_s = st->st_mtim.tv_sec,
		.mtime_ns = st->st_mtim.tv_nsec,
		.code = code,
	};
}

static int ask(struct symbols *s, int fd, const struct symbols_request *q, struct symbols_packet_reply *ret)
{
	int r;

	if (s->fd < 0)
		return SCRAPE_EIO;
	if (++s->serial == 0) /* 0 is the greeting */
		s->serial = 1;
	r = send_request(s, fd, q);
	if (r == 0)
		r = receive(s, s->serial, s->wall_ms + PATIENCE_MS, ret);
	if (r == SCRAPE_EIO)
		hang_up(s);
	return r;
}

int symbols_query(struct symbols *symbols, int fd, const struct symbols_request *request, struct symbols_reply *ret,
		  struct err *err)
{
	struct symbols_packet_reply packet;
	struct stat st;
	int flags = fcntl(fd, F_GETFL), r;

	if (flags < 0 || (flags & O_ACCMODE) != O_RDONLY || (flags & O_PATH) || !request_is_valid(request))
		return err_set(err, SCRAPE_EINVAL, "not a question about a file that is open for reading");
	if (fstat(fd, &st) < 0)
		return err_sys(err, SCRAPE_EIO, "fstat");
	if (!S_ISREG(st.st_mode))
		return err_set(err, SCRAPE_EUNSUP, "not a regular file");
	r = known_bad(symbols, &st);
	if (r < 0)
		return err_set(err, r, "reading this file failed badly before");
	r = ask(symbols, fd, request, &packet);
	if (r == SCRAPE_EIO)
		return err_set(err, r, "the child that reads ELF files has ended");
	if (r == SCRAPE_ELIMIT) {
		remember(symbols, &st, r);
		return err_set(err, r, "the child that reads ELF files does not answer");
	}
	if (!reply_is_valid(&packet, request))
		return err_set(err, SCRAPE_EFORMAT, "the answer about this file makes no sense");
	remember(symbols, &st, packet.code);
	if (packet.code < 0)
		return err_set(err, packet.code, "%s", packet.text[0] ? packet.text : "the file cannot be read");
	*ret = packet.reply;
	return 0;
}
