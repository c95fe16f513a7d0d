/* SPDX-License-Identifier: MIT */
/*
 * label: the texts of one question. Frames that read the same, as the question wants them read, get the same name and
 * so become one. Names are numbers into `names`, ready for a tree (profile/tree.h).
 */
#ifndef PROFILE_LABEL_H
#define PROFILE_LABEL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/vec.h"
#include "profile/ids.h"
#include "profile/strings.h"
#include "profile/tree.h"

struct profile;
struct profile_query;

struct labels {
	const struct profile *profile;
	const struct profile_query *query;
	struct strings texts; /* its arena goes into the tree */
	VEC(struct tree_name) names;
	struct id_list name_of_text;  /* number of a text -> name + 1, 0: none */
	struct id_list name_of_frame; /* number of a frame -> name + 1, 0: none */
	struct buf buf;
};

/* 0 or SCRAPE_ENOMEM. */
int labels_init(struct labels *labels, const struct profile *profile, const struct profile_query *query);
void labels_deinit(struct labels *labels);

/* The names of a frame, of a marker or the root, of a process and of a thread. 0 or SCRAPE_ENOMEM. */
int labels_frame(struct labels *labels, uint32_t frame, uint32_t *ret);
int labels_fixed(struct labels *labels, const char *text, enum tree_kind kind, uint32_t *ret);
int labels_process(struct labels *labels, uint32_t process, uint32_t *ret);
int labels_thread(struct labels *labels, uint32_t thread, uint32_t *ret);

/* Moves the names, with all texts, to the tree. 0 or SCRAPE_ENOMEM. */
int labels_hand_over(struct labels *labels, struct tree *ret);

#endif
