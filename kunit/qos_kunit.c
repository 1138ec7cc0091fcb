// SPDX-License-Identifier: GPL-2.0
/* Classes, links and what there is one of: what the table takes and refuses */
#include "qos_table.h"

SETTER(class)
SETTER(link)
SETTER(police)
SETTER(control)
SETTER(share)
SETTER(trust)

/* Nothing is, but our own messages are marked */
static void empty(struct kunit *test)
{
	struct shim6_qos *q = table(test);

	KUNIT_EXPECT_TRUE(test, shim6_qos_empty(q));
	KUNIT_EXPECT_EQ(test, q->control.dscp, 48);
	KUNIT_EXPECT_EQ(test, q->control.alternate, 1);
	KUNIT_EXPECT_EQ(test, q->control.pace_permille, 20);
	KUNIT_EXPECT_EQ(test, q->control.pace_min, 20);
	KUNIT_EXPECT_EQ(test, q->control.pace_burst, 10);
	KUNIT_EXPECT_EQ(test, q->share.mode, SHIM6_QOS_SHARE_OFF);
	KUNIT_EXPECT_EQ(test, q->share.buckets, 256);
	KUNIT_EXPECT_EQ(test, q->share.idle_ms, 120000);
	KUNIT_EXPECT_EQ(test, q->share.hyst_permille, 200);
	KUNIT_EXPECT_EQ(test, q->share.hyst_us, 5000);
	KUNIT_EXPECT_EQ(test, q->share.hold_ms, 10000);
	KUNIT_EXPECT_EQ(test, q->trust.mode, SHIM6_QOS_TRUST_ALL);
	KUNIT_EXPECT_NULL(test, shim6_qos_class(q, 0));
	KUNIT_EXPECT_NULL(test, shim6_qos_class(q, 1));
	KUNIT_EXPECT_NULL(test, shim6_qos_class(q, 16));
	KUNIT_EXPECT_NULL(test, shim6_qos_link(q, 0));
	KUNIT_EXPECT_NULL(test, shim6_qos_link(q, 1));
	KUNIT_EXPECT_NULL(test, shim6_qos_link(q, 17));
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &(struct shim6_qos_packet) {}),
			-1);
	/* It would be all the same whatever else they are */
	KUNIT_EXPECT_EQ(test, shim6_qos_set_control(q, &q->control), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_set_share(q, &q->share), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_set_trust(q, &q->trust), 0);
	KUNIT_EXPECT_TRUE(test, shim6_qos_empty(q));
}

/* Each object makes a difference, and its deletion none any more */
static void not_empty(struct kunit *test)
{
	struct shim6_qos_police p = { .rate = 10, .burst = 10 };
	struct shim6_qos *q = table(test);

	add_class(test, 1, "ef");
	KUNIT_EXPECT_FALSE(test, shim6_qos_empty(q));
	KUNIT_EXPECT_EQ(test, shim6_qos_del_class(q, 1), 0);
	KUNIT_EXPECT_TRUE(test, shim6_qos_empty(q));
	add_link(test, 1, "isp");
	KUNIT_EXPECT_FALSE(test, shim6_qos_empty(q));
	KUNIT_EXPECT_EQ(test, shim6_qos_del_link(q, 1), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_set_police(q, &p), 0);
	KUNIT_EXPECT_FALSE(test, shim6_qos_empty(q));
	KUNIT_EXPECT_EQ(test, shim6_qos_del_police(q, 0), 0);
	KUNIT_EXPECT_TRUE(test, shim6_qos_empty(q));
	q->control.alternate = 0;
	KUNIT_EXPECT_FALSE(test, shim6_qos_empty(q));
	q->control.alternate = 1;
	q->share.hold_ms++;
	KUNIT_EXPECT_FALSE(test, shim6_qos_empty(q));
	q->share.hold_ms--;
	q->trust.mode = SHIM6_QOS_TRUST_NONE;
	KUNIT_EXPECT_FALSE(test, shim6_qos_empty(q));
	q->trust.mode = SHIM6_QOS_TRUST_ALL;
	q->rules[0] = (struct shim6_qos_rule) { .pref = 1 };
	q->nrules = 1;
	KUNIT_EXPECT_FALSE(test, shim6_qos_empty(q));
}

