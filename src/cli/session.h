/* SPDX-License-Identifier: MIT */
/*
 * session: one run of the sampler as a command sees it: notes become sentences on stderr, signals and the clock end it,
 * a second Ctrl-C ends the program. A sampler that is killed is replaced: what it had found is kept.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/front.h"
#include "stream/reader.h"

struct err;
struct sampler_config;

struct session {
	struct front front;
	const struct stream_sink *inner; /* gets every record */
	void *inner_ctx;
	uint64_t duration_ns;            /* from the first target on; 0: until told or the targets' end */
	bool quiet_notes;                /* processes that are refused are not spoken of */
	/* called once a second */
	void (*beat)(void *ctx, uint64_t elapsed_ns);
	void *beat_ctx;
	unsigned refused;                /* processes that cannot be profiled */
	uint64_t first_pid, begin_ns;    /* of the first target; 0 without one */
	struct stream_sink sink;         /* inner's, with notes heard on the way */
	bool stopping, ended;            /* told to end; and waited for */
	int status;                      /* of front_finish, once ended */
	unsigned replaced;               /* samplers so far */
};

/* Runs it to its end. tap as in struct front; may be NULL. 0, or a code with a sentence. */
int session_run(struct session *session, struct sampler_config *config,
		int (*tap)(void *ctx, const void *bytes, size_t n), void *tap_ctx, struct err *err);

/* Waits for the sampler, which may wait for its command. As front_finish. */
int session_finish(struct session *session);

#endif
