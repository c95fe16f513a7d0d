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
	const uint64_t fields[] = {thread->thread, thread->cpu_ns,  thread->wall_ns,
				   thread->looks,  thread->running, thread->n_bytes};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		n += put_varint(to + n, fields[i]);
	return n;
}

size_t pack_put_row(uint8_t *to, const struct pack_row *row, uint32_t stack_before)
{
	size_t n = 1;

	to[0] = (uint8_t)row->flags;
	n += put_varint(to + n, buf_zigzag((int64_t)row->stack - (int64_t)stack_before));
	return n + put_varint(to + n, row->looks);
}

size_t pack_put_fact(uint8_t *to, const struct pack_fact *fact)
{
	size_t n = put_varint(to, fact->process);

	n += put_varint(to + n, fact->what);
	return n + put_varint(to + n, fact->value);
}
