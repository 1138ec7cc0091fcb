// SPDX-License-Identifier: GPL-2.0
/* The ground: module, device, IPv6, packet sizes */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "doctor.h"

#define MODULES		"/lib/modules"

/* A path that lives on disk by the kernel it is for */
static const char *of_kernel(const char *release, const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), MODULES "/%s/%s", release, name);
	return path;
}

/* Where the module of a kernel is, from modules.dep; to be freed, or NULL */
static char *find_module(const struct host_ops *host, const char *release)
{
	char *dep = host->read(of_kernel(release, "modules.dep"), NULL);
	char *line, *rest = dep, *found = NULL;
	char *file;

	while (!found && (line = strsep(&rest, "\n"))) {
		line[strcspn(line, ":")] = '\0';
		file = strrchr(line, '/');
		file = file ? file + 1 : line;
		if (!strncmp(file, "shim6.ko", 8))
			found = strdup(line);
	}
	free(dep);
	return found;
}

/* The kernel a module says it was built for; "" when that cannot be told,
 * as of one that is compressed
 */
static void read_vermagic(const struct host_ops *host, const char *path,
			  char *release, size_t room)
{
	static const char key[] = "vermagic=";
	const char *at;
	size_t len = 0;
	char *file;

	*release = '\0';
	file = host->read(path, &len);
	at = file ? memmem(file, len, key, sizeof(key) - 1) : NULL;
	if (at) {
		at += sizeof(key) - 1;
		snprintf(release, room, "%.*s", (int)strcspn(at, " "), at);
	}
	free(file);
}

/* Another kernel that has the module; "" for none */
static void find_other(const struct host_ops *host, char *release, size_t room)
{
	char **names = host->names(MODULES);
	char *module;
	size_t i;

	*release = '\0';
	for (i = 0; names && names[i]; i++) {
		module = *release ? NULL : find_module(host, names[i]);
		if (module)
			snprintf(release, room, "%s", names[i]);
		free(module);
		free(names[i]);
	}
	free(names);
}

static void build_remedy(struct doctor *d)
{
	const char *release = d->host->release();
	char **dkms = d->host->names("/var/lib/dkms/shim6");
	size_t i;

	if (dkms)
		doctor_run(d, "dkms autoinstall -k %s && modprobe shim6",
			   release);
	else
		doctor_advise(d, "in the source tree of shim6: \"make && make modules_install && modprobe shim6\"; that needs the headers of %s",
			      release);
	for (i = 0; dkms && dkms[i]; i++)
		free(dkms[i]);
	free(dkms);
}

static void check_built(struct doctor *d)
{
	const char *release = d->host->release();
	char other[128] = "";
	char *module;

	module = find_module(d->host, release);
	if (module && *module == '/')
		read_vermagic(d->host, module, other, sizeof(other));
	else if (module)
		read_vermagic(d->host, of_kernel(release, module), other,
			      sizeof(other));
	if (module && (!*other || !strcmp(other, release))) {
		doctor_fail(d, "module_not_loaded",
			    "the module shim6 is not loaded");
		doctor_run(d, "modprobe shim6");
		free(module);
		return;
	}
	if (!module)
		find_other(d->host, other, sizeof(other));
	free(module);
	if (*other)
		doctor_fail(d, "module_kernel",
			    "the module shim6 was built for %s, not for the kernel that runs, %s",
			    other, release);
	else
		doctor_fail(d, "module_missing",
			    "there is no module shim6 for the kernel that runs, %s",
			    release);
	build_remedy(d);
}

/* The module is loaded, but nobody made its device */
static void check_node(struct doctor *d)
{
	char *misc = d->host->read("/proc/misc", NULL);
	const char *at = misc ? strstr(misc, " shim6\n") : NULL;
	unsigned long minor;
	char *end;

	doctor_fail(d, "device_missing",
		    "the module is loaded, but there is no " CLIENT_DEVICE);
	while (at && at > misc && at[-1] != '\n')
		at--;
	minor = at ? strtoul(at, &end, 10) : 0;
	if (at && end != at)
		doctor_run(d, "mknod -m 666 " CLIENT_DEVICE " c 10 %lu", minor);
	else
		doctor_advise(d, "\"rmmod shim6\", then \"modprobe shim6\"");
	free(misc);
}

