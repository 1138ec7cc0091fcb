// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cmd_qos_object.h"
#include "err.h"
#include "mem.h"
#include "net.h"
#include "out.h"
#include "qos.h"
#include "quantity.h"
#include "verbs.h"

static const struct qos_member members[] = {
	QOS_MEMBER(shim6_qos_link, id, "id", "must be 1 to 16"),
	QOS_MEMBER(shim6_qos_link, name, "name",
		   "another link has it; choose another one"),
	QOS_MEMBER(shim6_qos_link, nprefix, "prefix", "must be 1 to 4 prefixes"),
	QOS_MEMBER(shim6_qos_link, prefix, "prefix",
		   "must be prefixes of unicast addresses, none of them within another"),
	QOS_MEMBER(shim6_qos_link, up_kbit, "up", "must be 1tbit at most"),
	QOS_MEMBER(shim6_qos_link, down_kbit, "down", "must be 1tbit at most"),
	QOS_MEMBER(shim6_qos_link, overhead, "overhead", "must be -64 to 256"),
	QOS_MEMBER(shim6_qos_link, major, "major",
		   "must be 1 to fffe, as ffff: is that of ingress"),
	QOS_MEMBER(shim6_qos_link, share, "share",
		   "more than 100% together; make some smaller"),
	QOS_MEMBER(shim6_qos_link, mark, "mark",
		   "has bits beyond its mask; widen the mask"),
	{},
};

static bool has_prefix(const struct in6_addr *a, unsigned int len,
		       const struct in6_addr *b)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		if ((a->s6_addr[i / 8] ^ b->s6_addr[i / 8]) &
		    (0x80 >> i % 8))
			return false;
	return true;
}

static bool overlap(const struct shim6_qos_prefix *a,
		    const struct shim6_qos_prefix *b)
{
	return has_prefix(&a->addr, a->len < b->len ? a->len : b->len,
			  &b->addr);
}

/* No locator is in there; of the other kinds the module says so */
static bool is_of_host(const struct in6_addr *a)
{
	return IN6_IS_ADDR_LOOPBACK(a) || IN6_IS_ADDR_V4MAPPED(a);
}

/* Whose prefix it is */
static const struct shim6_qos_link *owner(const struct qos_table *t,
					  const struct shim6_qos_prefix *p,
					  uint32_t but)
{
	uint32_t k;
	size_t i;

	for (i = 0; i < t->nlinks; i++)
		for (k = 0; k < t->links[i].nprefix; k++)
			if (t->links[i].id != but &&
			    overlap(&t->links[i].prefix[k], p))
				return &t->links[i];
	return NULL;
}

static int refused(const struct qos_change *c, int err)
{
	const size_t first = offsetof(struct shim6_qos_link, prefix);
	const struct shim6_qos_link *l = &c->o.link;
	const struct shim6_qos_link *other = NULL;
	const struct shim6_qos_prefix *p;
	char text[INET6_ADDRSTRLEN];

	if (err == -EEXIST && l->bad > first &&
	    l->bad <= first + sizeof(l->prefix)) {
		p = &l->prefix[(l->bad - 1 - first) / sizeof(*p)];
		other = owner(c->t, p, l->id);
	}
	if (!other)
		return CTL_OK;
	inet_ntop(AF_INET6, &p->addr, text, sizeof(text));
	return err_failed("link %s: prefix %s/%u: overlaps one of the link %s; a locator is of one link only",
			  c->name, text, p->len, other->name);
}

static int take_prefixes(const struct cmd_args *args, struct shim6_qos_link *l)
{
	unsigned int i, n = 0;

	if (!cmd_has(args, "prefix"))
		return CTL_OK;
	memset(l->prefix, 0, sizeof(l->prefix));
	for (i = 0; i < args->n; i++) {
		if (strcmp(args->v[i].spec->name, "prefix"))
			continue;
		if (!args->v[i].len || is_of_host(&args->v[i].addr))
			return err_usage("prefix %s: must be one of the provider, such as 2001:db8:a::/48",
					 args->v[i].text);
		if (n == SHIM6_QOS_PREFIXES)
			return err_usage("prefix %s: too many, %d at most",
					 args->v[i].text, SHIM6_QOS_PREFIXES);
		l->prefix[n].addr = args->v[i].addr;
		l->prefix[n++].len = (uint8_t)args->v[i].len;
	}
	l->nprefix = n;
	return CTL_OK;
}

