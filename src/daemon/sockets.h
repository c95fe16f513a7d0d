/* SPDX-License-Identifier: MIT */
/*
 * sockets: listening sockets that the service manager opened for us (sd_listen_fds(3) without its library).
 *
 * $LISTEN_PID names the process that systemd started, the keeper, and the descriptors from 3 on are ours only if it is
 * our number. So the keeper takes them, first of all and before it forks, and the front inherits them.
 *
 *	r = sockets_take(SOCKETS_FIRST_FD, &sockets, &err);
 *	for (i < sockets.n)
 *		http_server_adopt(server, take_fd(&sockets.items[i].fd), &err);
 *	sockets_close(&sockets);
 */
#ifndef DAEMON_SOCKETS_H
#define DAEMON_SOCKETS_H

#include <stddef.h>

struct err;

#define SOCKETS_FIRST_FD 3
#define SOCKETS_MAX 32
#define SOCKETS_NAME_MAX 256 /* systemd's own limit is 255 bytes */

struct sockets {
	struct sockets_item {
		int fd;                      /* listening, non-blocking, closed by exec; -1: somebody took it */
		char name[SOCKETS_NAME_MAX]; /* from FileDescriptorName=, "" if none was given; clean */
	} items[SOCKETS_MAX];
	size_t n;
};

/* Takes $LISTEN_FDS descriptors from first_fd on, if $LISTEN_PID is this process, and takes the variables out of the
 * environment in any case. Each has to be a listening stream socket of the Internet or of Unix. 0, also if there are
 * none; SCRAPE_EINVAL with a sentence, and then all that were passed are closed. */
int sockets_take(int first_fd, struct sockets *ret, struct err *err);
void sockets_close(struct sockets *sockets); /* those that nobody took */

#endif
