/* SPDX-License-Identifier: MIT */
/* cfirows: tables that come from another process, checked once, byte by byte, then searched. */
#include "elf/cfirows.h"

#include <assert.h>
#include <stdbool.h>

#include "scrape.h"

#define REGISTERS 17
#define RETURN_ADDRESS 16
#define PAGE 4096

/* What an operation takes from the stack and leaves on it. */
static const struct {
	uint8_t takes, leaves;
} effects[CFIROWS_OP_COUNT] = {
	[CFIROWS_OP_END] = {1, 1},  [CFIROWS_OP_CONST] = {0, 1}, [CFIROWS_OP_REG] = {0, 1},  [CFIROWS_OP_CFA] = {0, 1},
	[CFIROWS_OP_DEREF] = {1, 1}, [CFIROWS_OP_DUP] = {1, 2},  [CFIROWS_OP_DROP] = {1, 0}, [CFIROWS_OP_OVER] = {2, 3},
	[CFIROWS_OP_SWAP] = {2, 2}, [CFIROWS_OP_PLUS] = {2, 1},  [CFIROWS_OP_MINUS] = {2, 1}, [CFIROWS_OP_MUL] = {2, 1},
	[CFIROWS_OP_AND] = {2, 1},  [CFIROWS_OP_OR] = {2, 1},    [CFIROWS_OP_XOR] = {2, 1},  [CFIROWS_OP_SHL] = {2, 1},
	[CFIROWS_OP_SHR] = {2, 1},  [CFIROWS_OP_SHRA] = {2, 1},  [CFIROWS_OP_NEG] = {1, 1},  [CFIROWS_OP_NOT] = {1, 1},
	[CFIROWS_OP_EQ] = {2, 1},   [CFIROWS_OP_NE] = {2, 1},    [CFIROWS_OP_LT] = {2, 1},   [CFIROWS_OP_LE] = {2, 1},
	[CFIROWS_OP_GT] = {2, 1},   [CFIROWS_OP_GE] = {2, 1},
};

static bool argument_is_good(const struct cfirows_op *op)
{
	switch (op->op) {
	case CFIROWS_OP_CONST:
		return true;
	case CFIROWS_OP_REG:
		return op->arg >= 0 && op->arg >> 32 < REGISTERS;
	default:
		return op->arg == 0;
	}
}

size_t cfirows_expression(const struct cfirows_op *ops, size_t max)
{
	size_t depth = 0;

	for (size_t i = 0; i < max && i < CFIROWS_OPS_EACH_MAX; i++) {
		if (ops[i].op >= CFIROWS_OP_COUNT || !argument_is_good(&ops[i]) || depth < effects[ops[i].op].takes)
			return 0;
		depth += (size_t)effects[ops[i].op].leaves - effects[ops[i].op].takes;
		if (depth > CFIROWS_STACK_MAX)
			return 0;
		if (ops[i].op == CFIROWS_OP_END)
			return i + 1;
	}
	return 0;
}

static bool expressions_are_good(const struct cfirows *rows)
{
	for (size_t at = 0; at < rows->n_ops;) {
		size_t n = cfirows_expression(rows->ops + at, rows->n_ops - at);

		if (n == 0)
			return false;
		at += n;
	}
	return true;
}

/* An expression begins where another has ended. All of them were checked before. */
static bool is_expression(const struct cfirows *rows, int32_t at)
{
	return at >= 0 && (uint32_t)at < rows->n_ops && (at == 0 || rows->ops[at - 1].op == CFIROWS_OP_END);
}

static bool cfa_is_good(const struct cfirows *rows, const struct cfirows_rule *rule)
{
	const struct cfirows_op *op;

	if (rule->cfa_where == CFIROWS_REG_PLUS)
		return rule->cfa_reg < REGISTERS;
	if (rule->cfa_where != CFIROWS_IS_EXPR || rule->cfa_reg != 0 || !is_expression(rows, rule->cfa_value))
		return false;
	for (op = rows->ops + rule->cfa_value; op->op != CFIROWS_OP_END; op++) {
		if (op->op == CFIROWS_OP_CFA)
			return false;
	}
	return true;
}

