// SPDX-License-Identifier: GPL-2.0
/* The way to this kernel: reading from it, and addresses */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "mem.h"
#include "net.h"
#include "rtnl.h"
#include "tc.h"

/**
 * struct dump - a list being received
 * @v: elements
 * @n: how many
 * @size: octets of one
 */
struct dump {
	char *v;
	size_t n;
	size_t size;
};

void *rtnl_add(void *dump)
{
	struct dump *d = dump;

	d->v = mem_resize(d->v, d->n + 1, d->size);
	memset(d->v + d->n * d->size, 0, d->size);
	return d->v + d->n++ * d->size;
}

int rtnl_talk(struct net *net, struct nlmsghdr *req, mnl_cb_t cb,
	      void *arg)
{
	struct mnl_socket *nl = net->priv;
	char buf[65536];
	ssize_t len;
	int ret;

	req->nlmsg_seq = (uint32_t)time(NULL);
	if (mnl_socket_sendto(nl, req, req->nlmsg_len) < 0)
		return -errno;
	do {
		len = mnl_socket_recvfrom(nl, buf, sizeof(buf));
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return -errno;
		ret = mnl_cb_run(buf, (size_t)len, req->nlmsg_seq,
				 mnl_socket_get_portid(nl), cb, arg);
		if (ret < 0)
			return -errno;
	} while (len < 0 || ret > MNL_CB_STOP);
	return 0;
}

int rtnl_fetch(struct net *net, uint16_t type, mnl_cb_t cb, size_t size,
		 void **v, size_t *n)
{
	struct dump d = { .size = size };
	char buf[MNL_NLMSG_HDRLEN + 64] = {};
	struct nlmsghdr *req = mnl_nlmsg_put_header(buf);
	struct rtmsg *family;
	int ret;

	/* All kinds of request begin with the family; links are of all */
	req->nlmsg_type = type;
	req->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	family = mnl_nlmsg_put_extra_header(req, type == RTM_GETLINK ?
					    sizeof(struct ifinfomsg) :
					    sizeof(*family));
	family->rtm_family = type == RTM_GETLINK ? AF_UNSPEC : AF_INET6;
	ret = rtnl_talk(net, req, cb, &d);
	if (ret) {
		free(d.v);
		d = (struct dump){};
	}
	*v = d.v;
	*n = d.n;
	return ret;
}

static void addr_lifetimes(struct net_addr *a, const struct ifa_cacheinfo *ci)
{
	a->valid = ci->ifa_valid;
	a->preferred = ci->ifa_prefered;
}

static int on_addr(const struct nlmsghdr *msg, void *arg)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(msg);
	struct net_addr *a = rtnl_add(arg);
	uint32_t flags = ifa->ifa_flags;
	struct nlattr *attr;

	a->len = ifa->ifa_prefixlen;
	a->ifindex = ifa->ifa_index;
	a->valid = NET_FOREVER;
	a->preferred = NET_FOREVER;
	mnl_attr_for_each(attr, msg, sizeof(*ifa)) {
		if (mnl_attr_get_type(attr) == IFA_ADDRESS &&
		    mnl_attr_get_payload_len(attr) == sizeof(a->addr))
			memcpy(&a->addr, mnl_attr_get_payload(attr),
			       sizeof(a->addr));
		else if (mnl_attr_get_type(attr) == IFA_FLAGS)
			flags = mnl_attr_get_u32(attr);
		else if (mnl_attr_get_type(attr) == IFA_CACHEINFO)
			addr_lifetimes(a, mnl_attr_get_payload(attr));
	}
	if (flags & IFA_F_TENTATIVE && !(flags & IFA_F_OPTIMISTIC))
		a->flags |= NET_TENTATIVE;
	if (flags & IFA_F_DADFAILED)
		a->flags |= NET_DUPLICATE;
	if (flags & IFA_F_DEPRECATED)
		a->flags |= NET_DEPRECATED;
	if (flags & IFA_F_TEMPORARY)
		a->flags |= NET_TEMPORARY;
	if (!(flags & IFA_F_PERMANENT))
		a->flags |= NET_DYNAMIC;
	return MNL_CB_OK;
}

/* The kernel counts in clock ticks, of which user space has 100 a second */
static void route_expires(struct net_route *r, const struct rta_cacheinfo *ci)
{
	if (ci->rta_expires > 0)
		r->expires = (uint32_t)ci->rta_expires / 100;
}