static const struct spoil class_spoils[] = {
	INVALID(shim6_qos_class, id, 0),
	INVALID(shim6_qos_class, id, 16),
	INVALID(shim6_qos_class, flags, 1),
	INVALID(shim6_qos_class, dscp, 64),
	INVALID(shim6_qos_class, dscp, SHIM6_QOS_DSCP_INHERIT),
	INVALID(shim6_qos_class, in_dscp, 3),
	INVALID(shim6_qos_class, reserved, 1),
	INVALID(shim6_qos_class, mark, 0x100),
	BLAMES(shim6_qos_class, mark_mask, 0, mark, -EINVAL),
	INVALID(shim6_qos_class, reserved2, 1),
};

static void class_refused(struct kunit *test)
{
	struct shim6_qos_class c = a_class(2, "ef");

	add_class(test, 1, "be");
	REFUSE_ALL(test, table(test), shim6_qos_class, set_class, &c,
		   class_spoils);
}

/* What it would be set to is missing */
static void class_in_dscp(struct kunit *test)
{
	struct shim6_qos_class c = a_class(1, "ef");

	c.dscp = 63;
	c.in_dscp = SHIM6_QOS_IN_SET;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_class(table(test), &c), 0);
	c.dscp = SHIM6_QOS_DSCP_KEEP;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_class(table(test), &c), -EINVAL);
	KUNIT_EXPECT_EQ(test, c.bad,
			offsetof(struct shim6_qos_class, in_dscp) + 1);
	c.in_dscp = SHIM6_QOS_IN_RESTORE;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_class(table(test), &c), 0);
	KUNIT_EXPECT_EQ(test, c.bad, 0);
}

static const char * const no_names[] = {
	"", "with space", "dot.", "slash/", "\xc3\xa4", "a:b", "@", "[", "`", "{",
};

static void names(struct kunit *test)
{
	const u32 bad = offsetof(struct shim6_qos_class, name) + 1;
	struct shim6_qos_class c = a_class(1, "azAZ09-_azAZ09-");
	struct shim6_qos *q = table(test);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, shim6_qos_set_class(q, &c), 0);
	for (i = 0; i < ARRAY_SIZE(no_names); i++) {
		c = a_class(2, no_names[i]);
		KUNIT_EXPECT_EQ_MSG(test, shim6_qos_set_class(q, &c), -EINVAL,
				    "\"%s\"", no_names[i]);
		KUNIT_EXPECT_EQ(test, c.bad, bad);
	}
	memset(c.name, 'x', sizeof(c.name));
	KUNIT_EXPECT_EQ(test, shim6_qos_set_class(q, &c), -EINVAL);
	KUNIT_EXPECT_EQ(test, c.bad, bad);
	/* Anything may be behind the end, nothing of it stays */
	c.name[3] = '\0';
	KUNIT_EXPECT_EQ(test, shim6_qos_set_class(q, &c), 0);
	SHIM6_EXPECT_MEMEQ(test, q->classes[1].name,
			   "xxx\0\0\0\0\0\0\0\0\0\0\0\0", SHIM6_QOS_NAME_LEN);
}

static void names_unique(struct kunit *test)
{
	struct shim6_qos_class c = a_class(2, "one");
	struct shim6_qos_link l = a_link(2, "one");
	struct shim6_qos *q = table(test);

	add_class(test, 1, "one");
	add_link(test, 1, "one");
	KUNIT_EXPECT_EQ(test, shim6_qos_set_class(q, &c), -EEXIST);
	KUNIT_EXPECT_EQ(test, c.bad,
			offsetof(struct shim6_qos_class, name) + 1);
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), -EEXIST);
	KUNIT_EXPECT_EQ(test, l.bad, offsetof(struct shim6_qos_link, name) + 1);
	KUNIT_EXPECT_EQ(test, q->nclasses + q->nlinks, 2);
	/* Capitals are others; its own name it may have */
	c = a_class(2, "One");
	KUNIT_EXPECT_EQ(test, shim6_qos_set_class(q, &c), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_set_class(q, &c), 0);
	KUNIT_EXPECT_EQ(test, q->nclasses, 2);
}

