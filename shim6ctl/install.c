// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client.h"
#include "cmd.h"
#include "err.h"
#include "install.h"
#include "key.h"

#define DAD_POLL_NS	100000000L
#define DAD_POLLS	50

static const char *address_text(const struct in6_addr *a)
{
	static char text[INET6_ADDRSTRLEN];

	return inet_ntop(AF_INET6, a, text, sizeof(text));
}

static bool same_link(const struct in6_addr *a, const struct in6_addr *b)
{
	return !memcmp(a, b, HBA_PREFIX);
}

/* Note that a prefix is on an interface; false when it is on two of them */
static bool meet(unsigned int *found, unsigned int ifindex, unsigned int lo)
{
	if (ifindex == lo || !ifindex || *found == ifindex)
		return true;
	if (*found)
		return false;
	*found = ifindex;
	return true;
}

static bool find_interface(const struct install *in, unsigned int lo,
			   const struct in6_addr *addr, unsigned int *found)
{
	const struct net_route *r = in->routes;
	const struct net_addr *a = in->addrs;
	bool one = true;
	size_t i;

	for (i = 0; i < in->naddrs; i++)
		if (a[i].len <= 64 && same_link(&a[i].addr, addr))
			one = meet(found, a[i].ifindex, lo) && one;
	for (i = 0; i < in->nroutes; i++)
		if (r[i].dst_len == 64 && same_link(&r[i].dst, addr) &&
		    IN6_IS_ADDR_UNSPECIFIED(&r[i].gateway))
			one = meet(found, r[i].ifindex, lo) && one;
	return one;
}

static int plan_one(struct install *in, size_t i, unsigned int lo)
{
	struct in6_addr prefix = in->set->addr[i];
	bool one;

	if (in->ifindex[i])
		return CTL_OK;
	one = find_interface(in, lo, &in->set->addr[i], &in->ifindex[i]);
	memset(prefix.s6_addr + HBA_PREFIX, 0, HBA_PREFIX);
	if (!one)
		return err_failed("prefix %s/64: on several interfaces; say which: dev INTERFACE=%s/64",
				  address_text(&prefix), address_text(&prefix));
	if (!in->ifindex[i])
		return err_failed("prefix %s/64: no interface has an address or a route of it; say which: dev INTERFACE=%s/64",
				  address_text(&prefix), address_text(&prefix));
	return CTL_OK;
}

int install_plan(struct install *in)
{
	unsigned int lo = in->net->ops->index(in->net, "lo");
	int ret;
	size_t i;

	ret = in->net->ops->addrs(in->net, &in->addrs, &in->naddrs);
	if (!ret)
		ret = in->net->ops->routes(in->net, &in->routes, &in->nroutes);
	if (ret)
		return err_failed("addresses and routes: %s", strerror(-ret));
	for (i = 0; i < in->set->naddr; i++) {
		ret = plan_one(in, i, lo);
		if (ret)
			return ret;
	}
	return CTL_OK;
}

static int load_hba(struct install *in)
{
	struct shim6_hba_set *v;
	struct hba_pds pds;
	size_t n, i;
	int ret = client_sets(in->client, &v, &n);

	if (ret)
		return ret;
	for (i = 0; i < n && !in->ids[0]; i++)
		if (!hba_parse(&pds, v[i].pds, v[i].pds_len) &&
		    hba_same_set(&pds, &in->set->pds))
			in->ids[0] = v[i].id;
	free(v);
	if (in->ids[0])
		return 0;
	ret = client_set_add(in->client, in->set->pds.raw, in->set->pds.len,
			     &in->ids[0]);
	in->fresh[0] = !ret;
	in->loaded = !ret;
	return ret;
}

