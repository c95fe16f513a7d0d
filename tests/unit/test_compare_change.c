/* SPDX-License-Identifier: MIT */
/* Steps in profiles, on simulated services: what is not there is not named, what is there is found, and when. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "compare/change.h"
#include "compare/random.h"
#include "scrape.h"

#define SLOTS_MAX 1440
#define HOSTS_MAX 10
#define FUNCTIONS_MAX 300
#define STEPS_MAX 8
#define SLOT_S 10.0
#define PERIOD_S 0.01

enum load { CALM, MEMORY, DIURNAL, BURSTY, LOADS };

struct sim_step {
	size_t function, host; /* host n_hosts: all */
	size_t slot;
	double cores; /* added on each host */
};

struct sim {
	size_t n_slots, n_hosts, n_functions;
	enum load load;
	bool gaps, mix, saturated;  /* mix: hosts come and go, and run different things */
	bool bare;                  /* the last function takes nothing but its steps */
	size_t gap_from, gap_until; /* slots of which nothing was seen */
	double own;                 /* standard deviation of each function's own slow wandering, by its size */
	size_t moody;               /* one of so many functions wanders much more, and slowly; 0: none */
	double call_s;              /* looks come in runs of this much CPU */
	size_t slower_from;         /* from this slot on all functions take ... */
	double drift;               /* cores that function 10 comes to take more, evenly over the time */
	double slower;              /* ... this many times as much; 0: no */
	uint64_t seed;
	struct sim_step steps[STEPS_MAX];
	size_t n_steps;
	uint32_t *segments;
};

/* What a simulation makes. */
static double covered[SLOTS_MAX * HOSTS_MAX], total[SLOTS_MAX * HOSTS_MAX];
static double loads[SLOTS_MAX * HOSTS_MAX];
static size_t starts[FUNCTIONS_MAX + 1];
static struct compare_cell *cells;
static size_t cells_cap;
static struct random rng;
static struct compare_changes found;

static double normal(void)
{
	double coins = __builtin_popcountll(random_next(&rng));

	return (coins - 32 + random_unit(&rng) - 0.5) / 4.0104;
}

static size_t poisson(double mean)
{
	double product = random_unit(&rng), limit = exp(-mean);
	size_t n = 0;

	while (product > limit) {
		product *= random_unit(&rng);
		n++;
	}
	return n;
}

/* CPU seconds found where `mean` are spent in calls of call_s. */
static double sampled(double mean, double call_s)
{
	if (mean <= 0)
		return 0;
	if (mean < 12 * call_s)
		return (double)poisson(mean / call_s) * call_s;
	return fmax(0, mean + sqrt(mean * call_s) * normal());
}

/* The common course of a service's load, around 1. */
static void make_course(const struct sim *sim, double *course)
{
	double memory = normal();
	bool high = false;

	for (size_t t = 0; t < sim->n_slots; t++) {
		memory = 0.95 * memory + sqrt(1 - 0.95 * 0.95) * normal();
		if (random_unit(&rng) < (high ? 1.0 / 12 : 1.0 / 30))
			high = !high;
		course[t] = 1 + 0.02 * normal();
		if (sim->load == MEMORY)
			course[t] += 0.25 * memory;
		if (sim->load == DIURNAL)
			course[t] += 0.05 * memory - 0.5 * cos(2 * M_PI * (double)t / (double)sim->n_slots);
		if (sim->load == BURSTY && high)
			course[t] += 1.5;
		course[t] = fmax(course[t], 0.05);
	}
}

static void make_loads(const struct sim *sim)
{
	double course[SLOTS_MAX];

	make_course(sim, course);
	for (size_t h = 0; h < sim->n_hosts; h++) {
		double memory = 0, size = sim->mix ? 0.5 + random_unit(&rng) : 1;
		size_t from = 0, until = sim->n_slots, gap = 0;

		if (sim->mix && h > 0 && random_unit(&rng) < 0.7) {
			from = random_below(&rng, sim->n_slots / 2);
			until = sim->n_slots - random_below(&rng, sim->n_slots / 4);
		}
		for (size_t t = 0; t < sim->n_slots; t++) {
			size_t at = h * sim->n_slots + t;

			memory = 0.9 * memory + 0.436 * normal();
			if (sim->gaps && gap == 0 && random_unit(&rng) < 0.02)
				gap = 1 + random_below(&rng, 12);
			covered[at] = t < from || t >= until || gap > 0 ? 0 : SLOT_S;
			if (t >= sim->gap_from && t < sim->gap_until)
				covered[at] = 0;
			gap -= gap > 0;
			if (sim->gaps && covered[at] > 0 && random_unit(&rng) < 0.05)
				covered[at] = SLOT_S * (0.2 + 0.8 * random_unit(&rng));
			loads[at] = fmax(0.02, size * course[t] + (sim->load == CALM ? 0.01 : 0.05) * memory);
			total[at] = 0;
		}
	}
}