static void route_attr(struct net_route *r, const struct nlattr *attr)
{
	const void *value = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);

	switch (mnl_attr_get_type(attr)) {
	case RTA_DST:
		if (len == sizeof(r->dst))
			memcpy(&r->dst, value, len);
		break;
	case RTA_SRC:
		if (len == sizeof(r->src))
			memcpy(&r->src, value, len);
		break;
	case RTA_GATEWAY:
		if (len == sizeof(r->gateway))
			memcpy(&r->gateway, value, len);
		break;
	case RTA_OIF:
		r->ifindex = mnl_attr_get_u32(attr);
		break;
	case RTA_TABLE:
		r->table = mnl_attr_get_u32(attr);
		break;
	case RTA_PRIORITY:
		r->metric = mnl_attr_get_u32(attr);
		break;
	case RTA_CACHEINFO:
		route_expires(r, value);
		break;
	}
}

/* Several routers in one route, which somebody who manages interfaces makes of
 * those that are as good: to us they are as many routes
 */
static void add_hops(void *dump, const struct net_route *common,
		     const struct nlattr *hops)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(hops);
	int left = mnl_attr_get_payload_len(hops);
	const struct nlattr *attr;
	struct net_route *r;
	void *data;

	for (; RTNH_OK(hop, left); left -= RTNH_ALIGN(hop->rtnh_len),
				   hop = RTNH_NEXT(hop)) {
		r = rtnl_add(dump);
		*r = *common;
		r->ifindex = (unsigned int)hop->rtnh_ifindex;
		data = RTNH_DATA(hop);
		mnl_attr_for_each_payload(data,
					  hop->rtnh_len - RTNH_LENGTH(0))
			route_attr(r, attr);
	}
}

static int on_route(const struct nlmsghdr *msg, void *arg)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(msg);
	const struct nlattr *hops = NULL;
	struct net_route r = {
		.dst_len = rtm->rtm_dst_len,
		.src_len = rtm->rtm_src_len,
		.table = rtm->rtm_table,
		.protocol = rtm->rtm_protocol,
		.expires = NET_FOREVER,
	};
	struct nlattr *attr;

	if (rtm->rtm_type != RTN_UNICAST || rtm->rtm_flags & RTM_F_CLONED)
		return MNL_CB_OK;
	mnl_attr_for_each(attr, msg, sizeof(*rtm)) {
		if (mnl_attr_get_type(attr) == RTA_MULTIPATH)
			hops = attr;
		route_attr(&r, attr);
	}
	if (hops)
		add_hops(arg, &r, hops);
	else
		*(struct net_route *)rtnl_add(arg) = r;
	return MNL_CB_OK;
}

/* Attributes that make a rule one for some packets; prefixes are in its head */
static bool restricts(uint16_t type)
{
	switch (type) {
	case FRA_IIFNAME:
	case FRA_OIFNAME:
	case FRA_FWMARK:
	case FRA_UID_RANGE:
	case FRA_IP_PROTO:
	case FRA_SPORT_RANGE:
	case FRA_DPORT_RANGE:
	case FRA_L3MDEV:
		return true;
	default:
		return false;
	}
}

static void rule_attr(struct net_rule *r, const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case FRA_TABLE:
		r->table = mnl_attr_get_u32(attr);
		break;
	case FRA_PRIORITY:
		r->priority = mnl_attr_get_u32(attr);
		break;
	case FRA_PROTOCOL:
		r->protocol = mnl_attr_get_u8(attr);
		break;
	case FRA_SUPPRESS_PREFIXLEN:
		/* All ones: nothing is suppressed */
		if (mnl_attr_get_u32(attr) == UINT32_MAX)
			break;
		r->narrow = true;
		r->specific = !mnl_attr_get_u32(attr);
		break;
	case FRA_SRC:
		if (mnl_attr_get_payload_len(attr) == sizeof(r->src))
			memcpy(&r->src, mnl_attr_get_payload(attr),
			       sizeof(r->src));
		break;
	}
}