/* The identity of one address; a key is needed only for one that is new */
static int load_cga(struct install *in, size_t i,
		    const struct shim6_cga_identity *v, size_t n)
{
	struct hba_pds pds = in->set->pds;
	int ret = 0;

	if (!pds.nprefix)
		memcpy(pds.raw + HBA_MODIFIER, &in->set->addr[i], HBA_PREFIX);
	for (; n; n--, v++) {
		if (v->pds_len != pds.len || memcmp(v->pds, pds.raw, pds.len))
			continue;
		in->ids[i] = v->id;
		return 0;
	}
	if (!in->key)
		ret = in->add_key(in->set->key, in->set->key_len, &in->key);
	if (!ret)
		ret = client_cga_add(in->client, pds.raw, pds.len, in->key,
				     &in->ids[i]);
	in->fresh[i] = !ret;
	in->loaded |= !ret;
	return ret;
}

static int load_cgas(struct install *in)
{
	struct shim6_cga_identity *v;
	size_t n, i;
	int ret = client_cgas(in->client, &v, &n);

	if (ret)
		return ret;
	for (i = 0; i < in->set->naddr && !ret; i++)
		if (i && in->set->pds.nprefix)
			in->ids[i] = in->ids[0];
		else
			ret = load_cga(in, i, v, n);
	free(v);
	return ret;
}

static int load_set(struct install *in)
{
	return in->set->key_len ? load_cgas(in) : load_hba(in);
}

static bool unload(struct install *in)
{
	bool ok = true;
	size_t i;

	for (i = 0; i < in->set->naddr; i++) {
		if (!in->fresh[i])
			continue;
		in->fresh[i] = false;
		if (in->set->key_len ? client_cga_del(in->client, in->ids[i]) :
				       client_set_del(in->client, in->ids[i]))
			ok = false;
	}
	in->loaded = false;
	return ok;
}

/* What the kernel or the module said of the key or the parameters */
static int fail_load(struct install *in, int err)
{
	const char *what = in->set->key_len ? "cga load" : "hba install";

	unload(in);
	if (err == -ENOSPC)
		return err_failed("%s: the module has no room for another set; remove one: \"hba list\", \"cga list\", \"hba remove ID\", \"cga remove ID\"",
				  what);
	if (!in->set->key_len)
		return cmd_fail(what, err);
	switch (err) {
	case -EBADMSG:
		return err_failed("%s: the kernel cannot read a private key; load its parser: modprobe pkcs8_key_parser",
				  what);
	case -ENODEV:
	case -EOPNOTSUPP:
		return err_failed("%s: this kernel has no asymmetric keys (CONFIG_ASYMMETRIC_PUBLIC_KEY_SUBTYPE); use HBA sets: \"hba generate\"",
				  what);
	case -EDQUOT:
		return err_failed("%s: no room for another key; raise the sysctl kernel.keys.root_maxkeys or maxkeys",
				  what);
	case -EKEYREJECTED:
		return err_failed("%s: the private key is not the one of the parameters, or not of %d to %d bits; generate them again",
				  what, KEY_BITS_MIN, KEY_BITS_MAX);
	default:
		return cmd_fail(what, err);
	}
}

static bool present(const struct install *in, const struct net_addr *addr)
{
	size_t i;

	for (i = 0; i < in->naddrs; i++)
		if (in->addrs[i].ifindex == addr->ifindex &&
		    !memcmp(&in->addrs[i].addr, &addr->addr,
			    sizeof(addr->addr)))
			return true;
	return false;
}

static int add_address(struct install *in, const struct net_addr *addr)
{
	int ret;

	if (present(in, addr))
		return 0;
	ret = in->net->ops->change(in->net, addr, true);
	if (!ret)
		in->added[in->nadded++] = *addr;
	return ret;
}

static int add_addresses(struct install *in, size_t *failed)
{
	unsigned int flags = in->flags & INSTALL_NODAD ? NET_NODAD : 0;
	struct net_addr addr;
	size_t i;
	int ret = 0;

	for (i = 0; i < in->set->naddr && !ret; i++) {
		*failed = i;
		addr = (struct net_addr){
			.addr = in->set->addr[i],
			.len = 64,
			.ifindex = in->ifindex[i],
			.flags = flags,
		};
		ret = add_address(in, &addr);
		if (ret || !(in->flags & INSTALL_PIN))
			continue;
		addr.ifindex = in->net->ops->index(in->net, "lo");
		addr.len = 128;
		addr.flags = NET_NODAD;
		ret = add_address(in, &addr);
	}
	return ret;
}

