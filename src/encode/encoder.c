/* SPDX-License-Identifier: MIT */
/* encoder: the table of formats. A new format is one file beside this one, one line here and one golden file. */
#include "encode/encoder.h"

#include <string.h>

#include "encode/formats.h"

const struct encoder *const encoders[] = {
	&encoder_folded,
	&encoder_json,
	&encoder_svg,
	&encoder_html,
	&encoder_speedscope,
	&encoder_pprof,
	&encoder_cpuprofile,
	&encoder_trace,
	&encoder_gecko,
	&encoder_perf,
	&encoder_callgrind,
	&encoder_pstats,
	&encoder_csv,
	NULL,
};

const struct encoder *encoder_by_name(const char *name)
{
	for (size_t i = 0; encoders[i]; i++)
		if (strcmp(encoders[i]->name, name) == 0)
			return encoders[i];
	return NULL;
}

/* The length of the suffix if it ends the path, else 0. */
static size_t match(const char *path, const char *suffix)
{
	size_t n = strlen(path), len = suffix ? strlen(suffix) : 0;

	return len <= n && len > 0 && strcmp(path + n - len, suffix) == 0 ? len : 0;
}

const struct encoder *encoder_by_path(const char *path)
{
	const struct encoder *found = NULL;
	size_t longest = 0;

	for (size_t i = 0; encoders[i]; i++) {
		size_t one = match(path, encoders[i]->suffix), other = match(path, encoders[i]->also);
		size_t len = one > other ? one : other;

		if (len > longest) {
			longest = len;
			found = encoders[i];
		}
	}
	return found;
}