static int on_rule(const struct nlmsghdr *msg, void *arg)
{
	const struct fib_rule_hdr *rule = mnl_nlmsg_get_payload(msg);
	struct net_rule *r;
	struct nlattr *attr;

	if (rule->action != FR_ACT_TO_TBL)
		return MNL_CB_OK;
	r = rtnl_add(arg);
	r->table = rule->table;
	r->src_len = rule->src_len;
	r->narrow = rule->dst_len || rule->tos ||
		    rule->flags & FIB_RULE_INVERT;
	mnl_attr_for_each(attr, msg, sizeof(*rule)) {
		if (restricts(mnl_attr_get_type(attr)))
			r->narrow = true;
		else
			rule_attr(r, attr);
	}
	return MNL_CB_OK;
}

static bool is_dummy(const struct nlattr *nest)
{
	struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			return !strcmp(mnl_attr_get_str(attr), "dummy");
	return false;
}

static int on_link(const struct nlmsghdr *msg, void *arg)
{
	const struct ifinfomsg *info = mnl_nlmsg_get_payload(msg);
	struct net_link *l = rtnl_add(arg);
	struct nlattr *attr;

	l->ifindex = (unsigned int)info->ifi_index;
	l->up = info->ifi_flags & IFF_UP;
	l->carrier = true;
	l->loopback = info->ifi_flags & IFF_LOOPBACK;
	mnl_attr_for_each(attr, msg, sizeof(*info)) {
		if (mnl_attr_get_type(attr) == IFLA_MTU)
			l->mtu = mnl_attr_get_u32(attr);
		else if (mnl_attr_get_type(attr) == IFLA_CARRIER)
			l->carrier = mnl_attr_get_u8(attr);
		else if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			snprintf(l->name, sizeof(l->name), "%s",
				 mnl_attr_get_str(attr));
		else if (mnl_attr_get_type(attr) == IFLA_LINKINFO)
			l->loopback |= is_dummy(attr);
	}
	return MNL_CB_OK;
}

static void lookup_metrics(struct net_lookup *l, const struct nlattr *nest)
{
	struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (mnl_attr_get_type(attr) == RTAX_MTU)
			l->mtu = mnl_attr_get_u32(attr);
}

/**
 * struct lookup - an answer being received
 * @l: result
 * @err: what kind of route it is, when it leads nowhere
 */
struct lookup {
	struct net_lookup *l;
	int err;
};

static int on_lookup(const struct nlmsghdr *msg, void *arg)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(msg);
	struct lookup *result = arg;
	struct net_route r = {};
	struct nlattr *attr;

	if (rtm->rtm_type != RTN_UNICAST && rtm->rtm_type != RTN_LOCAL)
		result->err = -ENETUNREACH;
	r.table = rtm->rtm_table;
	mnl_attr_for_each(attr, msg, sizeof(*rtm)) {
		route_attr(&r, attr);
		if (mnl_attr_get_type(attr) == RTA_METRICS)
			lookup_metrics(result->l, attr);
		else if (mnl_attr_get_type(attr) == RTA_PREFSRC)
			memcpy(&result->l->source, mnl_attr_get_payload(attr),
			       sizeof(result->l->source));
	}
	result->l->ifindex = r.ifindex;
	result->l->table = r.table;
	result->l->metric = r.metric;
	result->l->gateway = r.gateway;
	return MNL_CB_STOP;
}

static int rtnl_addrs(struct net *net, struct net_addr **v, size_t *n)
{
	void *p;
	int ret = rtnl_fetch(net, RTM_GETADDR, on_addr, sizeof(**v), &p, n);

	*v = p;
	return ret;
}

static int rtnl_routes(struct net *net, struct net_route **v, size_t *n)
{
	void *p;
	int ret = rtnl_fetch(net, RTM_GETROUTE, on_route, sizeof(**v), &p, n);

	*v = p;
	return ret;
}

/* A kernel without policy routing has one table */
static int rtnl_rules(struct net *net, struct net_rule **v, size_t *n)
{
	void *p;
	int ret = rtnl_fetch(net, RTM_GETRULE, on_rule, sizeof(**v), &p, n);

	*v = p;
	if (ret != -EOPNOTSUPP && ret != -EAFNOSUPPORT)
		return ret;
	*v = mem_resize(NULL, 1, sizeof(**v));
	(*v)[0] = (struct net_rule){ .table = RT_TABLE_MAIN };
	*n = 1;
	return 0;
}

