/* SPDX-License-Identifier: MIT */
/* words: rules first. */
#include "stream/words.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "stream/recorder.h"
#include "target/origin.h"
#include "target/service.h"

void words_service(const struct recorder_words *words, const struct proc *proc, struct buf *out)
{
	if (words && words->service)
		text_clean(out, words->service, strlen(words->service), SCRAPE_NAME_MAX);
	else
		service_name(proc, out);
}

void words_labels(const struct recorder_words *words, const struct proc *proc, struct buf *out)
{
	if (words && words->labels)
		buf_str(out, words->labels);
	origin_labels(proc, out); /* what the rule does not say itself */
}
