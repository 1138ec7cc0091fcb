// SPDX-License-Identifier: GPL-2.0
/* Rules: what the table takes and refuses, and which one a packet meets */
#include "qos_table.h"

SETTER(rule)

/* Everything that a rule can ask for */
static struct shim6_qos_rule full_rule(u32 pref)
{
	return (struct shim6_qos_rule) {
		.pref = pref, .match = MATCHES, .klass = 1,
		.local = { { { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0x80 } } },
		.peer = { { { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 2, [15] = 9 } } },
		.local_len = 49, .peer_len = 128,
		.proto = IPPROTO_UDP, .dir = SHIM6_QOS_DIR_OUT,
		.lport_min = 1000, .lport_max = 2000,
		.rport_min = 53, .rport_max = 53,
		.dscp = 0x28, .dscp_mask = 0x38, .set_dscp = 0,
		.path = SHIM6_QOS_PATH_PREFER, .links = 1,
		.mark = 0x20, .mark_mask = 0xff, .uid = 1000,
	};
}

static const struct spoil rule_spoils[] = {
	INVALID(shim6_qos_rule, pref, 0),
	INVALID(shim6_qos_rule, pref, 65536),
	INVALID(shim6_qos_rule, flags, 1),
	INVALID(shim6_qos_rule, match, 0x1ff),
	BLAMES(shim6_qos_rule, klass, 2, klass, -ENOENT),
	BLAMES(shim6_qos_rule, klass, 16, klass, -ENOENT),
	BLAMES(shim6_qos_rule, klass, 0, set_dscp, -EINVAL),
	BLAMES(shim6_qos_rule, local.s6_addr[6], 0xc0, local, -EINVAL),
	BLAMES(shim6_qos_rule, local.s6_addr[15], 1, local, -EINVAL),
	BLAMES(shim6_qos_rule, peer_len, 127, peer, -EINVAL),
	INVALID(shim6_qos_rule, local_len, 0),
	INVALID(shim6_qos_rule, local_len, 129),
	INVALID(shim6_qos_rule, peer_len, 0),
	INVALID(shim6_qos_rule, peer_len, 129),
	INVALID(shim6_qos_rule, proto, 0),
	INVALID(shim6_qos_rule, proto, 140),
	BLAMES(shim6_qos_rule, proto, IPPROTO_ICMPV6, lport_min, -EINVAL),
	INVALID(shim6_qos_rule, dir, 3),
	INVALID(shim6_qos_rule, lport_max, 999),
	INVALID(shim6_qos_rule, rport_max, 52),
	INVALID(shim6_qos_rule, dscp, 0x29),
	INVALID(shim6_qos_rule, dscp_mask, 0x78),
	BLAMES(shim6_qos_rule, dscp_mask, 0x30, dscp, -EINVAL),
	INVALID(shim6_qos_rule, set_dscp, 64),
	INVALID(shim6_qos_rule, set_dscp, SHIM6_QOS_DSCP_INHERIT),
	INVALID(shim6_qos_rule, path, 6),
	BLAMES(shim6_qos_rule, path, SHIM6_QOS_PATH_ANY, links, -EINVAL),
	INVALID(shim6_qos_rule, mark, 0x120),
	BLAMES(shim6_qos_rule, mark_mask, 0, mark, -EINVAL),
	INVALID(shim6_qos_rule, uid, U32_MAX),
	INVALID(shim6_qos_rule, links, 0),
	BLAMES(shim6_qos_rule, links, 3, links, -ENOENT),
	INVALID(shim6_qos_rule, reserved, 1),
	INVALID(shim6_qos_rule, reserved2, 1),
};

static void rule_refused(struct kunit *test)
{
	struct shim6_qos_rule r = full_rule(10);

	add_class(test, 1, "ef");
	add_link(test, 1, "isp");
	add_rule(test, r);
	REFUSE_ALL(test, table(test), shim6_qos_rule, set_rule, &r,
		   rule_spoils);
}

