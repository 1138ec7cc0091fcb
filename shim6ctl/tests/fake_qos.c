// SPDX-License-Identifier: GPL-2.0
/*
 * The table is the module's own pure one, so what is refused here is what the
 * module refuses. It lives as long as the process: a batch sees what its lines
 * did before.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/shim6.h>

#include "../../module/rule.h"

#include "fake.h"
#include "fake_qos.h"

#define PREFIX(x)	{ { { 0x20, 0x01, 0x0d, 0xb8, 0, (x) } } }

static struct shim6_qos table, draft;
static bool ready, open;
static char notes[64 * 1024];

static void must(int err)
{
	if (err)
		abort();
}

static void put_class(u32 id, const char *name, u8 dscp, u16 minor)
{
	struct shim6_qos_class c = {
		.id = id, .dscp = dscp, .minor = minor, .rank = id,
	};

	strcpy(c.name, name);
	if (id == 2) {
		c.mark = 0x20;
		c.mark_mask = 0xf0;
		c.in_dscp = SHIM6_QOS_IN_RESTORE;
	}
	must(shim6_qos_set_class(&table, &c));
}

static void put_link(u32 id, const char *name, u8 prefix, u32 ifindex,
		     u32 up_kbit)
{
	struct shim6_qos_link l = {
		.id = id, .ifindex = ifindex, .nprefix = 1,
		.prefix = { { .addr = PREFIX(prefix), .len = 48 } },
		.up_kbit = up_kbit, .weight = (u8)id,
	};

	strcpy(l.name, name);
	if (id == 2) {
		l.flags = SHIM6_QOS_LINK_METERED | SHIM6_QOS_LINK_NOPROBE;
		l.overhead = -4;
		l.down_kbit = 20000;
		l.share[2] = 150;
		l.share[6] = 305;
	}
	must(shim6_qos_set_link(&table, &l));
}

static void put_rules(void)
{
	struct shim6_qos_rule voice = {
		.pref = 10, .klass = 2, .proto = 17,
		.match = SHIM6_QOS_MATCH_PROTO | SHIM6_QOS_MATCH_RPORT |
			 SHIM6_QOS_MATCH_PEER,
		.rport_min = 5060, .rport_max = 5080,
		.peer = PREFIX(0xc), .peer_len = 48,
		.set_dscp = SHIM6_QOS_DSCP_KEEP,
		.path = SHIM6_QOS_PATH_PREFER, .links = 3,
	};
	struct shim6_qos_rule backup = {
		.pref = 20, .klass = 6, .set_dscp = 8,
		.match = SHIM6_QOS_MATCH_UID | SHIM6_QOS_MATCH_DSCP |
			 SHIM6_QOS_MATCH_MARK | SHIM6_QOS_MATCH_LPORT,
		.uid = 34, .dscp = 32, .dscp_mask = 0x38, .mark = 1,
		.mark_mask = 0xff, .lport_min = 22, .lport_max = 22,
		.dir = SHIM6_QOS_DIR_OUT,
	};

	must(shim6_qos_set_rule(&table, &voice));
	must(shim6_qos_set_rule(&table, &backup));
}

/* What the lab has: a bit of everything, and a class and a link to spare */
static void put_lab(void)
{
	struct shim6_qos_police police = {
		.kind = SHIM6_QOS_POLICE_I1_IN, .rate = 200, .burst = 400,
		.src_len = 64, .src_rate = 20, .src_burst = 40,
		.src_slots = 1024,
	};
	struct shim6_qos_trust trust = {
		.mode = SHIM6_QOS_TRUST_DSCP, .allow = 1ULL << 46 | 1ULL << 34,
	};

	put_class(1, "ctl", 48, 0x10);
	put_class(2, "ef", 46, 0x11);
	put_class(6, "be", SHIM6_QOS_DSCP_KEEP, 0x16);
	put_class(9, "spare", 1, 0);
	put_link(1, "isp1", 0xa, 2, 10000);
	put_link(2, "isp2", 0xb, 3, 2500);
	put_link(3, "spare", 0xe, 77, 0);
	put_rules();
	must(shim6_qos_set_police(&table, &police));
	table.control.klass = 1;
	table.share.mode = SHIM6_QOS_SHARE_WEIGHT;
	must(shim6_qos_set_trust(&table, &trust));
	table.generation = 17;
}

