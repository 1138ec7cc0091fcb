// SPDX-License-Identifier: GPL-2.0
/*
 * Counters of a namespace: the table of names, sums over the CPUs.
 */
#include <linux/cpumask.h>
#include "stats.h"

const struct shim6_stat_info shim6_stat_info[SHIM6_STAT_COUNT] = {
#define SHIM6_X(id, id_name, sentence)					\
	[SHIM6_STAT_##id] = { .name = #id_name, .text = sentence },
	SHIM6_STATS(SHIM6_X)
#undef SHIM6_X
};

/**
 * shim6_stat_sum() - value of a counter
 * @s: counters of a namespace
 * @i: which one
 * Context: any.
 * Return: sum over all CPUs.
 */
u64 shim6_stat_sum(struct shim6_stats __percpu *s, enum shim6_stat i)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(s, cpu)->c[i]);
	return sum;
}

/**
 * shim6_stats_reset() - set all counters to zero
 * @s: counters of a namespace
 *
 * What another CPU counts at this moment may survive or be lost.
 * Context: any.
 */
void shim6_stats_reset(struct shim6_stats __percpu *s)
{
	unsigned int i;
	int cpu;

	for_each_possible_cpu(cpu)
		for (i = 0; i < SHIM6_STAT_COUNT; i++)
			WRITE_ONCE(per_cpu_ptr(s, cpu)->c[i], 0);
}
