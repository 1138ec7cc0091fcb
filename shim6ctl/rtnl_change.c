// SPDX-License-Identifier: GPL-2.0
/* Routes, rules, labels and lifetimes of this kernel, and the news of them */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_addrlabel.h>
#include <linux/rtnetlink.h>

#include "rtnl.h"

#define REQUEST_ROOM	256

/* The head of a request; its attributes follow */
static void *begin(char *buf, uint16_t type, unsigned int flags, size_t size,
		   struct nlmsghdr **req)
{
	memset(buf, 0, REQUEST_ROOM);
	*req = mnl_nlmsg_put_header(buf);
	(*req)->nlmsg_type = type;
	(*req)->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	return mnl_nlmsg_put_extra_header(*req, size);
}

int rtnl_renew(struct net *net, const struct net_addr *addr)
{
	struct ifa_cacheinfo life = {
		.ifa_prefered = addr->preferred,
		.ifa_valid = addr->valid,
	};
	uint32_t flags = IFA_F_NOPREFIXROUTE;
	char buf[REQUEST_ROOM];
	struct ifaddrmsg *ifa;
	struct nlmsghdr *req;

	if (addr->flags & NET_NODAD)
		flags |= IFA_F_NODAD;
	ifa = begin(buf, RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE,
		    sizeof(*ifa), &req);
	ifa->ifa_family = AF_INET6;
	ifa->ifa_prefixlen = (uint8_t)addr->len;
	ifa->ifa_index = addr->ifindex;
	mnl_attr_put(req, IFA_LOCAL, sizeof(addr->addr), &addr->addr);
	mnl_attr_put(req, IFA_ADDRESS, sizeof(addr->addr), &addr->addr);
	mnl_attr_put(req, IFA_CACHEINFO, sizeof(life), &life);
	mnl_attr_put_u32(req, IFA_FLAGS, flags);
	return rtnl_talk(net, req, NULL, NULL);
}

int rtnl_change_rule(struct net *net, const struct net_rule *rule, bool add)
{
	unsigned int flags = add ? NLM_F_CREATE | NLM_F_EXCL : 0;
	struct fib_rule_hdr *head;
	char buf[REQUEST_ROOM];
	struct nlmsghdr *req;

	head = begin(buf, add ? RTM_NEWRULE : RTM_DELRULE, flags,
		     sizeof(*head), &req);
	head->family = AF_INET6;
	head->src_len = (uint8_t)rule->src_len;
	head->action = FR_ACT_TO_TBL;
	mnl_attr_put_u32(req, FRA_PRIORITY, rule->priority);
	mnl_attr_put_u32(req, FRA_TABLE, rule->table);
	mnl_attr_put_u8(req, FRA_PROTOCOL, (uint8_t)rule->protocol);
	if (rule->src_len)
		mnl_attr_put(req, FRA_SRC, sizeof(rule->src), &rule->src);
	if (rule->specific)
		mnl_attr_put_u32(req, FRA_SUPPRESS_PREFIXLEN, 0);
	return rtnl_talk(net, req, NULL, NULL);
}

int rtnl_change_route(struct net *net, const struct net_route *route, bool add)
{
	unsigned int flags = add ? NLM_F_CREATE | NLM_F_EXCL : 0;
	char buf[REQUEST_ROOM];
	struct nlmsghdr *req;
	struct rtmsg *rtm;

	rtm = begin(buf, add ? RTM_NEWROUTE : RTM_DELROUTE, flags,
		    sizeof(*rtm), &req);
	rtm->rtm_family = AF_INET6;
	rtm->rtm_dst_len = (uint8_t)route->dst_len;
	rtm->rtm_table = RT_TABLE_UNSPEC;
	rtm->rtm_protocol = (uint8_t)route->protocol;
	rtm->rtm_scope = RT_SCOPE_UNIVERSE;
	rtm->rtm_type = RTN_UNICAST;
	mnl_attr_put_u32(req, RTA_TABLE, route->table);
	mnl_attr_put_u32(req, RTA_PRIORITY, route->metric);
	mnl_attr_put_u32(req, RTA_OIF, route->ifindex);
	if (route->dst_len)
		mnl_attr_put(req, RTA_DST, sizeof(route->dst), &route->dst);
	if (!IN6_IS_ADDR_UNSPECIFIED(&route->gateway))
		mnl_attr_put(req, RTA_GATEWAY, sizeof(route->gateway),
			     &route->gateway);
	return rtnl_talk(net, req, NULL, NULL);
}

int rtnl_change_label(struct net *net, const struct net_label *label, bool add)
{
	unsigned int flags = add ? NLM_F_CREATE | NLM_F_REPLACE : 0;
	struct ifaddrlblmsg *head;
	char buf[REQUEST_ROOM];
	struct nlmsghdr *req;

	head = begin(buf, add ? RTM_NEWADDRLABEL : RTM_DELADDRLABEL, flags,
		     sizeof(*head), &req);
	head->ifal_family = AF_INET6;
	head->ifal_prefixlen = (uint8_t)label->len;
	mnl_attr_put(req, IFAL_ADDRESS, sizeof(label->prefix), &label->prefix);
	mnl_attr_put_u32(req, IFAL_LABEL, label->label);
	return rtnl_talk(net, req, NULL, NULL);
}

static int on_label(const struct nlmsghdr *msg, void *arg)
{
	const struct ifaddrlblmsg *head = mnl_nlmsg_get_payload(msg);
	struct net_label *l;
	struct nlattr *attr;

	/* Those of one interface are not ours to look at */
	if (head->ifal_index)
		return MNL_CB_OK;
	l = rtnl_add(arg);
	l->len = head->ifal_prefixlen;
	mnl_attr_for_each(attr, msg, sizeof(*head)) {
		if (mnl_attr_get_type(attr) == IFAL_LABEL)
			l->label = mnl_attr_get_u32(attr);
		else if (mnl_attr_get_type(attr) == IFAL_ADDRESS &&
			 mnl_attr_get_payload_len(attr) == sizeof(l->prefix))
			memcpy(&l->prefix, mnl_attr_get_payload(attr),
			       sizeof(l->prefix));
	}
	return MNL_CB_OK;
}

int rtnl_labels(struct net *net, struct net_label **v, size_t *n)
{
	void *p;
	int ret = rtnl_fetch(net, RTM_GETADDRLABEL, on_label, sizeof(**v), &p,
			     n);

	*v = p;
	return ret;
}

static const unsigned int groups[] = {
	RTNLGRP_LINK, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE,
	RTNLGRP_IPV6_RULE,
};

int net_watch_open(void)
{
	struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			NETLINK_ROUTE);
	size_t i;
	int err;

	if (fd < 0)
		return -errno;
	err = bind(fd, (struct sockaddr *)&any, sizeof(any)) ? -errno : 0;
	for (i = 0; !err && i < sizeof(groups) / sizeof(groups[0]); i++)
		if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
			       &groups[i], sizeof(groups[i])))
			err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* What it says is read from the kernel anyway, so news lost are no loss */
void net_watch_drain(int fd)
{
	char buf[32768];

	while (recv(fd, buf, sizeof(buf), 0) >= 0 || errno == ENOBUFS ||
	       errno == EINTR)
		;
}