/* All there can be, replaced, deleted */
static void classes(struct kunit *test)
{
	struct shim6_qos *q = table(test);
	struct shim6_qos_class c;
	char name[8];
	u32 id;

	for (id = 1; id <= SHIM6_QOS_CLASSES; id++) {
		snprintf(name, sizeof(name), "c%u", id);
		add_class(test, id, name);
	}
	KUNIT_EXPECT_EQ(test, q->nclasses, SHIM6_QOS_CLASSES);
	c = a_class(7, "other");
	c.bad = 5;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_class(q, &c), 0);
	KUNIT_EXPECT_EQ(test, q->nclasses, SHIM6_QOS_CLASSES);
	KUNIT_EXPECT_STREQ(test, shim6_qos_class(q, 7)->name, "other");
	KUNIT_EXPECT_EQ(test, shim6_qos_class(q, 7)->bad, 0);
	for (id = 1; id <= SHIM6_QOS_CLASSES; id++) {
		KUNIT_EXPECT_EQ(test, shim6_qos_class(q, id)->id, id);
		KUNIT_EXPECT_EQ(test, shim6_qos_del_class(q, id), 0);
		KUNIT_EXPECT_NULL(test, shim6_qos_class(q, id));
		KUNIT_EXPECT_EQ(test, shim6_qos_del_class(q, id), -ENOENT);
	}
	KUNIT_EXPECT_EQ(test, shim6_qos_del_class(q, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_class(q, 16), -ENOENT);
	KUNIT_EXPECT_TRUE(test, shim6_qos_empty(q));
}

static void class_in_use(struct kunit *test)
{
	struct shim6_qos *q = table(test);
	struct shim6_qos_control c = shim6_qos_control_default;

	add_class(test, 1, "ef");
	add_class(test, 2, "ctl");
	add_rule(test, a_rule(5));
	c.klass = 2;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_control(q, &c), 0);
	add_class(test, 3, "be");
	KUNIT_EXPECT_EQ(test, shim6_qos_del_class(q, 1), -EBUSY);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_class(q, 2), -EBUSY);
	KUNIT_EXPECT_EQ(test, q->nclasses, 3);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_class(q, 3), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_rule(q, 5), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_class(q, 1), 0);
	c.klass = 0;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_control(q, &c), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_class(q, 2), 0);
}

/* Its shares of the links go with it, or the next one would have them */
static void class_shares(struct kunit *test)
{
	struct shim6_qos *q = table(test);

	add_class(test, 1, "ef");
	add_class(test, 15, "be");
	add_link(test, 1, "one");
	add_link(test, 16, "last");
	KUNIT_EXPECT_EQ(test, shim6_qos_del_class(q, 1), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_link(q, 1)->share[1], 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_link(q, 16)->share[1], 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_link(q, 16)->share[15], 400);
}

static const struct spoil link_spoils[] = {
	INVALID(shim6_qos_link, id, 0),
	INVALID(shim6_qos_link, id, 17),
	INVALID(shim6_qos_link, flags, 8),
	INVALID(shim6_qos_link, ifindex, 0x80000000),
	INVALID(shim6_qos_link, nprefix, 0),
	INVALID(shim6_qos_link, nprefix, 5),
	INVALID(shim6_qos_link, prefix[0].len, 0),
	INVALID(shim6_qos_link, prefix[0].len, 129),
	BLAMES(shim6_qos_link, prefix[0].len, 40, prefix[0].addr, -EINVAL),
	BLAMES(shim6_qos_link, prefix[0].len, 45, prefix[0].addr, -EINVAL),
	BLAMES(shim6_qos_link, prefix[0].addr.s6_addr[6], 0x80, prefix[0].addr,
	       -EINVAL),
	BLAMES(shim6_qos_link, prefix[0].addr.s6_addr[15], 1, prefix[0].addr,
	       -EINVAL),
	BLAMES(shim6_qos_link, prefix[0].addr.s6_addr[0], 0xff, prefix[0].addr,
	       -EINVAL),
	BLAMES(shim6_qos_link, prefix[0].reserved[6], 1, prefix[0].reserved,
	       -EINVAL),
	BLAMES(shim6_qos_link, prefix[1].len, 1, prefix[1], -EINVAL),
	BLAMES(shim6_qos_link, prefix[3].reserved[0], 1, prefix[3], -EINVAL),
	/* The second is all zero */
	BLAMES(shim6_qos_link, nprefix, 2, prefix[1].len, -EINVAL),
	INVALID(shim6_qos_link, up_kbit, 1000000001),
	INVALID(shim6_qos_link, down_kbit, 1000000001),
	INVALID(shim6_qos_link, overhead, (u16)-65),
	INVALID(shim6_qos_link, overhead, 257),
	INVALID(shim6_qos_link, major, 0xffff),
	INVALID(shim6_qos_link, share[0], 1),
	/* The sum is what counts: where it gets too large */
	BLAMES(shim6_qos_link, share[1], 601, share[15], -EINVAL),
	INVALID(shim6_qos_link, share[2], 401),
	INVALID(shim6_qos_link, reserved, 1),
	INVALID(shim6_qos_link, mark, 0x10),
	BLAMES(shim6_qos_link, mark_mask, 0, mark, -EINVAL),
};

