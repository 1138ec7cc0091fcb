// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_qos_object.h"
#include "err.h"
#include "out.h"
#include "quantity.h"
#include "verbs.h"

#define PORTS	"needs a protocol that has ports: \"proto udp\", \"proto tcp\", or \"proto any\""

#define UID_ANY	UINT32_MAX	/* nobody's */

static const struct qos_member members[] = {
	QOS_MEMBER(shim6_qos_rule, pref, "pref", "must be 1 to 65535"),
	QOS_MEMBER(shim6_qos_rule, klass, "class",
		   "is not there any more; see \"qos class list\""),
	QOS_MEMBER(shim6_qos_rule, local, "local",
		   "must have zeros behind its length"),
	QOS_MEMBER(shim6_qos_rule, peer, "peer",
		   "must have zeros behind its length"),
	QOS_MEMBER(shim6_qos_rule, proto, "proto",
		   "must be a protocol above Shim6, 1 to 255 but for 140"),
	QOS_MEMBER(shim6_qos_rule, lport_min, "lport", PORTS),
	QOS_MEMBER(shim6_qos_rule, lport_max, "lport", PORTS),
	QOS_MEMBER(shim6_qos_rule, rport_min, "rport", PORTS),
	QOS_MEMBER(shim6_qos_rule, rport_max, "rport", PORTS),
	QOS_MEMBER(shim6_qos_rule, dscp, "dscp", "has bits beyond its mask"),
	QOS_MEMBER(shim6_qos_rule, set_dscp, "remark",
		   "needs a class: add \"class NAME\""),
	QOS_MEMBER(shim6_qos_rule, path, "path",
		   "this module does not know it; load the one that came with this shim6ctl"),
	QOS_MEMBER(shim6_qos_rule, mark, "mark", "has bits beyond its mask"),
	QOS_MEMBER(shim6_qos_rule, uid, "uid",
		   "must be a user of the namespace this is run in"),
	QOS_MEMBER(shim6_qos_rule, links, "link",
		   "must be links that are there; see \"qos link list\""),
	{},
};

static void match(struct shim6_qos_rule *r, uint32_t bit, bool on)
{
	r->match = on ? r->match | bit : r->match & ~bit;
}

static void take_prefix(const struct cmd_args *args, const char *key,
			uint32_t bit, struct shim6_qos_rule *r,
			struct in6_addr *addr, uint8_t *len)
{
	const struct arg_value *v = cmd_get(args, key);

	if (!v)
		return;
	match(r, bit, v->len);
	*addr = v->addr;
	*len = (uint8_t)v->len;
}

static void take_ports(const struct cmd_args *args, const char *key,
		       uint32_t bit, struct shim6_qos_rule *r, uint16_t *min,
		       uint16_t *max)
{
	const struct arg_value *v = cmd_get(args, key);

	if (!v)
		return;
	match(r, bit, v->number);
	*min = (uint16_t)v->number;
	*max = (uint16_t)(v->number >> ARG_SECOND);
}

static void take_match(const struct cmd_args *args, struct shim6_qos_rule *r)
{
	const struct arg_value *v = cmd_get(args, "dscp");

	take_prefix(args, "local", SHIM6_QOS_MATCH_LOCAL, r, &r->local,
		    &r->local_len);
	take_prefix(args, "peer", SHIM6_QOS_MATCH_PEER, r, &r->peer,
		    &r->peer_len);
	take_ports(args, "lport", SHIM6_QOS_MATCH_LPORT, r, &r->lport_min,
		   &r->lport_max);
	take_ports(args, "rport", SHIM6_QOS_MATCH_RPORT, r, &r->rport_min,
		   &r->rport_max);
	if (v) {
		match(r, SHIM6_QOS_MATCH_DSCP, v->number);
		r->dscp = (uint8_t)v->number;
		r->dscp_mask = (uint8_t)(v->number >> ARG_SECOND);
	}
	v = cmd_get(args, "proto");
	if (v) {
		match(r, SHIM6_QOS_MATCH_PROTO, v->number);
		r->proto = (uint8_t)v->number;
	}
	v = cmd_get(args, "uid");
	if (v) {
		match(r, SHIM6_QOS_MATCH_UID, v->number != UID_ANY);
		r->uid = v->number != UID_ANY ? (uint32_t)v->number : 0;
	}
	cmd_qos_mark(args, &r->mark, &r->mark_mask);
	match(r, SHIM6_QOS_MATCH_MARK, r->mark_mask);
	r->dir = (uint8_t)cmd_qos_number(args, "dir", r->dir);
}

