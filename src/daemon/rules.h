/* SPDX-License-Identifier: MIT */
/*
 * rules: which processes are looked at, and how. A rule is a list of things that must all be true of a process; the
 * first rule that fits decides, also one that excludes. A process that no rule fits is left alone.
 *
 * Rules are made by the front (daemon/config.h), cross to the sampler as bytes (daemon/orders.h) and are read there as
 * hostile ones: every count and length has a limit, and an expression that could eat memory is refused.
 *
 *	r = rules_compile(&rules, &err);
 *	rule = rules_find(&rules, &facts, &again_us);
 */
#ifndef DAEMON_RULES_H
#define DAEMON_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"

struct buf;
struct err;

#define RULES_MAX 256
#define RULES_TEXT_MAX 1024         /* bytes of a pattern, name or service */
#define RULES_LABELS_MAX 32         /* of one rule */
#define RULES_LABELS_BYTES 3072     /* of all labels of one rule, as lines */
#define RULES_RATE_MAX_MHZ 1000000u /* 1 kHz */
#define RULES_UID_ANY UINT32_MAX

/* What is known of a process. Texts are NUL-terminated, never NULL. */
struct rules_facts {
	pid_t pid;
	uint32_t uid;
	uint64_t age_us;
	const char *exe;       /* path of its program, as its own namespace sees it */
	const char *command;   /* the whole command line, arguments joined by blanks */
	const char *cgroup;    /* path: "/system.slice/shop.service" */
	const char *unit;      /* innermost systemd unit of it: "shop.service", or "" */
	const char *container; /* 64 hex digits, or "" */
};

enum rules_text {
	RULES_EXE,       /* glob on the path, or on its last part if there is no "/" in the glob */
	RULES_COMMAND,   /* regular expression */
	RULES_UNIT,      /* glob */
	RULES_CGROUP,    /* regular expression */
	RULES_CONTAINER, /* glob on the ID, or 12 digits and more of its beginning */
	RULES_TEXTS
};

struct rule {
	char *name; /* never NULL; other texts are NULL where nothing was said */
	char *texts[RULES_TEXTS];
	uint32_t uid; /* RULES_UID_ANY */
	pid_t pid;    /* 0: any */
	uint64_t min_age_us;
	bool exclude, exact, native;
	uint64_t rate_mhz; /* looks per 1000 s; never 0 */
	char *service;
	char *labels;			       /* "key=value\n" ... */
	struct expression *command, *cgroup; /* of rules_compile; NULL where nothing was said */
};

/* A zeroed struct has no rules; set the budgets. Owns everything. */
struct rules {
	VEC(struct rule) list;
	uint64_t slice_us;
	unsigned budget_target_permille, budget_permille; /* of one CPU; 0: no limit */
};

void rules_deinit(struct rules *rules);

/* A new, empty rule at the end. SCRAPE_ELIMIT or SCRAPE_ENOMEM with a sentence. */
int rules_add(struct rules *rules, const char *name, struct rule **ret, struct err *err);
/* Forgets what the rule says, but for its name. */
int rules_clear(struct rule *rule, struct err *err);

/* Sets a text or the service: a bounded copy; an expression is tried. SCRAPE_EINVAL, SCRAPE_ELIMIT, SCRAPE_ENOMEM. */
int rules_set_text(struct rule *rule, enum rules_text which, const char *value, struct err *err);
int rules_set_service(struct rule *rule, const char *value, struct err *err);
/* Adds a label, or replaces it. Keys are letters, digits, "_", "." and "-", at most 64. */
int rules_set_label(struct rule *rule, const char *key, const char *value, struct err *err);

/* Compiles the expressions. SCRAPE_EINVAL with a sentence that names the rule. */
int rules_compile(struct rules *rules, struct err *err);

/* The first rule that fits, or NULL. *again_us: when none does, in how many microseconds one may that only waits for
 * the process's age; 0: never. The rules are compiled. */
const struct rule *rules_find(const struct rules *rules, const struct rules_facts *facts, uint64_t *again_us);

/* True if some rule that could still fit this process wants to know its command line, which is asked of the target's
 * memory and can wait for it. */
bool rules_want_command(const struct rules *rules);

/* The highest rate of the rules that do not exclude; 0 without one. True if one is exact. */
uint64_t rules_top_rate(const struct rules *rules);
bool rules_want_exact(const struct rules *rules);

/* As bytes, and back (then compiled). rules_read takes an empty struct; SCRAPE_EFORMAT, SCRAPE_ELIMIT, SCRAPE_EINVAL,
 * SCRAPE_ENOMEM with a sentence; it is left empty on failure. */
void rules_write(const struct rules *rules, struct buf *out);
int rules_read(const void *bytes, size_t n, struct rules *ret, struct err *err);

#endif
