/* SPDX-License-Identifier: MIT */
/*
 * host_list: who is to be polled, read as a whole before any of it is in force: "[NAME=]ADDRESS" a line, or Prometheus'
 * file_sd (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#file_sd_config):
 *
 *	[{"targets": ["shop-1:16384"], "labels": {"__scheme__": "https"}}]
 */
#ifndef DAEMON_HOST_LIST_H
#define DAEMON_HOST_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "base/vec.h"
#include "http/fetch.h"
#include "store/store.h"

struct err;

#define HOST_LIST_MAX 20000

struct listed_host {
	char name[STORE_HOST_MAX + 1]; /* clean text */
	char address[HTTP_URL_MAX];    /* as it was written, without "folded+" */
	struct http_url url;
	bool folded; /* a text without a cursor is asked for */
};

/* A zeroed one is empty. */
struct host_list {
	VEC(struct listed_host) hosts;
	struct map by_name; /* hash of a name -> place in hosts */
};

uint64_t host_list_hash(const char *name);

/* Which of n collectors polls a host, from 0, by nothing but its name: all come to the same answer (rendezvous hashing:
 * the one whose number gives the largest hash with the name). Of n to n + 1 a share of 1 / (n + 1) moves. */
unsigned host_list_shard(const char *name, unsigned n);

/* "[NAME=]ADDR[:PORT]", a URL, or folded+URL. The same twice is one. SCRAPE_EINVAL, SCRAPE_ELIMIT, SCRAPE_ENOMEM. */
int host_list_add(struct host_list *list, const char *text, struct err *err);

/* All that a text or a file names. With less than all of it right the list is of no use. SCRAPE_EFORMAT besides. */
int host_list_text(struct host_list *list, char *text, size_t n, struct err *err);
int host_list_file(struct host_list *list, const char *path, struct err *err);

void host_list_deinit(struct host_list *list);

#endif
