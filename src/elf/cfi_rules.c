/* SPDX-License-Identifier: MIT */
/* cfi_rules: what libdw tells of a frame, as rules. What a rule cannot say is refused, never approached. */
#include <dwarf.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "elf/cfi_private.h"
#include "scrape.h"

#define REG_RA 16 /* x86-64: System V ABI, figure 3.36 */
#define REG_BX 3
#define REG_SP 7
#define REGISTERS 17

static const uint8_t registers[CFIROWS_COLUMNS] = {
	[CFIROWS_RA] = REG_RA, [CFIROWS_BP] = 6,   [CFIROWS_BX] = REG_BX, [CFIROWS_R12] = 12,
	[CFIROWS_R13] = 13,    [CFIROWS_R14] = 14, [CFIROWS_R15] = 15,
};

/* DWARF operations without operands that are also ours; 0, CFIROWS_OP_END, for all others. */
static const uint8_t plain[256] = {
	[DW_OP_deref] = CFIROWS_OP_DEREF, [DW_OP_dup] = CFIROWS_OP_DUP,     [DW_OP_drop] = CFIROWS_OP_DROP,
	[DW_OP_over] = CFIROWS_OP_OVER,   [DW_OP_swap] = CFIROWS_OP_SWAP,   [DW_OP_plus] = CFIROWS_OP_PLUS,
	[DW_OP_minus] = CFIROWS_OP_MINUS, [DW_OP_mul] = CFIROWS_OP_MUL,     [DW_OP_and] = CFIROWS_OP_AND,
	[DW_OP_or] = CFIROWS_OP_OR,       [DW_OP_xor] = CFIROWS_OP_XOR,     [DW_OP_shl] = CFIROWS_OP_SHL,
	[DW_OP_shr] = CFIROWS_OP_SHR,     [DW_OP_shra] = CFIROWS_OP_SHRA,   [DW_OP_neg] = CFIROWS_OP_NEG,
	[DW_OP_not] = CFIROWS_OP_NOT,     [DW_OP_eq] = CFIROWS_OP_EQ,       [DW_OP_ne] = CFIROWS_OP_NE,
	[DW_OP_lt] = CFIROWS_OP_LT,       [DW_OP_le] = CFIROWS_OP_LE,       [DW_OP_gt] = CFIROWS_OP_GT,
	[DW_OP_ge] = CFIROWS_OP_GE,
};

struct expression {
	struct cfirows_op ops[CFIROWS_OPS_EACH_MAX];
	size_t n;
};

void cfi_rules_deinit(struct cfi_rules *rules)
{
	VEC_DEINIT(&rules->rules);
	VEC_DEINIT(&rules->ops);
	map_deinit(&rules->rule_ids);
	map_deinit(&rules->expression_ids);
}

static bool put(struct expression *e, enum cfirows_opcode op, int64_t arg)
{
	if (e->n == CFIROWS_OPS_EACH_MAX)
		return false;
	e->ops[e->n++] = (struct cfirows_op){op, arg};
	return true;
}

static bool put_register(struct expression *e, uint64_t reg, int64_t offset)
{
	if (reg >= REGISTERS || offset != (int32_t)offset)
		return false;
	return put(e, CFIROWS_OP_REG, (int64_t)(reg << 32 | (uint32_t)offset));
}

static bool translate_op(struct expression *e, const Dwarf_Op *op)
{
	if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31)
		return put(e, CFIROWS_OP_CONST, op->atom - DW_OP_lit0);
	if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31)
		return put_register(e, (uint64_t)(op->atom - DW_OP_breg0), (int64_t)op->number);
	if (plain[op->atom])
		return put(e, plain[op->atom], 0);
	switch (op->atom) {
	case DW_OP_const1u:
	case DW_OP_const1s:
	case DW_OP_const2u:
	case DW_OP_const2s:
	case DW_OP_const4u:
	case DW_OP_const4s:
	case DW_OP_const8u:
	case DW_OP_const8s:
	case DW_OP_constu:
	case DW_OP_consts:
		return put(e, CFIROWS_OP_CONST, (int64_t)op->number);
	case DW_OP_bregx:
		return put_register(e, op->number, (int64_t)op->number2);
	case DW_OP_call_frame_cfa:
		return put(e, CFIROWS_OP_CFA, 0);
	case DW_OP_plus_uconst:
		return put(e, CFIROWS_OP_CONST, (int64_t)op->number) && put(e, CFIROWS_OP_PLUS, 0);
	case DW_OP_deref_size:
		return op->number == 8 && put(e, CFIROWS_OP_DEREF, 0);
	case DW_OP_pick:
		return op->number < 2 && put(e, op->number ? CFIROWS_OP_OVER : CFIROWS_OP_DUP, 0);
	case DW_OP_nop:
		return true;
	default: /* jumps, calls, division, link-time addresses */
		return false;
	}
}