/* A member that does not count is zero, else somebody forgot its bit */
static const struct spoil rule_leftovers[] = {
	INVALID(shim6_qos_rule, local.s6_addr[0], 0x20),
	BLAMES(shim6_qos_rule, peer.s6_addr[15], 1, peer, -EINVAL),
	INVALID(shim6_qos_rule, local_len, 64),
	INVALID(shim6_qos_rule, peer_len, 64),
	INVALID(shim6_qos_rule, proto, IPPROTO_TCP),
	INVALID(shim6_qos_rule, lport_min, 1),
	INVALID(shim6_qos_rule, lport_max, 1),
	INVALID(shim6_qos_rule, rport_min, 1),
	INVALID(shim6_qos_rule, rport_max, 1),
	INVALID(shim6_qos_rule, dscp, 1),
	INVALID(shim6_qos_rule, dscp_mask, 1),
	INVALID(shim6_qos_rule, mark, 1),
	INVALID(shim6_qos_rule, mark_mask, 1),
	INVALID(shim6_qos_rule, uid, 1000),
	/* A mask of nothing is no match */
	BLAMES(shim6_qos_rule, match, SHIM6_QOS_MATCH_DSCP, dscp_mask, -EINVAL),
	BLAMES(shim6_qos_rule, match, SHIM6_QOS_MATCH_MARK, mark_mask, -EINVAL),
	BLAMES(shim6_qos_rule, match, SHIM6_QOS_MATCH_PROTO, proto, -EINVAL),
	BLAMES(shim6_qos_rule, match, SHIM6_QOS_MATCH_LOCAL, local_len,
	       -EINVAL),
	BLAMES(shim6_qos_rule, match, SHIM6_QOS_MATCH_PEER, peer_len, -EINVAL),
};

static void rule_leftover(struct kunit *test)
{
	struct shim6_qos_rule r = a_rule(10);

	add_class(test, 1, "ef");
	REFUSE_ALL(test, table(test), shim6_qos_rule, set_rule, &r,
		   rule_leftovers);
	KUNIT_EXPECT_EQ(test, shim6_qos_set_rule(table(test), &r), 0);
}

/* Ports without a protocol are those of any protocol that has some */
static void rule_ports_alone(struct kunit *test)
{
	struct shim6_qos_rule r = a_rule(1);
	struct shim6_qos_packet p = { .proto = IPPROTO_TCP, .ports = true };
	struct shim6_qos *q = table(test);

	add_class(test, 1, "ef");
	r.match = SHIM6_QOS_MATCH_RPORT;
	add_rule(test, r);
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &p), 0);
	p.proto = IPPROTO_UDP;
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &p), 0);
	p.rport = 1;
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &p), -1);
	p.rport = 0;
	p.ports = false;
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &p), -1);
}

static void rule_extremes(struct kunit *test)
{
	struct shim6_qos_rule r = full_rule(65535);
	struct shim6_qos *q = table(test);

	add_class(test, 15, "ef");
	add_link(test, 1, "first");
	add_link(test, 16, "last");
	r.klass = 15;
	r.path = SHIM6_QOS_PATH_LOWRTT;
	r.links = 0x8001;
	r.dscp = 63;
	r.dscp_mask = 63;
	r.set_dscp = 63;
	r.lport_min = 0;
	r.lport_max = 0xffff;
	r.rport_min = 0xffff;
	r.rport_max = 0xffff;
	r.proto = IPPROTO_DCCP;
	r.local_len = 128;
	r.mark = U32_MAX;
	r.mark_mask = U32_MAX;
	r.uid = U32_MAX - 1;
	add_rule(test, r);
	SHIM6_EXPECT_MEMEQ(test, &q->rules[0], &r, sizeof(r));
}

/* What a caller says of the results does not count */
static void rule_results(struct kunit *test)
{
	struct shim6_qos_rule r = a_rule(1);

	add_class(test, 1, "ef");
	r.packets = 1;
	r.bytes = 2;
	r.remarked = 3;
	r.bad = 4;
	add_rule(test, r);
	r = a_rule(1);
	SHIM6_EXPECT_MEMEQ(test, &table(test)->rules[0], &r, sizeof(r));
}

