/* SPDX-License-Identifier: MIT */
/*
 * collect_config: what `scrape collect` shall do: /etc/scrape/collect.conf, then the command line. One section,
 * [collector], whose keys are the long options; `host` may stand there more than once. scrape-collect(8) tells all.
 */
#ifndef DAEMON_COLLECT_CONFIG_H
#define DAEMON_COLLECT_CONFIG_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/vec.h"
#include "store/store.h"

struct err;

#define COLLECT_PATH "/etc/scrape/collect.conf"
#define COLLECT_LISTEN "127.0.0.1:16385" /* where nothing else is said */
#define COLLECT_NEVER UINT64_MAX
#define COLLECT_SHARDS_MAX 1000
#define COLLECT_STORE "/var/lib/scrape/history.db"

struct collect_texts {
	char **items; /* owned; NULL-ended */
	size_t n, cap;
};

struct collect_config {
	struct collect_texts listen, hosts, allowed_hosts, srv; /* hosts: "[NAME=]ADDRESS" */
	char *hosts_file;                                       /* NULL: none */
	char *dns;                                              /* who is asked for srv; NULL: those of resolv.conf */
	char *store, *name, *base_path;
	char *outbox;                          /* folder; NULL: none */
	char *token_file, *tls_cert, *tls_key; /* of our own door; NULL: none */
	char *daemon_token_file, *ca_file;     /* towards daemons; NULL: none, the system's */
	char *webhook, *public_url;            /* NULL: none; what is listened on */
	uint64_t slice_us, memory_bytes, timeout_us;
	unsigned shard, shards;             /* 2 of 5: of the hosts those that fall to it (host_list_shard); 0: all */
	uint64_t watch_us, watch_window_us; /* watch_us COLLECT_NEVER: off */
	struct store_config keep;
};

/* One word of the command line, as it would stand in the file. */
struct collect_flag {
	const char *key, *value;
};

/* path NULL: COLLECT_PATH, which need not exist. Codes and sentences as config_load. */
int collect_config_load(const char *path, const struct collect_flag *flags, size_t n, struct collect_config *ret,
			struct err *err);
void collect_config_deinit(struct collect_config *config);
void collect_config_print(const struct collect_config *config, FILE *out);

#endif
