/* SPDX-License-Identifier: MIT */
/*
 * symbols: asks a child process about ELF files. The child has no rights: no capabilities, uid nobody if we are root,
 * no files but those handed to it, a seccomp filter. It forks a worker for each question, with limits on memory and
 * time, because what reads hostile ELF files sometimes crashes, hangs or eats all memory; the child survives that and
 * answers with a code. A file that hurt once is not asked the same again as long as it is unchanged.
 *
 *	struct symbols symbols;
 *	r = symbols_start(&symbols, &err);                early: before secrets are read and before any filter
 *	struct symbols_request q = {.names = {"_PyRuntime"}, .python_version = true};
 *	r = symbols_query(&symbols, fd, &q, &reply, &err);
 *	if (r == 0 && reply.names[0].found) ... reply.names[0].value + bias
 *	symbols_stop(&symbols);
 *
 * After the start the caller needs no fork and no signals, only sendmsg, recvfrom, poll, fstat and fcntl; symbols_stop
 * waits for the child with waitpid. The child ends when the last copy of the socket is closed. A question usually
 * takes a millisecond, but may take SYMBOLS_WALL_MS for a hostile file: whoever cannot wait so long has to look at
 * the memory instead (elf/image.h).
 */
#ifndef ELF_SYMBOLS_H
#define ELF_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "elf/naming.h"

struct err;

#define SYMBOLS_NAMES_MAX 8
#define SYMBOLS_SECTIONS_MAX 2
#define SYMBOLS_NAME_SIZE 64 /* with the NUL */
#define SYMBOLS_BAD_MAX 64   /* files that are remembered; the oldest is forgotten */
#define SYMBOLS_WALL_MS 15000
#define SYMBOLS_CPU_SECONDS 10
#define SYMBOLS_GRACE_MS 500
#define SYMBOLS_LOST_MAX 16 /* workers left behind because a filesystem does not answer */
#define SYMBOLS_MEMORY (512u << 20)
#define SYMBOLS_OUT_MAX (256u << 20) /* bytes of a table that a question brings */
#define SYMBOLS_ADDRS_MAX 256
#define SYMBOLS_PARTS_MAX 4

enum symbols_kind {
	SYMBOLS_FACTS, /* values of names, sections, the version of a CPython */
	SYMBOLS_ROWS,  /* the table of elf/cfi.h */
	SYMBOLS_NAMES, /* what addresses are called: elf/naming.h */
	SYMBOLS_IDENT, /* the file's build id and debug link; does `debug` belong to it */
	SYMBOLS_KINDS
};

static inline bool symbols_brings_table(uint32_t kind)
{
	return kind == SYMBOLS_ROWS || kind == SYMBOLS_NAMES;
}

/* Empty strings ask nothing. */
struct symbols_request {
	uint32_t kind;    /* enum symbols_kind */
	uint32_t n_addrs; /* of SYMBOLS_NAMES */
	uint64_t addrs[SYMBOLS_ADDRS_MAX];
	char names[SYMBOLS_NAMES_MAX][SYMBOLS_NAME_SIZE];
	char sections[SYMBOLS_SECTIONS_MAX][SYMBOLS_NAME_SIZE];
	uint32_t python_version; /* 1: find out */
	uint32_t plain;          /* of SYMBOLS_NAMES, 1: by symbol tables alone, whatever DWARF there is */
	char parts[SYMBOLS_NAME_SIZE]; /* of SYMBOLS_FACTS: a function whose parts are wanted (cfi_parts) */
};

struct symbols_value {
	uint64_t value, size; /* link-time address */
	uint32_t found;       /* 0 or 1 */
	uint32_t reserved;
};

struct symbols_reply {
	struct symbols_value names[SYMBOLS_NAMES_MAX];
	struct symbols_value sections[SYMBOLS_SECTIONS_MAX];
	uint32_t version; /* PY_VERSION_HEX, see elffile_python_version(); 0: not known */
	uint32_t type;    /* ET_EXEC, ET_DYN */
	uint64_t written; /* bytes of the table */
	struct symbols_part {
		uint64_t from, until; /* link-time addresses; until is behind */
	} parts[SYMBOLS_PARTS_MAX];
	uint32_t n_parts;
	uint32_t belongs; /* of SYMBOLS_IDENT, 1: the debug file is that of the file */
	struct naming_ident ident;
};

/* What a question is about. The caller's; open for reading but for `out`. */
struct symbols_files {
	int file;
	int out;   /* an empty memfd, into which the table is written; -1: the question brings none */
	int debug; /* the file's separate debug file; -1: none */
};

struct symbols_bad {
	uint64_t dev, inode;
	int64_t mtime_s, mtime_ns;
	uint32_t what; /* that was asked of it */
	int code;
};

struct symbols {
	int fd; /* -1: not running */
	pid_t pid;
	uint32_t serial, wall_ms;
	struct symbols_bad bad[SYMBOLS_BAD_MAX];
	uint32_t n_bad; /* ever remembered */
	struct symbols_request request; /* in question */
	struct symbols_bad asked;       /* its file */
	uint64_t until_ns;              /* that an answer may take; 0: there is no question */
};

/* Work on one file: 0 and ret, or a code and a sentence of plain ASCII. */
typedef int (*symbols_work_fn)(const struct symbols_files *files, const struct symbols_request *request,
			       struct symbols_reply *ret, struct err *err);

/* What tests make smaller or replace. */
struct symbols_options {
	uint32_t wall_ms, cpu_seconds;
	uint32_t grace_ms; /* that a worker's death may take before the worker is left behind */
	uint64_t memory;   /* 0: no limit */
	symbols_work_fn work;
};

/* Forks the child and waits until it has given up its rights. 0, SCRAPE_EIO, SCRAPE_ENOMEM, SCRAPE_EPERM (a filter
 * cannot be installed here). */
int symbols_start(struct symbols *symbols, struct err *err);
int symbols_start_with(struct symbols *symbols, const struct symbols_options *options, struct err *err);

/* Closes the socket and waits for the child, which ends at once. Accepts a zeroed struct. */
void symbols_stop(struct symbols *symbols);

/* fd must be open for reading only. 0; SCRAPE_EUNSUP: not a regular file, 32 bit, another machine; SCRAPE_EFORMAT: not
 * an ELF file, or damaged; SCRAPE_ELIMIT: took too long, or too large; SCRAPE_EIO: reading it killed the worker, or
 * the child is not there any more; SCRAPE_EINVAL. */
int symbols_query(struct symbols *symbols, int fd, const struct symbols_request *request, struct symbols_reply *ret,
		  struct err *err);

/* The same in two halves, for who has other things to do meanwhile; one question at a time. The table in files->out is
 * as hostile as the file: seal it (F_ADD_SEALS), then check every byte. */
int symbols_ask(struct symbols *symbols, const struct symbols_files *files, const struct symbols_request *request,
		struct err *err);
static inline bool symbols_is_asked(const struct symbols *symbols)
{
	return symbols->until_ns != 0;
}
/* Waits so long. SCRAPE_ENOTREADY: not yet. */
int symbols_answer(struct symbols *symbols, uint32_t wait_ms, struct symbols_reply *ret, struct err *err);

#endif