static struct shim6_qos *seen(void)
{
	if (!ready) {
		shim6_qos_init(&table);
		if (!fake_is("empty"))
			put_lab();
		ready = true;
	}
	return open ? &draft : &table;
}

/*
 * SHIM6_FAKE_WRITER=N: so many times another program changes the table after
 * it was read
 */
static void interfere(void)
{
	const char *times = getenv("SHIM6_FAKE_WRITER");
	static int done;

	if (!times || done == atoi(times))
		return;
	done++;
	table.classes[1].rank++;
	table.control.pace_burst++;
	table.generation++;
}

/* Once it takes effect */
__printf(1, 2)
static void note(const char *fmt, ...)
{
	size_t used = strlen(notes);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(notes + used, sizeof(notes) - used, fmt, ap);
	va_end(ap);
	if (open)
		return;
	table.generation++;
	fake_log("%s", notes + strspn(notes, ";"));
	*notes = '\0';
}

static const char *octets(const void *p, size_t n)
{
	static char text[2 * sizeof(struct shim6_qos_link) + 1];
	const u8 *at = p;
	size_t i;

	for (i = 0; i < n; i++)
		sprintf(text + 2 * i, "%02x", at[i]);
	return text;
}

static int set_class(struct shim6_qos_class *c)
{
	int err = shim6_qos_set_class(seen(), c);

	if (!err)
		note(";qos class set %s id %u dscp %u minor %x tcindex %u mark %x/%x in %u rank %u",
		     c->name, c->id, c->dscp, c->minor, c->tc_index, c->mark,
		     c->mark_mask, c->in_dscp, c->rank);
	return err;
}

static int set_link(struct shim6_qos_link *l)
{
	int err = shim6_qos_set_link(seen(), l);

	if (!err)
		note(";qos link set %s id %u flags %x ifindex %u prefixes %u up %u down %u overhead %d major %x prio %u weight %u mark %x/%x shares %s",
		     l->name, l->id, l->flags, l->ifindex, l->nprefix,
		     l->up_kbit, l->down_kbit, l->overhead, l->major, l->prio,
		     l->weight, l->mark, l->mark_mask,
		     octets(l->share, sizeof(l->share)));
	return err;
}

static int set_rule(struct shim6_qos_rule *r)
{
	int err = shim6_qos_set_rule(seen(), r);

	if (!err)
		note(";qos rule set %u match %x class %u local %u peer %u proto %u dir %u lport %u-%u rport %u-%u dscp %x/%x set %u path %u links %x mark %x/%x uid %u",
		     r->pref, r->match, r->klass, r->local_len, r->peer_len,
		     r->proto, r->dir, r->lport_min, r->lport_max,
		     r->rport_min, r->rport_max, r->dscp, r->dscp_mask,
		     r->set_dscp, r->path, r->links, r->mark, r->mark_mask,
		     r->uid);
	return err;
}

static int set_control(struct shim6_qos_control *c)
{
	int err = shim6_qos_set_control(seen(), c);

	if (!err)
		note(";qos control set dscp %u alternate %u class %u pace %u %u %u provisional %u",
		     c->dscp, c->alternate, c->klass, c->pace_permille,
		     c->pace_min, c->pace_burst, c->provisional);
	return err;
}

static int set_police(struct shim6_qos_police *p)
{
	int err = shim6_qos_set_police(seen(), p);

	if (!err)
		note(";qos police set %u rate %u burst %u per %u %u %u %u",
		     p->kind, p->rate, p->burst, p->src_len, p->src_rate,
		     p->src_burst, p->src_slots);
	return err;
}

