/* SPDX-License-Identifier: MIT */
/* notify: sd_notify(3) by hand. */
#include "daemon/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/text.h"
#include "scrape.h"

#define SEND_SECONDS 1 /* how long a manager that does not read may hold us up */

static int parse_address(const char *text, struct sockaddr_un *ret, socklen_t *len_ret, struct err *err)
{
	bool abstract = text[0] == '@';
	size_t n = strlen(text), max = sizeof(ret->sun_path) - (abstract ? 0 : 1); /* a path has its NUL */

	if ((!abstract && text[0] != '/') || n < 2)
		return err_set(err, SCRAPE_EINVAL, "NOTIFY_SOCKET=%s: neither a path nor an abstract name", text);
	if (n > max)
		return err_set(err, SCRAPE_EINVAL, "NOTIFY_SOCKET=%s: longer than %zu bytes", text, max);
	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(ret->sun_path, text, n);
	if (abstract)
		ret->sun_path[0] = '\0';
	*len_ret = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (abstract ? 0 : 1));
	return 0;
}

static int connect_to(const char *text, int *ret, struct err *err)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	const struct timeval patience = {.tv_sec = SEND_SECONDS};
	struct sockaddr_un addr;
	socklen_t len = 0;
	int r = parse_address(text, &addr, &len, err);

	if (r < 0)
		return r;
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0 ||
	    connect(fd, (const struct sockaddr *)&addr, len) < 0)
		return err_sys(err, SCRAPE_EIO, "NOTIFY_SOCKET=%s", text);
	*ret = take_fd(&fd);
	return 0;
}

static int parse_watchdog(const char *usec, const char *pid, uint64_t *ret, struct err *err)
{
	uint64_t number = (uint64_t)getpid(), us;

	if (!usec)
		return 0;
	if (pid && !decimal_parse(pid, INT32_MAX, &number))
		return err_set(err, SCRAPE_EINVAL, "WATCHDOG_PID=%s: not a process ID", pid);
	if (!decimal_parse(usec, UINT64_MAX - 1, &us) || us == 0)
		return err_set(err, SCRAPE_EINVAL, "WATCHDOG_USEC=%s: not a time in microseconds", usec);
	if (number == (uint64_t)getpid())
		*ret = us;
	return 0;
}

int notify_open(struct notify *ret, struct err *err)
{
	struct notify notify = NOTIFY_INIT;
	const char *address = getenv("NOTIFY_SOCKET");
	int r = parse_watchdog(getenv("WATCHDOG_USEC"), getenv("WATCHDOG_PID"), &notify.watchdog_us, err);

	if (r == 0 && address)
		r = connect_to(address, &notify.fd, err);
	(void)unsetenv("NOTIFY_SOCKET"); /* fails only for a name with a '=' */
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");
	if (r == 0)
		*ret = notify;
	return r;
}

void notify_close(struct notify *notify)
{
	if (notify->fd >= 0)
		(void)close(notify->fd); /* datagrams: what was sent is sent */
	*notify = (struct notify)NOTIFY_INIT;
}

/* A manager that has gone, or whose queue is full, misses this message; there is nobody else to tell. */
static void send_message(const struct notify *notify, const struct buf *message, int flags)
{
	ssize_t n;

	if (message->failed)
		return;
	do
		n = send(notify->fd, message->data, message->len, MSG_NOSIGNAL | flags);
	while (n < 0 && errno == EINTR);
}

static void tell(const struct notify *notify, const char *state, const char *status)
{
	struct buf message = BUF_INIT;

	if (notify->fd < 0)
		return;
	buf_str(&message, state);
	if (status) {
		buf_str(&message, "STATUS=");
		text_clean(&message, status, strlen(status), NOTIFY_STATUS_MAX); /* a newline would begin a word */
		buf_chr(&message, '\n');
	}
	if (message.len > 0)
		send_message(notify, &message, 0);
	buf_deinit(&message);
}

void notify_ready(struct notify *notify, const char *status)
{
	tell(notify, "READY=1\n", status);
}

void notify_reloading(struct notify *notify, const char *status)
{
	uint64_t now_us = clock_mono_ns() / NSEC_PER_USEC;
	struct buf state = BUF_INIT;

	buf_fmt(&state, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64 "\n", now_us);
	if (buf_cstr(&state))
		tell(notify, state.data, status);
	buf_deinit(&state);
}

void notify_stopping(struct notify *notify, const char *status)
{
	tell(notify, "STOPPING=1\n", status);
}

void notify_status(struct notify *notify, const char *status)
{
	tell(notify, "", status);
}

uint64_t notify_alive_us(const struct notify *notify)
{
	return notify->fd < 0 ? 0 : (notify->watchdog_us + 1) / 2;
}

/* Never waits: the next sign of life comes in time. */
void notify_alive(struct notify *notify)
{
	char word[] = "WATCHDOG=1\n";
	const struct buf message = {.data = word, .len = sizeof(word) - 1};

	if (notify->fd >= 0)
		send_message(notify, &message, MSG_DONTWAIT);
}