static int take_shares(const struct cmd_args *args, const struct qos_table *t,
		       struct shim6_qos_link *l)
{
	const struct shim6_qos_class *c;
	unsigned int i;

	for (i = 0; i < args->n; i++) {
		if (strcmp(args->v[i].spec->name, "share"))
			continue;
		c = qos_class_named(t, args->v[i].dev);
		if (!c)
			return qos_no_class(t, args->v[i].dev);
		l->share[c->id] = (uint16_t)args->v[i].number;
	}
	return CTL_OK;
}

/* What is faster than the interface would queue there, out of order */
static int check_rate(struct cmd_env *env, const char *key, uint32_t kbit,
		      const char *dev)
{
	uint64_t speed = env->net->ops->speed(env->net, dev);
	char rate[QUANTITY_TEXT], most[QUANTITY_TEXT];

	if (!speed || kbit * 1000ULL <= speed)
		return CTL_OK;
	return err_failed("%s %s: the interface %s does %s at most; name the rate of the provider",
			  key, quantity_rate(kbit * 1000ULL, rate), dev,
			  quantity_rate(speed, most));
}

static int take_device(struct cmd_env *env, const struct cmd_args *args,
		       struct shim6_qos_link *l)
{
	const struct arg_value *v = cmd_get(args, "dev");
	char dev[IF_NAMESIZE];
	int ret;

	if (v) {
		l->ifindex = env->net->ops->index(env->net, v->text);
		if (!l->ifindex && !v->number)
			return err_failed("dev %s: no such interface; see \"ip link\"",
					  v->text);
	}
	if (!qos_device_name(env->net, l, dev))
		return CTL_OK;
	ret = check_rate(env, "up", l->up_kbit, dev);
	return ret ? ret : check_rate(env, "down", l->down_kbit, dev);
}

static void take_flag(const struct cmd_args *args, const char *name,
		      uint32_t flag, struct shim6_qos_link *l)
{
	const struct arg_value *v = cmd_get(args, name);

	if (v)
		l->flags = v->number ? l->flags | flag : l->flags & ~flag;
}

static int take(struct qos_change *c)
{
	const struct cmd_args *args = c->args;
	struct shim6_qos_link *l = &c->o.link;
	int ret = take_prefixes(args, l);

	l->up_kbit = (uint32_t)(cmd_qos_number(args, "up",
					       l->up_kbit * 1000ULL) / 1000);
	l->down_kbit = (uint32_t)(cmd_qos_number(args, "down",
						 l->down_kbit * 1000ULL) / 1000);
	l->overhead = (int16_t)cmd_qos_number(args, "overhead",
					      (uint64_t)l->overhead);
	l->major = (uint16_t)cmd_qos_number(args, "major", l->major);
	l->prio = (uint8_t)cmd_qos_number(args, "prio", l->prio);
	l->weight = (uint8_t)cmd_qos_number(args, "weight", l->weight);
	take_flag(args, "metered", SHIM6_QOS_LINK_METERED, l);
	take_flag(args, "drain", SHIM6_QOS_LINK_DRAIN, l);
	take_flag(args, "noprobe", SHIM6_QOS_LINK_NOPROBE, l);
	cmd_qos_mark(args, &l->mark, &l->mark_mask);
	if (!ret)
		ret = take_shares(args, c->t, l);
	return ret ? ret : take_device(c->env, args, l);
}

static const void *of(const struct qos_table *t, uint32_t id)
{
	return qos_link_of(t, id);
}

static const void *named(const struct qos_table *t, const char *name)
{
	return qos_link_named(t, name);
}

static int fresh(struct qos_change *c)
{
	c->o.link.weight = 1;
	return CTL_OK;
}

static int refuse_used(const struct qos_change *c)
{
	const struct qos_table *t = c->t;
	size_t i;

	for (i = 0; i < t->nrules; i++)
		if (t->rules[i].links & 1U << (c->o.link.id - 1))
			break;
	if (i == t->nrules)
		return err_failed("link %s: a rule needs it; see \"qos rule list\"",
				  c->name);
	return err_failed("link %s: rule %" PRIu32 " needs it; change that first: \"qos rule set %" PRIu32 " path any\"",
			  c->name, (uint32_t)t->rules[i].pref,
			  (uint32_t)t->rules[i].pref);
}