static int set_share(struct shim6_qos_share *s)
{
	int err = shim6_qos_set_share(seen(), s);

	if (!err)
		note(";qos share set %u buckets %u idle %u unbalanced %u hyst %u %u hold %u",
		     s->mode, s->buckets, s->idle_ms, s->unbalanced_ms,
		     s->hyst_permille, s->hyst_us, s->hold_ms);
	return err;
}

static int set_trust(struct shim6_qos_trust *t)
{
	int err = shim6_qos_set_trust(seen(), t);

	if (!err)
		note(";qos trust set %u allow %llx", t->mode,
		     (unsigned long long)t->allow);
	return err;
}

static int del(const char *what, int (*fn)(struct shim6_qos *q, u32 id),
	       const struct shim6_context_ref *ref)
{
	int err = ref->flags ? -EINVAL : fn(seen(), ref->id);

	if (!err)
		note(";qos %s del %u", what, ref->id);
	return err;
}

static int begin(void)
{
	if (open)
		return -EBUSY;
	draft = *seen();
	open = true;
	return 0;
}

static int commit(void)
{
	if (!open)
		return -ENOENT;
	open = false;
	if (draft.generation != table.generation) {
		*notes = '\0';
		return -ESTALE;
	}
	table = draft;
	note(";qos commit");
	return 0;
}

void fake_qos_close(void)
{
	open = false;
	*notes = '\0';
}

static int flush(void)
{
	u64 generation = seen()->generation;

	shim6_qos_init(seen());
	seen()->generation = generation;
	note(";qos flush");
	return 0;
}

static int change(unsigned long cmd, void *arg)
{
	switch (cmd) {
	case SHIM6_IOC_QOS_CLASS_SET:
		return set_class(arg);
	case SHIM6_IOC_QOS_CLASS_DEL:
		return del("class", shim6_qos_del_class, arg);
	case SHIM6_IOC_QOS_LINK_SET:
		return set_link(arg);
	case SHIM6_IOC_QOS_LINK_DEL:
		return del("link", shim6_qos_del_link, arg);
	case SHIM6_IOC_QOS_RULE_SET:
		return set_rule(arg);
	case SHIM6_IOC_QOS_RULE_DEL:
		return del("rule", shim6_qos_del_rule, arg);
	case SHIM6_IOC_QOS_CONTROL_SET:
		return set_control(arg);
	case SHIM6_IOC_QOS_POLICE_SET:
		return set_police(arg);
	case SHIM6_IOC_QOS_POLICE_DEL:
		return del("police", shim6_qos_del_police, arg);
	case SHIM6_IOC_QOS_SHARE_SET:
		return set_share(arg);
	case SHIM6_IOC_QOS_TRUST_SET:
		return set_trust(arg);
	case SHIM6_IOC_QOS_BEGIN:
		return begin();
	case SHIM6_IOC_QOS_COMMIT:
		return commit();
	case SHIM6_IOC_QOS_ABORT:
		fake_qos_close();
		return 0;
	case SHIM6_IOC_QOS_FLUSH:
		return flush();
	default:
		return -ENOTTY;
	}
}

/* Those of a table by id or kind have holes */
static int list_used(struct shim6_list *arg, const void *all, size_t n,
		     size_t size, bool (*used)(const void *e))
{
	static char v[64 * 256];
	size_t i, k = 0;

	for (i = 0; i < n; i++)
		if (used((const char *)all + i * size))
			memcpy(v + k++ * size, (const char *)all + i * size,
			       size);
	return fake_list(arg, v, k, size);
}

static bool has_id(const void *e)
{
	return *(const u32 *)e;
}

static bool has_rate(const void *e)
{
	const struct shim6_qos_police *p = e;

	return p->rate || p->src_rate;
}

static int list_rules(struct shim6_list *arg)
{
	static struct shim6_qos_rule v[SHIM6_QOS_RULES];
	const struct shim6_qos *q = seen();
	unsigned int i;

	for (i = 0; i < q->nrules; i++) {
		v[i] = q->rules[i];
		if (v[i].pref != 10)
			continue;
		v[i].packets = 1000;
		v[i].bytes = 200000;
		v[i].remarked = 990;
	}
	return fake_list(arg, v, q->nrules, sizeof(v[0]));
}