static void link_refused(struct kunit *test)
{
	struct shim6_qos_link l = a_link(2, "isp");

	add_link(test, 1, "other");
	REFUSE_ALL(test, table(test), shim6_qos_link, set_link, &l,
		   link_spoils);
	memset(l.name, 'x', sizeof(l.name));
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(table(test), &l), -EINVAL);
	KUNIT_EXPECT_EQ(test, l.bad, offsetof(struct shim6_qos_link, name) + 1);
}

static void link_extremes(struct kunit *test)
{
	struct shim6_qos_link l = a_link(16, "isp");
	struct shim6_qos *q = table(test);

	l.ifindex = 0x7fffffff;
	l.up_kbit = 1000000000;
	l.down_kbit = 1000000000;
	l.bad = 1;
	l.overhead = -64;
	l.flags = 7;
	l.share[1] = 1000;
	l.share[15] = 0;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), 0);
	KUNIT_EXPECT_EQ(test, q->links[15].bad, 0);
	l.overhead = 256;
	l.up_kbit = 0;
	l.down_kbit = 0;
	l.prefix[0] = (struct shim6_qos_prefix) {
		.addr = { { { 0x80 } } }, .len = 1,
	};
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), 0);
	l.nprefix = 4;
	for (u8 i = 0; i < 4; i++)
		l.prefix[i] = (struct shim6_qos_prefix) {
			.addr = { { { 0x20, 0x01, [15] = i } } }, .len = 128,
		};
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), 0);
	KUNIT_EXPECT_EQ(test, q->nlinks, 1);
}

/* Link-local and site-local addresses are no locators (RFC 5534 3.1) */
static void link_no_locators(struct kunit *test)
{
	struct shim6_qos_link l = a_link(1, "isp");
	struct shim6_qos *q = table(test);

	l.prefix[0] = (struct shim6_qos_prefix) {
		.addr = { { { 0xfe, 0x80 } } }, .len = 10,
	};
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), -EINVAL);
	l.prefix[0].addr.s6_addr[1] = 0xc0;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), -EINVAL);
	l.prefix[0].addr.s6_addr[1] = 0x80;
	l.prefix[0].len = 9;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), -EINVAL);
	KUNIT_EXPECT_EQ(test, l.bad,
			offsetof(struct shim6_qos_link, prefix[0].addr) + 1);
	l.prefix[0].addr.s6_addr[1] = 0x00;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), 0);
	l.prefix[0].len = 8;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), 0);
	l.prefix[0].addr = (struct in6_addr) { { { 0xfd } } };
	l.prefix[0].len = 8;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), 0);
}

static void link_overlap(struct kunit *test)
{
	const u32 bad = offsetof(struct shim6_qos_link, prefix[1].addr) + 1;
	struct shim6_qos *q = table(test);
	struct shim6_qos_link l;

	add_link(test, 1, "one");
	/* In a second prefix: the same, one within, one around */
	for (u8 len = 47; len <= 49; len++) {
		l = a_link(2, "two");
		l.nprefix = 2;
		l.prefix[1] = a_link(1, "").prefix[0];
		l.prefix[1].len = len;
		if (len == 47)
			l.prefix[1].addr.s6_addr[5] = 0;
		KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), -EEXIST);
		KUNIT_EXPECT_EQ(test, l.bad, bad);
	}
	KUNIT_EXPECT_EQ(test, q->nlinks, 1);
	/* With itself it is a mistake, too */
	l.prefix[1] = l.prefix[0];
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), -EINVAL);
	KUNIT_EXPECT_EQ(test, l.bad, bad);
	/* Next to it there is room, and in its own place */
	l.prefix[1].addr.s6_addr[5] = 3;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), 0);
	l.prefix[0].len = 64;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_link(q, &l), 0);
	KUNIT_EXPECT_EQ(test, q->nlinks, 2);
}

