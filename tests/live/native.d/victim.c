/* SPDX-License-Identifier: MIT */
/*
 * victim: a program whose stacks are known by construction. Its first argument says what it does; it then says
 * "ready PID" and goes on until SIGTERM, at which it says "truth {...}": CPU seconds in hot_a and in hot_b.
 */
#define _GNU_SOURCE
#include <alloca.h>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef __cplusplus
#error "C only"
#endif

#define NOINLINE __attribute__((noinline, noclone))
#define NO_TAIL __asm__ volatile("" ::: "memory") /* behind a call: it is no jump */

static volatile sig_atomic_t ended;
static volatile unsigned long sink;
static double spent_a, spent_b;

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

NOINLINE void burn(unsigned long n)
{
	for (unsigned long i = 0; i < n; i++)
		sink += i * i;
}

NOINLINE void hot_a(void)
{
	burn(60000);
	NO_TAIL;
}

NOINLINE void hot_b(void)
{
	burn(20000);
	NO_TAIL;
}

/* Which half, and what it took of the CPU. */
NOINLINE void level_3(int a)
{
	double before = cpu_now();

	if (a)
		hot_a();
	else
		hot_b();
	NO_TAIL;
	if (a)
		spent_a += cpu_now() - before;
	else
		spent_b += cpu_now() - before;
}

/* Its frame has a size that only the frame pointer knows. */
NOINLINE void level_2(int a, size_t n)
{
	char *room = alloca(n);

	room[0] = (char)a;
	__asm__ volatile("" ::"r"(room) : "memory");
	level_3(room[0]);
	NO_TAIL;
}

NOINLINE void level_1(int a)
{
	level_2(a, 100 + (size_t)sink % 900);
	NO_TAIL;
}

static void halves(void)
{
	while (!ended) {
		level_1(1);
		level_1(0);
	}
}

NOINLINE unsigned long deep(int n)
{
	unsigned long r = 0;

	if (n > 1)
		r = deep(n - 1) + 1;
	else
		while (!ended)
			burn(1000);
	NO_TAIL;
	return r;
}

NOINLINE void handler_work(void)
{
	burn(2000000);
	NO_TAIL;
}

static void on_alarm(int sig)
{
	(void)sig;
	handler_work();
	NO_TAIL;
}

NOINLINE void interrupted(void)
{
	while (!ended)
		sink += 1;
}

static void altstack(void)
{
	static char bytes[1 << 16];
	stack_t stack = {.ss_sp = bytes, .ss_size = sizeof(bytes)};
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_ONSTACK | SA_RESTART};
	struct itimerval timer = {{0, 10000}, {0, 10000}};

	sigaltstack(&stack, NULL);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	interrupted();
	NO_TAIL;
}

NOINLINE void forker(void)
{
	while (!ended) {
		pid_t child = vfork();

		if (child == 0) {
			burn(100000000);
			_exit(0);
		}
		waitpid(child, NULL, 0);
	}
}

/* A hundred functions, one for each thread. */
#define WORKER(n)                                                                                                      \
	NOINLINE void worker_##n(void)                                                                                 \
	{                                                                                                              \
		while (!ended) {                                                                                       \
			burn(20000);                                                                                   \
			usleep(20000);                                                                                 \
		}                                                                                                      \
	}
#define TEN(M, d) M(d##0) M(d##1) M(d##2) M(d##3) M(d##4) M(d##5) M(d##6) M(d##7) M(d##8) M(d##9)
#define HUNDRED(M) TEN(M, 0) TEN(M, 1) TEN(M, 2) TEN(M, 3) TEN(M, 4) TEN(M, 5) TEN(M, 6) TEN(M, 7) TEN(M, 8) TEN(M, 9)
HUNDRED(WORKER)
#define ADDRESS(n) worker_##n,
static void (*const workers[])(void) = {HUNDRED(ADDRESS)};

static void *run_worker(void *arg)
{
	char name[16];
	int i = (int)(long)arg;

	snprintf(name, sizeof(name), "worker_%02d", i);
	pthread_setname_np(pthread_self(), name);
	workers[i]();
	NO_TAIL;
	return NULL;
}

static void threads(void)
{
	pthread_t ids[100];

	for (long i = 0; i < 100; i++)
		pthread_create(&ids[i], NULL, run_worker, (void *)i);
	for (int i = 0; i < 100; i++)
		pthread_join(ids[i], NULL);
}

NOINLINE void parked(int n)
{
	if (n > 0)
		parked(n - 1);
	while (n == 0 && !ended)
		pause();
	NO_TAIL;
}

/* Code that the program makes: push %rbp; mov %rsp,%rbp; call *%rdi; pop %rbp; ret. */
static void made(void)
{
	static const unsigned char code[] = {0x55, 0x48, 0x89, 0xe5, 0xff, 0xd7, 0x5d, 0xc3};
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char path[64];
	FILE *map;

	memcpy(page, code, sizeof(code));
	snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)getpid());
	map = fopen(path, "w");
	fprintf(map, "%lx %lx made_code\n", (unsigned long)page, (unsigned long)sizeof(code));
	fclose(map);
	while (!ended) {
		((void (*)(void (*)(void)))page)(hot_a);
		NO_TAIL;
	}
	unlink(path);
}

/* A library that comes later, and one after another at the same place. */
static void loaded(const char *a, const char *b)
{
	for (int i = 0; !ended; i++) {
		void *library = dlopen(i & 1 ? b : a, RTLD_NOW);
		void (*work)(void (*)(unsigned long), double) =
			(void (*)(void (*)(unsigned long), double))dlsym(library, "library_work");

		if (!work)
			exit(1);
		work(burn, 0.2);
		NO_TAIL;
		dlclose(library);
	}
}

/* Every file of a directory as if it were a program. */
static void mapped(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	struct stat st;

	while (dir && (entry = readdir(dir))) {
		int fd = openat(dirfd(dir), entry->d_name, O_RDONLY);

		if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
			(void)mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
		close(fd);
	}
	parked(3);
	NO_TAIL;
}

static void on_term(int sig)
{
	(void)sig;
	ended = 1;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "halves";

	sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_term}, NULL);
	printf("ready %d\n", (int)getpid());
	fflush(stdout);
	if (strcmp(what, "halves") == 0)
		halves();
	else if (strcmp(what, "deep") == 0)
		sink += deep(atoi(argv[2]));
	else if (strcmp(what, "altstack") == 0)
		altstack();
	else if (strcmp(what, "vfork") == 0)
		forker();
	else if (strcmp(what, "threads") == 0)
		threads();
	else if (strcmp(what, "parked") == 0)
		parked(atoi(argv[2]));
	else if (strcmp(what, "mapped") == 0)
		mapped(argv[2]);
	else if (strcmp(what, "made") == 0)
		made();
	else if (strcmp(what, "loaded") == 0)
		loaded(argv[2], argv[3]);
	else
		return 2;
	printf("truth {\"a\": %.6f, \"b\": %.6f}\n", spent_a, spent_b);
	return 0;
}
