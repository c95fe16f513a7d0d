/* SPDX-License-Identifier: MIT */
/*
 * html: the page's flame graph, table and sandwich as one file with the profile inside, which asks nobody for anything:
 * it can be mailed and opened anywhere. The page is src/web/dist/single.html; here its title and its profile are filled
 * in.
 *
 * Names are hostile: in the title they are escaped, and the JSON of the profile has no < > or & that could end its
 * <script> early. A policy in the page forbids it to load or to send anything.
 */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "encode/encoder.h"
#include "encode/formats.h"
#include "profile/tree.h"

static const unsigned char page[] = {
#include "web/dist/single.html.inc"
	0};

/* Appends the page from `from` up to a mark; what is behind the mark. */
static const char *add_until(struct buf *out, const char *from, const char *mark)
{
	const char *at = strstr(from, mark);

	if (!at)
		return from; /* tests see to it that all marks are there */
	buf_add(out, from, (size_t)(at - from));
	return at + strlen(mark);
}

static int encode_html(const struct tree *tree, struct buf *out)
{
	const char *at = add_until(out, (const char *)page, "@TITLE@"), *title = tree->meta.title;
	int r;

	text_xml(out, title, strnlen(title, sizeof(tree->meta.title)));
	at = add_until(out, at, "@PROFILE@");
	r = encoder_json.encode(tree, out);
	if (r < 0)
		return r;
	buf_str(out, at);
	return out->failed ? SCRAPE_ENOMEM : 0;
}

const struct encoder encoder_html = {
	.name = "html",
	.suffix = ".html",
	.also = ".htm",
	.mime = "text/html; charset=utf-8",
	.what = "flame graph, table and sandwich in one file for a browser",
	.page = true,
	.encode = encode_html,
};
