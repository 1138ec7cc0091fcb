// SPDX-License-Identifier: GPL-2.0
/* The one table of tunables */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "params.h"

const struct shim6_param_info shim6_param_info[SHIM6_P_COUNT] = {
#define SHIM6_X(_id, _name, _unit, _min, _max, _def, _text)	\
	[SHIM6_P_##_id] = {					\
		.name = #_name,					\
		.unit = _unit,					\
		.min = _min,					\
		.max = _max,					\
		.def = _def,					\
		.text = _text,					\
	},
	SHIM6_PARAMS(SHIM6_X)
#undef SHIM6_X
};

/**
 * shim6_params_init() - the defaults
 * @p: values of a new namespace
 */
void shim6_params_init(struct shim6_params *p)
{
	unsigned int i;

	for (i = 0; i < SHIM6_P_COUNT; i++)
		WRITE_ONCE(p->v[i], shim6_param_info[i].def);
}

int shim6_param_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < SHIM6_P_COUNT; i++)
		if (!strcmp(shim6_param_info[i].name, name))
			return i;
	return -ENOENT;
}

int shim6_param_set(struct shim6_params *p, unsigned int i, u64 val)
{
	if (i >= SHIM6_P_COUNT || val < shim6_param_info[i].min ||
	    val > shim6_param_info[i].max)
		return -ERANGE;
	WRITE_ONCE(p->v[i], val);
	return 0;
}