static void links(struct kunit *test)
{
	struct shim6_qos *q = table(test);
	struct in6_addr addr = { { { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } } };
	char name[8];
	u32 id;

	for (id = 1; id <= SHIM6_QOS_LINKS; id++) {
		snprintf(name, sizeof(name), "l%u", id);
		add_link(test, id, name);
	}
	KUNIT_EXPECT_EQ(test, q->nlinks, SHIM6_QOS_LINKS);
	for (id = 1; id <= SHIM6_QOS_LINKS; id++) {
		addr.s6_addr[5] = id;
		KUNIT_ASSERT_NOT_NULL(test, shim6_qos_link_of(q, &addr));
		KUNIT_EXPECT_EQ(test, shim6_qos_link_of(q, &addr)->id, id);
		KUNIT_EXPECT_EQ(test, shim6_qos_del_link(q, id), 0);
		KUNIT_EXPECT_NULL(test, shim6_qos_link_of(q, &addr));
		KUNIT_EXPECT_EQ(test, shim6_qos_del_link(q, id), -ENOENT);
	}
	KUNIT_EXPECT_EQ(test, shim6_qos_del_link(q, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_link(q, 17), -ENOENT);
	KUNIT_EXPECT_TRUE(test, shim6_qos_empty(q));
}

static void link_of(struct kunit *test)
{
	struct shim6_qos_link l = a_link(3, "isp");
	struct shim6_qos *q = table(test);
	struct in6_addr addr = l.prefix[0].addr;

	l.nprefix = 2;
	l.prefix[1] = (struct shim6_qos_prefix) {
		.addr = { { { 0x20, 0x02, 0x80 } } }, .len = 17,
	};
	KUNIT_ASSERT_EQ(test, shim6_qos_set_link(q, &l), 0);
	KUNIT_EXPECT_PTR_EQ(test, shim6_qos_link_of(q, &addr),
			    shim6_qos_link(q, 3));
	addr.s6_addr[4] = 1;
	KUNIT_EXPECT_NULL(test, shim6_qos_link_of(q, &addr));
	addr = (struct in6_addr) { { { 0x20, 0x02, 0xff, 0xff } } };
	KUNIT_EXPECT_PTR_EQ(test, shim6_qos_link_of(q, &addr),
			    shim6_qos_link(q, 3));
	addr.s6_addr[2] = 0x7f;
	KUNIT_EXPECT_NULL(test, shim6_qos_link_of(q, &addr));
}

static void link_in_use(struct kunit *test)
{
	struct shim6_qos_rule r = a_rule(1);
	struct shim6_qos *q = table(test);

	add_class(test, 1, "ef");
	add_link(test, 1, "one");
	add_link(test, 16, "last");
	r.path = SHIM6_QOS_PATH_PIN;
	r.links = 1U << 15;
	add_rule(test, r);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_link(q, 16), -EBUSY);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_link(q, 1), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_rule(q, 1), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_link(q, 16), 0);
}

static const struct spoil police_spoils[] = {
	INVALID(shim6_qos_police, kind, SHIM6_QOS_POLICE_COUNT),
	INVALID(shim6_qos_police, src_len, 47),
	INVALID(shim6_qos_police, src_len, 65),
	INVALID(shim6_qos_police, rate, 1000001),
	INVALID(shim6_qos_police, burst, 0),
	INVALID(shim6_qos_police, burst, 1000001),
	BLAMES(shim6_qos_police, rate, 0, burst, -EINVAL),
	INVALID(shim6_qos_police, src_rate, 0),
	INVALID(shim6_qos_police, src_rate, 1000001),
	INVALID(shim6_qos_police, src_burst, 0),
	INVALID(shim6_qos_police, src_burst, 1000001),
	INVALID(shim6_qos_police, src_slots, 0),
	INVALID(shim6_qos_police, src_slots, 65537),
	BLAMES(shim6_qos_police, src_len, 0, src_rate, -EINVAL),
};

