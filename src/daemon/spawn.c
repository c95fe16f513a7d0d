/* SPDX-License-Identifier: MIT */
/* spawn: forks samplers. */
#include "daemon/spawn.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "daemon/sampler.h"
#include "daemon/watchdog.h"
#include "scrape.h"

#define PAGE_BYTES sizeof(uint64_t)

int spawn_sampler(const struct sampler_config *config, void (*in_child)(void *ctx, int *stream_fd), void *ctx,
		  struct spawned *ret, struct err *err)
{
	int fds[2];

	*ret = (struct spawned)SPAWNED_INIT;
	if (config->exact) {
		void *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		if (page == MAP_FAILED)
			return err_sys(err, SCRAPE_EIO, "mmap");
		ret->watched = page;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return err_sys(err, SCRAPE_EIO, "socketpair");
	ret->sampler = fork();
	if (ret->sampler == 0) {
		(void)close(fds[0]); /* the other side's */
		if (in_child)
			in_child(ctx, &fds[1]);
		_exit(sampler_main(config, fds[1], ret->watched));
	}
	(void)close(fds[1]); /* the other side's */
	ret->fd = fds[0];
	if (ret->sampler < 0) {
		ret->sampler = 0;
		return err_sys(err, SCRAPE_EIO, "the sampler cannot be started");
	}
	ret->pidfd = (int)syscall(SYS_pidfd_open, ret->sampler, 0);
	if (!config->exact)
		return 0;
	/* Somebody must see to it that a stopped thread runs on, whatever becomes of the sampler. */
	ret->watchdog = watchdog_start(ret->pidfd, ret->watched);
	if (ret->watchdog > 0)
		return 0;
	ret->watchdog = 0;
	return err_sys(err, SCRAPE_EIO, "the watchdog cannot be started");
}

void spawn_close(struct spawned *spawned)
{
	if (spawned->fd >= 0)
		(void)close(spawned->fd); /* read only, or given away */
	if (spawned->pidfd >= 0)
		(void)close(spawned->pidfd); /* nothing was written */
	if (spawned->watched)
		(void)munmap((void *)spawned->watched, PAGE_BYTES); /* of this process alone */
	spawned->fd = spawned->pidfd = -1;
	spawned->watched = NULL;
}
