/* SPDX-License-Identifier: MIT */
/* client: asks as HTTP/1.0, so that an answer ends with the connection and never comes in chunks. */
#include "http/client.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/io.h"
#include "http/head.h"
#include "scrape.h"

#define PORT_USUAL "16384"
#define TOO_LATE "no answer in time"

struct place {
	char host[256], port[8];
	const char *host_header, *prefix;
	int host_header_n;
	bool port_said;
	struct sockaddr_un un; /* of "unix:" */
};

static void cleanup_addrinfo(struct addrinfo **list)
{
	if (*list)
		freeaddrinfo(*list);
}

static int read_unix(const char *path, struct place *ret, struct err *err)
{
	if (!*path || strlen(path) >= sizeof(ret->un.sun_path))
		return err_set(err, SCRAPE_EINVAL, "'unix:%s': a path of 1 to %zu bytes is needed", path,
			       sizeof(ret->un.sun_path) - 1);
	ret->un.sun_family = AF_UNIX;
	memcpy(ret->un.sun_path, path, strlen(path) + 1);
	ret->host_header = "localhost";
	ret->host_header_n = 9;
	ret->port_said = true; /* of a Unix socket there is none */
	ret->prefix = "";
	return 0;
}

static int read_base(const char *base, struct place *ret, struct err *err)
{
	const char *at = base + 7, *end, *port;
	bool bracket;

	*ret = (struct place){.prefix = ""};
	if (strncmp(base, "unix:", 5) == 0)
		return read_unix(base + 5, ret, err);
	if (strncmp(base, "http://", 7) != 0)
		return err_set(err, SCRAPE_EINVAL, "'%s' is not http://HOST:PORT or unix:PATH", base);
	for (const char *c = at; *c; c++)
		if ((unsigned char)*c <= 0x20 || (unsigned char)*c >= 0x7f || strchr("?#@\\", *c))
			return err_set(err, SCRAPE_EINVAL, "'%s': a character that cannot stand in an address", base);
	ret->host_header = at;
	ret->host_header_n = (int)strcspn(at, "/");
	ret->prefix = at + ret->host_header_n;
	bracket = *at == '[';
	end = bracket ? strchr(at, ']') : at + strcspn(at, ":/");
	at += bracket;
	if (!end || end == at || end >= ret->prefix + !bracket || (size_t)(end - at) >= sizeof(ret->host))
		return err_set(err, SCRAPE_EINVAL, "'%s' names no host", base);
	memcpy(ret->host, at, (size_t)(end - at));
	port = end + bracket;
	if (port == ret->prefix) {
		memcpy(ret->port, PORT_USUAL, sizeof(PORT_USUAL));
		return 0;
	}
	end = port + 1 + strspn(port + 1, "0123456789");
	if (*port++ != ':' || end == port || end != ret->prefix || end - port > 5)
		return err_set(err, SCRAPE_EINVAL, "'%s': what follows the host is not a port", base);
	memcpy(ret->port, port, (size_t)(end - port));
	ret->port_said = true;
	return 0;
}

/* Waits for events until the deadline. */
static int wait_for(int fd, short events, uint64_t end_ns, struct err *err)
{
	for (;;) {
		uint64_t now = clock_mono_ns();
		uint64_t ms = now >= end_ns ? 0 : (end_ns - now) / 1000000 + 1;
		int r;

		if (now >= end_ns)
			return err_set(err, SCRAPE_ELIMIT, TOO_LATE);
		r = poll(&(struct pollfd){.fd = fd, .events = events}, 1, ms > INT_MAX ? INT_MAX : (int)ms);
		if (r > 0)
			return 0;
		if (r < 0 && errno != EINTR)
			return err_sys(err, SCRAPE_EIO, "poll");
	}
}

static int connect_to(const struct sockaddr *address, socklen_t n, uint64_t end_ns, int *ret, struct err *err)
{
	_cleanup_close_ int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int failure = 0, r;
	socklen_t n_failure = sizeof(failure);

	if (fd < 0)
		return err_sys(err, SCRAPE_EIO, "socket");
	if (connect(fd, address, n) < 0) {
		failure = errno;
		if (failure == EINPROGRESS) {
			r = wait_for(fd, POLLOUT, end_ns, err);
			if (r < 0)
				return r;
			if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &n_failure) < 0)
				return err_sys(err, SCRAPE_EIO, "connect");
		}
	}
	errno = failure;
	if (failure)
		return err_sys(err, failure == ECONNREFUSED || failure == ENOENT ? SCRAPE_EGONE : io_code(failure),
			       "connect");
	*ret = fd;
	fd = -1;
	return 0;
}

static int reach(const struct place *place, uint64_t end_ns, int *ret, struct err *err)
{
	__attribute__((cleanup(cleanup_addrinfo))) struct addrinfo *list = NULL;
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	int r;

	if (place->un.sun_family == AF_UNIX)
		return connect_to((const struct sockaddr *)&place->un, sizeof(place->un), end_ns, ret, err);
	r = getaddrinfo(place->host, place->port, &hints, &list);
	if (r != 0)
		return err_set(err, SCRAPE_EGONE, "%s", gai_strerror(r));
	r = SCRAPE_EGONE;
	for (const struct addrinfo *at = list; at && r < 0 && r != SCRAPE_ELIMIT; at = at->ai_next)
		r = connect_to(at->ai_addr, at->ai_addrlen, end_ns, ret, err);
	return r;
}

