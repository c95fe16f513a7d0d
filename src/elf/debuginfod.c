/* SPDX-License-Identifier: MIT */
/* debuginfod: asks servers for separate debug files. */
#include "elf/debuginfod.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "scrape.h"

#define LIBRARY "libdebuginfod.so.1"
#define URLS "DEBUGINFOD_URLS"
#define CACHE "DEBUGINFOD_CACHE_PATH"
#define TIMEOUT "DEBUGINFOD_TIMEOUT"
#define TIMEOUT_SECONDS "20" /* without a byte from a server, unless the environment says otherwise */
#define NOBODY 65534

/* elfutils, debuginfod.h, since 0.178: the client is opaque; a descriptor or a negative errno comes back. */
struct library {
	void *(*begin)(void);
	int (*find_debuginfo)(void *client, const unsigned char *build_id, int len, char **path);
	void (*end)(void *client);
};

static int load(struct library *ret, struct err *err)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return err_set(err, SCRAPE_EUNSUP, "--debuginfod needs " LIBRARY " (Debian: libdebuginfod1)");
	*(void **)&ret->begin = dlsym(library, "debuginfod_begin");
	*(void **)&ret->find_debuginfo = dlsym(library, "debuginfod_find_debuginfo");
	*(void **)&ret->end = dlsym(library, "debuginfod_end");
	if (!ret->begin || !ret->find_debuginfo || !ret->end)
		return err_set(err, SCRAPE_EUNSUP, LIBRARY " is not what it was");
	return 0;
}

/* Status in one byte, and the file if there is one. */
static bool reply(int fd, int file)
{
	char status = file >= 0;
	struct iovec iov = {&status, 1};
	struct {
		_Alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(int))];
	} control = {{0}};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;

	if (file >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &file, sizeof(file));
	}
	return sendmsg(fd, &msg, MSG_NOSIGNAL) == 1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	(void)remove(path); /* as much as can be */
	return 0;
}

static bool drop_rights(void)
{
	if (geteuid() == 0 && (setgroups(0, NULL) < 0 || setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
		return false;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

/* What was just fetched is open for writing too. Takes file. */
static int open_again(int file)
{
	char path[32];
	int again;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	again = open(path, O_RDONLY | O_CLOEXEC);
	(void)close(file); /* whole, or it would not have been handed out */
	return again;
}

static void serve(int fd, const struct library *library, const char *folder)
{
	uint8_t id[DEBUGINFOD_ID_MAX];
	void *client = library->begin();
	ssize_t n;

	while (client && (n = recv(fd, id, sizeof(id), 0)) > 0) {
		int file = library->find_debuginfo(client, id, (int)n, NULL);

		if (file >= 0)
			file = open_again(file);
		if (!reply(fd, file))
			break;
		if (file >= 0)
			(void)close(file); /* read only */
	}
	if (client)
		library->end(client);
	(void)nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS); /* what is left is in a temporary directory */
}

static _Noreturn void child(int fd, const struct library *library)
{
	char folder[] = "/tmp/scrape-debuginfod-XXXXXX";

	(void)signal(SIGINT, SIG_IGN); /* its end is that of the socket */
	(void)signal(SIGTERM, SIG_IGN);
	if (fd > 3)
		(void)close_range(3, (unsigned)fd - 1, 0); /* copies of others' sockets would keep them open */
	(void)close_range((unsigned)fd + 1, ~0u, 0);
	if (!drop_rights() || !mkdtemp(folder) || setenv(CACHE, folder, 1) < 0 ||
	    setenv(TIMEOUT, TIMEOUT_SECONDS, 0) < 0)
		_exit(1);
	serve(fd, library, folder);
	_exit(0);
}

int debuginfod_start(struct debuginfod *ret, struct err *err)
{
	const char *urls = getenv(URLS);
	struct library library = {0};
	int pair[2], r;

	*ret = (struct debuginfod){.fd = -1};
	if (!urls || !*urls)
		return err_set(err, SCRAPE_EUNSUP,
			       "--debuginfod needs servers in " URLS ", such as https://debuginfod.elfutils.org/");
	r = load(&library, err);
	if (r < 0)
		return r;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(err, SCRAPE_EIO, "socketpair");
	ret->pid = fork();
	if (ret->pid == 0)
		child(pair[1], &library);
	(void)close(pair[1]); /* the child's */
	if (ret->pid < 0) {
		(void)close(pair[0]); /* nobody's */
		return err_sys(err, SCRAPE_ENOMEM, "fork");
	}
	ret->fd = pair[0];
	return 0;
}

void debuginfod_stop(struct debuginfod *d)
{
	if (d->fd < 0)
		return;
	(void)close(d->fd); /* a socket: nothing to lose; the child ends by itself */
	d->fd = -1;
}

int debuginfod_ask(const struct debuginfod *d, const uint8_t *build_id, uint32_t len)
{
	struct iovec iov = {(void *)(uintptr_t)build_id, len};
	const struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	return sendmsg(d->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)len ? 0 : SCRAPE_EIO;
}

int debuginfod_answer(const struct debuginfod *d, int *ret_fd)
{
	struct {
		_Alignas(struct cmsghdr) char bytes[CMSG_SPACE(sizeof(int))];
	} control = {{0}};
	char status;
	struct iovec iov = {&status, 1};
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	const struct cmsghdr *c;
	ssize_t n = recvmsg(d->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return SCRAPE_ENOTREADY;
	if (n != 1)
		return SCRAPE_EIO;
	c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(int)))
		return SCRAPE_ENOTFOUND;
	memcpy(ret_fd, CMSG_DATA(c), sizeof(*ret_fd));
	return 0;
}
