// SPDX-License-Identifier: GPL-2.0
/* The table of classes as the commands that make it */
#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>

#include "arg.h"
#include "qos_table.h"
#include "quantity.h"
#include "words.h"

static void write_dscp(FILE *f, const char *key, unsigned int dscp)
{
	char text[QUANTITY_TEXT];

	fprintf(f, " %s %s", key, dscp == SHIM6_QOS_DSCP_KEEP ? "keep" :
		dscp == SHIM6_QOS_DSCP_INHERIT ? "inherit" :
		quantity_dscp(dscp, text));
}

static void write_mark(FILE *f, uint32_t mark, uint32_t mask)
{
	char text[QUANTITY_TEXT];

	if (mask)
		fprintf(f, " mark %s", quantity_mark(mark, mask, text));
}

static void write_prefix(FILE *f, const char *key, const struct in6_addr *addr,
			 unsigned int len)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, addr, text, sizeof(text));
	fprintf(f, "%s%s %s/%u", *key ? " " : "", key, text, len);
}

static void write_class(FILE *f, const struct shim6_qos_class *c)
{
	fprintf(f, "qos class add %s id %" PRIu32, c->name, (uint32_t)c->id);
	write_dscp(f, "dscp", c->dscp);
	if (c->minor)
		fprintf(f, " minor %x", c->minor);
	if (c->tc_index)
		fprintf(f, " tcindex %u", c->tc_index);
	write_mark(f, c->mark, c->mark_mask);
	if (c->in_dscp)
		fprintf(f, " in-dscp %s", qos_word(qos_in_dscps, c->in_dscp));
	fprintf(f, " rank %u\n", c->rank);
}

static void write_rate(FILE *f, const char *key, uint32_t kbit)
{
	char text[QUANTITY_TEXT];

	if (kbit)
		fprintf(f, " %s %s", key, quantity_rate(kbit * 1000ULL, text));
}

static void write_shares(FILE *f, const struct qos_table *t,
			 const struct shim6_qos_link *l)
{
	char text[QUANTITY_TEXT];
	const char *before = " share";
	size_t i;

	for (i = 0; i < t->nclasses; i++) {
		if (!l->share[t->classes[i].id])
			continue;
		fprintf(f, "%s %s=%s", before, t->classes[i].name,
			quantity_percent(l->share[t->classes[i].id], text));
		before = "";
	}
}

static void write_link(FILE *f, const struct qos_table *t, struct net *net,
		       const struct shim6_qos_link *l)
{
	char dev[IF_NAMESIZE];
	bool there = qos_device_name(net, l, dev);
	uint32_t i;

	fprintf(f, "qos link add %s id %" PRIu32 " prefix", l->name,
		(uint32_t)l->id);
	for (i = 0; i < l->nprefix; i++)
		write_prefix(f, "", &l->prefix[i].addr, l->prefix[i].len);
	if (there)
		fprintf(f, " dev %s", dev);
	write_rate(f, "up", l->up_kbit);
	write_rate(f, "down", l->down_kbit);
	if (l->overhead)
		fprintf(f, " overhead %d", l->overhead);
	if (l->major)
		fprintf(f, " major %x", l->major);
	fprintf(f, " prio %u weight %u", l->prio, l->weight);
	if (l->flags & SHIM6_QOS_LINK_METERED)
		fputs(" metered on", f);
	if (l->flags & SHIM6_QOS_LINK_DRAIN)
		fputs(" drain on", f);
	if (l->flags & SHIM6_QOS_LINK_NOPROBE)
		fputs(" noprobe on", f);
	write_mark(f, l->mark, l->mark_mask);
	write_shares(f, t, l);
	if (l->ifindex && !there)
		fprintf(f, " # interface %" PRIu32 " is gone",
			(uint32_t)l->ifindex);
	putc('\n', f);
}

void qos_write_match(FILE *f, const struct shim6_qos_rule *r)
{
	char text[QUANTITY_TEXT];

	if (r->match & SHIM6_QOS_MATCH_LOCAL)
		write_prefix(f, "local", &r->local, r->local_len);
	if (r->match & SHIM6_QOS_MATCH_PEER)
		write_prefix(f, "peer", &r->peer, r->peer_len);
	if (r->match & SHIM6_QOS_MATCH_PROTO)
		fprintf(f, " proto %s",
			arg_proto(r->proto, text, sizeof(text)));
	if (r->match & SHIM6_QOS_MATCH_LPORT)
		fprintf(f, " lport %s",
			quantity_ports(r->lport_min, r->lport_max, text));
	if (r->match & SHIM6_QOS_MATCH_RPORT)
		fprintf(f, " rport %s",
			quantity_ports(r->rport_min, r->rport_max, text));
	if (r->match & SHIM6_QOS_MATCH_DSCP) {
		write_dscp(f, "dscp", r->dscp);
		if (r->dscp_mask != 63)
			fprintf(f, "/0x%x", r->dscp_mask);
	}
	if (r->match & SHIM6_QOS_MATCH_MARK)
		write_mark(f, r->mark, r->mark_mask);
	if (r->match & SHIM6_QOS_MATCH_UID)
		fprintf(f, " uid %" PRIu32, (uint32_t)r->uid);
	if (r->dir)
		fprintf(f, " dir %s", qos_word(qos_dirs, r->dir));
}