/* The index of an expression that is kept, or is now. SCRAPE_EFORMAT: it means nothing to us. */
static int add_expression(struct cfi_rules *rules, const Dwarf_Op *ops, size_t n, int32_t *ret)
{
	struct expression e = {.n = 0};
	struct cfirows_op *kept;
	uint32_t at;
	uint64_t key;

	for (size_t i = 0; i < n; i++) {
		if (!translate_op(&e, &ops[i]))
			return SCRAPE_EFORMAT;
	}
	if (!put(&e, CFIROWS_OP_END, 0) || cfirows_expression(e.ops, e.n) != e.n)
		return SCRAPE_EFORMAT;
	for (key = XXH3_64bits(e.ops, e.n * sizeof(e.ops[0])); map_get(&rules->expression_ids, key, &at); key++) {
		if (at + e.n <= rules->ops.n && memcmp(&rules->ops.items[at], e.ops, e.n * sizeof(e.ops[0])) == 0)
			goto found;
	}
	at = (uint32_t)rules->ops.n;
	if (at + e.n > CFIROWS_OPS_MAX)
		return SCRAPE_ELIMIT;
	if (!VEC_RESERVE(&rules->ops, at + e.n) || map_put(&rules->expression_ids, key, at) != 0)
		return SCRAPE_ENOMEM;
	kept = rules->ops.items + at;
	memcpy(kept, e.ops, e.n * sizeof(e.ops[0]));
	rules->ops.n += e.n;
found:
	*ret = (int32_t)at;
	return 0;
}

static bool uses_cfa(const Dwarf_Op *ops, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (ops[i].atom == DW_OP_call_frame_cfa)
			return true;
	}
	return false;
}

/* The usual one, a register and an offset, also comes as an operation. */
static int set_cfa(struct cfi_rules *rules, Dwarf_Frame *frame, struct cfirows_rule *rule)
{
	struct expression e = {.n = 0};
	Dwarf_Op *ops;
	size_t n;

	if (dwarf_frame_cfa(frame, &ops, &n) != 0 || n == 0 || uses_cfa(ops, n))
		return SCRAPE_EFORMAT;
	if (n == 1 && translate_op(&e, &ops[0]) && e.ops[0].op == CFIROWS_OP_REG) {
		rule->cfa_where = CFIROWS_REG_PLUS;
		rule->cfa_reg = (uint8_t)(e.ops[0].arg >> 32);
		rule->cfa_value = (int32_t)e.ops[0].arg;
		return 0;
	}
	rule->cfa_where = CFIROWS_IS_EXPR;
	return add_expression(rules, ops, n, &rule->cfa_value);
}

/* "The CFA", or "the CFA plus a number", as dwarf_frame_register writes it; a negative number wraps. */
static bool is_cfa_plus(const Dwarf_Op *ops, size_t n, int64_t *ret)
{
	if (n < 1 || n > 2 || ops[0].atom != DW_OP_call_frame_cfa || (n == 2 && ops[1].atom != DW_OP_plus_uconst))
		return false;
	*ret = n == 2 ? (int64_t)ops[1].number : 0;
	return true;
}

