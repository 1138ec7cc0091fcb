// SPDX-License-Identifier: GPL-2.0
/*
 * A host on which all is well (SHIM6_FAKE=healthy), but for one fault, which
 * SHIM6_FAULT names. Two providers: eth0 to a, eth1 to b; the peer has the
 * addresses 2001:db8:c::99 and 2001:db8:d::99.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "fake.h"
#include "fake_data.h"
#include "fake_doctor.h"
#include "host.h"
#include "mem.h"
#include "net.h"

#define MAIN		254
#define SECOND		1000000000ULL
#define HOST_A		"2001:db8:a:1:fb:5b98:575f:692d"
#define HOST_B		"2001:db8:b:2:4d9:f16b:c092:dce7"
#define STRANGER	"2001:db8:a:1::99"
#define PEER_C		"2001:db8:c::99"
#define PEER_D		"2001:db8:d::99"
#define RELEASE		"6.1.0-41-amd64"

bool fake_fault(const char *name)
{
	const char *fault = getenv("SHIM6_FAULT");

	return fault && !strcmp(fault, name);
}

static struct in6_addr in6(const char *text)
{
	struct in6_addr a = {};

	inet_pton(AF_INET6, text, &a);
	return a;
}

/* --- addresses and routes */

static struct net_addr addr(const char *text, unsigned int ifindex,
			    unsigned int flags)
{
	return (struct net_addr){
		.addr = in6(text), .len = 64, .ifindex = ifindex,
		.flags = flags, .valid = NET_FOREVER, .preferred = NET_FOREVER,
	};
}

static int get_addrs(struct net *net, struct net_addr **v, size_t *n)
{
	struct net_addr *a = mem_resize(NULL, 8, sizeof(*a));
	bool dup = fake_fault("duplicate");
	size_t i = 0;

	(void)net;
	*v = a;
	if (fake_fault("temporary"))
		a[i++] = addr(STRANGER, 2, NET_TEMPORARY | NET_DYNAMIC);
	if (fake_fault("slaac"))
		a[i++] = addr(STRANGER, 2, NET_DYNAMIC);
	if (fake_fault("static"))
		a[i++] = addr(STRANGER, 2, 0);
	if (!fake_fault("set-absent"))
		a[i++] = addr(HOST_A, 2, 0);
	if (fake_fault("in-use") || fake_fault("deprecated"))
		a[i++] = addr(STRANGER, 2, fake_fault("deprecated") ? NET_DEPRECATED : 0);
	if (!fake_fault("incomplete") && !fake_fault("incomplete-nolink") &&
	    !fake_fault("ipv6-off-link") && !fake_fault("set-absent"))
		a[i++] = addr(HOST_B, 3, dup ? NET_DUPLICATE : 0);
	a[i++] = addr("fe80::1", 2, 0);
	a[i++] = addr("fe80::2", 3, 0);
	*n = i;
	return 0;
}

static struct net_route *add_route(struct net_route *r, unsigned int table,
				   unsigned int ifindex, unsigned int metric,
				   const char *gateway)
{
	*r = (struct net_route){
		.table = table, .ifindex = ifindex, .metric = metric,
		.gateway = in6(gateway),
	};
	return r + 1;
}

static int get_routes(struct net *net, struct net_route **v, size_t *n)
{
	struct net_route *r = mem_resize(NULL, 10, sizeof(*r));

	(void)net;
	*v = r;
	*r = (struct net_route){ .dst = in6("2001:db8:a:1::"), .dst_len = 64,
				 .table = MAIN, .ifindex = 2 };
	r++;
	if (!fake_fault("incomplete-nolink")) {
		*r = (struct net_route){ .dst = in6("2001:db8:b:2::"),
					 .dst_len = 64, .table = MAIN,
					 .ifindex = 3 };
		r++;
	}
	if (!fake_fault("many-routers") && !fake_fault("no-route"))
		r = add_route(r, 101, 2, 1024, "fe80::a");
	if (!fake_fault("no-table-route") && !fake_fault("no-table") &&
	    !fake_fault("no-router") && !fake_fault("no-route"))
		r = add_route(r, 102, 3, 1024, "fe80::b");
	if (fake_fault("many-routers"))
		r = add_route(r, MAIN, 2, 2047, "fe80::c");
	if (!fake_fault("no-fallback") && !fake_fault("no-route")) {
		r = add_route(r, MAIN, 2, 2048, "fe80::a");
		if (!fake_fault("no-router"))
			r = add_route(r, MAIN, 3, 2049, "fe80::b");
	}
	*n = (size_t)(r - *v);
	return 0;
}

