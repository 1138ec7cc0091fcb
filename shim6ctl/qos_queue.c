// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "mem.h"
#include "qos_queue.h"
#include "value.h"

static bool parse_handle(const char *text, struct qos_queue *q)
{
	q->minor = 0;
	return sscanf(text, "%x:%x", &q->major, &q->minor) >= 1;
}

static void add(struct qos_queues *q, const struct qos_queue *one)
{
	q->v = mem_resize(q->v, q->n + 1, sizeof(*q->v));
	q->v[q->n++] = *one;
}

const struct qos_queue *qos_queue_of(const struct qos_queues *q,
				     unsigned int major, unsigned int minor)
{
	size_t i;

	for (i = 0; i < q->n; i++)
		if (q->v[i].major == major && q->v[i].minor == minor)
			return &q->v[i];
	return NULL;
}

static uint64_t number(const struct value *v, const char *key)
{
	const struct value *n = value_get(v, key);

	return n && n->number > 0 ? (uint64_t)n->number : 0;
}

static void take_counts(const struct value *v, struct qos_queue *q)
{
	q->packets = number(v, "packets");
	q->bytes = number(v, "bytes");
	q->drops = number(v, "drops");
	q->overlimits = number(v, "overlimits");
	q->backlog = number(v, "backlog");
}

/* A class has its counts one level below in some versions */
static void take_classes(const struct value *list, struct qos_queues *q)
{
	const struct value *v, *stats;
	struct qos_queue one;

	for (v = list->child; v; v = v->next) {
		stats = value_get(v, "stats");
		if (!parse_handle(value_string(v, "handle"), &one))
			continue;
		take_counts(stats ? stats : v, &one);
		add(q, &one);
	}
}

/* Up to iproute2 6.1 many classes are text, whatever is asked for */
static void take_text(const char *text, struct qos_queues *q)
{
	struct qos_queue one = {};
	char handle[32];

	for (; text; text = strchr(text, '\n')) {
		text += strspn(text, "\n \t");
		if (sscanf(text, "class %*s %31s", handle) == 1) {
			one = (struct qos_queue){};
			if (!parse_handle(handle, &one))
				one.major = 0;
		} else if (sscanf(text, "Sent %" SCNu64 " bytes %" SCNu64
				  " pkt (dropped %" SCNu64 ", overlimits %"
				  SCNu64, &one.bytes, &one.packets, &one.drops,
				  &one.overlimits) == 4) {
			if (one.major)
				add(q, &one);
		} else if (sscanf(text, "backlog %" SCNu64 "b",
				  &one.backlog) == 1 && q->n && one.major) {
			q->v[q->n - 1].backlog = one.backlog;
		}
	}
}

/*
 * What the queue below a class drops is not always counted in the class; RED
 * and CoDel drop when the class knows nothing of it. A queue at the root is
 * like a class without a minor number.
 */
static void take_qdiscs(const struct value *list, struct qos_queues *q)
{
	const struct value *v;
	struct qos_queue one, *class;
	const char *parent;

	for (v = list->child; v; v = v->next) {
		parent = value_string(v, "parent");
		if (!parse_handle(*parent ? parent : value_string(v, "handle"),
				  &one))
			continue;
		take_counts(v, &one);
		class = (struct qos_queue *)qos_queue_of(q, one.major,
							 one.minor);
		if (!class)
			add(q, &one);
		else if (class->drops < one.drops)
			class->drops = one.drops;
	}
}

static void first_line(const char *text, char *why, size_t room)
{
	size_t n = strcspn(text, "\n");

	if (n)
		snprintf(why, room, "%.*s", (int)n, text);
	else
		snprintf(why, room, "it failed without a word");
}

/* Return: what tc prints, to be freed, or NULL and @why is filled in */
static char *ask(const struct host_ops *host, const char *what,
		 const char *dev, char *why, size_t room)
{
	const char *const argv[] = { "tc", "-s", "-j", what, "show", "dev",
				     dev, NULL };
	int status = 0;
	char *text = host->run(argv, &status);

	if (!text) {
		snprintf(why, room, "%s; install iproute2", strerror(errno));
		return NULL;
	}
	if (!status)
		return text;
	first_line(text, why, room);
	free(text);
	return NULL;
}

int qos_queues_read(const struct host_ops *host, const char *dev,
		    struct qos_queues *q, char *why, size_t room)
{
	struct value *list;
	char *text;

	*q = (struct qos_queues){};
	text = ask(host, "class", dev, why, room);
	if (!text)
		return -1;
	list = *text == '[' ? value_parse(text) : NULL;
	if (list)
		take_classes(list, q);
	else
		take_text(text, q);
	value_free(list);
	free(text);
	text = ask(host, "qdisc", dev, why, room);
	if (!text)
		return -1;
	list = value_parse(text);
	if (list)
		take_qdiscs(list, q);
	value_free(list);
	free(text);
	return 0;
}

void qos_queues_free(struct qos_queues *q)
{
	free(q->v);
	*q = (struct qos_queues){};
}
