// SPDX-License-Identifier: GPL-2.0
/* A module that answers as the ABI says, from tables that never change */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "fake.h"
#include "fake_data.h"
#include "fake_doctor.h"
#include "fake_qos.h"

/* Elements in one answer at most: fewer than the caller has room for */
#define PAGE	7

static int check_list(const struct shim6_list *list, size_t size, bool context)
{
	if (list->reserved || !list->ptr || !list->capacity ||
	    list->elem_size != size || (list->context && !context))
		return -EINVAL;
	return 0;
}

/* Hand out the next page of @all; some entries need a context to match */
static int give(struct shim6_list *list, const void *all, size_t n, size_t size)
{
	char *to = (char *)(uintptr_t)list->ptr;
	size_t left = list->cursor < n ? n - list->cursor : 0;

	list->count = (uint32_t)(left < PAGE ? left : PAGE);
	if (list->count > list->capacity)
		list->count = list->capacity;
	memcpy(to, (const char *)all + list->cursor * size,
	       list->count * size);
	list->cursor += list->count;
	list->more = list->cursor < n;
	return 0;
}

int fake_list(struct shim6_list *arg, const void *all, size_t n, size_t size)
{
	int ret = check_list(arg, size, false);

	return ret ? ret : give(arg, all, n, size);
}

static int list(struct shim6_list *arg, const void *all, size_t n, size_t size)
{
	return fake_list(arg, all, fake_is("empty") ? 0 : n, size);
}

/* Each look at the contexts finds more traffic, and it is a second later */
static unsigned int looks;

/* Unmodified payload is counted */
static bool watched;

static void go_on(struct shim6_context_entry *c)
{
	if (c->state != SHIM6_STATE_ESTABLISHED)
		return;
	c->tx_packets += looks * 1500ULL;
	c->tx_bytes += looks * 2100000ULL;
	c->rx_packets += looks * 750ULL;
	c->rx_bytes += looks * 60000ULL;
	if (!watched)
		return;
	c->plain_tx_packets += looks * 10ULL;
	c->plain_tx_bytes += looks * 10000ULL;
}

/* SHIM6_FAKE_CLASSED: the first one met a rule, the second one none */
static void classify(struct shim6_context_entry *c)
{
	if (!getenv("SHIM6_FAKE_CLASSED"))
		return;
	c->flags |= SHIM6_CTX_CLASSED;
	if (c->id != fake_contexts[0].id)
		return;
	c->rule = 10;
	c->klass = 2;
	c->dscp_out = 46;
	c->dscp_in = 34;
	c->link_out = 1;
	c->link_in = 3;
	c->link_chosen = 1;
}

/* A page of contexts, made when it is asked for */
static int list_contexts(struct shim6_list *arg)
{
	size_t n = fake_is("crowd") ? 10000 : fake_is("many") ? 200 :
		   fake_is("lab") || fake_is("former") ? 2 : 0;
	struct shim6_context_entry *v = (void *)(uintptr_t)arg->ptr;
	int ret = check_list(arg, sizeof(*v), false);
	size_t i;

	if (ret)
		return ret;
	for (i = arg->cursor, arg->count = 0;
	     i < n && arg->count < arg->capacity && arg->count < PAGE; i++) {
		v[arg->count] = fake_contexts[i % 2];
		if (i > 1)
			v[arg->count].id = (uint32_t)i + 100;
		go_on(&v[arg->count]);
		classify(&v[arg->count]);
		arg->count++;
	}
	arg->cursor = i;
	arg->more = i < n;
	looks += !arg->more;
	return 0;
}

static int list_locators(struct shim6_list *arg)
{
	struct shim6_locator_entry v[16];
	size_t n = 0;
	size_t i;
	int ret = check_list(arg, sizeof(v[0]), true);

	if (!ret && arg->context && arg->context != fake_contexts[0].id &&
	    arg->context != fake_contexts[1].id)
		ret = -ENOENT;
	if (ret)
		return ret;
	for (i = 0; i < fake_nlocators; i++)
		if (fake_locators[i].context == arg->context)
			v[n++] = fake_locators[i];
	if (fake_is("empty"))
		n = 0;
	if (fake_is("single"))
		n = 1;
	return give(arg, v, n, sizeof(v[0]));
}

