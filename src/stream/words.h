/* SPDX-License-Identifier: MIT */
/* words: how a target is called: by the rule that fits it, and where that says nothing by what it says itself. */
#ifndef STREAM_WORDS_H
#define STREAM_WORDS_H

struct buf;
struct proc;
struct recorder_words;

/* Each appends. words may be NULL. The name is never empty; labels are "key=value\n" lines. */
void words_service(const struct recorder_words *words, const struct proc *proc, struct buf *out);
void words_labels(const struct recorder_words *words, const struct proc *proc, struct buf *out);

#endif
