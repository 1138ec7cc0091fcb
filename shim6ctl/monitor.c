// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client.h"
#include "json.h"
#include "macros.h"
#include "monitor.h"
#include "net.h"
#include "words.h"

/* Records taken at a time */
#define ROOM	64

#define MS	UINT64_C(1000000)
#define SEC	UINT64_C(1000000000)

const char *const monitor_types[] = {
	[SHIM6_EVENT_CONTEXT_UP - 1] = "context_up",
	[SHIM6_EVENT_CONTEXT_DOWN - 1] = "context_down",
	[SHIM6_EVENT_CONTEXT_FAILED - 1] = "context_failed",
	[SHIM6_EVENT_LOST - 1] = "lost",
	[SHIM6_EVENT_EXPLORING - 1] = "exploring",
	[SHIM6_EVENT_SWITCHED - 1] = "switched",
	[SHIM6_EVENT_LOCATOR_UP - 1] = "locator_up",
	[SHIM6_EVENT_LOCATOR_DOWN - 1] = "locator_down",
	[SHIM6_EVENT_RECOVERED - 1] = "recovered",
	[SHIM6_EVENT_LIMIT - 1] = "limit",
	[SHIM6_EVENT_CONTEXT_LOST - 1] = "context_lost",
	[SHIM6_EVENT_OPERATIONAL - 1] = "operational",
	[SHIM6_EVENT_RETURNED - 1] = "returned",
	NULL,
};

static const char *type_word(uint32_t type)
{
	/* The last place is that of the end */
	if (!type || type >= ARRAY_SIZE(monitor_types))
		return "unknown";
	return monitor_types[type - 1];
}

static const char *address(const struct in6_addr *addr)
{
	static char text[4][INET6_ADDRSTRLEN];
	static unsigned int turn;
	char *to = text[turn++ % ARRAY_SIZE(text)];

	inet_ntop(AF_INET6, addr, to, INET6_ADDRSTRLEN);
	return to;
}

/* To a millisecond, which is what a failure is measured in */
static const char *duration(uint64_t ns)
{
	static char text[2][32];
	static unsigned int turn;
	char *to = text[turn++ % ARRAY_SIZE(text)];

	if (ns < SEC)
		snprintf(to, sizeof(text[0]), "%" PRIu64 ".%03" PRIu64 " ms",
			 ns / MS, ns % MS / 1000);
	else
		snprintf(to, sizeof(text[0]), "%" PRIu64 ".%03" PRIu64 " s",
			 ns / SEC, ns % SEC / MS);
	return to;
}

static const char *counter_name(const struct monitor *m, uint64_t number)
{
	return number < m->ncounters ? m->counters[number].name : "unknown";
}

/* NULL when the number has to do */
static const char *interface_name(const struct monitor *m, uint32_t index)
{
	static char name[IF_NAMESIZE];

	if (!m->net || !index)
		return NULL;
	m->net->ops->name(m->net, index, name);
	return name;
}

static bool has_context(const struct shim6_event *e)
{
	return e->context;
}

static bool has_old(const struct shim6_event *e)
{
	return e->type == SHIM6_EVENT_SWITCHED ||
	       e->type == SHIM6_EVENT_RETURNED;
}

static bool is_locator(const struct shim6_event *e)
{
	return e->type == SHIM6_EVENT_LOCATOR_UP ||
	       e->type == SHIM6_EVENT_LOCATOR_DOWN;
}

/* --- text */

static void put_pair(FILE *f, const struct in6_addr *src,
		     const struct in6_addr *dst)
{
	fprintf(f, " %s > %s", address(src), address(dst));
}

static void put_switch(FILE *f, const struct shim6_event *e)
{
	put_pair(f, &e->loc_local, &e->loc_peer);
	/* A module of the first version does not tell */
	if (!IN6_IS_ADDR_UNSPECIFIED(&e->old_local)) {
		fputs(", was", f);
		put_pair(f, &e->old_local, &e->old_peer);
	}
	if (e->value)
		fprintf(f, ", %s after the first sign of a failure",
			duration(e->value));
	if (e->explored)
		fprintf(f, ", %s of it exploring", duration(e->explored));
}

static void put_details(const struct monitor *m, FILE *f,
			const struct shim6_event *e)
{
	const char *dev;

	switch (e->type) {
	case SHIM6_EVENT_CONTEXT_UP:
	case SHIM6_EVENT_RECOVERED:
	case SHIM6_EVENT_CONTEXT_DOWN:
	case SHIM6_EVENT_CONTEXT_LOST:
		put_pair(f, &e->ulid_local, &e->ulid_peer);
		break;
	case SHIM6_EVENT_CONTEXT_FAILED:
		put_pair(f, &e->ulid_local, &e->ulid_peer);
		fprintf(f, ", %s", words_state((uint32_t)e->value));
		break;
	case SHIM6_EVENT_LOST:
		put_pair(f, &e->loc_local, &e->loc_peer);
		if (e->value)
			fprintf(f, ", first sign %s ago", duration(e->value));
		break;
	case SHIM6_EVENT_EXPLORING:
		put_pair(f, &e->loc_local, &e->loc_peer);
		break;
	case SHIM6_EVENT_OPERATIONAL:
		put_pair(f, &e->loc_local, &e->loc_peer);
		fprintf(f, ", explored for %s", duration(e->value));
		break;
	case SHIM6_EVENT_SWITCHED:
	case SHIM6_EVENT_RETURNED:
		put_switch(f, e);
		break;
	case SHIM6_EVENT_LOCATOR_UP:
	case SHIM6_EVENT_LOCATOR_DOWN:
		dev = interface_name(m, e->ifindex);
		fprintf(f, " %s", address(&e->ulid_local));
		if (dev)
			fprintf(f, " on %s", dev);
		break;
	case SHIM6_EVENT_LIMIT:
		fprintf(f, " %s, %" PRIu64 " so far", counter_name(m, e->value),
			(uint64_t)e->count);
		break;
	}
}

