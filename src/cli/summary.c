/* SPDX-License-Identifier: MIT */
/* summary: progress and closing words. */
#include "cli/summary.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "profile/profile.h"

static const char *const reasons[SCRAPE_LOSS_COUNT] = {
	[SCRAPE_LOSS_MOVED] = "moved",   [SCRAPE_LOSS_PREEMPTED] = "preempted",   [SCRAPE_LOSS_REALTIME] = "real-time",
	[SCRAPE_LOSS_CPU] = "cpu",       [SCRAPE_LOSS_UNREADABLE] = "unreadable", [SCRAPE_LOSS_STOP] = "stop",
	[SCRAPE_LOSS_BEHIND] = "behind",
};

/* What each loss that lasts means, and its cure. */
static const char *const cures[SCRAPE_LOSS_COUNT] = {
	[SCRAPE_LOSS_REALTIME] = "it is scheduled as real-time; --exact can stop it",
	[SCRAPE_LOSS_CPU] =
		"it runs on CPUs that scrape may not use: start scrape with a wider cpuset (taskset, cgroup)",
	[SCRAPE_LOSS_STOP] = "its threads are under a seccomp filter or traced; leave out --exact",
	[SCRAPE_LOSS_BEHIND] = "the rate is more than this machine can do; ask for less",
};

static uint64_t total_lost(const struct profile_stats *stats)
{
	uint64_t lost = 0;

	for (int i = 0; i < SCRAPE_LOSS_COUNT; i++)
		lost += stats->lost[i];
	return lost;
}

static double percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : 0;
}

static double seconds_of(const struct profile_stats *stats)
{
	return stats->until_wall_us > stats->start_wall_us ? (double)(stats->until_wall_us - stats->start_wall_us) / 1e6
							   : 0;
}

void summary_progress(const struct profile *profile, uint64_t elapsed_ns, uint64_t duration_ns)
{
	struct profile_stats stats;
	double elapsed = (double)elapsed_ns / 1e9;
	uint64_t lost;

	if (!isatty(STDERR_FILENO) || log_get_level() < LOG_INFO)
		return;
	profile_stats(profile, &stats);
	lost = total_lost(&stats);
	(void)fprintf(stderr, "\r\033[Kscrape: %.1f", elapsed); /* a line on a terminal, nothing to save */
	if (duration_ns)
		(void)fprintf(stderr, " of %.1f", (double)duration_ns / 1e9);
	(void)fprintf(stderr, " s, %llu looks (%llu on a CPU), %llu lost (%.1f %%), %zu thread%s in %zu process%s",
		      (unsigned long long)stats.looks, (unsigned long long)stats.running, (unsigned long long)lost,
		      percent((double)lost, (double)(stats.looks + lost)), stats.threads, stats.threads == 1 ? "" : "s",
		      stats.targets, stats.targets == 1 ? "" : "es");
	(void)fflush(stderr);
}

void summary_clear_progress(void)
{
	if (isatty(STDERR_FILENO) && log_get_level() >= LOG_INFO)
		(void)fputs("\r\033[K", stderr);
}

static void print_losses(const struct profile_stats *stats, uint64_t lost)
{
	char text[512];
	size_t n = 0;

	for (int i = 0; i < SCRAPE_LOSS_COUNT; i++)
		if (stats->lost[i])
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %llu", n ? ", " : "", reasons[i],
					      (unsigned long long)stats->lost[i]);
	text[n < sizeof(text) ? n : sizeof(text) - 1] = '\0';
	log_info("%llu looks without result (%.2f %%)%s%s", (unsigned long long)lost,
		 percent((double)lost, (double)(stats->looks + lost)), n ? ": " : "", n ? text : "");
}

void summary_warn(const struct profile *profile, bool *told)
{
	struct profile_stats stats;
	uint64_t all;

	profile_stats(profile, &stats);
	all = stats.looks + total_lost(&stats);
	for (int i = 0; i < SCRAPE_LOSS_COUNT && !*told; i++)
		if (cures[i] && stats.lost[i] * 2 > all) {
			summary_clear_progress();
			log_warn("most looks give nothing (%s): %s", reasons[i], cures[i]);
			*told = true;
		}
}

void summary_print_nothing(const struct profile *profile)
{
	struct profile_stats stats;
	int most = 0;

	profile_stats(profile, &stats);
	for (int i = 1; i < SCRAPE_LOSS_COUNT; i++)
		most = stats.lost[i] > stats.lost[most] ? i : most;
	if (stats.lost[most] == 0)
		log_error("no look succeeded, there is nothing to write");
	else
		log_error("no look succeeded (%s %llu)%s%s", reasons[most], (unsigned long long)stats.lost[most],
			  cures[most] ? ": " : "", cures[most] ? cures[most] : "");
}

/* How looks were taken, and how long whoever was stopped for one stood. */
static void print_ways(const struct profile_stats *stats)
{
	const struct ways *ways = &stats->ways;
	uint64_t all = 0, stops = histogram_total(&ways->holds);
	char text[256] = "";
	size_t n = 0;

	for (unsigned way = 0; way < SCRAPE_WAY_COUNT; way++)
		all += ways->looks[way];
	for (unsigned way = 0; way < SCRAPE_WAY_COUNT; way++)
		if (ways->looks[way])
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s %.1f %%", n ? ", " : "",
					      ways_words[way],
					      percent((double)ways->looks[way], (double)all)); /* five short ones */
	if (n)
		log_info("ways: %s", text);
	if (stops)
		log_info("%llu stops of p50 %.0f us, p99 %.0f us, %.3f ms in all", (unsigned long long)stops,
			 (double)histogram_quantile_ns(&ways->holds, 0.5) / 1e3,
			 (double)histogram_quantile_ns(&ways->holds, 0.99) / 1e3, (double)stats->stopped_ns / 1e6);
}

void summary_print(const struct profile *profile)
{
	struct profile_stats stats;
	double seconds;

	profile_stats(profile, &stats);
	seconds = seconds_of(&stats);
	log_info("%.1f s, %llu looks at %zu thread%s in %zu process%s, %llu of them on a CPU; CPU time %.2f s", seconds,
		 (unsigned long long)stats.looks, stats.threads, stats.threads == 1 ? "" : "s", stats.targets,
		 stats.targets == 1 ? "" : "es", (unsigned long long)stats.running, (double)stats.cpu_ns / 1e9);
	print_losses(&stats, total_lost(&stats));
	if (stats.rate_asked > 0)
		log_info("rate %.1f Hz of %.1f Hz asked, %llu ticks late",
			 seconds > 0 ? (double)stats.ticks / seconds : 0, stats.rate_asked,
			 (unsigned long long)stats.late);
	else
		log_info("rate %.0f Hz, as fast as it could", seconds > 0 ? (double)stats.ticks / seconds : 0);
	print_ways(&stats);
	log_info("cost: sampler %.2f %% of a CPU, %.1f us a tick; targets stopped for %.3f ms",
		 percent((double)stats.cost_ns / 1e9, seconds),
		 stats.ticks ? (double)stats.cost_ns / 1e3 / (double)stats.ticks : 0, (double)stats.stopped_ns / 1e6);
	if (stats.truncated)
		log_info("%llu stacks are truncated", (unsigned long long)stats.truncated);
	if (stats.pruned)
		log_info("%llu rare stacks were pruned to stay within the memory limit",
			 (unsigned long long)stats.pruned);
}
