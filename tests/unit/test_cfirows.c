/* SPDX-License-Identifier: MIT */
/* cfirows: a good table made by hand, then the same with one thing wrong; the limits, at each and one beyond. */
#include "elf/cfirows.h"

#include <check.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "scrape.h"

#define N_OPS 5
#define N_ROWS 4
#define N_RULES 2

/* Packed as it is without gaps: all sizes are multiples of what follows. */
struct table {
	struct cfirows_header header;
	struct cfirows_op ops[N_OPS];
	struct cfirows_row rows[N_ROWS];
	struct cfirows_rule rules[N_RULES];
};

static struct table good(void)
{
	struct table t = {.header = {CFIROWS_MAGIC, EM_X86_64, 0x400000, N_OPS, N_ROWS, N_RULES, 0}};

	t.ops[0] = (struct cfirows_op){CFIROWS_OP_REG, (int64_t)(6ull << 32 | (uint32_t)-8)};
	t.ops[1] = (struct cfirows_op){CFIROWS_OP_DEREF, 0};
	t.ops[2] = (struct cfirows_op){CFIROWS_OP_END, 0};
	t.ops[3] = (struct cfirows_op){CFIROWS_OP_CFA, 0};
	t.ops[4] = (struct cfirows_op){CFIROWS_OP_END, 0};
	t.rows[0] = (struct cfirows_row){0x1000, 0};
	t.rows[1] = (struct cfirows_row){0x1001, 1};
	t.rows[2] = (struct cfirows_row){0x1010, CFIROWS_NONE};
	t.rows[3] = (struct cfirows_row){UINT32_MAX, 0};
	t.rules[0] = (struct cfirows_rule){.cfa_where = CFIROWS_REG_PLUS, .cfa_reg = 7, .cfa_value = 8,
					.where = {CFIROWS_AT_CFA}, .value = {-8}};
	t.rules[1] = (struct cfirows_rule){.cfa_where = CFIROWS_IS_EXPR, .signal = 1,
					.where = {CFIROWS_UNDEFINED, CFIROWS_AT_EXPR, CFIROWS_IS_EXPR, CFIROWS_IN_REG,
						  CFIROWS_CFA_PLUS},
					.value = {0, 3, 0, 16, INT32_MIN}};
	return t;
}

static int open_table(const struct table *t)
{
	struct cfirows rows = {.n_rows = 77};
	int r = cfirows_open(t, sizeof(*t), &rows);

	ck_assert_uint_eq(rows.n_rows, r == 0 ? N_ROWS : 77);
	return r;
}

START_TEST(test_good)
{
	struct table t = good();
	struct cfirows rows;

	ck_assert_int_eq(cfirows_open(&t, sizeof(t), &rows), 0);
	ck_assert_uint_eq(rows.base, 0x400000);
	ck_assert_uint_eq(rows.machine, EM_X86_64);
	ck_assert_ptr_eq(rows.rules, t.rules);
	ck_assert_ptr_eq(rows.ops, t.ops);
}
END_TEST

START_TEST(test_empty)
{
	struct cfirows_header header = {CFIROWS_MAGIC, EM_X86_64, 0, 0, 0, 0, 0};
	struct cfirows rows;

	ck_assert_int_eq(cfirows_open(&header, sizeof(header), &rows), 0);
	ck_assert_ptr_null(cfirows_at(&rows, 0));
	ck_assert_ptr_null(cfirows_at(&rows, UINT32_MAX));
}
END_TEST

START_TEST(test_find)
{
	static const struct {
		uint32_t pc;
		int rule;
	} rows_of[] = {{0, -1}, {0xfff, -1}, {0x1000, 0}, {0x1001, 1}, {0x100f, 1}, {0x1010, -1}, {0x20000, -1},
		       {UINT32_MAX - 1, -1}, {UINT32_MAX, 0}};
	struct table t = good();
	struct cfirows rows;

	ck_assert_int_eq(cfirows_open(&t, sizeof(t), &rows), 0);
	for (size_t i = 0; i < sizeof(rows_of) / sizeof(rows_of[0]); i++) {
		const struct cfirows_rule *rule = cfirows_at(&rows, rows_of[i].pc);

		ck_assert_msg(rule == (rows_of[i].rule < 0 ? NULL : &t.rules[rows_of[i].rule]), "%x", rows_of[i].pc);
	}
}
END_TEST

