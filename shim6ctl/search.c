// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hba.h"
#include "interrupt.h"
#include "mem.h"
#include "search.h"

/* Hashes between two looks at what the others do */
#define BATCH	4096

/**
 * struct search - what the workers share
 * @pds: parameters, only read while they run
 * @sec: what is searched for
 * @step: how far a worker goes on; their number
 * @tried: hashes so far
 * @found: somebody has it, or it is given up
 * @given_up: it was interrupted
 * @lock: protects @result
 * @done: signalled with @found
 * @result: the modifier
 */
struct search {
	const struct hba_pds *pds;
	unsigned int sec;
	unsigned int step;
	atomic_ullong tried;
	atomic_bool found;
	bool given_up;
	pthread_mutex_t lock;
	pthread_cond_t done;
	uint8_t result[HBA_MODIFIER];
};

struct worker {
	struct search *s;
	unsigned int number;
	pthread_t thread;
};

/* The modifier is a 128-bit number, most significant octet first */
static void add(uint8_t *modifier, unsigned int n)
{
	int i;

	for (i = HBA_MODIFIER - 1; i >= 0 && n; i--) {
		n += modifier[i];
		modifier[i] = (uint8_t)n;
		n >>= 8;
	}
}

/* NULL: not found, and nobody needs to look any more */
static void publish(struct search *s, const uint8_t *modifier)
{
	pthread_mutex_lock(&s->lock);
	if (!atomic_load(&s->found) && modifier)
		memcpy(s->result, modifier, HBA_MODIFIER);
	if (!modifier)
		s->given_up = true;
	atomic_store(&s->found, true);
	pthread_cond_signal(&s->done);
	pthread_mutex_unlock(&s->lock);
}

/* Each worker has every step-th modifier: together they miss none */
static void *work(void *arg)
{
	struct worker *w = arg;
	struct search *s = w->s;
	uint8_t modifier[HBA_MODIFIER];
	unsigned int i;

	memcpy(modifier, s->pds->raw, sizeof(modifier));
	add(modifier, w->number);
	while (!atomic_load(&s->found)) {
		for (i = 0; i < BATCH; i++) {
			if (hba_hash2_zeros(s->pds, modifier) >= s->sec) {
				publish(s, modifier);
				return NULL;
			}
			add(modifier, s->step);
		}
		atomic_fetch_add(&s->tried, BATCH);
		if (interrupt_pending())
			publish(s, NULL);
	}
	return NULL;
}

static void show_progress(struct search *s, uint64_t seconds, bool tty)
{
	uint64_t tried = atomic_load(&s->tried);
	uint64_t rate = tried / seconds;
	uint64_t mean = 1ULL << (16 * s->sec);

	/* A log wants a line now and then, not one a second */
	if (!tty && seconds % 10 != 1)
		return;
	fprintf(stderr,
		"%shba: %" PRIu64 ".%" PRIu64 " million hashes, %" PRIu64 " s, about %" PRIu64 " s on average%s",
		tty ? "\r" : "", tried / 1000000, tried / 100000 % 10, seconds,
		rate ? mean / rate : 0, tty ? "  " : "\n");
	fflush(stderr);
}

static void wait_found(struct search *s, bool quiet)
{
	bool tty = isatty(STDERR_FILENO);
	struct timespec until;
	uint64_t seconds = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	pthread_mutex_lock(&s->lock);
	while (!atomic_load(&s->found)) {
		until.tv_sec++;
		while (!atomic_load(&s->found) &&
		       !pthread_cond_timedwait(&s->done, &s->lock, &until))
			;
		if (!atomic_load(&s->found) && !quiet)
			show_progress(s, ++seconds, tty);
	}
	pthread_mutex_unlock(&s->lock);
	if (seconds && tty)
		putc('\n', stderr);
}

static unsigned int processors(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return 1;
	return (unsigned int)CPU_COUNT(&set);
}

int search_modifier(struct hba_pds *p, unsigned int sec, bool quiet)
{
	struct search s = {
		.pds = p,
		.sec = sec,
		.step = processors(),
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.done = PTHREAD_COND_INITIALIZER,
	};
	struct worker *w = mem_resize(NULL, s.step, sizeof(*w));
	unsigned int started = 0;
	int ret = 0;

	for (; started < s.step && !ret; started++) {
		w[started] = (struct worker){ .s = &s, .number = started };
		ret = pthread_create(&w[started].thread, NULL, work,
				     &w[started]);
		if (ret)
			break;
	}
	/* With fewer of them the search is slower and misses some, no more */
	if (started) {
		ret = 0;
		wait_found(&s, quiet);
	}
	while (started)
		pthread_join(w[--started].thread, NULL);
	free(w);
	if (!ret && s.given_up)
		ret = EINTR;
	if (!ret)
		memcpy(p->raw, s.result, HBA_MODIFIER);
	return -ret;
}
