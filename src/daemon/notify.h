/* SPDX-License-Identifier: MIT */
/*
 * notify: what the service manager hears of us: sd_notify(3) without its library, one datagram a message.
 *
 * systemd names a process (Type=notify: the one that it started), and that is the keeper. It is the front who knows how
 * things are. So the keeper opens this before it forks, the front speaks, and the unit says NotifyAccess=all.
 *
 *	r = notify_open(&notify, &err);                   in the keeper, before the fork
 *	notify_ready(&notify, "3 targets");               in the front
 *	every notify_alive_us(&notify): notify_alive(&notify);
 *
 * Where nobody listens every call does nothing. The socket is connected, so that it stays when the front gives up its
 * sight of the file system.
 */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <stdint.h>

struct err;

struct notify {
	int fd;               /* -1: nobody listens */
	uint64_t watchdog_us; /* within which a sign of life is expected; 0: none is */
};

#define NOTIFY_INIT {.fd = -1}

/* Reads $NOTIFY_SOCKET ("/run/systemd/notify", or "@name" in the abstract namespace), $WATCHDOG_USEC and $WATCHDOG_PID
 * and takes them out of the environment, whatever they hold. A watchdog that is meant for another process is none.
 * 0, also where there is nothing; SCRAPE_EINVAL (not an address, not a time), SCRAPE_EIO (nobody listens there) with a
 * sentence. */
int notify_open(struct notify *ret, struct err *err);
void notify_close(struct notify *notify);

/* Each with a line for `systemctl status`, which is cleaned and cut to NOTIFY_STATUS_MAX; NULL: as before. */
#define NOTIFY_STATUS_MAX 256
void notify_ready(struct notify *notify, const char *status); /* at the start, and when a reload is done */
void notify_reloading(struct notify *notify, const char *status);
void notify_stopping(struct notify *notify, const char *status);
void notify_status(struct notify *notify, const char *status);

/* How often to give a sign of life: half of what is granted. 0: never. */
uint64_t notify_alive_us(const struct notify *notify);
void notify_alive(struct notify *notify);

#endif
