// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzz target: the table of classes of service. Changes one after the other,
 * each of an object that is nearly right; whatever is taken leaves a table that
 * fits together, whatever is refused leaves it as it was and says why.
 */
#include "../../module/qos.c"
#include "../../module/rule.c"
#include "fuzz.h"

#define CHANGES_MAX	64

union object {
	u8 octets[sizeof(struct shim6_qos_link)];
	struct shim6_qos_class class;
	struct shim6_qos_link link;
	struct shim6_qos_rule rule;
	struct shim6_qos_police police;
	struct shim6_qos_control control;
	struct shim6_qos_share share;
	struct shim6_qos_trust trust;
};

static void is_named(const char *name)
{
	size_t len = strnlen(name, SHIM6_QOS_NAME_LEN);

	FUZZ_CHECK(len && len < SHIM6_QOS_NAME_LEN);
	FUZZ_CHECK(!memchr_inv(name + len, 0, SHIM6_QOS_NAME_LEN - len));
}

static void check_classes(const struct shim6_qos *q)
{
	unsigned int n = 0, i, j;

	for (i = 0; i < SHIM6_QOS_CLASSES; i++) {
		const struct shim6_qos_class *c = &q->classes[i];

		if (!c->id)
			continue;
		n++;
		FUZZ_CHECK(c->id == i + 1 && c == shim6_qos_class(q, c->id));
		FUZZ_CHECK(!c->bad && !c->flags);
		FUZZ_CHECK(!(c->mark & ~c->mark_mask));
		is_named(c->name);
		for (j = 0; j < i; j++)
			FUZZ_CHECK(strcmp(q->classes[j].name, c->name));
	}
	FUZZ_CHECK(n == q->nclasses);
}

static bool bit(const struct in6_addr *a, unsigned int i)
{
	return a->s6_addr[i / 8] & (0x80 >> i % 8);
}

/* Bit by bit, so that it is written differently */
static bool within(const struct in6_addr *a, const struct in6_addr *prefix,
		   unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		if (bit(a, i) != bit(prefix, i))
			return false;
	return true;
}

static bool has_bits_behind(const struct in6_addr *a, unsigned int len)
{
	for (; len < 128; len++)
		if (bit(a, len))
			return true;
	return false;
}

static void check_prefix(const struct shim6_qos *q,
			 const struct shim6_qos_link *l,
			 const struct shim6_qos_prefix *p)
{
	FUZZ_CHECK(p->len >= 1 && p->len <= 128);
	FUZZ_CHECK(!has_bits_behind(&p->addr, p->len));
	/* Only in its own link, as no two prefixes overlap */
	FUZZ_CHECK(shim6_qos_link_of(q, &p->addr) == l);
}

static void check_links(const struct shim6_qos *q)
{
	unsigned int n = 0, sum, i, j;

	for (i = 0; i < SHIM6_QOS_LINKS; i++) {
		const struct shim6_qos_link *l = &q->links[i];

		if (!l->id)
			continue;
		n++;
		FUZZ_CHECK(l->id == i + 1 && l == shim6_qos_link(q, l->id));
		is_named(l->name);
		for (j = 0; j < i; j++)
			FUZZ_CHECK(strcmp(q->links[j].name, l->name));
		FUZZ_CHECK(l->nprefix >= 1 && l->nprefix <= 4);
		for (j = 0; j < l->nprefix; j++)
			check_prefix(q, l, &l->prefix[j]);
		for (sum = 0, j = 0; j <= SHIM6_QOS_CLASSES; j++)
			sum += l->share[j];
		FUZZ_CHECK(sum <= 1000);
	}
	FUZZ_CHECK(n == q->nlinks);
}

static void check_rules(const struct shim6_qos *q)
{
	unsigned int i, j;

	for (i = 0; i < q->nrules; i++) {
		const struct shim6_qos_rule *r = &q->rules[i];

		FUZZ_CHECK(!i || r->pref > r[-1].pref);
		FUZZ_CHECK(r->pref && r->pref <= 65535);
		FUZZ_CHECK(!r->klass || shim6_qos_class(q, r->klass));
		for (j = 0; j < SHIM6_QOS_LINKS; j++)
			FUZZ_CHECK(!(r->links & 1U << j) || q->links[j].id);
		FUZZ_CHECK(!has_bits_behind(&r->local, r->local_len));
		FUZZ_CHECK(!has_bits_behind(&r->peer, r->peer_len));
		FUZZ_CHECK(!r->packets && !r->bytes && !r->remarked && !r->bad);
	}
	FUZZ_CHECK(!memchr_inv(&q->rules[i], 0,
			       (SHIM6_QOS_RULES - i) * sizeof(q->rules[0])));
}

