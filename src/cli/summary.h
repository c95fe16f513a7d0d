/* SPDX-License-Identifier: MIT */
/* summary: the line that runs along while looking, and the closing words. Both on stderr. */
#ifndef CLI_SUMMARY_H
#define CLI_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

struct profile;

/* Overwrites the line on a terminal; does nothing elsewhere. */
void summary_progress(const struct profile *profile, uint64_t elapsed_ns, uint64_t duration_ns);
void summary_clear_progress(void);

/* Says, once, why most looks give nothing and what helps, if that has one lasting reason. */
void summary_warn(const struct profile *profile, bool *told);

/* Why not a single look succeeded, in one sentence. */
void summary_print_nothing(const struct profile *profile);

/* Looks, losses by reason, rates, cost. */
void summary_print(const struct profile *profile);

#endif