static const struct qos_kind kind = {
	.word = "link",
	.words = "links",
	.key = "name",
	.most = SHIM6_QOS_LINKS,
	.size = sizeof(struct shim6_qos_link),
	.given = sizeof(struct shim6_qos_link),
	.bad = offsetof(struct shim6_qos_link, bad),
	.set = SHIM6_IOC_QOS_LINK_SET,
	.del = SHIM6_IOC_QOS_LINK_DEL,
	.members = members,
	.of = of,
	.named = named,
	.fresh = fresh,
	.take = take,
	.missing = qos_no_link,
	.refused = refused,
	.used = refuse_used,
};

static void show_prefixes(struct out *o, const struct shim6_qos_link *l)
{
	char all[SHIM6_QOS_PREFIXES * (INET6_ADDRSTRLEN + 5)] = "";
	char text[INET6_ADDRSTRLEN], one[INET6_ADDRSTRLEN + 5];
	size_t used = 0;
	uint32_t i;

	if (o->as_json)
		json_open(&o->js, "prefixes", '[');
	for (i = 0; i < l->nprefix; i++) {
		inet_ntop(AF_INET6, &l->prefix[i].addr, text, sizeof(text));
		snprintf(one, sizeof(one), "%s/%u", text, l->prefix[i].len);
		if (o->as_json)
			json_string(&o->js, NULL, one);
		else
			used += (size_t)snprintf(all + used, sizeof(all) - used,
						 "%s%s", i ? " " : "", one);
	}
	if (o->as_json)
		json_close(&o->js, ']');
	else
		out_string(o, NULL, "prefixes", all);
}

static void show_rate(struct out *o, const char *key, const char *label,
		      uint32_t kbit)
{
	char text[QUANTITY_TEXT];

	if (kbit)
		out_quantity(o, key, label, kbit,
			     quantity_rate(kbit * 1000ULL, text));
	else
		out_null(o, key, label);
}

static void show_flags(struct out *o, const struct shim6_qos_link *l)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} flags[] = {
		{ SHIM6_QOS_LINK_METERED, "metered" },
		{ SHIM6_QOS_LINK_DRAIN, "drain" },
		{ SHIM6_QOS_LINK_NOPROBE, "noprobe" },
	};
	char text[48] = "";
	size_t used = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		if (o->as_json)
			out_bool(o, flags[i].name, NULL,
				 l->flags & flags[i].flag);
		else if (l->flags & flags[i].flag)
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used, "%s%s",
						 used ? " " : "",
						 flags[i].name);
	}
	if (!o->as_json)
		out_string(o, NULL, "flags", used ? text : NULL);
}

static void show_shares(struct out *o, const struct qos_table *t,
			const struct shim6_qos_link *l)
{
	char all[SHIM6_QOS_CLASSES * (SHIM6_QOS_NAME_LEN + 8)] = "";
	char text[QUANTITY_TEXT];
	size_t used = 0;
	size_t i;

	if (o->as_json)
		json_open(&o->js, "share_permille", '{');
	for (i = 0; i < t->nclasses; i++) {
		if (!l->share[t->classes[i].id])
			continue;
		if (o->as_json)
			json_number(&o->js, t->classes[i].name,
				    l->share[t->classes[i].id]);
		else
			used += (size_t)snprintf(all + used, sizeof(all) - used,
						 "%s%s=%s", used ? " " : "",
						 t->classes[i].name,
						 quantity_percent(l->share[t->classes[i].id],
								  text));
	}
	if (o->as_json)
		json_close(&o->js, '}');
	else
		out_string(o, NULL, "shares", used ? all : NULL);
}

static void show_device(struct cmd_env *env, const struct shim6_qos_link *l)
{
	char dev[IF_NAMESIZE];

	if (qos_device_name(env->net, l, dev))
		out_string(env->out, "device", "device", dev);
	else if (l->ifindex && !env->out->as_json)
		out_string(env->out, NULL, "device", "gone");
	else
		out_null(env->out, "device", "device");
}

