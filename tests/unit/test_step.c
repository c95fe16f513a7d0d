/* SPDX-License-Identifier: MIT */
/* One step of unwinding, by every kind of rule, over memory that is an array. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "elf/cfirows.h"
#include "native/arch.h"
#include "native/regs.h"
#include "native/step.h"
#include "scrape.h"

#define BASE 0x7ffd00001000u
#define WORDS 64

enum { RBX = 3, RBP = 6, RSP = 7, R10 = 10, R12 = 12, RIP = 16 };

static uint64_t stack[WORDS];

static bool read_stack(void *ctx, uint64_t addr, uint64_t *ret)
{
	(void)ctx;
	if (addr < BASE || addr % 8 != 0 || (addr - BASE) / 8 >= WORDS)
		return false;
	*ret = stack[(addr - BASE) / 8];
	return true;
}

static struct regs start(void)
{
	struct regs regs = {.known = 0};

	for (size_t i = 0; i < WORDS; i++)
		stack[i] = 0x1000 + i;
	regs_set(&regs, RIP, 0x401000);
	regs_set(&regs, RSP, BASE + 16);
	regs_set(&regs, RBP, BASE + 64);
	regs_set(&regs, RBX, 0xb0b);
	return regs;
}

/* As at the beginning of any function: CFA = rsp + 8, the return address below it. */
static struct cfirows_rule entry_rule(void)
{
	struct cfirows_rule rule = {.cfa_where = CFIROWS_REG_PLUS, .cfa_reg = RSP, .cfa_value = 8};

	rule.where[CFIROWS_RA] = CFIROWS_AT_CFA;
	rule.value[CFIROWS_RA] = -8;
	return rule;
}

static int run(struct regs *regs, const struct cfirows *rows, const struct cfirows_rule *rule, uint64_t *cfa)
{
	*cfa = 0;
	return step_by_rule(regs, rows, rule, read_stack, NULL, cfa);
}

START_TEST(entry)
{
	const struct cfirows_rule rule = entry_rule();
	struct regs regs = start();
	uint64_t cfa;

	ck_assert_int_eq(run(&regs, NULL, &rule, &cfa), 0);
	ck_assert_uint_eq(cfa, BASE + 24);
	ck_assert_uint_eq(regs.value[RIP], 0x1002);
	ck_assert_uint_eq(regs.value[RSP], BASE + 24);
	ck_assert_uint_eq(regs.value[RBP], BASE + 64); /* what the callee left alone */
	ck_assert_uint_eq(regs.value[RBX], 0xb0b);
	ck_assert(!regs_has(&regs, R12)); /* and what was never known stays so */
	ck_assert(!regs_has(&regs, 0));	  /* a callee may do what it likes with rax */
}
END_TEST

START_TEST(saved_registers)
{
	struct cfirows_rule rule = entry_rule();
	struct regs regs = start();
	uint64_t cfa;

	rule.cfa_reg = RBP;
	rule.cfa_value = 16;
	rule.where[CFIROWS_BP] = CFIROWS_AT_CFA;
	rule.value[CFIROWS_BP] = -16;
	rule.where[CFIROWS_BX] = CFIROWS_CFA_PLUS;
	rule.value[CFIROWS_BX] = -40;
	rule.where[CFIROWS_R12] = CFIROWS_IN_REG;
	rule.value[CFIROWS_R12] = RBX;
	rule.where[CFIROWS_R13] = CFIROWS_UNDEFINED;
	regs_set(&regs, 13, 1);
	ck_assert_int_eq(run(&regs, NULL, &rule, &cfa), 0);
	ck_assert_uint_eq(cfa, BASE + 80);
	ck_assert_uint_eq(regs.value[RBP], 0x1008);
	ck_assert_uint_eq(regs.value[RBX], BASE + 40);
	ck_assert_uint_eq(regs.value[R12], 0xb0b);
	ck_assert(!regs_has(&regs, 13));
}
END_TEST

START_TEST(outermost)
{
	struct cfirows_rule rule = entry_rule();
	struct regs regs = start();
	uint64_t cfa;

	rule.where[CFIROWS_RA] = CFIROWS_UNDEFINED;
	ck_assert_int_eq(run(&regs, NULL, &rule, &cfa), SCRAPE_ENOTFOUND);
}
END_TEST

