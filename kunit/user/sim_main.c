// SPDX-License-Identifier: GPL-2.0
/*
 * The simulation in user space: many runs, or one with a trace.
 *
 *   sim [--runs N] [--seed N] [--trace]
 *
 * Run i has seed N + i; the seed that is printed on a failure replays it with
 * --runs 1 --trace.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "../core_units.h"
#include "../sim.c"

static void print_line(const char *line)
{
	puts(line);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int usage(void)
{
	fprintf(stderr, "usage: sim [--runs N] [--seed N] [--trace]\n");
	return 2;
}

int main(int argc, char **argv)
{
	unsigned long long runs = 10000, seed = 1, i, steps = 0, failed = 0;
	unsigned long long checked = 0;
	static struct sim sim;
	bool trace = false;
	double start;
	int a;

	for (a = 1; a < argc; a++) {
		if (!strcmp(argv[a], "--trace"))
			trace = true;
		else if (!strcmp(argv[a], "--runs") && a + 1 < argc)
			runs = strtoull(argv[++a], NULL, 0);
		else if (!strcmp(argv[a], "--seed") && a + 1 < argc)
			seed = strtoull(argv[++a], NULL, 0);
		else
			return usage();
	}
	sim.trace = trace ? print_line : NULL;
	start = seconds();
	for (i = 0; i < runs; i++) {
		bool ok = sim_run(&sim, seed + i);

		steps += sim.steps;
		checked += sim.checked;
		if (ok)
			continue;
		failed++;
		printf("seed %llu at %llu s: %s\n", seed + i,
		       (unsigned long long)(sim.now / SHIM6_NS_PER_SEC),
		       sim.why);
	}
	printf("%llu runs, pairs of %llu contexts checked, %llu events, %.1f s\n",
	       runs, checked, steps, seconds() - start);
	printf("%llu passed, %llu failed\n", runs - failed, failed);
	return failed ? 1 : 0;
}