static void check_table(const struct shim6_qos *q)
{
	check_classes(q);
	check_links(q);
	check_rules(q);
	FUZZ_CHECK(!q->control.klass || shim6_qos_class(q, q->control.klass));
	FUZZ_CHECK(!q->control.pace_permille ||
		   (q->control.pace_min && q->control.pace_burst));
	FUZZ_CHECK(q->share.buckets == 256);
}

static bool ranges(const struct shim6_qos_rule *r,
		   const struct shim6_qos_packet *p)
{
	if (r->match & SHIM6_QOS_MATCH_LPORT &&
	    !(p->ports && p->lport >= r->lport_min && p->lport <= r->lport_max))
		return false;
	if (r->match & SHIM6_QOS_MATCH_RPORT &&
	    !(p->ports && p->rport >= r->rport_min && p->rport <= r->rport_max))
		return false;
	return true;
}

/* The same question, asked member by member */
static bool meets(const struct shim6_qos_rule *r,
		  const struct shim6_qos_packet *p)
{
	if (r->match & SHIM6_QOS_MATCH_LOCAL &&
	    !within(&p->local, &r->local, r->local_len))
		return false;
	if (r->match & SHIM6_QOS_MATCH_PEER &&
	    !within(&p->peer, &r->peer, r->peer_len))
		return false;
	if (r->match & SHIM6_QOS_MATCH_PROTO && p->proto != r->proto)
		return false;
	if (r->match & SHIM6_QOS_MATCH_DSCP &&
	    (p->dscp ^ r->dscp) & r->dscp_mask)
		return false;
	if (r->match & SHIM6_QOS_MATCH_MARK &&
	    (p->mark ^ r->mark) & r->mark_mask)
		return false;
	if (r->match & SHIM6_QOS_MATCH_UID && !(p->has_uid && p->uid == r->uid))
		return false;
	if (r->dir == (p->out ? SHIM6_QOS_DIR_IN : SHIM6_QOS_DIR_OUT))
		return false;
	return ranges(r, p);
}

static void check_match(const struct shim6_qos *q, struct fuzz_in *in)
{
	struct shim6_qos_packet p = { };
	int want = -1, i;

	fuzz_take(in, &p.local, 8);
	fuzz_take(in, &p.peer, 8);
	p.proto = fuzz_u8(in);
	p.out = fuzz_u8(in) & 1;
	p.ports = fuzz_u8(in) & 1;
	p.lport = fuzz_u16(in);
	p.rport = fuzz_u16(in);
	p.dscp = fuzz_u8(in) & 63;
	p.has_uid = fuzz_u8(in) & 1;
	p.mark = fuzz_u8(in);
	p.uid = fuzz_u8(in);
	for (i = q->nrules - 1; i >= 0; i--)
		if (meets(&q->rules[i], &p))
			want = i;
	FUZZ_CHECK(shim6_qos_match(q, &p) == want);
}

static void begin_link(struct shim6_qos_link *l, struct fuzz_in *in)
{
	unsigned int i;

	l->name[0] = 'a' + fuzz_u8(in) % 8;
	l->nprefix = 1 + fuzz_u8(in) % 3;
	for (i = 0; i < l->nprefix; i++) {
		l->prefix[i].addr.s6_addr[0] = 0x20;
		l->prefix[i].addr.s6_addr[1] = fuzz_u8(in);
		l->prefix[i].len = 16;
	}
}

/* Members that count, but for some that do not */
static void begin_match(struct shim6_qos_rule *r, struct fuzz_in *in)
{
	fuzz_take(in, &r->local, 1);
	fuzz_take(in, &r->peer, 1);
	r->local_len = r->match & SHIM6_QOS_MATCH_LOCAL ? 8 : 0;
	r->peer_len = r->match & SHIM6_QOS_MATCH_PEER ? 8 : 0;
	if (r->match & SHIM6_QOS_MATCH_PROTO)
		r->proto = fuzz_u8(in) & 1 ? IPPROTO_UDP : fuzz_u8(in);
	if (r->match & SHIM6_QOS_MATCH_LPORT) {
		r->lport_min = fuzz_u8(in);
		r->lport_max = fuzz_u16(in);
	}
	if (r->match & SHIM6_QOS_MATCH_RPORT) {
		r->rport_min = fuzz_u8(in);
		r->rport_max = fuzz_u16(in);
	}
	if (r->match & SHIM6_QOS_MATCH_DSCP) {
		r->dscp_mask = fuzz_u8(in) & 63;
		r->dscp = fuzz_u8(in) & r->dscp_mask;
	}
	if (r->match & SHIM6_QOS_MATCH_MARK) {
		r->mark_mask = fuzz_u8(in);
		r->mark = fuzz_u8(in) & r->mark_mask;
	}
	if (r->match & SHIM6_QOS_MATCH_UID)
		r->uid = fuzz_u8(in);
}

