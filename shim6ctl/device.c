// SPDX-License-Identifier: GPL-2.0
/* The way to the module of this kernel: the only user of ioctl */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "client.h"

static int device_call(void *priv, unsigned long cmd, void *arg)
{
	int fd = (int)(intptr_t)priv;

	return ioctl(fd, cmd, arg) < 0 ? -errno : 0;
}

static void device_close(void *priv)
{
	close((int)(intptr_t)priv);
}

static int device_fd(void *priv)
{
	return (int)(intptr_t)priv;
}

static uint64_t nanoseconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void device_now(void *priv, struct client_clock *now)
{
	(void)priv;
	now->monotonic = nanoseconds(CLOCK_MONOTONIC);
	now->wall = nanoseconds(CLOCK_REALTIME);
}

static const struct client_ops device_ops = {
	.call = device_call,
	.close = device_close,
	.fd = device_fd,
	.now = device_now,
};

int client_open_device(struct client *c)
{
	int fd;

	do {
		fd = open(CLIENT_DEVICE, O_RDWR | O_CLOEXEC);
		/* Reading commands do with less */
		if (fd < 0 && (errno == EACCES || errno == EROFS))
			fd = open(CLIENT_DEVICE, O_RDONLY | O_CLOEXEC);
	} while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return -errno;
	return client_attach(c, &device_ops, (void *)(intptr_t)fd);
}