static void rules(struct kunit *test)
{
	struct shim6_qos *q = table(test);
	struct shim6_qos_rule r;
	unsigned int i;

	add_class(test, 1, "ef");
	add_class(test, 2, "be");
	/* 257 is prime: each once, in no order */
	for (i = 1; i <= SHIM6_QOS_RULES; i++)
		add_rule(test, a_rule(i * 101 % 257));
	for (i = 0; i < SHIM6_QOS_RULES; i++)
		KUNIT_EXPECT_EQ(test, q->rules[i].pref, i + 1);
	r = a_rule(60000);
	KUNIT_EXPECT_EQ(test, shim6_qos_set_rule(q, &r), -ENOSPC);
	KUNIT_EXPECT_EQ(test, r.bad, 0);
	/* There is room for one that takes another's place */
	r = a_rule(100);
	r.klass = 2;
	KUNIT_EXPECT_EQ(test, shim6_qos_set_rule(q, &r), 0);
	KUNIT_EXPECT_EQ(test, q->nrules, SHIM6_QOS_RULES);
	KUNIT_EXPECT_EQ(test, q->rules[99].klass, 2);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_rule(q, 100), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_rule(q, 100), -ENOENT);
	KUNIT_EXPECT_EQ(test, q->rules[98].pref, 99);
	KUNIT_EXPECT_EQ(test, q->rules[99].pref, 101);
	KUNIT_EXPECT_EQ(test, q->rules[254].pref, 256);
	r = a_rule(65535);
	KUNIT_EXPECT_EQ(test, shim6_qos_set_rule(q, &r), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_rule(q, 0), -ENOENT);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_rule(q, 60000), -ENOENT);
	for (i = 1; i <= SHIM6_QOS_RULES; i++)
		if (i != 100)
			KUNIT_EXPECT_EQ(test, shim6_qos_del_rule(q, i), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_rule(q, 65535), 0);
	KUNIT_EXPECT_EQ(test, q->nrules, 0);
	KUNIT_EXPECT_TRUE(test, is_zero(q->rules, sizeof(q->rules)));
}

/* A packet that meets full_rule() */
static struct shim6_qos_packet full_packet(void)
{
	return (struct shim6_qos_packet) {
		.local = { { { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0xff,
			       [15] = 1 } } },
		.peer = { { { 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 2, [15] = 9 } } },
		.proto = IPPROTO_UDP, .out = true, .ports = true,
		.lport = 1000, .rport = 53, .dscp = 0x2f, .has_uid = true,
		.mark = 0xff20, .uid = 1000,
	};
}

#define OTHER(member, value)						\
	{ #member " = " #value, offsetof(struct shim6_qos_packet, member), \
	  sizeof_field(struct shim6_qos_packet, member), (value), 0, 0 }

/* Each makes it another packet */
static const struct spoil others[] = {
	OTHER(local.s6_addr[0], 0x21),
	OTHER(local.s6_addr[6], 0x7f),
	OTHER(peer.s6_addr[15], 8),
	OTHER(proto, IPPROTO_TCP),
	OTHER(out, false),
	OTHER(ports, false),
	OTHER(lport, 999),
	OTHER(lport, 2001),
	OTHER(rport, 52),
	OTHER(rport, 54),
	OTHER(dscp, 0x27),
	OTHER(dscp, 0x3f),
	OTHER(has_uid, false),
	OTHER(mark, 0xff21),
	OTHER(uid, 1001),
};

/* And each of these the same */
static const struct spoil sames[] = {
	OTHER(local.s6_addr[7], 0xff),
	OTHER(local.s6_addr[15], 0),
	OTHER(lport, 2000),
	OTHER(lport, 1500),
	OTHER(dscp, 0x28),
	OTHER(mark, 0x20),
};

