// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "cmd_qos.h"
#include "err.h"
#include "qos.h"
#include "qos_check_link.h"
#include "qos_findings.h"
#include "tc.h"

static bool is_classful(const struct qos_device *d)
{
	static const char *const kinds_of[] = {
		"htb", "prio", "ets", "drr", "hfsc", "qfq", "cbq", "dsmark",
		NULL
	};
	const char *const *kind;

	for (kind = kinds_of; *kind; kind++)
		if (!strcmp(*kind, d->root))
			return true;
	return false;
}

/* Where the module's packets for a device want to go, and where that leads */
static void check_major(const struct qos_device *d,
			const struct shim6_qos_link *l, struct qos_findings *f)
{
	unsigned int major = l->major ? l->major : SHIM6_QOS_MAJOR;

	qos_found(f, QOS_WARNING, "the classes of %s are below %x:, those of the packets of the link %s below %x:, so they are not found here",
	      d->name, d->major, l->name, major);
	if (qos_is_ours(d->major))
		qos_mend(f, "shim6ctl qos link set %s major %x", l->name, d->major);
	else
		qos_mend(f, "shim6ctl qos apply core link %s force", l->name);
}

static void check_minors(const struct qos_device *d,
			 const struct qos_table *t,
			 const struct shim6_qos_link *l, struct qos_findings *f)
{
	const char *const argv[] = { "tc", "class", "show", "dev", d->name,
				     NULL };
	const struct shim6_qos_class *c;
	char *there = tc_ask(argv);
	char text[24];

	for (c = t->classes; there && c < t->classes + t->nclasses; c++) {
		snprintf(text, sizeof(text), " %x:%x ", d->major, c->minor);
		if (!c->minor || strstr(there, text))
			continue;
		qos_found(f, QOS_WARNING, "%s has no class %x:%x, where packets of the class %s are to go; its filters decide instead",
		      d->name, d->major, c->minor, c->name);
		qos_mend(f, "shim6ctl qos link set %s share %s=5%%; shim6ctl qos apply core link %s",
		     l->name, c->name, l->name);
	}
	free(there);
}

/* What is lost with bulk on a line that is full looks like a line that is dead */
static void check_control(const struct qos_table *t, struct qos_findings *f)
{
	const struct shim6_qos_class *c = qos_class_of(t, t->control.klass);

	if (c && c->minor)
		return;
	qos_found(f, QOS_WARNING, "control messages of Shim6 have no queue of their own: when the line is full they are lost like others, and a link that works is left");
	qos_mend(f, "shim6ctl qos control set class NAME, one with a minor, as ctl of \"qos init diffserv\"");
}

static bool our_filter(unsigned int pref)
{
	return pref >= QOS_PREF && pref <= QOS_PREF_MAX;
}

/* Behind the header of Shim6 they are not where such a filter looks */
static void check_ports(const struct qos_device *d, const char *filters,
			struct qos_findings *f)
{
	unsigned int pref, last = 0;
	const char *at = filters;
	char text[2048];
	size_t len;

	while ((at = qos_next_filter(at, &pref, &len))) {
		snprintf(text, sizeof(text), "%.*s", (int)len, at);
		at += len;
		if (our_filter(pref) || pref == last ||
		    (!strstr(text, " dst_port ") && !strstr(text, " src_port ")))
			continue;
		last = pref;
		qos_found(f, QOS_WARNING, "the filter with pref %u of %s looks for ports: it finds none in packets of Shim6, so none after a switch",
		      pref, d->name);
		qos_mend(f, "shim6ctl qos rule add PREF class NAME proto PROTO rport PORT; a class is found without a filter");
	}
}

static void check_filters(const struct qos_device *d, struct qos_findings *f)
{
	const char *const argv[] = { "tc", "filter", "show", "dev", d->name,
				     NULL };
	char *filters = tc_ask(argv);

	check_ports(d, filters, f);
	check_ports(d, d->egress_filters, f);
	free(filters);
}

/* @l: of the module, whose interface it is; NULL: of none */
static void check_tree(const struct qos_device *d,
		       const struct shim6_qos_link *l, struct qos_findings *f)
{
	const char *force = d->major ? " force" : "";

	if (qos_is_ours(d->major) || is_classful(d))
		return;
	if (!l) {
		qos_found(f, QOS_WARNING, "dev %s: has no classes yet", d->name);
		qos_mend(f, "shim6ctl qos apply core dev %s rate RATE%s",
			 d->name, force);
		return;
	}
	qos_found(f, QOS_WARNING, "link %s: its interface %s has no classes yet",
		  l->name, d->name);
	qos_mend(f, "shim6ctl qos apply core link %s%s%s", l->name,
		 l->up_kbit ? "" : " rate RATE", force);
}

/* Is an earlier link at the same device, which has been looked at then */
static bool is_shared(const struct qos_table *t, const struct shim6_qos_link *l)
{
	const struct shim6_qos_link *other;

	for (other = t->links; other < l; other++)
		if (other->ifindex == l->ifindex)
			return true;
	return false;
}

/* Return: are there classes, so that control messages may have one */
static bool check_link(const struct qos_device *d, const struct qos_table *t,
		       const struct shim6_qos_link *l, struct qos_findings *f)
{
	unsigned int major = l->major ? l->major : SHIM6_QOS_MAJOR;

	check_tree(d, l, f);
	if (!is_shared(t, l))
		check_filters(d, f);
	if (!is_classful(d))
		return false;
	if (d->major == major)
		check_minors(d, t, l, f);
	else
		check_major(d, l, f);
	return true;
}

static int read_and_check(const char *name, const struct qos_table *t,
			  const struct shim6_qos_link *l,
			  struct qos_findings *f, bool *classes)
{
	struct qos_device d;
	int ret = qos_device_read(name, &d);

	if (!ret && check_link(&d, t, l, f))
		*classes = true;
	qos_device_free(&d);
	return ret;
}

/* Each link at a device of its own, which may be gone */
static int check_all(struct cmd_env *env, const struct qos_table *t,
		     struct qos_findings *f)
{
	const struct shim6_qos_link *l = t->links;
	char name[IF_NAMESIZE];
	bool classes = false;
	int ret = CTL_OK;

	for (; !ret && l < t->links + t->nlinks; l++)
		if (qos_device_name(env->net, l, name))
			ret = read_and_check(name, t, l, f, &classes);
	if (classes)
		check_control(t, f);
	return ret;
}

static void check_at(struct cmd_env *env, const struct qos_table *t,
		     const struct qos_device *d, struct qos_findings *f)
{
	const struct shim6_qos_link *l = t->links;
	bool classes = false, linked = false;
	char name[IF_NAMESIZE];

	for (; l < t->links + t->nlinks; l++) {
		if (!qos_device_name(env->net, l, name) ||
		    strcmp(name, d->name))
			continue;
		linked = true;
		classes = check_link(d, t, l, f) || classes;
	}
	if (!linked)
		check_tree(d, NULL, f);
	if (classes)
		check_control(t, f);
}

int qos_check_links(struct cmd_env *env, const struct qos_device *d,
		    struct qos_findings *f)
{
	struct qos_table t = {};
	int ret = CTL_OK;

	if (!env->client_err &&
	    env->client->info.features & SHIM6_FEATURE_QOS)
		ret = cmd_qos_table(env, &t);
	if (!ret && d)
		check_at(env, &t, d, f);
	else if (!ret)
		ret = check_all(env, &t, f);
	qos_table_free(&t);
	return ret;
}