static int take_links(const struct cmd_args *args, const struct qos_table *t,
		      struct shim6_qos_rule *r)
{
	const struct shim6_qos_link *l;
	unsigned int i;

	if (cmd_has(args, "link"))
		r->links = 0;
	for (i = 0; i < args->n; i++) {
		if (strcmp(args->v[i].spec->name, "link"))
			continue;
		l = qos_link_named(t, args->v[i].text);
		if (!l)
			return qos_no_link(t, args->v[i].text);
		r->links |= (uint16_t)(1U << (l->id - 1));
	}
	return CTL_OK;
}

static int take_path(const struct cmd_args *args, const struct qos_table *t,
		     struct shim6_qos_rule *r)
{
	int ret;

	r->path = (uint8_t)cmd_qos_number(args, "path", r->path);
	if (!r->path && !cmd_has(args, "link"))
		r->links = 0;
	ret = take_links(args, t, r);
	if (ret)
		return ret;
	if (r->path && !r->links)
		return err_usage("path %s: needs links: add \"link NAME\"; see \"qos link list\"",
				 qos_paths[r->path]);
	if (!r->path && r->links)
		return err_usage("link: needs a path: add \"path pin\", prefer, avoid, fork or lowrtt");
	return CTL_OK;
}

static int take(struct qos_change *c)
{
	struct shim6_qos_rule *r = &c->o.rule;
	int ret = cmd_qos_class_arg(c->args, c->t, &r->klass);

	take_match(c->args, r);
	r->set_dscp = (uint8_t)cmd_qos_number(c->args, "remark", r->set_dscp);
	return ret ? ret : take_path(c->args, c->t, r);
}

static const void *of(const struct qos_table *t, uint32_t pref)
{
	return qos_rule_of(t, pref);
}

static int fresh(struct qos_change *c)
{
	c->o.rule.set_dscp = SHIM6_QOS_DSCP_KEEP;
	return CTL_OK;
}

static int refuse_missing(const struct qos_table *t, const char *name)
{
	(void)t;
	return err_failed("rule %s: no such rule; see \"qos rule list\"", name);
}

static const struct qos_kind kind = {
	.word = "rule",
	.words = "rules",
	.key = "pref",
	.most = SHIM6_QOS_RULES,
	.size = sizeof(struct shim6_qos_rule),
	.given = offsetof(struct shim6_qos_rule, packets),
	.bad = offsetof(struct shim6_qos_rule, bad),
	.set = SHIM6_IOC_QOS_RULE_SET,
	.del = SHIM6_IOC_QOS_RULE_DEL,
	.members = members,
	.of = of,
	.fresh = fresh,
	.take = take,
	.missing = refuse_missing,
};

/* What a function writes with a blank before each word */
static char *words(void (*write)(FILE *f, const struct qos_table *t,
				 const struct shim6_qos_rule *r),
		   const struct qos_table *t, const struct shim6_qos_rule *r)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);

	if (!f)
		return NULL;
	write(f, t, r);
	fclose(f);
	if (!n) {
		free(text);
		return NULL;
	}
	return memmove(text, text + 1, n);
}

static void write_match(FILE *f, const struct qos_table *t,
			const struct shim6_qos_rule *r)
{
	(void)t;
	qos_write_match(f, r);
}

static void show_rule(struct out *o, const struct qos_table *t,
		      const struct shim6_qos_rule *r)
{
	char *text = words(write_match, t, r);
	char remark[QUANTITY_TEXT];

	out_number(o, "pref", "pref", r->pref);
	out_string(o, "match", "match", text ? text : "any");
	free(text);
	out_string(o, "class", "class", r->klass ?
		   qos_class_name(t, r->klass) : NULL);
	out_string(o, "remark", "remark",
		   r->set_dscp == SHIM6_QOS_DSCP_KEEP ? NULL :
		   quantity_dscp(r->set_dscp, remark));
	text = words(qos_write_path, t, r);
	out_string(o, "path", "path", text ? text + strlen("path ") : NULL);
	free(text);
	out_number(o, "packets", "packets", r->packets);
	out_number(o, "bytes", "octets", r->bytes);
	out_number(o, "remarked", "remarked", r->remarked);
}

