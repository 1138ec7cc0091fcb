// SPDX-License-Identifier: GPL-2.0
/*
 * Values of socket options: see sockval.h.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/socket.h>
#include <linux/string.h>
#include "sockval.h"

/* The ranges of the tunables these stand for, params.h */
#define TIMEOUT_MAX_S		100
#define INTERVAL_MAX_S		50
#define PROBES_MAX		16
#define PROBE_MIN_MS		50
#define PROBE_MAX_MS		10000

#define MS_PER_S		1000

/* What is behind the last member is not the program's to say, nor ours to tell */
#define LOCATOR_END	(offsetof(struct shim_locator, lc_flags) + sizeof(__u16))

bool shim6_sockval_none(const struct shim_locator *l)
{
	return !memchr_inv(l, 0, LOCATOR_END);
}

void shim6_sockval_of(const struct shim6_loc *loc, struct shim_locator *out)
{
	memset(out, 0, sizeof(*out));
	out->lc_family = AF_INET6;
	out->lc_prio = shim6_loc_prio(loc);
	out->lc_weight = shim6_loc_weight(loc);
	out->lc_addr = loc->addr;
	if (loc->method == SHIM6_METHOD_HBA)
		out->lc_flags = SHIM_LOCATOR_HBA;
	else if (loc->method == SHIM6_METHOD_CGA)
		out->lc_flags = SHIM_LOCATOR_CGA;
}

/* RFC 6316 8.1: the form in which IPv4 must come */
static bool is_mapped(const struct in6_addr *addr)
{
	static const u8 prefix[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(addr, prefix, sizeof(prefix));
}

int shim6_sockval_locator(const struct shim_locator *l,
			  struct shim6_wish_loc *out)
{
	if (l->lc_proto || l->lc_port || l->lc_prio > U8_MAX ||
	    l->lc_weight > U8_MAX)
		return -EINVAL;
	if (l->lc_family == AF_INET)
		return is_mapped(&l->lc_addr) ? -EINVALIDLOCATOR : -EINVAL;
	if (l->lc_family != AF_INET6)
		return -EINVAL;
	if (!shim6_addr_usable(&l->lc_addr))
		return -EINVALIDLOCATOR;
	out->addr = l->lc_addr;
	out->prio = l->lc_prio;
	out->weight = l->lc_weight;
	return 0;
}

int shim6_sockval_timeout(int seconds, struct shim6_tuning *out)
{
	if (seconds < 0 || seconds > TIMEOUT_MAX_S)
		return -EINVAL;
	out->send_timeout = seconds * MS_PER_S;
	return 0;
}

int shim6_sockval_explore(const struct shim_pathexplore *pe,
			  struct shim6_tuning *out)
{
	if (pe->pe_reserved || pe->pe_probenum > PROBES_MAX ||
	    pe->pe_keepaliveint > INTERVAL_MAX_S)
		return -EINVAL;
	if (pe->pe_initprobeto && (pe->pe_initprobeto < PROBE_MIN_MS ||
				   pe->pe_initprobeto > PROBE_MAX_MS))
		return -EINVAL;
	out->probe_count = pe->pe_probenum;
	out->probe_timeout = pe->pe_initprobeto;
	out->keepalive_interval = pe->pe_keepaliveint * MS_PER_S;
	return shim6_sockval_timeout(pe->pe_keepaliveto, out);
}

void shim6_sockval_tuning(const struct shim6_tuning *tune,
			  struct shim_pathexplore *out)
{
	memset(out, 0, sizeof(*out));
	out->pe_probenum = tune->probe_count;
	out->pe_keepaliveto = tune->send_timeout / MS_PER_S;
	out->pe_keepaliveint = tune->keepalive_interval / MS_PER_S;
	out->pe_initprobeto = tune->probe_timeout;
}

int shim6_sockval_feedback(const struct shim_feedback *fb)
{
	if (fb->fb_direction > SHIM_FEEDBACK_IN ||
	    fb->fb_indicator > SHIM_FEEDBACK_SATISFACTORY)
		return -EINVAL;
	return 0;
}