static int list_sets(struct shim6_list *arg)
{
	return list(arg, &fake_set, fake_is("lab") || fake_is("loaded"),
		    sizeof(fake_set));
}

static int list_cgas(struct shim6_list *arg)
{
	return list(arg, fake_cgas, fake_is("lab") ? fake_ncgas : 0,
		    sizeof(fake_cgas[0]));
}

/* One says something that has to be escaped */
static int list_counters(struct shim6_list *arg)
{
	struct shim6_counter_entry v[32];

	memcpy(v, fake_counters, fake_ncounters * sizeof(v[0]));
	if (fake_is("odd"))
		strcpy(v[1].text, "a\"b\\c\nd");
	return list(arg, v, fake_ncounters, sizeof(v[0]));
}

static int list_flows(struct shim6_list *arg)
{
	return list(arg, fake_flows, fake_is("lab") ? fake_nflows :
		    fake_is("single") ? 1 : 0, sizeof(fake_flows[0]));
}

static int get_info(struct shim6_info *info)
{
	*info = (struct shim6_info){
		.abi = SHIM6_ABI_REVISION,
		.features = fake_is("old") ? 0 : SHIM6_FEATURE_HBA |
			    SHIM6_FEATURE_POLICY | SHIM6_FEATURE_EVENTS | SHIM6_FEATURE_CGA |
			    SHIM6_FEATURE_FORK | SHIM6_FEATURE_QOS |
			    (fake_is("former") ? 0 : SHIM6_FEATURE_TELEMETRY),
		.contexts = fake_is("lab") ? 2 : 0,
		.max_locators = 32,
		.max_pds = SHIM6_HBA_PDS_MAX,
		.hooks = fake_is("lab"),
		.version = "0.0-fake",
	};
	if (fake_is("odd"))
		strcpy(info->version, "a\"b\\c\nd");
	return 0;
}

/* The end of a pipe that is read; what is in it was written before */
static int event_fd = -1;

/*
 * All events wanted are there at once, and then no more come. A module of the
 * first version has no members behind the first ones.
 */
static int set_mask(const struct shim6_event_mask *arg)
{
	bool former = fake_is("former");
	size_t size = former ? SHIM6_EVENT_SIZE_VER0 :
			       sizeof(struct shim6_event);
	int fds[2];
	size_t i;

	if (former ? arg->size || arg->flags :
		     arg->size != size || arg->flags & ~SHIM6_WATCH_TRAFFIC)
		return -EINVAL;
	watched = arg->flags & SHIM6_WATCH_TRAFFIC;
	if (event_fd >= 0)
		close(event_fd);
	event_fd = -1;
	if (!arg->mask)
		return 0;
	if (pipe(fds))
		return -errno;
	for (i = 0; i < fake_nevents; i++) {
		struct shim6_event e = fake_events[i];

		e.size = (uint32_t)size;
		e.seq = 100 + i;
		if (arg->mask & (1ULL << e.type) &&
		    write(fds[1], &e, size) != (ssize_t)size)
			return -EIO;
	}
	if (fake_is("torn") && write(fds[1], &fds, 8) != 8)
		return -EIO;
	/* Who waits does so for ever */
	if (!fake_is("silent"))
		close(fds[1]);
	event_fd = fds[0];
	return 0;
}

static int start(struct shim6_context_create *arg)
{
	char local[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN];

	if (arg->flags)
		return -EINVAL;
	inet_ntop(AF_INET6, &arg->ulid_local, local, sizeof(local));
	inet_ntop(AF_INET6, &arg->ulid_peer, peer, sizeof(peer));
	fake_log("context create %s %s", local, peer);
	arg->id = 9;
	return 0;
}

