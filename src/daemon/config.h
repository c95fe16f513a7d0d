/* SPDX-License-Identifier: MIT */
/*
 * config: what `scrape serve` shall do: /etc/scrape/scrape.conf, then the files in scrape.conf.d beside it that end in
 * .conf, in the order of their names, then the command line; what comes later wins. An unknown section or key is an
 * error that names its file and line. scrape.conf(5) is the manual of it.
 *
 *	r = config_load(NULL, &flags, &config, &err);
 *	config_rules_write(&config, &order);
 */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "daemon/rules.h"
#include "store/store.h"

struct buf;
struct err;

#define CONFIG_PATH "/etc/scrape/scrape.conf"
#define CONFIG_LISTEN "127.0.0.1:16384" /* where nothing else is said */
#define CONFIG_LISTEN_MAX 16
#define CONFIG_HOSTS_MAX 64
#define CONFIG_FILES_MAX 256 /* in scrape.conf.d */

struct config {
	char **listen; /* "ADDR:PORT", "unix:PATH"; at least one */
	size_t n_listen;
	char **hosts;                          /* that a Host header may name besides the obvious; NULL-ended */
	char *name;                            /* of this host */
	char *base_path;                       /* "" or "/prefix" */
	char *token_file, *tls_cert, *tls_key; /* NULL: none */
	char *state_dir;                       /* NULL: nothing is kept on disk */
	char *store;                           /* NULL: no history beyond memory */
	char *push, *push_token_file, *ca_file; /* a collector to be told; NULL: none */
	char *upload, *upload_token_file, *upload_tenant; /* a server of profiles to be told; NULL: none */
	uint64_t upload_us;                    /* how often */
	struct store_config store_keep;
	uint64_t memory_bytes, spool_bytes;    /* spool 0: none */
	uint64_t keep_us, slice_us;
	unsigned budget_target_permille, budget_permille; /* of one CPU */
	uint64_t rate_mhz;                                /* where a rule says nothing */
	struct rules rules;                               /* compiled */
};

/* The command line. NULL and 0: not given. */
struct config_flags {
	const char *const *listen; /* replace those of the files */
	size_t n_listen;
	const char *const *hosts; /* are added */
	size_t n_hosts;
	const pid_t *pids; /* become rules before those of the files */
	size_t n_pids;
	const char *const *patterns; /* -P: expressions on the command line, the same */
	size_t n_patterns;
	const char *name, *base_path, *token_file, *tls_cert, *tls_key, *state_dir;
	const char *store, *max_size, *push, *push_token_file, *ca_file;
	const char *memory, *keep, *spool, *slice, *rate, *budget, *target_budget; /* as they would stand in a file */
	bool exact, native;                                                        /* for -p and -P */
};

/* path NULL: CONFIG_PATH, which need not exist. 0, or SCRAPE_EFORMAT, SCRAPE_EINVAL, SCRAPE_ELIMIT, SCRAPE_EGONE,
 * SCRAPE_EPERM, SCRAPE_EIO, SCRAPE_ENOMEM with a sentence that begins with "file:line: " where there is one. This is
 * also all that --check-config does. */
int config_load(const char *path, const struct config_flags *flags, struct config *ret, struct err *err);
void config_deinit(struct config *config);

/* Appends the bytes of the rules order (ORDER_RULES of daemon/orders.h). 0 or SCRAPE_ENOMEM. */
int config_rules_write(const struct config *config, struct buf *out);

/* The whole configuration in force as a file that says the same (--print-config). The token's file is named, never
 * read. */
void config_print(const struct config *config, FILE *out);

#endif
