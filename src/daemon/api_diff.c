/* SPDX-License-Identifier: MIT */
/* api_diff: two intervals, hosts, versions or services, loaded and compared. */
#include <string.h>

#include "base/err.h"
#include "daemon/api_compare.h"
#include "daemon/comparison.h"
#include "daemon/errand.h"
#include "profile/history.h"
#include "scrape.h"

struct sides {
	struct history_query which[DIFF_SIDES];
	struct api_loaded loaded[DIFF_SIDES];
};

/* Both in one tier: the coarser of what the two have. */
static bool load_sides(const struct api_question *q, struct sides *s, uint64_t *step_us, struct errand_answer *answer)
{
	uint64_t step = *step_us;

	for (int i = 0; i < DIFF_SIDES; i++) {
		if (!compare_load(q, &s->which[i], &step, &s->loaded[i], answer))
			return false;
		if (step == *step_us)
			continue;
		*step_us = step;
		i = -1; /* the other one once more */
	}
	return true;
}

static void write_answer(const struct comparison *c, const char *format, struct errand_answer *answer)
{
	api_set_headers(answer, &c->sides[DIFF_COMP].span);
	if (format && strcmp(format, "folded") == 0) {
		api_set_mime(answer, "text/plain; charset=utf-8");
		comparison_folded(c, &answer->body);
	} else if (format && strcmp(format, "svg") == 0) {
		struct err err = {0};
		int r = comparison_svg(c, &answer->body, &err);

		if (r < 0) {
			api_refuse(answer, r, err.text);
			return;
		}
		api_set_mime(answer, "image/svg+xml");
		errand_header(answer, "Content-Disposition", "attachment; filename=\"difference.svg\"");
		errand_header(answer, "Content-Security-Policy", "sandbox allow-scripts");
	} else {
		api_set_mime(answer, "application/json");
		comparison_json(c, &answer->body);
	}
}

void api_answer_diff(const struct api_question *q, struct errand_answer *answer)
{
	struct sides s = {.which = {[DIFF_BASE] = q->base.ask.which, [DIFF_COMP] = q->query.ask.which}};
	struct comparison c = {.limit = q->query.limit};
	uint64_t longest = 0;
	struct err err = {0};
	int r;

	for (int i = 0; i < DIFF_SIDES; i++)
		if (s.which[i].until_us - s.which[i].from_us > longest)
			longest = s.which[i].until_us - s.which[i].from_us;
	c.step_us = compare_step(q->times.slice_us, longest);
	if (!load_sides(q, &s, &c.step_us, answer))
		return;
	for (int i = 0; i < DIFF_SIDES; i++) {
		struct history_query which = s.which[i];

		which.from_us = (which.from_us + c.step_us - 1) / c.step_us * c.step_us;
		which.until_us = which.until_us / c.step_us * c.step_us;
		c.sides[i] = (struct comparison_side){.history = s.loaded[i].history, .which = which};
	}
	r = comparison_make(&c, &err);
	c.sides[DIFF_COMP].span.watermark_us = q->times.watermark_us;
	if (r < 0)
		api_refuse(answer, r, err.text);
	else
		write_answer(&c, q->query.format, answer);
	/* the child ends here: so does all of this */
}