static int send_all(int fd, const char *bytes, size_t n, uint64_t end_ns, struct err *err)
{
	while (n > 0) {
		ssize_t put = send(fd, bytes, n, MSG_NOSIGNAL);
		int r = 0;

		if (put < 0 && errno == EAGAIN)
			r = wait_for(fd, POLLOUT, end_ns, err);
		else if (put < 0 && errno != EINTR)
			r = err_sys(err, SCRAPE_EIO, "sending");
		if (r < 0)
			return r;
		bytes += put > 0 ? put : 0;
		n -= put > 0 ? (size_t)put : 0;
	}
	return 0;
}

/* Everything until the other side closes. */
static int receive_all(int fd, size_t max, uint64_t end_ns, struct buf *out, struct err *err)
{
	for (;;) {
		ssize_t n;
		int r = wait_for(fd, POLLIN, end_ns, err);

		if (r < 0)
			return r;
		if (!buf_reserve(out, 65536))
			return err_set(err, SCRAPE_ENOMEM, "no memory");
		n = read(fd, out->data + out->len, 65536);
		if (n == 0)
			return 0;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return err_sys(err, SCRAPE_EIO, "receiving");
		out->len += n > 0 ? (size_t)n : 0;
		if (out->len > max)
			return err_set(err, SCRAPE_ELIMIT, "the answer is larger than %zu bytes", max);
	}
}

/* The value of a field in the lines of a head, copied; false if it is not there or does not fit. */
static bool field(const char *lines, const char *name, char *ret, size_t size)
{
	size_t n = strlen(name);

	for (const char *at = strstr(lines, "\r\n"); at; at = strstr(at + 2, "\r\n")) {
		const char *value = at + 2 + n;
		size_t length;

		if (strncasecmp(at + 2, name, n) != 0 || *value != ':')
			continue;
		value += 1 + strspn(value + 1, " \t");
		length = strcspn(value, "\r\n");
		if (length >= size)
			return false;
		memcpy(ret, value, length);
		ret[length] = '\0';
		return true;
	}
	return false;
}

int http_answer_read(char *bytes, size_t n, size_t max_body, struct http_answer *ret, struct err *err)
{
	size_t scanned = 0, head = head_end(bytes, n, &scanned);
	char length[24], encoding[64];

	if (!head || head < 15 || memchr(bytes, '\0', head) || strncmp(bytes, "HTTP/1.", 7) != 0 || bytes[8] != ' ' ||
	    strspn(bytes + 9, "0123456789") != 3)
		return err_set(err, SCRAPE_EFORMAT, "the answer is not HTTP");
	bytes[head - 2] = '\0';
	if (field(bytes, "Transfer-Encoding", encoding, sizeof(encoding)) ||
	    (field(bytes, "Content-Encoding", encoding, sizeof(encoding)) && strcasecmp(encoding, "identity") != 0))
		return err_set(err, SCRAPE_EFORMAT, "the answer is encoded, which was not asked for");
	n -= head;
	if (field(bytes, "Content-Length", length, sizeof(length))) {
		size_t want = strlen(length) < 16 && strspn(length, "0123456789") == strlen(length)
				      ? strtoul(length, NULL, 10)
				      : SIZE_MAX;

		if (want > n)
			return err_set(err, SCRAPE_EFORMAT, "the answer was cut short");
		n = want;
	}
	if (n > max_body)
		return err_set(err, SCRAPE_ELIMIT, "the answer is larger than %zu bytes", max_body);
	buf_add(&ret->body, bytes + head, n);
	if (ret->body.failed)
		return err_set(err, SCRAPE_ENOMEM, "no memory");
	ret->status = (bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + (bytes[11] - '0');
	if (!field(bytes, "Content-Type", ret->mime, sizeof(ret->mime)))
		ret->mime[0] = '\0';
	return 0;
}

static int ask(const struct place *place, const char *path, const char *token, const struct http_limits *limits,
	       struct buf *answer, struct err *err)
{
	uint64_t end_ns = clock_mono_ns() + limits->timeout_ms * 1000000ull;
	struct buf request = BUF_INIT;
	size_t prefix = strlen(place->prefix);
	_cleanup_close_ int fd = -1;
	int r = reach(place, end_ns, &fd, err);

	if (r < 0)
		return r;
	while (prefix > 0 && place->prefix[prefix - 1] == '/')
		prefix--;
	buf_fmt(&request, "GET %.*s%s HTTP/1.0\r\nHost: %.*s%s\r\n", (int)prefix, place->prefix, path,
		place->host_header_n, place->host_header, place->port_said ? "" : ":" PORT_USUAL);
	if (token)
		buf_fmt(&request, "Authorization: Bearer %s\r\n", token);
	buf_str(&request, "\r\n");
	r = request.failed ? err_set(err, SCRAPE_ENOMEM, "no memory")
			   : send_all(fd, request.data, request.len, end_ns, err);
	buf_deinit(&request);
	return r < 0 ? r : receive_all(fd, limits->max_body + HEAD_MAX, end_ns, answer, err);
}

static bool is_clean(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= 0x20 || (unsigned char)*text >= 0x7f)
			return false;
	return true;
}

int http_get(const char *base, const char *path, const char *token, const struct http_limits *limits,
	     struct http_answer *ret, struct err *err)
{
	struct buf bytes = BUF_INIT;
	struct place place;
	int r = read_base(base, &place, err);

	if (r < 0)
		return r;
	if (*path != '/' || !is_clean(path) || (token && !is_clean(token)))
		return err_set(err, SCRAPE_EINVAL, "a character in the path or the token that cannot be sent");
	r = ask(&place, path, token, limits, &bytes, err);
	if (r == 0)
		r = http_answer_read(bytes.data, bytes.len, limits->max_body, ret, err);
	buf_deinit(&bytes);
	return r < 0 ? err_wrap(err, "%s", base) : 0;
}

void http_answer_deinit(struct http_answer *answer)
{
	buf_deinit(&answer->body);
}