/* Against a plain search, for every number of rows. */
START_TEST(test_find_sizes)
{
	struct {
		struct cfirows_header header;
		struct cfirows_row rows[40];
		struct cfirows_rule rules[1];
	} t = {0};

	for (uint32_t n = 0; n <= 39; n++) {
		struct cfirows rows = {.rows = t.rows, .rules = t.rules, .n_rows = n, .n_rules = 1};

		for (uint32_t i = 0; i < n; i++)
			t.rows[i] = (struct cfirows_row){3 * i + 2, i % 3 ? 0 : CFIROWS_NONE};
		for (uint32_t pc = 0; pc < 130; pc++) {
			const struct cfirows_rule *expected = NULL;

			for (uint32_t i = 0; i < n && t.rows[i].pc <= pc; i++)
				expected = t.rows[i].rule == CFIROWS_NONE ? NULL : t.rules;
			ck_assert_ptr_eq(cfirows_at(&rows, pc), expected);
		}
	}
}
END_TEST

START_TEST(test_sizes)
{
	char bytes[sizeof(struct table) + 8] __attribute__((aligned(8)));
	struct table t = good();
	struct cfirows rows;

	memset(bytes, 0, sizeof(bytes));
	memcpy(bytes, &t, sizeof(t));
	for (size_t n = 0; n <= sizeof(bytes); n++)
		ck_assert_int_eq(cfirows_open(bytes, n, &rows), n == sizeof(t) ? 0 : SCRAPE_EFORMAT);
}
END_TEST

