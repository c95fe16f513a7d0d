/* SPDX-License-Identifier: MIT */
/* symbols: good files, bad files, and workers that die, hang or lie. */
#include "elf/symbols.h"

#include <check.h>
#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/io.h"
#include "elf/elffile.h"
#include "elf/symbols_child.h"
#include "scrape.h"

static struct err err;
static struct symbols symbols;
static struct symbols_reply reply;
static const struct symbols_request ask_main = {
	.names = {"main", "no_such_symbol", "_PyRuntime"}, .sections = {".text", ".no_such"}, .python_version = 1};

static void start(void)
{
	ck_assert_msg(symbols_start(&symbols, &err) == 0, "%s", err.text);
}

static void stop(void)
{
	symbols_stop(&symbols);
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1); /* no child is left */
}

static int open_exe(void)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* A regular file with these bytes, open for reading. */
static int file_of(const void *bytes, size_t n)
{
	char path[64];
	int out = memfd_create("elf", MFD_CLOEXEC), fd;

	ck_assert_int_eq(io_write_all(out, bytes, n), 0);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", out);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	close(out);
	return fd;
}

static int ask_bytes(const void *bytes, size_t n)
{
	int fd = file_of(bytes, n), r = symbols_query(&symbols, fd, &ask_main, &reply, &err);

	close(fd);
	return r;
}

static void expect_good(void)
{
	int fd = open_exe();

	ck_assert_msg(symbols_query(&symbols, fd, &ask_main, &reply, &err) == 0, "%s", err.text);
	close(fd);
}

START_TEST(test_own)
{
	int fd = open_exe();
	struct elffile file;
	uint64_t value, size;

	ck_assert_int_eq(symbols_query(&symbols, fd, &ask_main, &reply, &err), 0);
	ck_assert_int_eq(elffile_open(fd, &file, &err), 0); /* what the child said is what the file says */
	ck_assert_int_eq(elffile_symbol(&file, "main", &value, &size), 0);
	ck_assert_uint_eq(reply.names[0].found, 1);
	ck_assert_uint_eq(reply.names[0].value, value);
	ck_assert_uint_eq(reply.names[0].size, size);
	ck_assert_uint_eq(reply.names[1].found, 0);
	ck_assert_uint_eq(reply.names[2].found, 0);
	ck_assert_int_eq(elffile_section(&file, ".text", &value, &size), 0);
	ck_assert_uint_eq(reply.sections[0].found, 1);
	ck_assert_uint_eq(reply.sections[0].value, value);
	ck_assert_uint_eq(reply.sections[1].found, 0);
	ck_assert_uint_eq(reply.type, ET_DYN);
	ck_assert_uint_eq(reply.version, 0);
	elffile_close(&file);
	close(fd);
}
END_TEST