static int set_column(struct cfi_rules *rules, Dwarf_Frame *frame, int reg, uint8_t *where, int32_t *value)
{
	Dwarf_Op simple[3], *ops;
	bool is_value;
	int64_t plus;
	size_t n;

	if (dwarf_frame_register(frame, reg, simple, &ops, &n) != 0)
		return SCRAPE_EFORMAT;
	if (n == 0) {
		*where = ops ? CFIROWS_UNDEFINED : CFIROWS_SAME;
		return 0;
	}
	if (n == 1 && ops[0].atom == DW_OP_regx) {
		if (ops[0].number >= REGISTERS)
			return SCRAPE_EFORMAT;
		*where = CFIROWS_IN_REG;
		*value = (int32_t)ops[0].number;
		return 0;
	}
	is_value = ops[n - 1].atom == DW_OP_stack_value;
	n -= is_value;
	if (is_cfa_plus(ops, n, &plus)) {
		if (plus != (int32_t)plus)
			return SCRAPE_EFORMAT;
		*where = is_value ? CFIROWS_CFA_PLUS : CFIROWS_AT_CFA;
		*value = (int32_t)plus;
		return 0;
	}
	*where = is_value ? CFIROWS_IS_EXPR : CFIROWS_AT_EXPR;
	return add_expression(rules, ops, n, value);
}

/* The caller's stack pointer is the CFA in a table. Where code that switches stacks says otherwise (glibc's
 * __longjmp) there is no rule. A signal's frame tells where the stack pointer was saved, which it calls the CFA too. */
static bool sp_is_cfa(Dwarf_Frame *frame, bool is_signal)
{
	Dwarf_Op simple[3], *ops;
	int64_t plus;
	size_t n;

	if (is_signal)
		return true;
	return dwarf_frame_register(frame, REG_SP, simple, &ops, &n) == 0 && n > 1 &&
	       ops[n - 1].atom == DW_OP_stack_value && is_cfa_plus(ops, n - 1, &plus) && plus == 0;
}

/* What libdw takes for granted of x86-64 (up to 0.188 at least) names register 0, rax, where it means rbx: so an entry
 * that says nothing of rbx, which has left it alone, reads as one that says it is lost. */
static void mend_bx(struct cfirows_rule *rule, const struct cfi_fde *fde)
{
	if (rule->where[CFIROWS_BX] == CFIROWS_UNDEFINED && !fde->bx_lost)
		rule->where[CFIROWS_BX] = CFIROWS_SAME;
}

/* A register that cannot be told is lost, without the return address there is no rule. */
static int make_rule(struct cfi_rules *rules, Dwarf_Frame *frame, const struct cfi_fde *fde, struct cfirows_rule *rule)
{
	bool is_signal = false;
	int r;

	if (dwarf_frame_info(frame, NULL, NULL, &is_signal) != REG_RA || !sp_is_cfa(frame, is_signal))
		return SCRAPE_EFORMAT;
	rule->signal = is_signal;
	r = set_cfa(rules, frame, rule);
	for (int i = 0; i < CFIROWS_COLUMNS && r == 0; i++) {
		r = set_column(rules, frame, registers[i], &rule->where[i], &rule->value[i]);
		if (r == 0 && i == CFIROWS_BX)
			mend_bx(rule, fde);
		if (r == SCRAPE_EFORMAT && i != CFIROWS_RA) {
			rule->where[i] = CFIROWS_UNDEFINED;
			r = 0;
		}
	}
	if (r == 0 && (rule->where[CFIROWS_RA] == CFIROWS_SAME ||
		       (rule->where[CFIROWS_RA] == CFIROWS_IN_REG && rule->value[CFIROWS_RA] == REG_RA)))
		r = SCRAPE_EFORMAT;
	return r;
}

int cfi_rules_add(struct cfi_rules *rules, Dwarf_Frame *frame, const struct cfi_fde *fde, uint32_t *ret)
{
	struct cfirows_rule rule = {0}, *kept;
	uint32_t at;
	uint64_t key;
	int r = make_rule(rules, frame, fde, &rule);

	if (r == SCRAPE_EFORMAT) {
		*ret = CFIROWS_NONE;
		return 0;
	}
	if (r < 0)
		return r;
	for (key = XXH3_64bits(&rule, sizeof(rule)); map_get(&rules->rule_ids, key, &at); key++) {
		if (memcmp(&rules->rules.items[at], &rule, sizeof(rule)) == 0)
			goto found;
	}
	at = (uint32_t)rules->rules.n;
	if (at == CFIROWS_RULES_MAX)
		return SCRAPE_ELIMIT;
	r = map_put(&rules->rule_ids, key, at);
	kept = r == 0 ? VEC_PUSH(&rules->rules) : NULL;
	if (!kept)
		return SCRAPE_ENOMEM;
	*kept = rule;
found:
	*ret = at;
	return 0;
}