static int prefer(const struct shim6_locator_prefs *arg)
{
	char addr[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &arg->addr, addr, sizeof(addr));
	fake_log("locator prefs %s flags %u priority %u weight %u", addr,
		 arg->flags, arg->priority, arg->weight);
	return 0;
}

static bool needs_ports(uint32_t proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       proto == IPPROTO_SCTP;
}

static int split(struct shim6_context_fork *arg)
{
	char local[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN];

	if (arg->flags || arg->fd != -1 ||
	    needs_ports(arg->proto) != (arg->port_local && arg->port_peer))
		return -EINVAL;
	inet_ntop(AF_INET6, &arg->ulid_local, local, sizeof(local));
	inet_ntop(AF_INET6, &arg->ulid_peer, peer, sizeof(peer));
	fake_log("context fork %s %s proto %" PRIu32 " ports %u %u", local,
		 peer, arg->proto, arg->port_local, arg->port_peer);
	arg->id = 10;
	arg->fii = 0xc0ffee;
	return 0;
}

static int ref(const char *what, const struct shim6_context_ref *arg,
	       uint32_t there, bool all)
{
	if (arg->flags)
		return -EINVAL;
	if (arg->id != there && (arg->id || !all))
		return -ENOENT;
	fake_log("%s %" PRIu32, what, arg->id);
	return 0;
}

static int steer(const struct shim6_context_path *arg)
{
	char local[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN];

	if (arg->flags)
		return -EINVAL;
	if (arg->id != 7)
		return -ENOENT;
	inet_ntop(AF_INET6, &arg->loc_local, local, sizeof(local));
	inet_ntop(AF_INET6, &arg->loc_peer, peer, sizeof(peer));
	if (strcmp(local, "2001:db8:b:2:4d9:f16b:c092:dce7"))
		return -EADDRNOTAVAIL;
	fake_log("context path %" PRIu32 " %s %s", arg->id, local, peer);
	return 0;
}

static int param_set(const struct shim6_param_entry *arg)
{
	if (arg->index != ~0U || arg->flags)
		return -EINVAL;
	fake_log("param set %s %" PRIu64, arg->name, (uint64_t)arg->value);
	return 0;
}

static int set_add(struct shim6_hba_set *arg)
{
	if (arg->flags || arg->id || arg->naddr)
		return -EINVAL;
	fake_log("hba add %" PRIu32 " octets", arg->pds_len);
	arg->id = 3;
	return 0;
}

static int cga_add(struct shim6_cga_identity *arg)
{
	static uint32_t next = 11;

	if (arg->flags || arg->id || arg->naddr || arg->key != 1000)
		return -EINVAL;
	fake_log("cga add %" PRIu32 " octets prefix %02x%02x key %" PRId32,
		 arg->pds_len, arg->pds[20], arg->pds[21], arg->key);
	arg->id = next++;
	return 0;
}

int fake_add_key(const uint8_t *pkcs8, size_t len, int32_t *serial)
{
	int ret = fake_failure("key");

	if (ret)
		return ret;
	/* PrivateKeyInfo is a sequence that begins with version 0 */
	if (len < 8 || pkcs8[0] != 0x30 || memcmp(pkcs8 + 4, "\2\1\0", 3))
		return -EBADMSG;
	fake_log("key of %zu octets", len);
	*serial = 1000;
	return 0;
}

void fake_drop_key(int32_t serial)
{
	fake_log("key %" PRId32 " dropped", serial);
}

static int rule_add(struct shim6_policy_entry *arg)
{
	char local[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &arg->local, local, sizeof(local));
	inet_ntop(AF_INET6, &arg->peer, peer, sizeof(peer));
	fake_log("policy add action %" PRIu32 " from %s/%u to %s/%u proto %" PRIu32 " port %u priority %" PRIu32,
		 arg->action, local, arg->local_len, peer, arg->peer_len,
		 arg->proto, arg->port, arg->priority);
	arg->id = 5;
	return 0;
}