static void match(struct kunit *test)
{
	struct shim6_qos *q = table(test);
	struct shim6_qos_packet p = full_packet();
	unsigned int i;

	add_class(test, 1, "ef");
	add_link(test, 1, "isp");
	add_rule(test, full_rule(10));
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &p), 0);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		p = full_packet();
		put(&p, &others[i]);
		KUNIT_EXPECT_EQ_MSG(test, shim6_qos_match(q, &p), -1, "%s",
				    others[i].what);
	}
	for (i = 0; i < ARRAY_SIZE(sames); i++) {
		p = full_packet();
		put(&p, &sames[i]);
		KUNIT_EXPECT_EQ_MSG(test, shim6_qos_match(q, &p), 0, "%s",
				    sames[i].what);
	}
}

static void match_direction(struct kunit *test)
{
	struct shim6_qos_packet out = { .out = true }, in = { };
	struct shim6_qos_rule r = a_rule(1);
	struct shim6_qos *q = table(test);

	add_class(test, 1, "ef");
	add_rule(test, r);
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &out), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &in), 0);
	r.dir = SHIM6_QOS_DIR_IN;
	add_rule(test, r);
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &out), -1);
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &in), 0);
	r.dir = SHIM6_QOS_DIR_OUT;
	add_rule(test, r);
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &out), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &in), -1);
}

/* The lowest pref decides, not the best fit */
static void match_first(struct kunit *test)
{
	struct shim6_qos *q = table(test);
	struct shim6_qos_packet p = full_packet();
	struct shim6_qos_rule all = a_rule(20);

	add_class(test, 1, "ef");
	add_link(test, 1, "isp");
	add_rule(test, all);
	add_rule(test, full_rule(10));
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &p), 0);
	p.uid++;
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &p), 1);
	all.pref = 5;
	add_rule(test, all);
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &p), 0);
	p.uid--;
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &p), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_del_rule(q, 5), 0);
	KUNIT_EXPECT_EQ(test, shim6_qos_match(q, &p), 0);
	KUNIT_EXPECT_EQ(test, q->rules[0].pref, 10);
}

/* All lengths of all prefixes of one address, and one bit beside */
static void prefixes(struct kunit *test)
{
	struct shim6_qos *q = table(test);
	struct shim6_qos_packet p = { };
	struct shim6_qos_rule r = a_rule(1);
	unsigned int len, bit;

	add_class(test, 1, "ef");
	memset(&p.peer, 0x5a, sizeof(p.peer));
	r.match = SHIM6_QOS_MATCH_PEER;
	for (len = 1; len <= 128; len++) {
		bit = len - 1;
		r.peer.s6_addr[bit / 8] |= 0x5a & (0x80 >> bit % 8);
		r.peer_len = len;
		add_rule(test, r);
		KUNIT_EXPECT_EQ_MSG(test, shim6_qos_match(q, &p), 0, "/%u",
				    len);
		p.peer.s6_addr[bit / 8] ^= 0x80 >> bit % 8;
		KUNIT_EXPECT_EQ_MSG(test, shim6_qos_match(q, &p), -1, "/%u",
				    len);
		p.peer.s6_addr[bit / 8] ^= 0x80 >> bit % 8;
		if (len == 128)
			break;
		r.peer.s6_addr[len / 8] ^= 0x80 >> len % 8;
		KUNIT_EXPECT_EQ_MSG(test, shim6_qos_set_rule(q, &r), -EINVAL,
				    "/%u", len);
		r.peer.s6_addr[len / 8] ^= 0x80 >> len % 8;
	}
}

static struct kunit_case qos_rule_cases[] = {
	KUNIT_CASE(rule_refused),
	KUNIT_CASE(rule_leftover),
	KUNIT_CASE(rule_ports_alone),
	KUNIT_CASE(rule_extremes),
	KUNIT_CASE(rule_results),
	KUNIT_CASE(rules),
	KUNIT_CASE(match),
	KUNIT_CASE(match_direction),
	KUNIT_CASE(match_first),
	KUNIT_CASE(prefixes),
	{ }
};

static struct kunit_suite qos_rule_suite = {
	.name = "shim6_qos_rule",
	.init = make,
	.test_cases = qos_rule_cases,
};

kunit_test_suite(qos_rule_suite);

MODULE_DESCRIPTION("KUnit tests of the Shim6 rules of service");
MODULE_LICENSE("GPL");
