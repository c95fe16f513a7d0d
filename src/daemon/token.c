/* SPDX-License-Identifier: MIT */
/* token: one line of printable characters. */
#include "daemon/token.h"

#include <fcntl.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "scrape.h"

int token_read(const char *path, char *ret, struct err *err)
{
	struct buf text = BUF_INIT;
	int r = io_read_file(AT_FDCWD, path, 4096, &text);
	size_t n = 0;

	if (r < 0)
		r = err_sys(err, r, "token file %s", path);
	while (r == 0 && n < text.len && text.data[n] > ' ' && text.data[n] <= '~')
		n++;
	if (r == 0 && (n < TOKEN_MIN || n >= TOKEN_MAX || strspn(text.data + n, "\r\n") != text.len - n))
		r = err_set(err, SCRAPE_EINVAL, "token file %s: not one line of %d to %d printable characters", path,
			    TOKEN_MIN, TOKEN_MAX - 1);
	if (r == 0) {
		memcpy(ret, text.data, n);
		ret[n] = 0;
	}
	buf_deinit(&text);
	return r;
}