void qos_show_links(struct cmd_env *env, const char *key,
		    const struct qos_table *t)
{
	const struct shim6_qos_link *l = t->links;
	struct out *o = env->out;
	char text[QUANTITY_TEXT];

	out_table_begin(o, key, key ? "links" : NULL);
	for (; l < t->links + t->nlinks; l++) {
		out_row_begin(o);
		out_number(o, "id", "id", l->id);
		out_string(o, "name", "link", l->name);
		show_device(env, l);
		out_number(o, "ifindex", NULL, l->ifindex);
		show_prefixes(o, l);
		show_rate(o, "up_kbit", "up", l->up_kbit);
		show_rate(o, "down_kbit", "down", l->down_kbit);
		out_signed(o, "overhead_bytes", "overhead", l->overhead);
		snprintf(text, sizeof(text), "%x",
			 l->major ? l->major : SHIM6_QOS_MAJOR);
		out_string(o, "major", "major", text);
		out_number(o, "prio", "prio", l->prio);
		out_number(o, "weight", "weight", l->weight);
		show_flags(o, l);
		out_string(o, "mark", "mark", l->mark_mask ?
			   quantity_mark(l->mark, l->mark_mask, text) : NULL);
		show_shares(o, t, l);
		out_row_end(o);
	}
	out_table_end(o);
}

#define NAME(where)							\
	{ .name = "name", .type = ARG_NAME, .help = "name of the link", \
	  .from = (where), .flags = ARG_POSITIONAL | ARG_REQUIRED }

#define RATE(key, text)							\
	{ .name = (key), .type = ARG_RATE, .min = QOS_RATE_MIN,		\
	  .max = QOS_RATE_MAX, ARG_INSTEAD("none", 0), .help = (text) }

#define PREFIX(more)							\
	{ .name = "prefix", .type = ARG_PREFIX, .from = ARG_FROM_PREFIXES, \
	  .help = "prefixes of its locators, 4 at most", .flags = ARG_MANY | (more) }

#define REST								\
	{ .name = "dev", .type = ARG_DEV, ARG_INSTEAD("any", 1),	\
	  .help = "its interface; any when not given: the prefixes alone tell" }, \
	RATE("up", "to the provider, such as 50mbit"),			\
	RATE("down", "from the provider"),				\
	{ .name = "overhead", .type = ARG_OFFSET,			\
	  .help = "octets of each packet that the interface does not know of" }, \
	{ .name = "major", .type = ARG_HEX, .max = 0xfffe,		\
	  .help = "number of its queueing discipline; 140 when not given" }, \
	{ .name = "prio", .type = ARG_NUMBER, .max = 255,		\
	  .help = "lower is used first" },				\
	{ .name = "weight", .type = ARG_NUMBER, .max = 255,		\
	  .help = "share among links of the same prio; 1 when not given" }, \
	QOS_SWITCH("metered", "only when nothing else works"),		\
	QOS_SWITCH("drain", "nothing new goes there"),			\
	QOS_SWITCH("noprobe", "explored last"),				\
	{ .name = "mark", .type = ARG_MARK, ARG_INSTEAD("none", 0),	\
	  .help = "bits of the packet's mark to set; those of the class win" }, \
	{ .name = "share", .type = ARG_SHARE, .flags = ARG_MANY,	\
	  .from = ARG_FROM_QOS_CLASSES,					\
	  .help = "of \"up\" that a class is sure of, for \"qos apply\"" }

static const struct arg_spec add_args[] = {
	NAME(ARG_FROM_TYPE),
	{ .name = "id", .type = ARG_NUMBER, .min = 1, .max = SHIM6_QOS_LINKS,
	  .help = "its number; the lowest free one when not given" },
	PREFIX(ARG_REQUIRED), REST, {},
};

static const struct arg_spec set_args[] = {
	NAME(ARG_FROM_QOS_LINKS), PREFIX(0), REST, {},
};

static const struct arg_spec del_args[] = { NAME(ARG_FROM_QOS_LINKS), {} };

const struct cmd_verb qos_link_verbs[] = {
	{ .name = "list", .help = "all links", .flags = CMD_MODULE | CMD_NET,
	  .features = SHIM6_FEATURE_QOS, QOS_PRINTS(qos_show_links) },
	{ .name = "add", .help = "name a provider's link",
	  .flags = CMD_QOS_CHANGE | CMD_NET, .features = SHIM6_FEATURE_QOS,
	  .args = add_args, .run = qos_object_add, .of = &kind },
	{ .name = "set", .help = "change a link; what is not given stays",
	  .flags = CMD_QOS_CHANGE | CMD_NET, .features = SHIM6_FEATURE_QOS,
	  .args = set_args, .run = qos_object_set, .of = &kind },
	{ .name = "del", .help = "remove a link that no rule needs",
	  .flags = CMD_QOS_CHANGE, .features = SHIM6_FEATURE_QOS,
	  .args = del_args, .run = qos_object_del, .of = &kind },
	{},
};
