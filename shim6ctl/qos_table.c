// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "arg.h"
#include "client.h"
#include "net.h"
#include "qos.h"
#include "qos_table.h"
#include "quantity.h"
#include "words.h"

/* These sizes are ABI, as those in client.c */
#define VER0(type, size)	\
	_Static_assert(sizeof(struct type) == (size), #type)

VER0(shim6_qos_table, SHIM6_QOS_TABLE_SIZE_VER0);
VER0(shim6_qos_class, SHIM6_QOS_CLASS_SIZE_VER0);
VER0(shim6_qos_link, SHIM6_QOS_LINK_SIZE_VER0);
VER0(shim6_qos_rule, SHIM6_QOS_RULE_SIZE_VER0);
VER0(shim6_qos_control, SHIM6_QOS_CONTROL_SIZE_VER0);
VER0(shim6_qos_police, SHIM6_QOS_POLICE_SIZE_VER0);
VER0(shim6_qos_share, SHIM6_QOS_SHARE_SIZE_VER0);
VER0(shim6_qos_trust, SHIM6_QOS_TRUST_SIZE_VER0);
VER0(shim6_qos_traffic, SHIM6_QOS_TRAFFIC_SIZE_VER0);
VER0(shim6_qos_marking, SHIM6_QOS_MARKING_SIZE_VER0);

const char *const qos_in_dscps[] = {
	[SHIM6_QOS_IN_KEEP] = "keep",
	[SHIM6_QOS_IN_RESTORE] = "restore",
	[SHIM6_QOS_IN_SET] = "set",
	NULL,
};

const char *const qos_dirs[] = {
	[SHIM6_QOS_DIR_BOTH] = "both",
	[SHIM6_QOS_DIR_OUT] = "out",
	[SHIM6_QOS_DIR_IN] = "in",
	NULL,
};

const char *const qos_paths[] = {
	[SHIM6_QOS_PATH_ANY] = "any",
	[SHIM6_QOS_PATH_PIN] = "pin",
	[SHIM6_QOS_PATH_PREFER] = "prefer",
	[SHIM6_QOS_PATH_AVOID] = "avoid",
	[SHIM6_QOS_PATH_FORK] = "fork",
	[SHIM6_QOS_PATH_LOWRTT] = "lowrtt",
	NULL,
};

const char *const qos_kinds[] = {
	[SHIM6_QOS_POLICE_I1_IN] = "i1-in",
	[SHIM6_QOS_POLICE_I2_IN] = "i2-in",
	[SHIM6_QOS_POLICE_BIS_IN] = "bis-in",
	[SHIM6_QOS_POLICE_UR_IN] = "ur-in",
	[SHIM6_QOS_POLICE_PROBE_IN] = "probe-in",
	[SHIM6_QOS_POLICE_CTX_OUT] = "ctx-out",
	NULL,
};

_Static_assert(ARRAY_SIZE(qos_kinds) == SHIM6_QOS_POLICE_COUNT + 1,
	       "a name for each kind");

const char *const qos_share_modes[] = {
	[SHIM6_QOS_SHARE_OFF] = "off",
	[SHIM6_QOS_SHARE_WEIGHT] = "weight",
	[SHIM6_QOS_SHARE_LOWRTT] = "lowrtt",
	[SHIM6_QOS_SHARE_ACTIVE_BACKUP] = "active-backup",
	[SHIM6_QOS_SHARE_METERED] = "metered",
	NULL,
};

const char *const qos_trust_modes[] = {
	[SHIM6_QOS_TRUST_ALL] = "all",
	[SHIM6_QOS_TRUST_NONE] = "none",
	[SHIM6_QOS_TRUST_DSCP] = "dscp",
	NULL,
};

#define WORD(words, i)	((i) < ARRAY_SIZE(words) - 1 ? (words)[i] : "unknown")

#define FETCH(c, cmd, v, n) \
	client_fetch(c, SHIM6_IOC_QOS_##cmd, 0, sizeof(**(v)), (void **)(v), n)

int qos_table_read(struct qos_table *t, struct client *c)
{
	size_t i;
	int ret;

	*t = (struct qos_table){};
	ret = client_call(c, SHIM6_IOC_QOS_TABLE, &t->head);
	if (!ret)
		ret = FETCH(c, CLASS_LIST, &t->classes, &t->nclasses);
	if (!ret)
		ret = FETCH(c, LINK_LIST, &t->links, &t->nlinks);
	if (!ret)
		ret = FETCH(c, RULE_LIST, &t->rules, &t->nrules);
	if (!ret)
		ret = FETCH(c, POLICE_LIST, &t->police, &t->npolice);
	if (!ret)
		ret = client_call(c, SHIM6_IOC_QOS_CONTROL_GET, &t->control);
	if (!ret)
		ret = client_call(c, SHIM6_IOC_QOS_SHARE_GET, &t->share);
	if (!ret)
		ret = client_call(c, SHIM6_IOC_QOS_TRUST_GET, &t->trust);
	for (i = 0; i < t->nclasses; i++)
		t->classes[i].name[SHIM6_QOS_NAME_LEN - 1] = '\0';
	for (i = 0; i < t->nlinks; i++) {
		t->links[i].name[SHIM6_QOS_NAME_LEN - 1] = '\0';
		if (t->links[i].nprefix > SHIM6_QOS_PREFIXES)
			t->links[i].nprefix = SHIM6_QOS_PREFIXES;
	}
	return ret;
}

void qos_table_free(struct qos_table *t)
{
	free(t->classes);
	free(t->links);
	free(t->rules);
	free(t->police);
	*t = (struct qos_table){};
}

int qos_traffic_read(struct client *c, struct shim6_qos_traffic **v,
		     size_t *n)
{
	*v = NULL;
	return FETCH(c, TRAFFIC_LIST, v, n);
}

int qos_marking_read(struct client *c, struct shim6_qos_marking **v,
		     size_t *n)
{
	*v = NULL;
	return FETCH(c, MARKING_LIST, v, n);
}

const struct shim6_qos_class *qos_class_of(const struct qos_table *t,
					   uint32_t id)
{
	size_t i;

	for (i = 0; i < t->nclasses; i++)
		if (t->classes[i].id == id)
			return &t->classes[i];
	return NULL;
}

const struct shim6_qos_class *qos_class_named(const struct qos_table *t,
					      const char *name)
{
	size_t i;

	for (i = 0; i < t->nclasses; i++)
		if (!strcmp(t->classes[i].name, name))
			return &t->classes[i];
	return NULL;
}

const struct shim6_qos_link *qos_link_of(const struct qos_table *t,
					 uint32_t id)
{
	size_t i;

	for (i = 0; i < t->nlinks; i++)
		if (t->links[i].id == id)
			return &t->links[i];
	return NULL;
}

const struct shim6_qos_link *qos_link_named(const struct qos_table *t,
					    const char *name)
{
	size_t i;

	for (i = 0; i < t->nlinks; i++)
		if (!strcmp(t->links[i].name, name))
			return &t->links[i];
	return NULL;
}

const struct shim6_qos_rule *qos_rule_of(const struct qos_table *t,
					 uint32_t pref)
{
	size_t i;

	for (i = 0; i < t->nrules; i++)
		if (t->rules[i].pref == pref)
			return &t->rules[i];
	return NULL;
}

const char *qos_class_name(const struct qos_table *t, uint32_t id)
{
	const struct shim6_qos_class *c = qos_class_of(t, id);

	return !id ? "none" : c ? c->name : "unknown";
}

bool qos_device_name(struct net *net, const struct shim6_qos_link *l,
		     char *name)
{
	*name = '\0';
	if (!l->ifindex)
		return false;
	net->ops->name(net, l->ifindex, name);
	/* One that is gone has its number for a name */
	return net->ops->index(net, name) == l->ifindex;
}

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
		fprintf(f, " in-dscp %s", WORD(qos_in_dscps, c->in_dscp));
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
		fprintf(f, " dir %s", WORD(qos_dirs, r->dir));
}

void qos_write_path(FILE *f, const struct qos_table *t,
		    const struct shim6_qos_rule *r)
{
	size_t i;

	if (!r->path)
		return;
	fprintf(f, " path %s", WORD(qos_paths, r->path));
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
	fprintf(f, "qos police set %s", WORD(qos_kinds, p->kind));
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

	fprintf(f, "qos share set %s", WORD(qos_share_modes, s->mode));
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

	fprintf(f, "qos trust set %s", WORD(qos_trust_modes, trust->mode));
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

bool qos_table_configured(const struct qos_table *t)
{
	return t->head.generation || t->nclasses || t->nlinks || t->nrules ||
	       t->npolice;
}
