/* SPDX-License-Identifier: MIT */
/* history_pack: the rows of a closed slice in few bytes. */
#include "profile/history_pack.h"

static size_t put_varint(uint8_t *to, uint64_t value)
{
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		to[n++] = (uint8_t)(value | 0x80);
	to[n++] = (uint8_t)value;
	return n;
}

size_t pack_put_thread(uint8_t *to, const struct pack_thread *thread)
{
	const uint64_t fields[] = {(uint64_t)thread->thread << 1 | thread->weighed, thread->cpu_ns, thread->wall_ns,
				   thread->looks, thread->running};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		n += put_varint(to + n, fields[i]);
	if (thread->weighed) {
		n += put_varint(to + n, thread->cpu_weight);
		n += put_varint(to + n, thread->wall_weight);
	}
	return n + put_varint(to + n, thread->n_bytes);
}

size_t pack_put_row(uint8_t *to, const struct pack_row *row, bool weighed, uint32_t stack_before)
{
	size_t n = 1;

	to[0] = (uint8_t)row->flags;
	n += put_varint(to + n, buf_zigzag((int64_t)row->stack - (int64_t)stack_before));
	n += put_varint(to + n, row->looks);
	if (weighed) {
		n += put_varint(to + n, row->cpu_weight);
		n += put_varint(to + n, row->wall_weight);
	}
	return n;
}

size_t pack_put_cells(uint8_t *to, const struct pack_cells *cells)
{
	uint8_t body[4 * HISTORY_CELLS];
	size_t n_body = 0, n;

	for (size_t i = 0, run; i < HISTORY_CELLS; i += run) {
		for (run = 1; cells->cells[i] == 0 && i + run < HISTORY_CELLS && cells->cells[i + run] == 0;)
			run++;
		n_body += put_varint(body + n_body, cells->cells[i]);
		if (cells->cells[i] == 0)
			n_body += put_varint(body + n_body, run);
	}
	n = put_varint(to, cells->process);
	n += put_varint(to + n, n_body);
	memcpy(to + n, body, n_body);
	return n + n_body;
}

bool pack_next_cells(const uint8_t **at, const uint8_t *end, struct pack_cells *ret)
{
	const uint8_t *body_end;
	size_t i = 0, n;

	if (*at >= end)
		return false;
	*ret = (struct pack_cells){.process = (uint32_t)pack_varint(at)};
	n = (size_t)pack_varint(at);
	body_end = *at + n;
	while (*at < body_end && i < HISTORY_CELLS) {
		ret->cells[i] = (uint16_t)pack_varint(at);
		i += ret->cells[i] ? 1 : (size_t)pack_varint(at);
	}
	*at = body_end;
	return true;
}

size_t pack_put_fact(uint8_t *to, const struct pack_fact *fact)
{
	size_t n = put_varint(to, fact->process);

	n += put_varint(to + n, fact->what);
	return n + put_varint(to + n, fact->value);
}
