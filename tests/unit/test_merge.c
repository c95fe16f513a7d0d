/* SPDX-License-Identifier: MIT */
/* Python and native frames as one stack. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "native/images.h"
#include "native/unwind.h"
#include "python/pystack.h"
#include "sample/merge.h"

/* Three images: the interpreter (module 0, at 0x1000), the C library (1, at 0x2000), an extension (2, at 0x3000). */
#define EVAL 0x1100 /* the eval loop is [0x1100, 0x1180) */

static struct images images;
static struct pystack stack;
static struct unwind unwind;
static uint64_t sp;

static void setup(void)
{
	images = (struct images){.home = 0, .own = IMAGES_NONE, .n_eval = 1, .eval = {{EVAL, EVAL + 0x80}}};
	for (uint32_t i = 0; i < 3; i++) {
		struct image_part *part = VEC_PUSH(&images.parts);

		*part = (struct image_part){.start = 0x1000 * (i + 1), .end = 0x1000 * (i + 2), .bias = 0x1000 * i, .module = i, .starts = i == 1};
	}
	sp = 0x7000;
}

static void teardown(void)
{
	VEC_DEINIT(&images.parts);
	pystack_deinit(&stack);
	unwind_deinit(&unwind);
}

/* The next outer native frame: 64 bytes of stack. */
static void native(uint64_t pc)
{
	struct native_frame *frame = VEC_PUSH(&unwind.frames);

	*frame = (struct native_frame){.pc = pc + 1, .sp = sp, .cfa = sp + 64, .image = (uint32_t)(pc / 0x1000 - 1)};
	if (pc >= 0x4000)
		frame->image = IMAGES_NONE;
	sp += 64;
}

/* The next outer Python frame; it runs in the activation whose mark lies at that place of the stack, 0: not known. */
static void python(uint32_t index, uint64_t activation)
{
	struct pyframe *frame = VEC_PUSH(&stack.frames);

	*frame = (struct pyframe){.index = index, .activation = activation};
}

/* Innermost first: "2:21ff" is address 0x21ff of module 2, "-:4000" of none, "p7" the Python frame 7. */
static const char *merged(bool all)
{
	static char text[512];

	ck_assert_int_eq(merge_frames(&stack, &unwind, &images, all), 0);
	text[0] = '\0';
	for (size_t i = 0; i < stack.frames.n; i++) {
		const struct pyframe *frame = &stack.frames.items[i];
		char one[64];

		if (!(frame->index & MERGE_NATIVE))
			(void)snprintf(one, sizeof(one), "p%u ", frame->index);
		else if (frame->index == (MERGE_NATIVE | MERGE_NO_MODULE))
			(void)snprintf(one, sizeof(one), "-:%lx ", (unsigned long)frame->instr);
		else
			(void)snprintf(one, sizeof(one), "%u:%lx ", frame->index & ~MERGE_NATIVE,
				       (unsigned long)frame->instr);
		strcat(text, one);
	}
	return text;
}

START_TEST(native_alone)
{
	native(0x3010);
	native(0x4010);
	native(0x2010);
	ck_assert_str_eq(merged(false), "2:1010 -:4010 1:1010 ");
}
END_TEST

/* A C extension called by Python calls Python again; the interpreter's own frames between them are left out, those of
 * the extension not, nor those that tell what the innermost Python frame does. */
START_TEST(by_address)
{
	native(0x1010);			/* the interpreter, allocating */
	native(EVAL);			/* runs 1 and 2 */
	python(1, sp - 32);
	python(2, sp - 32);
	native(0x1020);			/* a call */
	native(0x3010);			/* the extension */
	native(0x1030);
	native(EVAL);			/* runs 3 */
	python(3, sp - 8);
	native(0x1040);			/* Py_Main */
	native(0x2010);			/* __libc_start_main */
	native(0x1050);			/* _start */
	ck_assert_str_eq(merged(false), "0:1010 p1 p2 2:1010 p3 ");
}
END_TEST

START_TEST(all_of_it)
{
	native(EVAL);
	python(1, sp - 32);
	native(0x1040);
	native(0x2010);
	ck_assert_str_eq(merged(true), "p1 0:1100 0:1040 1:1010 ");
}
END_TEST

/* Up to 3.10: one frame of the eval loop for each Python frame. */
START_TEST(by_eval)
{
	native(EVAL + 0x10);
	python(1, 0);
	native(0x1020);
	native(EVAL + 0x7e);
	python(2, 0);
	native(0x3010);
	native(EVAL);
	python(3, 0);
	ck_assert_str_eq(merged(false), "p1 p2 2:1010 p3 ");
}
END_TEST

/* A thread that an extension started: its own code stays. */
START_TEST(started_in_c)
{
	native(EVAL);
	python(1, sp - 32);
	native(0x1020);
	native(0x3010);
	native(0x2010);
	ck_assert_str_eq(merged(false), "p1 2:1010 ");
}
END_TEST

/* What the native part does not reach is there all the same. */
START_TEST(native_fails)
{
	native(0x3010);
	native(EVAL);
	python(1, sp - 32);
	python(2, 0x9000);
	python(3, 0x9900);
	ck_assert_str_eq(merged(false), "2:1010 p1 p2 p3 ");
}
END_TEST

START_TEST(no_native)
{
	python(1, 0x9000);
	ck_assert_str_eq(merged(false), "p1 ");
}
END_TEST

/* The last frame's end is not known. */
START_TEST(no_cfa)
{
	native(0x3010);
	native(EVAL);
	unwind.frames.items[1].cfa = 0;
	python(1, 0x7060);
	ck_assert_str_eq(merged(false), "2:1010 0:1100 p1 ");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("merge");
	TCase *tcase = tcase_create("all");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, native_alone);
	tcase_add_test(tcase, by_address);
	tcase_add_test(tcase, all_of_it);
	tcase_add_test(tcase, by_eval);
	tcase_add_test(tcase, started_in_c);
	tcase_add_test(tcase, native_fails);
	tcase_add_test(tcase, no_native);
	tcase_add_test(tcase, no_cfa);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
