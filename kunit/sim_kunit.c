// SPDX-License-Identifier: GPL-2.0
/*
 * Two complete endpoints on a virtual clock. Thousands of runs are made in
 * user space (user/sim_main.c); these are here so that the kernel's compiler,
 * its hash and its word size take part. A failure names the seed.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "core_units.h"
#include "sim.c"

#define RUNS	20	/* for each first seed */

static int hash_init(struct kunit_suite *suite)
{
	return shim6_hash_setup();
}

static void hash_exit(struct kunit_suite *suite)
{
	shim6_hash_teardown();
}

static const u32 seeds[] = {
	1, 1001, 2001, 3001, 4001, 5001, 6001, 7001, 8001, 9001,
};

static void seed_desc(const u32 *seed, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "seeds from %u", *seed);
}

KUNIT_ARRAY_PARAM(seed, seeds, seed_desc);

static void endpoints(struct kunit *test)
{
	u32 first = *(const u32 *)test->param_value;
	struct sim *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, s);
	for (i = 0; i < RUNS; i++)
		KUNIT_EXPECT_TRUE_MSG(test, sim_run(s, first + i),
				      "seed %u: %s", first + i, s->why);
}

static struct kunit_case sim_cases[] = {
	KUNIT_CASE_PARAM(endpoints, seed_gen_params),
	{}
};

static struct kunit_suite sim_suite = {
	.name = "shim6_sim",
	.suite_init = hash_init,
	.suite_exit = hash_exit,
	.test_cases = sim_cases,
};

kunit_test_suite(sim_suite);

MODULE_DESCRIPTION("KUnit simulation of two Shim6 endpoints");
MODULE_LICENSE("GPL");
