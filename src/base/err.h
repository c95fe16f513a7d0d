/* SPDX-License-Identifier: MIT */
/*
 * err: a sentence for a person, kept beside the code that the program acts on. The caller owns the storage, so
 * failing costs nothing. It is filled once where the fact is known and wrapped on the way up:
 *
 *	return err_set(err, SCRAPE_EFORMAT, "line %d has no address", n);
 *	if (r < 0)
 *		return err_wrap(err, "pid %d: maps", pid);      ->  "pid 42: maps: line 7 has no address"
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#define ERR_TEXT_MAX 512

struct err {
	int code;
	char text[ERR_TEXT_MAX];
};

/* Stores code and sentence; returns code. A NULL err only returns code. */
int err_set(struct err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The same with ": strerror(errno)" at the end. Keeps errno. */
int err_sys(struct err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Puts context and ": " in front of the sentence; returns err->code, or SCRAPE_EIO for a NULL err. */
int err_wrap(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
