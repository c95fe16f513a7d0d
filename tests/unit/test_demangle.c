/* SPDX-License-Identifier: MIT */
/* demangle: names of C++ and Rust as compilers wrote them, what linkers put behind, and names that mean harm. */
#include "elf/demangle.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static struct buf out = BUF_INIT;

static void free_out(void)
{
	buf_deinit(&out);
}

static const char *demangled(const char *name, size_t n)
{
	buf_reset(&out);
	demangle_name(&out, name, n, 1024);
	return buf_cstr(&out);
}

static void check_rows(const char *const (*rows)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_str_eq(demangled(rows[i][0], strlen(rows[i][0])), rows[i][1]);
}

START_TEST(test_cplusplus)
{
	static const char *const rows[][2] = {
		{"_ZN2ns5Class6methodEi", "ns::Class::method"},
		{"_ZNK2ns5ClassIiE6methodEv", "ns::Class<int>::method"},
		{"_Z3addIiET_S0_", "add<int>"},
		{"_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()"},
		{"_ZN3FooC4Ev", "Foo::Foo"}, /* the abstract one of DWARF */
		{"_ZN3FooD2Ev", "Foo::~Foo"},
		{"_ZN12_GLOBAL__N_13barEv", "(anonymous namespace)::bar"},
		{"_ZNSt8functionIFviEEC2IRKS1_EEOT_",
		 "std::function<void (int)>::function<std::function<void (int)> const&>"},
		{"_ZN1AcviEv", "A::operator int"},
	};

	check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

START_TEST(test_rust)
{
	static const char *const rows[][2] = {
		{"_ZN4core3ptr13drop_in_place17h0123456789abcdefE", "core::ptr::drop_in_place"},
		{"_ZN56_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$a..b..Trait$GT$4call17h0123456789abcdefE",
		 "<alloc::vec::Vec<T> as a::b::Trait>::call"},
		{"_ZN4main4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE.llvm.12345678901234567890",
		 "main::main::{{closure}}"},
		{"_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar"},
		{"_RNCNvC7mycrate4main0B3_", "mycrate::main::{closure#0}"},
		{"_RINvC7mycrate3sumjE", "mycrate::sum::<usize>"},
	};

	check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

START_TEST(test_suffixes)
{
	static const char *const rows[][2] = {
		{"plain", "plain"},
		{"plain.cold", "plain"},
		{"plain.part.0", "plain"},
		{"plain.isra.0.constprop.12.cold.3", "plain"},
		{"plain.lto_priv.0", "plain"},
		{"_ZN2ns3fooEv.part.0.isra.0", "ns::foo"},
		{"memcpy@@GLIBC_2.14", "memcpy"},
		{"_ZN2ns3fooEi@V1", "ns::foo"},
		{".cold", ".cold"},
		{"@x", "@x"},
		{"a.cold1", "a.cold1"},
		{"a.b", "a.b"},
		{"foo._omp_fn.0", "foo._omp_fn.0"}, /* a function of its own */
		{"_Z", "_Z"},
		{"_Zgarbage", "_Zgarbage"},
		{"_Rgarbage", "_Rgarbage"},
		{"ta\tb", "ta\\x09b"},
		{"_Z3f\x1bgv", "f\\x1bg"},
		{"", ""},
	};

	check_rows(rows, sizeof(rows) / sizeof(rows[0]));
}
END_TEST

static void add_repeated(struct buf *buf, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_str(buf, text);
}

/* The longest name that is demangled, and one byte more. */
START_TEST(test_length)
{
	struct buf name = BUF_INIT;

	buf_str(&name, "_Z1f");
	add_repeated(&name, "i", DEMANGLE_NAME_MAX - name.len);
	ck_assert_str_eq(demangled(name.data, name.len), "f");
	buf_chr(&name, 'i');
	ck_assert_int_eq(strncmp(demangled(name.data, name.len), "_Z1fii", 6), 0);
	ck_assert_uint_eq(out.len, 1024);
	buf_deinit(&name);
}
END_TEST

/* Each level holds the one before it twice: 2^35 words, of which we look at some. */
START_TEST(test_doubling)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	struct buf name = BUF_INIT;

	buf_str(&name, "_Z1fI1aIiiE");
	for (size_t i = 0; digits[i]; i++)
		buf_fmt(&name, "1bIS%c_S%c_E", digits[i], digits[i]);
	buf_str(&name, "Ev");
	ck_assert_int_eq(strncmp(demangled(name.data, name.len), "f<a<int, int>, b<a, a>", 22), 0);
	ck_assert_uint_eq(out.len, 1024);
	buf_deinit(&name);
}
END_TEST

/* As deep as the length allows: any answer, but no fault. */
START_TEST(test_deep)
{
	static const char *const units[] = {"P", "R", "F", "I", "N1aI", "RT_", "1aIiE", "L", "Z", "XadL_Z", "Xpl", "cv",
					    "T", "INvC1a", "B_"};
	static const char *const heads[] = {"_Z1f", "_Z1fI", "_ZN1f", "_Z", "_R", "_RINvC1a1b"};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]) * (sizeof(heads) / sizeof(heads[0])); i++) {
		const char *unit = units[i % (sizeof(units) / sizeof(units[0]))];
		struct buf name = BUF_INIT;

		buf_str(&name, heads[i / (sizeof(units) / sizeof(units[0]))]);
		add_repeated(&name, unit, (DEMANGLE_NAME_MAX - name.len) / strlen(unit));
		ck_assert_ptr_nonnull(demangled(name.data, name.len));
		ck_assert_uint_gt(out.len, 0);
		ck_assert_uint_le(out.len, 1024);
		buf_deinit(&name);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("demangle");
	TCase *t = tcase_create("demangle");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(t, NULL, free_out);
	tcase_add_test(t, test_cplusplus);
	tcase_add_test(t, test_rust);
	tcase_add_test(t, test_suffixes);
	tcase_add_test(t, test_length);
	tcase_add_test(t, test_doubling);
	tcase_add_test(t, test_deep);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
