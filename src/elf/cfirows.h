/* SPDX-License-Identifier: MIT */
/*
 * rows: how to find the caller from any address of one ELF file, as a table compiled from its call frame information
 * (elf/cfi.h). A table is plain bytes without pointers: made in a process without rights, kept in shared memory,
 * checked once by cfirows_open and then trusted.
 *
 * A row says which rule holds from its address on, up to the next row's; a rule says where the CFA is (the value that
 * the stack pointer has in the caller) and where the caller's registers are. Rules are few and shared by many rows.
 *
 *	struct cfirows rows;
 *	if (cfirows_open(bytes, len, &rows) == 0)
 *		rule = cfirows_at(&rows, pc - bias - rows.base);         NULL: nothing is known of this address
 *
 * Registers are numbered as by DWARF for the machine of the file (x86-64: System V ABI, figure 3.36: 0 rax, 1 rdx,
 * 2 rcx, 3 rbx, 4 rsi, 5 rdi, 6 rbp, 7 rsp, 8 to 15 r8 to r15, 16 the return address).
 */
#ifndef ELF_CFIROWS_H
#define ELF_CFIROWS_H

#include <stddef.h>
#include <stdint.h>

#define CFIROWS_MAGIC 0x32574f52u /* "ROW2" */
#define CFIROWS_MAX (1u << 24)
#define CFIROWS_RULES_MAX (1u << 20)
#define CFIROWS_OPS_MAX (1u << 20)
#define CFIROWS_STACK_MAX 16 /* values that an expression may have at a time */
#define CFIROWS_OPS_EACH_MAX 64 /* operations of one expression */
#define CFIROWS_NONE INT32_MAX

/* The registers of which a rule tells: those that a callee must preserve, and the return address. A table for another
 * machine has other ones in the same columns (native/arch.h). */
enum cfirows_column {
	CFIROWS_RA, CFIROWS_BP, CFIROWS_BX, CFIROWS_R12, CFIROWS_R13, CFIROWS_R14, CFIROWS_R15,
	CFIROWS_COLUMNS
};

enum cfirows_where {
	CFIROWS_SAME,      /* the callee left it alone */
	CFIROWS_UNDEFINED, /* lost; of the return address: there is no caller */
	CFIROWS_AT_CFA,    /* in memory at CFA + value */
	CFIROWS_CFA_PLUS,  /* is CFA + value */
	CFIROWS_IN_REG,    /* in register number value */
	CFIROWS_AT_EXPR,   /* in memory at what the expression at operation number value gives */
	CFIROWS_IS_EXPR,   /* is what that expression gives */
	CFIROWS_REG_PLUS,  /* only of the CFA: register cfa_reg + value */
	CFIROWS_WHERE_COUNT
};

struct cfirows_rule {
	uint8_t cfa_where; /* CFIROWS_REG_PLUS or CFIROWS_IS_EXPR */
	uint8_t cfa_reg;
	uint8_t signal; /* 1: a signal frame ("S" in the augmentation): the caller's pc is exact, not behind a call */
	uint8_t where[CFIROWS_COLUMNS];
	uint8_t reserved[2];
	int32_t cfa_value;
	int32_t value[CFIROWS_COLUMNS];
};

/* Expressions: a stack machine on 64-bit values. Binary ones take the second value from the top as left operand. */
enum cfirows_opcode {
	CFIROWS_OP_END, /* the result is on top */
	CFIROWS_OP_CONST,
	CFIROWS_OP_REG,   /* register number (arg >> 32) + (int32_t)arg */
	CFIROWS_OP_CFA,   /* the CFA; not in its own expression */
	CFIROWS_OP_DEREF, /* 8 bytes of memory */
	CFIROWS_OP_DUP, CFIROWS_OP_DROP, CFIROWS_OP_OVER, CFIROWS_OP_SWAP,
	CFIROWS_OP_PLUS, CFIROWS_OP_MINUS, CFIROWS_OP_MUL, CFIROWS_OP_AND, CFIROWS_OP_OR, CFIROWS_OP_XOR,
	CFIROWS_OP_SHL, CFIROWS_OP_SHR, CFIROWS_OP_SHRA, CFIROWS_OP_NEG, CFIROWS_OP_NOT,
	CFIROWS_OP_EQ, CFIROWS_OP_NE, CFIROWS_OP_LT, CFIROWS_OP_LE, CFIROWS_OP_GT, CFIROWS_OP_GE, /* signed; 1 or 0 */
	CFIROWS_OP_COUNT
};

struct cfirows_op {
	uint64_t op; /* enum cfirows_opcode */
	int64_t arg;
};

struct cfirows_row {
	uint32_t pc;   /* link-time address - base; ascending, no two alike */
	uint32_t rule : 31;  /* index, or CFIROWS_NONE: nothing is known from here on */
	uint32_t begins : 1; /* an entry begins here, which mostly is a function */
};

/* What the bytes begin with; then n_ops operations, n_rows rows, n_rules rules, without gaps. */
struct cfirows_header {
	uint32_t magic, machine; /* e_machine */
	uint64_t base;           /* the lowest address of a PT_LOAD segment, rounded down to a page of 4096 */
	uint32_t n_ops, n_rows, n_rules, reserved;
};

struct cfirows {
	const struct cfirows_op *ops;
	const struct cfirows_row *rows;
	const struct cfirows_rule *rules;
	uint32_t n_ops, n_rows, n_rules, machine;
	uint64_t base;
};

/* Checks every byte: sizes, order, indices, that each expression ends, keeps to its stack and leaves a result. 0 or
 * SCRAPE_EFORMAT. Borrows bytes, which must be aligned to 8. */
int cfirows_open(const void *bytes, size_t len, struct cfirows *ret);

/* The number of operations of the expression that begins at ops, with its CFIROWS_OP_END, at most max; 0 if it is none
 * that cfirows_open would accept. For those who make tables. */
size_t cfirows_expression(const struct cfirows_op *ops, size_t max);

/* Where the entry begins that tells of this address (less base), also less base; CFIROWS_NONE: none does. */
uint32_t cfirows_begin(const struct cfirows *rows, uint32_t pc);

/* The rule that holds at this address (less base), or NULL. */
const struct cfirows_rule *cfirows_at(const struct cfirows *rows, uint32_t pc);

#endif
