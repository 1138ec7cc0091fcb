// SPDX-License-Identifier: GPL-2.0
/* What is configured, and what became of the packets */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_qos.h"
#include "err.h"
#include "macros.h"
#include "net.h"
#include "out.h"
#include "qos_queue.h"
#include "quantity.h"

enum part {
	PART_CLASS, PART_LINK, PART_RULE, PART_CONTROL, PART_POLICE,
	PART_SHARE, PART_TRUST, PART_TRAFFIC, PART_MARKING,
};

static const char *const parts[] = {
	[PART_CLASS] = "class",
	[PART_LINK] = "link",
	[PART_RULE] = "rule",
	[PART_CONTROL] = "control",
	[PART_POLICE] = "police",
	[PART_SHARE] = "share",
	[PART_TRUST] = "trust",
	[PART_TRAFFIC] = "traffic",
	[PART_MARKING] = "marking",
	NULL,
};

static void show_queue(struct out *o, const struct qos_queue *q)
{
	static const struct {
		const char *key;
		const char *label;
		size_t offset;
	} fields[] = {
		{ "tc_packets", "queue: sent",
		  offsetof(struct qos_queue, packets) },
		{ "tc_bytes", "octets", offsetof(struct qos_queue, bytes) },
		{ "tc_drops", "dropped", offsetof(struct qos_queue, drops) },
		{ "tc_overlimits", "overlimits",
		  offsetof(struct qos_queue, overlimits) },
		{ "tc_backlog_bytes", "waiting",
		  offsetof(struct qos_queue, backlog) },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		if (q)
			out_number(o, fields[i].key, fields[i].label,
				   *(const uint64_t *)((const char *)q +
						       fields[i].offset));
		else
			out_null(o, fields[i].key, fields[i].label);
	}
}

static void show_ecn(struct out *o, const struct shim6_qos_traffic *v)
{
	out_number(o, "tx_ect0", NULL, v->tx_ect0);
	out_number(o, "tx_ect1", NULL, v->tx_ect1);
	out_number(o, "tx_ce", NULL, v->tx_ce);
	out_number(o, "rx_ect0", NULL, v->rx_ect0);
	out_number(o, "rx_ect1", NULL, v->rx_ect1);
	out_number(o, "rx_ce", "ce", v->rx_ce);
}

static void show_traffic(struct out *o, const struct qos_table *t,
			 const struct qos_queues *queues,
			 const struct shim6_qos_traffic *v)
{
	const struct shim6_qos_link *l = qos_link_of(t, v->link);
	const struct shim6_qos_class *c = qos_class_of(t, v->klass);
	const struct qos_queue *q = NULL;
	char text[24];

	if (l && c && c->minor)
		q = qos_queue_of(&queues[l - t->links],
				 l->major ? l->major : SHIM6_QOS_MAJOR,
				 c->minor);
	out_string(o, "link", "link", l ? l->name : NULL);
	out_string(o, "class", "class",
		   v->klass ? qos_class_name(t, v->klass) : NULL);
	out_number(o, "tx_packets", "sent", v->tx_packets);
	out_number(o, "tx_bytes", "octets", v->tx_bytes);
	out_number(o, "rx_packets", "received", v->rx_packets);
	out_number(o, "rx_bytes", "octets", v->rx_bytes);
	show_ecn(o, v);
	out_number(o, "lost", "lost", v->lost);
	if (q)
		snprintf(text, sizeof(text), "%x:%x", q->major, q->minor);
	out_string(o, "tc_class", "queue", q ? text : NULL);
	show_queue(o, q);
}

/* One that cannot be asked is enough to say so */
static int join(struct cmd_env *env, const struct qos_table *t,
		struct qos_queues *queues)
{
	char why[200], dev[IF_NAMESIZE];
	int ret = CTL_OK;
	size_t i;

	for (i = 0; i < t->nlinks && !ret; i++) {
		if (!qos_device_name(env->net, &t->links[i], dev))
			continue;
		if (qos_queues_read(env->host, dev, &queues[i], why,
				    sizeof(why)))
			ret = err_failed("dev %s: tc: %s; what it counts is not shown",
					 dev, why);
	}
	return ret;
}

