/* SPDX-License-Identifier: MIT */
/* colons: frames of file, function and line. */
#include "decode/colons.h"

#include <string.h>

#include "decode/lines.h"
#include "decode/tell.h"

/* "app.py:work:9" */
static bool take_frame(const char *text, size_t n, struct tell_frame *ret)
{
	const char *line = memrchr(text, ':', n), *function;
	uint64_t number = 0;

	if (!line || !lines_number(line + 1, n - (size_t)(line + 1 - text), UINT32_MAX, &number))
		return false;
	function = memrchr(text, ':', (size_t)(line - text));
	if (!function || function == text)
		return false;
	*ret = (struct tell_frame){
		.kind = STREAM_FRAME_PYTHON,
		.function = function + 1,
		.function_len = (size_t)(line - function - 1),
		.file = text,
		.file_len = (size_t)(function - text),
		.short_at = lines_base_name(text, (size_t)(function - text)),
		.line = (uint32_t)number,
	};
	return true;
}

int colons_stack(struct tell *t, const char *text, size_t n, uint32_t *ret_node)
{
	uint32_t node = TELL_ROOT, frame;
	int r = 0;

	while (n > 0 && r == 0) {
		const char *stop = memchr(text, ';', n);
		size_t len = stop ? (size_t)(stop - text) : n;
		struct tell_frame one;

		if (!take_frame(text, len, &one))
			one = (struct tell_frame){
				.kind = STREAM_FRAME_MARKER, .function = text, .function_len = len}; /* ":GC:" */
		r = tell_frame(t, &one, &frame);
		if (r == 0)
			r = tell_child(t, node, frame, &node);
		n -= len + (stop != NULL);
		text += len + (stop != NULL);
	}
	*ret_node = node;
	return r;
}
