// SPDX-License-Identifier: GPL-2.0
/*
 * Two or three complete endpoints on a virtual clock. Thousands of runs are made in
 * user space (user/sim_main.c); these are here so that the kernel's compiler,
 * its hash and its word size take part. A failure names the seed.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "core_units.h"
#include "sim.c"

#define RUNS	25	/* for each case */

static int hash_init(struct kunit_suite *suite)
{
	return shim6_hash_setup();
}

static void hash_exit(struct kunit_suite *suite)
{
	shim6_hash_teardown();
}

static void run(struct kunit *test, u64 first, u8 worlds)
{
	struct sim *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, s);
	for (i = 0; i < RUNS; i++)
		KUNIT_EXPECT_TRUE_MSG(test, sim_run(s, first + i, worlds),
				      "seed %llu worlds 0x%02x: %s", first + i,
				      worlds, s->why);
}

static void endpoints(struct kunit *test)
{
	run(test, 1, 0);
}

static void restarts(struct kunit *test)
{
	run(test, 1001, SIM_RESTARTS);
}

static void renumbering(struct kunit *test)
{
	run(test, 2001, SIM_RENUMBERING);
}

static void three_hosts(struct kunit *test)
{
	run(test, 3001, SIM_THREE);
}

static void reused_tags(struct kunit *test)
{
	run(test, 4001, SIM_THREE | SIM_FEW_TAGS | SIM_RESTARTS);
}

static void forks(struct kunit *test)
{
	run(test, 5001, SIM_FORKS | SIM_RESTARTS);
}

static void everything(struct kunit *test)
{
	run(test, 6001, SIM_RESTARTS | SIM_RENUMBERING | SIM_THREE |
	    SIM_FEW_TAGS | SIM_FORKS);
}

#include "sim_muted.c"

static struct kunit_case sim_cases[] = {
	KUNIT_CASE(endpoints),
	KUNIT_CASE(restarts),
	KUNIT_CASE(renumbering),
	KUNIT_CASE(three_hosts),
	KUNIT_CASE(reused_tags),
	KUNIT_CASE(forks),
	KUNIT_CASE(everything),
	KUNIT_CASE(muted_one_way),
	KUNIT_CASE(muted_two_way),
	KUNIT_CASE(muted_any),
	{}
};

static struct kunit_suite sim_suite = {
	.name = "shim6_sim",
	.suite_init = hash_init,
	.suite_exit = hash_exit,
	.test_cases = sim_cases,
};

kunit_test_suite(sim_suite);

MODULE_DESCRIPTION("KUnit simulation of Shim6 endpoints");
MODULE_LICENSE("GPL");
