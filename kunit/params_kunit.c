// SPDX-License-Identifier: GPL-2.0
/* The table of tunables */
#include <kunit/test.h>
#include <linux/module.h>
#include "../module/params.c"

/* Files of sysfs, keys of JSON and words of the shell at once */
static bool is_word(const char *s)
{
	const char *c;

	for (c = s; *c; c++)
		if (!(*c >= 'a' && *c <= 'z') && !(*c >= '0' && *c <= '9') &&
		    *c != '_')
			return false;
	return c != s;
}

static void rows(struct kunit *test)
{
	const struct shim6_param_info *p;
	unsigned int i;

	for (i = 0; i < SHIM6_P_COUNT; i++) {
		p = &shim6_param_info[i];
		KUNIT_ASSERT_NOT_NULL(test, p->name);
		KUNIT_EXPECT_TRUE_MSG(test, is_word(p->name), "%s", p->name);
		KUNIT_EXPECT_TRUE_MSG(test, *p->unit && *p->text, "%s",
				      p->name);
		KUNIT_EXPECT_LT_MSG(test, p->min, p->max, "%s", p->name);
		KUNIT_EXPECT_GE_MSG(test, p->def, p->min, "%s", p->name);
		KUNIT_EXPECT_LE_MSG(test, p->def, p->max, "%s", p->name);
		/* Unique, too: else the first one would be found */
		KUNIT_EXPECT_EQ(test, shim6_param_find(p->name), (int)i);
		if (!strcmp(p->unit, "ms"))
			KUNIT_EXPECT_LT(test, p->max,
					U64_MAX / SHIM6_NS_PER_MS);
	}
}

static void unknown_names(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, shim6_param_find(""), -ENOENT);
	KUNIT_EXPECT_EQ(test, shim6_param_find("i1_timeou"), -ENOENT);
	KUNIT_EXPECT_EQ(test, shim6_param_find("i1_timeout_"), -ENOENT);
	KUNIT_EXPECT_EQ(test, shim6_param_find("I1_TIMEOUT"), -ENOENT);
}

/* Any user may ask for forks: they must leave room for a site's first contexts */
static void forks_leave_room(struct kunit *test)
{
	const struct shim6_param_info *p = shim6_param_info;

	KUNIT_EXPECT_LE(test, p[SHIM6_P_FORK_MAX].def,
			p[SHIM6_P_CONTEXT_MAX_PREFIX].def / 2);
}

/* What the texts fix (RFC 5533 14, RFC 5534 7) */
static void rfc_values(struct kunit *test)
{
	static const struct {
		const char *name;
		u64 val;
	} want[] = {
		{ "i1_timeout", 4000 },
		{ "i1_retries", 4 },
		{ "i2_timeout", 4000 },
		{ "i2_retries", 2 },
		{ "update_timeout", 4000 },
		{ "update_timeout_max", 120000 },
		{ "holddown_no_r1", 60000 },
		{ "holddown_icmp", 600000 },
		{ "validator_lifetime", 30000 },
		{ "send_timeout", 15000 },
		{ "probe_initial_timeout", 500 },
		{ "probe_initial_count", 4 },
		{ "probe_timeout_max", 60000 },
		{ "idle_timeout", 300000 },
		{ "trigger_packets", 50 },
	};
	struct shim6_params *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	unsigned int i;
	int id;

	KUNIT_ASSERT_NOT_NULL(test, p);
	shim6_params_init(p);
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		id = shim6_param_find(want[i].name);
		KUNIT_ASSERT_GE_MSG(test, id, 0, "%s", want[i].name);
		KUNIT_EXPECT_EQ_MSG(test, shim6_param(p, id), want[i].val,
				    "%s", want[i].name);
	}
	KUNIT_EXPECT_EQ(test, shim6_param_ns(p, SHIM6_P_SEND_TIMEOUT),
			15 * SHIM6_NS_PER_SEC);
}

/* Nothing that weakens the default can come by accident */
static void safe_defaults(struct kunit *test)
{
	const struct shim6_param_info *p = shim6_param_info;

	KUNIT_EXPECT_EQ(test, p[SHIM6_P_VERIFY_RELAXED].def, 0);
	/* A validator must not outlive the secret before the current one */
	KUNIT_EXPECT_GT(test, p[SHIM6_P_SECRET_LIFETIME].min,
			p[SHIM6_P_VALIDATOR_LIFETIME].max);
	KUNIT_EXPECT_GE(test, p[SHIM6_P_VALIDATOR_LIFETIME].min, 30000);
	KUNIT_EXPECT_LE(test, p[SHIM6_P_LOCATOR_MAX].max, SHIM6_MAX_LOCS);
	KUNIT_EXPECT_LE(test, p[SHIM6_P_HOLDDOWN_NO_R1].max, 60000);
	KUNIT_EXPECT_LE(test, p[SHIM6_P_HOLDDOWN_ICMP].max, 600000);
}

static void ranges(struct kunit *test)
{
	struct shim6_params *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	const struct shim6_param_info *info;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, p);
	shim6_params_init(p);
	for (i = 0; i < SHIM6_P_COUNT; i++) {
		info = &shim6_param_info[i];
		KUNIT_EXPECT_EQ(test, shim6_param_set(p, i, info->min), 0);
		KUNIT_EXPECT_EQ(test, shim6_param(p, i), info->min);
		KUNIT_EXPECT_EQ(test, shim6_param_set(p, i, info->max), 0);
		KUNIT_EXPECT_EQ(test, shim6_param(p, i), info->max);
		KUNIT_EXPECT_EQ(test, shim6_param_set(p, i, info->max + 1),
				-ERANGE);
		if (info->min)
			KUNIT_EXPECT_EQ(test,
					shim6_param_set(p, i, info->min - 1),
					-ERANGE);
		KUNIT_EXPECT_EQ(test, shim6_param_set(p, i, U64_MAX), -ERANGE);
		KUNIT_EXPECT_EQ(test, shim6_param(p, i), info->max);
	}
	KUNIT_EXPECT_EQ(test, shim6_param_set(p, SHIM6_P_COUNT, 0), -ERANGE);
	KUNIT_EXPECT_EQ(test, shim6_param_set(p, U32_MAX, 0), -ERANGE);
}

static struct kunit_case params_cases[] = {
	KUNIT_CASE(rows),
	KUNIT_CASE(unknown_names),
	KUNIT_CASE(forks_leave_room),
	KUNIT_CASE(rfc_values),
	KUNIT_CASE(safe_defaults),
	KUNIT_CASE(ranges),
	{}
};

static struct kunit_suite params_suite = {
	.name = "shim6_params",
	.test_cases = params_cases,
};

kunit_test_suite(params_suite);

MODULE_DESCRIPTION("KUnit tests of the Shim6 tunables");
MODULE_LICENSE("GPL");