static double stepped(const struct sim *sim, size_t function, size_t host, size_t slot)
{
	double cores = 0;

	for (size_t i = 0; i < sim->n_steps; i++)
		if (sim->steps[i].function == function && slot >= sim->steps[i].slot &&
		    (sim->steps[i].host == host || sim->steps[i].host == sim->n_hosts))
			cores += sim->steps[i].cores;
	return cores;
}

/* Sizes of functions: a few large ones, many small ones; one of eight does not follow the load. */
static void make_function(const struct sim *sim, size_t f, double norm, size_t *n_cells)
{
	double cores = sim->bare && f == sim->n_functions - 1 ? 0 : 1 / (double)(f + 3) / norm;
	bool background = f % 8 == 7, moody = sim->moody > 0 && f % sim->moody == 0;
	double memory = moody ? 0.95 : 0.8, swing = moody ? 0.4 : sim->own;

	for (size_t h = 0; h < sim->n_hosts; h++) {
		double own = sim->mix ? exp(0.4 * normal()) : 1, wander = normal();

		for (size_t t = 0; t < sim->n_slots; t++) {
			size_t at = h * sim->n_slots + t;
			double rate = cores * own * (background ? 1 : loads[at]);

			wander = memory * wander + sqrt(1 - memory * memory) * normal();
			if (sim->slower > 0 && t >= sim->slower_from)
				rate *= sim->slower;
			rate = fmax(0, rate * (1 + swing * wander) + stepped(sim, f, h, t));
			rate += f == 10 ? sim->drift * (double)t / (double)sim->n_slots : 0;
			if (covered[at] == 0)
				continue;
			rate = sampled(rate * covered[at], sim->call_s);
			total[at] += rate;
			if (rate > 0)
				cells[(*n_cells)++] = (struct compare_cell){(uint32_t)h, (uint32_t)t, rate};
		}
	}
}

static struct compare_panel make_panel(const struct sim *sim)
{
	size_t n_cells = 0, want = sim->n_slots * sim->n_hosts * sim->n_functions;
	double norm = 0;

	rng.state = sim->seed;
	if (want > cells_cap) {
		cells = realloc(cells, want * sizeof(*cells));
		cells_cap = want;
	}
	for (size_t f = 0; f < sim->n_functions; f++)
		norm += 1 / (double)(f + 3);
	make_loads(sim);
	for (size_t f = 0; f < sim->n_functions; f++) {
		starts[f] = n_cells;
		make_function(sim, f, norm, &n_cells);
	}
	starts[sim->n_functions] = n_cells;
	for (size_t i = 0; sim->saturated && i < n_cells; i++) {
		size_t at = cells[i].cluster * sim->n_slots + cells[i].slot;

		cells[i].cpu_s *= 0.995 * covered[at] / total[at];
	}
	for (size_t i = 0; sim->saturated && i < sim->n_slots * sim->n_hosts; i++)
		total[i] = 0.995 * covered[i];
	return (struct compare_panel){
		.n_slots = sim->n_slots,
		.n_clusters = sim->n_hosts,
		.n_functions = sim->n_functions,
		.slot_s = SLOT_S,
		.period_s = PERIOD_S,
		.covered = covered,
		.total = total,
		.starts = starts,
		.cells = cells,
		.segments = sim->segments,
	};
}

/* Forgets what was found before. */
static void find(const struct compare_panel *panel, uint64_t seed)
{
	struct err err = {0};

	compare_changes_deinit(&found);
	ck_assert_msg(compare_changes(panel, &(struct compare_options){.seed = seed}, &found, &err) == 0, "%s",
		      err.text);
}

static void run(const struct sim *sim)
{
	struct compare_panel panel = make_panel(sim);

	find(&panel, sim->seed);
}

