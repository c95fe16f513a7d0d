/* SPDX-License-Identifier: MIT */
/* actors: the processes and threads of a profile. */
#include "profile/actors.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "scrape.h"

void actors_deinit(struct actors *actors)
{
	VEC_DEINIT(&actors->processes);
	VEC_DEINIT(&actors->threads);
	map_deinit(&actors->by_start);
	map_deinit(&actors->by_tid);
}

size_t actors_bytes(const struct actors *actors)
{
	return actors->processes.cap * sizeof(struct actor_process) +
	       actors->threads.cap * sizeof(struct actor_thread) + map_bytes(&actors->by_start) +
	       map_bytes(&actors->by_tid);
}

static bool same_process(const struct actor_process *a, const struct actor_process *b)
{
	return a->pid == b->pid && a->start_ticks == b->start_ticks && a->service == b->service &&
	       a->command == b->command && a->runtime == b->runtime && a->labels == b->labels &&
	       a->host == b->host;
}

int actors_process(struct actors *actors, const struct actor_process *want, uint32_t *ret)
{
	const uint64_t identity[] = {want->pid, want->start_ticks};
	uint64_t hash = XXH3_64bits_withSeed(identity, sizeof(identity), actors->seed);
	uint32_t number = (uint32_t)actors->processes.n, head = 0;
	struct actor_process *process;

	if (map_get(&actors->by_start, hash, &head)) {
		head++;
		for (uint32_t at = head; at; at = process->next) {
			process = &actors->processes.items[at - 1];
			if (same_process(process, want)) {
				*ret = at - 1;
				return 0;
			}
		}
	}
	if (!VEC_RESERVE(&actors->processes, actors->processes.n + 1) || map_put(&actors->by_start, hash, number) < 0)
		return SCRAPE_ENOMEM;
	process = VEC_PUSH(&actors->processes);
	*process = *want;
	process->next = head;
	*ret = number;
	return 0;
}

int actors_thread(struct actors *actors, uint32_t process, uint32_t tid, uint32_t name, uint32_t *ret)
{
	uint64_t key = (uint64_t)process << 32 | tid;
	uint32_t number = (uint32_t)actors->threads.n;
	struct actor_thread *thread;

	if (map_get(&actors->by_tid, key, &number)) {
		actors->threads.items[number].name = name;
		*ret = number;
		return 0;
	}
	if (!VEC_RESERVE(&actors->threads, actors->threads.n + 1) || map_put(&actors->by_tid, key, number) < 0)
		return SCRAPE_ENOMEM;
	thread = VEC_PUSH(&actors->threads);
	*thread = (struct actor_thread){.process = process, .tid = tid, .name = name};
	*ret = number;
	return 0;
}

int actors_named_thread(struct actors *actors, uint32_t process, uint32_t tid, uint32_t name, uint32_t *ret)
{
	uint64_t key = (uint64_t)process << 32 | tid;
	uint32_t number = (uint32_t)actors->threads.n, head = 0;
	struct actor_thread *thread;

	if (map_get(&actors->by_tid, key, &head)) {
		head++;
		for (uint32_t at = head; at; at = thread->next) {
			thread = &actors->threads.items[at - 1];
			if (thread->name == name) {
				*ret = at - 1;
				return 0;
			}
		}
	}
	if (!VEC_RESERVE(&actors->threads, actors->threads.n + 1) || map_put(&actors->by_tid, key, number) < 0)
		return SCRAPE_ENOMEM;
	thread = VEC_PUSH(&actors->threads);
	*thread = (struct actor_thread){.process = process, .tid = tid, .name = name, .next = head};
	*ret = number;
	return 0;
}
