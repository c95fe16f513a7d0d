/* SPDX-License-Identifier: MIT */
/* result: a profile, asked, encoded and written. */
#include "cli/result.h"

#include "base/buf.h"
#include "base/err.h"
#include "cli/opts.h"
#include "cli/out.h"
#include "encode/encoder.h"
#include "profile/tree.h"
#include "scrape.h"

/* With times, if the format shows them and they were kept. */
static int ask(const struct profile *profile, const struct opts_show *show, struct tree *ret)
{
	struct profile_query query = show->query;
	int r;

	query.by_function |= show->encoder->functions && !query.by_module;
	query.times = show->encoder->times != ENCODER_NO_TIMES;
	r = profile_tree(profile, &query, ret);
	if (r == SCRAPE_ENOTFOUND && show->encoder->times == ENCODER_LIKES_TIMES) {
		query.times = false;
		r = profile_tree(profile, &query, ret);
	}
	return r;
}

int result_write(const struct profile *profile, const struct opts_show *show, struct out *out, struct err *err)
{
	struct tree tree = {0};
	struct buf bytes = BUF_INIT;
	int r = ask(profile, show, &tree);

	if (r == 0)
		r = show->encoder->encode(&tree, &bytes);
	if (r == 0 && bytes.failed)
		r = SCRAPE_ENOMEM;
	if (r == SCRAPE_ENOTFOUND)
		(void)err_set(err, r, "-f %s shows looks in the order of time, and there are too many to keep",
			      show->encoder->name);
	else if (r < 0)
		(void)err_set(err, r, "the result is too large for memory");
	if (r == 0)
		r = out_write(out, bytes.data, bytes.len, err);
	if (r == 0)
		r = out_commit(out, err);
	buf_deinit(&bytes);
	tree_deinit(&tree);
	return r;
}