START_TEST(missing)
{
	struct cfirows_rule rule = entry_rule();
	struct regs regs = start();
	uint64_t cfa;

	rule.cfa_reg = R10;
	ck_assert_int_eq(run(&regs, NULL, &rule, &cfa), SCRAPE_EMOVED);
	rule = entry_rule();
	rule.cfa_value = 8 * WORDS;
	ck_assert_int_eq(run(&regs, NULL, &rule, &cfa), SCRAPE_EFAULT);
	rule = entry_rule();
	rule.where[CFIROWS_RA] = CFIROWS_IN_REG;
	rule.value[CFIROWS_RA] = R10;
	ck_assert_int_eq(run(&regs, NULL, &rule, &cfa), SCRAPE_EMOVED);
	rule = entry_rule(); /* a register that cannot be read is lost, the caller is not */
	rule.where[CFIROWS_BX] = CFIROWS_AT_CFA;
	rule.value[CFIROWS_BX] = -8 * WORDS;
	ck_assert_int_eq(run(&regs, NULL, &rule, &cfa), 0);
	ck_assert(!regs_has(&regs, RBX));
}
END_TEST

#define OP(name, ...) {CFIROWS_OP_##name, ##__VA_ARGS__}
#define REG(number, offset) ((int64_t)(((uint64_t)(number) << 32) | (uint32_t)(offset)))

/* What a PLT entry says: rsp + 8, and 8 more once it has pushed its number. */
START_TEST(plt)
{
	const struct cfirows_op ops[] = {OP(REG, REG(RSP, 8)), OP(REG, REG(RIP, 0)), OP(CONST, 15), OP(AND), OP(CONST, 11),
					 OP(GE), OP(CONST, 3), OP(SHL), OP(PLUS), OP(END)};
	const struct cfirows rows = {.ops = ops, .n_ops = sizeof(ops) / sizeof(*ops)};
	struct cfirows_rule rule = entry_rule();
	struct regs regs = start();
	uint64_t cfa;

	rule.cfa_where = CFIROWS_IS_EXPR;
	rule.cfa_value = 0;
	ck_assert_int_eq(run(&regs, &rows, &rule, &cfa), 0);
	ck_assert_uint_eq(cfa, BASE + 24);
	regs = start();
	regs_set(&regs, RIP, 0x40100b);
	ck_assert_int_eq(run(&regs, &rows, &rule, &cfa), 0);
	ck_assert_uint_eq(cfa, BASE + 32);
	ck_assert_uint_eq(regs.value[RIP], 0x1003);
}
END_TEST

/* A frame whose stack was aligned anew keeps the old one in memory (DRAP), as does a signal frame. */
START_TEST(by_memory)
{
	const struct cfirows_op ops[] = {OP(REG, REG(RBP, -8)), OP(DEREF), OP(END),
					 OP(CFA), OP(CONST, 16), OP(MINUS), OP(END)};
	const struct cfirows rows = {.ops = ops, .n_ops = sizeof(ops) / sizeof(*ops)};
	struct cfirows_rule rule = entry_rule();
	struct regs regs = start();
	uint64_t cfa;

	stack[7] = BASE + 160;
	rule.cfa_where = CFIROWS_IS_EXPR;
	rule.cfa_value = 0;
	rule.where[CFIROWS_BP] = CFIROWS_AT_EXPR;
	rule.value[CFIROWS_BP] = 3;
	rule.where[CFIROWS_BX] = CFIROWS_IS_EXPR;
	rule.value[CFIROWS_BX] = 3;
	ck_assert_int_eq(run(&regs, &rows, &rule, &cfa), 0);
	ck_assert_uint_eq(cfa, BASE + 160);
	ck_assert_uint_eq(regs.value[RBP], 0x1000 + 18);
	ck_assert_uint_eq(regs.value[RBX], BASE + 144);
}
END_TEST

static int64_t value_of(const struct cfirows_op *ops)
{
	const struct cfirows rows = {.ops = ops, .n_ops = 16};
	struct cfirows_rule rule = entry_rule();
	struct regs regs = start();
	uint64_t cfa;

	rule.where[CFIROWS_BX] = CFIROWS_IS_EXPR;
	ck_assert_int_eq(run(&regs, &rows, &rule, &cfa), 0);
	return (int64_t)regs.value[RBX];
}

