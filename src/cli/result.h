/* SPDX-License-Identifier: MIT */
/* result: a profile, asked as the options say, encoded and written. */
#ifndef CLI_RESULT_H
#define CLI_RESULT_H

struct err;
struct opts_show;
struct out;
struct profile;

/* Writes to out and commits it. SCRAPE_ENOMEM, SCRAPE_EIO with a sentence. */
int result_write(const struct profile *profile, const struct opts_show *show, struct out *out, struct err *err);

#endif
