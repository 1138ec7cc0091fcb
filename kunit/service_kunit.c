// SPDX-License-Identifier: GPL-2.0
/* Classes of service in force; needs a real kernel around it */
#include <kunit/test.h>
#include <linux/module.h>
#include "compat_kunit.h"
#include "../module/qos.c"
#include "../module/rule.c"
#include "../module/service.c"

/* A namespace as far as service.c looks at it */
static int make(struct kunit *test)
{
	struct shim6_net *sn = kunit_kzalloc(test, sizeof(*sn), GFP_KERNEL);

	if (!sn)
		return -ENOMEM;
	mutex_init(&sn->cfg_mutex);
	/* There is no queue that could look after the hooks */
	sn->dying = true;
	test->priv = sn;
	return shim6_service_init(sn);
}

static void unmake(struct kunit *test)
{
	if (test->priv)
		shim6_service_exit(test->priv);
	/* What is freed later is of this module */
	rcu_barrier();
}

static int set_class(struct shim6_qos *q, void *arg)
{
	struct shim6_qos_class c = { .id = 1, .name = "ef", .dscp = 46 };

	return shim6_qos_set_class(q, &c);
}

static int set_rule(struct shim6_qos *q, void *arg)
{
	return set_class(q, NULL) ?: shim6_qos_set_rule(q, arg);
}

static int del_rule(struct shim6_qos *q, void *arg)
{
	return shim6_qos_del_rule(q, (uintptr_t)arg);
}

static int flush(struct shim6_qos *q, void *arg)
{
	u64 generation = q->generation;

	shim6_qos_init(q);
	q->generation = generation;
	return 0;
}

static int fail(struct shim6_qos *q, void *arg)
{
	flush(q, NULL);
	return -EINVAL;
}

static struct shim6_qos_rule a_rule(u32 pref)
{
	return (struct shim6_qos_rule) {
		.pref = pref, .klass = 1, .set_dscp = SHIM6_QOS_DSCP_KEEP,
	};
}

static void add_rule(struct kunit *test, struct shim6_qos_rule r)
{
	KUNIT_ASSERT_EQ(test, shim6_service_change(test->priv, set_rule, &r),
			0);
	/* What was freed by mistake is used for something else soon */
	rcu_barrier();
}

static void count(struct kunit *test, int rule, u32 packets, bool remarked)
{
	const struct shim6_service *sv;

	rcu_read_lock();
	sv = shim6_service(test->priv);
	if (sv)
		shim6_service_count_rule(sv, rule, packets, packets * 100,
					 remarked);
	rcu_read_unlock();
	KUNIT_EXPECT_NOT_NULL(test, sv);
}

static void expect_counted(struct kunit *test, struct shim6_qos_rule r,
			   u64 packets, u64 remarked)
{
	shim6_service_counted(test->priv, &r);
	KUNIT_EXPECT_EQ(test, r.packets, packets);
	KUNIT_EXPECT_EQ(test, r.bytes, packets * 100);
	KUNIT_EXPECT_EQ(test, r.remarked, remarked);
}

