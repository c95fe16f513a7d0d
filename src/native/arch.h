/* SPDX-License-Identifier: MIT */
/*
 * arch: what differs between machines, as data. To support another one: a file like arch_x86_64.c, its line in arch.c's
 * choice, and what reads instructions (elf/cfi_parts.c).
 */
#ifndef NATIVE_ARCH_H
#define NATIVE_ARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "elf/cfirows.h"
#include "native/regs.h"
#include "target/ring.h"

#define ARCH_CODE 32 /* bytes of code that are looked at */

struct arch {
	uint16_t machine;	       /* e_machine */
	uint8_t pc, sp, fp;	       /* DWARF numbers */
	uint8_t columns[CFIROWS_COLUMNS]; /* of enum cfirows_column */
	uint64_t perf_mask;	       /* which registers a ring notes */
	uint8_t perf_regs[RING_REGS_MAX]; /* DWARF numbers of these, in the order of the mask's bits */
	uint8_t call_args[6]; /* DWARF numbers of the registers with the arguments of a system call */
	uint16_t user_size; /* struct user_regs_struct, as a debugger gets it, and where each DWARF register is in it */
	uint16_t user_at[REGS_COUNT];
	uint8_t n_regs;
	/* a frame without call frame information, by the frame pointer: where its caller's fp and pc are kept */
	int32_t fp_saved_fp, fp_saved_pc, fp_cfa;
	/* Is what stands behind these bytes behind a call? */
	bool (*is_behind_call)(const unsigned char before[ARCH_CODE]);
	/* If they are a call that names its target: where to. after: the address behind it. */
	bool (*target_of_call)(const unsigned char before[ARCH_CODE], uint64_t after, uint64_t *ret);
	/* If they are a call through a word of memory: its address. */
	bool (*slot_of_call)(const unsigned char before[ARCH_CODE], uint64_t after, uint64_t *ret);
	/* If the code at this address does nothing but jump to where a word of memory says: its address. */
	bool (*slot_of_stub)(const unsigned char code[ARCH_CODE], uint64_t at, uint64_t *ret);
	/* If a function begins so, sets up a frame pointer and takes its stack at once: how far below the CFA the stack
	 * pointer is when it has; else 0. */
	uint32_t (*frame_of_prologue)(const unsigned char code[ARCH_CODE]);
	/* If the frame pointer is still or again the caller's where the code stands (the byte before, then what
	 * comes): how far below the CFA the stack pointer is; else 0. */
	uint32_t (*frame_of_edge)(const unsigned char code[ARCH_CODE]);
	/* If the code behind a call does nothing but free its part of the stack and return: how far below the CFA the
	 * stack pointer is; else 0. */
	uint32_t (*frame_of_tail)(const unsigned char code[ARCH_CODE]);
};

/* Of the machine that this is built for. */
extern const struct arch arch_native;

#endif
