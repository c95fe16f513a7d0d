/* SPDX-License-Identifier: MIT */
/* flame_make: writes a made-up profile in any format to stdout: that of a service with N nodes, or a small one, one of
 * hostile names, one of processes and threads, one with times: flame_make FORMAT N|small|evil|threads|timed */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "encode/encoder.h"
#include "support/tree_make.h"

#define NODES_MAX 10000000

static const struct {
	const char *name;
	void (*make)(struct tree *tree);
} kinds[] = {
	{"small", tree_make_small},
	{"evil", tree_make_evil},
	{"threads", tree_make_threads},
	{"timed", tree_make_timed},
};

/* False if there is no such profile. */
static int make(const char *what, struct tree *ret)
{
	long n = strtol(what, NULL, 10);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(what, kinds[i].name) == 0) {
			kinds[i].make(ret);
			return 1;
		}
	if (n < 1 || n > NODES_MAX)
		return 0;
	tree_make_service(ret, (size_t)n);
	return 1;
}

int main(int argc, char **argv)
{
	const struct encoder *encoder = argc == 3 ? encoder_by_name(argv[1]) : NULL;
	struct buf out = BUF_INIT;
	struct tree tree;
	int r;

	if (!encoder || !make(argv[2], &tree)) {
		fputs("usage: flame_make FORMAT NODES|small|evil|threads|timed\n", stderr);
		return 2;
	}
	r = encoder->encode(&tree, &out);
	if (r == 0 && fwrite(out.data, 1, out.len, stdout) != out.len)
		r = -1;
	buf_deinit(&out);
	tree_deinit(&tree);
	return r == 0 && fflush(stdout) == 0 ? 0 : 1;
}
