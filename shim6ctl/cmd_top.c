// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "err.h"
#include "out.h"
#include "pause.h"
#include "term.h"
#include "top.h"
#include "verbs.h"

#define INTERVAL_MS	1000

/**
 * struct live - a table on a terminal
 * @top: contexts
 * @term: terminal
 * @pause: signals
 */
struct live {
	struct top top;
	struct term term;
	struct pause pause;
};

static void draw(struct top *t)
{
	unsigned int columns, lines;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return;
	term_size(&columns, &lines);
	top_sort(t);
	top_text(t, f, columns);
	fclose(f);
	term_draw(text, 1);
	free(text);
}

/* Return: false to end */
static bool press(struct top *t, int key)
{
	switch (key) {
	case 'q':
	case 'Q':
	case 4:		/* what ends a file */
		return false;
	case 's':
		t->order = (t->order + 1) % TOP_ORDERS;
		break;
	case 'r':
		t->reverse = !t->reverse;
		break;
	}
	return true;
}

static void stop(struct live *l)
{
	term_give(&l->term);
	raise(SIGSTOP);
	term_take(&l->term);
}

/* Until somebody ends it. A key or a new size draws anew, and looks anew only
 * when it is time: rates over a moment jump.
 */
static int watch_terminal(struct live *l, struct client *c, int interval)
{
	enum pause_why why = PAUSE_TIME;
	int ret = 0;

	while (!ret && why != PAUSE_QUIT) {
		if (why == PAUSE_TIME)
			ret = top_look(&l->top, c);
		if (why == PAUSE_STOP)
			stop(l);
		if (why == PAUSE_READ && !press(&l->top, term_key()))
			break;
		draw(&l->top);
		why = pause_wait(&l->pause, 0, interval);
	}
	return ret;
}

static int run_live(struct live *l, struct client *c, int interval)
{
	int ret = pause_begin(&l->pause, true);

	if (ret)
		return ret;
	term_take(&l->term);
	ret = watch_terminal(l, c, interval);
	term_give(&l->term);
	pause_end(&l->pause);
	return ret;
}

/* Below the one before */
static void print_round(struct top *t, bool json, bool first)
{
	top_sort(t);
	if (json) {
		top_json(t, stdout);
		return;
	}
	if (!first)
		putchar('\n');
	top_text(t, stdout, 0);
}

static int print_rounds(struct live *l, struct cmd_env *env, int interval,
			uint64_t rounds)
{
	int ret = top_look(&l->top, env->client);
	uint64_t i;

	for (i = 0; !ret && (i < rounds || !rounds); i++) {
		if (pause_wait(&l->pause, -1, interval) != PAUSE_TIME)
			break;
		ret = top_look(&l->top, env->client);
		if (ret)
			break;
		print_round(&l->top, env->out->as_json, !i);
		if (!pause_flush())
			break;
	}
	return ret;
}

/* For a file or a pipe */
static int run_rounds(struct live *l, struct cmd_env *env, int interval,
		      uint64_t rounds)
{
	int ret = pause_begin(&l->pause, false);

	if (ret)
		return ret;
	ret = print_rounds(l, env, interval, rounds);
	pause_end(&l->pause);
	return ret;
}

static uint64_t number_of(const struct cmd_args *args, const char *name,
			  uint64_t otherwise)
{
	const struct arg_value *v = cmd_get(args, name);

	return v ? v->number : otherwise;
}

static int run_show(struct cmd_env *env, const struct cmd_args *args)
{
	int interval = (int)number_of(args, "interval", INTERVAL_MS);
	struct live l = {
		.top.order = (unsigned int)number_of(args, "sort", TOP_BY_OUT),
		.top.reverse = cmd_has(args, "reverse"),
	};
	bool rounds = cmd_has(args, "rounds") || env->out->as_json;
	int ret = client_event_mask(env->client, 0, SHIM6_WATCH_TRAFFIC);

	if (ret)
		return cmd_fail("top", ret);
	if (!rounds && term_usable())
		ret = run_live(&l, env->client, interval);
	else
		ret = run_rounds(&l, env, interval,
				 number_of(args, "rounds", 0));
	client_event_mask(env->client, 0, 0);
	top_free(&l.top);
	return ret ? cmd_fail("top", ret) : CTL_OK;
}

static const struct arg_spec show_args[] = {
	{ .name = "sort", .type = ARG_WORD, .words = top_orders,
	  .help = "what the order goes by, the largest first" },
	{ .name = "reverse", .type = ARG_FLAG, .help = "the largest last" },
	{ .name = "interval", .type = ARG_NUMBER, .min = 100, .max = 3600000,
	  .help = "time between two looks, ms; 1000 without" },
	{ .name = "rounds", .type = ARG_NUMBER, .min = 1, .max = UINT32_MAX,
	  .help = "print so many tables one below the other, for a file" },
	{},
};

const struct cmd_verb top_verbs[] = {
	{ .name = "show",
	  .help = "pair, traffic and probes of each context; keys: q, s, r",
	  .flags = CMD_MODULE | CMD_ONCE, .features = SHIM6_FEATURE_EVENTS,
	  .args = show_args, .run = run_show },
	{},
};
