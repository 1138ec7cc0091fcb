// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "out.h"
#include "show.h"
#include "top.h"
#include "words.h"

#define US	UINT64_C(1000)
#define MS	UINT64_C(1000000)
#define SEC	UINT64_C(1000000000)

/* A line with the longest pair behind the numbers */
#define WIDE	160

#define KEYS	"; q: quit, s: sort, r: reverse"

const char *const top_orders[] = {
	[TOP_BY_OUT] = "out",
	[TOP_BY_IN] = "in",
	[TOP_BY_RTT] = "rtt",
	[TOP_BY_SWITCH] = "switch",
	[TOP_BY_ID] = "id",
	NULL,
};

static struct top_flow sent(const struct shim6_context_entry *c)
{
	return (struct top_flow){
		.packets = c->tx_packets + c->plain_tx_packets,
		.bytes = c->tx_bytes + c->plain_tx_bytes,
	};
}

static struct top_flow received(const struct shim6_context_entry *c)
{
	return (struct top_flow){
		.packets = c->rx_packets + c->plain_rx_packets,
		.bytes = c->rx_bytes + c->plain_rx_bytes,
	};
}

static uint64_t per_second(uint64_t now, uint64_t before, uint64_t ns)
{
	if (now <= before || !ns)
		return 0;
	return (uint64_t)((double)(now - before) * (double)SEC / (double)ns);
}

static struct top_flow rate(struct top_flow now, struct top_flow before,
			    uint64_t ns)
{
	return (struct top_flow){
		.packets = per_second(now.packets, before.packets, ns),
		.bytes = per_second(now.bytes, before.bytes, ns),
	};
}

