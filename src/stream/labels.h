/* SPDX-License-Identifier: MIT */
/*
 * labels: what a rule says of a target besides its service: "zone=eu\nteam=shop\n", one string of the stream. A reader
 * hands on clean text only (base/text.h), in which each newline has become the four characters \x0a; both are taken for
 * the end of a label here.
 *
 *	for (at = text; stream_label_next(&at, end, &label);) ...
 */
#ifndef STREAM_LABELS_H
#define STREAM_LABELS_H

#include <stdbool.h>
#include <stddef.h>

struct stream_label {
	const char *key, *value; /* into the text, not terminated */
	size_t key_len, value_len;
};

/* The next label from *at on, which moves behind it. False at the end. What is no "key=value" is passed over. */
bool stream_label_next(const char **at, const char *end, struct stream_label *ret);

#endif
