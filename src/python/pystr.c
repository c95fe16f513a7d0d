/* SPDX-License-Identifier: MIT */
/* pystr: str objects of a target as clean UTF-8. */
#include "python/pystr.h"

#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/text.h"
#include "python/offsets.h"
#include "scrape.h"
#include "target/mem.h"

#define GUESS 96              /* bytes behind the short header that are read along with it */
#define HEADER_MAX 128        /* bytes of the long header and its pointer: 80 in every known version */
#define CHARS_MAX (1ull << 40)/* a longer str is no str */
#define TAIL 1024             /* of a str that is too long, the last bytes go into its hash */
#define CUT_BYTES 11          /* "..." and 8 hex digits */

struct str {
	uint64_t length;    /* characters */
	uint64_t data_addr;
	size_t kind;        /* bytes a character: 1, 2, 4 */
	const uint8_t *got; /* the first `have` bytes of the characters, already read */
	size_t have;
};

/* Reads the header and, on good luck, the characters. bytes has room for HEADER_MAX + GUESS. */
static int read_header(struct mem *mem, const struct offsets *o, uint64_t addr, uint8_t *bytes, struct str *ret)
{
	struct mem_range ranges[2] = {{addr, bytes, o->str_ascii_data},
				      {addr + o->str_ascii_data, bytes + o->str_ascii_data, GUESS}};
	size_t begin, valid = o->str_ascii_data + GUESS;
	uint32_t state;
	int r;

	if (o->str_ascii_data > HEADER_MAX || o->str_compact_data > HEADER_MAX - 8 ||
	    o->str_compact_data > o->str_ascii_data + GUESS - 8 || o->str_length > o->str_ascii_data - 8 ||
	    o->str_state > o->str_ascii_data - 4)
		return SCRAPE_EINVAL;
	r = mem_readv(mem, ranges, 2);
	if (r < 1)
		return r < 0 ? r : SCRAPE_EFAULT;
	if (r == 1)
		valid = o->str_ascii_data;
	state = mem_u32(bytes + o->str_state);
	ret->length = mem_u64(bytes + o->str_length);
	ret->kind = state >> 2 & 7;
	if ((ret->kind != 1 && ret->kind != 2 && ret->kind != 4) || ret->length > CHARS_MAX)
		return SCRAPE_EFORMAT;
	if (!(state >> 5 & 1)) { /* not compact: a pointer behind the long header */
		ret->have = 0;
		if (valid >= o->str_compact_data + 8) {
			ret->data_addr = mem_u64(bytes + o->str_compact_data);
			return 0;
		}
		return mem_read_u64(mem, addr + o->str_compact_data, &ret->data_addr);
	}
	begin = state >> 6 & 1 ? o->str_ascii_data : o->str_compact_data;
	ret->data_addr = addr + begin;
	ret->got = bytes + begin;
	ret->have = valid > begin ? valid - begin : 0;
	return 0;
}

/* The first n bytes of the characters: where they are already, or read into room. */
static int head_bytes(struct mem *mem, const struct str *str, uint8_t *room, size_t n, const uint8_t **ret)
{
	int r = 0;

	if (n <= str->have) {
		*ret = str->got;
		return 0;
	}
	r = mem_read(mem, str->data_addr, room, n);
	*ret = room;
	return r;
}

static void add_utf8(struct buf *out, const uint8_t *bytes, size_t n, size_t kind)
{
	for (size_t i = 0; i + kind <= n; i += kind) {
		uint32_t c = bytes[i];

		if (kind > 1)
			c |= (uint32_t)bytes[i + 1] << 8;
		if (kind > 2)
			c |= (uint32_t)bytes[i + 2] << 16 | (uint32_t)bytes[i + 3] << 24;
		text_utf8(out, c);
	}
}

static bool is_ascii(const uint8_t *bytes, size_t n)
{
	uint8_t any = 0;

	for (size_t i = 0; i < n; i++)
		any |= bytes[i];
	return any < 0x80;
}

static void add_clean(struct buf *out, const uint8_t *bytes, size_t n, size_t kind, size_t max)
{
	struct buf utf8 = BUF_INIT;

	if (kind == 1 && is_ascii(bytes, n)) {
		text_clean(out, (const char *)bytes, n, max);
		return;
	}
	add_utf8(&utf8, bytes, n, kind);
	out->failed |= utf8.failed;
	text_clean(out, utf8.data, utf8.len, max);
	buf_deinit(&utf8);
}

static int read_long(struct mem *mem, const struct str *str, struct buf *out)
{
	uint8_t bytes[SCRAPE_NAME_MAX];
	size_t head = sizeof(bytes) - TAIL;
	struct mem_range ranges[2] = {{str->data_addr, bytes, head},
				      {str->data_addr + str->length * str->kind - TAIL, bytes + head, TAIL}};
	int r = mem_readv(mem, ranges, 2);

	if (r < 2)
		return r < 0 ? r : SCRAPE_EFAULT;
	add_clean(out, bytes, head, str->kind, SCRAPE_NAME_MAX - CUT_BYTES);
	buf_fmt(out, "...%08x", (unsigned int)XXH64(bytes, sizeof(bytes), str->length));
	return 0;
}

int pystr_read(struct mem *mem, const struct offsets *offsets, uint64_t addr, struct buf *out)
{
	uint8_t header[HEADER_MAX + GUESS], room[SCRAPE_NAME_MAX];
	const uint8_t *bytes;
	struct str str;
	size_t n;
	int r = read_header(mem, offsets, addr, header, &str);

	if (r < 0)
		return r;
	if (str.length * str.kind > SCRAPE_NAME_MAX) {
		r = read_long(mem, &str, out);
	} else {
		n = (size_t)str.length * str.kind;
		r = head_bytes(mem, &str, room, n, &bytes);
		if (r == 0)
			add_clean(out, bytes, n, str.kind, SCRAPE_NAME_MAX);
	}
	return r < 0 ? r : out->failed ? SCRAPE_ENOMEM : 0;
}

int pystr_read_head(struct mem *mem, const struct offsets *offsets, uint64_t addr, size_t max, struct buf *out,
		    uint64_t *ret_length)
{
	uint8_t header[HEADER_MAX + GUESS], room[PYSTR_HEAD_MAX * 4];
	const uint8_t *bytes;
	struct str str;
	size_t n;
	int r = read_header(mem, offsets, addr, header, &str);

	if (r < 0)
		return r;
	max = max < PYSTR_HEAD_MAX ? max : PYSTR_HEAD_MAX;
	n = (str.length < max ? (size_t)str.length : max) * str.kind;
	r = head_bytes(mem, &str, room, n, &bytes);
	if (r < 0)
		return r;
	add_utf8(out, bytes, n, str.kind);
	if (out->failed)
		return SCRAPE_ENOMEM;
	*ret_length = str.length;
	return 0;
}
