// SPDX-License-Identifier: GPL-2.0
/* The queues of readers of events; needs a real kernel around it */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/params.c"
#include "../module/stats.c"
#include "../module/event.c"

#define PLACES	16

/* A namespace as far as event.c looks at it */
static int make(struct kunit *test)
{
	struct shim6_net *sn = kunit_kzalloc(test, sizeof(*sn), GFP_KERNEL);

	if (!sn)
		return -ENOMEM;
	shim6_params_init(&sn->params);
	shim6_param_set(&sn->params, SHIM6_P_EVENT_QUEUE, PLACES);
	mutex_init(&sn->cfg_mutex);
	sn->stats = alloc_percpu(struct shim6_stats);
	if (!sn->stats)
		return -ENOMEM;
	test->priv = sn;
	return shim6_event_init(sn);
}

static void unmake(struct kunit *test)
{
	struct shim6_net *sn = test->priv;

	if (!sn)
		return;
	shim6_event_exit(sn);
	free_percpu(sn->stats);
}

static struct shim6_reader *reader(struct kunit *test, u64 mask, u32 size,
				   u32 flags)
{
	struct shim6_event_mask m = {
		.mask = mask, .size = size, .flags = flags,
	};
	struct shim6_reader *r = shim6_reader_alloc(test->priv);

	KUNIT_ASSERT_NOT_NULL(test, r);
	KUNIT_ASSERT_EQ(test, shim6_reader_mask(r, &m), 0);
	return r;
}

static void emit(struct kunit *test, u32 type)
{
	struct shim6_event ev = { .type = type };

	shim6_event_emit(test->priv, &ev);
}

static void wanted_ones_in_order(struct kunit *test)
{
	struct shim6_reader *r = reader(test, BIT_ULL(SHIM6_EVENT_LOST) |
					BIT_ULL(SHIM6_EVENT_SWITCHED), 0, 0);
	struct shim6_event ev;

	emit(test, SHIM6_EVENT_LOST);
	emit(test, SHIM6_EVENT_EXPLORING);
	emit(test, SHIM6_EVENT_SWITCHED);
	KUNIT_ASSERT_TRUE(test, pop(r, &ev));
	KUNIT_EXPECT_EQ(test, ev.type, SHIM6_EVENT_LOST);
	KUNIT_EXPECT_EQ(test, ev.seq, 1ULL);
	KUNIT_ASSERT_TRUE(test, pop(r, &ev));
	KUNIT_EXPECT_EQ(test, ev.type, SHIM6_EVENT_SWITCHED);
	/* What others see is numbered too */
	KUNIT_EXPECT_EQ(test, ev.seq, 3ULL);
	KUNIT_EXPECT_FALSE(test, pop(r, &ev));
	shim6_reader_free(r);
}

static void full_queue_counts(struct kunit *test)
{
	struct shim6_reader *r = reader(test, SHIM6_EVENT_ALL, 0, 0);
	struct shim6_net *sn = test->priv;
	struct shim6_event ev;
	unsigned int i;

	for (i = 0; i < PLACES + 3; i++)
		emit(test, SHIM6_EVENT_LOST);
	for (i = 0; i < PLACES; i++) {
		KUNIT_ASSERT_TRUE(test, pop(r, &ev));
		KUNIT_EXPECT_EQ(test, ev.lost, 0);
	}
	KUNIT_EXPECT_FALSE(test, pop(r, &ev));
	emit(test, SHIM6_EVENT_LOST);
	emit(test, SHIM6_EVENT_LOST);
	KUNIT_ASSERT_TRUE(test, pop(r, &ev));
	KUNIT_EXPECT_EQ(test, ev.lost, 3);
	KUNIT_ASSERT_TRUE(test, pop(r, &ev));
	KUNIT_EXPECT_EQ(test, ev.lost, 0);
	KUNIT_EXPECT_EQ(test, shim6_stat_sum(sn->stats,
					     SHIM6_STAT_EVENTS_LOST), 3ULL);
	shim6_reader_free(r);
}

