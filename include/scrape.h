/* SPDX-License-Identifier: MIT */
/*
 * scrape.h: the vocabulary that every room shares: result codes, what a look can find, why a look can give
 * nothing, and the limits that no stranger can move.
 *
 * scrape looks at processes from outside. A *target* is one live process, a *look* reads the stacks of its threads
 * at one instant, the *sample stream* carries what the looks found, a *profile* sums it up, an *encoder* prints it.
 */
#ifndef SCRAPE_H
#define SCRAPE_H

#define SCRAPE_VERSION "0.1.0"

/* Results. 0 is success; every function that can fail returns one of these, negative. On the sampling path they are
 * daily weather and are counted; elsewhere struct err (base/err.h) carries a sentence beside the code. */
enum scrape_code {
	SCRAPE_OK = 0,
	SCRAPE_EGONE = -1,     /* the process or thread has ended, or its number means somebody else now */
	SCRAPE_EFAULT = -2,    /* the address cannot be read */
	SCRAPE_EPERM = -3,     /* the kernel does not let us */
	SCRAPE_ENOTPYTHON = -4,/* no CPython in this process */
	SCRAPE_EUNSUP = -5,    /* a runtime that is known and refused: free-threaded, prerelease, PyPy, 32 bit */
	SCRAPE_EMOVED = -6,    /* the target moved during the look: what was read is not of one instant */
	SCRAPE_ENOMEM = -7,
	SCRAPE_EIO = -8,       /* a file or descriptor failed; errno tells */
	SCRAPE_EINVAL = -9,    /* the caller's argument */
	SCRAPE_ELIMIT = -10,   /* a limit below was met */
	SCRAPE_EFORMAT = -11,  /* bytes that do not mean anything: a damaged file, a torn object */
	SCRAPE_ENOTREADY = -12,/* the runtime is not initialised yet */
	SCRAPE_EEXEC = -13,    /* the process runs another program now: attach again */
	SCRAPE_ENOTFOUND = -14,/* no symbol, section or file of that name */
	SCRAPE_EBUSY = -15,    /* reading the target waits for a lock that others hold for long */
};

/* Exit codes of the command line. */
enum scrape_exit {
	SCRAPE_EXIT_OK = 0,
	SCRAPE_EXIT_FAILURE = 1,
	SCRAPE_EXIT_USAGE = 2,
	SCRAPE_EXIT_CONFIG = 78,
};

/* What a look found a thread doing; bits of a sample. Modes are chosen when asking, from these:
 * cpu = ON_CPU, gil = HAS_GIL, wall = all. */
enum scrape_flag {
	SCRAPE_ON_CPU = 1,      /* running, or runnable and waiting for a CPU */
	SCRAPE_HAS_GIL = 2,
	SCRAPE_WANTS_GIL = 4,   /* asleep until it gets the GIL */
	SCRAPE_IN_GC = 8,       /* this thread runs the cyclic garbage collector */
	SCRAPE_MAIN_THREAD = 16,
	SCRAPE_TRUNCATED = 32,  /* outer frames are missing; enum scrape_cut says why */
	SCRAPE_FLAGS_ALL = 63,
};

/* Why a stack is not whole. Kept beside the flags of a sample, shifted by SCRAPE_CUT_SHIFT. */
enum scrape_cut {
	SCRAPE_CUT_NONE = 0,
	SCRAPE_CUT_DEPTH = 1,   /* deeper than SCRAPE_DEPTH_MAX */
	SCRAPE_CUT_FAULT = 2,   /* a frame that cannot be read */
	SCRAPE_CUT_CYCLE = 3,   /* the chain of frames comes back to itself */
	SCRAPE_CUT_BUDGET = 4,  /* more reads or bytes than one look may take */
	/* of native frames; the Python frames further out are there all the same */
	SCRAPE_CUT_CODE = 5,     /* code that does not say how to find its caller */
	SCRAPE_CUT_REGISTER = 6, /* a register that is needed and was not kept */
	SCRAPE_CUT_PENDING = 7,  /* its file has not been read yet */
	SCRAPE_CUT_COUNT
};
#define SCRAPE_CUT_SHIFT 6

/* Why a look gave nothing. Lost looks are counted, never guessed. */
enum scrape_loss {
	SCRAPE_LOSS_MOVED = 0,     /* the thread ran on another CPU each time we looked */
	SCRAPE_LOSS_PREEMPTED = 1, /* the sampler itself was switched out during the look */
	SCRAPE_LOSS_REALTIME = 2,  /* a real-time thread cannot be made to wait */
	SCRAPE_LOSS_CPU = 3,       /* its CPU is not in the sampler's own cpuset */
	SCRAPE_LOSS_UNREADABLE = 4,/* the runtime's own structures could not be read */
	SCRAPE_LOSS_STOP = 5,      /* --exact: the thread could not be stopped under the rules */
	SCRAPE_LOSS_BEHIND = 6,    /* the sampler came too late and skipped a tick */
	SCRAPE_LOSS_COUNT
};

/* How a thread was kept still for a look, or found to have stood still (sample/stand.h). */
enum scrape_way {
	SCRAPE_WAY_CPU = 0,    /* the sampler had its CPU, as its rseq area proves */
	SCRAPE_WAY_STAT = 1,   /* the same without rseq, as field 39 of its stat and its schedstat prove */
	SCRAPE_WAY_ASLEEP = 2, /* it slept, as its schedstat proves */
	SCRAPE_WAY_RING = 3,   /* native: it was switched out, as perf's records of its switches prove */
	SCRAPE_WAY_STOP = 4,   /* --exact: stopped by ptrace */
	SCRAPE_WAY_COUNT
};

/* Limits. Everything a stranger can make large is cut here. */
#define SCRAPE_DEPTH_MAX 16384       /* frames of one stack */
#define SCRAPE_NAME_MAX 4096         /* bytes of one name; longer ones end in "..." and a hash */
#define SCRAPE_THREADS_MAX 16384     /* threads of one target */
#define SCRAPE_INTERPRETERS_MAX 256  /* interpreters of one target */
#define SCRAPE_RATE_MAX 1000000      /* looks per second on the command line */
#define SCRAPE_RATE_DEFAULT 100
#define SCRAPE_SLICE_SECONDS 10
#define SCRAPE_READY_SECONDS 10      /* how long a runtime may take to initialise */

/* Marker frames, the only names that no program chose. */
#define SCRAPE_MARK_TRUNCATED "[truncated]"
#define SCRAPE_MARK_UNKNOWN "[unknown]"
#define SCRAPE_MARK_GC "[gc]"
#define SCRAPE_MARK_IDLE "[idle]"
#define SCRAPE_MARK_PRUNED "[pruned]"
#define SCRAPE_MARK_NATIVE "[native]"
#define SCRAPE_MARK_UNSEEN "[unseen]"

#endif
