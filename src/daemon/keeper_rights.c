/* SPDX-License-Identifier: MIT */
/* keeper: which rights stay where. */
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "daemon/keeper.h"
#include "daemon/keeper_private.h"
#include "scrape.h"

#define NOBODY 65534
#define CAP_PERFMON_NUMBER 38            /* linux/capability.h of 5.8; older headers lack it */
#define CAP_CHECKPOINT_RESTORE_NUMBER 40 /* of 5.9 */

/* To read others (PTRACE, DAC_READ_SEARCH for environ, CHECKPOINT_RESTORE for deleted files, PERFMON for native
 * stacks), to be on time (NICE), to give rights up (SETUID, SETGID, SETPCAP: the front and the symbols child do). */
static const int few[] = {CAP_SYS_PTRACE, CAP_PERFMON_NUMBER, CAP_DAC_READ_SEARCH, CAP_CHECKPOINT_RESTORE_NUMBER,
			  CAP_SYS_NICE,   CAP_SETUID,	      CAP_SETGID,	   CAP_SETPCAP};

static void keep(bool and_kill)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct have[2] = {{0}}, want[2] = {{0}};

	if (syscall(SYS_capget, &header, have) < 0)
		return;
	for (size_t i = 0; i < sizeof(few) / sizeof(*few); i++)
		want[few[i] / 32].permitted |= 1u << few[i] % 32;
	if (and_kill) /* the front has another user: to pass signals on */
		want[0].permitted |= 1u << CAP_KILL;
	for (int i = 0; i < 2; i++) {
		want[i].permitted &= have[i].permitted;
		want[i].effective = want[i].permitted & have[i].effective;
	}
	(void)syscall(SYS_capset, &header, want); /* fewer can always be set */
}

void keeper_keep_few(void)
{
	keep(true);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); /* cannot fail */
}

void keeper_keep_fewer(void)
{
	keep(false);
}

static int change_user(struct err *err)
{
	const struct passwd *user = getpwnam(KEEPER_USER);
	uid_t uid = user ? user->pw_uid : NOBODY;
	gid_t gid = user ? user->pw_gid : NOBODY;

	if (setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
		return err_sys(err, SCRAPE_EPERM, "cannot become user %s", user ? KEEPER_USER : "nobody");
	return 0;
}

int keeper_drop_rights(struct err *err)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}};
	int r = 0;

	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		(void)prctl(PR_CAPBSET_DROP, cap, 0, 0,
			    0); /* not without CAP_SETPCAP: then nothing is to be gained by exec */
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* capset clears them too */
	if (geteuid() == 0)
		r = change_user(err);
	if (r == 0 && syscall(SYS_capset, &header, none) < 0)
		r = err_sys(err, SCRAPE_EPERM, "capabilities cannot be given up");
	if (r == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		r = err_sys(err, SCRAPE_EPERM, "no_new_privs");
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);             /* it may hold a token: nobody of its user reads it */
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* as above */
	return r;
}
