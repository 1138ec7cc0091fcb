// SPDX-License-Identifier: GPL-2.0
/* Rules for starting contexts; needs a real kernel around it */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/locset.c"
#include "../module/params.c"
#include "../module/request.c"
#include "../module/policy.c"

/* The table of ULID pairs is not what is tested here */
int shim6_trigger_prepare(struct shim6_net *sn)
{
	return 0;
}

/* A namespace as far as policy.c looks at it */
static int make(struct kunit *test)
{
	struct shim6_net *sn = kunit_kzalloc(test, sizeof(*sn), GFP_KERNEL);

	if (!sn)
		return -ENOMEM;
	mutex_init(&sn->cfg_mutex);
	/* There is no queue that could look after the hooks */
	sn->dying = true;
	test->priv = sn;
	return shim6_policy_init(sn);
}

static void unmake(struct kunit *test)
{
	if (test->priv)
		shim6_policy_exit(test->priv);
}

static const struct in6_addr here = { { {
	0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = 1 } } };
static const struct in6_addr there = { { {
	0x20, 0x01, 0x0d, 0xb8, 0, 2, [15] = 1 } } };
static const struct in6_addr elsewhere = { { {
	0x20, 0x01, 0x0d, 0xb9, 0, 2, [15] = 1 } } };

static int add(struct kunit *test, u32 action, u32 priority, u8 peer_len)
{
	struct shim6_policy_entry e = {
		.action = action,
		.priority = priority,
		.peer = there,
		.peer_len = peer_len,
	};
	int err = shim6_policy_add(test->priv, &e);

	return err ?: (int)e.id;
}

static u32 match(struct kunit *test, const struct in6_addr *peer, u8 proto,
		 u16 port)
{
	u32 action;

	rcu_read_lock();
	action = shim6_policy_match(test->priv, &here, peer, proto, port);
	rcu_read_unlock();
	return action;
}

static void no_rule_means_trigger(struct kunit *test)
{
	struct shim6_policy_entry e;

	KUNIT_EXPECT_EQ(test, match(test, &there, IPPROTO_TCP, 80),
			SHIM6_POLICY_TRIGGER);
	KUNIT_EXPECT_EQ(test, shim6_policy_get(test->priv, 0, &e), -ENOENT);
}

static void lowest_priority_number_first(struct kunit *test)
{
	int never = add(test, SHIM6_POLICY_NEVER, 20, 32);
	int always = add(test, SHIM6_POLICY_ALWAYS, 10, 48);

	KUNIT_EXPECT_EQ(test, match(test, &there, IPPROTO_TCP, 80),
			SHIM6_POLICY_ALWAYS);
	KUNIT_EXPECT_EQ(test, shim6_policy_del(test->priv, always), 0);
	KUNIT_EXPECT_EQ(test, match(test, &there, IPPROTO_TCP, 80),
			SHIM6_POLICY_NEVER);
	KUNIT_EXPECT_EQ(test, match(test, &elsewhere, IPPROTO_TCP, 80),
			SHIM6_POLICY_TRIGGER);
	KUNIT_EXPECT_EQ(test, shim6_policy_del(test->priv, never), 0);
	KUNIT_EXPECT_EQ(test, match(test, &there, IPPROTO_TCP, 80),
			SHIM6_POLICY_TRIGGER);
}

static void equal_priorities_keep_their_order(struct kunit *test)
{
	struct shim6_policy_entry e;
	int id[4];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(id); i++)
		id[i] = add(test, SHIM6_POLICY_NEVER, i == 3 ? 4 : 5, 0);
	KUNIT_ASSERT_EQ(test, shim6_policy_get(test->priv, 0, &e), 0);
	KUNIT_EXPECT_EQ(test, e.id, id[3]);
	for (i = 0; i < 3; i++) {
		KUNIT_ASSERT_EQ(test, shim6_policy_get(test->priv, i + 1, &e),
				0);
		KUNIT_EXPECT_EQ(test, e.id, id[i]);
	}
}