/* A return address that the callee left alone would make a frame its own caller. */
static bool column_is_good(const struct cfirows *rows, unsigned int where, int32_t value, bool is_ra)
{
	switch (where) {
	case CFIROWS_SAME:
		return value == 0 && !is_ra;
	case CFIROWS_UNDEFINED:
		return value == 0;
	case CFIROWS_AT_CFA:
	case CFIROWS_CFA_PLUS:
		return true;
	case CFIROWS_IN_REG:
		return value >= 0 && value < REGISTERS && !(is_ra && value == RETURN_ADDRESS);
	case CFIROWS_AT_EXPR:
	case CFIROWS_IS_EXPR:
		return is_expression(rows, value);
	default:
		return false;
	}
}

static bool rule_is_good(const struct cfirows *rows, const struct cfirows_rule *rule)
{
	if (!cfa_is_good(rows, rule) || rule->signal > 1 || rule->reserved[0] || rule->reserved[1])
		return false;
	for (int i = 0; i < CFIROWS_COLUMNS; i++) {
		if (!column_is_good(rows, rule->where[i], rule->value[i], i == CFIROWS_RA))
			return false;
	}
	return true;
}

static bool rows_are_good(const struct cfirows *rows)
{
	for (uint32_t i = 0; i < rows->n_rows; i++) {
		if (i > 0 && rows->rows[i].pc <= rows->rows[i - 1].pc)
			return false;
		if (rows->rows[i].rule >= rows->n_rules && (rows->rows[i].rule != CFIROWS_NONE || rows->rows[i].begins))
			return false;
	}
	return true;
}

int cfirows_open(const void *bytes, size_t len, struct cfirows *ret)
{
	const struct cfirows_header *header = bytes;
	struct cfirows rows;

	assert((uintptr_t)bytes % _Alignof(struct cfirows_header) == 0);
	if (len < sizeof(*header) || header->magic != CFIROWS_MAGIC || header->base % PAGE || header->reserved)
		return SCRAPE_EFORMAT;
	if (header->n_ops > CFIROWS_OPS_MAX || header->n_rows > CFIROWS_MAX || header->n_rules > CFIROWS_RULES_MAX)
		return SCRAPE_EFORMAT;
	if (len != sizeof(*header) + header->n_ops * sizeof(*rows.ops) + header->n_rows * sizeof(*rows.rows) +
			   header->n_rules * sizeof(*rows.rules))
		return SCRAPE_EFORMAT;
	rows = (struct cfirows){.n_ops = header->n_ops, .n_rows = header->n_rows, .n_rules = header->n_rules,
			     .machine = header->machine, .base = header->base};
	rows.ops = (const struct cfirows_op *)(header + 1);
	rows.rows = (const struct cfirows_row *)(rows.ops + rows.n_ops);
	rows.rules = (const struct cfirows_rule *)(rows.rows + rows.n_rows);
	if (!expressions_are_good(&rows) || !rows_are_good(&rows))
		return SCRAPE_EFORMAT;
	for (uint32_t i = 0; i < rows.n_rules; i++) {
		if (!rule_is_good(&rows, &rows.rules[i]))
			return SCRAPE_EFORMAT;
	}
	*ret = rows;
	return 0;
}

/* Halves without a branch that would be guessed wrong every other time. */
static const struct cfirows_row *row_at(const struct cfirows *rows, uint32_t pc)
{
	const struct cfirows_row *at = rows->rows;
	uint32_t n = rows->n_rows;

	if (n == 0 || pc < at->pc)
		return NULL;
	while (n > 1) {
		uint32_t half = n / 2;

		at += at[half].pc <= pc ? half : 0;
		n -= half;
	}
	return at->rule == CFIROWS_NONE ? NULL : at;
}

const struct cfirows_rule *cfirows_at(const struct cfirows *rows, uint32_t pc)
{
	const struct cfirows_row *row = row_at(rows, pc);

	return row ? &rows->rules[row->rule] : NULL;
}

uint32_t cfirows_begin(const struct cfirows *rows, uint32_t pc)
{
	const struct cfirows_row *row = row_at(rows, pc);

	while (row && !row->begins && row > rows->rows)
		row--;
	return row && row->begins && row->rule != CFIROWS_NONE ? row->pc : CFIROWS_NONE;
}
