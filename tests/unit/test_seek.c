/* SPDX-License-Identifier: MIT */
/* A frame is found by where a call of its function returns to, or not at all. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "elf/cfirows.h"
#include "native/arch.h"
#include "native/regs.h"
#include "native/seek.h"

#define STACK 0x7ff000000000ull
#define CODE 0x400000ull
#define WORDS 64
#define SLOT 0x500000ull /* a word of a global offset table */

enum { FUNCTION = 0x100, OTHER = 0x200, STUB = 0x300, CALLER = 0x400 };
enum { RBP = 6, RSP = 7, RIP = 16 };

static uint64_t stack[WORDS], slot;
static unsigned char code[0x1000];
static struct regs regs;
static const struct cfirows_rule rule = {.cfa_where = CFIROWS_REG_PLUS,
					 .cfa_reg = RBP,
					 .cfa_value = 16,
					 .where = {[CFIROWS_RA] = CFIROWS_AT_CFA, [CFIROWS_BP] = CFIROWS_AT_CFA},
					 .value = {[CFIROWS_RA] = -8, [CFIROWS_BP] = -16}};

static bool read_word(void *ctx, uint64_t addr, uint64_t *ret)
{
	(void)ctx;
	if (addr == SLOT) {
		*ret = slot;
		return true;
	}
	if (addr < STACK || addr - STACK >= sizeof(stack) || addr % 8 != 0)
		return false;
	*ret = stack[(addr - STACK) / 8];
	return true;
}

static const unsigned char *read_code(void *ctx, uint64_t addr)
{
	(void)ctx;
	return addr >= CODE && addr - CODE <= sizeof(code) - ARCH_CODE ? code + (addr - CODE) : NULL;
}

static void put(uint64_t at, const void *bytes, size_t len)
{
	memcpy(code + at, bytes, len);
}

/* Puts a call there, and tells where it returns to. */
static uint64_t call(uint64_t at, uint64_t target)
{
	int32_t displacement = (int32_t)(target - (at + 5));

	code[at] = 0xe8;
	put(at + 1, &displacement, 4);
	return CODE + at + 5;
}

/* Instructions that take an address relative to what follows them. */
static uint64_t by_slot(uint64_t at, unsigned char modrm)
{
	int32_t displacement = (int32_t)(SLOT - (CODE + at + 6));

	code[at] = 0xff;
	code[at + 1] = modrm;
	put(at + 2, &displacement, 4);
	return CODE + at + 6;
}

static bool found(uint64_t *fp)
{
	const struct seek seek = {
		.regs = &regs, .rule = &rule, .begin = CODE + FUNCTION, .read = read_word, .code = read_code};

	return seek_frame_pointer(&seek, fp);
}

static void setup(void)
{
	memset(stack, 0, sizeof(stack));
	memset(code, 0x90, sizeof(code));
	regs.known = 0;
	regs_set(&regs, RIP, CODE + FUNCTION + 40);
	regs_set(&regs, RSP, STACK + 16);
	slot = CODE + FUNCTION;
}

static void is_at(unsigned word)
{
	uint64_t fp = 0;

	ck_assert(found(&fp));
	ck_assert_uint_eq(fp, STACK + word * 8 - 8); /* the caller's is kept below the return address */
}

START_TEST(called_by_name)
{
	stack[3] = CODE + FUNCTION; /* data */
	stack[9] = call(CALLER, FUNCTION);
	is_at(9);
}
END_TEST

START_TEST(called_by_a_stub)
{
	static const unsigned char endbr[] = {0xf3, 0x0f, 0x1e, 0xfa};
	uint64_t fp;

	(void)by_slot(STUB, 0x25);
	stack[9] = call(CALLER, STUB);
	is_at(9);
	put(STUB, endbr, sizeof(endbr));
	(void)by_slot(STUB + 4, 0x25);
	is_at(9);
	slot = CODE + OTHER;
	ck_assert(!found(&fp));
}
END_TEST

START_TEST(called_by_a_word)
{
	uint64_t fp;

	stack[9] = by_slot(CALLER, 0x15);
	is_at(9);
	slot = CODE + OTHER;
	ck_assert(!found(&fp));
}
END_TEST

START_TEST(not_the_only_one)
{
	uint64_t fp;

	stack[9] = stack[20] = call(CALLER, FUNCTION);
	ck_assert(!found(&fp));
	stack[20] = call(CALLER + 16, OTHER); /* further out stand others */
	is_at(9);
	stack[5] = stack[20];
	ck_assert(!found(&fp));
	stack[5] = CODE + CALLER + 64; /* behind no call */
	is_at(9);
}
END_TEST

/* push %rbp; mov %rsp,%rbp; push %rbx; sub $0x18,%rsp: the CFA is 48 above. */
START_TEST(as_far_as_its_first_instructions_say)
{
	static const unsigned char begin[] = {0x55, 0x48, 0x89, 0xe5, 0x53, 0x48, 0x83, 0xec, 0x18};
	static const unsigned char large[] = {0x55, 0x48, 0x89, 0xe5, 0x48, 0x81, 0xec, 0, 1, 0, 0};
	uint64_t fp;

	put(FUNCTION, begin, sizeof(begin));
	stack[7] = stack[5] = stack[20] = call(CALLER, FUNCTION); /* (16 + 48 - 8) / 8 */
	is_at(7);
	stack[7] = 0;
	ck_assert(!found(&fp));
	put(FUNCTION, large, sizeof(large));
	stack[35] = stack[5]; /* (16 + 16 + 256 - 8) / 8 */
	is_at(35);
}
END_TEST

/* It calls itself, and keeps nothing but the frame pointer: 16 bytes each. */
START_TEST(two_alike)
{
	uint64_t fp;

	stack[3] = stack[5] = stack[7] = call(FUNCTION + 64, FUNCTION); /* (16 + 16 - 8) / 8 */
	ck_assert(!found(&fp));
	stack[2] = STACK + 32;
	is_at(3);
	stack[2] = STACK + 40; /* of another size */
	ck_assert(!found(&fp));
}
END_TEST

START_TEST(not_by_its_frame_pointer)
{
	struct cfirows_rule other = rule;
	const struct seek seek = {
		.regs = &regs, .rule = &other, .begin = CODE + FUNCTION, .read = read_word, .code = read_code};
	uint64_t fp;

	stack[9] = call(CALLER, FUNCTION);
	other.cfa_reg = RSP;
	ck_assert(!seek_frame_pointer(&seek, &fp));
	other.cfa_where = CFIROWS_IS_EXPR;
	ck_assert(!seek_frame_pointer(&seek, &fp));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("seek");
	TCase *tcase = tcase_create("seek");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(tcase, setup, NULL);
	tcase_add_test(tcase, called_by_name);
	tcase_add_test(tcase, called_by_a_stub);
	tcase_add_test(tcase, called_by_a_word);
	tcase_add_test(tcase, not_the_only_one);
	tcase_add_test(tcase, as_far_as_its_first_instructions_say);
	tcase_add_test(tcase, two_alike);
	tcase_add_test(tcase, not_by_its_frame_pointer);
	suite_add_tcase(suite, tcase);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