static int by_id(const void *a, const void *b)
{
	const struct shim6_context_entry *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static void fill(struct top *t, struct top_row *row,
		 const struct shim6_context_entry *c)
{
	const struct shim6_context_entry *last = NULL;
	uint64_t ns = t->now.monotonic - t->before.monotonic;

	if (t->nlast)
		last = bsearch(c, t->last, t->nlast, sizeof(*c), by_id);
	*row = (struct top_row){ .c = *c, .rated = last };
	if (!last)
		return;
	row->out = rate(sent(c), sent(last), ns);
	row->in = rate(received(c), received(last), ns);
}

int top_look(struct top *t, struct client *c)
{
	struct shim6_context_entry *v;
	size_t n, i;
	int ret = client_contexts(c, &v, &n);

	if (ret)
		return ret;
	qsort(v, n, sizeof(*v), by_id);
	t->before = t->now;
	client_now(c, &t->now);
	t->rows = mem_resize(t->rows, n ? n : 1, sizeof(*t->rows));
	for (i = 0; i < n; i++)
		fill(t, &t->rows[i], &v[i]);
	t->n = n;
	free(t->last);
	t->last = v;
	t->nlast = n;
	return 0;
}

/* What the order goes by; the largest comes first */
static uint64_t weight(const struct top *t, const struct top_row *row)
{
	switch (t->order) {
	case TOP_BY_OUT:
		return row->out.bytes;
	case TOP_BY_IN:
		return row->in.bytes;
	case TOP_BY_RTT:
		return row->c.rtt;
	case TOP_BY_SWITCH:
		return row->c.since_switch ? ~row->c.since_switch : 0;
	default:
		return 0;
	}
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct top_row *x = a, *y = b;
	const struct top *t = arg;
	uint64_t p = weight(t, x), q = weight(t, y);
	int order = p == q ? by_id(&x->c, &y->c) : p < q ? 1 : -1;

	return t->reverse ? -order : order;
}

void top_sort(struct top *t)
{
	qsort_r(t->rows, t->n, sizeof(*t->rows), compare, t);
}

void top_free(struct top *t)
{
	free(t->rows);
	free(t->last);
	*t = (struct top){};
}

/* --- text */

static const char *quantity(char *text, size_t room, bool known, uint64_t n)
{
	static const char units[] = "kMGT";
	double value = (double)n;
	int unit = -1;

	if (!known)
		return "-";
	while (value >= 999.95 && unit < 3) {
		value /= 1000;
		unit++;
	}
	if (unit < 0)
		snprintf(text, room, "%" PRIu64, n);
	else
		snprintf(text, room, "%.1f%c", value, units[unit]);
	return text;
}

static const char *trip(char *text, size_t room, uint64_t ns)
{
	if (!ns)
		return "-";
	snprintf(text, room, "%" PRIu64 ".%03" PRIu64 "ms", ns / MS,
		 ns % MS / US);
	return text;
}

static const char *ago(char *text, size_t room, uint64_t ns)
{
	uint64_t s = ns / SEC;

	if (!ns)
		return "-";
	if (s < 60)
		snprintf(text, room, "%" PRIu64 "s", s);
	else if (s < 3600)
		snprintf(text, room, "%" PRIu64 "m%02" PRIu64 "s", s / 60,
			 s % 60);
	else
		snprintf(text, room, "%" PRIu64 "h%02" PRIu64 "m", s / 3600,
			 s % 3600 / 60);
	return text;
}

/* Of an established context reachability says more than that it is */
static const char *state(const struct shim6_context_entry *c)
{
	if (c->state == SHIM6_STATE_ESTABLISHED &&
	    c->reap != SHIM6_REAP_STATE_OPERATIONAL)
		return words_reap(c->reap);
	return words_state(c->state);
}

static void put_row(const struct top_row *r, FILE *f, bool wide)
{
	const struct shim6_context_entry *c = &r->c;
	char src[INET6_ADDRSTRLEN], dst[INET6_ADDRSTRLEN];
	char t[6][32];

	inet_ntop(AF_INET6, &c->loc_local, src, sizeof(src));
	inet_ntop(AF_INET6, &c->loc_peer, dst, sizeof(dst));
	fprintf(f, "%5" PRIu32 " %-11s %8s %8s %8s %8s %11s %3" PRIu32 " %8s%s%s > %s\n",
		c->id, state(c),
		quantity(t[0], sizeof(t[0]), r->rated, r->out.bytes),
		quantity(t[1], sizeof(t[1]), r->rated, r->in.bytes),
		quantity(t[2], sizeof(t[2]), r->rated, r->out.packets),
		quantity(t[3], sizeof(t[3]), r->rated, r->in.packets),
		trip(t[4], sizeof(t[4]), c->rtt), c->switches,
		ago(t[5], sizeof(t[5]), c->since_switch),
		wide ? "  " : "\n      ", src, dst);
}

static void put_summary(const struct top *t, FILE *f, unsigned int columns)
{
	time_t seconds = (time_t)(t->now.wall / SEC);
	size_t up = 0, looking = 0, i;
	struct tm tm;
	char when[16];

	for (i = 0; i < t->n; i++) {
		if (t->rows[i].c.state != SHIM6_STATE_ESTABLISHED)
			continue;
		up++;
		looking += t->rows[i].c.reap != SHIM6_REAP_STATE_OPERATIONAL;
	}
	localtime_r(&seconds, &tm);
	strftime(when, sizeof(when), "%H:%M:%S", &tm);
	fprintf(f, "%s  contexts: %zu, established: %zu, exploring: %zu; by %s%s%s\n",
		when, t->n, up, looking, top_orders[t->order],
		t->reverse ? ", reverse" : "", columns ? KEYS : "");
}

void top_text(const struct top *t, FILE *f, unsigned int columns)
{
	bool wide = !columns || columns >= WIDE;
	size_t i;

	put_summary(t, f, columns);
	fprintf(f, "%5s %-11s %8s %8s %8s %8s %11s %3s %8s%s\n", "ID", "STATE",
		"OUT B/s", "IN B/s", "OUT p/s", "IN p/s", "RTT", "SW", "LAST",
		wide ? "  SOURCE > DESTINATION" : "");
	for (i = 0; i < t->n; i++)
		put_row(&t->rows[i], f, wide);
}

/* --- JSON */

static void put_rate(struct out *o, const char *key, bool known, uint64_t n)
{
	if (known)
		out_number(o, key, NULL, n);
	else
		out_null(o, key, NULL);
}

void top_json(const struct top *t, FILE *f)
{
	const struct top_row *r;
	struct out o;
	size_t i;

	out_init(&o, f, true);
	o.js.indent = false;
	out_record_begin(&o);
	out_number(&o, "time", NULL, t->now.wall);
	out_table_begin(&o, "contexts", NULL);
	for (i = 0; i < t->n; i++) {
		r = &t->rows[i];
		out_row_begin(&o);
		show_context(&o, &r->c, false);
		put_rate(&o, "out_bytes_rate", r->rated, r->out.bytes);
		put_rate(&o, "in_bytes_rate", r->rated, r->in.bytes);
		put_rate(&o, "out_packets_rate", r->rated, r->out.packets);
		put_rate(&o, "in_packets_rate", r->rated, r->in.packets);
		out_row_end(&o);
	}
	out_table_end(&o);
	out_record_end(&o);
	out_finish(&o);
}
