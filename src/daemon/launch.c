/* SPDX-License-Identifier: MIT */
/* launch: starts a command. Whether its exec succeeded is told through a pipe that closes on exec. */
#include "daemon/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "scrape.h"

static void run_child(char *const *argv, const sigset_t *mask, int tell)
{
	static const int plain[] = {SIGINT, SIGTERM, SIGPIPE, SIGHUP};
	int failure;

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		(void)signal(plain[i], SIG_DFL); /* cannot fail for these */
	(void)sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(argv[0], argv);
	failure = errno;
	(void)!write(tell, &failure, sizeof(failure)); /* the parent then sees EOF and a dead child */
	_exit(127);
}

int launch(char *const *argv, const sigset_t *mask, pid_t *ret, struct err *err)
{
	int tell[2], failure = 0;
	ssize_t n;
	pid_t pid;

	if (pipe2(tell, O_CLOEXEC) < 0)
		return err_sys(err, SCRAPE_EIO, "pipe");
	pid = fork();
	if (pid == 0)
		run_child(argv, mask, tell[1]);
	(void)close(tell[1]); /* ours to close, nothing was written */
	if (pid < 0) {
		(void)close(tell[0]); /* as above */
		return err_sys(err, SCRAPE_EIO, "fork");
	}
	do
		n = read(tell[0], &failure, sizeof(failure));
	while (n < 0 && errno == EINTR);
	(void)close(tell[0]); /* read only */
	if (n > 0) {
		errno = failure;
		return err_sys(err, SCRAPE_EIO, "%s cannot be run", argv[0]);
	}
	*ret = pid;
	return 0;
}
