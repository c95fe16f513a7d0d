/* SPDX-License-Identifier: MIT */
/* top_names: the functions and lines that were met. */
#include "cli/top_names.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/text.h"
#include "scrape.h"
#include "stream/stream.h"

#define STRINGS_PER_NAME 2

int top_names_text(struct top_names *names, const char *text, size_t len, uint32_t *ret)
{
	buf_reset(&names->text);
	text_clean(&names->text, text, len, TOP_TEXT_MAX);
	if (names->text.failed)
		return SCRAPE_ENOMEM;
	return strings_add(&names->strings, names->text.data ? names->text.data : "", names->text.len, ret);
}

/* Adds a frame as a name whose function is `function`, or itself (UINT32_MAX). */
static int add(struct top_names *names, const struct frame *frame, uint32_t function, uint32_t *ret)
{
	if (frames_add(&names->frames, frame, ret) < 0)
		return SCRAPE_ENOMEM;
	if (*ret < names->functions.n)
		return 0;
	return id_add(&names->functions, function == UINT32_MAX ? *ret : function);
}

int top_names_init(struct top_names *names, size_t max)
{
	static const char *const fixed[] = {
		[TOP_NAME_OTHER] = "[other]",
		[TOP_NAME_UNKNOWN] = SCRAPE_MARK_UNKNOWN,
		[TOP_NAME_UNSEEN] = SCRAPE_MARK_UNSEEN,
		[TOP_NAME_GC] = SCRAPE_MARK_GC,
		[TOP_NAME_TRUNCATED] = SCRAPE_MARK_TRUNCATED,
	};
	uint64_t seed = 0;
	uint32_t number;

	*names = (struct top_names){.max = max ? max : TOP_NAMES_MAX};
	(void)!getrandom(&seed, sizeof(seed), GRND_NONBLOCK); /* at boot: 0 does */
	names->strings.seed = names->frames.seed = seed;
	for (size_t i = 0; i < TOP_NAME_FIXED_COUNT; i++) {
		struct frame frame = {.kind = STREAM_FRAME_MARKER};

		if (top_names_text(names, "", 0, &frame.file) < 0 ||
		    top_names_text(names, fixed[i], strlen(fixed[i]), &frame.function) < 0 ||
		    add(names, &frame, UINT32_MAX, &number) < 0)
			return SCRAPE_ENOMEM;
	}
	return 0;
}

void top_names_deinit(struct top_names *names)
{
	strings_deinit(&names->strings);
	frames_deinit(&names->frames);
	VEC_DEINIT(&names->functions);
	buf_deinit(&names->text);
}

int top_names_add(struct top_names *names, const struct frame *line, uint32_t *ret)
{
	struct frame whole = *line;
	uint32_t function;

	if (names->frames.list.n + 2 > names->max || names->strings.list.n > STRINGS_PER_NAME * names->max) {
		*ret = TOP_NAME_OTHER;
		return 0;
	}
	whole.line = whole.first_line;
	if (add(names, &whole, UINT32_MAX, &function) < 0)
		return SCRAPE_ENOMEM;
	return add(names, line, function, ret);
}

const char *top_names_function(const struct top_names *names, uint32_t name)
{
	return names->strings.list.items[frames_at(&names->frames, name)->function].text;
}

const char *top_names_file(const struct top_names *names, uint32_t name, bool full)
{
	const struct frame *frame = frames_at(&names->frames, name);

	return names->strings.list.items[frame->file].text + (full ? 0 : frame->short_at);
}

uint32_t top_names_line(const struct top_names *names, uint32_t name)
{
	return frames_at(&names->frames, name)->line;
}
