/* SPDX-License-Identifier: MIT */
/*
 * procfile: real mappings of this process, then a made-up /proc/PID directory, whose root link and missing map_files
 * make the path the only way: hostile links, a FIFO, a replaced file.
 */
#include "target/procfile.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/vec.h"
#include "scrape.h"
#include "target/maps.h"

static struct err err;
static char dir[64];

static void make_dir(void)
{
	(void)snprintf(dir, sizeof(dir), "/tmp/procfile.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void remove_dir(void)
{
	pid_t child = fork();

	if (child == 0) {
		execlp("rm", "rm", "-rf", dir, (char *)NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
}

static int open_dir(const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	return fd;
}

/* dir + "/" + name, in one of four buffers. */
static const char *at(const char *name)
{
	static char paths[4][256];
	static unsigned int next;
	char *path = paths[next++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(at(name), "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
}

/* A mapping of the file `name`, seen as `path`. */
static struct mapping mapping_of(const char *name, const char *path)
{
	struct mapping m = {.start = 4096, .end = 8192, .perms = MAPPING_READ, .path = path};
	struct stat st;

	ck_assert_int_eq(lstat(at(name), &st), 0);
	m.dev = st.st_dev;
	m.inode = st.st_ino;
	return m;
}

/* What opening gives: the code, or 0 if the file's text is `text`. */
static int open_and_read(int proc_fd, const struct mapping *m, const char *text)
{
	char got[64] = "";
	int fd = -1, r = procfile_open(proc_fd, m, &fd, &err);

	if (r < 0) {
		ck_assert_int_eq(fd, -1);
		ck_assert_int_eq(r, err.code);
		return r;
	}
	ck_assert_int_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
	ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
	ck_assert_int_ge(read(fd, got, sizeof(got) - 1), 0);
	ck_assert_str_eq(got, text);
	close(fd);
	return 0;
}

/* A directory like /proc/PID with a root of its own and nothing else. Returns its descriptor. */
static int make_proc(void)
{
	ck_assert_int_eq(mkdir(at("proc"), 0755), 0);
	ck_assert_int_eq(mkdir(at("root"), 0755), 0);
	ck_assert_int_eq(symlink(at("root"), at("proc/root")), 0);
	write_file("secret", "secret");
	return open_dir(at("proc"));
}

START_TEST(test_own_mappings)
{
	int proc_fd = open_dir("/proc/self");
	struct maps maps = {0};
	size_t files = 0;

	ck_assert_int_eq(maps_read(&maps, proc_fd, &err), 0);
	VEC_EACH(m, &maps) {
		struct stat st;
		int fd;

		if (m->inode == 0) {
			ck_assert_int_eq(procfile_open(proc_fd, m, &fd, &err), SCRAPE_EINVAL);
			continue;
		}
		ck_assert_msg(procfile_open(proc_fd, m, &fd, &err) == 0, "%s: %s", m->path, err.text);
		ck_assert_int_eq(fstat(fd, &st), 0);
		ck_assert_uint_eq(st.st_ino, m->inode);
		close(fd);
		files++;
	}
	ck_assert_uint_gt(files, 8);
	maps_deinit(&maps);
	close(proc_fd);
}
END_TEST

START_TEST(test_exe)
{
	int proc_fd = open_dir("/proc/self"), fd;
	struct stat st, own;

	ck_assert_int_eq(procfile_open_exe(proc_fd, &fd, &err), 0);
	ck_assert_int_eq(fstat(fd, &st), 0);
	ck_assert_int_eq(stat("/proc/self/exe", &own), 0);
	ck_assert_uint_eq(st.st_ino, own.st_ino);
	close(fd);
	close(proc_fd);
}
END_TEST

START_TEST(test_zombie_and_gone)
{
	pid_t child = fork();
	char path[32];
	int proc_fd, fd;
	siginfo_t info;

	if (child == 0)
		_exit(0);
	(void)snprintf(path, sizeof(path), "/proc/%d", child);
	proc_fd = open_dir(path);
	ck_assert_int_eq(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	ck_assert_int_eq(procfile_open_exe(proc_fd, &fd, &err), SCRAPE_ENOTFOUND);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	ck_assert_int_eq(procfile_open_exe(proc_fd, &fd, &err), SCRAPE_EGONE);
	ck_assert_int_eq(procfile_open(proc_fd, &(struct mapping){.inode = 1, .path = "/bin/sh"}, &fd, &err),
			 SCRAPE_EGONE);
	close(proc_fd);
}
END_TEST

/* With the capability the very inode is opened, without it the answer is a clear code: both are right. */
static void check_unnamed(const struct mapping *m, int proc_fd)
{
	int map_files = open("/proc/self/map_files", O_PATH | O_DIRECTORY | O_CLOEXEC), probe;
	char name[64];
	int r = open_and_read(proc_fd, m, "text");

	(void)snprintf(name, sizeof(name), "%lx-%lx", (unsigned long)m->start, (unsigned long)m->end);
	probe = openat(map_files, name, O_PATH | O_CLOEXEC);
	ck_assert_int_eq(r, probe >= 0 ? 0 : SCRAPE_ENOTFOUND);
	if (probe >= 0)
		close(probe);
	close(map_files);
}

static void check_mapped_fd(int fd)
{
	int proc_fd = open_dir("/proc/self");
	struct maps maps = {0};
	const struct mapping *m;
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	ck_assert_ptr_ne(p, MAP_FAILED);
	ck_assert_int_eq(maps_read(&maps, proc_fd, &err), 0);
	m = maps_find(&maps, (uint64_t)(uintptr_t)p);
	ck_assert_ptr_nonnull(m);
	ck_assert(m->deleted);
	check_unnamed(m, proc_fd);
	munmap(p, 4096);
	maps_deinit(&maps);
	close(proc_fd);
}

START_TEST(test_deleted_and_memfd)
{
	int fd;

	write_file("gone", "text");
	fd = open(at("gone"), O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(unlink(at("gone")), 0);
	check_mapped_fd(fd);
	close(fd);
	fd = memfd_create("a program", MFD_CLOEXEC);
	ck_assert_int_eq(write(fd, "text", 4), 4);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	check_mapped_fd(fd);
	close(fd);
}
END_TEST

START_TEST(test_inside_root)
{
	int proc_fd = make_proc();
	struct mapping m;

	write_file("root/lib", "text");
	m = mapping_of("root/lib", "/lib");
	ck_assert_int_eq(open_and_read(proc_fd, &m, "text"), 0);
	m.path = at("root/lib"); /* as the reader of the same mount namespace sees it */
	ck_assert_int_eq(open_and_read(proc_fd, &m, "text"), 0);
	ck_assert_int_eq(symlink("/lib", at("root/link")), 0); /* absolute, in the root */
	m.path = "/link";
	ck_assert_int_eq(open_and_read(proc_fd, &m, "text"), 0);
	m.path = "lib";
	ck_assert_int_eq(open_and_read(proc_fd, &m, "text"), SCRAPE_ENOTFOUND);
	m.path = "/lib";
	m.inode++;
	ck_assert_int_eq(open_and_read(proc_fd, &m, "text"), SCRAPE_ENOTFOUND);
	m.inode--;
	m.dev++;
	ck_assert_int_eq(open_and_read(proc_fd, &m, "text"), SCRAPE_ENOTFOUND);
	close(proc_fd);
}
END_TEST

/* Even with the inode of the secret in the mapping no way leads there. */
START_TEST(test_outside_root)
{
	static const char *const ways[] = {"/absolute", "/up", "/magic", "/../secret", "/dir/secret"};
	int proc_fd = make_proc();
	struct mapping m = mapping_of("secret", "");

	ck_assert_int_eq(symlink(at("secret"), at("root/absolute")), 0);
	ck_assert_int_eq(symlink("../secret", at("root/up")), 0);
	ck_assert_int_eq(symlink("/proc/self/root/tmp", at("root/magic")), 0);
	ck_assert_int_eq(symlink("..", at("root/dir")), 0);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		m.path = ways[i];
		ck_assert_msg(open_and_read(proc_fd, &m, "") == SCRAPE_ENOTFOUND, "%s", ways[i]);
	}
	m.path = at("secret");
	ck_assert_int_eq(open_and_read(proc_fd, &m, ""), SCRAPE_ENOTFOUND);
	close(proc_fd);
}
END_TEST

/* Links of /proc lead anywhere: they are not followed, not even to the right file. */
START_TEST(test_magic_link)
{
	char path[256];
	struct mapping m;
	int proc_fd;

	ck_assert_int_eq(mkdir(at("proc"), 0755), 0);
	ck_assert_int_eq(symlink("/", at("proc/root")), 0);
	write_file("file", "text");
	proc_fd = open_dir(at("proc"));
	m = mapping_of("file", at("file"));
	ck_assert_int_eq(open_and_read(proc_fd, &m, "text"), 0);
	(void)snprintf(path, sizeof(path), "/proc/self/root%s", at("file"));
	m.path = path;
	ck_assert_int_eq(open_and_read(proc_fd, &m, "text"), SCRAPE_ENOTFOUND);
	close(proc_fd);
}
END_TEST

/* A plain open of the FIFO would wait for a writer for ever. */
START_TEST(test_not_regular)
{
	int proc_fd = make_proc();
	struct mapping m;

	ck_assert_int_eq(mkfifo(at("root/fifo"), 0666), 0);
	m = mapping_of("root/fifo", "/fifo");
	ck_assert_int_eq(open_and_read(proc_fd, &m, ""), SCRAPE_EUNSUP);
	ck_assert_str_eq(err.text, "not a regular file");
	m = mapping_of("root", "/");
	ck_assert_int_eq(open_and_read(proc_fd, &m, ""), SCRAPE_EUNSUP);
	close(proc_fd);
}
END_TEST

START_TEST(test_spellings)
{
	int proc_fd = make_proc();
	struct mapping m;

	write_file("root/a\nb", "newline");
	m = mapping_of("root/a\nb", "/a\\012b");
	ck_assert_int_eq(open_and_read(proc_fd, &m, "newline"), 0);
	write_file("root/a\\012b", "backslash");
	m = mapping_of("root/a\\012b", "/a\\012b");
	ck_assert_int_eq(open_and_read(proc_fd, &m, "backslash"), 0);
	m = mapping_of("root/a\nb", "/a\\012b");
	ck_assert_int_eq(open_and_read(proc_fd, &m, "newline"), 0);
	write_file("root/x (deleted)", "odd");
	m = mapping_of("root/x (deleted)", "/x (deleted)");
	ck_assert_int_eq(open_and_read(proc_fd, &m, "odd"), 0);
	close(proc_fd);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("procfile");
	TCase *t = tcase_create("procfile");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(t, make_dir, remove_dir);
	tcase_add_test(t, test_own_mappings);
	tcase_add_test(t, test_exe);
	tcase_add_test(t, test_zombie_and_gone);
	tcase_add_test(t, test_deleted_and_memfd);
	tcase_add_test(t, test_inside_root);
	tcase_add_test(t, test_outside_root);
	tcase_add_test(t, test_magic_link);
	tcase_add_test(t, test_not_regular);
	tcase_add_test(t, test_spellings);
	suite_add_tcase(s, t);
	runner = srunner_create(s);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