/* One field of a good table is another. */
#define WRONG(place, value)                                                                                            \
	do {                                                                                                           \
		struct table t = good();                                                                               \
		t.place = (value);                                                                                     \
		ck_assert_msg(open_table(&t) == SCRAPE_EFORMAT, #place " = " #value);                                  \
	} while (0)
#define RIGHT(place, value)                                                                                            \
	do {                                                                                                           \
		struct table t = good();                                                                               \
		t.place = (value);                                                                                     \
		ck_assert_msg(open_table(&t) == 0, #place " = " #value);                                               \
	} while (0)

START_TEST(test_header)
{
	WRONG(header.magic, CFIROWS_MAGIC + 1);
	WRONG(header.base, 0x400001);
	RIGHT(header.base, 0);
	WRONG(header.reserved, 1);
	WRONG(header.n_ops, N_OPS - 1);
	WRONG(header.n_rows, N_ROWS + 1);
	WRONG(header.n_rules, N_RULES - 1);
	WRONG(header.n_ops, UINT32_MAX);
	WRONG(header.n_rows, UINT32_MAX);
	WRONG(header.n_rules, UINT32_MAX);
}
END_TEST

START_TEST(test_rows)
{
	WRONG(rows[1].pc, 0x1000);
	WRONG(rows[1].pc, 0xfff);
	WRONG(rows[3].pc, 0x100f);
	RIGHT(rows[3].pc, 0x1011);
	WRONG(rows[0].rule, N_RULES);
	WRONG(rows[0].rule, CFIROWS_NONE - 1);
	RIGHT(rows[0].rule, N_RULES - 1);
	RIGHT(rows[0].rule, CFIROWS_NONE);
}
END_TEST

START_TEST(test_cfa)
{
	WRONG(rules[0].cfa_where, CFIROWS_SAME);
	WRONG(rules[0].cfa_where, CFIROWS_AT_CFA);
	WRONG(rules[0].cfa_where, CFIROWS_CFA_PLUS);
	WRONG(rules[0].cfa_where, CFIROWS_AT_EXPR);
	WRONG(rules[0].cfa_where, CFIROWS_WHERE_COUNT);
	RIGHT(rules[0].cfa_reg, 16);
	WRONG(rules[0].cfa_reg, 17);
	RIGHT(rules[0].cfa_value, INT32_MIN);
	WRONG(rules[1].cfa_reg, 1);
	WRONG(rules[1].cfa_value, -1);
	WRONG(rules[1].cfa_value, 1); /* in the midst of one */
	WRONG(rules[1].cfa_value, 3); /* uses the CFA */
	WRONG(rules[1].cfa_value, N_OPS);
}
END_TEST

START_TEST(test_columns)
{
	WRONG(rules[0].signal, 2);
	WRONG(rules[0].reserved[0], 1);
	WRONG(rules[0].reserved[1], 1);
	WRONG(rules[0].where[CFIROWS_R15], CFIROWS_REG_PLUS);
	WRONG(rules[0].where[CFIROWS_R15], CFIROWS_WHERE_COUNT);
	WRONG(rules[0].where[CFIROWS_R15], 255);
	WRONG(rules[0].value[CFIROWS_R15], 1); /* the same, plus one */
	WRONG(rules[1].value[CFIROWS_RA], 1);  /* lost, plus one */
	WRONG(rules[1].where[CFIROWS_RA], CFIROWS_SAME);
	RIGHT(rules[1].where[CFIROWS_BP], CFIROWS_IS_EXPR);
	WRONG(rules[1].value[CFIROWS_BP], -1);
	WRONG(rules[1].value[CFIROWS_BP], 4);
	WRONG(rules[1].value[CFIROWS_BX], N_OPS);
	WRONG(rules[1].value[CFIROWS_R12], 17);
	WRONG(rules[1].value[CFIROWS_R12], -1);
	RIGHT(rules[1].value[CFIROWS_R13], INT32_MAX);
}
END_TEST

START_TEST(test_return_address_in_register)
{
	struct table t = good();

	t.rules[0].where[CFIROWS_RA] = CFIROWS_IN_REG;
	t.rules[0].value[CFIROWS_RA] = 15;
	ck_assert_int_eq(open_table(&t), 0);
	t.rules[0].value[CFIROWS_RA] = 16; /* in itself */
	ck_assert_int_eq(open_table(&t), SCRAPE_EFORMAT);
}
END_TEST

START_TEST(test_operations)
{
	WRONG(ops[0].op, CFIROWS_OP_COUNT);
	WRONG(ops[0].op, UINT64_MAX);
	WRONG(ops[0].op, 1ull << 32);
	WRONG(ops[0].arg, (int64_t)(17ull << 32));
	RIGHT(ops[0].arg, (int64_t)(16ull << 32));
	WRONG(ops[0].arg, -1);
	WRONG(ops[0].op, CFIROWS_OP_DEREF); /* of nothing */
	WRONG(ops[0].op, CFIROWS_OP_CFA);   /* with an argument */
	WRONG(ops[1].arg, 1);
	WRONG(ops[1].op, CFIROWS_OP_PLUS); /* of one value */
	WRONG(ops[1].op, CFIROWS_OP_DROP); /* leaves no result */
	WRONG(ops[2].op, CFIROWS_OP_DUP);  /* joins the two: the second has no beginning */
	WRONG(ops[4].op, CFIROWS_OP_DUP);  /* the last does not end */
}
END_TEST

/* `grow` times a constant, dropped again down to one. */
static size_t push_and_drop(struct cfirows_op *ops, size_t grow)
{
	size_t n = 0;

	for (size_t i = 0; i < grow; i++)
		ops[n++] = (struct cfirows_op){CFIROWS_OP_CONST, 1};
	for (size_t i = 1; i < grow; i++)
		ops[n++] = (struct cfirows_op){CFIROWS_OP_DROP, 0};
	ops[n++] = (struct cfirows_op){CFIROWS_OP_END, 0};
	return n;
}

START_TEST(test_expression_limits)
{
	struct cfirows_op ops[CFIROWS_OPS_EACH_MAX + 1] = {{CFIROWS_OP_CONST, 5}};
	size_t n = push_and_drop(ops, CFIROWS_STACK_MAX);

	ck_assert_uint_eq(cfirows_expression(ops, n), n);
	ck_assert_uint_eq(cfirows_expression(ops, n + 1), n);
	ck_assert_uint_eq(cfirows_expression(ops, n - 1), 0);
	ck_assert_uint_eq(cfirows_expression(ops, 0), 0);
	n = push_and_drop(ops, CFIROWS_STACK_MAX + 1);
	ck_assert_uint_eq(cfirows_expression(ops, n), 0);
	for (size_t i = 1; i < CFIROWS_OPS_EACH_MAX; i++)
		ops[i] = (struct cfirows_op){CFIROWS_OP_NEG, 0};
	ops[0] = (struct cfirows_op){CFIROWS_OP_CONST, 5};
	ops[CFIROWS_OPS_EACH_MAX - 1] = (struct cfirows_op){CFIROWS_OP_END, 0};
	ck_assert_uint_eq(cfirows_expression(ops, CFIROWS_OPS_EACH_MAX + 1), CFIROWS_OPS_EACH_MAX);
	ops[CFIROWS_OPS_EACH_MAX - 1] = (struct cfirows_op){CFIROWS_OP_NEG, 0};
	ops[CFIROWS_OPS_EACH_MAX] = (struct cfirows_op){CFIROWS_OP_END, 0};
	ck_assert_uint_eq(cfirows_expression(ops, CFIROWS_OPS_EACH_MAX + 1), 0);
}
END_TEST

/* Each operation with one value less than it takes, and with those it takes. */
START_TEST(test_expression_takes)
{
	static const uint8_t takes[CFIROWS_OP_COUNT] = {
		[CFIROWS_OP_END] = 1, [CFIROWS_OP_DEREF] = 1, [CFIROWS_OP_DUP] = 1, [CFIROWS_OP_DROP] = 1, [CFIROWS_OP_NEG] = 1,
		[CFIROWS_OP_NOT] = 1, [CFIROWS_OP_CONST] = 0, [CFIROWS_OP_REG] = 0, [CFIROWS_OP_CFA] = 0,
	};

	for (uint64_t op = 0; op < CFIROWS_OP_COUNT; op++) {
		size_t need = takes[op] || (op >= CFIROWS_OP_CONST && op <= CFIROWS_OP_CFA) ? takes[op] : 2, n;
		struct cfirows_op ops[5] = {{CFIROWS_OP_CONST, 1}, {CFIROWS_OP_CONST, 2}, {CFIROWS_OP_CONST, 2}};

		n = need + (op == CFIROWS_OP_DROP); /* which needs one more for a result */
		ops[n] = (struct cfirows_op){op, 0};
		ops[n + 1] = (struct cfirows_op){CFIROWS_OP_END, 0};
		ck_assert_msg(cfirows_expression(ops, 5) == n + (op == CFIROWS_OP_END ? 1 : 2), "operation %u",
			      (unsigned int)op);
		if (n > 0)
			ck_assert_msg(cfirows_expression(ops + 1, 4) == 0, "operation %u", (unsigned int)op);
	}
}
END_TEST

/* A table of so many, all good. */
static int open_many(uint32_t n_ops, uint32_t n_rows, uint32_t n_rules)
{
	size_t size = sizeof(struct cfirows_header) + n_ops * sizeof(struct cfirows_op) + n_rows * sizeof(struct cfirows_row) +
		      n_rules * sizeof(struct cfirows_rule);
	struct cfirows_header *header = calloc(1, size);
	struct cfirows_op *ops = (struct cfirows_op *)(header + 1);
	struct cfirows_row *list = (struct cfirows_row *)(ops + n_ops);
	struct cfirows_rule *rules = (struct cfirows_rule *)(list + n_rows);
	struct cfirows rows;
	int r;

	ck_assert_ptr_nonnull(header);
	*header = (struct cfirows_header){CFIROWS_MAGIC, EM_X86_64, 0, n_ops, n_rows, n_rules, 0};
	for (uint32_t i = 0; i < n_ops; i++)
		ops[i].op = i % 2 || i + 1 == n_ops ? CFIROWS_OP_END : CFIROWS_OP_CFA;
	if (n_ops % 2) /* the last one has three operations */
		ops[n_ops - 2].op = CFIROWS_OP_DEREF;
	for (uint32_t i = 0; i < n_rows; i++)
		list[i] = (struct cfirows_row){i, CFIROWS_NONE};
	for (uint32_t i = 0; i < n_rules; i++) {
		rules[i].cfa_where = CFIROWS_REG_PLUS;
		rules[i].where[CFIROWS_RA] = CFIROWS_UNDEFINED;
	}
	r = cfirows_open(header, size, &rows);
	free(header);
	return r;
}

START_TEST(test_limits)
{
	ck_assert_int_eq(open_many(CFIROWS_OPS_MAX, 1, 1), 0);
	ck_assert_int_eq(open_many(CFIROWS_OPS_MAX + 1, 1, 1), SCRAPE_EFORMAT);
	ck_assert_int_eq(open_many(CFIROWS_OPS_MAX - 1, 1, 1), 0); /* odd numbers are made well here */
	ck_assert_int_eq(open_many(2, CFIROWS_MAX, 1), 0);
	ck_assert_int_eq(open_many(2, CFIROWS_MAX + 1, 1), SCRAPE_EFORMAT);
	ck_assert_int_eq(open_many(2, 1, CFIROWS_RULES_MAX), 0);
	ck_assert_int_eq(open_many(2, 1, CFIROWS_RULES_MAX + 1), SCRAPE_EFORMAT);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("rows");
	TCase *t = tcase_create("rows");
	SRunner *runner;
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_test(t, test_good);
	tcase_add_test(t, test_empty);
	tcase_add_test(t, test_find);
	tcase_add_test(t, test_find_sizes);
	tcase_add_test(t, test_sizes);
	tcase_add_test(t, test_header);
	tcase_add_test(t, test_rows);
	tcase_add_test(t, test_cfa);
	tcase_add_test(t, test_columns);
	tcase_add_test(t, test_return_address_in_register);
	tcase_add_test(t, test_operations);
	tcase_add_test(t, test_expression_limits);
	tcase_add_test(t, test_expression_takes);
	tcase_add_test(t, test_limits);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