static void begin_rule(struct shim6_qos_rule *r, struct fuzz_in *in)
{
	r->klass = fuzz_u8(in) % 8;
	r->set_dscp = SHIM6_QOS_DSCP_KEEP;
	r->match = fuzz_u8(in);
	r->dir = fuzz_u8(in) % 3;
	r->path = fuzz_u8(in) % 6;
	if (r->path)
		r->links = fuzz_u8(in);
	begin_match(r, in);
}

/* Something that would be taken often, if there were not what comes then */
static void begin(union object *o, u8 kind, u8 n, struct fuzz_in *in)
{
	memset(o, 0, sizeof(*o));
	switch (kind) {
	case 0:
		o->class.id = n % 8;
		o->class.name[0] = 'a' + fuzz_u8(in) % 8;
		break;
	case 1:
		o->link.id = n % 8;
		begin_link(&o->link, in);
		break;
	case 2:
		o->rule.pref = n;
		begin_rule(&o->rule, in);
		break;
	case 3:
		o->police.kind = n % 8;
		o->police.rate = 1;
		o->police.burst = 1;
		break;
	case 4:
		o->control = shim6_qos_control_default;
		o->control.klass = n % 8;
		break;
	case 5:
		o->share = shim6_qos_share_default;
		break;
	}
}

static void edit(union object *o, size_t size, struct fuzz_in *in)
{
	unsigned int n = fuzz_u8(in);

	/* None most of the time */
	for (n = n < 192 ? 0 : n % 4; n; n--) {
		u8 at = fuzz_u8(in);

		o->octets[at % size] = fuzz_u8(in);
	}
}

/**
 * struct kind - an object of the table
 * @size: its octets
 * @bad: offset of the member that says which is to blame
 * @set: sets it
 */
struct kind {
	size_t size;
	size_t bad;
	int (*set)(struct shim6_qos *q, void *object);
};

#define KIND(what)							\
	static int set_##what(struct shim6_qos *q, void *object)	\
	{								\
		return shim6_qos_set_##what(q, object);			\
	}
KIND(class)
KIND(link)
KIND(rule)
KIND(police)
KIND(control)
KIND(share)
KIND(trust)
#undef KIND

#define KIND(what)							\
	{ sizeof(struct shim6_qos_##what),				\
	  offsetof(struct shim6_qos_##what, bad), set_##what }
static const struct kind kinds[] = {
	KIND(class), KIND(link), KIND(rule), KIND(police), KIND(control),
	KIND(share), KIND(trust),
};

static int set(struct shim6_qos *q, const struct kind *k,
	       const union object *object)
{
	u8 *o = fuzz_copy(object, k->size);
	u32 bad;
	int err;

	err = k->set(q, o);
	memcpy(&bad, o + k->bad, sizeof(bad));
	free(o);
	FUZZ_CHECK(bad <= k->size);
	FUZZ_CHECK(!bad == (!err || err == -ENOSPC));
	FUZZ_CHECK(!err || err == -ENOSPC || err == -EINVAL ||
		   err == -EEXIST || err == -ENOENT);
	return err;
}

static int del(struct shim6_qos *q, u8 kind, u8 n)
{
	switch (kind) {
	case 0:
		return shim6_qos_del_class(q, n);
	case 1:
		return shim6_qos_del_link(q, n);
	case 2:
		return shim6_qos_del_rule(q, n);
	}
	return shim6_qos_del_police(q, n);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct shim6_qos q, before;
	struct fuzz_in in = { data, size };
	unsigned int changes = 0;
	union object object;
	u8 op, n;
	int err;

	shim6_qos_init(&q);
	while (in.left && changes++ < CHANGES_MAX) {
		before = q;
		op = fuzz_u8(&in) % (ARRAY_SIZE(kinds) + 4);
		n = fuzz_u8(&in);
		if (op < ARRAY_SIZE(kinds)) {
			begin(&object, op, n, &in);
			edit(&object, kinds[op].size, &in);
			err = set(&q, &kinds[op], &object);
		} else {
			err = del(&q, op - ARRAY_SIZE(kinds), n);
			FUZZ_CHECK(!err || err == -ENOENT || err == -EBUSY);
		}
		if (err)
			FUZZ_CHECK(!memcmp(&before, &q, sizeof(q)));
		else
			check_table(&q);
		check_match(&q, &in);
	}
	return 0;
}