START_TEST(test_many)
{
	struct symbols_request q = {.names = {"malloc"}};
	int fd = open("/lib/x86_64-linux-gnu/libc.so.6", O_RDONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	for (int i = 0; i < 100; i++) {
		memset(&reply, 0, sizeof(reply));
		ck_assert_int_eq(symbols_query(&symbols, fd, &q, &reply, &err), 0);
		ck_assert_uint_eq(reply.names[0].found, 1);
	}
	close(fd);
}
END_TEST

START_TEST(test_bad_files)
{
	struct buf own = BUF_INIT;

	ck_assert_int_eq(ask_bytes("", 0), SCRAPE_EFORMAT);
	ck_assert_int_eq(ask_bytes("garbage", 7), SCRAPE_EFORMAT);
	ck_assert_str_eq(err.text, "not an ELF file");
	ck_assert_int_eq(io_read_file(AT_FDCWD, "/proc/self/exe", 64 << 20, &own), 0);
	ck_assert_int_eq(ask_bytes(own.data, 40), SCRAPE_EFORMAT);
	(void)ask_bytes(own.data, own.len / 2); /* an answer or a code: it has no sections */
	ck_assert_uint_eq(symbols.n_bad, 0);
	own.data[EI_CLASS] = ELFCLASS32;
	ck_assert_int_eq(ask_bytes(own.data, own.len), SCRAPE_EUNSUP);
	ck_assert_str_eq(err.text, "a 32-bit ELF file");
	expect_good();
	buf_deinit(&own);
}
END_TEST

/* Tables that claim more than memory holds, in a sparse file that is as large as they say. */
START_TEST(test_huge_sections)
{
	const off_t huge = (off_t)1 << 40;
	struct buf own = BUF_INIT;
	char path[] = "/tmp/symbols.XXXXXX";
	int out = mkstemp(path), fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf64_Ehdr *eh;
	Elf64_Shdr *sh;

	ck_assert_int_eq(io_read_file(AT_FDCWD, "/proc/self/exe", 64 << 20, &own), 0);
	eh = (Elf64_Ehdr *)(void *)own.data;
	sh = (Elf64_Shdr *)(void *)(own.data + eh->e_shoff);
	for (size_t i = 0; i < eh->e_shnum; i++)
		sh[i].sh_size = (uint64_t)huge / 2;
	ck_assert_int_eq(io_write_all(out, own.data, own.len), 0);
	ck_assert_int_eq(ftruncate(out, huge), 0);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(symbols_query(&symbols, fd, &ask_main, &reply, &err), SCRAPE_ELIMIT);
	ck_assert_int_eq(symbols_query(&symbols, fd, &ask_main, &reply, &err), SCRAPE_ELIMIT);
	ck_assert_str_eq(err.text, "reading this file failed badly before");
	expect_good();
	buf_deinit(&own);
	close(out);
	close(fd);
}
END_TEST

START_TEST(test_not_files)
{
	struct symbols_request q = ask_main;
	int pipes[2], fd, writable = memfd_create("x", MFD_CLOEXEC), exe = open_exe();
	char path[] = "/tmp/symbols.XXXXXX";

	ck_assert_int_eq(pipe2(pipes, O_CLOEXEC), 0);
	ck_assert_int_eq(symbols_query(&symbols, pipes[0], &q, &reply, &err), SCRAPE_EUNSUP);
	ck_assert_ptr_nonnull(mkdtemp(path));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_eq(mkfifoat(fd, "fifo", 0600), 0);
	ck_assert_int_eq(symbols_query(&symbols, fd, &q, &reply, &err), SCRAPE_EUNSUP);
	close(pipes[0]);
	pipes[0] = openat(fd, "fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ck_assert_int_eq(symbols_query(&symbols, pipes[0], &q, &reply, &err), SCRAPE_EUNSUP);
	ck_assert_int_eq(unlinkat(fd, "fifo", 0), 0);
	ck_assert_int_eq(rmdir(path), 0);
	ck_assert_int_eq(symbols_query(&symbols, writable, &q, &reply, &err), SCRAPE_EINVAL);
	ck_assert_int_eq(symbols_query(&symbols, -1, &q, &reply, &err), SCRAPE_EINVAL);
	memset(q.names[3], 'x', SYMBOLS_NAME_SIZE);
	ck_assert_int_eq(symbols_query(&symbols, exe, &q, &reply, &err), SCRAPE_EINVAL);
	close(pipes[0]);
	close(pipes[1]);
	close(writable);
	close(exe);
	close(fd);
}
END_TEST

/* The child itself gets packets that nobody should send. */
START_TEST(test_bad_packets)
{
	struct symbols_packet_request packet = {.magic = SYMBOLS_MAGIC, .serial = 77};
	struct symbols_packet_reply answer;

	ck_assert_int_eq(send(symbols.fd, "x", 1, 0), 1);
	ck_assert_int_eq(recv(symbols.fd, &answer, sizeof(answer), 0), sizeof(answer));
	ck_assert_int_eq(answer.code, SCRAPE_EINVAL);
	ck_assert_int_eq(send(symbols.fd, &packet, sizeof(packet), 0), sizeof(packet)); /* no descriptor */
	ck_assert_int_eq(recv(symbols.fd, &answer, sizeof(answer), 0), sizeof(answer));
	ck_assert_int_eq(answer.code, SCRAPE_EINVAL);
	ck_assert_uint_eq(answer.serial, 77);
	expect_good();
}
END_TEST

START_TEST(test_child_killed)
{
	int fd = open_exe();

	ck_assert_int_eq(kill(symbols.pid, SIGKILL), 0);
	ck_assert_int_eq(symbols_query(&symbols, fd, &ask_main, &reply, &err), SCRAPE_EIO);
	ck_assert_int_eq(symbols_query(&symbols, fd, &ask_main, &reply, &err), SCRAPE_EIO);
	ck_assert_uint_eq(symbols.n_bad, 0); /* not the file's fault */
	close(fd);
}
END_TEST

/* False in a user namespace that has only root. */
static bool knows_nobody(void)
{
	unsigned long inside, outside, count;
	FILE *f = fopen("/proc/self/uid_map", "r");
	bool knows = false;

	while (f && fscanf(f, "%lu %lu %lu", &inside, &outside, &count) == 3)
		knows = knows || (inside <= 65534 && 65534 - inside < count);
	if (f)
		(void)fclose(f);
	return knows;
}

/* What the keeper has left, as the kernel tells it. */
START_TEST(test_rights)
{
	char path[64], line[256];
	unsigned int seen = 0;
	DIR *fds;
	FILE *f;

	expect_good();
	(void)snprintf(path, sizeof(path), "/proc/%d/status", symbols.pid);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "Cap", 3) == 0 && strncmp(line, "CapBnd", 6) != 0) {
			ck_assert_ptr_nonnull(strstr(line, "0000000000000000"));
			seen++;
		}
		if (strncmp(line, "Uid:", 4) == 0 && knows_nobody())
			ck_assert_ptr_null(strstr(line, "\t0\t"));
		if (strncmp(line, "NoNewPrivs:\t1", 13) == 0 || strncmp(line, "Seccomp:\t2", 10) == 0)
			seen++;
	}
	(void)fclose(f);
	ck_assert_uint_eq(seen, 6);
	(void)snprintf(path, sizeof(path), "/proc/%d/fd", symbols.pid);
	fds = opendir(path);
	if (!fds) /* of a process that is not dumpable only root may see this */
		return;
	for (struct dirent *entry; (entry = readdir(fds)); )
		ck_assert_msg(atoi(entry->d_name) <= 3, "descriptor %s", entry->d_name);
	closedir(fds);
}
END_TEST

