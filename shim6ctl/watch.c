// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <unistd.h>

#include "interrupt.h"
#include "watch.h"

#define MS_NS		1000000L
#define SEC_NS		1000000000L

/* To the upper left corner, and nothing behind it */
#define CLEAR		"\033[H\033[2J"

static void print_head(const struct watch *w)
{
	struct timespec now;
	struct tm tm;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	strftime(text, sizeof(text), "%F %T", localtime_r(&now.tv_sec, &tm));
	printf("every %u.%u s: %s, %s\n\n", w->ms / 1000, w->ms / 100 % 10,
	       w->title, text);
}

void watch_round(struct watch *w)
{
	if (!w->ms)
		return;
	if (!w->rounds++) {
		interrupt_catch();
		clock_gettime(CLOCK_MONOTONIC, &w->next);
	}
	if (w->json)
		return;
	if (isatty(STDOUT_FILENO))
		fputs(CLEAR, stdout);
	else if (w->rounds > 1)
		putchar('\n');
	print_head(w);
}

static bool is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec ||
	       (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

bool watch_again(struct watch *w)
{
	struct timespec now;

	if (!w->ms)
		return false;
	w->next.tv_sec += w->ms / 1000;
	w->next.tv_nsec += w->ms % 1000 * MS_NS;
	if (w->next.tv_nsec >= SEC_NS) {
		w->next.tv_nsec -= SEC_NS;
		w->next.tv_sec++;
	}
	/* A round that took too long is not made up for */
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (is_before(&w->next, &now))
		w->next = now;
	while (!interrupt_pending() &&
	       clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &w->next, NULL))
		;
	return !interrupt_pending();
}
