/* SPDX-License-Identifier: MIT */
/* A library that is loaded while it is being looked at: library_work calls NAME, which calls back for a while. */
#include <time.h>

#define NOINLINE __attribute__((noinline, noclone))
#define NO_TAIL __asm__ volatile("" ::: "memory")

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

#if PAD > 0 /* so that both libraries have other code at the same place */
NOINLINE void padding(void)
{
	__asm__ volatile(".fill 333, 1, 0x90");
}
#endif

NOINLINE void NAME(void (*back)(unsigned long), double seconds)
{
	double end = now() + seconds;

	while (now() < end)
		back(50000);
	NO_TAIL;
}

void library_work(void (*back)(unsigned long), double seconds)
{
	NAME(back, seconds);
	NO_TAIL;
}