/* What the module counts is shown in any case */
static int run_traffic(struct cmd_env *env, const struct qos_table *t)
{
	struct qos_queues queues[SHIM6_QOS_LINKS] = {};
	struct shim6_qos_traffic *v;
	size_t n, i;
	int ret = qos_traffic_read(env->client, &v, &n);

	if (ret)
		return cmd_fail("qos show traffic", ret);
	ret = join(env, t, queues);
	out_table_begin(env->out, NULL, NULL);
	for (i = 0; i < n; i++) {
		out_row_begin(env->out);
		show_traffic(env->out, t, queues, &v[i]);
		out_row_end(env->out);
	}
	out_table_end(env->out);
	for (i = 0; i < t->nlinks; i++)
		qos_queues_free(&queues[i]);
	free(v);
	return ret;
}

static int run_marking(struct cmd_env *env, const struct qos_table *t)
{
	const struct shim6_qos_link *l;
	struct shim6_qos_marking *v;
	char text[QUANTITY_TEXT];
	size_t n, i;
	int ret = qos_marking_read(env->client, &v, &n);

	if (ret)
		return cmd_fail("qos show marking", ret);
	out_table_begin(env->out, NULL, NULL);
	for (i = 0; i < n; i++) {
		l = qos_link_of(t, v[i].link);
		out_row_begin(env->out);
		out_string(env->out, "link", "link", l ? l->name : NULL);
		out_string(env->out, "dscp", "dscp",
			   quantity_dscp(v[i].dscp, text));
		out_number(env->out, "tx", "sent", v[i].tx);
		out_number(env->out, "rx", "received", v[i].rx);
		out_number(env->out, "sent", "asked", v[i].sent);
		out_number(env->out, "answered", "answered", v[i].answered);
		out_bool(env->out, "blocked", "blocked", v[i].blocked);
		out_row_end(env->out);
	}
	out_table_end(env->out);
	free(v);
	return CTL_OK;
}

static void show_part(struct cmd_env *env, enum part part, const char *key,
		      const struct qos_table *t)
{
	static void (*const shows[])(struct cmd_env *env, const char *key,
				     const struct qos_table *t) = {
		[PART_CLASS] = qos_show_classes,
		[PART_LINK] = qos_show_links,
		[PART_RULE] = qos_show_rules,
		[PART_CONTROL] = qos_show_control,
		[PART_POLICE] = qos_show_police,
		[PART_SHARE] = qos_show_share,
		[PART_TRUST] = qos_show_trust,
	};

	shows[part](env, key, t);
}

static void show_all(struct cmd_env *env, const struct qos_table *t)
{
	enum part part;

	out_record_begin(env->out);
	out_number(env->out, "generation", "changes so far",
		   t->head.generation);
	for (part = PART_CLASS; part <= PART_TRUST; part++)
		show_part(env, part, parts[part], t);
	out_record_end(env->out);
}

static int show(struct cmd_env *env, const struct arg_value *part,
		const struct qos_table *t)
{
	if (!part) {
		show_all(env, t);
		return CTL_OK;
	}
	if (part->number == PART_TRAFFIC)
		return run_traffic(env, t);
	if (part->number == PART_MARKING)
		return run_marking(env, t);
	show_part(env, (enum part)part->number, NULL, t);
	return CTL_OK;
}

int cmd_qos_show(struct cmd_env *env, const struct cmd_args *args)
{
	struct qos_table t;
	int ret = cmd_qos_table(env, &t);

	if (!ret)
		ret = show(env, cmd_get(args, "what"), &t);
	qos_table_free(&t);
	return ret;
}

const struct arg_spec cmd_qos_show_args[] = {
	{ .name = "what", .type = ARG_WORD, .words = parts,
	  .help = "a part of the table; traffic: packets of each class on each link, beside the queues of tc; marking: which of our messages are answered",
	  .flags = ARG_POSITIONAL },
	{},
};
