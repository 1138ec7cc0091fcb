// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stddef.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "caps.h"
#include "macros.h"

static const struct {
	unsigned int bit;
	cap_value_t cap;
} wanted[] = {
	{ CAPS_ADMIN, CAP_NET_ADMIN },
	{ CAPS_NETNS, CAP_SYS_ADMIN },
	{ CAPS_NETNS, CAP_SYS_PTRACE },
	{ CAPS_FILES, CAP_DAC_OVERRIDE },
	{ CAPS_RAW, CAP_NET_RAW },
	{ CAPS_SCRATCH, CAP_SYS_ADMIN },
};

/* @to has none yet, but what another reason has put there */
static int copy_flag(cap_t to, cap_t from, cap_value_t cap, bool raise)
{
	cap_flag_value_t has;

	if (cap_get_flag(from, cap, CAP_PERMITTED, &has))
		return -1;
	if (cap_set_flag(to, CAP_PERMITTED, 1, &cap, has))
		return -1;
	return raise ? cap_set_flag(to, CAP_EFFECTIVE, 1, &cap, has) : 0;
}

int caps_limit(unsigned int keep, unsigned int raise)
{
	cap_t now = cap_get_proc();
	cap_t then = cap_init();
	int ret = 0;
	size_t i;

	if (!now || !then)
		ret = -ENOMEM;
	for (i = 0; !ret && i < ARRAY_SIZE(wanted); i++)
		if ((keep & wanted[i].bit) &&
		    copy_flag(then, now, wanted[i].cap, raise & wanted[i].bit))
			ret = -errno;
	/* Ambient ones go with their permitted ones */
	if (!ret && cap_set_proc(then))
		ret = -errno;
	cap_free(now);
	cap_free(then);
	return ret;
}

/*
 * A program that root starts would have all there is, were it not for
 * no_new_privs: with it, no more than its starter. For others it has to be
 * ambient, which needs it inheritable.
 */
int caps_pass(void)
{
	const cap_value_t cap = CAP_NET_ADMIN;
	cap_flag_value_t has = CAP_CLEAR;
	cap_t now;
	int ret = caps_limit(CAPS_ADMIN, CAPS_ADMIN);

	if (ret)
		return ret;
	now = cap_get_proc();
	if (!now)
		return -ENOMEM;
	cap_get_flag(now, cap, CAP_PERMITTED, &has);
	if (cap_set_flag(now, CAP_INHERITABLE, 1, &cap, has) ||
	    cap_set_proc(now) || (has && cap_set_ambient(cap, CAP_SET)) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		ret = -errno;
	cap_free(now);
	return ret;
}

bool caps_admin(void)
{
	cap_flag_value_t has = CAP_CLEAR;
	cap_t now = cap_get_proc();

	if (!now)
		return false;
	cap_get_flag(now, CAP_NET_ADMIN, CAP_EFFECTIVE, &has);
	cap_free(now);
	return has == CAP_SET;
}