static const struct spoil police_no_source[] = {
	BLAMES(shim6_qos_police, src_len, 64, src_rate, -EINVAL),
	INVALID(shim6_qos_police, src_rate, 1),
	INVALID(shim6_qos_police, src_burst, 1),
	INVALID(shim6_qos_police, src_slots, 1),
	/* It would limit nothing */
	INVALID(shim6_qos_police, rate, 0),
};

static void police_refused(struct kunit *test)
{
	struct shim6_qos_police p = {
		.kind = SHIM6_QOS_POLICE_I1_IN, .rate = 200, .burst = 400,
		.src_len = 64, .src_rate = 20, .src_burst = 40,
		.src_slots = 4096,
	};
	struct shim6_qos *q = table(test);

	KUNIT_EXPECT_EQ(test, shim6_qos_set_police(q, &p), 0);
	REFUSE_ALL(test, q, shim6_qos_police, set_police, &p, police_spoils);
	p.src_len = 0;
	p.src_rate = 0;
	p.src_burst = 0;
	p.src_slots = 0;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_police(q, &p), 0);
	REFUSE_ALL(test, q, shim6_qos_police, set_police, &p,
		   police_no_source);
}

static void police(struct kunit *test)
{
	struct shim6_qos_police p = {
		.src_len = 48, .src_rate = 1, .src_burst = 1, .src_slots = 1,
		.passed = 1, .dropped = 2,
	};
	struct shim6_qos *q = table(test);

	for (p.kind = 0; p.kind < SHIM6_QOS_POLICE_COUNT; p.kind++) {
		KUNIT_EXPECT_EQ(test, shim6_qos_del_police(q, p.kind), -ENOENT);
		KUNIT_EXPECT_EQ(test, shim6_qos_set_police(q, &p), 0);
		KUNIT_EXPECT_EQ(test, q->police[p.kind].src_rate, 1);
		KUNIT_EXPECT_EQ(test, q->police[p.kind].passed, 0);
		KUNIT_EXPECT_EQ(test, q->police[p.kind].dropped, 0);
		KUNIT_EXPECT_EQ(test, shim6_qos_del_police(q, p.kind), 0);
	}
	KUNIT_EXPECT_EQ(test, shim6_qos_del_police(q, p.kind), -ENOENT);
	KUNIT_EXPECT_TRUE(test, shim6_qos_empty(q));
	p = (struct shim6_qos_police) {
		.kind = SHIM6_QOS_POLICE_CTX_OUT, .src_len = 64,
		.rate = 1000000, .burst = 1000000, .src_rate = 1000000,
		.src_burst = 1000000, .src_slots = 65536, .bad = 1,
	};
	KUNIT_EXPECT_EQ(test, shim6_qos_set_police(q, &p), 0);
	KUNIT_EXPECT_EQ(test, p.bad, 0);
}

static const struct spoil control_spoils[] = {
	INVALID(shim6_qos_control, dscp, 64),
	INVALID(shim6_qos_control, dscp, SHIM6_QOS_DSCP_KEEP),
	INVALID(shim6_qos_control, alternate, 2),
	BLAMES(shim6_qos_control, klass, 2, klass, -ENOENT),
	BLAMES(shim6_qos_control, klass, 200, klass, -ENOENT),
	INVALID(shim6_qos_control, reserved, 1),
	INVALID(shim6_qos_control, pace_permille, 1001),
	INVALID(shim6_qos_control, pace_min, 0),
	INVALID(shim6_qos_control, pace_min, 1000001),
	INVALID(shim6_qos_control, pace_burst, 0),
	INVALID(shim6_qos_control, pace_burst, 1000001),
	INVALID(shim6_qos_control, provisional, 2),
};

