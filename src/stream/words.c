/* SPDX-License-Identifier: MIT */
/* words: rules first. */
#include "stream/words.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "stream/recorder.h"
#include "target/origin.h"
#include "target/otel.h"
#include "target/service.h"

void words_of(const struct recorder_words *words, const struct proc *proc, struct buf *service, struct buf *labels)
{
	struct buf context = BUF_INIT;

	otel_read(proc, &context);
	if (words && words->service)
		text_clean(service, words->service, strlen(words->service), SCRAPE_NAME_MAX);
	else
		service_name(proc, &context, service);
	if (words && words->labels)
		buf_str(labels, words->labels);
	origin_labels(proc, &context, labels); /* what the rule does not say itself */
	buf_deinit(&context);
}