static int change(unsigned long cmd, void *arg)
{
	switch (cmd) {
	case SHIM6_IOC_CTX_CREATE:
		return start(arg);
	case SHIM6_IOC_LOC_PREFS:
		return prefer(arg);
	case SHIM6_IOC_CTX_FORK:
		return split(arg);
	case SHIM6_IOC_CTX_FLUSH:
		return ref("context flush", arg, 7, true);
	case SHIM6_IOC_CTX_PATH:
		return steer(arg);
	case SHIM6_IOC_PARAM_SET:
		return param_set(arg);
	case SHIM6_IOC_STATS_RESET:
		fake_log("stats reset");
		return 0;
	case SHIM6_IOC_HBA_ADD:
		return set_add(arg);
	case SHIM6_IOC_HBA_DEL:
		return ref("hba del", arg, 3, false);
	case SHIM6_IOC_CGA_ADD:
		return cga_add(arg);
	case SHIM6_IOC_CGA_DEL:
		return ref("cga del", arg, 11, false);
	case SHIM6_IOC_POLICY_ADD:
		return rule_add(arg);
	case SHIM6_IOC_POLICY_DEL:
		return ref("policy del", arg, 2, false);
	default:
		return fake_qos_call(cmd, arg);
	}
}

static int fake_call(void *priv, unsigned long cmd, void *arg)
{
	unsigned int *calls = priv;
	char name[16];
	int ret;

	/* Every second call is interrupted: nobody may notice */
	if (++*calls % 2)
		return -EINTR;
	snprintf(name, sizeof(name), "0x%02x", (unsigned int)_IOC_NR(cmd));
	ret = fake_failure(name);
	if (!ret)
		ret = fake_failure("call");
	if (ret)
		return ret;
	if (fake_is("healthy"))
		return fake_doctor_call(cmd, arg);
	switch (cmd) {
	case SHIM6_IOC_INFO:
		return get_info(arg);
	case SHIM6_IOC_CTX_LIST:
		return list_contexts(arg);
	case SHIM6_IOC_LOC_LIST:
		return list_locators(arg);
	case SHIM6_IOC_PARAM_LIST:
		return list(arg, fake_params, fake_nparams,
			    sizeof(fake_params[0]));
	case SHIM6_IOC_STATS_LIST:
		return list_counters(arg);
	case SHIM6_IOC_HBA_LIST:
		return list_sets(arg);
	case SHIM6_IOC_CGA_LIST:
		return list_cgas(arg);
	case SHIM6_IOC_POLICY_LIST:
		return list(arg, fake_rules, fake_nrules,
			    sizeof(fake_rules[0]));
	case SHIM6_IOC_FLOW_LIST:
		return list_flows(arg);
	case SHIM6_IOC_EVENT_MASK:
		return set_mask(arg);
	default:
		return change(cmd, arg);
	}
}

static void fake_close(void *priv)
{
	fake_qos_close();
	*(unsigned int *)priv = 0;
}

static int fake_fd(void *priv)
{
	(void)priv;
	return event_fd;
}

/* 25 November 2025, 17:00 UTC, and so long after the start */
static void fake_now(void *priv, struct client_clock *now)
{
	(void)priv;
	now->monotonic = (1000ULL + looks) * 1000000000;
	now->wall = (1764090000ULL + looks) * 1000000000;
}

int fake_module_open(struct client *c)
{
	static const struct client_ops ops = {
		.call = fake_call,
		.close = fake_close,
		.fd = fake_fd,
		.now = fake_now,
	};
	static unsigned int calls;

	if (fake_is("missing") || fake_is("unloaded"))
		return -ENOENT;
	if (fake_is("locked"))
		return -EACCES;
	if (fake_is("healthy") && fake_doctor_missing())
		return fake_doctor_missing();
	return client_attach(c, &ops, &calls);
}