void qos_write_path(FILE *f, const struct qos_table *t,
		    const struct shim6_qos_rule *r)
{
	size_t i;

	if (!r->path)
		return;
	fprintf(f, " path %s", qos_word(qos_paths, r->path));
	/* Each with its key: a name may be a word of the command, too */
	for (i = 0; i < t->nlinks; i++)
		if (r->links & 1U << (t->links[i].id - 1))
			fprintf(f, " link %s", t->links[i].name);
}

static void write_rule(FILE *f, const struct qos_table *t,
		       const struct shim6_qos_rule *r)
{
	fprintf(f, "qos rule add %" PRIu32 " class %s", (uint32_t)r->pref,
		qos_class_name(t, r->klass));
	qos_write_match(f, r);
	if (r->set_dscp != SHIM6_QOS_DSCP_KEEP)
		write_dscp(f, "remark", r->set_dscp);
	qos_write_path(f, t, r);
	putc('\n', f);
}

static void write_police(FILE *f, const struct shim6_qos_police *p)
{
	fprintf(f, "qos police set %s", qos_word(qos_kinds, p->kind));
	if (p->rate)
		fprintf(f, " rate %" PRIu32 "/s burst %" PRIu32,
			(uint32_t)p->rate, (uint32_t)p->burst);
	if (p->src_len)
		fprintf(f, " per %" PRIu32 " per-rate %" PRIu32 "/s per-burst %" PRIu32 " per-slots %" PRIu32,
			(uint32_t)p->src_len, (uint32_t)p->src_rate,
			(uint32_t)p->src_burst, (uint32_t)p->src_slots);
	putc('\n', f);
}

static void write_control(FILE *f, const struct qos_table *t)
{
	const struct shim6_qos_control *c = &t->control;
	char text[QUANTITY_TEXT];

	fputs("qos control set", f);
	write_dscp(f, "dscp", c->dscp);
	fprintf(f, " alternate %s class %s", words_switch[!!c->alternate],
		qos_class_name(t, c->klass));
	fprintf(f, " pace %s pace-min %" PRIu32 "/s pace-burst %" PRIu32 " provisional %s\n",
		quantity_percent(c->pace_permille, text),
		(uint32_t)c->pace_min, (uint32_t)c->pace_burst,
		words_switch[!!c->provisional]);
}

static void write_time(FILE *f, const char *key, uint64_t us)
{
	char text[QUANTITY_TEXT];

	fprintf(f, " %s %s", key, quantity_time(us, text));
}

static void write_share(FILE *f, const struct shim6_qos_share *s)
{
	char text[QUANTITY_TEXT];

	fprintf(f, "qos share set %s", qos_word(qos_share_modes, s->mode));
	write_time(f, "idle", s->idle_ms * 1000ULL);
	write_time(f, "unbalanced", s->unbalanced_ms * 1000ULL);
	fprintf(f, " hysteresis %s", quantity_percent(s->hyst_permille, text));
	write_time(f, "margin", s->hyst_us);
	write_time(f, "hold", s->hold_ms * 1000ULL);
	putc('\n', f);
}

static void write_trust(FILE *f, const struct shim6_qos_trust *trust)
{
	const char *before = " allow ";
	char text[QUANTITY_TEXT];
	unsigned int i;

	fprintf(f, "qos trust set %s", qos_word(qos_trust_modes, trust->mode));
	for (i = 0; i < 64; i++) {
		if (!(trust->allow >> i & 1))
			continue;
		fprintf(f, "%s%s", before, quantity_dscp(i, text));
		before = ",";
	}
	putc('\n', f);
}

size_t qos_table_write(const struct qos_table *t, struct net *net, FILE *f)
{
	size_t i;

	fputs("qos flush\n", f);
	for (i = 0; i < t->nclasses; i++)
		write_class(f, &t->classes[i]);
	for (i = 0; i < t->nlinks; i++)
		write_link(f, t, net, &t->links[i]);
	for (i = 0; i < t->nrules; i++)
		write_rule(f, t, &t->rules[i]);
	for (i = 0; i < t->npolice; i++)
		write_police(f, &t->police[i]);
	write_control(f, t);
	write_share(f, &t->share);
	write_trust(f, &t->trust);
	return 4 + t->nclasses + t->nlinks + t->nrules + t->npolice;
}