static void protocol_and_port(struct kunit *test)
{
	struct shim6_policy_entry e = {
		.action = SHIM6_POLICY_ALWAYS,
		.proto = IPPROTO_TCP,
		.port = 443,
	};

	KUNIT_ASSERT_EQ(test, shim6_policy_add(test->priv, &e), 0);
	KUNIT_EXPECT_EQ(test, match(test, &there, IPPROTO_TCP, 443),
			SHIM6_POLICY_ALWAYS);
	KUNIT_EXPECT_EQ(test, match(test, &there, IPPROTO_TCP, 80),
			SHIM6_POLICY_TRIGGER);
	KUNIT_EXPECT_EQ(test, match(test, &there, IPPROTO_UDP, 443),
			SHIM6_POLICY_TRIGGER);
}

static void hits_are_of_the_first_match(struct kunit *test)
{
	struct shim6_policy_entry e;

	add(test, SHIM6_POLICY_NEVER, 1, 48);
	add(test, SHIM6_POLICY_NEVER, 2, 0);
	match(test, &there, IPPROTO_TCP, 1);
	match(test, &there, IPPROTO_TCP, 1);
	match(test, &elsewhere, IPPROTO_TCP, 1);
	KUNIT_ASSERT_EQ(test, shim6_policy_get(test->priv, 0, &e), 0);
	KUNIT_EXPECT_EQ(test, e.hits, 2);
	KUNIT_ASSERT_EQ(test, shim6_policy_get(test->priv, 1, &e), 0);
	KUNIT_EXPECT_EQ(test, e.hits, 1);
	/* They stay when the rules around them change */
	add(test, SHIM6_POLICY_NEVER, 3, 0);
	KUNIT_ASSERT_EQ(test, shim6_policy_get(test->priv, 0, &e), 0);
	KUNIT_EXPECT_EQ(test, e.hits, 2);
}

static void bits_behind_a_prefix_do_not_count(struct kunit *test)
{
	struct shim6_policy_entry e;

	add(test, SHIM6_POLICY_NEVER, 1, 32);
	KUNIT_ASSERT_EQ(test, shim6_policy_get(test->priv, 0, &e), 0);
	KUNIT_EXPECT_EQ(test, e.peer.s6_addr16[2], 0);
	KUNIT_EXPECT_EQ(test, e.peer.s6_addr[15], 0);
}

static void bad_rules(struct kunit *test)
{
	static const struct shim6_policy_entry bad[] = {
		{ .action = SHIM6_POLICY_ALWAYS + 1 },
		{ .flags = 1 },
		{ .proto = 256 },
		{ .local_len = 129 },
		{ .peer_len = 129 },
		{ .port = 80 },
		{ .proto = IPPROTO_ICMPV6, .port = 80 },
	};
	struct shim6_policy_entry e;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		e = bad[i];
		KUNIT_EXPECT_EQ_MSG(test, shim6_policy_add(test->priv, &e),
				    -EINVAL, "rule %u", i);
	}
	KUNIT_EXPECT_EQ(test, shim6_policy_get(test->priv, 0, &e), -ENOENT);
	KUNIT_EXPECT_EQ(test, shim6_policy_del(test->priv, 1), -ENOENT);
}

static void the_limit(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < RULES_MAX; i++)
		KUNIT_ASSERT_GT(test, add(test, SHIM6_POLICY_NEVER, i, 0), 0);
	KUNIT_EXPECT_EQ(test, add(test, SHIM6_POLICY_NEVER, 0, 0), -ENOSPC);
}

static struct kunit_case policy_cases[] = {
	KUNIT_CASE(no_rule_means_trigger),
	KUNIT_CASE(lowest_priority_number_first),
	KUNIT_CASE(equal_priorities_keep_their_order),
	KUNIT_CASE(protocol_and_port),
	KUNIT_CASE(hits_are_of_the_first_match),
	KUNIT_CASE(bits_behind_a_prefix_do_not_count),
	KUNIT_CASE(bad_rules),
	KUNIT_CASE(the_limit),
	{}
};

static struct kunit_suite policy_suite = {
	.name = "shim6_policy",
	.init = make,
	.exit = unmake,
	.test_cases = policy_cases,
};

kunit_test_suite(policy_suite);

MODULE_DESCRIPTION("KUnit tests of the Shim6 policy");
MODULE_LICENSE("GPL");