/* The change of this function within a quarter of an hour of the slot, or NULL. */
static const struct compare_change *near(size_t function, size_t slot)
{
	for (size_t i = 0; i < found.n; i++)
		if (found.items[i].function == function &&
		    llabs((long long)found.items[i].moment - (long long)slot) < 90)
			return &found.items[i];
	return NULL;
}

/* One hour of one host, a hundred functions */
static struct sim complete(struct sim sim)
{
	sim.n_slots = sim.n_slots ? sim.n_slots : 360;
	sim.n_hosts = sim.n_hosts ? sim.n_hosts : 1;
	sim.n_functions = sim.n_functions ? sim.n_functions : 100;
	sim.call_s = sim.call_s > 0 ? sim.call_s : 0.05;
	return sim;
}

#define HOUR(...) complete((struct sim){__VA_ARGS__})

static const struct sim unchanged[] = {
	{.load = CALM, .n_functions = 50},
	{.load = MEMORY, .n_functions = 50},
	{.load = MEMORY, .own = 0.2},
	{.load = DIURNAL, .own = 0.1, .n_functions = 50},
	{.load = BURSTY, .own = 0.1, .n_functions = 50},
	{.load = BURSTY, .own = 0.1, .n_functions = 300, .gaps = true},
	{.load = DIURNAL, .own = 0.1, .n_functions = 30, .n_hosts = 3, .gaps = true, .mix = true},
	{.load = MEMORY, .own = 0.1, .n_hosts = 3, .mix = true},
	{.load = MEMORY, .own = 0.1, .n_functions = 30, .call_s = 1},
	{.load = MEMORY, .own = 0.1, .saturated = true},
	{.load = MEMORY, .own = 0.1, .moody = 15, .n_functions = 60},
	{.load = CALM, .moody = 1, .n_functions = 40},
	{.load = MEMORY, .moody = 2, .n_functions = 4, .n_slots = 150},
	{.load = CALM, .own = 0.1, .moody = 3, .n_functions = 6, .n_slots = 150},
};
#define N_UNCHANGED (sizeof(unchanged) / sizeof(unchanged[0]))
#define SERVICES 1000

START_TEST(unchanged_services_name_nothing)
{
	size_t named = 0;

	for (size_t i = 0; i < SERVICES; i++) {
		struct sim sim = complete(unchanged[i % N_UNCHANGED]);

		sim.seed = 100000 + i;
		run(&sim);
		named += found.n > 0;
		ck_assert(found.tested > 10 || sim.moody > 0); /* those remember for too long to be judged */
	}
	printf("unchanged: %zu of %d name anything\n", named, SERVICES);
	ck_assert_uint_le(named, SERVICES / 20);
}
END_TEST

/* Of 100 services with a step of so many points in one of the functions. */
struct power {
	size_t found, held, exact, sized, others;
};

static struct power step_services(double cores, double call_s)
{
	struct power power = {0};

	for (size_t i = 0; i < 100; i++) {
		struct sim sim = HOUR(.load = (enum load)(i % LOADS), .own = 0.1, .call_s = call_s, .seed = 7000 + i);
		size_t slot = 40 + i * 37 % 280;
		const struct compare_change *change;

		sim.steps[sim.n_steps++] = (struct sim_step){i * 13 % 60, 1, slot, cores};
		run(&sim);
		change = near(sim.steps[0].function, slot);
		power.found += change != NULL;
		power.others += found.n - (change != NULL);
		if (!change)
			continue;
		power.held += change->moment_lo <= slot && slot <= change->moment_hi;
		power.exact += change->moment_lo == slot && slot == change->moment_hi;
		power.sized += change->lo <= cores && cores <= change->hi;
	}
	printf("%.0f points, calls of %g s: %zu %% found, moment held by %zu, to the slot by %zu, size by %zu; %zu "
	       "others\n",
	       100 * cores, call_s, power.found, power.held, power.exact, power.sized, power.others);
	return power;
}

START_TEST(steps_are_found)
{
	struct power one = step_services(0.01, 0.05), two = step_services(0.02, 0.05), five = step_services(0.05, 0.05);

	ck_assert_uint_ge(one.found, 25); /* half of them look smaller than the one point that must be */
	ck_assert_uint_ge(two.found, 85);
	ck_assert_uint_ge(five.found, 97);
	ck_assert_uint_ge(100 * (two.held + five.held), 93 * (two.found + five.found));
	ck_assert_uint_ge(100 * (two.sized + five.sized), 90 * (two.found + five.found));
	ck_assert_uint_ge(five.exact, 35);
	ck_assert_uint_le(one.others + two.others + five.others, 15);
}
END_TEST

