/* SPDX-License-Identifier: MIT */
/*
 * head: the first line and the fields of a request, and of an answer. Pure, strict and ours: what a stranger sends is
 * read here and nowhere else. Bare line feeds, folded fields, control characters, blanks before a colon, two Hosts, a
 * Transfer-Encoding and every target that does not begin with a slash are refused; nothing is repaired.
 */
#ifndef HTTP_HEAD_H
#define HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#define HEAD_MAX 16384       /* bytes of a head with its blank line */
#define HEAD_TARGET_MAX 8192 /* bytes of the target in the first line */
#define HEAD_FIELDS_MAX 64

enum head_method {
	HEAD_GET = 1,
	HEAD_HEAD,
	HEAD_POST,
	HEAD_OTHER, /* known, and taken by no route: PUT, DELETE, ... */
};

struct head_field {
	const char *name, *value;
};

struct head {
	enum head_method method; /* 0: not even that could be read */
	char *target;
	const char *host;
	bool keep_alive;
	size_t content_length;
	struct head_field fields[HEAD_FIELDS_MAX];
	size_t n_fields;
	const char *why; /* of a refusal: a sentence for the client */
};

/* The length of the head that bytes begin with, its blank line included; 0 if it is not whole yet. *scanned says how
 * far the last call looked (0 at first), so that a head that trickles in is looked through once. */
size_t head_end(const char *bytes, size_t n, size_t *scanned);

/* Can bytes, the beginning of a head, still become one? Else a status and *why. The first `seen` were asked before. */
int head_hopeless(const char *bytes, size_t n, size_t seen, const char **why);

/* Reads a whole head (n as head_end said) in place: what ret points to lives in bytes, each text with a NUL behind
 * it. 0, or the HTTP status that refuses it, with ret->why and as much of ret->method as was read. */
int head_parse(char *bytes, size_t n, struct head *ret);

/* The value of the first field of that name, in any case of letters; NULL. */
const char *head_field(const struct head *head, const char *name);

/* Is word an element of a comma list, in any case of letters? "keep-alive, Upgrade" */
bool head_lists(const char *list, const char *word);

#endif