static int try_forbidden(const struct symbols_files *files, const struct symbols_request *request,
			 struct symbols_reply *ret, struct err *e)
{
	static const struct timespec nap = {0, 1};
	int denied = 0, tried = 9;

	(void)request;
	denied += open("/dev/null", O_RDONLY) < 0 && errno == EPERM;
	denied += socket(AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM;
	denied += kill(getppid(), 0) < 0 && errno == EPERM;
	denied += fork() < 0 && errno == EPERM;
	denied += ptrace(PTRACE_TRACEME, 0, 0, 0) < 0 && errno == EPERM;
	denied += execl("/bin/true", "true", (char *)NULL) < 0 && errno == EPERM;
	denied += mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, files->file, 0) == MAP_FAILED && errno == EPERM;
	denied += syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &nap, NULL) < 0 && errno == EPERM;
	denied += fcntl(files->file, F_SETFL, 0) < 0 && errno == EPERM;
	if (denied != tried)
		return err_set(e, SCRAPE_EPERM, "%d of %d were denied", denied, tried);
	ret->type = 42;
	return 0;
}

static int work_kill(const struct symbols_files *files, const struct symbols_request *request,
			 struct symbols_reply *ret, struct err *e)
{
	if (!request->names[0][0])
		return symbols_work(files, request, ret, e);
	__builtin_trap();
}