/* A few functions of which most wander for too long to be judged in so short a time: the others are. */
START_TEST(wanderers_hide_nobody)
{
	size_t right = 0;

	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct sim sim =
			HOUR(.load = CALM, .own = 0.05, .n_functions = 4, .n_slots = 150, .moody = 2, .seed = seed);
		const struct compare_change *change;

		sim.steps[sim.n_steps++] = (struct sim_step){1, 1, 75, 0.6};
		run(&sim);
		change = near(1, 75);
		right += change && found.n == 1 && change->moment_lo <= 75 && change->moment_hi >= 75;
	}
	printf("beside wanderers: %zu of 40 right\n", right);
	ck_assert_uint_ge(right, 36);
}
END_TEST

START_TEST(several_changes_are_found)
{
	struct sim sim = HOUR(.load = MEMORY, .own = 0.1, .bare = true);

	sim.steps[0] = (struct sim_step){5, 1, 100, 0.06};
	sim.steps[1] = (struct sim_step){20, 1, 250, 0.05};
	sim.steps[2] = (struct sim_step){40, 1, 120, 0.05}; /* up, and down again */
	sim.steps[3] = (struct sim_step){40, 1, 220, -0.05};
	sim.steps[4] = (struct sim_step){99, 1, 200, 0.04}; /* new */
	sim.n_steps = 5;
	for (sim.seed = 1; sim.seed <= 5; sim.seed++) {
		run(&sim);
		ck_assert_uint_eq(found.n, 5);
		for (size_t i = 0; i < sim.n_steps; i++) {
			const struct compare_change *change = NULL;

			for (size_t j = 0; j < found.n; j++)
				if (found.items[j].function == sim.steps[i].function &&
				    (found.items[j].delta > 0) == (sim.steps[i].cores > 0))
					change = &found.items[j];
			ck_assert(change && change->flags == 0);
			ck_assert_uint_le(change->moment_lo, sim.steps[i].slot + 2);
			ck_assert_uint_ge(change->moment_hi + 2, sim.steps[i].slot);
			ck_assert_double_eq_tol(change->delta, sim.steps[i].cores, 0.02);
		}
		ck_assert_double_eq_tol(near(99, 200)->before, 0, 0.003);
		ck_assert_uint_eq(near(99, 200)->moment_hi, near(99, 200)->moment); /* not after its first look */
	}
}
END_TEST

/* What comes little by little has no moment. */
START_TEST(drift_is_no_step)
{
	struct sim sim = HOUR(.load = MEMORY, .drift = 0.03);
	size_t named = 0;

	for (sim.seed = 1; sim.seed <= 40; sim.seed++) {
		run(&sim);
		named += found.n > 0;
	}
	printf("drift: named in %zu of 40\n", named);
	ck_assert_uint_le(named, 8);
}
END_TEST

START_TEST(gone_function_is_found)
{
	struct sim sim = HOUR(.load = BURSTY, .bare = true, .seed = 3);

	sim.steps[0] = (struct sim_step){99, 1, 0, 0.05};
	sim.steps[1] = (struct sim_step){99, 1, 180, -0.05};
	sim.n_steps = 2;
	run(&sim);
	ck_assert_uint_eq(found.n, 1);
	ck_assert_double_eq_tol(found.items[0].after, 0, 0.003);
	ck_assert_double_eq_tol(found.items[0].before, 0.05, 0.01);
	ck_assert_uint_eq(found.items[0].moment_hi, 180);
}
END_TEST

START_TEST(gap_is_no_change_and_spanned)
{
	struct sim sim = HOUR(.load = MEMORY, .gap_from = 150, .gap_until = 170, .seed = 2);

	run(&sim);
	ck_assert_uint_eq(found.n, 0);
	sim.steps[0] = (struct sim_step){10, 1, 160, 0.1};
	sim.n_steps = 1;
	run(&sim);
	ck_assert_uint_eq(found.n, 1);
	ck_assert_uint_le(found.items[0].moment_lo, 150);
	ck_assert_uint_ge(found.items[0].moment_hi, 170);
}
END_TEST

