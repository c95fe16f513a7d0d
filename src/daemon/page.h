/* SPDX-License-Identifier: MIT */
/*
 * page: the files of the web page (src/web), which are part of the program.
 *
 *	file = page_find(http_path(request));
 *	if (file) { set ETag, Cache-Control, Content-Security-Policy, Content-Encoding: gzip; answer with file->gz }
 *
 * All addresses in them are relative, so the page works behind any base path, if that ends in a slash: a browser that
 * asks for "/scrape" has to be sent to "/scrape/".
 */
#ifndef DAEMON_PAGE_H
#define DAEMON_PAGE_H

#include <stdbool.h>
#include <stddef.h>

struct page_file {
	const char *path; /* "/", "/assets/page-5EXBYZQK.js" */
	const char *mime; /* "text/javascript; charset=utf-8" */
	const char *etag; /* with its quotation marks, as it stands in the header */
	const unsigned char *gz; /* compressed with gzip: there is no other form */
	size_t gz_len;
	bool immutable;   /* the name changes with what is in it: PAGE_CACHE_FOREVER */
};

#define PAGE_CACHE_FOREVER "public, max-age=31536000, immutable"
#define PAGE_CACHE_ASK "no-cache" /* kept, but asked for with If-None-Match each time */

/* What the page may do: nothing but its own files and questions to where it came from. No text becomes markup: the
 * browser refuses whatever would make elements of a string. */
#define PAGE_POLICY \
	"default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " \
	"require-trusted-types-for 'script'; trusted-types 'none'"

/* The file at a path without the base path, or NULL. */
const struct page_file *page_find(const char *path);
/* The i-th file, NULL beyond the last. */
const struct page_file *page_at(size_t i);

#endif