static int work_spin(const struct symbols_files *files, const struct symbols_request *request,
			 struct symbols_reply *ret, struct err *e)
{
	if (!request->names[0][0])
		return symbols_work(files, request, ret, e);
	for (;;)
		__asm__ volatile("");
}

static int work_eat(const struct symbols_files *files, const struct symbols_request *request,
			 struct symbols_reply *ret, struct err *e)
{
	size_t got = 0;

	(void)request;
	(void)files;
	(void)e;
	while (got < (1u << 30) && mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		got += 1 << 20;
	ret->type = (uint32_t)(got >> 20);
	return 0;
}

/* Past all checks of the worker: one packet of any content into its pipe. */
static _Noreturn void forge(int code, const char *text)
{
	struct symbols_packet_reply packet = {.code = code};

	memset(packet.text, 'x', sizeof(packet.text)); /* no end */
	if (text)
		(void)snprintf(packet.text, sizeof(packet.text), "%s", text);
	for (int fd = 3; fd < 16; fd++)
		(void)!write(fd, &packet, sizeof(packet)); /* one of them is it */
	_exit(0);
}

static int work_lie(const struct symbols_files *files, const struct symbols_request *request,
			 struct symbols_reply *ret, struct err *e)
{
	(void)files;
	(void)e;
	if (request->names[0][0] == 'a')
		ret->names[7].found = 1; /* not asked for */
	if (request->names[0][0] == 'b')
		ret->names[0].found = 2;
	if (request->names[0][0] == 'c')
		return err_set(e, SCRAPE_EIO, "escape \x1b[2J");
	if (request->names[0][0] == 'd')
		forge(5, "");
	if (request->names[0][0] == 'g')
		forge(0, NULL);
	if (request->names[0][0] == 'e')
		return -1000;
	return 0;
}

static void start_with(symbols_work_fn work, uint32_t wall_ms, uint32_t cpu_seconds)
{
	const struct symbols_options options = {
		.wall_ms = wall_ms,
		.cpu_seconds = cpu_seconds,
		.grace_ms = 150,
		.memory = 256 << 20,
		.work = work,
	};

	ck_assert_msg(symbols_start_with(&symbols, &options, &err) == 0, "%s", err.text);
}

static int ask_exe(const char *name)
{
	struct symbols_request q = {0};
	int fd = open_exe(), r;

	memcpy(q.names[0], name, strlen(name));
	r = symbols_query(&symbols, fd, &q, &reply, &err);
	close(fd);
	return r;
}

START_TEST(test_forbidden)
{
	start_with(try_forbidden, 5000, 5);
	ck_assert_msg(ask_exe("") == 0, "%s", err.text);
	ck_assert_uint_eq(reply.type, 42);
	stop();
}
END_TEST

START_TEST(test_worker_crashes)
{
	start_with(work_kill, 5000, 5);
	ck_assert_int_eq(ask_exe("x"), SCRAPE_EIO);
	ck_assert_str_eq(err.text, "reading the file killed the reader");
	ck_assert_int_eq(ask_exe(""), SCRAPE_EIO); /* remembered */
	ck_assert_int_eq(ask_bytes("garbage", 7), SCRAPE_EIO);
	ck_assert_uint_eq(symbols.n_bad, 2);
	memset(&symbols.bad, 0, sizeof(symbols.bad));
	ck_assert_int_eq(ask_exe(""), 0); /* the child lives */
	stop();
}
END_TEST

START_TEST(test_worker_hangs)
{
	uint64_t before = clock_mono_ns(), took;

	start_with(work_spin, 200, 5);
	ck_assert_int_eq(ask_exe("x"), SCRAPE_ELIMIT);
	ck_assert_str_eq(err.text, "reading the file takes too long");
	took = clock_mono_ns() - before;
	ck_assert_uint_ge(took, 190 * NSEC_PER_MSEC);
	ck_assert_uint_lt(took, 3 * NSEC_PER_SEC);
	symbols.n_bad = 0;
	ck_assert_int_eq(ask_exe(""), 0);
	stop();
}
END_TEST

START_TEST(test_worker_burns)
{
	start_with(work_spin, 20000, 1);
	ck_assert_int_eq(ask_exe("x"), SCRAPE_ELIMIT);
	ck_assert_str_eq(err.text, "reading the file takes too long");
	stop();
}
END_TEST

START_TEST(test_worker_eats)
{
	start_with(work_eat, 5000, 5);
	ck_assert_int_eq(ask_exe("x"), 0);
#if defined(__SANITIZE_ADDRESS__)
	ck_assert_uint_gt(reply.type, 0); /* no limit under this sanitizer */
#else
	ck_assert_uint_lt(reply.type, 256);
#endif
	stop();
}
END_TEST

START_TEST(test_worker_lies)
{
	static const char *const lies[] = {"a", "b", "c", "d", "e", "g"};

	start_with(work_lie, 5000, 5);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		ck_assert_msg(ask_exe(lies[i]) == SCRAPE_EFORMAT, "%s: %d %s", lies[i], err.code, err.text);
	ck_assert_int_eq(ask_exe("f"), 0);
	stop();
}
END_TEST

/* The newest worker, found as the child's last child, if it is not `old`; 0 if none comes. */
static pid_t find_worker(pid_t keeper, pid_t old)
{
	char path[64], line[1024];

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", keeper, keeper);
	for (int i = 0; i < 5000; i++) {
		FILE *f = fopen(path, "r");
		char *last = f && fgets(line, sizeof(line), f) ? line : NULL;

		if (f)
			(void)fclose(f);
		if (last && strlen(last) > 1) {
			last[strlen(last) - 1] = '\0'; /* each number is followed by a space */
			last = strrchr(line, ' ') ? strrchr(line, ' ') + 1 : line;
			if ((pid_t)atoi(last) != old)
				return (pid_t)atoi(last);
		}
		(void)nanosleep(&(struct timespec){0, NSEC_PER_MSEC}, NULL);
	}
	return 0;
}

/* A process that sends the worker that comes after `old` a signal. */
static pid_t start_shooter(int sig, pid_t old)
{
	pid_t keeper = symbols.pid, shooter = fork();

	if (shooter == 0) {
		pid_t worker = find_worker(keeper, old);

		_exit(worker <= 0 || kill(worker, sig) != 0);
	}
	return shooter;
}

static void end_shooter(pid_t shooter)
{
	int status;

	ck_assert_int_eq(waitpid(shooter, &status, 0), shooter);
	ck_assert_int_eq(status, 0);
}

START_TEST(test_worker_killed)
{
	pid_t shooter;

	start_with(work_spin, 10000, 10);
	shooter = start_shooter(SIGKILL, 0);
	ck_assert_int_eq(ask_exe("x"), SCRAPE_EIO);
	ck_assert_str_eq(err.text, "reading the file killed the reader");
	end_shooter(shooter);
	stop();
}
END_TEST

/* A stopped worker is as deaf to its alarm as one that sleeps in a dead filesystem. */
START_TEST(test_worker_deaf)
{
	pid_t shooter, worker;

	start_with(work_spin, 150, 10);
	shooter = start_shooter(SIGSTOP, 0);
	ck_assert_int_eq(ask_exe("x"), SCRAPE_ELIMIT);
	ck_assert_str_eq(err.text, "the file's filesystem does not answer");
	end_shooter(shooter);
	worker = find_worker(symbols.pid, 0);
	ck_assert_int_gt(worker, 0);
	symbols.n_bad = 0;
	ck_assert_int_eq(ask_exe(""), 0); /* the next one works */
	ck_assert_int_eq(kill(worker, SIGKILL), 0);
	stop();
}
END_TEST

/* Asks until a worker was stopped before its alarm; returns it. `old` is the last one that was stopped. */
static pid_t ask_and_stop(pid_t old)
{
	for (int i = 0; i < 20; i++) {
		pid_t shooter = start_shooter(SIGSTOP, old);
		int r = ask_exe("x"), status;

		ck_assert_int_eq(r, SCRAPE_ELIMIT);
		symbols.n_bad = 0;
		ck_assert_int_eq(waitpid(shooter, &status, 0), shooter);
		if (strcmp(err.text, "the file's filesystem does not answer") == 0)
			return find_worker(symbols.pid, old);
	}
	ck_abort_msg("no worker could be stopped in time");
}

/* Workers that nobody can end are not heaped up for ever. */
START_TEST(test_too_many_deaf)
{
	const struct symbols_options options = {.wall_ms = 60, .cpu_seconds = 5, .grace_ms = 20, .work = work_spin};
	pid_t workers[SYMBOLS_LOST_MAX];

	ck_assert_int_eq(symbols_start_with(&symbols, &options, &err), 0);
	for (size_t i = 0; i < SYMBOLS_LOST_MAX; i++) {
		workers[i] = ask_and_stop(i > 0 ? workers[i - 1] : 0);
		symbols.n_bad = 0;
	}
	ck_assert_int_eq(ask_exe(""), SCRAPE_EIO);
	ck_assert_str_eq(err.text, "too many files whose filesystem does not answer");
	symbols.n_bad = 0;
	for (size_t i = 0; i < SYMBOLS_LOST_MAX; i++)
		ck_assert_int_eq(kill(workers[i], SIGKILL), 0);
	(void)nanosleep(&(struct timespec){0, 100 * NSEC_PER_MSEC}, NULL);
	ck_assert_int_eq(ask_exe(""), 0);
	stop();
}
END_TEST

/* Stopping in the middle of a question does not wait for its worker. */
START_TEST(test_stop_while_busy)
{
	struct symbols_packet_request packet = {.magic = SYMBOLS_MAGIC, .serial = 1, .request = {.names = {"x"}}};
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr header;
	} control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
	struct iovec iov = {&packet, sizeof(packet)};
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)};
	uint64_t before;
	int fd = open_exe();

	start_with(work_spin, 1500, 1);
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	ck_assert_int_eq(sendmsg(symbols.fd, &msg, 0), sizeof(packet));
	(void)nanosleep(&(struct timespec){0, 50 * NSEC_PER_MSEC}, NULL);
	before = clock_mono_ns();
	stop();
	ck_assert_uint_lt(clock_mono_ns() - before, NSEC_PER_SEC);
	close(fd);
}
END_TEST

