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
	uint64_t now = clock_mono_ns(), deadline = now + wait_ms * NSEC_PER_MSEC;

	for (bool first = true; first || now < deadline; first = false, now = clock_mono_ns()) {
		struct pollfd pollfd = {.fd = s->fd, .events = POLLIN};
		ssize_t n;

		if (poll(&pollfd, 1, wait_ms ? (int)((deadline - now) / NSEC_PER_MSEC) + 1 : 0) <= 0)
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

static int send_request(const struct symbols *s, const struct symbols_files *files)
{
	struct symbols_packet_request packet = {SYMBOLS_MAGIC, s->serial, s->request};
	struct {
		_Alignas(struct cmsghdr) char bytes[CMSG_SPACE(SYMBOLS_FILES * sizeof(int))];
	} control = {{0}};
	struct iovec iov = {&packet, sizeof(packet)};
	int fds[SYMBOLS_FILES] = {files->file};
	size_t n = 1;
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control};
	struct cmsghdr *c;
	ssize_t sent;

	if (files->out >= 0)
		fds[n++] = files->out;
	if (files->debug >= 0)
		fds[n++] = files->debug;
	msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
	c = CMSG_FIRSTHDR(&msg);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	do {
		sent = sendmsg(s->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	return sent == sizeof(packet) ? 0 : SCRAPE_EIO;
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
	return q->python_version <= 1 && q->plain <= 1 && q->kind < SYMBOLS_KINDS && q->n_addrs <= SYMBOLS_ADDRS_MAX &&
	       memchr(q->parts, '\0', SYMBOLS_NAME_SIZE);
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
	if (p->reply.written > (symbols_brings_table(q->kind) ? SYMBOLS_OUT_MAX : 0) ||
	    p->reply.n_parts > (q->parts[0] ? SYMBOLS_PARTS_MAX : 0) || p->reply.belongs > 1 ||
	    p->reply.ident.build_id_len > sizeof(p->reply.ident.build_id) ||
	    !memchr(p->reply.ident.debuglink, '\0', sizeof(p->reply.ident.debuglink)))
		return false;
	return values_are_valid(p->reply.names, q->names, SYMBOLS_NAMES_MAX) &&
	       values_are_valid(p->reply.sections, q->sections, SYMBOLS_SECTIONS_MAX);
}

static int known_bad(const struct symbols *s, const struct symbols_bad *file)
{
	for (uint32_t i = 0; i < SYMBOLS_BAD_MAX && i < s->n_bad; i++) {
		const struct symbols_bad *b = &s->bad[i];

		if (b->dev == file->dev && b->inode == file->inode && b->mtime_s == file->mtime_s &&
		    b->mtime_ns == file->mtime_ns && b->what == file->what)
			return b->code;
	}
	return 0;
}

/* Files that cost a worker or much time; one that is just no good ELF file is quickly told so again. */
static void remember(struct symbols *s, int code)
{
	struct symbols_bad *bad;

	if (code != SCRAPE_EIO && code != SCRAPE_ELIMIT && code != SCRAPE_ENOMEM)
		return;
	bad = &s->bad[s->n_bad++ % SYMBOLS_BAD_MAX];
	*bad = s->asked;
	bad->code = code;
}

static int is_file(int fd, struct symbols_bad *ret, struct err *err)
{
	struct stat st;
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || (flags & O_ACCMODE) != O_RDONLY || (flags & O_PATH))
		return err_set(err, SCRAPE_EINVAL, "not a question about a file that is open for reading");
	if (fstat(fd, &st) < 0)
		return err_sys(err, SCRAPE_EIO, "fstat");
	if (!S_ISREG(st.st_mode))
		return err_set(err, SCRAPE_EUNSUP, "not a regular file");
	*ret = (struct symbols_bad){.dev = st.st_dev,
				    .inode = st.st_ino,
				    .mtime_s = st.st_mtim.tv_sec,
				    .mtime_ns = st.st_mtim.tv_nsec};
	return 0;
}

int symbols_ask(struct symbols *symbols, const struct symbols_files *files, const struct symbols_request *request,
		struct err *err)
{
	const uint32_t what = request->kind << 1 | request->plain;
	int r;

	if (!request_is_valid(request) || symbols_brings_table(request->kind) != (files->out >= 0) || symbols->until_ns)
		return err_set(err, SCRAPE_EINVAL, "not a question about a file that is open for reading");
	r = is_file(files->file, &symbols->asked, err);
	if (r == 0 && files->debug >= 0) /* then it is the larger, and to blame */
		r = is_file(files->debug, &symbols->asked, err);
	if (r < 0)
		return r;
	symbols->asked.what = what;
	r = known_bad(symbols, &symbols->asked);
	if (r < 0)
		return err_set(err, r, "reading this file failed badly before");
	symbols->request = *request;
	if (++symbols->serial == 0) /* 0 is the greeting */
		symbols->serial = 1;
	r = symbols->fd < 0 ? SCRAPE_EIO : send_request(symbols, files);
	if (r < 0) {
		hang_up(symbols);
		return err_set(err, r, "the child that reads ELF files has ended");
	}
	symbols->until_ns = clock_mono_ns() + (symbols->wall_ms + PATIENCE_MS) * NSEC_PER_MSEC;
	return 0;
}

int symbols_answer(struct symbols *symbols, uint32_t wait_ms, struct symbols_reply *ret, struct err *err)
{
	struct symbols_packet_reply packet;
	int r = receive(symbols, symbols->serial, wait_ms, &packet);

	if (r == SCRAPE_ELIMIT && clock_mono_ns() < symbols->until_ns)
		return SCRAPE_ENOTREADY;
	symbols->until_ns = 0;
	if (r == SCRAPE_EIO) {
		hang_up(symbols);
		return err_set(err, r, "the child that reads ELF files has ended");
	}
	if (r == SCRAPE_ELIMIT) {
		remember(symbols, r);
		return err_set(err, r, "the child that reads ELF files does not answer");
	}
	if (!reply_is_valid(&packet, &symbols->request))
		return err_set(err, SCRAPE_EFORMAT, "the answer about this file makes no sense");
	remember(symbols, packet.code);
	if (packet.code < 0)
		return err_set(err, packet.code, "%s", packet.text[0] ? packet.text : "the file cannot be read");
	*ret = packet.reply;
	return 0;
}

int symbols_query(struct symbols *symbols, int fd, const struct symbols_request *request, struct symbols_reply *ret,
		  struct err *err)
{
	const struct symbols_files files = {.file = fd, .out = -1, .debug = -1};
	int r = symbols_ask(symbols, &files, request, err);

	return r < 0 ? r : symbols_answer(symbols, symbols->wall_ms + PATIENCE_MS, ret, err);
}
