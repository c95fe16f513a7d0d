/* SPDX-License-Identifier: MIT */
/* libc: where the target's C library keeps a thread's TID and CPU. */
#include "elf/libc.h"

#include <sched.h>

#include "elf/image.h"
#include "scrape.h"
#include "target/maps.h"
#include "target/mem.h"

#define RSEQ_OFFSET_MAX (1 << 20)

static bool read_rseq(struct mem *mem, const struct maps *maps, uint64_t base, struct libc_facts *ret)
{
	struct image image;
	uint64_t offset_addr, size_addr;
	int64_t offset;
	uint32_t size;

	if (image_open(mem, maps, base, &image, NULL) < 0 ||
	    image_symbol(&image, "__rseq_offset", &offset_addr, NULL) < 0 ||
	    image_symbol(&image, "__rseq_size", &size_addr, NULL) < 0)
		return false;
	if (mem_read(mem, offset_addr, &offset, sizeof(offset)) < 0 || mem_read_u32(mem, size_addr, &size) < 0)
		return false;
	if (size == 0 || offset < -RSEQ_OFFSET_MAX || offset > RSEQ_OFFSET_MAX)
		return false;
	ret->has_rseq = true;
	ret->rseq_offset = offset;
	return true;
}

void libc_find(struct mem *mem, const struct maps *maps, struct libc_facts *ret)
{
	*ret = (struct libc_facts){0};
	for (size_t i = 0; i < maps->n; i++)
		if (maps->items[i].offset == 0 && mapping_may_be_image(&maps->items[i]) &&
		    read_rseq(mem, maps, maps->items[i].start, ret))
			return;
}

int libc_learn_tid(struct libc_facts *libc, struct mem *mem, uint64_t pthread, pid_t tid)
{
	static const uint32_t known[] = {0x2d0, 0x30, 0x38};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		uint32_t value;

		if (mem_read_u32(mem, pthread + known[i], &value) == 0 && value == (uint32_t)tid) {
			libc->tid_offset = known[i];
			return 0;
		}
	}
	return SCRAPE_EFORMAT;
}

int libc_read_tid(const struct libc_facts *libc, struct mem *mem, uint64_t pthread, pid_t *ret)
{
	uint32_t value;
	int r;

	if (libc->tid_offset == 0 || pthread == 0)
		return SCRAPE_EFORMAT;
	r = mem_read_u32(mem, pthread + libc->tid_offset, &value);
	if (r < 0)
		return r;
	if (value == 0 || value > INT32_MAX)
		return SCRAPE_EFORMAT;
	*ret = (pid_t)value;
	return 0;
}

uint64_t libc_cpu_id_addr(const struct libc_facts *libc, struct mem *mem, uint64_t pthread)
{
	uint64_t addr = pthread + (uint64_t)libc->rseq_offset + LIBC_CPU_ID_AT;
	uint32_t cpu;

	if (!libc->has_rseq || pthread == 0 || mem_read_u32(mem, addr, &cpu) < 0 || cpu >= CPU_SETSIZE)
		return 0;
	return addr;
}
