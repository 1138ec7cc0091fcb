// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "interrupt.h"
#include "mem.h"

/* Entries asked for at a time */
#define PAGE	64

/*
 * The sizes are ABI: a program built for 32 bits talks to the same module as
 * one built for 64. A structure may only grow.
 */
#define VER0(type, size)	\
	_Static_assert(sizeof(struct type) == (size), #type)

VER0(shim6_info, SHIM6_INFO_SIZE_VER0);
VER0(shim6_list, SHIM6_LIST_SIZE_VER0);
VER0(shim6_locator_entry, SHIM6_LOCATOR_ENTRY_SIZE_VER0);
VER0(shim6_context_create, SHIM6_CONTEXT_CREATE_SIZE_VER0);
VER0(shim6_context_ref, SHIM6_CONTEXT_REF_SIZE_VER0);
VER0(shim6_context_path, SHIM6_CONTEXT_PATH_SIZE_VER0);
VER0(shim6_param_entry, SHIM6_PARAM_ENTRY_SIZE_VER0);
VER0(shim6_counter_entry, SHIM6_COUNTER_ENTRY_SIZE_VER0);
VER0(shim6_hba_set, SHIM6_HBA_SET_SIZE_VER0);
VER0(shim6_cga_identity, SHIM6_CGA_IDENTITY_SIZE_VER0);
VER0(shim6_policy_entry, SHIM6_POLICY_ENTRY_SIZE_VER0);
VER0(shim6_flow_entry, SHIM6_FLOW_ENTRY_SIZE_VER0);

#define VER1(type, size)	VER0(type, size)

VER1(shim6_context_entry, SHIM6_CONTEXT_ENTRY_SIZE_VER2);
VER1(shim6_event, SHIM6_EVENT_SIZE_VER1);
VER1(shim6_event_mask, SHIM6_EVENT_MASK_SIZE_VER1);

int client_call(struct client *c, unsigned long cmd, void *arg)
{
	int ret;

	do {
		ret = c->ops->call(c->priv, cmd, arg);
	} while (ret == -EINTR && !interrupt_pending());
	return ret;
}

int client_attach(struct client *c, const struct client_ops *ops, void *priv)
{
	int ret;

	*c = (struct client){ .ops = ops, .priv = priv };
	ret = client_call(c, SHIM6_IOC_INFO, &c->info);
	if (ret) {
		client_close(c);
		return ret;
	}
	c->info.version[sizeof(c->info.version) - 1] = '\0';
	return 0;
}

void client_close(struct client *c)
{
	if (c->ops)
		c->ops->close(c->priv);
	*c = (struct client){};
}

/**
 * struct walk - a list being read, a page at a time
 * @list: as the module sees it
 * @size: octets of an element
 */
struct walk {
	struct shim6_list list;
	size_t size;
};

/*
 * The next page, at @to. A module that says there is more and gives nothing
 * would keep us here for ever: that is an error, as is one that says it wrote
 * more than there was room for.
 */
static int next_page(struct client *c, unsigned long cmd, struct walk *w,
		     void *to)
{
	int ret;

	memset(to, 0, PAGE * w->size);
	w->list.ptr = (uintptr_t)to;
	w->list.capacity = PAGE;
	w->list.elem_size = (uint32_t)w->size;
	ret = client_call(c, cmd, &w->list);
	if (!ret && (w->list.count > PAGE || (w->list.more && !w->list.count)))
		ret = -EPROTO;
	return ret;
}

/* A list from its beginning to its end */
int client_fetch(struct client *c, unsigned long cmd, uint32_t context,
		 size_t size, void **v, size_t *n)
{
	struct walk w = { .list.context = context, .size = size };
	char *all = NULL;
	int ret;

	*n = 0;
	do {
		all = mem_resize(all, *n + PAGE, size);
		ret = next_page(c, cmd, &w, all + *n * size);
		if (ret) {
			free(all);
			*n = 0;
			return ret;
		}
		*n += w.list.count;
	} while (w.list.more);
	*v = all;
	return 0;
}

int client_each_context(struct client *c, client_context_fn *fn, void *arg)
{
	struct shim6_context_entry v[PAGE];
	struct walk w = { .size = sizeof(v[0]) };
	uint32_t i;
	int ret;

	do {
		ret = next_page(c, SHIM6_IOC_CTX_LIST, &w, v);
		for (i = 0; !ret && i < w.list.count; i++)
			ret = fn(&v[i], arg);
	} while (!ret && w.list.more);
	return ret < 0 ? ret : 0;
}

int client_contexts(struct client *c, struct shim6_context_entry **v,
		    size_t *n)
{
	void *p = NULL;
	int ret = client_fetch(c, SHIM6_IOC_CTX_LIST, 0, sizeof(**v), &p, n);

	*v = p;
	return ret;
}

int client_locators(struct client *c, uint32_t context,
		    struct shim6_locator_entry **v, size_t *n)
{
	void *p = NULL;
	int ret = client_fetch(c, SHIM6_IOC_LOC_LIST, context, sizeof(**v), &p, n);

	*v = p;
	return ret;
}

int client_params(struct client *c, struct shim6_param_entry **v, size_t *n)
{
	void *p = NULL;
	int ret = client_fetch(c, SHIM6_IOC_PARAM_LIST, 0, sizeof(**v), &p, n);
	size_t i;

	*v = p;
	for (i = 0; !ret && i < *n; i++) {
		(*v)[i].name[sizeof((*v)[i].name) - 1] = '\0';
		(*v)[i].unit[sizeof((*v)[i].unit) - 1] = '\0';
		(*v)[i].text[sizeof((*v)[i].text) - 1] = '\0';
	}
	return ret;
}

int client_counters(struct client *c, struct shim6_counter_entry **v,
		    size_t *n)
{
	void *p = NULL;
	int ret = client_fetch(c, SHIM6_IOC_STATS_LIST, 0, sizeof(**v), &p, n);
	size_t i;

	*v = p;
	for (i = 0; !ret && i < *n; i++) {
		(*v)[i].name[sizeof((*v)[i].name) - 1] = '\0';
		(*v)[i].text[sizeof((*v)[i].text) - 1] = '\0';
	}
	return ret;
}

int client_sets(struct client *c, struct shim6_hba_set **v, size_t *n)
{
	void *p = NULL;
	int ret = client_fetch(c, SHIM6_IOC_HBA_LIST, 0, sizeof(**v), &p, n);
	size_t i;

	*v = p;
	for (i = 0; !ret && i < *n; i++)
		if ((*v)[i].pds_len > SHIM6_HBA_PDS_MAX)
			(*v)[i].pds_len = 0;
	return ret;
}

int client_cgas(struct client *c, struct shim6_cga_identity **v, size_t *n)
{
	void *p = NULL;
	int ret = client_fetch(c, SHIM6_IOC_CGA_LIST, 0, sizeof(**v), &p, n);
	size_t i;

	*v = p;
	for (i = 0; !ret && i < *n; i++)
		if ((*v)[i].pds_len > SHIM6_HBA_PDS_MAX)
			(*v)[i].pds_len = 0;
	return ret;
}

int client_rules(struct client *c, struct shim6_policy_entry **v, size_t *n)
{
	void *p = NULL;
	int ret = client_fetch(c, SHIM6_IOC_POLICY_LIST, 0, sizeof(**v), &p, n);

	*v = p;
	return ret;
}

int client_flows(struct client *c, struct shim6_flow_entry **v, size_t *n)
{
	void *p = NULL;
	int ret = client_fetch(c, SHIM6_IOC_FLOW_LIST, 0, sizeof(**v), &p, n);

	*v = p;
	return ret;
}

int client_context_create(struct client *c, const struct in6_addr *local,
			  const struct in6_addr *peer, uint32_t *id)
{
	struct shim6_context_create arg = {
		.ulid_local = *local,
		.ulid_peer = *peer,
	};
	int ret = client_call(c, SHIM6_IOC_CTX_CREATE, &arg);

	*id = arg.id;
	return ret;
}

int client_locator_prefs(struct client *c, struct shim6_locator_prefs *prefs)
{
	return client_call(c, SHIM6_IOC_LOC_PREFS, prefs);
}

int client_context_fork(struct client *c, struct shim6_context_fork *fork)
{
	fork->fd = -1;
	return client_call(c, SHIM6_IOC_CTX_FORK, fork);
}

int client_context_flush(struct client *c, uint32_t id)
{
	struct shim6_context_ref arg = { .id = id };

	return client_call(c, SHIM6_IOC_CTX_FLUSH, &arg);
}

int client_context_path(struct client *c, uint32_t id,
			const struct in6_addr *local,
			const struct in6_addr *peer)
{
	struct shim6_context_path arg = {
		.id = id,
		.loc_local = *local,
		.loc_peer = *peer,
	};

	return client_call(c, SHIM6_IOC_CTX_PATH, &arg);
}

int client_param_set(struct client *c, const char *name, uint64_t value)
{
	struct shim6_param_entry arg = { .index = ~0U, .value = value };

	if (strlen(name) >= sizeof(arg.name))
		return -ENOENT;
	memcpy(arg.name, name, strlen(name));
	return client_call(c, SHIM6_IOC_PARAM_SET, &arg);
}

int client_stats_reset(struct client *c)
{
	return client_call(c, SHIM6_IOC_STATS_RESET, NULL);
}

int client_set_add(struct client *c, const uint8_t *pds, size_t len,
		   uint32_t *id)
{
	struct shim6_hba_set arg = { .pds_len = (uint32_t)len };
	int ret;

	if (len > sizeof(arg.pds))
		return -EMSGSIZE;
	memcpy(arg.pds, pds, len);
	ret = client_call(c, SHIM6_IOC_HBA_ADD, &arg);
	*id = arg.id;
	return ret;
}

int client_set_del(struct client *c, uint32_t id)
{
	struct shim6_context_ref arg = { .id = id };

	return client_call(c, SHIM6_IOC_HBA_DEL, &arg);
}

int client_cga_add(struct client *c, const uint8_t *pds, size_t len,
		   int32_t key, uint32_t *id)
{
	struct shim6_cga_identity arg = {
		.key = key,
		.pds_len = (uint32_t)len,
	};
	int ret;

	if (len > sizeof(arg.pds))
		return -EMSGSIZE;
	memcpy(arg.pds, pds, len);
	ret = client_call(c, SHIM6_IOC_CGA_ADD, &arg);
	*id = arg.id;
	return ret;
}

int client_cga_del(struct client *c, uint32_t id)
{
	struct shim6_context_ref arg = { .id = id };

	return client_call(c, SHIM6_IOC_CGA_DEL, &arg);
}

int client_rule_add(struct client *c, struct shim6_policy_entry *rule)
{
	return client_call(c, SHIM6_IOC_POLICY_ADD, rule);
}

int client_rule_del(struct client *c, uint32_t id)
{
	struct shim6_context_ref arg = { .id = id };

	return client_call(c, SHIM6_IOC_POLICY_DEL, &arg);
}

int client_event_mask(struct client *c, uint64_t mask, uint32_t flags)
{
	struct shim6_event_mask arg = { .mask = mask };

	if (c->info.features & SHIM6_FEATURE_TELEMETRY) {
		arg.size = sizeof(struct shim6_event);
		arg.flags = flags;
	}
	return client_call(c, SHIM6_IOC_EVENT_MASK, &arg);
}

int client_event_fd(const struct client *c)
{
	return c->ops->fd(c->priv);
}

void client_now(const struct client *c, struct client_clock *now)
{
	c->ops->now(c->priv, now);
}

/*
 * Records of an older module are shorter than ours, and none is longer than was
 * asked for. Return: how many there are, or -EPROTO for a size that cannot be.
 */
static int unpack(const char *from, size_t len, struct shim6_event *v,
		  size_t room)
{
	size_t at, n = 0;
	uint32_t size;

	for (at = 0; at < len; at += size) {
		if (len - at < SHIM6_EVENT_SIZE_VER0 || n == room)
			return -EPROTO;
		memcpy(&size, from + at, sizeof(size));
		if (size < SHIM6_EVENT_SIZE_VER0 || size > sizeof(*v) ||
		    size > len - at)
			return -EPROTO;
		memset(&v[n], 0, sizeof(v[n]));
		memcpy(&v[n++], from + at, size);
	}
	return (int)n;
}

int client_events(struct client *c, struct shim6_event *v, size_t room)
{
	size_t record = c->info.features & SHIM6_FEATURE_TELEMETRY ?
			sizeof(*v) : SHIM6_EVENT_SIZE_VER0;
	char *raw = mem_resize(NULL, room, record);
	ssize_t len;
	int n;

	do {
		len = read(client_event_fd(c), raw, room * record);
	} while (len < 0 && errno == EINTR);
	n = len < 0 ? -errno : unpack(raw, (size_t)len, v, room);
	free(raw);
	return n;
}
