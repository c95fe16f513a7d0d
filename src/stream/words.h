/* SPDX-License-Identifier: MIT */
/* words: how a target is called: by the rule that fits it, and where that says nothing by what it says itself. */
#ifndef STREAM_WORDS_H
#define STREAM_WORDS_H

struct buf;
struct proc;
struct recorder_words;

/* Appends the name, which is never empty, and "key=value\n" lines. words may be NULL. */
void words_of(const struct recorder_words *words, const struct proc *proc, struct buf *service, struct buf *labels);

#endif
