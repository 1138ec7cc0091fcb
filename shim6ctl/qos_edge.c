// SPDX-License-Identifier: GPL-2.0
/* An edge router of dsmark, which marks, as clsact with its actions */
#include <stdio.h>

#include "err.h"
#include "qos.h"
#include "qos_old.h"

#define PER_PRIO	10

static void put_flower(FILE *file, const struct qos_old_match *m)
{
	fputs("flower", file);
	if (m->proto == 6 || m->proto == 17)
		fprintf(file, " ip_proto %s", m->proto == 6 ? "tcp" : "udp");
	else if (m->proto)
		fprintf(file, " ip_proto 0x%02lx", m->proto);
	if (*m->src)
		fprintf(file, " src_ip %s", m->src);
	if (*m->dst)
		fprintf(file, " dst_ip %s", m->dst);
	if (m->port)
		fprintf(file, " dst_port %lu", m->port);
}

static void put_u32(FILE *file, const struct qos_old_match *m)
{
	const char *ip = m->ipv6 ? "ip6" : "ip";

	fputs("u32", file);
	if (*m->dst)
		fprintf(file, " match %s dst %s", ip, m->dst);
	if (*m->src)
		fprintf(file, " match %s src %s", ip, m->src);
	if (m->proto)
		fprintf(file, " match %s protocol %lu 0xff", ip, m->proto);
	if (m->port)
		fprintf(file, " match %s dport %lu 0xffff", ip, m->port);
	if (!*m->dst && !*m->src && !m->proto)
		fputs(" match u32 0 0", file);
}

/* In a packet of Shim6: next header at 40, the P bit at 42, ports from 48 on */
static void put_shim(FILE *file, const struct qos_old_match *m)
{
	fprintf(file, "u32 match ip6 protocol 140 0xff match u8 0x80 0x80 at 42 match u8 %lu 0xff at 40 match u16 %lu 0xffff at 50",
		m->proto, m->port);
}

static void put_actions(FILE *file, const struct qos_old *o,
			const struct qos_old_filter *f)
{
	if (*f->rate)
		fprintf(file, " action police rate %s burst %s conform-exceed continue/pipe",
			f->rate, f->burst);
	fprintf(file, " action pedit ex munge %s set 0x%02x retain 0xfc pipe",
		f->match.ipv6 ? "ip6 traffic_class" : "ip dsfield",
		o->mark[f->minor] - 1);
	if (!f->match.ipv6)
		fputs(" action csum ip4h pipe", file);
	fprintf(file, " action skbedit priority %x:%x pipe",
		QOS_FIRST + o->root, f->minor);
}

static void add_edge_filter(struct qos_old *o, const struct qos_old_filter *f,
			    unsigned int pref,
			    void (*put)(FILE *file, const struct qos_old_match *m))
{
	char text[900] = "";
	FILE *file = fmemopen(text, sizeof(text), "w");

	if (!file)
		return;
	fprintf(file, "filter add dev $D egress protocol %s pref %u ",
		f->match.ipv6 ? "ipv6" : "ip", pref);
	put(file, &f->match);
	put_actions(file, o, f);
	fclose(file);
	qos_tc(o->b, "%s", text);
}

static void comment_filter(struct qos_old *o, const struct qos_old_filter *f)
{
	char name[16], rate[64] = "";

	if (*f->rate)
		snprintf(rate, sizeof(rate), " up to %s, what is beyond goes on",
			 f->rate);
	qos_comment(o->b, "%s%s",
		    qos_dscp_name((o->mark[f->minor] - 1) >> 2, name,
				  sizeof(name)), rate);
}

static int add_edge_filters(struct qos_old *o, unsigned long prio)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < o->nfilters; i++) {
		struct qos_old_filter *f = &o->filters[i];
		bool shim = o->router && f->match.ipv6 && f->match.port;

		if (f->prio != prio)
			continue;
		o->line = f->line;
		if (n + shim >= PER_PRIO)
			return qos_old_fail(o, "prio %lu: too many filters of it, %u at most",
					    prio, PER_PRIO);
		comment_filter(o, f);
		add_edge_filter(o, f, QOS_PREF + prio * PER_PRIO + n++,
				o->u32 ? put_u32 : put_flower);
		if (!shim)
			continue;
		qos_comment(o->b, "the same in packets of Shim6, whose addresses are others");
		add_edge_filter(o, f, QOS_PREF + prio * PER_PRIO + n++,
				put_shim);
	}
	return CTL_OK;
}

int qos_old_put_edge(struct qos_old *o)
{
	unsigned long prio;

	qos_tc(o->b, "qdisc add dev $D root handle %x: pfifo limit 1000",
	       QOS_FIRST + o->root);
	qos_tc(o->b, "qdisc replace dev $D clsact");
	for (prio = 0; prio <= QOS_OLD_PRIO; prio++)
		if (add_edge_filters(o, prio))
			return CTL_FAILED;
	return CTL_OK;
}
