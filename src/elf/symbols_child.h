/* SPDX-License-Identifier: MIT */
/*
 * symbols_child: the other end of symbols.h, and the messages between the two: packets of fixed size, a request with
 * one to three descriptors, a reply with none. Both sides check everything.
 */
#ifndef ELF_SYMBOLS_CHILD_H
#define ELF_SYMBOLS_CHILD_H

#include <stdint.h>

#include "elf/symbols.h"

#define SYMBOLS_MAGIC 0x53594d31u
#define SYMBOLS_TEXT_MAX 128
#define SYMBOLS_FILES 3 /* descriptors of a request: the file, `out` if a table is asked for, `debug` if there is one */

struct symbols_packet_request {
	uint32_t magic, serial;
	struct symbols_request request;
};

struct symbols_packet_reply {
	uint32_t magic, serial; /* serial 0: the child is ready */
	int32_t code;
	uint32_t reserved;
	struct symbols_reply reply;
	char text[SYMBOLS_TEXT_MAX]; /* why, if code is not 0; printable ASCII */
};

/* The child's whole life: gives up all rights, then answers until the socket closes. `socket` is its end. */
_Noreturn void symbols_child(int socket, const struct symbols_options *options);

/* The work of scrape itself, by elf/elffile.h. */
int symbols_work(const struct symbols_files *files, const struct symbols_request *request, struct symbols_reply *ret,
		 struct err *err);

#endif