/* What costs nothing is there only as long as it is */
static void used(struct kunit *test)
{
	struct shim6_net *sn = test->priv;
	bool there;

	KUNIT_EXPECT_FALSE(test, static_key_enabled(&shim6_service_used));
	KUNIT_EXPECT_EQ(test, shim6_service_change(sn, fail, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, shim6_service_change(sn, flush, NULL), 0);
	KUNIT_EXPECT_EQ(test, shim6_service_generation(sn), 0);
	KUNIT_EXPECT_NULL(test, sn->service_base);
	KUNIT_EXPECT_EQ(test, shim6_service_change(sn, set_class, NULL), 0);
	KUNIT_EXPECT_EQ(test, shim6_service_change(sn, set_class, NULL), 0);
	KUNIT_EXPECT_TRUE(test, static_key_enabled(&shim6_service_used));
	KUNIT_EXPECT_EQ(test, shim6_service_generation(sn), 2);
	KUNIT_EXPECT_EQ(test, shim6_service_change(sn, fail, NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, shim6_service_generation(sn), 2);
	rcu_read_lock();
	there = shim6_service(sn) && shim6_service(sn)->q.nclasses == 1;
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE(test, there);
	KUNIT_EXPECT_EQ(test, shim6_service_change(sn, flush, NULL), 0);
	KUNIT_EXPECT_FALSE(test, static_key_enabled(&shim6_service_used));
	KUNIT_EXPECT_NULL(test, rcu_access_pointer(sn->service));
	KUNIT_EXPECT_EQ(test, shim6_service_generation(sn), 3);
}

/* A rule that stays what it is keeps its counters, wherever it comes to be */
static void counters(struct kunit *test)
{
	struct shim6_net *sn = test->priv;
	struct shim6_qos_rule other = a_rule(20);
	struct shim6_service *draft;

	other.dir = SHIM6_QOS_DIR_IN;
	add_rule(test, a_rule(10));
	add_rule(test, a_rule(20));
	count(test, 0, 3, true);
	count(test, 1, 5, false);
	expect_counted(test, a_rule(10), 3, 3);
	expect_counted(test, a_rule(20), 5, 0);
	expect_counted(test, a_rule(30), 0, 0);
	add_rule(test, a_rule(5));
	expect_counted(test, a_rule(5), 0, 0);
	expect_counted(test, a_rule(10), 3, 3);
	count(test, 1, 1, false);
	expect_counted(test, a_rule(10), 4, 3);
	add_rule(test, other);
	expect_counted(test, other, 0, 0);
	expect_counted(test, a_rule(20), 0, 0);
	/* Taken away and given back in one change */
	draft = shim6_service_draft(sn);
	KUNIT_ASSERT_NOT_NULL(test, draft);
	flush(&draft->q, NULL);
	other = a_rule(10);
	KUNIT_EXPECT_EQ(test, set_rule(&draft->q, &other), 0);
	expect_counted(test, a_rule(10), 4, 3);
	KUNIT_EXPECT_EQ(test, shim6_service_commit(sn, draft), 0);
	expect_counted(test, a_rule(10), 4, 3);
	/* And in two */
	KUNIT_EXPECT_EQ(test, shim6_service_change(sn, del_rule, (void *)10),
			0);
	add_rule(test, a_rule(10));
	expect_counted(test, a_rule(10), 0, 0);
	count(test, 0, 7, true);
	shim6_service_reset(sn);
	expect_counted(test, a_rule(10), 0, 0);
}

static void drafts(struct kunit *test)
{
	struct shim6_net *sn = test->priv;
	struct shim6_service *one, *two, *three;

	one = shim6_service_draft(sn);
	two = shim6_service_draft(sn);
	three = shim6_service_draft(sn);
	KUNIT_ASSERT_TRUE(test, one && two && three);
	set_class(&one->q, NULL);
	set_class(&two->q, NULL);
	KUNIT_EXPECT_EQ(test, shim6_service_generation(sn), 0);
	KUNIT_EXPECT_EQ(test, shim6_service_commit(sn, two), 0);
	KUNIT_EXPECT_EQ(test, shim6_service_commit(sn, one), -ESTALE);
	shim6_service_drop(three);
	KUNIT_EXPECT_EQ(test, shim6_service_generation(sn), 1);
	one = shim6_service_draft(sn);
	KUNIT_ASSERT_NOT_NULL(test, one);
	KUNIT_EXPECT_EQ(test, one->q.nclasses, 1);
	KUNIT_EXPECT_EQ(test, shim6_service_commit(sn, one), 0);
}

static void traffic(struct kunit *test)
{
	struct shim6_net *sn = test->priv;
	const struct shim6_service *sv;
	struct shim6_qos_traffic t;
	u64 cursor = 0;
	u8 ecn;

	KUNIT_EXPECT_EQ(test, shim6_service_traffic(sn, &cursor, &t), -ENOENT);
	KUNIT_ASSERT_EQ(test, shim6_service_change(sn, set_class, NULL), 0);
	KUNIT_EXPECT_EQ(test, shim6_service_traffic(sn, &cursor, &t), -ENOENT);
	rcu_read_lock();
	sv = shim6_service(sn);
	for (ecn = 0; ecn < 4; ecn++) {
		shim6_service_count_tx(sv, 16, 15, ecn + 1, 100, ecn);
		shim6_service_count_rx(sv, 16, 15, 10 * (ecn + 1), 1000, ecn);
	}
	shim6_service_count_lost(sv, 0, 0, 9);
	rcu_read_unlock();
	cursor = 0;
	KUNIT_EXPECT_EQ(test, shim6_service_traffic(sn, &cursor, &t), 0);
	KUNIT_EXPECT_EQ(test, t.link + t.klass, 0);
	KUNIT_EXPECT_EQ(test, t.lost, 9);
	/* They are the namespace's, not a table's */
	KUNIT_EXPECT_EQ(test, shim6_service_change(sn, flush, NULL), 0);
	KUNIT_EXPECT_EQ(test, shim6_service_traffic(sn, &cursor, &t), 0);
	KUNIT_EXPECT_EQ(test, t.link, 16);
	KUNIT_EXPECT_EQ(test, t.klass, 15);
	KUNIT_EXPECT_EQ(test, t.tx_packets, 10);
	KUNIT_EXPECT_EQ(test, t.tx_bytes, 400);
	KUNIT_EXPECT_EQ(test, t.tx_ect1, 2);
	KUNIT_EXPECT_EQ(test, t.tx_ect0, 3);
	KUNIT_EXPECT_EQ(test, t.tx_ce, 4);
	KUNIT_EXPECT_EQ(test, t.rx_packets, 100);
	KUNIT_EXPECT_EQ(test, t.rx_bytes, 4000);
	KUNIT_EXPECT_EQ(test, t.rx_ect1, 20);
	KUNIT_EXPECT_EQ(test, t.rx_ect0, 30);
	KUNIT_EXPECT_EQ(test, t.rx_ce, 40);
	KUNIT_EXPECT_EQ(test, t.lost, 0);
	KUNIT_EXPECT_EQ(test, shim6_service_traffic(sn, &cursor, &t), -ENOENT);
	shim6_service_reset(sn);
	cursor = 0;
	KUNIT_EXPECT_EQ(test, shim6_service_traffic(sn, &cursor, &t), -ENOENT);
}

static int set_control(struct shim6_qos *q, void *arg)
{
	struct shim6_qos_control c = { .dscp = 48, .klass = 1 };

	return set_class(q, NULL) ?: shim6_qos_set_control(q, &c);
}

static void count_control(struct shim6_net *sn, bool out, u8 dsfield)
{
	rcu_read_lock();
	shim6_service_count_control(shim6_service(sn), out, 2, dsfield, 100);
	rcu_read_unlock();
}

/* They are counted by their DSCP, and as what their class carries, if they have
 * one
 */
static void control(struct kunit *test)
{
	struct shim6_qos_marking m = { .link = 2, .dscp = 48 };
	struct shim6_net *sn = test->priv;
	struct shim6_qos_traffic t;
	u64 cursor = 0;

	shim6_service_marked(sn, &m);
	KUNIT_EXPECT_EQ(test, m.tx + m.rx, 0);
	KUNIT_ASSERT_EQ(test, shim6_service_change(sn, set_class, NULL), 0);
	count_control(sn, true, 48 << 2);
	KUNIT_EXPECT_EQ(test, shim6_service_traffic(sn, &cursor, &t), -ENOENT);
	KUNIT_ASSERT_EQ(test, shim6_service_change(sn, set_control, NULL), 0);
	count_control(sn, true, 48 << 2);
	count_control(sn, false, 48 << 2 | 3);
	count_control(sn, false, 0);
	cursor = 0;
	KUNIT_ASSERT_EQ(test, shim6_service_traffic(sn, &cursor, &t), 0);
	KUNIT_EXPECT_EQ(test, t.link, 2);
	KUNIT_EXPECT_EQ(test, t.klass, 1);
	KUNIT_EXPECT_EQ(test, t.tx_packets, 1);
	KUNIT_EXPECT_EQ(test, t.tx_bytes, 100);
	KUNIT_EXPECT_EQ(test, t.rx_packets, 2);
	KUNIT_EXPECT_EQ(test, t.rx_bytes, 200);
	KUNIT_EXPECT_EQ(test, t.rx_ce, 1);
	shim6_service_marked(sn, &m);
	KUNIT_EXPECT_EQ(test, m.tx, 2);
	KUNIT_EXPECT_EQ(test, m.rx, 1);
	m.dscp = 0;
	shim6_service_marked(sn, &m);
	KUNIT_EXPECT_EQ(test, m.tx, 0);
	KUNIT_EXPECT_EQ(test, m.rx, 1);
	shim6_service_reset(sn);
	shim6_service_marked(sn, &m);
	KUNIT_EXPECT_EQ(test, m.rx, 0);
}

/* Number @i of rules that look at another member each */
static struct shim6_qos_rule picky(unsigned int i)
{
	struct shim6_qos_rule r = a_rule(i + 1);
	u8 v = i / 9;

	switch (i % 9) {
	case 0:
		r.match = SHIM6_QOS_MATCH_LOCAL;
		r.local.s6_addr[15] = v;
		r.local_len = 128;
		break;
	case 1:
		r.match = SHIM6_QOS_MATCH_PEER;
		r.peer.s6_addr[15] = v;
		r.peer_len = 128;
		break;
	case 2:
		r.match = SHIM6_QOS_MATCH_PROTO;
		r.proto = v + 1;
		break;
	case 3:
		r.match = SHIM6_QOS_MATCH_LPORT;
		r.lport_min = v;
		r.lport_max = v;
		break;
	case 4:
		r.match = SHIM6_QOS_MATCH_RPORT;
		r.rport_min = v;
		r.rport_max = v;
		break;
	case 5:
		r.match = SHIM6_QOS_MATCH_DSCP;
		r.dscp = v;
		r.dscp_mask = 63;
		break;
	case 6:
		r.match = SHIM6_QOS_MATCH_MARK;
		r.mark = v;
		r.mark_mask = U32_MAX;
		break;
	case 7:
		r.match = SHIM6_QOS_MATCH_UID;
		r.uid = v;
		break;
	case 8:
		r.match = SHIM6_QOS_MATCH_DSCP;
		r.dscp = 32 + v;
		r.dscp_mask = 63;
		r.dir = SHIM6_QOS_DIR_IN;
		break;
	}
	return r;
}

static struct shim6_qos_packet random_packet(void)
{
	struct shim6_qos_packet p = { };
	u32 r = get_random_u32();

	/* 255 meets no rule: few are met at the first */
	p.local.s6_addr[15] = r & 1 ? 255 : 1;
	p.peer.s6_addr[15] = r & 2 ? 255 : 2;
	p.proto = r & 4 ? 255 : 3;
	p.lport = r & 8 ? 255 : 2;
	p.rport = r & 16 ? 255 : 3;
	p.dscp = r & 32 ? 62 : 34;
	p.mark = r & 64 ? 255 : 1;
	p.uid = r & 128 ? 255 : 3;
	p.out = r & 256;
	p.ports = r & 512;
	p.has_uid = r & 1024;
	return p;
}

static unsigned int wrong_verdicts(struct shim6_net *sn)
{
	const struct shim6_service *sv;
	unsigned int wrong = 0, i;
	struct shim6_qos_packet p;

	for (i = 0; i < 10000; i++) {
		p = random_packet();
		rcu_read_lock();
		sv = shim6_service(sn);
		wrong += !sv || !sv->verdicts ||
			 shim6_service_rule(sv, &p) !=
			 shim6_qos_match(&sv->q, &p);
		rcu_read_unlock();
	}
	return wrong;
}

/* What is kept is what the rules say, also when they are others */
static void verdicts(struct kunit *test)
{
	struct shim6_net *sn = test->priv;
	struct shim6_service *draft = shim6_service_draft(sn);
	struct shim6_qos_rule r;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, draft);
	set_class(&draft->q, NULL);
	for (i = 0; i < 36; i++) {
		r = picky(i);
		KUNIT_EXPECT_EQ(test, shim6_qos_set_rule(&draft->q, &r), 0);
	}
	KUNIT_ASSERT_EQ(test, shim6_service_commit(sn, draft), 0);
	KUNIT_EXPECT_EQ(test, wrong_verdicts(sn), 0);
	for (i = 9; i < 14; i++) {
		KUNIT_EXPECT_EQ(test, shim6_service_change(sn, del_rule,
							   (void *)(i + 1UL)),
				0);
		KUNIT_EXPECT_EQ(test, wrong_verdicts(sn), 0);
	}
}

/* It is kept indeed: a rule that is not there any more is remembered */
static void verdicts_kept(struct kunit *test)
{
	struct shim6_qos_packet p = { .dscp = 1, .out = true };
	struct shim6_net *sn = test->priv;
	struct shim6_service *sv;
	int first, second;
	unsigned int i;

	for (i = 0; i <= VERDICTS_FROM; i++)
		add_rule(test, a_rule(i + 1));
	migrate_disable();
	rcu_read_lock();
	sv = rcu_dereference(sn->service);
	first = shim6_service_rule(sv, &p);
	sv->q.rules[0].dir = SHIM6_QOS_DIR_IN;
	second = shim6_service_rule(sv, &p);
	sv->q.rules[0].dir = SHIM6_QOS_DIR_BOTH;
	rcu_read_unlock();
	migrate_enable();
	KUNIT_EXPECT_EQ(test, first, 0);
	KUNIT_EXPECT_EQ(test, second, 0);
	p.dscp = 2;
	rcu_read_lock();
	sv = rcu_dereference(sn->service);
	sv->q.rules[0].dir = SHIM6_QOS_DIR_IN;
	first = shim6_service_rule(sv, &p);
	sv->q.rules[0].dir = SHIM6_QOS_DIR_BOTH;
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, first, 1);
}

static struct kunit_case service_cases[] = {
	KUNIT_CASE(used),
	KUNIT_CASE(counters),
	KUNIT_CASE(drafts),
	KUNIT_CASE(traffic),
	KUNIT_CASE(control),
	KUNIT_CASE(verdicts),
	KUNIT_CASE(verdicts_kept),
	{ }
};

static struct kunit_suite service_suite = {
	.name = "shim6_service",
	.init = make,
	.exit = unmake,
	.test_cases = service_cases,
};

kunit_test_suite(service_suite);

MODULE_DESCRIPTION("KUnit tests of the Shim6 classes of service in force");
MODULE_LICENSE("GPL");