/* A change of the rate of looks, or of the way of looking, is no change of the program. */
START_TEST(segments_are_not_compared)
{
	static uint32_t segments[360];
	struct sim sim = HOUR(.load = MEMORY, .segments = segments, .seed = 4);

	for (size_t t = 0; t < 360; t++)
		segments[t] = t >= 130 ? 1 : 0;
	sim.steps[0] = (struct sim_step){10, 1, 130, 0.1};
	sim.n_steps = 1;
	run(&sim);
	ck_assert_uint_eq(found.n, 0);
	ck_assert_uint_gt(found.tested, 0);
	sim.steps[0].slot = 250;
	run(&sim);
	ck_assert_uint_eq(found.n, 1);
	ck_assert(near(10, 250) != NULL);
	for (size_t t = 0; t < 100; t++) /* many short ones tell nothing, and harm nothing */
		segments[t] = (uint32_t)t;
	run(&sim);
	ck_assert(near(10, 250) != NULL);
	sim.segments = NULL;
	sim.steps[0].slot = 130;
	run(&sim);
	ck_assert(near(10, 130) != NULL);
}
END_TEST

START_TEST(deploy_rolls_through_hosts)
{
	struct sim sim = HOUR(.load = MEMORY, .own = 0.1, .n_hosts = 4);
	size_t flagged = 0;

	for (size_t h = 0; h < 4; h++)
		sim.steps[h] = (struct sim_step){10, h, 100 + 15 * h, 0.06};
	sim.n_steps = 4;
	for (sim.seed = 1; sim.seed <= 10; sim.seed++) {
		const struct compare_change *change = found.items;

		run(&sim);
		change = found.items;
		if (found.n != 1 || !(change->flags & COMPARE_PER_HOST) || change->n_hosts != 4)
			continue;
		flagged++;
		for (size_t h = 0; h < 4; h++) {
			const struct compare_moment *own = &found.hosts[change->hosts + h];

			ck_assert_uint_eq(own->cluster, h);
			ck_assert_uint_le(own->lo, 100 + 15 * h + 1);
			ck_assert_uint_ge(own->hi + 1, 100 + 15 * h);
		}
		ck_assert_uint_le(change->moment_lo, 101);
		ck_assert_uint_ge(change->moment_hi, 144);
		ck_assert_double_eq_tol(change->delta, 0.24, 0.04);
	}
	ck_assert_uint_ge(flagged, 8);
	for (size_t h = 0; h < 4; h++)
		sim.steps[h].slot = 150;
	for (sim.seed = 1; sim.seed <= 10; sim.seed++) {
		run(&sim);
		ck_assert_uint_eq(found.n, 1);
		ck_assert_uint_eq(found.items[0].flags, 0);
		ck_assert_uint_eq(found.items[0].n_hosts, 4);
	}
}
END_TEST

/* All CPU is taken: the others give way to the one that grows, and only that one is named. */
START_TEST(saturated_service_names_what_rises)
{
	struct sim sim = HOUR(.load = CALM, .own = 0.2, .saturated = true);
	size_t right = 0;

	for (sim.seed = 1; sim.seed <= 20; sim.seed++) {
		sim.steps[0] = (struct sim_step){20, 1, 150, 0.08};
		sim.n_steps = 1;
		run(&sim);
		ck_assert(found.saturated);
		right += found.n == 1 && near(20, 150) && found.items[0].flags == COMPARE_SATURATED &&
			 found.items[0].moment_lo <= 150 && found.items[0].moment_hi >= 150;
		sim.steps[0] = (struct sim_step){0, 1, 0, 0.2};
		sim.steps[1] = (struct sim_step){0, 1, 150, -0.2};
		sim.n_steps = 2;
		run(&sim);
		right += found.n == 0; /* what falls makes all others rise alike */
	}
	printf("saturated: %zu of 40 right\n", right);
	ck_assert_uint_ge(right, 37);
}
END_TEST

