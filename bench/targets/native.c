/* SPDX-License-Identifier: MIT */
/*
 * native: work at the end of a stack of known depth. native DEPTH FILE: FILE holds 8 bytes, the rounds of work done so
 * far. native wait: sleeps.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static volatile uint64_t *rounds, sink;

__attribute__((noinline)) static void work(void)
{
	for (unsigned i = 0; i < 1000; i++)
		sink += (uint64_t)i * i;
	++*rounds;
}

__attribute__((noinline)) static int descend(int n)
{
	if (n > 0) {
		int below = descend(n - 1);

		__asm__ volatile("" : "+r"(below)); /* or the compiler makes a loop of it */
		return below + 1;
	}
	for (;;)
		work();
}

int main(int argc, char **argv)
{
	int fd = argc > 2 ? open(argv[2], O_RDWR) : -1;

	printf("ready %d\n", (int)getpid());
	(void)fflush(stdout);
	if (argc > 1 && strcmp(argv[1], "wait") == 0)
		for (;;)
			(void)pause();
	rounds = mmap(NULL, sizeof(*rounds), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (rounds == MAP_FAILED)
		return 1;
	return descend(atoi(argv[1]));
}