#define VALUE(...) value_of((const struct cfirows_op[]){__VA_ARGS__, OP(END)})

START_TEST(operations)
{
	ck_assert_int_eq(VALUE(OP(CONST, 7), OP(CONST, 5), OP(MINUS)), 2);
	ck_assert_int_eq(VALUE(OP(CONST, 7), OP(CONST, 5), OP(SWAP), OP(MINUS)), -2);
	ck_assert_int_eq(VALUE(OP(CONST, 7), OP(CONST, 5), OP(OVER), OP(PLUS), OP(MUL)), 84);
	ck_assert_int_eq(VALUE(OP(CONST, 7), OP(DUP), OP(XOR)), 0);
	ck_assert_int_eq(VALUE(OP(CONST, 6), OP(CONST, 9), OP(DROP), OP(NEG)), -6);
	ck_assert_int_eq(VALUE(OP(CONST, 6), OP(NOT)), -7);
	ck_assert_int_eq(VALUE(OP(CONST, 6), OP(CONST, 3), OP(OR)), 7);
	ck_assert_int_eq(VALUE(OP(CONST, -16), OP(CONST, 2), OP(SHRA)), -4);
	ck_assert_int_eq(VALUE(OP(CONST, -1), OP(CONST, 60), OP(SHR)), 15);
	ck_assert_int_eq(VALUE(OP(CONST, 1), OP(CONST, 64), OP(SHL)), 0);
	ck_assert_int_eq(VALUE(OP(CONST, -1), OP(CONST, 64), OP(SHR)), 0);
	ck_assert_int_eq(VALUE(OP(CONST, -1), OP(CONST, 900), OP(SHRA)), -1);
	ck_assert_int_eq(VALUE(OP(CONST, -1), OP(CONST, 1), OP(LT)), 1);
	ck_assert_int_eq(VALUE(OP(CONST, 1), OP(CONST, 1), OP(LT)), 0);
	ck_assert_int_eq(VALUE(OP(CONST, 1), OP(CONST, 1), OP(LE)), 1);
	ck_assert_int_eq(VALUE(OP(CONST, 2), OP(CONST, 1), OP(GT)), 1);
	ck_assert_int_eq(VALUE(OP(CONST, 1), OP(CONST, 2), OP(GE)), 0);
	ck_assert_int_eq(VALUE(OP(CONST, 2), OP(CONST, 2), OP(EQ)), 1);
	ck_assert_int_eq(VALUE(OP(CONST, 2), OP(CONST, 2), OP(NE)), 0);
}
END_TEST

START_TEST(frame_pointer)
{
	struct regs regs = start();
	uint64_t cfa;

	ck_assert_int_eq(step_by_frame_pointer(&regs, read_stack, NULL, &cfa), 0);
	ck_assert_uint_eq(cfa, BASE + 80);
	ck_assert_uint_eq(regs.value[RBP], 0x1008);
	ck_assert_uint_eq(regs.value[RIP], 0x1009);
	ck_assert_uint_eq(regs.value[RSP], BASE + 80);
	ck_assert(!regs_has(&regs, RBX));
	regs = start();
	regs_set(&regs, RBP, BASE + 8); /* below the stack */
	ck_assert_int_eq(step_by_frame_pointer(&regs, read_stack, NULL, &cfa), SCRAPE_EFAULT);
	regs_set(&regs, RBP, BASE + 65);
	ck_assert_int_eq(step_by_frame_pointer(&regs, read_stack, NULL, &cfa), SCRAPE_EFAULT);
	regs_set(&regs, RBP, BASE + (2u << 20));
	ck_assert_int_eq(step_by_frame_pointer(&regs, read_stack, NULL, &cfa), SCRAPE_EFAULT);
	regs_forget(&regs, RBP);
	ck_assert_int_eq(step_by_frame_pointer(&regs, read_stack, NULL, &cfa), SCRAPE_EMOVED);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("step");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tcase, entry);
	tcase_add_test(tcase, saved_registers);
	tcase_add_test(tcase, outermost);
	tcase_add_test(tcase, missing);
	tcase_add_test(tcase, plt);
	tcase_add_test(tcase, by_memory);
	tcase_add_test(tcase, operations);
	tcase_add_test(tcase, frame_pointer);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
