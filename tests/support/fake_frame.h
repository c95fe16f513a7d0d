/* SPDX-License-Identifier: MIT */
/*
 * fake_frame: the values that a row, or what libdw says, gives in a machine whose registers and memory hold made-up
 * numbers. Two that give the same mean the same.
 */
#ifndef SUPPORT_FAKE_FRAME_H
#define SUPPORT_FAKE_FRAME_H

#include <check.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "elf/cfirows.h"

struct fake_value {
	bool same, lost;
	uint64_t value;
};

static inline uint64_t fake_register(uint64_t number)
{
	return map_mix(number + 1000) & ~7ull;
}

static inline uint64_t fake_memory(uint64_t addr)
{
	return map_mix(addr ^ 0x55aa);
}

static inline uint64_t fake_binary(unsigned int op, uint64_t left, uint64_t right)
{
	int64_t a = (int64_t)left, b = (int64_t)right;

	switch (op) {
	case CFIROWS_OP_PLUS:
		return left + right;
	case CFIROWS_OP_MINUS:
		return left - right;
	case CFIROWS_OP_MUL:
		return left * right;
	case CFIROWS_OP_AND:
		return left & right;
	case CFIROWS_OP_OR:
		return left | right;
	case CFIROWS_OP_XOR:
		return left ^ right;
	case CFIROWS_OP_SHL:
		return right < 64 ? left << right : 0;
	case CFIROWS_OP_SHR:
		return right < 64 ? left >> right : 0;
	case CFIROWS_OP_SHRA:
		return (uint64_t)(a >> (right < 63 ? right : 63));
	case CFIROWS_OP_EQ:
		return a == b;
	case CFIROWS_OP_NE:
		return a != b;
	case CFIROWS_OP_LT:
		return a < b;
	case CFIROWS_OP_LE:
		return a <= b;
	case CFIROWS_OP_GT:
		return a > b;
	default:
		return a >= b;
	}
}

static inline uint64_t fake_rows_expression(const struct cfirows_op *op, uint64_t cfa)
{
	uint64_t stack[CFIROWS_STACK_MAX + 2], *top = stack, value;

	for (; op->op != CFIROWS_OP_END; op++) {
		switch (op->op) {
		case CFIROWS_OP_CONST:
			*++top = (uint64_t)op->arg;
			break;
		case CFIROWS_OP_REG:
			*++top = fake_register((uint64_t)op->arg >> 32) + (uint64_t)(int64_t)(int32_t)op->arg;
			break;
		case CFIROWS_OP_CFA:
			*++top = cfa;
			break;
		case CFIROWS_OP_DEREF:
			*top = fake_memory(*top);
			break;
		case CFIROWS_OP_DUP:
			value = *top;
			*++top = value;
			break;
		case CFIROWS_OP_DROP:
			top--;
			break;
		case CFIROWS_OP_OVER:
			value = top[-1];
			*++top = value;
			break;
		case CFIROWS_OP_SWAP:
			value = *top;
			*top = top[-1];
			top[-1] = value;
			break;
		case CFIROWS_OP_NEG:
			*top = -*top;
			break;
		case CFIROWS_OP_NOT:
			*top = ~*top;
			break;
		default:
			top--;
			*top = fake_binary((unsigned int)op->op, *top, top[1]);
		}
	}
	return *top;
}

static inline uint64_t fake_rows_cfa(const struct cfirows *rows, const struct cfirows_rule *rule)
{
	if (rule->cfa_where == CFIROWS_REG_PLUS)
		return fake_register(rule->cfa_reg) + (uint64_t)(int64_t)rule->cfa_value;
	return fake_rows_expression(rows->ops + rule->cfa_value, 0);
}

static inline struct fake_value fake_rows_column(const struct cfirows *rows, const struct cfirows_rule *rule, int column)
{
	uint64_t cfa = fake_rows_cfa(rows, rule), value = (uint64_t)(int64_t)rule->value[column];

	switch (rule->where[column]) {
	case CFIROWS_SAME:
		return (struct fake_value){.same = true};
	case CFIROWS_UNDEFINED:
		return (struct fake_value){.lost = true};
	case CFIROWS_AT_CFA:
		return (struct fake_value){.value = fake_memory(cfa + value)};
	case CFIROWS_CFA_PLUS:
		return (struct fake_value){.value = cfa + value};
	case CFIROWS_IN_REG:
		return (struct fake_value){.value = fake_register(value)};
	case CFIROWS_AT_EXPR:
		return (struct fake_value){.value = fake_memory(fake_rows_expression(rows->ops + value, cfa))};
	default:
		return (struct fake_value){.value = fake_rows_expression(rows->ops + value, cfa)};
	}
}

/* Only the operations that occur in the files tested. */
static inline uint64_t fake_dwarf_expression(const Dwarf_Op *ops, size_t n, uint64_t cfa)
{
	uint64_t stack[32] = {0}, *top = stack;

	for (size_t i = 0; i < n; i++) {
		unsigned int atom = ops[i].atom;

		ck_assert(top < stack + 30);
		if (atom >= DW_OP_lit0 && atom <= DW_OP_lit31)
			*++top = atom - DW_OP_lit0;
		else if (atom >= DW_OP_breg0 && atom <= DW_OP_breg31)
			*++top = fake_register(atom - DW_OP_breg0) + ops[i].number;
		else if (atom == DW_OP_bregx)
			*++top = fake_register(ops[i].number) + ops[i].number2;
		else if (atom >= DW_OP_const1u && atom <= DW_OP_consts)
			*++top = ops[i].number;
		else if (atom == DW_OP_call_frame_cfa)
			*++top = cfa;
		else if (atom == DW_OP_plus_uconst)
			*top += ops[i].number;
		else if (atom == DW_OP_deref)
			*top = fake_memory(*top);
		else {
			top--;
			ck_assert_msg(top > stack, "operation %x", atom);
			*top = fake_binary(atom == DW_OP_plus	 ? CFIROWS_OP_PLUS
					   : atom == DW_OP_minus ? CFIROWS_OP_MINUS
					   : atom == DW_OP_and	 ? CFIROWS_OP_AND
					   : atom == DW_OP_shl	 ? CFIROWS_OP_SHL
								 : CFIROWS_OP_GE,
					   *top, top[1]);
			ck_assert(atom == DW_OP_plus || atom == DW_OP_minus || atom == DW_OP_and || atom == DW_OP_shl ||
				  atom == DW_OP_ge);
		}
	}
	return *top;
}

static inline uint64_t fake_dwarf_cfa(Dwarf_Frame *frame)
{
	Dwarf_Op *ops;
	size_t n;

	ck_assert_int_eq(dwarf_frame_cfa(frame, &ops, &n), 0);
	ck_assert_uint_gt(n, 0);
	return fake_dwarf_expression(ops, n, 0);
}

static inline struct fake_value fake_dwarf_column(Dwarf_Frame *frame, int reg)
{
	Dwarf_Op simple[3], *ops;
	uint64_t value;
	size_t n;

	ck_assert_int_eq(dwarf_frame_register(frame, reg, simple, &ops, &n), 0);
	if (n == 0)
		return (struct fake_value){.same = !ops, .lost = ops};
	if (ops[0].atom == DW_OP_regx)
		return (struct fake_value){.value = fake_register(ops[0].number)};
	if (ops[n - 1].atom == DW_OP_stack_value)
		return (struct fake_value){.value = fake_dwarf_expression(ops, n - 1, fake_dwarf_cfa(frame))};
	value = fake_dwarf_expression(ops, n, fake_dwarf_cfa(frame));
	return (struct fake_value){.value = fake_memory(value)};
}

#endif