START_TEST(uniform_slowdown_is_one_finding)
{
	struct sim sim = HOUR(.load = CALM, .slower_from = 150, .slower = 1.5);
	size_t right = 0;

	for (sim.seed = 1; sim.seed <= 20; sim.seed++) {
		run(&sim);
		right += found.n == 1 && found.items[0].function == COMPARE_ALL &&
			 found.items[0].flags == COMPARE_UNIFORM && found.items[0].moment_lo <= 150 &&
			 found.items[0].moment_hi >= 150 && fabs(found.items[0].delta - 0.5) < 0.1;
	}
	printf("uniform: %zu of 20 right\n", right);
	ck_assert_uint_ge(right, 18);
}
END_TEST

START_TEST(recurring_step_is_flagged)
{
	struct sim sim = HOUR(.load = MEMORY, .seed = 11);
	struct compare_changes today, none = {0};

	sim.steps[0] = (struct sim_step){10, 1, 200, 0.06};
	sim.steps[1] = (struct sim_step){20, 1, 100, 0.06};
	sim.n_steps = 2;
	run(&sim);
	today = found;
	found = none;
	sim.seed = 12;
	sim.steps[1].cores = -0.02; /* another direction */
	run(&sim);
	compare_changes_recurring(&today, &found);
	compare_changes_deinit(&found);
	found = today;
	ck_assert_uint_eq(found.n, 2);
	ck_assert_uint_eq(near(10, 200)->flags, COMPARE_RECURRING);
	ck_assert_uint_eq(near(20, 100)->flags, 0);
}
END_TEST

START_TEST(same_seed_same_answer)
{
	struct sim sim = HOUR(.load = BURSTY, .own = 0.1, .seed = 9);
	struct compare_panel panel;
	double limit;

	panel = make_panel(&sim);
	find(&panel, 1);
	limit = found.limit;
	find(&panel, 1);
	ck_assert(found.limit == limit);
	find(&panel, 2);
	ck_assert(found.limit != limit);
}
END_TEST

START_TEST(what_is_too_short_is_not_tested)
{
	struct sim sim = HOUR(.load = MEMORY, .n_functions = 20, .seed = 1);

	for (sim.n_slots = 1; sim.n_slots < 12; sim.n_slots++) {
		run(&sim);
		ck_assert_uint_eq(found.tested, 0);
		ck_assert_uint_eq(found.n, 0);
	}
	sim.n_slots = 60;
	run(&sim);
	ck_assert_uint_gt(found.tested, 0);
}
END_TEST

START_TEST(bad_input_is_refused)
{
	struct sim sim = HOUR(.load = CALM, .n_functions = 5, .seed = 1);
	struct compare_panel panel = make_panel(&sim);
	struct err err = {0};

	panel.n_slots = 0;
	ck_assert_int_eq(compare_changes(&panel, &(struct compare_options){0}, &found, &err), SCRAPE_EINVAL);
	panel = make_panel(&sim);
	cells[3].cpu_s = NAN;
	ck_assert_int_eq(compare_changes(&panel, &(struct compare_options){0}, &found, &err), SCRAPE_EINVAL);
	sim.gap_until = 360;
	panel = make_panel(&sim);
	ck_assert_int_eq(compare_changes(&panel, &(struct compare_options){0}, &found, &err), SCRAPE_EINVAL);
}
END_TEST

static void end_test(void)
{
	compare_changes_deinit(&found);
	free(cells);
	cells = NULL;
	cells_cap = 0;
}

int main(void)
{
	Suite *suite = suite_create("compare change");
	TCase *tcase = tcase_create("compare change");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tcase, NULL, end_test);
	tcase_set_timeout(tcase, 300);
	tcase_add_test(tcase, unchanged_services_name_nothing);
	tcase_add_test(tcase, steps_are_found);
	tcase_add_test(tcase, wanderers_hide_nobody);
	tcase_add_test(tcase, several_changes_are_found);
	tcase_add_test(tcase, drift_is_no_step);
	tcase_add_test(tcase, gone_function_is_found);
	tcase_add_test(tcase, gap_is_no_change_and_spanned);
	tcase_add_test(tcase, segments_are_not_compared);
	tcase_add_test(tcase, deploy_rolls_through_hosts);
	tcase_add_test(tcase, saturated_service_names_what_rises);
	tcase_add_test(tcase, uniform_slowdown_is_one_finding);
	tcase_add_test(tcase, recurring_step_is_flagged);
	tcase_add_test(tcase, same_seed_same_answer);
	tcase_add_test(tcase, what_is_too_short_is_not_tested);
	tcase_add_test(tcase, bad_input_is_refused);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
