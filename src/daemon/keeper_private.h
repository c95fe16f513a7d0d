/* SPDX-License-Identifier: MIT */
/* What the two sides of the keeper's socket (SOCK_SEQPACKET, so a message comes whole) share. */
#ifndef DAEMON_KEEPER_PRIVATE_H
#define DAEMON_KEEPER_PRIVATE_H

#include <stdint.h>

enum keeper_what { KEEPER_SAMPLER = 's', KEEPER_DUMP = 'd', KEEPER_KILL = 'k' };

struct keeper_order {
	uint8_t what;   /* enum keeper_what */
	uint8_t locals; /* of a dump: 1 */
	uint8_t serial; /* comes back in the answer */
	uint8_t zero;
	int32_t pid; /* of a dump: its target; of a kill: the sampler */
};

/* With the stream as SCM_RIGHTS if code is 0 and there is one. */
struct keeper_answer {
	int32_t code; /* enum scrape_code */
	int32_t pid;  /* of the sampler */
	uint8_t serial, zero[3];
};

/* Keeps the capabilities that the keeper and its samplers need, as far as they are there; no new ones by exec. */
void keeper_keep_few(void);

/* In a sampler: what only the keeper needs goes too. */
void keeper_keep_fewer(void);

#endif
