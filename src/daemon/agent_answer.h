/* SPDX-License-Identifier: MIT */
/* agent_answer: what a question gets, made in a child of the agent out of the history as it was at the fork. */
#ifndef DAEMON_AGENT_ANSWER_H
#define DAEMON_AGENT_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/query.h"

struct agent;
struct encoder;
struct errand_answer;

enum agent_shape {
	AGENT_ENCODED,  /* by a format of encode/ */
	AGENT_NESTED,   /* the tree of the article's page: {"name", "value", "children"} */
	AGENT_ARTICLE,  /* lines of the article's port */
	AGENT_TIMELINE,
};

struct agent_question {
	const struct agent *agent;
	enum agent_shape shape;
	const struct encoder *encoder;
	struct query query;
};

/* Fills in the answer, also when it is a refusal. */
void agent_answer(const struct agent_question *question, struct errand_answer *answer);

#endif