static struct net_rule rule(const char *src, unsigned int table)
{
	return (struct net_rule){
		.src = in6(src), .src_len = 64, .table = table,
	};
}

static int get_rules(struct net *net, struct net_rule **v, size_t *n)
{
	struct net_rule *r = mem_resize(NULL, 4, sizeof(*r));

	(void)net;
	*v = r;
	*r++ = (struct net_rule){ .table = 255 };
	if (!fake_fault("many-routers"))
		*r++ = rule("2001:db8:a:1::", 101);
	if (!fake_fault("no-rule") && !fake_fault("no-table") &&
	    !fake_fault("no-router") && !fake_fault("incomplete-nolink"))
		*r++ = rule("2001:db8:b:2::", 102);
	*r++ = (struct net_rule){ .table = MAIN };
	*n = (size_t)(r - *v);
	return 0;
}

static int get_tables(struct net *net, unsigned int **v, size_t *n)
{
	(void)net;
	*v = mem_resize(NULL, 1, sizeof(**v));
	(*v)[0] = MAIN;
	*n = 1;
	return 0;
}

static int get_links(struct net *net, struct net_link **v, size_t *n)
{
	struct net_link *l = mem_resize(NULL, 3, sizeof(*l));

	(void)net;
	*v = l;
	l[0] = (struct net_link){ "lo", 1, 65536, true, true, true };
	l[1] = (struct net_link){ "eth0", 2, 1500, true, true, false };
	l[2] = (struct net_link){
		"eth1", 3, fake_fault("mtu") ? 1280 :
			   fake_fault("switched-1284") ? 1284 : 1500,
		!fake_fault("down"),
		!fake_fault("carrier") && !fake_fault("switched-carrier"),
		false,
	};
	*n = 3;
	return 0;
}

static size_t find_default(const struct net_route *v, size_t n,
			   unsigned int table)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!v[i].dst_len && v[i].table == table)
			break;
	return i;
}

/* The table that the rules name, else the main one; lowest metric first */
static int lookup(struct net *net, const struct in6_addr *dst,
		  const struct in6_addr *src, struct net_lookup *result)
{
	unsigned int table = MAIN;
	struct net_addr *addrs;
	struct net_route *v;
	struct net_rule *rules;
	size_t n, nrules, i;
	int ret = -ENETUNREACH;

	(void)dst;
	*result = (struct net_lookup){};
	get_routes(net, &v, &n);
	get_rules(net, &rules, &nrules);
	for (i = 0; src && i < nrules; i++)
		if (rules[i].src_len && !memcmp(&rules[i].src, src, 8))
			table = rules[i].table;
	free(rules);
	i = find_default(v, n, table);
	if (i == n)
		i = find_default(v, n, MAIN);
	if (i < n) {
		ret = 0;
		result->ifindex = v[i].ifindex;
		result->table = v[i].table;
		result->metric = v[i].metric;
		result->gateway = v[i].gateway;
	}
	free(v);
	get_addrs(net, &addrs, &n);
	for (i = 0; i < n; i++)
		if (addrs[i].ifindex == result->ifindex &&
		    !(addrs[i].flags & NET_DEPRECATED))
			break;
	if (i < n)
		result->source = addrs[i].addr;
	free(addrs);
	return ret;
}

static int no_change(struct net *net, const struct net_addr *addr, bool add)
{
	(void)net;
	(void)addr;
	(void)add;
	return -EPERM;
}

static unsigned int get_index(struct net *net, const char *name)
{
	(void)net;
	return !strcmp(name, "eth0") ? 2 : !strcmp(name, "eth1") ? 3 : 0;
}

static void get_name(struct net *net, unsigned int index, char *name)
{
	(void)net;
	snprintf(name, IF_NAMESIZE, "eth%u", index - 2);
}

static void no_close(struct net *net)
{
	(void)net;
}