void qos_show_rules(struct cmd_env *env, const char *key,
		    const struct qos_table *t)
{
	struct out *o = env->out;
	size_t i;

	out_table_begin(o, key, key ? "rules" : NULL);
	for (i = 0; i < t->nrules; i++) {
		out_row_begin(o);
		show_rule(o, t, &t->rules[i]);
		out_row_end(o);
	}
	out_table_end(o);
}

#define PREF(where)							\
	{ .name = "pref", .type = ARG_NUMBER, .min = 1, .max = 65535,	\
	  .from = (where), .help = "number of the rule; lower is looked at first, the first that matches decides", \
	  .flags = ARG_POSITIONAL | ARG_REQUIRED }

#define CLASS(more)							\
	{ .name = "class", .type = ARG_NAME, ARG_INSTEAD("none", 0),	\
	  .from = ARG_FROM_QOS_CLASSES,					\
	  .help = "class of its packets; none: they stay as they are",	\
	  .flags = (more) }

/* What "any" is the end of */
#define MATCH(key, of, text, ...)					\
	{ .name = (key), .type = (of), ARG_INSTEAD("any", 0),		\
	  .help = (text), ##__VA_ARGS__ }

#define REST								\
	MATCH("local", ARG_PREFIX, "ULIDs of this host",		\
	      .from = ARG_FROM_PREFIXES),				\
	MATCH("peer", ARG_PREFIX, "ULIDs of the peer",			\
	      .from = ARG_FROM_PEERS),					\
	MATCH("proto", ARG_PROTO, "upper-layer protocol"),		\
	MATCH("lport", ARG_PORTS, "ports here"),			\
	MATCH("rport", ARG_PORTS, "ports there"),			\
	MATCH("dscp", ARG_DSCP_MASK, "codepoint as the sender set it"),	\
	MATCH("mark", ARG_MARK, "mark of the packet as it comes to the shim"), \
	{ .name = "uid", .type = ARG_NUMBER, .max = UID_ANY - 1,	\
	  ARG_INSTEAD("any", UID_ANY),					\
	  .help = "user whose socket it is" },				\
	{ .name = "dir", .type = ARG_WORD, .words = qos_dirs,		\
	  .help = "packets that leave, that arrive; both when not given" }, \
	{ .name = "remark", .type = ARG_DSCP,				\
	  ARG_INSTEAD("keep", SHIM6_QOS_DSCP_KEEP),			\
	  .help = "codepoint in place of that of the class; keep: that of the class" }, \
	{ .name = "path", .type = ARG_WORD, .words = qos_paths,		\
	  .help = "which links: pin these only, prefer or avoid them, fork a context on them, or the quickest" }, \
	{ .name = "link", .type = ARG_NAME, .from = ARG_FROM_QOS_LINKS,	\
	  .flags = ARG_MANY, .help = "links of \"path\"" }

static const struct arg_spec add_args[] = {
	PREF(ARG_FROM_TYPE), CLASS(ARG_REQUIRED), REST, {},
};

static const struct arg_spec set_args[] = {
	PREF(ARG_FROM_QOS_RULES), CLASS(0), REST, {},
};

static const struct arg_spec del_args[] = { PREF(ARG_FROM_QOS_RULES), {} };

const struct cmd_verb qos_rule_verbs[] = {
	{ .name = "list", .help = "all rules, in the order they are looked at",
	  .flags = CMD_MODULE, .features = SHIM6_FEATURE_QOS,
	  QOS_PRINTS(qos_show_rules) },
	{ .name = "add", .help = "say which class some packets are of",
	  .flags = CMD_QOS_CHANGE, .features = SHIM6_FEATURE_QOS,
	  .args = add_args, .run = qos_object_add, .of = &kind },
	{ .name = "set", .help = "change a rule; what is not given stays",
	  .flags = CMD_QOS_CHANGE, .features = SHIM6_FEATURE_QOS,
	  .args = set_args, .run = qos_object_set, .of = &kind },
	{ .name = "del", .help = "remove a rule", .flags = CMD_QOS_CHANGE,
	  .features = SHIM6_FEATURE_QOS, .args = del_args,
	  .run = qos_object_del, .of = &kind },
	{},
};
