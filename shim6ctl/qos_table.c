// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "macros.h"
#include "net.h"
#include "qos_table.h"

/* These sizes are ABI, as those in client.c */
#define VER0(type, size)	\
	_Static_assert(sizeof(struct type) == (size), #type)

VER0(shim6_qos_table, SHIM6_QOS_TABLE_SIZE_VER0);
VER0(shim6_qos_class, SHIM6_QOS_CLASS_SIZE_VER0);
VER0(shim6_qos_link, SHIM6_QOS_LINK_SIZE_VER0);
VER0(shim6_qos_rule, SHIM6_QOS_RULE_SIZE_VER0);
VER0(shim6_qos_control, SHIM6_QOS_CONTROL_SIZE_VER0);
VER0(shim6_qos_police, SHIM6_QOS_POLICE_SIZE_VER0);
VER0(shim6_qos_share, SHIM6_QOS_SHARE_SIZE_VER0);
VER0(shim6_qos_trust, SHIM6_QOS_TRUST_SIZE_VER0);
VER0(shim6_qos_traffic, SHIM6_QOS_TRAFFIC_SIZE_VER0);
VER0(shim6_qos_marking, SHIM6_QOS_MARKING_SIZE_VER1);

const char *const qos_in_dscps[] = {
	[SHIM6_QOS_IN_KEEP] = "keep",
	[SHIM6_QOS_IN_RESTORE] = "restore",
	[SHIM6_QOS_IN_SET] = "set",
	NULL,
};

const char *const qos_dirs[] = {
	[SHIM6_QOS_DIR_BOTH] = "both",
	[SHIM6_QOS_DIR_OUT] = "out",
	[SHIM6_QOS_DIR_IN] = "in",
	NULL,
};

const char *const qos_paths[] = {
	[SHIM6_QOS_PATH_ANY] = "any",
	[SHIM6_QOS_PATH_PIN] = "pin",
	[SHIM6_QOS_PATH_PREFER] = "prefer",
	[SHIM6_QOS_PATH_AVOID] = "avoid",
	[SHIM6_QOS_PATH_FORK] = "fork",
	[SHIM6_QOS_PATH_LOWRTT] = "lowrtt",
	NULL,
};

const char *const qos_kinds[] = {
	[SHIM6_QOS_POLICE_I1_IN] = "i1-in",
	[SHIM6_QOS_POLICE_I2_IN] = "i2-in",
	[SHIM6_QOS_POLICE_BIS_IN] = "bis-in",
	[SHIM6_QOS_POLICE_UR_IN] = "ur-in",
	[SHIM6_QOS_POLICE_PROBE_IN] = "probe-in",
	[SHIM6_QOS_POLICE_CTX_OUT] = "ctx-out",
	NULL,
};

_Static_assert(ARRAY_SIZE(qos_kinds) == SHIM6_QOS_POLICE_COUNT + 1,
	       "a name for each kind");

const char *const qos_share_modes[] = {
	[SHIM6_QOS_SHARE_OFF] = "off",
	[SHIM6_QOS_SHARE_WEIGHT] = "weight",
	[SHIM6_QOS_SHARE_LOWRTT] = "lowrtt",
	[SHIM6_QOS_SHARE_ACTIVE_BACKUP] = "active-backup",
	[SHIM6_QOS_SHARE_METERED] = "metered",
	NULL,
};

const char *const qos_trust_modes[] = {
	[SHIM6_QOS_TRUST_ALL] = "all",
	[SHIM6_QOS_TRUST_NONE] = "none",
	[SHIM6_QOS_TRUST_DSCP] = "dscp",
	NULL,
};

const char *qos_word(const char *const *words, uint32_t i)
{
	while (i && *words) {
		words++;
		i--;
	}
	return *words ? *words : "unknown";
}

#define FETCH(c, cmd, v, n) \
	client_fetch(c, SHIM6_IOC_QOS_##cmd, 0, sizeof(**(v)), (void **)(v), n)

int qos_table_read(struct qos_table *t, struct client *c)
{
	size_t i;
	int ret;

	*t = (struct qos_table){};
	ret = client_call(c, SHIM6_IOC_QOS_TABLE, &t->head);
	if (!ret)
		ret = FETCH(c, CLASS_LIST, &t->classes, &t->nclasses);
	if (!ret)
		ret = FETCH(c, LINK_LIST, &t->links, &t->nlinks);
	if (!ret)
		ret = FETCH(c, RULE_LIST, &t->rules, &t->nrules);
	if (!ret)
		ret = FETCH(c, POLICE_LIST, &t->police, &t->npolice);
	if (!ret)
		ret = client_call(c, SHIM6_IOC_QOS_CONTROL_GET, &t->control);
	if (!ret)
		ret = client_call(c, SHIM6_IOC_QOS_SHARE_GET, &t->share);
	if (!ret)
		ret = client_call(c, SHIM6_IOC_QOS_TRUST_GET, &t->trust);
	for (i = 0; i < t->nclasses; i++)
		t->classes[i].name[SHIM6_QOS_NAME_LEN - 1] = '\0';
	for (i = 0; i < t->nlinks; i++) {
		t->links[i].name[SHIM6_QOS_NAME_LEN - 1] = '\0';
		if (t->links[i].nprefix > SHIM6_QOS_PREFIXES)
			t->links[i].nprefix = SHIM6_QOS_PREFIXES;
	}
	return ret;
}

void qos_table_free(struct qos_table *t)
{
	free(t->classes);
	free(t->links);
	free(t->rules);
	free(t->police);
	*t = (struct qos_table){};
}

int qos_traffic_read(struct client *c, struct shim6_qos_traffic **v,
		     size_t *n)
{
	*v = NULL;
	return FETCH(c, TRAFFIC_LIST, v, n);
}

int qos_marking_read(struct client *c, struct shim6_qos_marking **v,
		     size_t *n)
{
	*v = NULL;
	return FETCH(c, MARKING_LIST, v, n);
}

const struct shim6_qos_class *qos_class_of(const struct qos_table *t,
					   uint32_t id)
{
	size_t i;

	for (i = 0; i < t->nclasses; i++)
		if (t->classes[i].id == id)
			return &t->classes[i];
	return NULL;
}

const struct shim6_qos_class *qos_class_named(const struct qos_table *t,
					      const char *name)
{
	size_t i;

	for (i = 0; i < t->nclasses; i++)
		if (!strcmp(t->classes[i].name, name))
			return &t->classes[i];
	return NULL;
}

const struct shim6_qos_link *qos_link_of(const struct qos_table *t,
					 uint32_t id)
{
	size_t i;

	for (i = 0; i < t->nlinks; i++)
		if (t->links[i].id == id)
			return &t->links[i];
	return NULL;
}

const struct shim6_qos_link *qos_link_named(const struct qos_table *t,
					    const char *name)
{
	size_t i;

	for (i = 0; i < t->nlinks; i++)
		if (!strcmp(t->links[i].name, name))
			return &t->links[i];
	return NULL;
}

const struct shim6_qos_rule *qos_rule_of(const struct qos_table *t,
					 uint32_t pref)
{
	size_t i;

	for (i = 0; i < t->nrules; i++)
		if (t->rules[i].pref == pref)
			return &t->rules[i];
	return NULL;
}

const char *qos_class_name(const struct qos_table *t, uint32_t id)
{
	const struct shim6_qos_class *c = qos_class_of(t, id);

	return !id ? "none" : c ? c->name : "unknown";
}

bool qos_device_name(struct net *net, const struct shim6_qos_link *l,
		     char *name)
{
	*name = '\0';
	if (!l->ifindex)
		return false;
	net->ops->name(net, l->ifindex, name);
	/* One that is gone has its number for a name */
	return net->ops->index(net, name) == l->ifindex;
}

bool qos_table_configured(const struct qos_table *t)
{
	return t->head.generation || t->nclasses || t->nlinks || t->nrules ||
	       t->npolice;
}