static int rtnl_tables(struct net *net, unsigned int **v, size_t *n)
{
	struct net_rule *rules = NULL;
	size_t nrules = 0, i;
	int ret = rtnl_rules(net, &rules, &nrules);

	*v = mem_resize(NULL, nrules + 1, sizeof(**v));
	*n = 0;
	for (i = 0; i < nrules; i++)
		if (!rules[i].narrow && !rules[i].src_len)
			(*v)[(*n)++] = rules[i].table;
	free(rules);
	return ret;
}

static int rtnl_links(struct net *net, struct net_link **v, size_t *n)
{
	void *p;
	int ret = rtnl_fetch(net, RTM_GETLINK, on_link, sizeof(**v), &p, n);

	*v = p;
	return ret;
}

static int rtnl_lookup(struct net *net, const struct in6_addr *dst,
		       const struct in6_addr *src, struct net_lookup *result)
{
	char buf[MNL_NLMSG_HDRLEN + 128] = {};
	struct nlmsghdr *req = mnl_nlmsg_put_header(buf);
	struct lookup l = { .l = result };
	struct rtmsg *rtm;
	int ret;

	*result = (struct net_lookup){};
	req->nlmsg_type = RTM_GETROUTE;
	req->nlmsg_flags = NLM_F_REQUEST;
	rtm = mnl_nlmsg_put_extra_header(req, sizeof(*rtm));
	rtm->rtm_family = AF_INET6;
	rtm->rtm_dst_len = 128;
	mnl_attr_put(req, RTA_DST, sizeof(*dst), dst);
	if (src) {
		rtm->rtm_src_len = 128;
		mnl_attr_put(req, RTA_SRC, sizeof(*src), src);
	}
	ret = rtnl_talk(net, req, on_lookup, &l);
	return ret ? ret : l.err;
}

static int rtnl_change(struct net *net, const struct net_addr *addr, bool add)
{
	char buf[MNL_NLMSG_HDRLEN + 128] = {};
	struct nlmsghdr *req = mnl_nlmsg_put_header(buf);
	struct ifaddrmsg *ifa;
	uint32_t flags = addr->flags & NET_NODAD ? IFA_F_NODAD : 0;

	req->nlmsg_type = add ? RTM_NEWADDR : RTM_DELADDR;
	req->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	if (add)
		req->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	ifa = mnl_nlmsg_put_extra_header(req, sizeof(*ifa));
	ifa->ifa_family = AF_INET6;
	ifa->ifa_prefixlen = (uint8_t)addr->len;
	ifa->ifa_index = addr->ifindex;
	mnl_attr_put(req, IFA_LOCAL, sizeof(addr->addr), &addr->addr);
	mnl_attr_put(req, IFA_ADDRESS, sizeof(addr->addr), &addr->addr);
	mnl_attr_put_u32(req, IFA_FLAGS, flags);
	return rtnl_talk(net, req, NULL, NULL);
}

static unsigned int rtnl_index(struct net *net, const char *name)
{
	(void)net;
	return if_nametoindex(name);
}

static void rtnl_name(struct net *net, unsigned int index, char *name)
{
	(void)net;
	if (!if_indextoname(index, name))
		snprintf(name, IF_NAMESIZE, "%u", index);
}

static uint64_t rtnl_speed(struct net *net, const char *name)
{
	(void)net;
	return tc_speed(name);
}

static void rtnl_close(struct net *net)
{
	mnl_socket_close(net->priv);
}

static const struct net_ops rtnl_ops = {
	.addrs = rtnl_addrs,
	.routes = rtnl_routes,
	.tables = rtnl_tables,
	.change = rtnl_change,
	.index = rtnl_index,
	.name = rtnl_name,
	.close = rtnl_close,
	.rules = rtnl_rules,
	.links = rtnl_links,
	.lookup = rtnl_lookup,
	.labels = rtnl_labels,
	.renew = rtnl_renew,
	.change_rule = rtnl_change_rule,
	.change_route = rtnl_change_route,
	.change_label = rtnl_change_label,
	.speed = rtnl_speed,
};

int net_open_kernel(struct net *net)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int err;

	*net = (struct net){};
	if (!nl)
		return -errno;
	if (mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = errno;
		mnl_socket_close(nl);
		return -err;
	}
	*net = (struct net){ .ops = &rtnl_ops, .priv = nl };
	return 0;
}