static void check_info(struct doctor *d)
{
	const struct shim6_info *info = &d->env->client->info;

	if (info->abi < SHIM6_ABI_REVISION) {
		doctor_fail(d, "module_old",
			    "the module (%s, ABI %u) is older than this shim6ctl (ABI %u)",
			    info->version, info->abi, SHIM6_ABI_REVISION);
		doctor_run(d, "rmmod shim6 && modprobe shim6");
	}
	if ((d->m.nsets || d->m.ncgas) && !info->hooks) {
		doctor_fail(d, "not_hooked",
			    "the module does not see packets: it could not hook into them");
		doctor_advise(d, "see \"dmesg\"; try \"rmmod shim6 && modprobe shim6\" and load the sets again");
	}
	doctor_fact(d, "version %s, ABI %u", info->version, info->abi);
}

void doctor_check_module(struct doctor *d)
{
	switch (d->env->client_err) {
	case 0:
		check_info(d);
		return;
	case -ENOENT:
	case -ENXIO:
	case -ENODEV:
		if (host_exists(d->host, "/sys/module/shim6/refcnt"))
			check_node(d);
		else
			check_built(d);
		return;
	case -EACCES:
	case -EPERM:
		doctor_fail(d, "device_permission",
			    CLIENT_DEVICE " may not be opened by this user");
		doctor_run(d, "chmod 666 " CLIENT_DEVICE);
		return;
	default:
		doctor_fail(d, "device_strange",
			    CLIENT_DEVICE " does not answer as the module shim6: %s",
			    strerror(-d->env->client_err));
		doctor_run(d, "rmmod shim6; modprobe shim6");
	}
}

void doctor_check_ipv6(struct doctor *d)
{
	const struct net_link *l;
	char path[96];
	long off;

	if (host_number(d->host, "/proc/sys/net/ipv6/conf/all/disable_ipv6",
			&off) && off) {
		doctor_fail(d, "ipv6_off", "IPv6 is switched off");
		doctor_run(d, "sysctl -w net.ipv6.conf.all.disable_ipv6=0");
		return;
	}
	/* On many an interface that is meant, unless an address is missed */
	if (!doctor_missing(d, NULL, NULL))
		return;
	for (l = d->links; l < d->links + d->nlinks; l++) {
		snprintf(path, sizeof(path),
			 "/proc/sys/net/ipv6/conf/%s/disable_ipv6", l->name);
		if (l->loopback || !l->up || !host_number(d->host, path, &off) ||
		    !off)
			continue;
		doctor_warn(d, "ipv6_off_link", "IPv6 is switched off on %s",
			    l->name);
		doctor_run(d, "sysctl -w net/ipv6/conf/%s/disable_ipv6=0",
			   l->name);
	}
}

/* Path MTUs below 1280 are none to the kernel, and a tagged packet has 8
 * octets less (L-2)
 */
static void check_size(struct doctor *d, const struct net_link *l)
{
	const long least = 1280 + 8;
	char path[96];
	long mtu;

	if (l->mtu < least) {
		doctor_warn(d, "mtu_small",
			    "%s has an MTU of %u: with 8 octets of Shim6 less is left than the 1280 of IPv6, datagrams are fragmented",
			    l->name, l->mtu);
		doctor_run(d, "ip link set dev %s mtu %d", l->name, 1500);
		return;
	}
	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/mtu",
		 l->name);
	if (!host_number(d->host, path, &mtu) || mtu >= least)
		return;
	doctor_warn(d, "mtu_small",
		    "IPv6 on %s has an MTU of %ld: with 8 octets of Shim6 less is left than the 1280 of IPv6, datagrams are fragmented",
		    l->name, mtu);
	doctor_run(d, "sysctl -w net/ipv6/conf/%s/mtu=%u", l->name, l->mtu);
}

void doctor_check_mtu(struct doctor *d)
{
	const struct shim6_locator_entry *l = NULL;
	const struct net_link *link;
	size_t i;

	for (i = 0; i < d->nlinks; i++) {
		link = &d->links[i];
		for (l = doctor_each(d, NULL); l; l = doctor_each(d, l))
			if (l->ifindex == link->ifindex)
				break;
		if (l)
			check_size(d, link);
	}
}
