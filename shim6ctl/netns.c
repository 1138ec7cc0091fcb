// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"

int netns_enter(const char *name)
{
	char path[PATH_MAX];
	int ret = 0;
	int fd;

	if (snprintf(path, sizeof(path), strchr(name, '/') ? "%.0s%s" : "%s%s",
		     "/run/netns/", name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (setns(fd, CLONE_NEWNET))
		ret = -errno;
	close(fd);
	return ret;
}

int netns_scratch_enter(int *home)
{
	int ret;

	*home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (*home < 0)
		return -errno;
	if (!unshare(CLONE_NEWNET))
		return 0;
	ret = -errno;
	close(*home);
	return ret;
}

int netns_scratch_leave(int home)
{
	int ret = setns(home, CLONE_NEWNET) ? -errno : 0;

	close(home);
	return ret;
}
