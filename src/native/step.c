/* SPDX-License-Identifier: MIT */
/* step: from the registers of a frame to those of its caller. */
#include "native/step.h"

#include "elf/cfirows.h"
#include "native/arch.h"
#include "native/regs.h"
#include "scrape.h"

#define FRAME_MAX (1u << 20) /* bytes between the stack pointer and a frame pointer that is believed */

struct step {
	const struct regs *regs; /* of the callee */
	step_read_fn read;
	void *ctx;
	uint64_t cfa;
};

/* Binary operations: left is the second from the top (DWARF 5, section 2.5.1.4). */
static uint64_t binary(uint64_t op, uint64_t left, uint64_t right)
{
	int64_t l = (int64_t)left, r = (int64_t)right;

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
		return (uint64_t)(l >> (right < 64 ? right : 63));
	case CFIROWS_OP_EQ:
		return l == r;
	case CFIROWS_OP_NE:
		return l != r;
	case CFIROWS_OP_LT:
		return l < r;
	case CFIROWS_OP_LE:
		return l <= r;
	case CFIROWS_OP_GT:
		return l > r;
	default: /* CFIROWS_OP_GE: cfirows_open lets no other through */
		return l >= r;
	}
}

/* What leaves the number of values as it is, or adds one. SCRAPE_EFAULT, SCRAPE_EMOVED. */
static int unary(const struct step *s, const struct cfirows_op *op, uint64_t *stack, unsigned *n)
{
	unsigned reg = (unsigned)((uint64_t)op->arg >> 32);

	switch (op->op) {
	case CFIROWS_OP_CONST:
		stack[(*n)++] = (uint64_t)op->arg;
		return 0;
	case CFIROWS_OP_REG:
		if (!regs_has(s->regs, reg))
			return SCRAPE_EMOVED;
		stack[(*n)++] = s->regs->value[reg] + (uint64_t)(int64_t)(int32_t)op->arg;
		return 0;
	case CFIROWS_OP_CFA:
		stack[(*n)++] = s->cfa;
		return 0;
	case CFIROWS_OP_DUP:
		stack[*n] = stack[*n - 1];
		++*n;
		return 0;
	case CFIROWS_OP_OVER:
		stack[*n] = stack[*n - 2];
		++*n;
		return 0;
	case CFIROWS_OP_DEREF:
		return s->read(s->ctx, stack[*n - 1], &stack[*n - 1]) ? 0 : SCRAPE_EFAULT;
	case CFIROWS_OP_NEG:
		stack[*n - 1] = -stack[*n - 1];
		return 0;
	default: /* CFIROWS_OP_NOT */
		stack[*n - 1] = ~stack[*n - 1];
		return 0;
	}
}

/* Trusts what cfirows_open has checked: that it ends, and keeps to its stack. */
static int run_ops(const struct step *s, const struct cfirows_op *op, uint64_t *ret)
{
	uint64_t stack[CFIROWS_STACK_MAX + 1], swap;
	unsigned n = 0;
	int r = 0;

	for (; r == 0 && op->op != CFIROWS_OP_END; op++) {
		switch (op->op) {
		case CFIROWS_OP_DROP:
			n--;
			break;
		case CFIROWS_OP_SWAP:
			swap = stack[n - 1];
			stack[n - 1] = stack[n - 2];
			stack[n - 2] = swap;
			break;
		case CFIROWS_OP_CONST:
		case CFIROWS_OP_REG:
		case CFIROWS_OP_CFA:
		case CFIROWS_OP_DEREF:
		case CFIROWS_OP_DUP:
		case CFIROWS_OP_OVER:
		case CFIROWS_OP_NEG:
		case CFIROWS_OP_NOT:
			r = unary(s, op, stack, &n);
			break;
		default:
			n--;
			stack[n - 1] = binary(op->op, stack[n - 1], stack[n]);
		}
	}
	if (r == 0)
		*ret = stack[n - 1];
	return r;
}