int fake_doctor_net(struct net *net)
{
	static const struct net_ops ops = {
		.addrs = get_addrs,
		.routes = get_routes,
		.tables = get_tables,
		.change = no_change,
		.index = get_index,
		.name = get_name,
		.close = no_close,
		.rules = get_rules,
		.links = get_links,
		.lookup = lookup,
	};

	*net = (struct net){ .ops = &ops };
	return 0;
}

/* --- the host */

static const struct {
	const char *fault;	/* NULL: always there */
	const char *path;
	const char *text;
} files[] = {
	{ "not-loaded", "/lib/modules/" RELEASE "/modules.dep",
	  "kernel/a.ko:\nupdates/dkms/shim6.ko: kernel/a.ko\n" },
	{ "not-loaded", "/lib/modules/" RELEASE "/updates/dkms/shim6.ko",
	  "\177ELF vermagic=" RELEASE " SMP" },
	{ "compressed", "/lib/modules/" RELEASE "/modules.dep",
	  "updates/dkms/shim6.ko.xz:\n" },
	{ "vermagic", "/lib/modules/" RELEASE "/modules.dep",
	  "updates/shim6.ko:\n" },
	{ "vermagic", "/lib/modules/" RELEASE "/updates/shim6.ko",
	  "\177ELF vermagic=6.1.0-40-amd64 SMP" },
	{ "other-kernel", "/lib/modules/6.1.0-40-amd64/modules.dep",
	  "updates/dkms/shim6.ko:\n" },
	{ NULL, "/lib/modules/" RELEASE "/modules.dep", "kernel/a.ko:\n" },
	{ "no-device", "/sys/module/shim6/refcnt", "0\n" },
	{ "no-device-number", "/sys/module/shim6/refcnt", "0\n" },
	{ "no-device", "/proc/misc", " 58 rfkill\n122 shim6\n236 device\n" },
	{ "ipv6-off", "/proc/sys/net/ipv6/conf/all/disable_ipv6", "1\n" },
	{ NULL, "/proc/sys/net/ipv6/conf/all/disable_ipv6", "0\n" },
	{ "ipv6-off-link", "/proc/sys/net/ipv6/conf/eth1/disable_ipv6", "1\n" },
	{ "temporary", "/proc/sys/net/ipv6/conf/eth0/use_tempaddr", "2\n" },
	{ NULL, "/proc/sys/net/ipv6/conf/eth0/use_tempaddr", "0\n" },
	{ "mtu-ra", "/proc/sys/net/ipv6/conf/eth1/mtu", "1280\n" },
	{ "no-set-file", "/etc/shim6.hba", "set\n" },
	{ "no-set-cga", "/etc/shim6.cga", "keys\n" },
	{ "legacy", "/proc/net/ip6_tables_names", "filter\n" },
};

static const char *get_release(void)
{
	return RELEASE;
}

static char *get_file(const char *path, size_t *len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		if (strcmp(files[i].path, path) ||
		    (files[i].fault && !fake_fault(files[i].fault)))
			continue;
		if (len)
			*len = strlen(files[i].text);
		return mem_copy_string(files[i].text);
	}
	errno = ENOENT;
	return NULL;
}

static char **get_names(const char *path)
{
	char **names;

	if (!strcmp(path, "/lib/modules")) {
		names = mem_resize(NULL, 3, sizeof(*names));
		names[0] = mem_copy_string("6.1.0-40-amd64");
		names[1] = mem_copy_string(RELEASE);
		names[2] = NULL;
		return names;
	}
	if (!strcmp(path, "/var/lib/dkms/shim6") && fake_fault("other-kernel")) {
		names = mem_resize(NULL, 2, sizeof(*names));
		names[0] = mem_copy_string("0.1.0");
		names[1] = NULL;
		return names;
	}
	errno = ENOENT;
	return NULL;
}

