/* SPDX-License-Identifier: MIT */
/* remote: what a command asks a daemon or collector, and how it prints the answer. */
#ifndef CLI_REMOTE_H
#define CLI_REMOTE_H

#include <stdbool.h>
#include <stdio.h>

struct err;

#define REMOTE_URL_MAX 2048

/* "http://shop-1:16385/?service=shop&from=1h" */
struct remote {
	char base[REMOTE_URL_MAX];  /* "http://shop-1:16385" */
	char words[REMOTE_URL_MAX]; /* "service=shop&from=1h" */
};

bool remote_is_url(const char *text);
/* What stands behind the question mark, of whatever path. SCRAPE_EINVAL with a sentence. */
int remote_parse(const char *url, struct remote *ret, struct err *err);

/* Asks for a path and prints the answer: as it is, or by a function that reads its JSON (a struct json_t); to a file,
 * or if output is NULL to standard output. Returns the exit code of the program; what went wrong has been said. */
typedef int (*remote_print_fn)(const void *json, FILE *out);
int remote_show(const char *base, const char *path, const char *token_file, const char *output,
		remote_print_fn print);

int remote_diff_table(const void *json, FILE *out);
int remote_regressions_table(const void *json, FILE *out);

#endif