START_TEST(test_stop_twice)
{
	struct symbols empty = {0};

	symbols_stop(&empty);
	start();
	symbols_stop(&symbols);
	symbols_stop(&symbols);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("symbols");
	TCase *asked = tcase_create("asked"), *hurt = tcase_create("hurt");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(asked, start, stop);
	tcase_add_test(asked, test_own);
	tcase_add_test(asked, test_many);
	tcase_add_test(asked, test_bad_files);
	tcase_add_test(asked, test_huge_sections);
	tcase_add_test(asked, test_not_files);
	tcase_add_test(asked, test_bad_packets);
	tcase_add_test(asked, test_child_killed);
	tcase_add_test(asked, test_rights);
	tcase_set_timeout(hurt, 20);
	tcase_add_test(hurt, test_forbidden);
	tcase_add_test(hurt, test_worker_crashes);
	tcase_add_test(hurt, test_worker_hangs);
	tcase_add_test(hurt, test_worker_burns);
	tcase_add_test(hurt, test_worker_eats);
	tcase_add_test(hurt, test_worker_lies);
	tcase_add_test(hurt, test_worker_killed);
	tcase_add_test(hurt, test_worker_deaf);
	tcase_add_test(hurt, test_too_many_deaf);
	tcase_add_test(hurt, test_stop_while_busy);
	tcase_add_test(hurt, test_stop_twice);
	suite_add_tcase(s, asked);
	suite_add_tcase(s, hurt);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