/* A flood gives one event of each limit, with what was counted so far */
static void limits_are_quiet(struct kunit *test)
{
	struct shim6_reader *r = reader(test, SHIM6_EVENT_ALL, 0, 0);
	struct shim6_net *sn = test->priv;
	struct shim6_event ev;
	unsigned int i;

	for (i = 0; i < 1000; i++) {
		shim6_count(sn, RATE_R1);
		shim6_event_limit(sn, SHIM6_STAT_RATE_R1);
	}
	shim6_count(sn, LIMIT_PREFIX);
	shim6_event_limit(sn, SHIM6_STAT_LIMIT_PREFIX);
	KUNIT_ASSERT_TRUE(test, pop(r, &ev));
	KUNIT_EXPECT_EQ(test, ev.type, SHIM6_EVENT_LIMIT);
	KUNIT_EXPECT_EQ(test, ev.value, (u64)SHIM6_STAT_RATE_R1);
	KUNIT_EXPECT_EQ(test, ev.count, 1ULL);
	KUNIT_ASSERT_TRUE(test, pop(r, &ev));
	KUNIT_EXPECT_EQ(test, ev.value, (u64)SHIM6_STAT_LIMIT_PREFIX);
	KUNIT_EXPECT_FALSE(test, pop(r, &ev));
	/* A second later */
	atomic64_set(&sn->events->quiet[SHIM6_STAT_RATE_R1], ktime_get_ns());
	shim6_count(sn, RATE_R1);
	shim6_event_limit(sn, SHIM6_STAT_RATE_R1);
	KUNIT_ASSERT_TRUE(test, pop(r, &ev));
	KUNIT_EXPECT_EQ(test, ev.count, 1001ULL);
	shim6_reader_free(r);
}

static void records_as_asked(struct kunit *test)
{
	struct shim6_reader *r = reader(test, SHIM6_EVENT_ALL, 0, 0);
	struct shim6_event_mask m = { .mask = SHIM6_EVENT_ALL };

	KUNIT_EXPECT_EQ(test, r->record, SHIM6_EVENT_SIZE_VER0);
	m.size = SHIM6_EVENT_SIZE_VER1;
	KUNIT_EXPECT_EQ(test, shim6_reader_mask(r, &m), 0);
	KUNIT_EXPECT_EQ(test, r->record, SHIM6_EVENT_SIZE_VER1);
	m.size = SHIM6_EVENT_SIZE_VER1 + 80;
	KUNIT_EXPECT_EQ(test, shim6_reader_mask(r, &m), 0);
	KUNIT_EXPECT_EQ(test, r->record, (u32)sizeof(struct shim6_event));
	shim6_reader_free(r);
}

static void watchers_are_counted(struct kunit *test)
{
	struct shim6_reader *a = reader(test, 0, 0, SHIM6_WATCH_TRAFFIC);
	struct shim6_reader *b = reader(test, SHIM6_EVENT_ALL, 0,
					SHIM6_WATCH_TRAFFIC);
	struct shim6_event_mask m = { .flags = SHIM6_WATCH_TRAFFIC };
	struct shim6_net *sn = test->priv;

	KUNIT_EXPECT_EQ(test, sn->watchers, 2);
	KUNIT_EXPECT_EQ(test, shim6_reader_mask(a, &m), 0);
	KUNIT_EXPECT_EQ(test, sn->watchers, 2);
	m.flags = 0;
	KUNIT_EXPECT_EQ(test, shim6_reader_mask(a, &m), 0);
	KUNIT_EXPECT_EQ(test, sn->watchers, 1);
	shim6_reader_free(a);
	KUNIT_EXPECT_EQ(test, sn->watchers, 1);
	shim6_reader_free(b);
	KUNIT_EXPECT_EQ(test, sn->watchers, 0);
}

static struct kunit_case event_cases[] = {
	KUNIT_CASE(wanted_ones_in_order),
	KUNIT_CASE(full_queue_counts),
	KUNIT_CASE(limits_are_quiet),
	KUNIT_CASE(records_as_asked),
	KUNIT_CASE(watchers_are_counted),
	{}
};

static struct kunit_suite event_suite = {
	.name = "shim6_event",
	.init = make,
	.exit = unmake,
	.test_cases = event_cases,
};

kunit_test_suite(event_suite);

MODULE_DESCRIPTION("KUnit tests of Shim6 events");
MODULE_LICENSE("GPL");