static void put_text(const struct monitor *m, FILE *f,
		     const struct shim6_event *e, uint64_t wall)
{
	time_t seconds = (time_t)(wall / SEC);
	struct tm tm;
	char when[40];

	localtime_r(&seconds, &tm);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	fprintf(f, "%s.%06" PRIu64 " ", when, wall % SEC / 1000);
	if (m->lost)
		fprintf(f, "(events lost: %" PRIu64 ") ", m->lost);
	if (has_context(e))
		fprintf(f, "context %" PRIu32 ": ", e->context);
	fputs(type_word(e->type), f);
	put_details(m, f, e);
	putc('\n', f);
}

/* --- JSON */

static void json_address(struct json *j, const char *key,
			 const struct in6_addr *addr)
{
	json_string(j, key, address(addr));
}

static void json_context(struct json *j, const struct shim6_event *e)
{
	json_number(j, "context", e->context);
	json_number(j, "fii", e->fii);
	json_address(j, "ulid_local", &e->ulid_local);
	json_address(j, "ulid_peer", &e->ulid_peer);
	if (e->type == SHIM6_EVENT_CONTEXT_DOWN)
		return;
	json_address(j, "loc_local", &e->loc_local);
	json_address(j, "loc_peer", &e->loc_peer);
	if (!has_old(e))
		return;
	json_address(j, "old_local", &e->old_local);
	json_address(j, "old_peer", &e->old_peer);
	json_number(j, "explored", e->explored);
}

static void json_locator(struct json *j, const struct monitor *m,
			 const struct shim6_event *e)
{
	const char *dev = interface_name(m, e->ifindex);

	json_address(j, "address", &e->ulid_local);
	json_number(j, "ifindex", e->ifindex);
	if (dev)
		json_string(j, "interface", dev);
	else
		json_null(j, "interface");
}

static void put_json(const struct monitor *m, FILE *f,
		     const struct shim6_event *e, uint64_t wall)
{
	struct json j;

	json_init(&j, f, false);
	json_open(&j, NULL, '{');
	json_number(&j, "time", wall);
	json_number(&j, "monotonic", e->time);
	json_number(&j, "seq", e->seq);
	json_number(&j, "lost", m->lost);
	json_string(&j, "type", type_word(e->type));
	if (has_context(e))
		json_context(&j, e);
	else if (is_locator(e))
		json_locator(&j, m, e);
	switch (e->type) {
	case SHIM6_EVENT_LIMIT:
		json_string(&j, "limit", counter_name(m, e->value));
		json_number(&j, "count", e->count);
		break;
	case SHIM6_EVENT_CONTEXT_FAILED:
		json_string(&j, "state", words_state((uint32_t)e->value));
		break;
	case SHIM6_EVENT_LOST:
	case SHIM6_EVENT_SWITCHED:
	case SHIM6_EVENT_RETURNED:
	case SHIM6_EVENT_OPERATIONAL:
		json_number(&j, "took", e->value);
		break;
	}
	json_close(&j, '}');
}

/* --- */

static bool is_wanted(const struct monitor *m, const struct shim6_event *e)
{
	return !m->want.context || e->context == m->want.context;
}

static void show(struct monitor *m, FILE *f, const struct shim6_event *e,
		 const struct client_clock *now)
{
	uint64_t wall = now->wall - (now->monotonic - e->time);

	if (m->want.json)
		put_json(m, f, e, wall);
	else
		put_text(m, f, e, wall);
	m->lost = 0;
	m->shown++;
}

bool monitor_done(const struct monitor *m)
{
	return m->want.count && m->shown >= m->want.count;
}

int monitor_fd(const struct monitor *m)
{
	return client_event_fd(m->client);
}

int monitor_open(struct monitor *m, struct client *c, struct net *net,
		 const struct monitor_want *want)
{
	int ret;

	*m = (struct monitor){ .client = c, .net = net, .want = *want };
	ret = client_counters(c, &m->counters, &m->ncounters);
	if (ret)
		return ret;
	ret = client_event_mask(c, want->mask, 0);
	if (ret)
		free(m->counters);
	return ret;
}

void monitor_close(struct monitor *m)
{
	client_event_mask(m->client, 0, 0);
	free(m->counters);
}

int monitor_read(struct monitor *m, FILE *file)
{
	struct shim6_event v[ROOM];
	struct client_clock now;
	int n = client_events(m->client, v, ROOM);
	int shown = 0;
	int i;

	if (n < 0)
		return n;
	client_now(m->client, &now);
	for (i = 0; i < n && !monitor_done(m); i++) {
		m->lost += v[i].lost;
		if (!is_wanted(m, &v[i]))
			continue;
		show(m, file, &v[i], &now);
		shown++;
	}
	return n ? shown : -ENODATA;
}