bool install_was_added(const struct install *in, const struct in6_addr *addr)
{
	size_t i;

	for (i = 0; i < in->nadded; i++)
		if (in->added[i].len == 64 &&
		    !memcmp(&in->added[i].addr, addr, sizeof(*addr)))
			return true;
	return false;
}

/* One look: 0 when all are known to be unique, 1 to look again, or an error */
static int check_unique(struct install *in, size_t *failed)
{
	struct net_addr *v;
	size_t n, i, k;
	int ret = in->net->ops->addrs(in->net, &v, &n);

	if (ret)
		return ret;
	for (i = 0; i < n; i++) {
		for (k = 0; k < in->set->naddr; k++) {
			if (v[i].ifindex != in->ifindex[k] ||
			    memcmp(&v[i].addr, &in->set->addr[k],
				   sizeof(v[i].addr)) ||
			    !install_was_added(in, &v[i].addr))
				continue;
			*failed = k;
			if (v[i].flags & NET_DUPLICATE)
				ret = -EADDRINUSE;
			else if (v[i].flags & NET_TENTATIVE && !ret)
				ret = 1;
			if (ret < 0)
				goto out;
		}
	}
out:
	free(v);
	return ret;
}

/*
 * Wait for duplicate address detection. The signals are blocked: one that
 * comes now must not leave half of the work behind. An interface without a
 * carrier keeps its addresses tentative; that is no failure.
 */
static int wait_unique(struct install *in, const sigset_t *signals,
		       size_t *failed)
{
	struct timespec pause = { .tv_nsec = DAD_POLL_NS };
	unsigned int polls;
	int ret;

	for (polls = 0; polls < DAD_POLLS; polls++) {
		ret = check_unique(in, failed);
		if (ret <= 0)
			return ret;
		if (sigtimedwait(signals, NULL, &pause) > 0)
			return -EINTR;
	}
	return 0;
}

static bool undo(struct install *in)
{
	bool ok = true;

	while (in->nadded)
		if (in->net->ops->change(in->net, &in->added[--in->nadded],
					 false))
			ok = false;
	return unload(in) && ok;
}

static int fail_address(struct install *in, size_t i, int err)
{
	const char *end = undo(in) ? "nothing was changed" :
		"not all could be undone, see \"hba list\", \"cga list\" and \"ip -6 address\"";
	const char *text = address_text(&in->set->addr[i]);
	char dev[IF_NAMESIZE];

	in->net->ops->name(in->net, in->ifindex[i], dev);
	if (err == -EADDRINUSE)
		return err_failed("address %s: another host on %s has it; %s; generate another set",
				  text, dev, end);
	if (err == -EINTR)
		return err_failed("address %s: interrupted; %s", text, end);
	if (err == -EACCES)
		return err_failed("address %s: IPv6 is off on %s, see the sysctl net.ipv6.conf.%s.disable_ipv6; %s",
				  text, dev, dev, end);
	if (err == -EPERM)
		return err_failed("address %s: needs CAP_NET_ADMIN in this network namespace; %s",
				  text, end);
	return err_failed("address %s: could not be added to %s: %s; %s", text,
			  dev, strerror(-err), end);
}

int install_apply(struct install *in)
{
	sigset_t signals, before;
	size_t failed = 0;
	int ret;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, &before);
	ret = load_set(in);
	if (ret) {
		ret = fail_load(in, ret);
	} else {
		ret = add_addresses(in, &failed);
		if (!ret && !(in->flags & INSTALL_NODAD))
			ret = wait_unique(in, &signals, &failed);
		if (ret)
			ret = fail_address(in, failed, ret);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ret;
}

void install_finish(struct install *in)
{
	free(in->addrs);
	free(in->routes);
	in->addrs = NULL;
	in->routes = NULL;
}
