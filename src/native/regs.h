/* SPDX-License-Identifier: MIT */
/* regs: the registers of a thread as far as they are known, numbered as by DWARF (elf/cfirows.h). */
#ifndef NATIVE_REGS_H
#define NATIVE_REGS_H

#include <stdbool.h>
#include <stdint.h>

#define REGS_COUNT 33 /* aarch64 has that many; x86-64 has 17 */

struct regs {
	uint64_t value[REGS_COUNT];
	uint64_t known; /* a bit for each */
};

static inline bool regs_has(const struct regs *regs, unsigned reg)
{
	return reg < REGS_COUNT && (regs->known >> reg & 1);
}

static inline void regs_set(struct regs *regs, unsigned reg, uint64_t value)
{
	regs->value[reg] = value;
	regs->known |= 1ull << reg;
}

static inline void regs_forget(struct regs *regs, unsigned reg)
{
	regs->known &= ~(1ull << reg);
}

#endif