static void control(struct kunit *test)
{
	struct shim6_qos_control c = shim6_qos_control_default;
	struct shim6_qos *q = table(test);

	add_class(test, 1, "ctl");
	REFUSE_ALL(test, q, shim6_qos_control, set_control, &c,
		   control_spoils);
	c = (struct shim6_qos_control) {
		.dscp = SHIM6_QOS_DSCP_INHERIT, .klass = 1, .provisional = 1,
	};
	KUNIT_EXPECT_EQ(test, shim6_qos_set_control(q, &c), 0);
	SHIM6_EXPECT_MEMEQ(test, &q->control, &c, sizeof(c));
	c = (struct shim6_qos_control) {
		.dscp = 63, .alternate = 1, .pace_permille = 1000,
		.pace_min = 1000000, .pace_burst = 1000000,
	};
	KUNIT_EXPECT_EQ(test, shim6_qos_set_control(q, &c), 0);
}

static const struct spoil share_spoils[] = {
	INVALID(shim6_qos_share, mode, 5),
	INVALID(shim6_qos_share, buckets, 255),
	INVALID(shim6_qos_share, buckets, 257),
	INVALID(shim6_qos_share, idle_ms, 86400001),
	INVALID(shim6_qos_share, unbalanced_ms, 86400001),
	INVALID(shim6_qos_share, hyst_permille, 1001),
	INVALID(shim6_qos_share, hyst_us, 10000001),
	INVALID(shim6_qos_share, hold_ms, 86400001),
};

static void share(struct kunit *test)
{
	struct shim6_qos_share s = shim6_qos_share_default;
	struct shim6_qos *q = table(test);

	REFUSE_ALL(test, q, shim6_qos_share, set_share, &s, share_spoils);
	for (s.mode = 0; s.mode <= SHIM6_QOS_SHARE_METERED; s.mode++) {
		KUNIT_EXPECT_EQ(test, shim6_qos_set_share(q, &s), 0);
		KUNIT_EXPECT_EQ(test, q->share.mode, s.mode);
	}
	s = (struct shim6_qos_share) { .buckets = 256 };
	KUNIT_EXPECT_EQ(test, shim6_qos_set_share(q, &s), 0);
	SHIM6_EXPECT_MEMEQ(test, &q->share, &s, sizeof(s));
	s = (struct shim6_qos_share) {
		.buckets = 256, .idle_ms = 86400000, .unbalanced_ms = 86400000,
		.hyst_permille = 1000, .hyst_us = 10000000, .hold_ms = 86400000,
	};
	KUNIT_EXPECT_EQ(test, shim6_qos_set_share(q, &s), 0);
}

static const struct spoil trust_spoils[] = {
	INVALID(shim6_qos_trust, mode, 3),
	INVALID(shim6_qos_trust, allow, 1ULL << 46),
};

static void trust(struct kunit *test)
{
	struct shim6_qos_trust t = { .mode = SHIM6_QOS_TRUST_NONE };
	struct shim6_qos *q = table(test);

	REFUSE_ALL(test, q, shim6_qos_trust, set_trust, &t, trust_spoils);
	t = (struct shim6_qos_trust) {
		.mode = SHIM6_QOS_TRUST_DSCP, .allow = 1ULL << 63 | 1,
	};
	KUNIT_EXPECT_EQ(test, shim6_qos_set_trust(q, &t), 0);
	SHIM6_EXPECT_MEMEQ(test, &q->trust, &t, sizeof(t));
}

static struct kunit_case qos_cases[] = {
	KUNIT_CASE(empty),
	KUNIT_CASE(not_empty),
	KUNIT_CASE(class_refused),
	KUNIT_CASE(class_in_dscp),
	KUNIT_CASE(names),
	KUNIT_CASE(names_unique),
	KUNIT_CASE(classes),
	KUNIT_CASE(class_in_use),
	KUNIT_CASE(class_shares),
	KUNIT_CASE(link_refused),
	KUNIT_CASE(link_extremes),
	KUNIT_CASE(link_no_locators),
	KUNIT_CASE(link_overlap),
	KUNIT_CASE(links),
	KUNIT_CASE(link_of),
	KUNIT_CASE(link_in_use),
	KUNIT_CASE(police_refused),
	KUNIT_CASE(police),
	KUNIT_CASE(control),
	KUNIT_CASE(share),
	KUNIT_CASE(trust),
	{ }
};

static struct kunit_suite qos_suite = {
	.name = "shim6_qos",
	.init = make,
	.test_cases = qos_cases,
};

kunit_test_suite(qos_suite);

MODULE_DESCRIPTION("KUnit tests of the Shim6 classes of service");
MODULE_LICENSE("GPL");
