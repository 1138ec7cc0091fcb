// SPDX-License-Identifier: GPL-2.0
/*
 * The simulation in user space: many runs, or one with a trace.
 *
 *   sim [--runs N] [--seed N] [--worlds N] [--jobs N] [--trace]
 *
 * Run i has seed N + i; the seed that is printed on a failure replays it with
 * --runs 1 --trace. The runs are shared among as many processes as --jobs says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "../core_units.h"
#include "../sim.c"

#define MAX_JOBS	64

/* What a process has seen; written before the next run begins */
struct tally {
	unsigned long long runs, failed, steps, checked, served;
	unsigned long long confused, strays;
	unsigned int deepest, most;
};

struct wish {
	unsigned long long runs, seed, worlds, jobs;
	bool trace;
};

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
	fprintf(stderr, "usage: sim [--runs N] [--seed N] [--worlds N] [--jobs N] [--trace]\n");
	return 2;
}

static void one_run(struct sim *sim, const struct wish *w,
		    unsigned long long seed, struct tally *t)
{
	bool ok = sim_run(sim, seed, w->worlds);

	t->steps += sim->steps;
	t->checked += sim->checked;
	t->served += sim->served;
	t->confused += sim->confused;
	t->strays += sim->strays;
	t->deepest = max_t(unsigned int, t->deepest, sim->deepest);
	t->most = max_t(unsigned int, t->most, sim->most);
	t->runs++;
	if (ok)
		return;
	t->failed++;
	printf("seed %llu worlds 0x%02x at %llu s: %s\n", seed, sim->worlds,
	       (unsigned long long)(sim->now / SHIM6_NS_PER_SEC), sim->why);
	fflush(stdout);
}

static void share(const struct wish *w, unsigned int job, struct tally *t)
{
	struct sim *sim = calloc(1, sizeof(*sim));
	unsigned long long i;

	if (!sim)
		exit(2);
	sim->trace = w->trace ? print_line : NULL;
	for (i = job; i < w->runs; i += w->jobs)
		one_run(sim, w, w->seed + i, t);
	free(sim);
}

/* A process that dies leaves its runs out of the sum, which then fails */
static void run_all(const struct wish *w, struct tally *t)
{
	unsigned int job;

	fflush(stdout);
	for (job = 1; job < w->jobs; job++)
		if (!fork()) {
			share(w, job, &t[job]);
			_exit(0);
		}
	share(w, 0, t);
	while (wait(NULL) > 0)
		;
	for (job = 1; job < w->jobs; job++) {
		t->runs += t[job].runs;
		t->failed += t[job].failed;
		t->steps += t[job].steps;
		t->checked += t[job].checked;
		t->served += t[job].served;
		t->confused += t[job].confused;
		t->strays += t[job].strays;
		t->deepest = max(t->deepest, t[job].deepest);
		t->most = max(t->most, t[job].most);
	}
}

static int report(const struct wish *w, const struct tally *t, double took)
{
	unsigned long long failed = t->failed + w->runs - t->runs;

	printf("%llu runs, %llu events, %.1f s: pairs of %llu contexts and payload of %llu flows checked\n",
	       w->runs, t->steps, took, t->checked, t->served);
	printf("%llu contexts in confusion, %llu packets astray, answers %u deep, %u packets for one reason\n",
	       t->confused, t->strays, t->deepest, t->most);
	printf("%llu passed, %llu failed\n", w->runs - failed, failed);
	return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct wish w = { .runs = 10000, .seed = 1, .worlds = SIM_ANY,
			  .jobs = 1 };
	double start = seconds();
	struct tally *t;
	int a;

	for (a = 1; a < argc; a++) {
		if (!strcmp(argv[a], "--trace"))
			w.trace = true;
		else if (!strcmp(argv[a], "--runs") && a + 1 < argc)
			w.runs = strtoull(argv[++a], NULL, 0);
		else if (!strcmp(argv[a], "--seed") && a + 1 < argc)
			w.seed = strtoull(argv[++a], NULL, 0);
		else if (!strcmp(argv[a], "--worlds") && a + 1 < argc)
			w.worlds = strtoull(argv[++a], NULL, 0);
		else if (!strcmp(argv[a], "--jobs") && a + 1 < argc)
			w.jobs = strtoull(argv[++a], NULL, 0);
		else
			return usage();
	}
	if (!w.jobs || w.jobs > MAX_JOBS)
		return usage();
	t = mmap(NULL, MAX_JOBS * sizeof(*t), PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (t == MAP_FAILED)
		return usage();
	run_all(&w, t);
	return report(&w, t, seconds() - start);
}