/* What tc says is in a file for each interface, or there is no such one */
static char *get_queues(const char *const *argv, int *status)
{
	char name[128];
	char *text;
	FILE *f;
	size_t n;

	snprintf(name, sizeof(name), "tests/qos/tc-%s-%s", argv[3], argv[6]);
	f = fake_fault("tc-fails") ? NULL : fopen(name, "r");
	if (!f) {
		*status = 256;
		return mem_copy_string("Cannot find device\n");
	}
	text = mem_resize(NULL, 65536, 1);
	n = fread(text, 1, 65535, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* What nft says is in a file of the fault's name, else in that of a good one */
static char *get_output(const char *const *argv, int *status)
{
	const char *given = getenv("SHIM6_FAKE_NFT");
	const char *fault = getenv("SHIM6_FAULT");
	char name[128];
	char *text;
	FILE *f;
	size_t n;

	*status = 0;
	if (!strcmp(argv[0], "tc") && !fake_fault("no-tc"))
		return get_queues(argv, status);
	if (strcmp(argv[0], "nft") || fake_fault("no-nft")) {
		errno = ENOENT;
		return NULL;
	}
	if (fake_fault("nft-denied")) {
		*status = 256;
		return mem_copy_string("Operation not permitted (you must be root)\nnetlink: Error");
	}
	snprintf(name, sizeof(name), "tests/filters/%s.json",
		 fault ? fault : "");
	f = fopen(given ? given : name, "r");
	if (!f)
		f = fopen("tests/filters/good.json", "r");
	text = mem_resize(NULL, 65536, 1);
	n = f ? fread(text, 1, 65535, f) : 0;
	text[n] = '\0';
	if (f)
		fclose(f);
	return text;
}

static enum host_answer ask(const struct in6_addr *local,
			    const struct in6_addr *peer)
{
	(void)local;
	(void)peer;
	if (fake_fault("peer-unreachable") || fake_fault("path-dead"))
		return HOST_SILENT;
	return fake_fault("peer-silent") ? HOST_TCP : HOST_ECHO;
}

static void pass_time(unsigned int ms)
{
	(void)ms;
}

const struct host_ops fake_host = {
	.release = get_release,
	.read = get_file,
	.names = get_names,
	.run = get_output,
	.reach = ask,
	.wait = pass_time,
};

/* --- the module */

static struct shim6_context_entry made[16];
static uint32_t nmade;

static int give(struct shim6_list *list, const void *all, size_t n, size_t size)
{
	char *to = (char *)(uintptr_t)list->ptr;

	list->count = (uint32_t)(n < list->capacity ? n : list->capacity);
	memcpy(to, all, list->count * size);
	list->more = 0;
	return 0;
}

static int list_locators(struct shim6_list *list)
{
	struct shim6_locator_entry v[4] = {
		{ .addr = in6(HOST_A), .ifindex = 2, .method = 1, .set = 3,
		  .status = SHIM6_LOCATOR_UP | SHIM6_LOCATOR_HBA },
		{ .addr = in6(HOST_B), .ifindex = 3, .method = 1, .set = 3,
		  .status = SHIM6_LOCATOR_UP | SHIM6_LOCATOR_HBA },
		{ .addr = in6(STRANGER), .ifindex = 2,
		  .status = SHIM6_LOCATOR_UP },
	};
	const struct shim6_locator_entry peers[2] = {
		{ .addr = in6(PEER_C), .status = SHIM6_LOCATOR_PEER },
		{ .addr = in6(PEER_D), .status = SHIM6_LOCATOR_PEER },
	};
	size_t n = 2;

	if (list->context)
		return give(list, peers, 2, sizeof(peers[0]));
	if (fake_fault("temporary") || fake_fault("slaac") ||
	    fake_fault("static") || fake_fault("in-use") ||
	    fake_fault("deprecated"))
		n = 3;
	if (fake_fault("deprecated"))
		v[2].status |= SHIM6_LOCATOR_DEPRECATED;
	if (fake_fault("down") || fake_fault("carrier"))
		v[1].status &= ~(uint32_t)SHIM6_LOCATOR_UP;
	if (fake_fault("broken"))
		v[1].flags = SHIM6_PREF_BROKEN;
	if (fake_fault("no-set") || fake_fault("no-set-file") ||
	    fake_fault("no-set-cga") || fake_fault("no-set-single"))
		v[0].set = v[1].set = 0;
	if (fake_fault("incomplete") || fake_fault("duplicate") ||
	    fake_fault("incomplete-nolink") || fake_fault("ipv6-off-link") ||
	    fake_fault("no-set-single"))
		n = 1;
	if (fake_fault("single")) {
		v[1].addr = in6("2001:db8:a:1::2");
		v[1].ifindex = 2;
	}
	if (fake_fault("set-absent") || fake_fault("none"))
		n = 0;
	return give(list, v, n, sizeof(v[0]));
}

static int list_sets(struct shim6_list *list)
{
	return give(list, &fake_set,
		    !fake_fault("no-set") && !fake_fault("no-set-file") &&
		    !fake_fault("no-set-cga") && !fake_fault("no-set-single") &&
		    !fake_fault("single") && !fake_fault("none"),
		    sizeof(fake_set));
}

static int list_cgas(struct shim6_list *list)
{
	struct shim6_cga_identity v = fake_cgas[0];

	if (fake_fault("cga-unsigned"))
		v = fake_cgas[2];
	return give(list, &v, fake_fault("cga-unsigned") ||
		    fake_fault("single") || fake_fault("none"), sizeof(v));
}

static int list_rules(struct shim6_list *list)
{
	const struct shim6_policy_entry v[] = {
		/* Rules for some, which nobody is to be told of */
		{ .id = 2, .action = SHIM6_POLICY_NEVER, .priority = 10,
		  .proto = 6, .port = 22 },
		{ .id = 3, .action = SHIM6_POLICY_NEVER, .priority = 20,
		  .peer = in6("2001:db8:f::"), .peer_len = 48 },
		{ .id = 4, .action = fake_fault("always") ?
				     SHIM6_POLICY_ALWAYS : SHIM6_POLICY_NEVER,
		  .priority = 30, .proto = 6 },
	};

	return give(list, v, fake_fault("never") || fake_fault("always") ?
		    3 : 2, sizeof(v[0]));
}

static int list_flows(struct shim6_list *list)
{
	const struct shim6_flow_entry v = {
		.local = in6(fake_fault("flow") ? HOST_A : STRANGER),
		.peer = in6(PEER_C), .packets = 11, .bytes = 900,
		.age = 3 * SECOND, .idle = SECOND,
	};

	return give(list, &v, fake_fault("in-use") ||
		    fake_fault("deprecated") || fake_fault("flow"), sizeof(v));
}

static const struct {
	const char *name;
	uint64_t good;
	const char *fault;
	uint64_t bad;
} values[] = {
	{ "i1_timeout", 4000, "", 0 },
	{ "trigger_packets", 50, "trigger-off", 0 },
	{ "trigger_bytes", 0, "", 0 },
	{ "trigger_seconds", 0, "", 0 },
	{ "locator_max", 16, "locator-max", 1 },
	{ "verify_relaxed", 0, "relaxed", 1 },
	{ "tcp_kick", 1, "no-kick", 0 },
	{ "tag_bits", 47, "tag-bits", 7 },
	{ "context_max", 4096, "limit-max", 1000000 },
};

static int list_params(struct shim6_list *list)
{
	struct shim6_param_entry v[ARRAY_SIZE(values)] = {};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(v[i].name, sizeof(v[i].name), "%s", values[i].name);
		v[i].value = fake_fault(values[i].fault) ? values[i].bad :
							  values[i].good;
		v[i].max = 1000000;
	}
	return give(list, v, ARRAY_SIZE(values), sizeof(v[0]));
}

static int list_counters(struct shim6_list *list)
{
	const struct shim6_counter_entry v[] = {
		{ fake_fault("limit") || fake_fault("limit-max") ? 5 : 0,
		  "limit_context", "" },
		{ fake_fault("nat-past") ? 17 : 0, "tx_bypass_nat", "" },
	};

	return give(list, v, 2, sizeof(v[0]));
}

static bool unanswered(const struct shim6_context_entry *c)
{
	const struct in6_addr b = in6(HOST_B), d = in6(PEER_D);

	if (fake_fault("path-drops") || fake_fault("path-dead"))
		return !memcmp(&c->ulid_local, &b, sizeof(b));
	if (fake_fault("path-one"))
		return !memcmp(&c->ulid_local, &b, sizeof(b)) &&
		       !memcmp(&c->ulid_peer, &d, sizeof(d));
	if (fake_fault("path-peer"))
		return !memcmp(&c->ulid_peer, &d, sizeof(d));
	return fake_fault("peer-silent") || fake_fault("peer-unreachable");
}

/* A context is established when it is looked at for the second time */
static int list_contexts(struct shim6_list *list)
{
	struct shim6_context_entry v[ARRAY_SIZE(made) + 1];
	struct shim6_context_entry *c;
	size_t n = 0;
	uint32_t i;

	for (i = 0; i < nmade; i++) {
		if (!made[i].id)
			continue;
		c = &v[n++];
		*c = made[i];
		made[i].state = unanswered(c) ? SHIM6_STATE_I1_SENT :
				fake_fault("peer-no-shim6") ?
				SHIM6_STATE_NO_SUPPORT : SHIM6_STATE_ESTABLISHED;
	}
	if (fake_fault("switched") || fake_fault("switched-1284") ||
	    fake_fault("switched-carrier") || fake_fault("context") ||
	    fake_fault("failed") || fake_fault("handshake")) {
		c = &v[n++];
		*c = fake_contexts[0];
		if (fake_fault("context"))
			c->flags = 0;
		if (fake_fault("failed"))
			c->state = SHIM6_STATE_E_FAILED;
		if (fake_fault("handshake"))
			c->state = SHIM6_STATE_I1_SENT;
		if (getenv("SHIM6_FAKE_NOCAP"))
			c->tag_local = c->tag_peer = 0;
	}
	return give(list, v, n, sizeof(v[0]));
}

static int split(struct shim6_context_fork *arg)
{
	if (getenv("SHIM6_FAKE_NOCAP"))
		return -EPERM;
	if (fake_fault("peer-limit"))
		return -ENOSPC;
	made[nmade] = (struct shim6_context_entry){
		.id = 100 + nmade,
		.ulid_local = arg->ulid_local,
		.ulid_peer = arg->ulid_peer,
		.fii = 1,
		.state = SHIM6_STATE_I1_SENT,
	};
	arg->id = made[nmade++].id;
	fake_log("context fork proto %u", arg->proto);
	return 0;
}

static int flush(const struct shim6_context_ref *arg)
{
	fake_log("context flush %u", arg->id);
	if (arg->id >= 100 && arg->id < 100 + nmade)
		made[arg->id - 100].id = 0;
	return 0;
}

static int get_info(struct shim6_info *info)
{
	*info = (struct shim6_info){
		.abi = fake_fault("old-module") ? 0 : SHIM6_ABI_REVISION,
		.features = SHIM6_FEATURE_HBA | SHIM6_FEATURE_POLICY |
			    SHIM6_FEATURE_EVENTS | SHIM6_FEATURE_CGA |
			    (fake_fault("no-fork") ? 0 : SHIM6_FEATURE_FORK),
		.hooks = !fake_fault("not-hooked"),
		.version = "0.0-fake",
	};
	return 0;
}

int fake_doctor_call(unsigned long cmd, void *arg)
{
	switch (cmd) {
	case SHIM6_IOC_INFO:
		return get_info(arg);
	case SHIM6_IOC_LOC_LIST:
		return list_locators(arg);
	case SHIM6_IOC_HBA_LIST:
		return list_sets(arg);
	case SHIM6_IOC_CGA_LIST:
		return list_cgas(arg);
	case SHIM6_IOC_POLICY_LIST:
		return list_rules(arg);
	case SHIM6_IOC_FLOW_LIST:
		return list_flows(arg);
	case SHIM6_IOC_PARAM_LIST:
		return list_params(arg);
	case SHIM6_IOC_STATS_LIST:
		return list_counters(arg);
	case SHIM6_IOC_CTX_LIST:
		return list_contexts(arg);
	case SHIM6_IOC_CTX_FORK:
		return split(arg);
	case SHIM6_IOC_CTX_FLUSH:
		return flush(arg);
	default:
		return -ENOTTY;
	}
}

int fake_doctor_missing(void)
{
	if (fake_fault("not-loaded") || fake_fault("compressed") ||
	    fake_fault("vermagic") || fake_fault("other-kernel") ||
	    fake_fault("no-module") || fake_fault("no-device") ||
	    fake_fault("no-device-number"))
		return -ENOENT;
	if (fake_fault("locked"))
		return -EACCES;
	return fake_fault("strange") ? -ENOTTY : 0;
}
