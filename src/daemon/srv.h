/* SPDX-License-Identifier: MIT */
/*
 * srv: names whose SRV records say who is to be polled, asked for again and again out of the event loop; nothing waits.
 *
 *	r = srv_new(base, names, n, NULL, &srv, &err);
 *	if (srv_tend(srv, clock_mono_ns()))	(several times a second)
 *		r = srv_list(srv, &list, &err);
 *
 * An answer holds as long as its time to live says, but from SRV_LEAST_S to SRV_MOST_S. What cannot be resolved stays
 * as it was, and is logged once; a name that is not there, or has no records, has no hosts from then on (as with
 * Prometheus' dns_sd).
 */
#ifndef DAEMON_SRV_H
#define DAEMON_SRV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct event_base;
struct host_list;
struct srv;

#define SRV_NAMES_MAX 64
#define SRV_LEAST_S 5
#define SRV_MOST_S 30
#define SRV_RETRY_S 10 /* after no answer, or an empty one, which have no time to live */

struct srv_counts {
	uint64_t lookups, failures; /* since the start */
};

/* "[https://]NAME". SCRAPE_EINVAL. */
int srv_check_name(const char *text, struct err *err);
/* "ADDRESS[:PORT]" of a name server, an address of numbers. SCRAPE_EINVAL. */
int srv_check_server(const char *text, struct err *err);

/* names and server are borrowed for its life, and have been checked. server NULL: those of resolv.conf, which is read
 * for each question. SCRAPE_ENOMEM, SCRAPE_EIO. */
int srv_new(struct event_base *base, char *const *names, size_t n, const char *server, struct srv **ret,
	    struct err *err);
void srv_free(struct srv *srv);

/* Asks for what is due, and ends what takes too long. true: there are other hosts than when it was last called. */
bool srv_tend(struct srv *srv, uint64_t now_ns);
/* Everything is due. */
void srv_ask_now(struct srv *srv);
/* Adds what was answered last. Codes of host_list_add. */
int srv_list(const struct srv *srv, struct host_list *list, struct err *err);
/* Of the first name that could not be resolved when last asked for; "": all could. Until the next srv_tend. */
const char *srv_error(const struct srv *srv);
void srv_counts(const struct srv *srv, struct srv_counts *ret);

#endif
