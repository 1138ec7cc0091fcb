// SPDX-License-Identifier: GPL-2.0
/*
 * Tunables under /sys/kernel/shim6.
 *
 * All namespaces share one directory; its files carry a namespace tag, and a
 * mount of sysfs shows those with its own tag. The directory does not say
 * whose file is used, so each namespace has attributes of its own.
 */
#include <linux/capability.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <net/net_namespace.h>
#include "compat.h"
#include "sysfs.h"
#include "uapi.h"

/**
 * struct tunable - a file
 * @attr: the file
 * @sn: its namespace
 */
struct tunable {
	struct attribute attr;
	struct shim6_net *sn;
};

/**
 * struct shim6_sysfs - the files of a namespace
 * @n: how many are there
 * @file: by enum shim6_param
 */
struct shim6_sysfs {
	unsigned int n;
	struct tunable file[SHIM6_P_COUNT];
};

static struct kobject *root;

static unsigned int index_of(const struct tunable *t)
{
	return t - t->sn->sysfs->file;
}

static ssize_t show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct tunable *t = container_of(attr, struct tunable, attr);

	return sysfs_emit(buf, "%llu\n",
			  shim6_param(&t->sn->params, index_of(t)));
}

static ssize_t store(struct kobject *kobj, struct attribute *attr,
		     const char *buf, size_t len)
{
	const struct tunable *t = container_of(attr, struct tunable, attr);
	u64 val;
	int err;

	if (!ns_capable(t->sn->net->user_ns, CAP_NET_ADMIN))
		return -EPERM;
	err = kstrtou64(buf, 10, &val);
	if (!err)
		err = shim6_uapi_param_set(t->sn, index_of(t), val);
	return err ?: len;
}

static const struct sysfs_ops ops = {
	.show	= show,
	.store	= store,
};

static const struct kobj_ns_type_operations *
child_ns_type(shim6_kobject_const struct kobject *kobj)
{
	return &net_ns_type_operations;
}

static void release(struct kobject *kobj)
{
	kfree(kobj);
}

static const struct kobj_type ktype = {
	.release	= release,
	.sysfs_ops	= &ops,
	.child_ns_type	= child_ns_type,
};

void shim6_sysfs_exit(struct shim6_net *sn)
{
	struct shim6_sysfs *s = sn->sysfs;

	if (!s)
		return;
	while (s->n)
		sysfs_remove_file_ns(root, &s->file[--s->n].attr,
				     shim6_sysfs_ns(sn->net));
	sn->sysfs = NULL;
	kfree(s);
}

/* Context: the array of @sn is in place, since a file may be used at once */
static int add_file(struct shim6_net *sn, unsigned int i)
{
	struct tunable *t = &sn->sysfs->file[i];

	t->sn = sn;
	sysfs_attr_init(&t->attr);
	t->attr.name = shim6_param_info[i].name;
	t->attr.mode = 0644;
	return sysfs_create_file_ns(root, &t->attr, shim6_sysfs_ns(sn->net));
}

/**
 * shim6_sysfs_init() - the files of a namespace
 * @sn: namespace, ready for use but for this
 * Context: process.
 * Return: 0 or a negative error.
 */
int shim6_sysfs_init(struct shim6_net *sn)
{
	int err;

	sn->sysfs = kzalloc(sizeof(*sn->sysfs), GFP_KERNEL);
	if (!sn->sysfs)
		return -ENOMEM;
	while (sn->sysfs->n < SHIM6_P_COUNT) {
		err = add_file(sn, sn->sysfs->n);
		if (err) {
			shim6_sysfs_exit(sn);
			return err;
		}
		sn->sysfs->n++;
	}
	return 0;
}

void shim6_sysfs_teardown(void)
{
	kobject_put(root);
	root = NULL;
}

/**
 * shim6_sysfs_setup() - the directory; before the first namespace
 * Context: process.
 * Return: 0 or a negative error.
 */
int shim6_sysfs_setup(void)
{
	int err;

	root = kzalloc(sizeof(*root), GFP_KERNEL);
	if (!root)
		return -ENOMEM;
	err = kobject_init_and_add(root, &ktype, kernel_kobj, "shim6");
	if (err)
		shim6_sysfs_teardown();
	return err;
}
