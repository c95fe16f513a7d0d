/* SPDX-License-Identifier: MIT */
/*
 * srv_answer: the SRV records (RFC 2782) in the answer of a name server, whom nothing is believed: every length is
 * checked, and a target is letters, digits, "-", "_" and ".", or the answer as a whole is of no use. Pure.
 *
 *	_scrape._tcp.example.com. 30 IN SRV 0 0 16384 shop-1.example.com.
 *
 * Priorities and weights choose one of many; we want all of them. Records of other types (CNAME) are passed over. The
 * target "." says that there is no such service, and is none.
 */
#ifndef DAEMON_SRV_ANSWER_H
#define DAEMON_SRV_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"

struct err;

#define SRV_NAME_MAX 253    /* RFC 1035, as text without the last dot */
#define SRV_ANSWER_MAX 4096 /* records; a message of 64 KiB has room for 3448 */

struct srv_target {
	char host[SRV_NAME_MAX + 1];
	uint16_t port; /* never 0 */
};

struct srv_answer {
	VEC(struct srv_target) targets;
	uint32_t ttl_s; /* the least of them, 0 if there is none */
};

/* A name that may be asked for, or be a target. */
bool srv_name_is_good(const char *name);

/* SCRAPE_EFORMAT, SCRAPE_ELIMIT, SCRAPE_ENOMEM. On success ret is the caller's, to be given to srv_answer_deinit. */
int srv_answer_read(const void *bytes, size_t n, struct srv_answer *ret, struct err *err);
void srv_answer_deinit(struct srv_answer *answer);

/* The same targets, in whatever order: servers turn them round. Sorts both. */
bool srv_answer_is_same(struct srv_answer *a, struct srv_answer *b);

#endif