static int find_cfa(struct step *s, const struct cfirows *rows, const struct cfirows_rule *rule)
{
	if (rule->cfa_where == CFIROWS_IS_EXPR)
		return run_ops(s, rows->ops + rule->cfa_value, &s->cfa);
	if (!regs_has(s->regs, rule->cfa_reg))
		return SCRAPE_EMOVED;
	s->cfa = s->regs->value[rule->cfa_reg] + (uint64_t)(int64_t)rule->cfa_value;
	return 0;
}

/* One column. 0: it has the value; SCRAPE_EMOVED: it is not known; SCRAPE_EFAULT. */
static int find_column(const struct step *s, const struct cfirows *rows, const struct cfirows_rule *rule,
		       unsigned column, uint64_t *ret)
{
	const uint64_t value = (uint64_t)(int64_t)rule->value[column];
	unsigned reg = arch_native.columns[column];
	int r;

	switch (rule->where[column]) {
	case CFIROWS_AT_CFA:
		return s->read(s->ctx, s->cfa + value, ret) ? 0 : SCRAPE_EFAULT;
	case CFIROWS_CFA_PLUS:
		*ret = s->cfa + value;
		return 0;
	case CFIROWS_AT_EXPR:
	case CFIROWS_IS_EXPR:
		r = run_ops(s, rows->ops + rule->value[column], ret);
		if (r == 0 && rule->where[column] == CFIROWS_AT_EXPR && !s->read(s->ctx, *ret, ret))
			r = SCRAPE_EFAULT;
		return r;
	case CFIROWS_IN_REG:
		reg = (unsigned)rule->value[column];
		break;
	case CFIROWS_UNDEFINED:
		return SCRAPE_EMOVED;
	default: /* CFIROWS_SAME */
		break;
	}
	if (!regs_has(s->regs, reg))
		return SCRAPE_EMOVED;
	*ret = s->regs->value[reg];
	return 0;
}

int step_by_rule(struct regs *regs, const struct cfirows *rows, const struct cfirows_rule *rule, step_read_fn read,
		 void *ctx, uint64_t *cfa_ret)
{
	struct step s = {.regs = regs, .read = read, .ctx = ctx};
	struct regs caller;
	int r;

	caller.known = 0;
	if (rule->where[CFIROWS_RA] == CFIROWS_UNDEFINED)
		return SCRAPE_ENOTFOUND;
	r = find_cfa(&s, rows, rule);
	if (r < 0)
		return r;
	*cfa_ret = s.cfa;
	for (unsigned column = 0; column < CFIROWS_COLUMNS; column++) {
		uint64_t value;

		r = find_column(&s, rows, rule, column, &value);
		if (r == 0)
			regs_set(&caller, arch_native.columns[column], value);
		else if (column == CFIROWS_RA)
			return r;
	}
	regs_set(&caller, arch_native.sp, s.cfa);
	*regs = caller;
	return 0;
}

int step_by_frame_pointer(struct regs *regs, step_read_fn read, void *ctx, uint64_t *cfa_ret)
{
	const struct arch *arch = &arch_native;
	uint64_t fp, sp, caller_fp, caller_pc;

	if (!regs_has(regs, arch->fp) || !regs_has(regs, arch->sp))
		return SCRAPE_EMOVED;
	fp = regs->value[arch->fp];
	sp = regs->value[arch->sp];
	if (fp < sp || fp - sp > FRAME_MAX || fp % 8 != 0)
		return SCRAPE_EFAULT;
	if (!read(ctx, fp + (uint64_t)(int64_t)arch->fp_saved_fp, &caller_fp) ||
	    !read(ctx, fp + (uint64_t)(int64_t)arch->fp_saved_pc, &caller_pc))
		return SCRAPE_EFAULT;
	*cfa_ret = fp + (uint64_t)(int64_t)arch->fp_cfa;
	regs->known = 0;
	regs_set(regs, arch->fp, caller_fp);
	regs_set(regs, arch->sp, *cfa_ret);
	regs_set(regs, arch->pc, caller_pc);
	return 0;
}