static int list_police(struct shim6_list *arg)
{
	struct shim6_qos_police v[SHIM6_QOS_POLICE_COUNT];

	memcpy(v, seen()->police, sizeof(v));
	v[0].passed = v[0].rate ? 4000 : 0;
	v[0].dropped = v[0].rate ? 17 : 0;
	return list_used(arg, v, ARRAY_SIZE(v), sizeof(v[0]), has_rate);
}

static int list_traffic(struct shim6_list *arg)
{
	static const struct shim6_qos_traffic v[] = {
		{ .tx_packets = 5, .tx_bytes = 400 },
		{ .link = 1, .klass = 2, .tx_packets = 1000,
		  .tx_bytes = 200000, .rx_packets = 900,
		  .rx_bytes = 180000, .tx_ect0 = 100, .rx_ect0 = 90,
		  .rx_ce = 3, .lost = 12 },
		{ .link = 1, .klass = 6, .tx_packets = 70000,
		  .tx_bytes = 98000000, .rx_packets = 35000,
		  .rx_bytes = 2800000, .tx_ect1 = 7, .tx_ce = 1,
		  .rx_ect1 = 6 },
		{ .link = 2, .klass = 2, .tx_packets = 30, .tx_bytes = 6000 },
		{ .link = 3, .klass = 6, .tx_packets = 1, .tx_bytes = 80 },
	};

	return fake_list(arg, v, fake_is("empty") ? 0 : ARRAY_SIZE(v),
			 sizeof(v[0]));
}

static int list_marking(struct shim6_list *arg)
{
	static const struct shim6_qos_marking v[] = {
		{ .link = 1, .dscp = 48, .sent = 120, .answered = 118,
		  .tx = 1440, .rx = 1320 },
		{ .link = 2, .dscp = 48, .sent = 40, .answered = 2,
		  .blocked = 1, .tx = 44, .rx = 0 },
		{ .link = 2, .dscp = 46, .sent = 60, .answered = 60,
		  .tx = 130, .rx = 129 },
	};

	return fake_list(arg, v, fake_is("empty") ? 0 : ARRAY_SIZE(v),
			 sizeof(v[0]));
}

static int get(unsigned long cmd, void *arg)
{
	const struct shim6_qos *q = seen();

	switch (cmd) {
	case SHIM6_IOC_QOS_TABLE:
		*(struct shim6_qos_table *)arg = (struct shim6_qos_table){
			.generation = q->generation, .classes = q->nclasses,
			.links = q->nlinks, .rules = q->nrules, .open = open,
		};
		return 0;
	case SHIM6_IOC_QOS_CONTROL_GET:
		memcpy(arg, &q->control, sizeof(q->control));
		return 0;
	case SHIM6_IOC_QOS_SHARE_GET:
		memcpy(arg, &q->share, sizeof(q->share));
		return 0;
	case SHIM6_IOC_QOS_TRUST_GET:
		/* The last one a reader asks for */
		memcpy(arg, &q->trust, sizeof(q->trust));
		interfere();
		return 0;
	case SHIM6_IOC_QOS_CLASS_LIST:
		return list_used(arg, q->classes, SHIM6_QOS_CLASSES,
				 sizeof(q->classes[0]), has_id);
	case SHIM6_IOC_QOS_LINK_LIST:
		return list_used(arg, q->links, SHIM6_QOS_LINKS,
				 sizeof(q->links[0]), has_id);
	case SHIM6_IOC_QOS_RULE_LIST:
		return list_rules(arg);
	case SHIM6_IOC_QOS_POLICE_LIST:
		return list_police(arg);
	case SHIM6_IOC_QOS_TRAFFIC_LIST:
		return list_traffic(arg);
	case SHIM6_IOC_QOS_MARKING_LIST:
		return list_marking(arg);
	default:
		return -ENOTTY;
	}
}

int fake_qos_call(unsigned long cmd, void *arg)
{
	int ret = get(cmd, arg);

	return ret == -ENOTTY ? change(cmd, arg) : ret;
}
