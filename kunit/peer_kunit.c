// SPDX-License-Identifier: GPL-2.0
/* Token buckets of stateless answers; needs a real kernel around it */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/params.c"
#include "../module/peer.c"

#define NOW	(1000 * SHIM6_NS_PER_SEC)

/* A namespace as far as peer.c looks at it */
static int make(struct kunit *test)
{
	struct shim6_net *sn = kunit_kzalloc(test, sizeof(*sn), GFP_KERNEL);

	if (!sn)
		return -ENOMEM;
	shim6_params_init(&sn->params);
	sn->stats = alloc_percpu(struct shim6_stats);
	if (!sn->stats)
		return -ENOMEM;
	test->priv = sn;
	return shim6_peer_init(sn);
}

static void unmake(struct kunit *test)
{
	struct shim6_net *sn = test->priv;

	if (!sn)
		return;
	shim6_peer_exit(sn);
	free_percpu(sn->stats);
}

static u64 refused(const struct shim6_net *sn, enum shim6_stat i)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu_ptr(sn->stats, cpu)->c[i];
	return sum;
}

static unsigned int drain(atomic64_t *bucket, u64 now, u64 rate, u64 burst)
{
	unsigned int n = 0;

	while (n < 100000 && take(bucket, now, rate, burst))
		n++;
	return n;
}

static void burst_is_a_second(struct kunit *test)
{
	static const u64 rates[] = { 1, 2, 10, 50, 1000 };
	atomic64_t bucket;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rates); i++) {
		atomic64_set(&bucket, 0);
		KUNIT_EXPECT_EQ(test, drain(&bucket, NOW, rates[i], BURST_NS),
				rates[i]);
	}
}

static void refills_with_time(struct kunit *test)
{
	atomic64_t bucket = ATOMIC64_INIT(0);
	const u64 ms = SHIM6_NS_PER_MS;

	drain(&bucket, NOW, 50, BURST_NS);
	KUNIT_EXPECT_FALSE(test, take(&bucket, NOW + 19 * ms, 50, BURST_NS));
	KUNIT_EXPECT_TRUE(test, take(&bucket, NOW + 20 * ms, 50, BURST_NS));
	KUNIT_EXPECT_FALSE(test, take(&bucket, NOW + 20 * ms, 50, BURST_NS));
	KUNIT_EXPECT_EQ(test, drain(&bucket, NOW + 520 * ms, 50, BURST_NS), 25);
	/* No more than a second's worth is saved up */
	KUNIT_EXPECT_EQ(test, drain(&bucket, NOW + 99000 * ms, 50, BURST_NS),
			50);
}

/* Half a burst of a rate of one is less than one answer */
static void never_less_than_one(struct kunit *test)
{
	atomic64_t bucket = ATOMIC64_INIT(0);

	KUNIT_EXPECT_EQ(test, drain(&bucket, NOW, 1, BURST_NS / 2), 1);
}

static struct in6_addr address(u32 prefix, u32 host)
{
	struct in6_addr a = {};

	a.s6_addr32[0] = htonl(0x20010000 | prefix >> 16);
	a.s6_addr16[2] = htons(prefix);
	a.s6_addr16[3] = htons(host >> 16);
	a.s6_addr32[3] = htonl(host);
	return a;
}

/* Sources of one /48 share, kinds do not */
static void prefix_and_kind(struct kunit *test)
{
	struct shim6_net *sn = test->priv;
	struct in6_addr a = address(1, 0x10001), b = address(1, 0x20002);
	struct shim6_peers *p = sn->peers;

	KUNIT_EXPECT_EQ(test, bucket_of(p, &a, SHIM6_RATE_R1),
			bucket_of(p, &b, SHIM6_RATE_R1));
	shim6_param_set(&sn->params, SHIM6_P_RATE_R1, 1);
	shim6_param_set(&sn->params, SHIM6_P_RATE_ERROR, 1);
	KUNIT_EXPECT_TRUE(test, shim6_peer_allow(sn, &a, SHIM6_RATE_R1));
	KUNIT_EXPECT_FALSE(test, shim6_peer_allow(sn, &b, SHIM6_RATE_R1));
	KUNIT_EXPECT_EQ(test, refused(sn, SHIM6_STAT_RATE_R1), 1);
	KUNIT_EXPECT_EQ(test, refused(sn, SHIM6_STAT_RATE_ERROR), 0);
}

/* A flood of strangers leaves something for those we talk with */
static void known_first(struct kunit *test, enum shim6_rate kind)
{
	struct shim6_net *sn = test->priv;
	struct in6_addr peer = address(0xffff, 1), stranger;
	u64 start = ktime_get_ns(), back;
	unsigned int i, n = 0;

	shim6_param_set(&sn->params, kinds[kind].rate_all, 4);
	shim6_peer_mark(sn, &peer);
	for (i = 0; i < 1000; i++) {
		stranger = address(i, 1);
		if (!is_known(sn->peers, &stranger))
			n += shim6_peer_allow(sn, &stranger, kind);
	}
	KUNIT_EXPECT_GE(test, n, 2);
	/* Half a burst, and what has come back if this took long */
	back = div64_u64(ktime_get_ns() - start, SHIM6_NS_PER_SEC / 4) + 1;
	KUNIT_EXPECT_LE(test, n, 2 + back);
	KUNIT_EXPECT_TRUE(test, shim6_peer_allow(sn, &peer, kind));
}

static void known_before_strangers(struct kunit *test)
{
	known_first(test, SHIM6_RATE_R1);
	known_first(test, SHIM6_RATE_R1BIS);
	known_first(test, SHIM6_RATE_ERROR);
}

static void marks_are_forgotten(struct kunit *test)
{
	struct shim6_net *sn = test->priv;
	struct shim6_peers *p = sn->peers;
	struct in6_addr peer = address(7, 1);
	u64 now = ktime_get_ns();

	shim6_peer_mark(sn, &peer);
	KUNIT_EXPECT_TRUE(test, is_known(p, &peer));
	rotate(p, now + KNOWN_LIFE_NS + SHIM6_NS_PER_SEC);
	KUNIT_EXPECT_TRUE(test, is_known(p, &peer));
	rotate(p, now + 2 * (KNOWN_LIFE_NS + SHIM6_NS_PER_SEC));
	KUNIT_EXPECT_FALSE(test, is_known(p, &peer));
}

/* What 100,000 strangers may cost is what is there from the start: buckets,
 * 8 KiB, shares of prefixes and marks of known peers, 16 KiB each
 */
static void memory_is_fixed(struct kunit *test)
{
	KUNIT_EXPECT_LE(test, sizeof(struct shim6_peers), 41 * 1024);
}

static struct kunit_case peer_cases[] = {
	KUNIT_CASE(burst_is_a_second),
	KUNIT_CASE(refills_with_time),
	KUNIT_CASE(never_less_than_one),
	KUNIT_CASE(prefix_and_kind),
	KUNIT_CASE(known_before_strangers),
	KUNIT_CASE(marks_are_forgotten),
	KUNIT_CASE(memory_is_fixed),
	{}
};

static struct kunit_suite peer_suite = {
	.name = "shim6_peer",
	.init = make,
	.exit = unmake,
	.test_cases = peer_cases,
};

kunit_test_suite(peer_suite);

MODULE_DESCRIPTION("KUnit tests of the Shim6 rate limits");
MODULE_LICENSE("GPL");
