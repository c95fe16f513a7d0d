/* SPDX-License-Identifier: MIT */
/*
 * step: from the registers of a frame to those of its caller, by a rule of elf/cfirows.h. Memory is whatever the caller
 * lets it read.
 */
#ifndef NATIVE_STEP_H
#define NATIVE_STEP_H

#include <stdbool.h>
#include <stdint.h>

struct regs;
struct cfirows;
struct cfirows_rule;

/* 8 bytes at addr; false if they cannot be had. */
typedef bool (*step_read_fn)(void *ctx, uint64_t addr, uint64_t *ret);

/* Replaces regs by those of the caller: its stack pointer is the CFA, and of the others only those that the rule tells
 * stay known. 0; SCRAPE_ENOTFOUND: there is no caller (the return address is undefined); SCRAPE_EFAULT: memory;
 * SCRAPE_EMOVED: it needs a register that is not known. cfa_ret is set if there is one. On failure
 * regs are as they were. */
int step_by_rule(struct regs *regs, const struct cfirows *rows, const struct cfirows_rule *rule, step_read_fn read,
		 void *ctx, uint64_t *cfa_ret);

/* The same by the frame pointer, for code that keeps one and says nothing else of itself. SCRAPE_EFAULT also if it
 * does not look like one. */
int step_by_frame_pointer(struct regs *regs, step_read_fn read, void *ctx, uint64_t *cfa_ret);

#endif
